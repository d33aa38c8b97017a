#include "traces/frame_times.h"

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/side_case.h"

static struct arena *arena;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    arena_free(arena);
}

/* Frame f: in from 16 f, out at 23 + 8 (2 f + 1) + 1. */
START_TEST(of_a_model)
{
    struct side *s = side_case_chain(arena, SIDE_MODEL, "m", 3, 0);
    s->frames = 3;
    struct frame_edges e = frame_edges_of(arena, s);
    ck_assert_uint_eq(e.input_count, 1);
    ck_assert_uint_eq(e.output_count, 1);
    ck_assert_uint_eq(e.outputs[0], 2);
    struct frame_times t = frame_times_of(arena, s, &e);
    ck_assert_uint_eq(t.starts[1], 16);
    ck_assert_uint_eq(t.ends[1], 48);
    ck_assert_uint_eq(frame_latency(&t, 0), 32);
    ck_assert(frame_interval(&t, 0) == FRAME_NEVER);
    ck_assert_uint_eq(frame_interval(&t, 2), 16);
}
END_TEST

START_TEST(of_a_recording_first_and_last_stream)
{
    struct side *s = side_case_chain(arena, SIDE_RECORDING, "r", 3, 100);
    s->frames = 3;
    for (uint32_t i = 0; i < 3; i++)
        s->streams[i].tokens_per_frame = UINT64_C(8) >> i;
    s->streams[0].writes_seen = false;
    struct frame_edges e = frame_edges_of(arena, s);
    struct frame_times t = frame_times_of(arena, s, &e);
    ck_assert_uint_eq(t.starts[0], 101); /* its reads are all there is */
    ck_assert_uint_eq(t.ends[0], 132);
}
END_TEST

START_TEST(frames_that_did_not_end)
{
    struct side *s = side_case_chain(arena, SIDE_MODEL, "m", 3, 0);
    s->frames = 3;
    s->streams[2].times.read_count = 3;
    struct frame_edges e = frame_edges_of(arena, s);
    struct frame_times t = frame_times_of(arena, s, &e);
    ck_assert_uint_eq(frame_latency(&t, 0), 32);
    ck_assert(frame_latency(&t, 1) == FRAME_NEVER);
    ck_assert(frame_interval(&t, 2) == FRAME_NEVER);
    struct frame_range r = frame_latencies(&t);
    ck_assert_uint_eq(r.count, 1);
    ck_assert_uint_eq(frame_intervals(&t).count, 0);
}
END_TEST

/* Each frame goes through one of two copies. */
START_TEST(of_copies)
{
    struct side *s = side_case_new(arena, SIDE_MODEL, "m");
    for (uint32_t i = 0; i < 2; i++) {
        side_case_stream(arena, s, "x", 4, 10 + 5 * i, 10, 3);
        s->streams[i].tokens_per_frame = 2;
        s->streams[i].copies = 2;
        s->streams[i].copy = i;
    }
    s->process_count = 1; /* both streams are inputs and outputs */
    s->frames = 4;
    struct frame_edges e = frame_edges_of(arena, s);
    struct frame_times t = frame_times_of(arena, s, &e);
    const uint64_t starts[] = { 10, 15, 30, 35 }, ends[] = { 23, 28, 43, 48 };
    for (uint32_t f = 0; f < 4; f++) {
        ck_assert_uint_eq(t.starts[f], starts[f]);
        ck_assert_uint_eq(t.ends[f], ends[f]);
    }
}
END_TEST

START_TEST(ranges)
{
    uint64_t starts[] = { 0, 10, 20 }, ends[] = { 7, 18, 30 };
    struct frame_times t = { 3, starts, ends };
    struct frame_range l = frame_latencies(&t), i = frame_intervals(&t);
    ck_assert_uint_eq(l.min, 7);
    ck_assert_uint_eq(l.max, 10);
    ck_assert_uint_eq(l.average_milli, 8333);
    ck_assert_uint_eq(i.count, 2);
    ck_assert_uint_eq(i.average_milli, 11500);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        of_a_model,
        of_a_recording_first_and_last_stream,
        frames_that_did_not_end,
        of_copies,
        ranges,
        NULL,
    };
    return check_main_with("frame_times", tests, setup, teardown);
}
