#include "kernels/kernels.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Every kernel can do all that a kernel must, and has a name of its own: they
 * stand in alphabetical order.  A link has no schedule. */
START_TEST(test_table)
{
    const struct kernel_table *t = kernels_headrace();
    for (uint32_t i = 0; i < t->count; i++) {
        const struct kernel *k = t->kernels[i];
        ck_assert((k->schedule == NULL) == (strcmp(k->name, "link") == 0));
        ck_assert_ptr_nonnull(k->compute);
        ck_assert_ptr_nonnull(k->compute_float);
        ck_assert_ptr_eq(kernel_find(t, k->name), k);
        if (i > 0)
            ck_assert_str_lt(t->kernels[i - 1]->name, k->name);
    }
}
END_TEST

/* Every layer but a flatten has a kernel with a shape rule. */
START_TEST(test_layers)
{
    const struct kernel_table *t = kernels_headrace();
    for (int type = 0; type < LAYER_TYPE_COUNT; type++) {
        const struct kernel *k = kernel_of_layer(t, (enum layer_type)type);
        if (type == LAYER_FLATTEN) {
            ck_assert_ptr_null(k);
            continue;
        }
        ck_assert_msg(k != NULL && k->shape != NULL, "layer type '%s'",
                      layer_type_name((enum layer_type)type));
    }
}
END_TEST

static bool is_of_a_layer(const struct kernel_table *t, const struct kernel *k)
{
    for (int type = 0; type < LAYER_TYPE_COUNT; type++)
        if (kernel_of_layer(t, (enum layer_type)type) == k)
            return true;
    return false;
}

/* The others are put in by lowering and have no shape rule. */
START_TEST(test_no_layers)
{
    static const char *const inserted[] = { "clone", "collect", "dispatch",
                                            "link", "width_converter" };
    const struct kernel_table *t = kernels_headrace();
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        if (is_of_a_layer(t, t->kernels[i]))
            continue;
        ck_assert_uint_lt(count, 5);
        ck_assert_str_eq(t->kernels[i]->name, inserted[count++]);
        ck_assert_ptr_null(t->kernels[i]->shape);
    }
    ck_assert_uint_eq(count, 5);
}
END_TEST

START_TEST(test_folded_kernels)
{
    static const char *const folded[] = { "conv2d", "dense",
                                          "depthwise_conv2d" };
    const struct kernel_table *t = kernels_headrace();
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        if (t->kernels[i]->fold == NULL)
            continue;
        ck_assert_uint_lt(count, 3);
        ck_assert_str_eq(t->kernels[i]->name, folded[count++]);
    }
    ck_assert_uint_eq(count, 3);
}
END_TEST

static Suite *kernels_suite(void)
{
    Suite *s = suite_create("kernels");
    TCase *t = tcase_create("kernels");
    tcase_add_test(t, test_table);
    tcase_add_test(t, test_layers);
    tcase_add_test(t, test_no_layers);
    tcase_add_test(t, test_folded_kernels);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(kernels_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
