/* Bounds of single FIFOs against real runs with all others as deep as can
 * be. */
#include "tune/fifo_bound.h"

#include "base/arena.h"
#include "design/design.h"
#include "tests/check_main.h"
#include "tests/tune/block_case.h"
#include "tests/tune/every_vector.h"

#include <string.h>

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

enum { TOKENS = 10000000, MOST = 60 };

/* Where only the interval is a goal. */
static struct trials *trials(const struct design *d, uint32_t count,
                             const struct scenario *scenarios)
{
    struct trials *t =
        every_trials(a, d,
                     &(struct tune_options){ .pricing = pricing_bits(),
                                             .scenario_count = count,
                                             .scenarios = scenarios },
                     MOST);
    for (uint32_t k = 0; k < t->scenario_count; k++)
        t->goals[k].isolated = t->goals[k].back_to_back = 0;
    return t;
}

static uint32_t fifo_named(const struct trials *t, const char *name)
{
    for (uint32_t i = 0; i < t->fifo_count; i++)
        if (strcmp(t->fifos[i].stream->name, name) == 0)
            return i;
    ck_abort_msg("no FIFO '%s'", name);
    return 0;
}

/* The first choice with which a run meets the goals, all others at the last. */
static uint32_t least_that_meets(struct trials *t, uint32_t fifo)
{
    uint32_t *choices = arena_new_array(a, uint32_t, t->fifo_count);
    for (uint32_t i = 0; i < t->fifo_count; i++)
        choices[i] = t->fifos[i].count - 1;
    for (choices[fifo] = 0; choices[fifo] < t->fifos[fifo].count - 1;)
        if (trials_run_one(t, choices).verdict == VERDICT_MET)
            break;
        else
            choices[fifo]++;
    return choices[fifo];
}

static const struct scenario scenarios[] = {
    { .name = "always" },
    { .name = "source", .source = { .frame_gap = 60 } },
    { .name = "source in bursts", .source = { .burst = 8, .pause = 90 } },
    { .name = "sink", .sink = { .frame_gap = 60 } },
    { .name = "sink in bursts", .sink = { .burst = 8, .pause = 90 } },
};

static struct design *block(uint32_t width, uint32_t shortcut)
{
    return block_case_design(
        a, &(struct block_case){
               4, width, { 3, 0 }, .depth = 2, .shortcut = shortcut });
}

START_TEST(no_run_meets_the_goal_below_a_bound)
{
    uint32_t above = 0;
    for (uint32_t width = 3; width < 7; width++)
        for (uint32_t shortcut = 0; shortcut < 2; shortcut++)
            for (uint32_t k = 0; k < 5; k++) {
                struct trials *t =
                    trials(block(width, shortcut), 1, &scenarios[k]);
                for (uint32_t i = 0; i < t->fifo_count; i++) {
                    uint64_t tokens = TOKENS;
                    const uint32_t bound =
                        fifo_bound(t, i, 0, t->fifos[i].count - 1, &tokens);
                    ck_assert_msg(bound <= least_that_meets(t, i),
                                  "width %u, %s, '%s'", width,
                                  scenarios[k].name, t->fifos[i].stream->name);
                    ck_assert_uint_eq(fifo_bound(t, i, bound + k,
                                                 t->fifos[i].count - 1,
                                                 &tokens),
                                      bound);
                    above += bound != 0;
                }
            }
    ck_assert_uint_gt(above, 10);
}
END_TEST

/* The shortcut's alone decides. */
START_TEST(a_shortcut_has_the_bound_that_it_needs)
{
    for (uint32_t width = 3; width < 7; width++) {
        struct trials *t = trials(block(width, 0), 0, NULL);
        const uint32_t i = fifo_named(t, "source.clone.out1");
        uint64_t tokens = TOKENS;
        const uint32_t bound =
            fifo_bound(t, i, 0, t->fifos[i].count - 1, &tokens);
        ck_assert_uint_eq(bound, least_that_meets(t, i));
        /* A row and two pixels come before the first pixel of the window. */
        ck_assert_uint_ge(storage_choice(&t->fifos[i], bound).depth, 3);
        ck_assert_uint_lt(tokens, TOKENS);
    }
}
END_TEST

/* Two windows one after the other: the shortcut around them is deep, and no
 * other FIFO pays for that. */
START_TEST(other_fifos_are_unlimited)
{
    struct trials *t =
        trials(block_case_design(
                   a, &(struct block_case){ 4, 6, { 3, 3 }, .depth = 2 }),
               0, NULL);
    const uint32_t shortcut = fifo_named(t, "source.clone.out1");
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        uint64_t tokens = TOKENS;
        const uint32_t bound =
            fifo_bound(t, i, 0, t->fifos[i].count - 1, &tokens);
        ck_assert_uint_le(bound, least_that_meets(t, i));
        ck_assert(i != shortcut || bound > 6);
    }
}
END_TEST

/* Every scenario has to be met, so the bound is the largest of them. */
START_TEST(scenarios_are_met_all)
{
    const struct design *d = block(5, 0);
    struct trials *all = trials(d, 5, scenarios);
    for (uint32_t i = 0; i < all->fifo_count; i++) {
        uint32_t most = 0;
        uint64_t tokens = TOKENS;
        for (uint32_t k = 0; k < 5; k++) {
            struct trials *one = trials(d, 1, &scenarios[k]);
            const uint32_t bound =
                fifo_bound(one, i, 0, one->fifos[i].count - 1, &tokens);
            most = bound > most ? bound : most;
        }
        ck_assert_uint_eq(
            fifo_bound(all, i, 0, all->fifos[i].count - 1, &tokens), most);
    }
}
END_TEST

START_TEST(nothing_is_shown_without_a_goal_or_time)
{
    struct trials *t = trials(block(5, 0), 0, NULL);
    const uint32_t i = fifo_named(t, "source.clone.out1");
    uint64_t tokens = 0;
    ck_assert_uint_eq(fifo_bound(t, i, 0, t->fifos[i].count - 1, &tokens), 0);
    tokens = TOKENS;
    ck_assert_uint_eq(fifo_bound(t, i, 0, 0, &tokens), 0);
    t->goals[0].period = 0;
    ck_assert_uint_eq(fifo_bound(t, i, 0, t->fifos[i].count - 1, &tokens), 0);
    ck_assert_uint_eq(tokens, TOKENS);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        no_run_meets_the_goal_below_a_bound,
        a_shortcut_has_the_bound_that_it_needs,
        other_fifos_are_unlimited,
        scenarios_are_met_all,
        nothing_is_shown_without_a_goal_or_time,
        NULL,
    };
    return check_main_with("fifo_bound", tests, setup, teardown);
}
