#include "engine/run.h"

#include <string.h>

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/engine/pace.h"
#include "tests/fuzz/timing_build.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

static const struct run *run(const struct timing *t, uint32_t frames)
{
    return run_timing(
        a, t, &(struct run_options){ .frames = frames, .log = frames != 0 });
}

/* Read at 1 (written at 0), written at 2, and so on: the first token leaves
 * the last of three FIFOs at 2 * 2 + 1, the tenth 9 cycles later. */
START_TEST(an_unhindered_chain)
{
    const uint32_t paces[] = { 1, 1 };
    const struct run *r = run(pace_chain(a, 10, 4, 2, paces), 1);
    ck_assert_int_eq(r->outcome, RUN_DONE);
    ck_assert_uint_eq(r->frame_start[0], 0);
    ck_assert_uint_eq(r->frame_end[0], 5 + 9);
    ck_assert_uint_eq(run_latency(r, 0), 14);
    ck_assert_uint_eq(r->cycles, 15);
    ck_assert_uint_eq(r->streams[1].write_times[0], 2);
    ck_assert_uint_eq(r->streams[1].read_times[9], 12);
}
END_TEST

/* The slowest sets the interval, and for it alone all cycles are busy. */
START_TEST(the_slowest_process_sets_a_certified_interval)
{
    const uint32_t paces[] = { 2, 7, 3 };
    const struct run *r = run(pace_chain(a, 10, 2, 3, paces), 0);
    ck_assert(r->certified);
    ck_assert_uint_eq(r->period, 1);
    ck_assert_uint_eq(r->period_cycles, 70);
    const struct process_time *slow = &r->processes[1].steady;
    ck_assert_uint_eq(slow->busy, 70);
    ck_assert_uint_eq(slow->starved + slow->blocked, 0);
    const struct process_time *before = &r->processes[0].steady;
    ck_assert_uint_eq(before->busy, 20);
    ck_assert_uint_eq(before->blocked, 50);
    ck_assert_uint_eq(before->blocked_by[0], 50);
    const struct process_time *after = &r->processes[2].steady;
    ck_assert_uint_eq(after->busy, 30);
    ck_assert_uint_eq(after->starved_by[0], 40);
}
END_TEST

/* Depth 1 without bypass: a token every 2 cycles at best. */
START_TEST(a_fifo_of_one_place_halves_the_pace)
{
    const uint32_t paces[] = { 1, 1 };
    const struct run *r = run(pace_chain(a, 10, 1, 2, paces), 0);
    ck_assert(r->certified);
    ck_assert_uint_eq(r->period_cycles, 20);
}
END_TEST

/* Frames of 3 tokens at 3 cycles each end in every second one at an odd
 * cycle, where a source on a grid of 2 is in its other phase. */
START_TEST(a_period_can_be_longer_than_a_frame)
{
    const uint32_t paces[] = { 3 };
    struct timing *t = pace_chain(a, 3, 2, 1, paces);
    t->streams[0].stimulus.grid = 2;
    const struct run *r = run(t, 0);
    ck_assert(r->certified);
    ck_assert_uint_eq(r->period, 2);
    ck_assert_uint_eq(r->period_cycles, 18);
}
END_TEST

START_TEST(chance_cannot_be_certified)
{
    const uint32_t paces[] = { 1 };
    struct timing *t = pace_chain(a, 50, 2, 1, paces);
    t->streams[1].stimulus.random = 30;
    const struct run *r = run(t, 0);
    ck_assert(!r->certified);
    ck_assert_uint_eq(r->outcome, RUN_DONE);
    ck_assert_uint_gt(r->period_cycles, 50 * (uint64_t)r->period);
}
END_TEST

/* A rigid pipeline without a break between frames keeps its last token until
 * the next frame comes, and lets it go after the last. */
START_TEST(a_rewound_pipeline_keeps_its_tail)
{
    const uint32_t paces[] = { 1 };
    struct timing *t = pace_chain(a, 4, 8, 1, paces);
    struct schedule *s = schedule_new(a);
    s->style = STALL_RIGID;
    struct step step = {
        .reads = 1, .writes = 1, .gap = 1, .delay = 3, .count = 1
    };
    schedule_step(s, 4, &step);
    t->processes[0].schedule = s;
    t->streams[0].stimulus.frame_gap = 100;
    const struct run *r = run(t, 2);
    ck_assert(!r->certified);
    /* Reads at 1..4 and, 100 cycles late, 105..108.  Token 0 is written 3
     * ticks later, at 4; token 1 is due in the tick of the read at 105. */
    const uint64_t *writes = r->streams[1].write_times;
    ck_assert_uint_eq(writes[0], 4);
    ck_assert_uint_eq(writes[1], 105);
    ck_assert_uint_eq(writes[3], 107);
    ck_assert_uint_eq(writes[4], 108);
    ck_assert_uint_eq(writes[7], 111);
}
END_TEST

/* The cycles for which a rigid process waits for tokens are part of its
 * state: with a slow source it falls behind its own ticks in every frame. */
START_TEST(a_rigid_process_that_is_starved_can_be_certified)
{
    const uint32_t paces[] = { 1 };
    struct timing *t = pace_chain(a, 4, 8, 1, paces);
    struct schedule *s = schedule_new(a);
    s->style = STALL_RIGID;
    s->overlap = OVERLAP_SEQUENTIAL;
    s->restart = 1;
    struct step step = {
        .reads = 1, .writes = 1, .gap = 1, .delay = 3, .count = 1
    };
    schedule_step(s, 4, &step);
    t->processes[0].schedule = s;
    t->streams[0].stimulus.gap = 9;
    const struct run *r = run(t, 0);
    ck_assert(r->certified);
    ck_assert_uint_eq(r->period, 1);
    ck_assert_uint_eq(r->period_cycles, 40);
    ck_assert_uint_eq(
        r->processes[0].steady.starved + r->processes[0].steady.busy, 40);
}
END_TEST

/* What is measured without a certificate adds up as well, although the
 * sink's frames take other times than those of a process far before it. */
START_TEST(measured_times_add_up)
{
    const uint32_t paces[] = { 1, 1 };
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct timing *t = pace_chain(a, 3, 100, 2, paces);
        t->streams[0].stimulus =
            (struct stimulus){ .random = 90, .seed = seed };
        t->streams[2].stimulus =
            (struct stimulus){ .random = 88, .seed = seed + 1000 };
        const struct run *r = run(t, 0);
        ck_assert(!r->certified);
        for (uint32_t i = 0; i < 2; i++) {
            const struct process_time *p = &r->processes[i].steady;
            ck_assert_msg(p->busy + p->starved + p->blocked <= r->cycles &&
                              p->busy <= r->cycles,
                          "seed %d, process %u", (int)seed, i);
            /* At this pace a process is busy for a cycle per token. */
            ck_assert_uint_eq(p->busy, 3 * r->period);
        }
    }
}
END_TEST

/* A process that pads: 3 tokens before the first it reads, which the next one
 * drops again. */
START_TEST(a_process_begins_the_frame_that_never_comes)
{
    const uint32_t paces[] = { 1, 1 };
    struct timing *t = pace_chain(a, 4, 2, 2, paces);
    struct schedule *s = schedule_new(a);
    struct step pad = { .writes = 1, .gap = 1, .delay = 1, .count = 1 };
    struct step pass = pad;
    pass.reads = 1;
    schedule_step(s, 3, &pad);
    schedule_step(s, 4, &pass);
    t->processes[0].schedule = s;
    struct schedule *drop = schedule_new(a);
    struct step read = { .reads = 1, .gap = 1 };
    schedule_step(drop, 3, &read);
    schedule_step(drop, 4, &pass);
    t->processes[1].schedule = drop;
    t->streams[1].tokens_per_frame = 7;
    struct run_options o = { .frames = 2, .log = true, .beyond = true };
    const struct run *r = run_timing(a, t, &o);
    ck_assert_uint_eq(r->frames, 2);
    ck_assert_uint_eq(r->streams[1].written, 14);
    ck_assert_uint_eq(r->streams[1].written_ever, 17);
    ck_assert_uint_eq(r->streams[1].tokens_ever, 17);
    ck_assert_uint_eq(r->streams[0].tokens_ever, 8);
    ck_assert_uint_eq(r->streams[2].written_ever, 8);
    ck_assert_uint_eq(r->streams[2].tokens_ever, 8);
}
END_TEST

START_TEST(a_fork_that_is_too_shallow_deadlocks)
{
    ck_assert_int_eq(run(pace_fork_join(a, 20, 8, 9), 1)->outcome, RUN_DONE);
    /* The long branch takes 2 + 8 tokens in before its first comes out. */
    const struct run *r = run(pace_fork_join(a, 20, 8, 3), 1);
    ck_assert_int_eq(r->outcome, RUN_DEADLOCK);
    ck_assert_uint_eq(r->frames, 0);
    /* join waits for long, long for fork, fork for room in the bypass, and
     * that for join. */
    ck_assert_uint_eq(r->wait_count, 3);
    bool bypass_full = false;
    for (uint32_t i = 0; i < r->wait_count; i++) {
        const struct run_wait *w = &r->waits[i];
        ck_assert_uint_ne(w->process, TIMING_EDGE);
        if (w->stream == 2 && w->for_room) {
            bypass_full = true;
            ck_assert_uint_eq(w->held, 3);
        }
    }
    ck_assert(bypass_full);
}
END_TEST

static void expect_same(const struct run *x, const struct run *y)
{
    ck_assert_uint_eq(x->cycles, y->cycles);
    for (uint32_t i = 0; i < x->stream_count; i++) {
        ck_assert_uint_eq(x->streams[i].tokens, y->streams[i].tokens);
        ck_assert(memcmp(x->streams[i].write_times, y->streams[i].write_times,
                         x->streams[i].written * sizeof(uint64_t)) == 0);
        ck_assert(memcmp(x->streams[i].read_times, y->streams[i].read_times,
                         x->streams[i].tokens * sizeof(uint64_t)) == 0);
    }
}

START_TEST(the_order_of_evaluation_does_not_matter)
{
    struct timing *t = pace_fork_join(a, 40, 5, 7);
    t->streams[0].stimulus = (struct stimulus){ .random = 40, .seed = 3 };
    t->streams[4].stimulus = (struct stimulus){ .random = 40, .seed = 4 };
    const struct run *plain = run(t, 3);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct run_options o = { .frames = 3, .log = true, .shuffle = seed };
        const struct run *shuffled = run_timing(a, t, &o);
        expect_same(plain, shuffled);
        for (uint32_t i = 0; i < t->stream_count; i++)
            ck_assert_uint_eq(plain->streams[i].peak,
                              shuffled->streams[i].peak);
    }
}
END_TEST

/* p0 writes two tokens of padding before each token that it reads; p1 needs
 * only the first of three.  When one frame came in, the padding of the next
 * is enough for p1 to bring out a second. */
START_TEST(padding_alone_can_bring_out_a_frame)
{
    const uint32_t paces[] = { 1, 1 };
    struct timing *t = pace_chain(a, 1, 4, 2, paces);
    struct schedule *pad = schedule_new(a), *first = schedule_new(a);
    struct step border = { .writes = 1, .gap = 1, .delay = 1, .count = 1 };
    struct step drop = { .reads = 1, .gap = 1 };
    struct step pass = {
        .reads = 1, .writes = 1, .gap = 1, .delay = 1, .count = 1
    };
    schedule_step(pad, 2, &border);
    schedule_step(pad, 1, &pass);
    schedule_step(first, 1, &pass);
    schedule_step(first, 2, &drop);
    t->processes[0].schedule = pad;
    t->processes[1].schedule = first;
    t->streams[1].tokens_per_frame = 3;
    struct run_options o = { .frames = 1, .log = true, .beyond = true };
    const struct run *r = run_timing(a, t, &o);
    ck_assert_uint_eq(r->streams[2].tokens, 1);
    ck_assert_uint_eq(r->streams[0].written_ever, 1);
    ck_assert_uint_eq(r->streams[1].written_ever, 5);
    ck_assert_uint_eq(r->streams[1].tokens_ever, 5);
    ck_assert_uint_eq(r->streams[2].tokens_ever, 2);
}
END_TEST

/* Writes its one token of a frame before it reads `tokens`. */
static uint32_t add_early(struct timing_builder *b, uint32_t in,
                          uint32_t tokens)
{
    struct schedule *s = schedule_new(a);
    schedule_step(
        s, 1, &(struct step){ .writes = 1, .gap = 1, .delay = 1, .count = 1 });
    schedule_step(s, tokens, &(struct step){ .reads = 1, .gap = 1 });
    return timing_build_process(b, "early", s, 1, &in, 1);
}

/* Two processes write before they read, so that two frames come out although
 * the clone in front of them is stuck in the first: a way swallows four tokens
 * and the other one has room for one. */
START_TEST(a_frame_can_come_out_before_it_is_in_at_every_source)
{
    struct timing_builder *b = arena_new_item(a, struct timing_builder);
    timing_build_start(b, a);
    const uint32_t source = timing_build_source(b, 4);
    struct schedule *clone = schedule_new(a), *way = schedule_new(a),
                    *join = schedule_new(a);
    struct step step = {
        .reads = 1, .writes = 3, .gap = 1, .delay = 1, .count = 1
    };
    schedule_step(clone, 4, &step);
    schedule_step(way, 4, &(struct step){ .reads = 1, .gap = 1 });
    step.reads = 0;
    step.writes = 1;
    schedule_step(way, 4, &step);
    step.reads = 3;
    schedule_step(join, 4, &step);
    const uint32_t first =
        timing_build_process(b, "clone", clone, 1, &source, 2);
    const uint32_t both[] = { timing_build_process(b, "way", way, 1, &first, 1),
                              first + 1 };
    const uint32_t joined = timing_build_process(b, "join", join, 2, both, 1);
    const uint32_t early = add_early(b, add_early(b, joined, 4), 1);
    const uint32_t pair[] = { early, timing_build_source(b, 1) };
    struct schedule *add = schedule_new(a);
    schedule_step(add, 1, &step);
    timing_build_process(b, "add", add, 2, pair, 1);
    struct timing *t = timing_build_end(b);
    for (uint32_t i = 0; i < t->stream_count; i++)
        t->streams[i].capacity = 1;
    t->streams[pair[1]].stimulus.frame_gap = 20;
    const struct run *r = run(t, 3);
    ck_assert_int_eq(r->outcome, RUN_DEADLOCK);
    ck_assert_uint_eq(r->frames, 2);
    ck_assert_uint_eq(r->streams[source].written, 3);
    /* Only the other source, 20 idle cycles after its first frame. */
    ck_assert_uint_eq(r->frame_start[1], 21);
    ck_assert_uint_gt(r->frame_end[1], 21);
}
END_TEST

/* 1,000 frames whose state recurs after two: as many, evaluated one by one. */
START_TEST(a_leap_ends_where_an_evaluation_does)
{
    const uint32_t paces[] = { 3 };
    for (uint32_t frames = 998; frames <= 1001; frames++) {
        struct timing *t = pace_chain(a, 3, 2, 1, paces);
        t->streams[0].stimulus.grid = 2;
        const struct run_options leaps = { .frames = frames, .log = true };
        const struct run_options steps = { .frames = frames, .chain = true };
        const struct run *x = run_timing(a, t, &leaps);
        const struct run *y = run_timing(a, t, &steps);
        ck_assert(x->certified && x->period == 2);
        ck_assert_uint_eq(x->cycles, y->cycles);
        ck_assert_uint_eq(x->frames, frames);
        ck_assert(memcmp(x->frame_start, y->frame_start,
                         frames * sizeof(uint64_t)) == 0);
        ck_assert(
            memcmp(x->frame_end, y->frame_end, frames * sizeof(uint64_t)) == 0);
        for (uint32_t i = 0; i < x->stream_count; i++) {
            const struct run_stream *s = &x->streams[i], *u = &y->streams[i];
            ck_assert_uint_eq(s->peak, u->peak);
            ck_assert_uint_eq(s->fill_cycles, u->fill_cycles);
            ck_assert_uint_eq(s->written, u->written);
            ck_assert(memcmp(s->read_times, u->read_times,
                             s->tokens * sizeof(uint64_t)) == 0);
        }
        for (uint32_t i = 0; i < x->process_count; i++) {
            const struct run_process *p = &x->processes[i];
            const struct run_process *q = &y->processes[i];
            ck_assert_uint_eq(p->end, q->end);
            ck_assert_uint_eq(p->total.busy, q->total.busy);
            ck_assert_uint_eq(p->total.starved, q->total.starved);
            ck_assert_uint_eq(p->steady.blocked, q->steady.blocked);
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        an_unhindered_chain,
        the_slowest_process_sets_a_certified_interval,
        a_fifo_of_one_place_halves_the_pace,
        a_period_can_be_longer_than_a_frame,
        chance_cannot_be_certified,
        a_rewound_pipeline_keeps_its_tail,
        a_rigid_process_that_is_starved_can_be_certified,
        measured_times_add_up,
        a_process_begins_the_frame_that_never_comes,
        a_fork_that_is_too_shallow_deadlocks,
        the_order_of_evaluation_does_not_matter,
        padding_alone_can_bring_out_a_frame,
        a_frame_can_come_out_before_it_is_in_at_every_source,
        a_leap_ends_where_an_evaluation_does,
        NULL,
    };
    return check_main_with("run", tests, setup, teardown);
}
