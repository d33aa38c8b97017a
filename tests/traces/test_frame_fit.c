#include "traces/frame_fit.h"

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/side_case.h"
#include "tests/traces/trace_case.h"
#include "traces/pairing.h"
#include "traces/recording.h"

static struct trace_case c;
static struct recording no_processes;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static bool fit(struct side *a, struct side *b, uint32_t told)
{
    if (a->kind == SIDE_RECORDING && a->recording == NULL)
        a->recording = &no_processes;
    if (b->kind == SIDE_RECORDING && b->recording == NULL)
        b->recording = &no_processes;
    const struct pairing *p = pairing_new(c.arena, a, b, NULL, c.diag);
    return frame_fit(a, b, p, told, c.diag);
}

static struct side *chain(enum side_kind kind, uint32_t frames)
{
    return side_case_chain(c.arena, kind,
                           kind == SIDE_MODEL ? "model" : "trace", frames, 0);
}

START_TEST(two_models)
{
    struct side *a = chain(SIDE_MODEL, 0), *b = chain(SIDE_MODEL, 0);
    ck_assert(fit(a, b, 0));
    ck_assert_uint_eq(a->frames, FRAMES_DEFAULT);
    ck_assert(fit(a, b, 7));
    ck_assert_uint_eq(b->frames, 7);
    b->streams[1].tokens_per_frame = 5;
    ck_assert(!fit(a, b, 0));
    trace_case_expect(&c, DIAG_ERROR, DIAG_COMPARE,
                      "a frame has 5 tokens in 'conv.out', and 4");
}
END_TEST

START_TEST(a_recording_tells_the_model_how_many)
{
    struct side *a = chain(SIDE_MODEL, 0), *b = chain(SIDE_RECORDING, 5);
    ck_assert(fit(a, b, 0));
    ck_assert_uint_eq(a->frames, 5);
    ck_assert_uint_eq(b->frames, 5);
    ck_assert_uint_eq(b->streams[1].tokens_per_frame, 4);
    ck_assert(fit(b, a, 2));
    ck_assert_uint_eq(a->frames, 2);
    trace_case_expect_none(&c);
}
END_TEST

START_TEST(a_frame_that_came_in_in_part_counts)
{
    struct side *a = chain(SIDE_MODEL, 0), *b = chain(SIDE_RECORDING, 3);
    b->streams[0].times.write_count = 19;
    b->streams[0].times.read_count = 18;
    ck_assert(fit(a, b, 0));
    ck_assert_uint_eq(a->frames, 3);
}
END_TEST

/* Without the input: what the last stream begins. */
START_TEST(the_stream_with_the_fewest_frames_counts)
{
    struct side *a = chain(SIDE_MODEL, 0), *b = chain(SIDE_RECORDING, 3);
    b->streams[0].times.name = "other";
    b->streams[1].times.write_count = b->streams[1].times.read_count = 11;
    b->streams[2].times.write_count = b->streams[2].times.read_count = 3;
    ck_assert(fit(a, b, 0));
    ck_assert_uint_eq(a->frames, 2);
}
END_TEST

START_TEST(counts_of_another_design_are_refused)
{
    struct side *a = chain(SIDE_MODEL, 0);
    struct side *b = side_case_new(c.arena, SIDE_RECORDING, "trace");
    side_case_stream(c.arena, b, "source.out", 64, 0, 1, 1);
    side_case_stream(c.arena, b, "conv.out", 8, 0, 1, 1);
    ck_assert(!fit(a, b, 0));
    trace_case_expect(&c, DIAG_ERROR, DIAG_COMPARE,
                      "'conv' would have read 64 tokens of 'source.out', 8 a "
                      "frame, and written 8 to 'conv.out', 4 a frame");
}
END_TEST

START_TEST(no_token_at_all)
{
    struct side *a = chain(SIDE_MODEL, 0), *b = chain(SIDE_RECORDING, 0);
    ck_assert(!fit(a, b, 0));
    trace_case_expect(&c, DIAG_ERROR, DIAG_COMPARE, "hold 0 frames");
}
END_TEST

START_TEST(two_recordings_are_cut_as_told)
{
    struct side *a = chain(SIDE_RECORDING, 5), *b = chain(SIDE_RECORDING, 3);
    ck_assert(fit(a, b, 0));
    ck_assert_uint_eq(a->frames, 0);
    ck_assert(fit(a, b, 3));
    ck_assert_uint_eq(a->frames, 3);
    ck_assert_uint_eq(a->streams[0].tokens_per_frame, 8);
    ck_assert_uint_eq(b->streams[2].tokens_per_frame, 2);
    ck_assert(!fit(a, b, 7));
    trace_case_expect(&c, DIAG_ERROR, DIAG_COMPARE,
                      "neither is 7 whole frames");
}
END_TEST

START_TEST(two_recordings_are_cut_by_their_processes)
{
    struct process_times done[] = { { .name = "p", .done_count = 3 } };
    struct recording r = { .process_count = 1, .processes = done };
    struct side *a = chain(SIDE_RECORDING, 3), *b = chain(SIDE_RECORDING, 3);
    a->recording = b->recording = &r;
    ck_assert(fit(a, b, 0));
    ck_assert_uint_eq(a->frames, 3);
    ck_assert_uint_eq(b->streams[1].tokens_per_frame, 4);
    done[0].done_count = 5; /* 24 tokens are not 5 frames */
    a->frames = b->frames = 0;
    ck_assert(fit(a, b, 0));
    ck_assert_uint_eq(a->frames, 0);
    ck_assert_uint_eq(b->streams[1].tokens_per_frame, 0);
    trace_case_expect_none(&c);
}
END_TEST

START_TEST(one_recording_alone)
{
    struct side *s = chain(SIDE_RECORDING, 3);
    ck_assert(!frame_cut(s, 0));
    ck_assert(!frame_cut(s, 5));
    ck_assert_uint_eq(s->frames, 0);
    ck_assert_uint_eq(s->streams[0].tokens_per_frame, 0);
    ck_assert(frame_cut(s, 3));
    ck_assert_uint_eq(s->frames, 3);
    ck_assert_uint_eq(s->streams[0].tokens_per_frame, 8);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        two_models,
        a_recording_tells_the_model_how_many,
        a_frame_that_came_in_in_part_counts,
        the_stream_with_the_fewest_frames_counts,
        counts_of_another_design_are_refused,
        no_token_at_all,
        two_recordings_are_cut_as_told,
        two_recordings_are_cut_by_their_processes,
        one_recording_alone,
        NULL,
    };
    return check_main_with("frame_fit", tests, setup, teardown);
}
