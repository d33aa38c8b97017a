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

START_TEST(one_clock_of_several)
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
    const struct side *all = side_from_recording(c.arena, "x.vcd", &r, c.diag);
    trace_case_expect_none(&c);
    ck_assert_uint_eq(side_clock_count(all), 2);
    const struct side *fast = side_on_clock(c.arena, all, 1);
    ck_assert_str_eq(fast->clock, "fast");
    ck_assert_uint_eq(fast->stream_count, 3);
    ck_assert(fast->streams[0].writes_seen && fast->streams[0].reads_seen);
    /* 'b' crosses from one to the other. */
    ck_assert(!fast->streams[1].writes_seen && fast->streams[1].reads_seen);
    ck_assert(!fast->streams[1].elsewhere);
    ck_assert_uint_eq(fast->end, 70);
    const struct side *slow = side_on_clock(c.arena, all, 0);
    ck_assert(slow->streams[0].elsewhere);
    ck_assert_uint_eq(slow->streams[0].times.write_count, 0);
    ck_assert(slow->streams[1].writes_seen && !slow->streams[1].reads_seen);
    ck_assert_uint_eq(slow->end, 50);
    ck_assert_uint_eq(all->streams[1].times.read_count, 2);
}
END_TEST

static const struct stream_source on_one = { STREAM_HLS_FIFO, 0, 0 };

/* Handshakes of FIFOs that carry one channel each. */
START_TEST(channels_are_one_stream)
{
    struct token_times streams[] = { { "l_V_data_0_V", 2, 2, early, late },
                                     { "l_V_data_1_V", 2, 2, early, late },
                                     { "m_V_data_0_V", 2, 2, early, late },
                                     { "m_V_data_1_V", 2, 1, early, late } };
    struct stream_source sources[] = { on_one, on_one, on_one, on_one };
    struct clock_seen clocks[] = { { "clk", 50, 0, 0 } };
    struct recording r = { .stream_count = 4,
                           .streams = streams,
                           .sources = sources,
                           .clock_count = 1,
                           .clocks = clocks };
    const struct side *s = side_from_recording(c.arena, "x.vcd", &r, c.diag);
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_TOKEN,
                      "'m_V_data_0_V' and 1 more look like the channels of "
                      "one stream");
    ck_assert_uint_eq(s->bundle_count, 1);
    ck_assert_uint_eq(s->stream_count, 3);
    ck_assert_str_eq(s->streams[0].times.name, "l_V_data_0_V");
    ck_assert_uint_eq(s->streams[0].channels, 2);
    ck_assert_str_eq(s->streams[1].times.name, "m_V_data_0_V");
    ck_assert_uint_eq(s->streams[1].channels, 1);
}
END_TEST

START_TEST(channels_of_a_report)
{
    struct report_fifo fifos[] = {
        { .name = "l_V_data_0_V_U", .peak = 3 },
        { .name = "l_V_data_1_V_U", .peak = 5 },
        { .name = "m_U", .peak = 1 },
        { .name = "n_V_data_0_V_U", .peak = REPORT_NONE },
        { .name = "n_V_data_1_V_U", .peak = 2 },
    };
    struct report r = { .path = "x.rpt", .fifo_count = 5, .fifos = fifos };
    const struct side *s = side_from_report(c.arena, &r);
    ck_assert_uint_eq(s->bundle_count, 2);
    ck_assert_uint_eq(s->stream_count, 3);
    ck_assert_str_eq(s->streams[0].times.name, "l_V_data_0_V_U");
    ck_assert_uint_eq(s->streams[0].fifo, 1);
    ck_assert_uint_eq(s->streams[1].fifo, 2);
    ck_assert_uint_eq(s->streams[2].fifo, 4);
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
        one_clock_of_several,
        channels_are_one_stream,
        channels_of_a_report,
        a_watched_side_without_handshakes_counts_as_seen,
        a_report_has_its_fifos_as_streams,
        copies_share_the_frames,
        NULL,
    };
    return check_main_with("side", tests, setup, teardown);
}
