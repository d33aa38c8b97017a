#include "kernels/kernels.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Every kernel can do all that a kernel must, and has a name of its own. */
START_TEST(test_table)
{
    const struct kernel_table *t = kernels_headrace();
    ck_assert_uint_eq(t->count, 5);
    for (uint32_t i = 0; i < t->count; i++) {
        const struct kernel *k = t->kernels[i];
        ck_assert_ptr_nonnull(k->shape);
        ck_assert_ptr_nonnull(k->schedule);
        ck_assert_ptr_nonnull(k->compute);
        ck_assert_ptr_nonnull(k->compute_float);
        ck_assert_ptr_eq(kernel_find(t, k->name), k);
        for (uint32_t j = 0; j < i; j++)
            ck_assert_str_ne(k->name, t->kernels[j]->name);
    }
}
END_TEST

START_TEST(test_folded_kernels)
{
    ck_assert_ptr_nonnull(kernel_conv2d.fold);
    ck_assert_ptr_nonnull(kernel_dense.fold);
    ck_assert_ptr_null(kernel_maxpool2d.fold);
    ck_assert_ptr_null(kernel_relu.fold);
    ck_assert_ptr_null(kernel_zeropad2d.fold);
}
END_TEST

static Suite *kernels_suite(void)
{
    Suite *s = suite_create("kernels");
    TCase *t = tcase_create("kernels");
    tcase_add_test(t, test_table);
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
