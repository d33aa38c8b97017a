/* What depths gain, against a look at every depth. */
#include "tune/stalls.h"

#include "base/arena.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/analysis.h"
#include "tests/check_main.h"
#include "tests/tune/block_case.h"

#include <string.h>

enum { FRAMES = 16 };

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

static struct design *with_depth(const char *model, const char *fifo,
                                 uint32_t depth)
{
    struct design *d = model_case_design(a, model);
    struct stream *s = design_stream(d, fifo);
    ck_assert_ptr_nonnull(s);
    fifo_set(s, FIFO_AUTO, depth);
    return d;
}

static const struct stalls *stalls_of(const struct design *d)
{
    return stalls_find(a, what_if_new(a, d), analyse_design(a, d, FRAMES),
                       FRAMES);
}

static const struct stall *stall_at(const struct stalls *s,
                                    const struct design *d, const char *fifo)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (strcmp(d->streams[s->items[i].stream].name, fifo) == 0)
            return &s->items[i];
    ck_abort_msg("nobody waits for room in %s", fifo);
    return NULL;
}

static struct what_if_figures measure(const struct design *d)
{
    return what_if_measure(what_if_new(a, d), FRAMES);
}

/* lenet5: conv2 takes a whole row at a time and would be done in 5,968 cycles;
 * with 16 places behind pool1 it takes 6,434. */
START_TEST(a_depth_gains_what_it_says)
{
    struct design *d = model_case_design(a, "lenet5");
    const struct stalls *s = stalls_of(d);
    const struct stall *pool1 = stall_at(s, d, "pool1.out");
    ck_assert(pool1->tried && !pool1->fills);
    ck_assert_uint_eq(pool1->depth, 16);
    ck_assert_uint_gt(pool1->gain_depth, 16);
    ck_assert_uint_le(pool1->gain_depth, pool1->free_depth);
    for (uint32_t depth = 1; depth <= pool1->free_depth + 4; depth++) {
        const struct what_if_figures f =
            measure(with_depth("lenet5", "pool1.out", depth));
        const bool all = what_if_compare_intervals(&f, &pool1->gain) <= 0 &&
                         f.isolated_latency <= pool1->gain.isolated_latency;
        ck_assert_int_eq(all, depth >= pool1->gain_depth);
        if (depth == pool1->gain_depth)
            ck_assert_uint_eq(f.back_to_back_latency,
                              pool1->gain.back_to_back_latency);
    }
}
END_TEST

/* With the free depth nobody waits for room there, with one less somebody
 * does. */
START_TEST(a_wait_ends)
{
    struct design *d = model_case_design(a, "lenet5");
    const struct stall *pool1 = stall_at(stalls_of(d), d, "pool1.out");
    for (uint32_t i = 0; i < 2; i++) {
        const struct design *other =
            with_depth("lenet5", "pool1.out", pool1->free_depth - i);
        const struct run *r =
            run_timing(a, timing_from_design(a, other),
                       &(struct run_options){ .frames = FRAMES });
        const uint64_t blocked =
            r->processes[design_process(other, "pool1")->index]
                .total.blocked_by[0];
        ck_assert_int_eq(blocked == 0, i == 0);
    }
}
END_TEST

/* The source writes as fast as it may: what is behind it is always full. */
START_TEST(what_is_faster_than_its_reader_fills_up)
{
    struct design *d = model_case_design(a, "resnet8");
    const struct stalls *s = stalls_of(d);
    const struct stall *stall = stall_at(s, d, "stage1_add.out");
    ck_assert(stall->tried && stall->fills);
    ck_assert_uint_eq(stall->free_depth, 0);
    ck_assert_uint_eq(stall->gain_depth, 0);
    ck_assert_uint_eq(s->together_count, 0);
}
END_TEST

/* Two FIFOs of lenet5, each of which holds up what the other does not: alone
 * neither brings the interval to what both do. */
START_TEST(two_have_to_change_together)
{
    struct design *d = with_depth("lenet5", "pool2.out", 4);
    const struct stalls *s = stalls_of(d);
    ck_assert_uint_eq(s->together_count, 2);
    ck_assert_int_le(what_if_compare_intervals(&s->together_figures, &s->ideal),
                     0);
    for (uint32_t i = 0; i < s->count; i++)
        if (s->items[i].gain_depth != 0)
            ck_assert_int_lt(what_if_compare_intervals(&s->together_figures,
                                                       &s->items[i].gain),
                             0);
    /* Each of them is needed, to its last place. */
    struct what_if *w = what_if_new(a, d);
    for (uint32_t i = 0; i <= s->together_count; i++) {
        for (uint32_t k = 0; k < s->together_count; k++)
            what_if_set(w, s->together[k].stream,
                        s->together[k].depth - (i == k ? 1 : 0));
        const struct what_if_figures f = what_if_measure(w, FRAMES);
        const bool reached = what_if_compare_intervals(&f, &s->ideal) <= 0 &&
                             f.isolated_latency <= s->ideal.isolated_latency;
        ck_assert_int_eq(reached, i == s->together_count);
    }
}
END_TEST

/* The list begins with what gains most. */
START_TEST(the_best_comes_first)
{
    struct design *d = model_case_design(a, "svhn");
    for (uint32_t i = 0; i < d->stream_count; i++)
        fifo_set(&d->streams[i], FIFO_AUTO, 1);
    const struct stalls *s = stalls_of(d);
    ck_assert_uint_gt(s->count, 2);
    ck_assert_uint_ne(s->items[0].gain_depth, 0);
    for (uint32_t i = 1; i < s->count; i++) {
        const struct stall *before = &s->items[i - 1], *stall = &s->items[i];
        if (stall->gain_depth != 0)
            ck_assert(!stalls_is_better(&stall->gain, &before->gain));
        ck_assert(!(stall->gain_depth != 0 && before->gain_depth == 0));
    }
}
END_TEST

/* One frame has no interval, but a latency. */
START_TEST(one_frame_is_judged_by_its_latency)
{
    struct design *d = with_depth("pipeline224", "pool1.out", 2);
    const struct stalls *s =
        stalls_find(a, what_if_new(a, d), analyse_design(a, d, 1), 1);
    ck_assert_uint_eq(s->now.period, 0);
    ck_assert_uint_ne(s->together_count, 0);
    ck_assert_uint_lt(s->together_figures.isolated_latency,
                      s->now.isolated_latency);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_depth_gains_what_it_says,
        a_wait_ends,
        what_is_faster_than_its_reader_fills_up,
        two_have_to_change_together,
        the_best_comes_first,
        one_frame_is_judged_by_its_latency,
        NULL,
    };
    return check_main_with("stalls", tests, setup, teardown);
}
