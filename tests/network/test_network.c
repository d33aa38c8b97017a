#include "network/network.h"

#include "design/kernel.h"
#include "kernels/kernels.h"

#include <check.h>
#include <stdlib.h>

/* Names that tell the types apart, and a kernel for every type but one. */
START_TEST(test_type_names)
{
    enum layer_type type = (enum layer_type)_i;
    ck_assert_ptr_nonnull(layer_type_name(type));
    for (int i = 0; i < _i; i++)
        ck_assert_str_ne(layer_type_name(type),
                         layer_type_name((enum layer_type)i));
    const struct kernel *k = kernel_of_layer(kernels_headrace(), type);
    ck_assert_int_eq(k == NULL, type == LAYER_FLATTEN);
}
END_TEST

START_TEST(test_tensor_index)
{
    struct layer layers[3] = { { .name = "a" } };
    struct network n = { .layer_count = 3, .layers = layers };
    ck_assert_uint_eq(network_tensor_index(&n, &n.input), 0);
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_uint_eq(network_tensor_index(&n, &layers[i].output), i + 1);
}
END_TEST

START_TEST(test_find_layer)
{
    struct layer layers[] = { { .name = "conv1" }, { .name = "conv" } };
    struct network n = { .layer_count = 2, .layers = layers };
    ck_assert_ptr_eq(network_layer(&n, "conv1"), &layers[0]);
    ck_assert_ptr_eq(network_layer(&n, "conv"), &layers[1]);
    ck_assert_ptr_null(network_layer(&n, "con"));
    ck_assert_ptr_null(network_layer(&n, "conv12"));
    ck_assert_ptr_null(network_layer(&n, ""));
}
END_TEST

START_TEST(test_shape_count)
{
    struct shape largest = { NETWORK_SIZE_MAX, NETWORK_SIZE_MAX, 2 };
    ck_assert_uint_eq(shape_count(largest), UINT64_C(1) << 41);
}
END_TEST

static Suite *network_suite(void)
{
    Suite *s = suite_create("network");
    TCase *t = tcase_create("network");
    tcase_add_loop_test(t, test_type_names, 0, LAYER_TYPE_COUNT);
    tcase_add_test(t, test_tensor_index);
    tcase_add_test(t, test_find_layer);
    tcase_add_test(t, test_shape_count);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(network_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
