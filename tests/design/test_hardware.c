#include "design/hardware.h"

#include <check.h>
#include <stdlib.h>

START_TEST(test_fifo_kind_names)
{
    ck_assert_str_eq(fifo_kind_name(FIFO_AUTO), "auto");
    ck_assert_str_eq(fifo_kind_name(FIFO_SRL), "srl");
    ck_assert_str_eq(fifo_kind_name(FIFO_BRAM), "bram");
}
END_TEST

static Suite *hardware_suite(void)
{
    Suite *s = suite_create("hardware");
    TCase *t = tcase_create("hardware");
    tcase_add_test(t, test_fifo_kind_names);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(hardware_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
