#include "design/kernel.h"

#include <check.h>
#include <stdlib.h>

START_TEST(test_find)
{
    const struct kernel clone = { .name = "clone" };
    const struct kernel cloned = { .name = "cloned" };
    const struct kernel *const kernels[] = { &cloned, &clone };
    const struct kernel_table t = { .count = 2, .kernels = kernels };
    ck_assert_ptr_eq(kernel_find(&t, "clone"), &clone);
    ck_assert_ptr_eq(kernel_find(&t, "cloned"), &cloned);
    ck_assert_ptr_null(kernel_find(&t, "clon"));
    const struct kernel_table none = { 0 };
    ck_assert_ptr_null(kernel_find(&none, "clone"));
}
END_TEST

static Suite *kernel_suite(void)
{
    Suite *s = suite_create("kernel");
    TCase *t = tcase_create("kernel");
    tcase_add_test(t, test_find);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(kernel_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
