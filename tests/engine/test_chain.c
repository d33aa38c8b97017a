#include "engine/chain.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "engine/run.h"
#include "tests/engine/pace.h"
#include "tests/fuzz/timing_build.h"
#include "tests/fuzz/timing_random.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

static const struct chain *chain_of(const struct timing *t, uint64_t skip)
{
    struct run_options o = { .frames = 12, .chain = true, .chain_skip = skip };
    const struct run *r = run_timing(a, t, &o);
    ck_assert_ptr_nonnull(r->chain);
    return r->chain;
}

/* All that is on the chain adds up to the period. */
static uint64_t sum(const struct chain *c, const struct timing *t)
{
    uint64_t all = c->source_cycles + c->sink_cycles;
    for (uint32_t i = 0; i < t->process_count; i++)
        all += c->process_cycles[i];
    for (uint32_t i = 0; i < t->stream_count; i++)
        all += c->stream_cycles[i];
    return all;
}

START_TEST(a_process_that_is_never_held_up_is_the_whole_chain)
{
    const uint32_t paces[] = { 2, 7, 3 };
    const struct timing *t = pace_chain(a, 10, 2, 3, paces);
    const struct chain *c = chain_of(t, 40);
    ck_assert_uint_eq(c->cycles, 70);
    ck_assert_uint_eq(c->process_cycles[1], 70);
    ck_assert_uint_eq(sum(c, t), 70);
}
END_TEST

START_TEST(a_slow_sink_is_the_whole_chain)
{
    const uint32_t paces[] = { 2, 3 };
    struct timing *t = pace_chain(a, 10, 2, 2, paces);
    t->streams[2].stimulus.gap = 8;
    const struct chain *c = chain_of(t, 40);
    ck_assert_uint_eq(c->cycles, 90);
    ck_assert_uint_eq(c->sink_cycles, 90);
}
END_TEST

START_TEST(a_slow_source_is_the_whole_chain)
{
    const uint32_t paces[] = { 2, 3 };
    struct timing *t = pace_chain(a, 10, 2, 2, paces);
    t->streams[0].stimulus.gap = 8;
    const struct chain *c = chain_of(t, 40);
    ck_assert_uint_eq(c->cycles, 90);
    ck_assert_uint_eq(c->source_cycles, 90);
}
END_TEST

/* One place: write, read a cycle later, room a cycle later; the loop of
 * token and room through that FIFO is the chain. */
START_TEST(a_shallow_fifo_shows_in_its_hops)
{
    const uint32_t paces[] = { 1, 1 };
    struct timing *t = pace_chain(a, 10, 8, 2, paces);
    t->streams[1].capacity = 1;
    const struct chain *c = chain_of(t, 30);
    ck_assert_uint_eq(c->cycles, 20);
    ck_assert_uint_eq(c->room_hops[1], 10);
    ck_assert_uint_eq(c->token_hops[1], 10);
    ck_assert_uint_eq(c->stream_cycles[1], 20);
    ck_assert_uint_eq(c->room_hops[0], 0);
    ck_assert_uint_eq(sum(c, t), 20);
}
END_TEST

/* One process between source and sink, `tokens` in and out a frame. */
static struct timing *one_process(struct schedule *s, uint64_t tokens,
                                  uint32_t in_capacity, uint32_t out_capacity)
{
    const uint32_t paces[] = { 1 };
    struct timing *t = pace_chain(a, tokens, in_capacity, 1, paces);
    t->streams[1].capacity = out_capacity;
    t->processes[0].schedule = s;
    return t;
}

/* Every second token takes the datapath for 20 ticks; the other one is read
 * meanwhile and comes late, through a FIFO of one place, but early enough. */
START_TEST(a_wait_in_the_shadow_of_the_datapath_is_not_on_the_chain)
{
    struct schedule *s = schedule_new(a);
    struct step staged = { .reads = 1, .gap = 1 };
    struct step last = { .reads = 1,
                         .writes = 1,
                         .gap = 1,
                         .hold = 20,
                         .needs_datapath = true,
                         .delay = 1,
                         .count = 2,
                         .spacing = 1 };
    schedule_loop(s, 5);
    schedule_step(s, 1, &staged);
    schedule_step(s, 1, &last);
    schedule_end(s);
    const struct timing *t = one_process(s, 10, 1, 4);
    const struct chain *c = chain_of(t, 60);
    ck_assert_uint_eq(c->cycles, 100);
    ck_assert_uint_eq(c->process_cycles[0], 100);
    ck_assert_uint_eq(sum(c, t), 100);
}
END_TEST

/* Two credits and 7 ticks from step to write: two tokens every 8 cycles,
 * whatever the FIFOs do. */
START_TEST(credits_are_a_process_own_pace)
{
    struct schedule *s = schedule_new(a);
    s->style = STALL_ELASTIC;
    s->credits = 2;
    struct step step = {
        .reads = 1, .writes = 1, .gap = 1, .delay = 7, .count = 1
    };
    schedule_step(s, 10, &step);
    const struct timing *t = one_process(s, 10, 4, 4);
    const struct chain *c = chain_of(t, 60);
    ck_assert_uint_eq(c->cycles, 40);
    ck_assert_uint_eq(c->process_cycles[0], 40);
}
END_TEST

/* The sink is on a grid of 4, and waits for each token: first the FIFO (a
 * cycle each way), then the grid. */
START_TEST(a_sink_on_a_grid_takes_its_own_time)
{
    const uint32_t paces[] = { 1 };
    struct timing *t = pace_chain(a, 10, 1, 1, paces);
    t->streams[1].stimulus.grid = 4;
    const struct chain *c = chain_of(t, 100);
    ck_assert_uint_eq(c->cycles, 40);
    ck_assert_uint_eq(
        c->sink_cycles + c->stream_cycles[1] + c->process_cycles[0], 40);
    ck_assert_uint_eq(c->stream_cycles[1], 2 * c->token_hops[1]);
}
END_TEST

static uint32_t run_frames(const struct run *r)
{
    uint64_t latency = run_latency(r, r->frames - 1);
    return (uint32_t)(r->frames + (latency / r->period_cycles + 2) * r->period);
}

static bool freezes(const struct timing *t)
{
    for (uint32_t i = 0; i < t->process_count; i++) {
        if (t->processes[i].schedule->style == STALL_RIGID)
            return true;
    }
    return false;
}

/* Deeper FIFOs do not help where nobody on the chain waits for room.  (Rigid
 * processes apart: a token that comes earlier can freeze what is behind it at
 * a worse moment.) */
static void expect_no_gain(const struct timing *t, const struct chain *c,
                           uint64_t seed)
{
    struct timing *deeper = timing_copy(a, t);
    for (uint32_t i = 0; i < t->stream_count; i++) {
        if (c->room_hops[i] == 0)
            deeper->streams[i].capacity = t->streams[i].frame_tokens != 0
                                              ? 4 * t->streams[i].capacity
                                              : 4 * t->streams[i].capacity + 20;
    }
    const struct run *r = run_timing(a, t, &(struct run_options){ 0 });
    const struct run *d = run_timing(a, deeper, &(struct run_options){ 0 });
    if (d->certified && !freezes(t))
        ck_assert_msg(
            d->period_cycles * r->period >= r->period_cycles * d->period,
            "seed %" PRIu64 ": from %" PRIu64 " in %" PRIu32
            " frames to %" PRIu64 " in %" PRIu32,
            seed, r->period_cycles, r->period, d->period_cycles, d->period);
}

/* In parts, each of which takes far less than the time that a test has, also
 * with sanitizers on a machine that is busy. */
enum { PARTS = 15, SEEDS = 200, TOKENS_MAX = 1000000 };

START_TEST(random_chains_add_up_and_tell_what_does_not_help)
{
    const uint64_t begin = 1 + (uint64_t)_i * SEEDS;
    uint32_t checked = 0;
    for (uint64_t seed = begin; seed < begin + SEEDS; seed++) {
        uint32_t frames;
        const struct timing *t = timing_random(a, seed, &frames);
        const struct run *r = run_timing(a, t, &(struct run_options){ 0 });
        /* A process may write a frame before it reads it; then there is no
         * such thing as its latency. */
        if (r->certified &&
            r->frame_end[r->frames - 1] > r->frame_start[r->frames - 1]) {
            frames = run_frames(r);
            uint64_t tokens = 0;
            for (uint32_t i = 0; i < t->stream_count; i++)
                tokens += t->streams[i].tokens_per_frame;
            if (frames * tokens <= TOKENS_MAX) {
                struct run_options o = {
                    .frames = frames,
                    .chain = true,
                    .chain_skip = run_latency(r, r->frames - 1),
                };
                const struct chain *c = run_timing(a, t, &o)->chain;
                ck_assert_uint_eq(c->cycles, r->period_cycles);
                ck_assert_msg(sum(c, t) == c->cycles, "seed %" PRIu64, seed);
                expect_no_gain(t, c, seed);
                checked++;
            }
        }
        arena_free(a);
        a = arena_new();
    }
    ck_assert_uint_gt(checked, SEEDS / 8);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_process_that_is_never_held_up_is_the_whole_chain,
        a_slow_sink_is_the_whole_chain,
        a_slow_source_is_the_whole_chain,
        a_shallow_fifo_shows_in_its_hops,
        a_wait_in_the_shadow_of_the_datapath_is_not_on_the_chain,
        credits_are_a_process_own_pace,
        a_sink_on_a_grid_takes_its_own_time,
    };
    Suite *s = suite_create("chain");
    TCase *c = tcase_create("chain");
    tcase_add_checked_fixture(c, setup, teardown);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(c, tests[i]);
    tcase_add_loop_test(c, random_chains_add_up_and_tell_what_does_not_help, 0,
                        PARTS);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
