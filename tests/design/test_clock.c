#include "design/clock.h"

#include "base/rng.h"

#include <check.h>
#include <stdlib.h>

enum { EDGES = 3000 };

/* As docs/links.md has it, in one unsigned sum per edge: small periods only. */
static int64_t edge_as_written(const struct clock *c, uint64_t n)
{
    const uint64_t k = c->drift_cycles, p = c->drift_ppm;
    if (k == 0 || p == 0)
        return (int64_t)(n * c->numerator / c->denominator);
    const uint64_t q = n / (2 * k), i = n % (2 * k);
    uint64_t millionths = 0;
    for (uint64_t step = 0; step < i; step++)
        millionths += step < k ? 1000000 - p : 1000000 + p;
    millionths += 2 * k * q * 1000000;
    return (int64_t)(millionths * c->numerator / (c->denominator * 1000000));
}

static struct clock random_clock(struct rng *rng)
{
    struct clock c = { .numerator = 1 + rng_below(rng, 3000),
                       .denominator = 1 + rng_below(rng, 40) };
    if (c.numerator < 2 * c.denominator)
        c.numerator += 2 * c.denominator; /* edges of their own femtosecond */
    if (rng_below(rng, 2) == 0) {
        c.drift_ppm = rng_below(rng, 400000);
        c.drift_cycles = rng_below(rng, 50);
    }
    return c;
}

/* Every edge, and every time up to the last of them. */
START_TEST(test_by_brute_force)
{
    struct rng rng = { 1 };
    for (uint32_t round = 0; round < 100; round++) {
        const struct clock c = random_clock(&rng);
        int64_t edges[EDGES];
        for (int64_t n = 0; n < EDGES; n++) {
            edges[n] = edge_as_written(&c, (uint64_t)n);
            ck_assert_int_eq(clock_edge(&c, n), edges[n]);
            ck_assert(n == 0 || edges[n] > edges[n - 1]);
        }
        int64_t from = 0, after = 0;
        for (int64_t time = -3; time < edges[EDGES - 1]; time++) {
            while (edges[from] < time)
                from++;
            while (edges[after] <= time)
                after++;
            if (clock_edge_from(&c, time) != from ||
                clock_edge_after(&c, time) != after)
                ck_abort_msg("clock %u, time %lld", round, (long long)time);
        }
    }
}
END_TEST

/* Where 64 bits do not do: an hour of clocks as they are. */
START_TEST(test_far_edges)
{
    static const struct {
        uint64_t hz, of;
    } rates[] = { { 200000000, 1 },
                  { CLOCK_HZ_MAX, 1 },
                  { 10312500000, 64 },
                  { 25781250000, 64 },
                  { 322265625, 1 },
                  { 333333333, 7 },
                  { 1, 1 },
                  { 99999989, 13 } };
    struct rng rng = { 2 };
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        for (uint32_t drift = 0; drift < 3; drift++) {
            struct clock c = clock_of_hz(rates[i].hz, rates[i].of);
            c.drift_ppm = drift * 50;
            c.drift_cycles = 10000;
            for (uint32_t round = 0; round < 1000; round++) {
                const int64_t time = (int64_t)(rng_next(&rng) >> 2);
                const int64_t n = clock_edge_from(&c, time);
                ck_assert_int_ge(clock_edge(&c, n), time);
                ck_assert(n == 0 || clock_edge(&c, n - 1) < time);
                ck_assert_int_eq(clock_edge_after(&c, clock_edge(&c, n)),
                                 n + 1);
                ck_assert_int_eq(clock_edge_from(&c, clock_edge(&c, n)), n);
            }
        }
    }
}
END_TEST

START_TEST(test_of_hz)
{
    struct clock c = clock_of_hz(200000000, 1);
    ck_assert_uint_eq(c.numerator, 5000000);
    ck_assert_uint_eq(c.denominator, 1);
    /* 10.3125 Gbit/s in words of 64 bits: 161.1328125 MHz. */
    c = clock_of_hz(10312500000, 64);
    ck_assert_uint_eq(c.numerator, 204800000);
    ck_assert_uint_eq(c.denominator, 33);
    ck_assert_int_eq(clock_edge(&c, 33), 204800000);
    ck_assert_int_eq(clock_edge(&c, 1), 6206060);
    ck_assert_int_eq(clock_edge(&c, 2), 12412121);
}
END_TEST

START_TEST(test_is_same)
{
    const struct clock a = clock_of_hz(400, 2), b = clock_of_hz(200, 1);
    ck_assert(clock_is_same(&a, &b));
    struct clock c = a, d = a;
    c.drift_ppm = 3; /* in turns of no cycles */
    ck_assert(clock_is_same(&a, &c));
    c.drift_cycles = 10;
    ck_assert(!clock_is_same(&a, &c));
    d.drift_cycles = 11;
    ck_assert(clock_is_same(&a, &d));
    d.drift_ppm = 3;
    ck_assert(!clock_is_same(&c, &d));
    const struct clock e = clock_of_hz(200, 3);
    ck_assert(!clock_is_same(&a, &e));
}
END_TEST

static Suite *clock_suite(void)
{
    Suite *s = suite_create("clock");
    TCase *t = tcase_create("clock");
    tcase_add_test(t, test_by_brute_force);
    tcase_add_test(t, test_far_edges);
    tcase_add_test(t, test_of_hz);
    tcase_add_test(t, test_is_same);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(clock_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
