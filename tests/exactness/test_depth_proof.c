/* FIFO depths that cannot be smaller, in Verilated RTL: with the depths that a
 * search by the model chose the interval and the latency are those of
 * unlimited FIFOs, and with any single FIFO one token shallower one of the two
 * is missed -- to the cycle as the model says.
 *
 * The search here is plain: FIFO after FIFO as shallow as it goes, until none
 * goes any further. */
#include "cli/depth_proof.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "tests/hwgen/sample_design.h"
#include "tests/hwgen/temp_folder.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS = 1800 };

static struct arena *arena;
static struct diag *diag;
static char *folder;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
    folder = temp_folder_new(arena);
}

static void teardown(void)
{
    temp_folder_remove(folder);
    arena_free(arena);
}

/* --- goals, by the model -------------------------------------------------- */

struct goals {
    uint64_t period, period_cycles; /* at most so many cycles a period */
    uint64_t alone;                 /* at most: latency of a frame alone */
};

static bool within(const struct goals *g, uint64_t period, uint64_t cycles)
{
    return cycles * g->period <= g->period_cycles * period;
}

static bool meets(const struct design *d, const struct goals *g)
{
    struct arena *a = arena_new();
    const struct timing *t = timing_from_design(a, d);
    struct run_options o = { .no_stats = true };
    const struct run *r = run_timing(a, t, &o);
    bool ok = r->outcome == RUN_DONE && within(g, r->period, r->period_cycles);
    if (ok) {
        o.frames = 1;
        ok = run_latency(run_timing(a, t, &o), 0) <= g->alone;
    }
    arena_free(a);
    return ok;
}

static void set(struct stream *s, uint32_t depth)
{
    fifo_set(s, s->auto_kind ? FIFO_AUTO : s->kind, depth);
}

/* Those of FIFOs that hold two frames.  The state hardly ever recurs while they
 * fill, frame after frame, but the last frames come at the pace of the slowest
 * process. */
static struct goals unlimited(struct design *d)
{
    for (uint32_t i = 0; i < d->stream_count; i++)
        set(&d->streams[i], (uint32_t)(2 * d->streams[i].tokens_per_frame + 2));
    const struct timing *t = timing_from_design(arena, d);
    struct run_options o = { .no_stats = true };
    const struct run *r = run_timing(arena, t, &o);
    ck_assert_int_eq(r->outcome, RUN_DONE);
    struct goals g = { r->period, r->period_cycles, 0 };
    o.frames = 1;
    g.alone = run_latency(run_timing(arena, t, &o), 0);
    return g;
}

static uint32_t least_depth(const struct stream *s)
{
    return s->kind == FIFO_BRAM && !s->auto_kind ? 2 : 1;
}

/* The least depth of this FIFO that halving the range finds, and from there
 * one by one. */
static bool shrink(struct design *d, struct stream *s, const struct goals *g)
{
    const uint32_t before = s->depth;
    uint32_t low = least_depth(s) - 1, high = s->depth; /* high is enough */
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        set(s, middle);
        if (meets(d, g))
            high = middle;
        else
            low = middle;
    }
    set(s, high);
    return high < before;
}

/* Depths none of which can be one less. */
static void choose_depths(struct design *d, const struct goals *g)
{
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < d->stream_count; i++)
            again |= shrink(d, &d->streams[i], g);
    }
    ck_assert(meets(d, g));
}

/* --- the proof ------------------------------------------------------------ */

static const struct depth_step *one_less(const struct design *d,
                                         uint32_t *count)
{
    struct depth_step *steps =
        arena_new_array(arena, struct depth_step, d->stream_count);
    *count = 0;
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (d->streams[i].depth > least_depth(&d->streams[i]))
            steps[(*count)++] =
                (struct depth_step){ i, d->streams[i].depth - 1, 0 };
    return steps;
}

static bool side_meets(const struct depth_trial *t,
                       const struct depth_times *side, const struct goals *g)
{
    return !side->stood_still && t->period != 0 &&
           within(g, t->period, depth_trial_interval(t, side)) &&
           side->alone_done && side->alone <= g->alone;
}

static const struct depth_proof *prove(const struct design *d, uint32_t count,
                                       const struct depth_step *steps,
                                       bool other_kinds)
{
    const struct stream *in = d->input;
    struct rng rng = { 5 };
    const struct depth_proof_options o = {
        .folder = folder,
        .inputs = sample_values(arena, &rng, in->format,
                                2 * in->tokens_per_frame * in->lanes),
        .input_frames = 2,
        .other_kinds = other_kinds,
    };
    const struct depth_proof *p =
        depth_proof_run(arena, d, steps, count, &o, diag);
    if (p == NULL)
        sample_fail(arena, diag);
    ck_assert_uint_eq(p->count, count + 1);
    ck_assert_ptr_null(p->trials[0].step);
    return p;
}

static void print(const struct depth_proof *p)
{
    struct text *t = text_new(arena);
    depth_proof_print(p, arena, t);
    printf("%s%" PRIu64 " ms of RTL\n", text_string(t), p->rtl_ns / 1000000);
}

/* How many FIFOs were shown to be minimal. */
static uint32_t check(struct design *d, const struct goals *g)
{
    uint32_t count;
    const struct depth_step *steps = one_less(d, &count);
    const struct depth_proof *p = prove(d, count, steps, true);
    print(p);
    ck_assert(depth_proof_equal(p));
    uint32_t shown = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        const struct depth_trial *t = &p->trials[i];
        ck_assert_int_eq(side_meets(t, &t->model, g), i == 0);
        ck_assert(t->run);
        ck_assert_int_eq(side_meets(t, &t->rtl, g), i == 0);
        shown += i == 0 ? 0 : 1;
    }
    return shown;
}

START_TEST(no_fifo_of_a_residual_block_can_be_shallower)
{
    struct design *d = sample_residual(arena, 8, 8, FIFO_SRL);
    const struct goals g = unlimited(d);
    choose_depths(d, &g);
    /* At least the shortcut, and what feeds the pads. */
    ck_assert_uint_ge(check(d, &g), 3);
}
END_TEST

/* Where the kind follows the depth, one step makes another FIFO of it. */
START_TEST(kinds_are_told_apart)
{
    struct design *d = sample_residual(arena, 8, 8, FIFO_AUTO);
    for (uint32_t i = 0; i < d->stream_count; i++)
        set(&d->streams[i], 65);
    const struct depth_step steps[] = {
        { d->input->index, 64, 0 }, /* a shift register then */
        { design_stream(d, "conv2.out")->index, 64, 0 },
        { d->output->index, 65, 0 }, /* as it is */
        { d->output->index, 1, 0 },
    };
    const struct depth_proof *p = prove(d, 4, steps, false);
    ck_assert(depth_proof_equal(p));
    static const bool same[] = { true, false, false, true, false };
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(p->trials[i].run, same[i]);
        ck_assert_int_eq(p->trials[i].other_kind, !same[i]);
        ck_assert_uint_ne(p->trials[i].model.frames, 0);
    }
    struct text *t = text_new(arena);
    depth_proof_print(p, arena, t);
    ck_assert_ptr_nonnull(
        strstr(text_string(t), "another kind of FIFO: needs a build of its"));
    ck_assert_ptr_nonnull(strstr(text_string(t), "2 of 5 depth vectors run"));

    p = prove(d, 4, steps, true);
    print(p);
    ck_assert(depth_proof_equal(p));
    for (int i = 0; i < 5; i++)
        ck_assert(p->trials[i].run);
    /* A cycle less in the shift register: not by a limit. */
    ck_assert_uint_lt(p->trials[2].rtl.alone, p->trials[0].rtl.alone);
}
END_TEST

START_TEST(standing_still_is_a_result)
{
    struct design *d = sample_residual(arena, 8, 8, FIFO_BRAM);
    for (uint32_t i = 0; i < d->stream_count; i++)
        set(&d->streams[i], 40);
    struct stream *shortcut = design_stream(d, "conv1.clone.out1");
    const struct depth_step steps[] = {
        { shortcut->index, 2, 0 },
        { shortcut->index, 16, 0 },
        { d->input->index, 2, 0 },
    };
    const struct depth_proof *p = prove(d, 3, steps, false);
    print(p);
    ck_assert(depth_proof_equal(p));
    ck_assert(!p->trials[0].rtl.stood_still);
    ck_assert(p->trials[1].rtl.stood_still);
    ck_assert_uint_eq(depth_trial_interval(&p->trials[1], &p->trials[1].rtl),
                      0);
    ck_assert(!p->trials[1].rtl.alone_done);
    ck_assert(!p->trials[3].rtl.stood_still);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        no_fifo_of_a_residual_block_can_be_shallower,
        kinds_are_told_apart,
        standing_still_is_a_result,
        NULL,
    };
    Suite *s = suite_create("depth_proof");
    TCase *c = tcase_create("depth_proof");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, SECONDS);
    for (const TTest *const *t = tests; *t != NULL; t++)
        tcase_add_test(c, *t);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
