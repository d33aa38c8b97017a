#include "traces/stream_errors.h"

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/side_case.h"

static struct arena *arena;
static struct side *a, *b;
static struct side_case_times ta, tb;

/* One stream of 20 tokens, two frames of 10, on both sides. */
static void setup(void)
{
    arena = arena_new();
    a = side_case_new(arena, SIDE_MODEL, "a");
    b = side_case_new(arena, SIDE_MODEL, "b");
    ta = side_case_stream(arena, a, "s", 20, 100, 10, 3);
    tb = side_case_stream(arena, b, "s", 20, 100, 10, 3);
    a->frames = b->frames = 2;
    a->streams[0].tokens_per_frame = b->streams[0].tokens_per_frame = 10;
}

static void teardown(void)
{
    arena_free(arena);
}

static struct stream_errors errors(int64_t offset, uint64_t tolerance)
{
    const struct errors_desc desc = {
        .a = a, .b = b, .offset = offset, .tolerance = tolerance
    };
    return stream_errors(arena, &desc);
}

START_TEST(equal_runs)
{
    struct stream_errors e = errors(0, 0);
    ck_assert_uint_eq(e.compared, 40);
    ck_assert_uint_eq(e.different, 0);
    ck_assert(!e.write.there && !e.read.there);
    ck_assert_uint_eq(e.frame_count, 2);
    ck_assert_uint_eq(e.frames[1].compared, 20);
    ck_assert(e.has_deciles);
}
END_TEST

START_TEST(the_offset_is_taken_out)
{
    for (int i = 0; i < 20; i++) {
        tb.writes[i] += 7;
        tb.reads[i] += 7;
    }
    ck_assert_uint_eq(errors(7, 0).different, 0);
    struct stream_errors e = errors(0, 0);
    ck_assert_uint_eq(e.different, 40);
    ck_assert_int_eq(e.largest, 7);
    ck_assert_uint_eq(e.sum, 280);
    e = errors(10, 0);
    ck_assert_int_eq(e.largest, -3);
}
END_TEST

START_TEST(the_first_of_each_sort)
{
    tb.writes[4] -= 2; /* in 138, before A's 140 */
    tb.reads[3] += 1;  /* in 134 */
    tb.reads[9] += 30;
    struct stream_errors e = errors(0, 0);
    ck_assert_uint_eq(e.different, 3);
    ck_assert_uint_eq(e.write.token, 4);
    ck_assert_uint_eq(e.write.time, 138);
    ck_assert_uint_eq(e.write.cycle_a, 140);
    ck_assert_uint_eq(e.read.token, 3);
    ck_assert_uint_eq(e.read.time, 133);
    ck_assert_ptr_eq(divergence_first(&e.write, &e.read), &e.read);
    ck_assert_int_eq(e.largest, 30);
    e = errors(0, 2);
    ck_assert_uint_eq(e.different, 1);
    ck_assert_uint_eq(e.read.token, 9);
    ck_assert(!e.write.there);
}
END_TEST

START_TEST(frames_and_drift)
{
    for (int i = 10; i < 20; i++)
        tb.writes[i] += (uint64_t)(i - 9); /* 1 to 10 */
    struct stream_errors e = errors(0, 0);
    ck_assert_uint_eq(e.frames[0].different, 0);
    ck_assert_uint_eq(e.frames[1].different, 10);
    ck_assert_int_eq(e.frames[1].largest, 10);
    ck_assert_int_eq(e.frames[1].last, 0); /* its reads come last */
    ck_assert_uint_eq(e.drift_frame, 1);
    const int64_t deciles[] = { 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    for (int i = 0; i < ERROR_DECILES; i++)
        ck_assert_int_eq(e.deciles[i], deciles[i]);
}
END_TEST

START_TEST(missing_while_the_other_side_was_watched)
{
    b->streams[0].times.write_count = 15;
    struct stream_errors e = errors(0, 0);
    ck_assert_uint_eq(e.missing_b, 5);
    ck_assert_uint_eq(e.different, 5);
    ck_assert_uint_eq(e.compared, 40);
    ck_assert(e.write.cycle_b == ERROR_NEVER);
    ck_assert_uint_eq(e.write.cycle_a, 250);
    b->end = 271; /* its last cycle is that of token 17 */
    e = errors(0, 0);
    ck_assert_uint_eq(e.missing_b, 3);
    ck_assert_uint_eq(e.beyond, 2);
    e = errors(-20, 0); /* B's 271 is A's 291 */
    ck_assert_uint_eq(e.missing_b, 5);
}
END_TEST

START_TEST(missing_in_a)
{
    a->streams[0].times.write_count = 15;
    a->end = 261;
    struct stream_errors e = errors(0, 0);
    ck_assert_uint_eq(e.missing_a, 2);
    ck_assert_uint_eq(e.beyond, 3);
    ck_assert(e.write.cycle_a == ERROR_NEVER);
    ck_assert_uint_eq(e.write.time, 250);
}
END_TEST

START_TEST(tokens_behind_the_last_frame_do_not_count)
{
    a->frames = b->frames = 1;
    tb.writes[12] += 5;
    b->streams[0].times.write_count = 15;
    struct stream_errors e = errors(0, 0);
    ck_assert_uint_eq(e.compared, 20);
    ck_assert_uint_eq(e.different, 0);
    ck_assert_uint_eq(e.missing_b, 0);
}
END_TEST

START_TEST(sides_that_were_not_watched_do_not_count)
{
    b->streams[0].writes_seen = false;
    b->streams[0].times.write_count = 0;
    tb.reads[0] += 4;
    struct stream_errors e = errors(0, 0);
    ck_assert_uint_eq(e.compared, 20);
    ck_assert_uint_eq(e.different, 1);
    ck_assert(e.has_deciles); /* of its reads */
    ck_assert_int_eq(e.deciles[0], 4);
    a->streams[0].reads_seen = false;
    ck_assert_uint_eq(errors(0, 0).compared, 0);
}
END_TEST

START_TEST(without_frames_the_drift_is_that_of_the_run)
{
    a->frames = b->frames = 0;
    a->streams[0].tokens_per_frame = b->streams[0].tokens_per_frame = 0;
    for (int i = 0; i < 20; i++)
        tb.writes[i] += (uint64_t)i;
    struct stream_errors e = errors(0, 0);
    ck_assert_uint_eq(e.frame_count, 0);
    ck_assert(e.has_deciles);
    ck_assert_int_eq(e.deciles[0], 0);
    ck_assert_int_eq(e.deciles[5], 9);
    ck_assert_int_eq(e.deciles[10], 19);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        equal_runs,
        the_offset_is_taken_out,
        the_first_of_each_sort,
        frames_and_drift,
        missing_while_the_other_side_was_watched,
        missing_in_a,
        tokens_behind_the_last_frame_do_not_count,
        sides_that_were_not_watched_do_not_count,
        without_frames_the_drift_is_that_of_the_run,
        NULL,
    };
    return check_main_with("stream_errors", tests, setup, teardown);
}
