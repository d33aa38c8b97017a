#include "report/tuning_words.h"

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/report/handmade_tuning.h"

#include <string.h>

static struct arena *arena;
static struct handmade *made;

static void setup(void)
{
    arena = arena_new();
    made = handmade_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

static const char *verdict(void)
{
    struct text *t = text_new(arena);
    tuning_print_verdict(&made->report, arena, t);
    return text_string(t);
}

/* Nothing was chosen, as this goal is missed in the second scenario. */
static void miss_goal(enum tune_outcome outcome, enum verdict missed)
{
    made->report.chosen = NULL;
    made->tuning.outcome = outcome;
    made->tuning.missed = missed;
    made->tuning.missed_in = 1;
}

START_TEST(prices_have_their_unit)
{
    struct tuning_report *r = &made->report;
    ck_assert_str_eq(tuning_price_text(r, 1504000000, arena), "1,504 bits");
    made->tuning.pricing = (struct pricing){ .lut = 250000, .bram18 = 1 };
    ck_assert_str_eq(tuning_price_text(r, 3000000, arena), "3");
    ck_assert_str_eq(tuning_price_text(r, 1234250000, arena), "1,234.250");
    r->by_device = true;
    r->device = &made->device;
    /* 10^6 units of 10^6 each are the whole device. */
    ck_assert_str_eq(tuning_price_text(r, UINT64_C(1000000000000), arena),
                     "100.0000 % of chip");
    ck_assert_str_eq(tuning_price_text(r, 777145000, arena),
                     "0.0777 % of chip");
}
END_TEST

START_TEST(cycles_per_frame_are_not_rounded_to_whole_ones)
{
    ck_assert_str_eq(tuning_ratio_text(arena, 4608, 1), "4,608");
    ck_assert_str_eq(tuning_ratio_text(arena, 9217, 2), "4,608.50");
    ck_assert_str_eq(tuning_ratio_text(arena, 10, 3), "3.33");
    ck_assert_str_eq(tuning_ratio_text(arena, 301, 100), "3.01");
    ck_assert_str_eq(tuning_ratio_text(arena, 5, 0), "-");
}
END_TEST

START_TEST(the_certificate_is_a_sentence)
{
    ck_assert_str_eq(verdict(),
                     "price          72 bits\n"
                     "certificate    locally minimal: no FIFO alone can be a "
                     "step cheaper;\n"
                     "               lower bound of all depths that meet the "
                     "goals: 56 bits\n");
    made->tuning.certificate = CERTIFICATE_OPTIMAL;
    ck_assert_ptr_nonnull(strstr(verdict(), "optimal: no depths that meet"));
    made->tuning.certificate = CERTIFICATE_NONE;
    made->tuning.outcome = TUNE_STOPPED;
    ck_assert_ptr_nonnull(strstr(verdict(), "none: interrupted; the goals are "
                                            "met"));
    made->report.chosen = NULL;
    made->tuning.figures = NULL;
    ck_assert_str_eq(verdict(), "interrupted    before any depths were found "
                                "that meet the goals\n");
}
END_TEST

START_TEST(who_makes_a_goal_unreachable_is_named)
{
    miss_goal(TUNE_UNREACHABLE, VERDICT_INTERVAL);
    made->goals[0] = made->goals[1] = (struct goals){ 900, 1, 0, 0, 0 };
    ck_assert_str_eq(verdict(),
                     "goal missed    no depth reaches interval 900 with source "
                     "always, sink every:3: source or sink alone take 999 "
                     "cycles a frame\n");
    made->tuning.missed_in = 0;
    ck_assert_ptr_nonnull(strstr(verdict(), "'work' alone takes 999 cycles a "
                                            "frame\n"));
    made->tuning.scenario_count = 1;
    made->tuning.missed = VERDICT_ISOLATED;
    made->goals[0].isolated = 800;
    ck_assert_str_eq(verdict(),
                     "goal missed    no depth reaches isolated latency 800: "
                     "with FIFOs that are never full it is 1,000\n");
}
END_TEST

START_TEST(what_is_in_the_way_of_a_goal_is_told)
{
    miss_goal(TUNE_LIMITED, VERDICT_BACK_TO_BACK);
    ck_assert_str_eq(verdict(),
                     "goal missed    latency back to back 2,000 with source "
                     "always, sink every:3: it is 1,008 with FIFOs that are "
                     "never full\n");
    ck_assert(tuning_report_best(&made->report) ==
              &made->references[1].figures);
    made->report.deepest = &made->rating;
    made->figures[1].back_to_back = 2500;
    ck_assert_ptr_nonnull(strstr(
        verdict(), "it is 2,500 with FIFOs as deep as the limits allow"));
    made->figures[1].verdict = VERDICT_DEADLOCK;
    ck_assert_ptr_nonnull(strstr(verdict(), "it is a deadlock with FIFOs"));
    made->report.deepest = NULL;
    made->report.chosen = &made->rating;
    made->report.method = "finn";
    ck_assert_ptr_nonnull(
        strstr(verdict(), "it is a deadlock with the depths of finn\n"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        prices_have_their_unit,
        cycles_per_frame_are_not_rounded_to_whole_ones,
        the_certificate_is_a_sentence,
        who_makes_a_goal_unreachable_is_named,
        what_is_in_the_way_of_a_goal_is_told,
        NULL,
    };
    return check_main_with("tuning_words", tests, setup, teardown);
}
