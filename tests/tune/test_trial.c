/* Vectors of choices in batches, one by one, and as designs of their own. */
#include "tune/trial.h"

#include "base/arena.h"
#include "base/rng.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "tests/check_main.h"
#include "tests/tune/block_case.h"
#include "tests/tune/every_vector.h"

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

enum { SEED = 3, COUNT = 100 };

static const struct scenario scenarios[] = {
    { .name = "always" },
    { .name = "slow sink", .sink = { .burst = 4, .pause = 9 } },
    { .name = "chance", .source = { .random = 40, .seed = 1 } },
};

static struct trials *trials(void)
{
    struct design *d = block_case_design(
        a, &(struct block_case){ 4, 4, { 3, 0 }, .depth = 2, .shortcut = 1 });
    return every_trials(a, d,
                        &(struct tune_options){ .pricing = pricing_bits(),
                                                .scenario_count = 3,
                                                .scenarios = scenarios },
                        0);
}

static uint32_t **draw(const struct trials *t)
{
    struct rng rng = { SEED };
    uint32_t **vectors = arena_new_array(a, uint32_t *, COUNT);
    printf("trial: seed %d\n", SEED);
    for (uint32_t v = 0; v < COUNT; v++) {
        vectors[v] = arena_new_array(a, uint32_t, t->fifo_count);
        for (uint32_t i = 0; i < t->fifo_count; i++)
            vectors[v][i] = rng_below(&rng, v % 2 == 0 ? t->fifos[i].count : 4);
    }
    return vectors;
}

static bool same(const struct figures *x, const struct figures *y)
{
    return x->verdict == y->verdict && x->isolated == y->isolated &&
           x->back_to_back == y->back_to_back && x->period == y->period &&
           x->period_cycles == y->period_cycles && x->frames == y->frames &&
           x->certified == y->certified;
}

START_TEST(a_batch_gives_what_single_runs_do)
{
    struct trials *t = trials(), *alone = trials();
    uint32_t **vectors = draw(t);
    struct miss misses[COUNT];
    uint32_t verdicts[VERDICT_COUNT] = { 0 };
    trials_run(t, (const uint32_t *const *)vectors, COUNT, misses);
    for (uint32_t v = 0; v < COUNT; v++) {
        const struct miss m = trials_run_one(alone, vectors[v]);
        verdicts[m.verdict]++;
        ck_assert_int_eq(m.verdict, misses[v].verdict);
        ck_assert_uint_eq(m.scenario, misses[v].scenario);
        ck_assert(same(&m.figures, &misses[v].figures));
        const struct figures f = trials_figures(alone, vectors[v], m.scenario);
        ck_assert(same(&m.figures, &f));
    }
    ck_assert_uint_gt(verdicts[VERDICT_MET], 5);
    ck_assert_uint_gt(verdicts[VERDICT_DEADLOCK], 5);
    ck_assert_uint_gt(verdicts[VERDICT_ISOLATED] + verdicts[VERDICT_INTERVAL],
                      5);
}
END_TEST

START_TEST(threads_change_nothing)
{
    struct trials *t = trials(), *alone = trials();
    uint32_t **vectors = draw(t);
    struct miss misses[COUNT], expected[COUNT];
    t->threads = 3;
    trials_run(alone, (const uint32_t *const *)vectors, COUNT, expected);
    trials_run(t, (const uint32_t *const *)vectors, COUNT, misses);
    for (uint32_t v = 0; v < COUNT; v++) {
        ck_assert_int_eq(expected[v].verdict, misses[v].verdict);
        ck_assert_uint_eq(expected[v].scenario, misses[v].scenario);
        ck_assert(same(&expected[v].figures, &misses[v].figures));
    }
    /* Trials beside these, though, are theirs alone. */
    struct trials beside = trials_beside(t);
    trials_pace(&beside, true);
    trials_set(&beside, vectors[0]);
    const struct miss before = trials_run_one(alone, vectors[1]);
    const struct miss after = trials_run_one(t, vectors[1]);
    ck_assert(same(&before.figures, &after.figures));
    trials_drop(&beside);
    trials_end(t);
}
END_TEST

/* What a design with these depths does, and the first goal it misses. */
static enum verdict judge(const struct trials *t, uint32_t scenario,
                          const uint32_t *choices, struct figures *f)
{
    struct design d = *t->design;
    d.streams = arena_new_array(a, struct stream, d.stream_count);
    for (uint32_t i = 0; i < d.stream_count; i++)
        d.streams[i] = t->design->streams[i];
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        struct stream *s = &d.streams[t->fifos[i].stream->index];
        fifo_set(s, s->auto_kind ? FIFO_AUTO : s->kind,
                 storage_choice(&t->fifos[i], choices[i]).depth);
    }
    const struct timing *timing = trials_timing(a, &d, &t->scenarios[scenario]);
    const struct goals *g = &t->goals[scenario];
    const struct run *r =
        run_timing(a, timing, &(struct run_options){ .frames = t->frames });
    if (r->outcome == RUN_DEADLOCK)
        return VERDICT_DEADLOCK;
    f->isolated =
        run_latency(run_timing(a, timing, &(struct run_options){ .frames = 1 }),
                    0);
    uint32_t frames = r->frames;
    if (g->back_to_back_frames != 0 && g->back_to_back_frames < frames)
        frames = g->back_to_back_frames;
    for (uint32_t i = 0; i < frames; i++)
        if (run_latency(r, i) > f->back_to_back)
            f->back_to_back = run_latency(r, i);
    f->period = r->period;
    f->period_cycles = r->period_cycles;
    if (f->isolated > g->isolated)
        return VERDICT_ISOLATED;
    if (f->back_to_back > g->back_to_back)
        return VERDICT_BACK_TO_BACK;
    return r->period_cycles * g->period > g->period_cycles * r->period
               ? VERDICT_INTERVAL
               : VERDICT_MET;
}

START_TEST(figures_are_those_of_the_design)
{
    struct trials *t = trials();
    uint32_t **vectors = draw(t);
    for (uint32_t v = 0; v < COUNT; v++)
        for (uint32_t k = 0; k < t->scenario_count; k++) {
            struct figures f = { 0 };
            const enum verdict verdict = judge(t, k, vectors[v], &f);
            const struct figures g = trials_figures(t, vectors[v], k);
            /* One whose first frame takes too long runs no further. */
            if (verdict == VERDICT_DEADLOCK && g.verdict == VERDICT_ISOLATED)
                continue;
            ck_assert_int_eq(g.verdict, verdict);
            if (verdict == VERDICT_DEADLOCK)
                continue;
            ck_assert_uint_eq(g.isolated, f.isolated);
            if (verdict == VERDICT_ISOLATED)
                continue; /* it ended with that */
            ck_assert_uint_eq(g.back_to_back, f.back_to_back);
            /* Over all frames, or over a period, if it recurs. */
            ck_assert_uint_eq(g.period_cycles * f.period,
                              f.period_cycles * g.period);
        }
}
END_TEST

/* The deepest FIFOs keep the goal at its pace and without; a frame then begins
 * as often as the goal says, so that no latency is longer than at once. */
START_TEST(the_pace_of_the_goal_is_kept)
{
    struct trials *t = trials();
    uint32_t *choices = arena_new_array(a, uint32_t, t->fifo_count);
    for (uint32_t i = 0; i < t->fifo_count; i++)
        choices[i] = t->fifos[i].count - 1;
    /* Before the FIFOs are full frames wait longer and longer. */
    t->goals[0].back_to_back = 0;
    const struct figures before = trials_figures(t, choices, 0);
    ck_assert_int_eq(before.verdict, VERDICT_MET);
    trials_pace(t, true);
    ck_assert(t->paced[0]);
    ck_assert(t->paced[1]); /* its source is always ready */
    ck_assert(!t->paced[2]);
    const struct figures paced = trials_figures(t, choices, 0);
    ck_assert_int_eq(paced.verdict, VERDICT_MET);
    ck_assert(paced.certified);
    ck_assert_uint_eq(figures_interval(&paced), t->goals[0].period_cycles);
    ck_assert_uint_eq(paced.isolated, before.isolated);
    ck_assert_uint_eq(paced.back_to_back, before.isolated);
    ck_assert_uint_gt(before.back_to_back, before.isolated);
    trials_pace(t, false);
    const struct figures after = trials_figures(t, choices, 0);
    ck_assert(!t->paced[0]);
    ck_assert(same(&before, &after));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_batch_gives_what_single_runs_do,
        threads_change_nothing,
        figures_are_those_of_the_design,
        the_pace_of_the_goal_is_kept,
        NULL,
    };
    return check_main_with("trial", tests, setup, teardown);
}
