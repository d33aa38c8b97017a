#include "design/hardware.h"

#include <check.h>
#include <stdlib.h>

START_TEST(test_fifo_kind_names)
{
    ck_assert_str_eq(fifo_kind_name(FIFO_AUTO), "auto");
    ck_assert_str_eq(fifo_kind_name(FIFO_SRL), "srl");
    ck_assert_str_eq(fifo_kind_name(FIFO_BRAM), "bram");
    ck_assert_str_eq(fifo_kind_name(FIFO_FRAME), "frame");
}
END_TEST

START_TEST(test_layer_options)
{
    const struct layer_options options[] = { { .layer = "conv" },
                                             { .layer = "conv1" } };
    const struct hardware h = { .layer_count = 2, .layers = options };
    ck_assert_ptr_eq(hardware_layer_options(&h, "conv1"), &options[1]);
    ck_assert_ptr_eq(hardware_layer_options(&h, "conv"), &options[0]);
    ck_assert_ptr_null(hardware_layer_options(&h, "con"));
}
END_TEST

static Suite *hardware_suite(void)
{
    Suite *s = suite_create("hardware");
    TCase *t = tcase_create("hardware");
    tcase_add_test(t, test_fifo_kind_names);
    tcase_add_test(t, test_layer_options);
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
