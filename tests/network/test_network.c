#include "network/network.h"

#include "design/kernel.h"
#include "kernels/kernels.h"

#include <check.h>
#include <stdlib.h>

static const char *const names[] = {
    [LAYER_CONV2D] = "conv2d",       [LAYER_ZEROPAD2D] = "zeropad2d",
    [LAYER_MAXPOOL2D] = "maxpool2d", [LAYER_RELU] = "relu",
    [LAYER_DENSE] = "dense",         [LAYER_FLATTEN] = "flatten",
};

/* A layer type is called like its kernel; a flatten has none. */
START_TEST(test_type_names)
{
    ck_assert_uint_eq(sizeof names / sizeof names[0], LAYER_TYPE_COUNT);
    enum layer_type type = (enum layer_type)_i;
    ck_assert_str_eq(layer_type_name(type), names[_i]);
    const struct kernel *k = kernel_find(kernels_headrace(), names[_i]);
    ck_assert_int_eq(k == NULL, type == LAYER_FLATTEN);
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
