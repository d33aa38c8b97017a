#include "traces/recording.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "tests/traces/wave_build.h"
#include "traces/compact.h"
#include "traces/events.h"

static struct trace_case c;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

/* A FIFO with registered flags, by hand: a token goes in every second cycle
 * and out one cycle later. */
static struct wave *fifo_wave(const char *dot_name)
{
    enum { CYCLES = 40 };
    static const char *const bit[] = { "0", "1" };
    struct wave *w = wave_new(c.arena);
    uint32_t clk = wave_signal(w, "tb.clk", 1);
    uint32_t rst = wave_signal(w, "tb.rst", 1);
    uint32_t s[4];
    static const char *const names[] = { "in_valid", "in_ready", "out_valid",
                                         "out_ready" };
    for (int i = 0; i < 4; i++)
        s[i] = wave_signal(
            w, arena_printf(c.arena, "tb.%s_%s", dot_name, names[i]), 1);
    wave_set(w, clk, "0");
    wave_set(w, rst, "1");
    for (int i = 0; i < 4; i++)
        wave_set(w, s[i], "0");
    wave_cycle(w, clk);
    wave_set(w, rst, "0");
    wave_set(w, s[1], "1");
    wave_set(w, s[3], "1");
    for (int i = 0; i < CYCLES; i++) {
        wave_set(w, s[0], bit[i % 2 == 0]);
        wave_set(w, s[2], bit[i % 2 == 1]);
        wave_cycle(w, clk);
    }
    return w;
}

static void expect_fifo(const struct recording *r)
{
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->stream_count, 1);
    ck_assert_str_eq(r->streams[0].name, "a");
    ck_assert_uint_eq(r->streams[0].write_count, 20);
    ck_assert_uint_eq(r->streams[0].read_count, 20);
    for (uint64_t i = 0; i < 20; i++) {
        ck_assert_uint_eq(r->streams[0].writes[i], 2 * i);
        ck_assert_uint_eq(r->streams[0].reads[i], 2 * i + 1);
    }
}

/* The same run in every form, under names that tell nothing. */
START_TEST(every_kind_by_its_content)
{
    size_t length = 0;
    struct wave *w = fifo_wave("a");
    const char *vcd = trace_case_text(&c, "1", wave_vcd(w));
    const char *fst = file_join(c.arena, c.folder, "2");
    wave_write_fst(w, fst);
    struct recording *r = recording_read(c.arena, vcd, NULL, c.diag);
    expect_fifo(r);
    ck_assert_int_eq(r->sources[0].kind, STREAM_READY_VALID);
    expect_fifo(recording_read(c.arena, fst, NULL, c.diag));
    const char *path = file_join(c.arena, c.folder, "3.gz");
    ck_assert(events_write(path, r->streams, 1, c.diag));
    expect_fifo(recording_read(c.arena, path, NULL, c.diag));
    path = file_join(c.arena, c.folder, "4");
    ck_assert(compact_write(path, r, c.diag));
    expect_fifo(recording_read(c.arena, path, NULL, c.diag));
    path = file_join(c.arena, c.folder, "x.hrt");
    ck_assert(recording_write(path, r->streams, 1, c.diag));
    const char *bytes = file_read(c.arena, path, 1 << 20, &length, c.diag);
    ck_assert(compact_begin(bytes, length));
    expect_fifo(recording_read(c.arena, path, NULL, c.diag));
    trace_case_expect_none(&c);
    path = trace_case_text(&c, "5", "PK\3\4 no trace");
    ck_assert_ptr_null(recording_read(c.arena, path, NULL, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SYNTAX, "it is no trace");
    path = trace_case_text(&c, "6", "");
    ck_assert_ptr_null(recording_read(c.arena, path, NULL, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SYNTAX, "it is no trace");
}
END_TEST

/* Streams in any order; in a recording they are in that of their names. */
START_TEST(written_by_name)
{
    static const uint64_t cycles[] = { 3, 7, 8 };
    const struct token_times streams[] = {
        { .name = "b", .writes = cycles, .write_count = 3 },
        { .name = "a", .reads = cycles, .read_count = 2 },
    };
    const char *path = file_join(c.arena, c.folder, "x.hrt");
    ck_assert(recording_write(path, streams, 2, c.diag));
    const struct recording *r = recording_read(c.arena, path, NULL, c.diag);
    trace_case_expect_none(&c);
    ck_assert_str_eq(r->streams[0].name, "a");
    expect_cycles(r->streams[0].reads, r->streams[0].read_count, cycles, 2,
                  "a");
    expect_cycles(r->streams[1].writes, r->streams[1].write_count, cycles, 3,
                  "b");
    /* The reader relies on it. */
    struct stream_source sources[2] = {
        { .write_clock = NO_CLOCK, .read_clock = NO_CLOCK },
        { .write_clock = NO_CLOCK, .read_clock = NO_CLOCK }
    };
    struct token_times wrong[] = { streams[0], streams[1] };
    ck_assert(compact_write(path,
                            &(struct recording){ .stream_count = 2,
                                                 .streams = wrong,
                                                 .sources = sources },
                            c.diag));
    ck_assert_ptr_null(recording_read(c.arena, path, NULL, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SYNTAX, "do not fit together");
}
END_TEST

START_TEST(options)
{
    const char *vcd = trace_case_text(&c, "1", wave_vcd(fifo_wave("a")));
    struct recording_options o = { .scope = "tb",
                                   .clock = "clk",
                                   .reset = "rst" };
    expect_fifo(recording_read(c.arena, vcd, &o, c.diag));
    o = (struct recording_options){ .reset = "!rst" };
    struct recording *r = recording_read(c.arena, vcd, &o, c.diag);
    ck_assert_ptr_nonnull(r); /* of cycle 0 only, and then never again */
    ck_assert_uint_eq(r->streams[0].write_count, 0);
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_CLOCK, "in cycle 1");
    o = (struct recording_options){ .clock = "clc" };
    ck_assert_ptr_null(recording_read(c.arena, vcd, &o, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SIGNAL, "did you mean 'clk'?");
    o = (struct recording_options){ .scope = "dut" };
    ck_assert_ptr_null(recording_read(c.arena, vcd, &o, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SIGNAL, "no scope 'dut'");
    o = (struct recording_options){ 0 };
    o.mapping = trace_case_text(
        &c, "m.json",
        "{ \"streams\": [ { \"name\": \"a\","
        " \"write\": [ \"a_in_valid\", \"a_in_ready\" ],"
        " \"read\": [ \"a_out_valid\", \"a_out_ready\" ] } ] }");
    r = recording_read(c.arena, vcd, &o, c.diag);
    expect_fifo(r);
    ck_assert_int_eq(r->sources[0].kind, STREAM_MAPPED);
    trace_case_expect_none(&c);
}
END_TEST

START_TEST(no_streams)
{
    struct wave *w = wave_new(c.arena);
    uint32_t clk = wave_signal(w, "tb.clk", 1);
    wave_signal(w, "tb.a_valid", 1);
    wave_cycle(w, clk);
    const char *path = trace_case_text(&c, "x", wave_vcd(w));
    ck_assert_ptr_null(recording_read(c.arena, path, NULL, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SIGNAL, "none of its 2");
    w = wave_new(c.arena);
    wave_signal(w, "tb.a_valid", 1);
    wave_signal(w, "tb.a_ready", 1);
    path = trace_case_text(&c, "x", wave_vcd(w));
    ck_assert_ptr_null(recording_read(c.arena, path, NULL, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_CLOCK, "no clock is found");
}
END_TEST

START_TEST(known_by_content)
{
    ck_assert(recording_known(
        trace_case_text(&c, "1", "stream,event,token_index,cycle\n")));
    ck_assert(recording_known(trace_case_text(&c, "2", " $date x $end ")));
    ck_assert(!recording_known(trace_case_text(&c, "3", "{}")));
    ck_assert(!recording_known(trace_case_text(&c, "4", "")));
    ck_assert(!recording_known("/nowhere"));
    trace_case_expect_none(&c);
}
END_TEST

START_TEST(tokens_that_leave_too_early)
{
    static const char text[] = "stream,event,token_index,cycle\n"
                               "a,w,0,3\na,w,1,9\na,r,0,3\na,r,1,8\n"
                               "b,w,0,1\n";
    ck_assert_ptr_nonnull(
        recording_read(c.arena, trace_case_text(&c, "x", text), NULL, c.diag));
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_TOKEN,
                      "token 1 of 'a' is read in cycle 8");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_kind_by_its_content,
        written_by_name,
        options,
        no_streams,
        known_by_content,
        tokens_that_leave_too_early,
        NULL,
    };
    return check_main_with("recording", tests, setup, teardown);
}
