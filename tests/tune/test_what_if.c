/* Other depths give what a design with those depths gives. */
#include "tune/what_if.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/analysis.h"
#include "tests/check_main.h"
#include "tests/tune/block_case.h"

#include <stdio.h>

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

/* Depths on both sides of where block RAM begins. */
START_TEST(the_same_as_a_design_with_these_depths)
{
    enum { SEED = 3, CASES = 12 };
    struct rng rng = { SEED };
    struct what_if *w = what_if_new(a, model_case_design(a, "lenet5"));
    printf("what_if: seed %d\n", SEED);
    for (uint32_t i = 0; i < CASES; i++) {
        struct design *d = model_case_design(a, "lenet5");
        for (uint32_t k = 0; k < d->stream_count; k++) {
            const uint32_t depth = 1 + rng_below(&rng, 2 * FIFO_AUTO_SRL_MAX);
            fifo_set(&d->streams[k], FIFO_AUTO, depth);
            what_if_set(w, k, depth);
        }
        const struct what_if_figures f = what_if_measure(w, 6);
        const struct analysis *x = analyse_design(a, d, 6);
        ck_assert(!f.deadlock);
        ck_assert_uint_eq(f.period_cycles * x->run->period,
                          x->run->period_cycles * f.period);
        ck_assert_uint_eq(f.isolated_latency, x->isolated_latency);
        ck_assert_uint_eq(f.back_to_back_latency, x->back_to_back_latency);
        ck_assert_int_eq(f.certified, x->run->certified);
    }
    what_if_restore_all(w);
    const struct what_if_figures f = what_if_measure(w, 6);
    const struct analysis *x = analyse_design(a, w->design, 6);
    ck_assert_uint_eq(f.period_cycles, x->run->period_cycles);
}
END_TEST

/* The deepest that counts is as good as one that is never full. */
START_TEST(deepest_is_unbounded)
{
    struct what_if *w = what_if_new(a, model_case_design(a, "svhn"));
    for (uint32_t i = 0; i < w->design->stream_count; i++) {
        struct what_if_figures f[2];
        what_if_set(w, i, what_if_deepest(w, i, 3));
        f[0] = what_if_measure(w, 3);
        what_if_set(w, i, WHAT_IF_UNBOUNDED);
        f[1] = what_if_measure(w, 3);
        ck_assert_uint_eq(f[0].period_cycles, f[1].period_cycles);
        ck_assert_uint_eq(f[0].isolated_latency, f[1].isolated_latency);
        what_if_restore(w, i);
    }
}
END_TEST

START_TEST(sizes)
{
    const struct block_case c = { 3, 3, { 3, 0 }, .depth = 1 };
    struct what_if *w = what_if_new(a, block_case_design(a, &c));
    ck_assert(!what_if_counts_tokens(w));
    ck_assert_uint_eq(what_if_size(w, 0, 5), UINT64_C(5) * 8);
    /* Block RAM holds one more, in its output register. */
    ck_assert_uint_eq(what_if_size(w, 0, FIFO_AUTO_SRL_MAX + 1),
                      UINT64_C(8) * (FIFO_AUTO_SRL_MAX + 2));
    struct design *d = model_case_design(a, "finn/pipe_P4");
    d->input->width_bits = 0; /* not told */
    struct what_if *p = what_if_new(a, d);
    ck_assert(what_if_counts_tokens(p));
    ck_assert_uint_eq(what_if_size(p, d->input->index, 5), 5);
    ck_assert_uint_eq(what_if_size(p, d->output->index, 7), 7);
}
END_TEST

/* The deepest that a size pays for, and not one more. */
START_TEST(the_deepest_within_a_size)
{
    const struct block_case c = { 3, 3, { 3, 0 }, .depth = 1 };
    struct what_if *w = what_if_new(a, block_case_design(a, &c));
    ck_assert_uint_eq(what_if_deepest_within(w, 0, 1, 100, 0), 1);
    ck_assert_uint_eq(what_if_deepest_within(w, 0, 1, 100, 7), 1);
    ck_assert_uint_eq(what_if_deepest_within(w, 0, 1, 100, 8), 2);
    ck_assert_uint_eq(what_if_deepest_within(w, 0, 4, 100, 47), 9);
    ck_assert_uint_eq(what_if_deepest_within(w, 0, 4, 9, 4000), 9);
    ck_assert_uint_eq(what_if_deepest_within(w, 0, 3, 3, 4000), 3);
}
END_TEST

START_TEST(intervals)
{
    const struct what_if_figures slow = { .period = 2, .period_cycles = 21 };
    const struct what_if_figures fast = { .period = 3, .period_cycles = 31 };
    ck_assert_int_gt(what_if_compare_intervals(&slow, &fast), 0);
    ck_assert_int_lt(what_if_compare_intervals(&fast, &slow), 0);
    ck_assert_int_eq(what_if_compare_intervals(&fast, &fast), 0);
}
END_TEST

/* The sizes of streams inside of a process are not chosen. */
START_TEST(only_fifos_can_be_chosen)
{
    struct what_if *w = what_if_new(a, model_case_design(a, "finn/pipe_P4"));
    uint32_t inner = 0;
    for (uint32_t i = 0; i < w->design->stream_count; i++) {
        ck_assert_int_eq(what_if_can_choose(w, i),
                         !w->design->streams[i].inner);
        inner += w->design->streams[i].inner ? 1 : 0;
    }
    ck_assert_uint_gt(inner, 0);
    ck_assert(!what_if_can_choose(w, w->design->stream_count));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_same_as_a_design_with_these_depths,
        deepest_is_unbounded,
        sizes,
        the_deepest_within_a_size,
        intervals,
        only_fifos_can_be_chosen,
        NULL,
    };
    return check_main_with("what_if", tests, setup, teardown);
}
