/* Intervals, latencies and gains in words. */
#include "report/explanation_figures.h"

#include "base/arena.h"
#include "tests/check_main.h"
#include "tune/what_if.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

START_TEST(intervals)
{
    const struct what_if_figures whole = { .period = 2, .period_cycles = 5000 };
    const struct what_if_figures part = { .period = 3, .period_cycles = 5000 };
    const struct what_if_figures none = { 0 };
    ck_assert_str_eq(explanation_interval_text(a, &whole), "2,500");
    ck_assert_str_eq(explanation_interval_text(a, &part), "1,666.67");
    ck_assert_str_eq(explanation_interval_text(a, &none), "-");
}
END_TEST

START_TEST(all_figures)
{
    const struct what_if_figures f = { .period = 1,
                                       .period_cycles = 10,
                                       .isolated_latency = 1200,
                                       .back_to_back_latency = 1300 };
    const struct what_if_figures one = { .isolated_latency = 7,
                                         .back_to_back_latency = 7 };
    const struct what_if_figures stuck = { .deadlock = true };
    ck_assert_str_eq(explanation_figures_text(a, &f),
                     "interval 10 cycles, latency 1,200 isolated, "
                     "1,300 back to back");
    ck_assert_str_eq(explanation_figures_text(a, &one),
                     "interval unknown, latency 7 isolated, 7 back to back");
    ck_assert_str_eq(explanation_figures_text(a, &stuck), "deadlock");
}
END_TEST

START_TEST(gains)
{
    const struct what_if_figures now = { .period = 1,
                                         .period_cycles = 2000,
                                         .isolated_latency = 50 };
    const struct what_if_figures faster = { .period = 2,
                                            .period_cycles = 3998,
                                            .isolated_latency = 50 };
    const struct what_if_figures sooner = { .period = 1,
                                            .period_cycles = 2000,
                                            .isolated_latency = 40 };
    const struct what_if_figures both = { .period = 2,
                                          .period_cycles = 2001,
                                          .isolated_latency = 49 };
    ck_assert_str_eq(explanation_gain_text(a, &now, &faster),
                     "1 cycle of the interval (0.1 %)");
    ck_assert_str_eq(explanation_gain_text(a, &now, &sooner),
                     "10 cycles of the latency of a frame alone");
    ck_assert_str_eq(explanation_gain_text(a, &now, &both),
                     "999.50 cycles of the interval (50.0 %) and 1 cycle of "
                     "the latency of a frame alone");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { intervals, all_figures, gains, NULL };
    return check_main_with("explanation_figures", tests, setup, teardown);
}
