#include "traces/clock_domain.h"

#include "tests/check_main.h"
#include "tests/traces/trace_case.h"

static struct trace_case c;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

START_TEST(cycle_0_is_the_first_out_of_reset)
{
    struct clock_domain d = { 0 };
    ck_assert(!clock_domain_edge(&d, 5, LEVEL_UNKNOWN));
    ck_assert(!clock_domain_edge(&d, 15, LEVEL_1));
    for (uint64_t i = 0; i < 9; i++) {
        ck_assert(clock_domain_edge(&d, 25 + 10 * i, LEVEL_0));
        ck_assert_uint_eq(d.cycle, i);
    }
    struct clock_seen seen = clock_domain_seen(&d, "clk", 1000);
    ck_assert_uint_eq(seen.cycles, 9);
    ck_assert_uint_eq(seen.period_fs, 10000);
    ck_assert_uint_eq(seen.zero_fs, 25000);
    clock_domain_report(&d, "clk", "f", c.diag);
    trace_case_expect_none(&c);
}
END_TEST

START_TEST(odd_clocks)
{
    struct clock_domain never = { 0 }, d = { 0 };
    clock_domain_edge(&never, 5, LEVEL_1);
    clock_domain_report(&never, "clk", "f", c.diag);
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_CLOCK, "never leaves");
    ck_assert_uint_eq(clock_domain_seen(&never, "clk", 1).cycles, 0);
    static const uint64_t times[] = { 0, 10, 20, 45, 55, 65 };
    for (int i = 0; i < 6; i++)
        clock_domain_edge(&d, times[i], LEVEL_0);
    clock_domain_report(&d, "clk", "f", c.diag);
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_CLOCK,
                      "from time 20 to 45, the period is 10");
    struct clock_domain again = { 0 };
    for (uint64_t i = 0; i < 9; i++)
        ck_assert(
            clock_domain_edge(&again, i,
                              i == 3 || i == 4 || i == 7 ? LEVEL_1 : LEVEL_0) ==
            (i != 3 && i != 4 && i != 7));
    ck_assert_uint_eq(again.resets, 2);
    clock_domain_report(&again, "clk", "f", c.diag);
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_CLOCK, "in cycle 3");
}
END_TEST

START_TEST(clocks_that_tick_alike)
{
    struct clock_domain a = { 0 }, b = { 0 }, other = { 0 };
    for (uint64_t i = 0; i < 9; i++) {
        clock_domain_edge(&a, 10 * i, LEVEL_0);
        clock_domain_edge(&b, 10 * i, LEVEL_0);
        clock_domain_edge(&other, i == 4 ? 41 : 10 * i, LEVEL_0);
    }
    ck_assert(clock_domain_same(&a, &b));
    ck_assert(!clock_domain_same(&a, &other));
    clock_domain_edge(&b, 90, LEVEL_0);
    ck_assert(!clock_domain_same(&a, &b));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { cycle_0_is_the_first_out_of_reset,
                                   odd_clocks, clocks_that_tick_alike, NULL };
    return check_main_with("clock_domain", tests, setup, teardown);
}
