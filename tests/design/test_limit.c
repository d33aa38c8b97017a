#include "design/limit.h"

#include "base/fixed.h"
#include "tests/kernels/kernel_case.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *format;
    uint32_t limit;
    bool exact, reached;
} cases[] = {
    { "fixed<8,4>", 7, true, true },
    /* The largest value is 7 15/16. */
    { "fixed<8,4>", 8, true, false },
    { "ufixed<8,4>", 15, true, true },
    { "ufixed<8,4>", 16, true, false },
    { "fixed<8,8>", 127, true, true },
    { "fixed<8,8>", 128, true, false },
    { "fixed<8,0>", 1, true, false },
    { "fixed<62,-64>", 1, true, false },
    { "fixed<62,61>", UINT32_MAX, true, true },
    /* In steps of 4. */
    { "fixed<8,10>", 8, true, true },
    { "fixed<8,10>", 6, false, true },
    { "fixed<8,10>", 508, true, true },
    { "fixed<8,10>", 509, false, false },
    { "fixed<8,10>", 512, true, false },
    /* In steps of 2^52, 2^32 and 2^31; only zero and below. */
    { "fixed<8,60>", UINT32_C(1) << 31, false, true },
    { "fixed<8,40>", UINT32_C(1) << 31, false, true },
    { "fixed<8,39>", UINT32_C(1) << 31, true, true },
    { "fixed<1,64>", 1, false, false },
};

START_TEST(test_cases)
{
    struct format f = make_format(cases[_i].format);
    uint32_t limit = cases[_i].limit;
    ck_assert(limit_is_exact(limit, format_fraction(f)) == cases[_i].exact);
    ck_assert(limit_is_reached(limit, f) == cases[_i].reached);
    ck_assert(limit_fits(limit, f) == (cases[_i].exact || !cases[_i].reached));
}
END_TEST

/* All small formats against their values one by one. */
START_TEST(test_by_values)
{
    for (uint8_t width = 1; width <= 5; width++) {
        for (int16_t integer = -3; integer <= 9; integer++) {
            for (int is_signed = 0; is_signed < 2; is_signed++) {
                struct format f = { .width = width,
                                    .integer = integer,
                                    .is_signed = is_signed != 0 };
                for (uint32_t limit = 1; limit < 20; limit++) {
                    bool reached = false;
                    for (int64_t x = 0; x <= format_max(f); x++)
                        reached |= fixed_to_double(x, f) >= limit;
                    bool exact = false;
                    double step = fixed_to_double(1, f);
                    for (int64_t x = 1; (double)x * step <= limit; x++)
                        exact |= (double)x * step == limit;
                    ck_assert(limit_is_reached(limit, f) == reached);
                    ck_assert(limit_is_exact(limit, format_fraction(f)) ==
                              exact);
                }
            }
        }
    }
}
END_TEST

static Suite *limit_suite(void)
{
    Suite *s = suite_create("limit");
    TCase *t = tcase_create("limit");
    tcase_add_loop_test(t, test_cases, 0, sizeof cases / sizeof cases[0]);
    tcase_add_test(t, test_by_values);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(limit_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
