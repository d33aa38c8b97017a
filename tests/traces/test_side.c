#include "traces/side.h"

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "traces/recording.h"
#include "traces/report.h"

static struct trace_case c;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static const uint64_t early[] = { 3, 5 }, late[] = { 7, 9 };
static const uint64_t padded[] = { 1, 9 }; /* begins first */

START_TEST(streams_are_in_the_order_in_which_tokens_pass)
{
    struct token_times streams[] = { { "a", 2, 0, padded, NULL },
                                     { "b", 0, 2, NULL, early },
                                     { "c", 2, 2, early, late } };
    struct stream_source sources[] = {
        { STREAM_UNTOLD, NO_CLOCK, NO_CLOCK },
        { STREAM_UNTOLD, NO_CLOCK, NO_CLOCK },
        { STREAM_UNTOLD, NO_CLOCK, NO_CLOCK },
    };
    struct recording r = {
        .stream_count = 3, .streams = streams, .sources = sources, .run = "free"
    };
    const struct side *s = side_from_recording(c.arena, "x.csv", &r, c.diag);
    trace_case_expect_none(&c);
    ck_assert_uint_eq(s->stream_count, 3);
    ck_assert_uint_eq(s->order[0], 1);
    ck_assert_uint_eq(s->order[1], 2);
    ck_assert_uint_eq(s->order[2], 0);
    ck_assert_uint_eq(s->end, 10);
    ck_assert_str_eq(s->note, "run free");
    ck_assert(s->streams[0].writes_seen && !s->streams[0].reads_seen);
    ck_assert(!s->streams[1].writes_seen && s->streams[1].reads_seen);
}
END_TEST

START_TEST(streams_of_other_clocks_are_left_out)
{
    struct token_times streams[] = { { "a", 2, 2, early, late },
                                     { "b", 2, 2, early, late },
                                     { "c", 2, 2, early, late } };
    struct stream_source sources[] = { { STREAM_HLS_FIFO, 1, 1 },
                                       { STREAM_HLS_FIFO, 0, 1 },
                                       { STREAM_HLS_FIFO, 1, 1 } };
    struct clock_seen clocks[] = { { "slow", 50, 0, 0 }, { "fast", 70, 0, 0 } };
    struct recording r = { .stream_count = 3,
                           .streams = streams,
                           .sources = sources,
                           .clock_count = 2,
                           .clocks = clocks };
    const struct side *s = side_from_recording(c.arena, "x.vcd", &r, c.diag);
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_CLOCK,
                      "1 of 3 streams are not on the clock 'fast'");
    ck_assert_uint_eq(s->stream_count, 2);
    ck_assert_str_eq(s->streams[1].times.name, "c");
    ck_assert_uint_eq(s->end, 70);
}
END_TEST

START_TEST(a_watched_side_without_handshakes_counts_as_seen)
{
    struct token_times streams[] = { { "a", 2, 0, early, NULL } };
    struct stream_source sources[] = { { STREAM_HLS_FIFO, 0, 0 } };
    struct clock_seen clocks[] = { { "clk", 50, 0, 0 } };
    struct recording r = { .stream_count = 1,
                           .streams = streams,
                           .sources = sources,
                           .clock_count = 1,
                           .clocks = clocks };
    const struct side *s = side_from_recording(c.arena, "x.vcd", &r, c.diag);
    ck_assert(s->streams[0].reads_seen);
    ck_assert_uint_eq(s->end, 50);
}
END_TEST

START_TEST(a_report_has_its_fifos_as_streams)
{
    struct report_fifo fifos[] = { { .name = "layer2_out" } };
    struct report r = { .path = "x.rpt", .fifo_count = 1, .fifos = fifos };
    const struct side *s = side_from_report(c.arena, &r);
    ck_assert_uint_eq(s->stream_count, 1);
    ck_assert_str_eq(s->streams[0].times.name, "layer2_out");
    ck_assert(!s->streams[0].writes_seen);
    ck_assert_str_eq(side_kind_name(s->kind), "report");
}
END_TEST

START_TEST(copies_share_the_frames)
{
    struct side_stream s = { .tokens_per_frame = 10, .copies = 3, .copy = 1 };
    ck_assert_uint_eq(side_tokens(&s, 1), 0);
    ck_assert_uint_eq(side_tokens(&s, 2), 10);
    ck_assert_uint_eq(side_tokens(&s, 5), 20);
    s.copies = 0;
    s.copy = 0;
    ck_assert_uint_eq(side_tokens(&s, 5), 50);
    s.tokens_per_frame = 0;
    ck_assert(side_tokens(&s, 5) == UINT64_MAX);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        streams_are_in_the_order_in_which_tokens_pass,
        streams_of_other_clocks_are_left_out,
        a_watched_side_without_handshakes_counts_as_seen,
        a_report_has_its_fifos_as_streams,
        copies_share_the_frames,
        NULL,
    };
    return check_main_with("side", tests, setup, teardown);
}
