#include "design/average.h"

#include "base/rng.h"

#include <check.h>
#include <stdlib.h>

/* Worked out by hand from docs/hardware.md. */
static const struct {
    uint64_t count;
    uint32_t reciprocal, shift;
} known[] = {
    { 1, 65536, 16 },
    { 2, 65536, 17 },
    { 3, 87381, 18 }, /* 262144 / 3 = 87381.33 */
    { 4, 65536, 18 },
    { 7, 74898, 19 },       /* 524288 / 7 = 74898.29 */
    { 9, 116508, 20 },      /* 1048576 / 9 = 116508.44 */
    { 11, 95325, 20 },      /* 1048576 / 11 = 95325.09 */
    { 13 * 13, 99273, 24 }, /* 16777216 / 169 = 99273.47 */
    { 15, 69905, 20 },      /* 1048576 / 15 = 69905.07 */
    { 6, 87381, 19 },       /* 524288 / 6 = 87381.33 */
    { 11 * 11, 69327, 23 }, /* 8388608 / 121 = 69327.34 */
    { 5, 104858, 19 },      /* 524288 / 5 = 104857.6 */
    { 49, 85598, 22 },      /* 4194304 / 49 = 85598.04 */
    { 224 * 224, 85598, 32 } /* 4294967296 / 50176 = 85598.04 */,
    { (UINT64_C(1) << 31) - 1, 65536, 47 },
    { (UINT64_C(1) << 30) + 1, 131072, 47 },
    { UINT64_C(1) << 31, 65536, 47 },
    { UINT64_C(1) << 40, 65536, 56 },
};

START_TEST(test_known)
{
    struct average a = average_of(known[_i].count);
    ck_assert_uint_eq(a.shift, known[_i].shift);
    ck_assert_uint_eq(a.reciprocal, known[_i].reciprocal);
}
END_TEST

/* k is the least with 2^k >= N, and R the nearest number, a tie the larger:
 * R - 1/2 <= 2^shift / N < R + 1/2. */
static void check_definition(uint64_t n)
{
    struct average a = average_of(n);
    ck_assert_uint_ge(UINT64_C(1) << (a.shift - 16), n);
    if (n > 1)
        ck_assert_uint_lt(UINT64_C(1) << (a.shift - 17), n);
    uint64_t twice = UINT64_C(2) << a.shift;
    uint64_t r = a.reciprocal;
    ck_assert_msg((2 * r - 1) * n <= twice && twice < (2 * r + 1) * n,
                  "N = %llu", (unsigned long long)n);
    ck_assert(r >= 1U << 16 && r <= 1U << 17);
}

START_TEST(test_definition)
{
    for (uint64_t n = 1; n <= 100000; n++)
        check_definition(n);
    struct rng r = { 1 };
    for (int i = 0; i < 100000; i++)
        check_definition(1 + (rng_next(&r) >> (24 + rng_below(&r, 40))));
}
END_TEST

/* Of 4, 6 and 9 values of a 3 x 3 window, in the fraction of the window; the
 * nearest number for any count. */
START_TEST(test_some)
{
    ck_assert_uint_eq(average_reciprocal(4, 20), 262144);
    ck_assert_uint_eq(average_reciprocal(6, 20), 174763); /* 174762.67 */
    ck_assert_uint_eq(average_reciprocal(9, 20), 116508);
    struct rng r = { 1 };
    for (int i = 0; i < 100000; i++) {
        uint64_t n = 1 + (rng_next(&r) >> (24 + rng_below(&r, 40)));
        uint32_t shift = average_of(n).shift;
        uint64_t some = 1 + rng_next(&r) % n, twice = UINT64_C(2) << shift;
        uint64_t x = average_reciprocal(some, shift);
        ck_assert_msg((2 * x - 1) * some <= twice && twice < (2 * x + 1) * some,
                      "%llu of %llu", (unsigned long long)some,
                      (unsigned long long)n);
    }
}
END_TEST

static Suite *average_suite(void)
{
    Suite *s = suite_create("average");
    TCase *t = tcase_create("average");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, test_known, 0, sizeof known / sizeof known[0]);
    tcase_add_test(t, test_definition);
    tcase_add_test(t, test_some);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(average_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
