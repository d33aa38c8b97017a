#include "design/trust.h"

#include "design/design.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    struct trust trust;
    uint64_t cycles, bound;
} bounds[] = {
    { { .level = TRUST_EXACT }, 1000, 0 },
    { { .level = TRUST_CALIBRATED, .bound_cycles = 3 }, 1000, 3 },
    { { .level = TRUST_CALIBRATED, .bound_ppm = 10000 }, 1000, 10 },
    { { .level = TRUST_CALIBRATED, .bound_ppm = 10000 }, 1001, 11 },
    { { .level = TRUST_CALIBRATED, .bound_cycles = 2, .bound_ppm = 1 }, 1, 3 },
    /* 2^64 / 4, of which a millionth is 4611686018427.39: nothing overflows. */
    { { .level = TRUST_CALIBRATED, .bound_ppm = 1 },
      UINT64_C(1) << 62,
      UINT64_C(4611686018428) },
    { { .level = TRUST_EXTRAPOLATED, .bound_cycles = 3 }, 1000, 0 },
};

START_TEST(test_bounds)
{
    ck_assert_uint_eq(trust_bound(&bounds[_i].trust, bounds[_i].cycles),
                      bounds[_i].bound);
}
END_TEST

START_TEST(test_total)
{
    const uint64_t cycles[] = { 100, 1000, 200 };
    struct process p[3] = { 0 };
    const struct design d = { .process_count = 3, .processes = p };
    struct trust_total t = trust_of_design(&d, cycles);
    ck_assert_int_eq(t.level, TRUST_EXACT);
    ck_assert_uint_eq(t.bound_cycles, 0);
    p[0].trust.level = p[1].trust.level = TRUST_CALIBRATED;
    p[0].trust.bound_cycles = 4;
    p[1].trust.bound_ppm = 5000;
    t = trust_of_design(&d, cycles);
    ck_assert_int_eq(t.level, TRUST_CALIBRATED);
    ck_assert_uint_eq(t.process, 1);
    ck_assert_uint_eq(t.bound_cycles, 9);
    p[2].trust.level = TRUST_EXTRAPOLATED;
    t = trust_of_design(&d, cycles);
    ck_assert_int_eq(t.level, TRUST_EXTRAPOLATED);
    ck_assert_uint_eq(t.process, 2);
    ck_assert_uint_eq(t.bound_cycles, 0);
}
END_TEST

START_TEST(test_names)
{
    ck_assert_str_eq(trust_level_name(TRUST_EXACT), "exact");
    ck_assert_str_eq(trust_level_name(TRUST_CALIBRATED), "calibrated");
    ck_assert_str_eq(trust_level_name(TRUST_EXTRAPOLATED), "extrapolated");
}
END_TEST

static Suite *trust_suite(void)
{
    Suite *s = suite_create("trust");
    TCase *t = tcase_create("trust");
    tcase_add_loop_test(t, test_bounds, 0, sizeof bounds / sizeof bounds[0]);
    tcase_add_test(t, test_total);
    tcase_add_test(t, test_names);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(trust_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
