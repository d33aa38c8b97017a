/* check_main -- the main() that all suites share. */
#ifndef HEADRACE_TESTS_CHECK_MAIN_H
#define HEADRACE_TESTS_CHECK_MAIN_H

#include <check.h>
#include <stdlib.h>

/* A program whose only suite has the test functions listed (NULL ends), each
 * between setup and teardown (may be NULL). */
static inline int check_main_with(const char *name, const TTest *const *tests,
                                  SFun setup, SFun teardown)
{
    Suite *s = suite_create(name);
    TCase *c = tcase_create(name);
    tcase_add_checked_fixture(c, setup, teardown);
    for (; *tests != NULL; tests++)
        tcase_add_test(c, *tests);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static inline int check_main(const char *name, const TTest *const *tests)
{
    return check_main_with(name, tests, NULL, NULL);
}

#endif
