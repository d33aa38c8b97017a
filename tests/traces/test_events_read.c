#include "traces/events.h"

#include <inttypes.h>
#include <string.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "traces/recording.h"

static struct trace_case c;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static struct recording *read_text(const char *text, const char *run)
{
    return events_read(c.arena, trace_case_text(&c, "x.csv", text), run,
                       c.diag);
}

START_TEST(what_is_written_is_read)
{
    static const uint64_t w[] = { 1, 5, 900 }, r[] = { 2, 6 };
    const struct token_times streams[] = { { "a.out", 3, 2, w, r },
                                           { "b", 0, 1, NULL, r } };
    for (int i = 0; i < 2; i++) {
        const char *path =
            file_join(c.arena, c.folder, i == 0 ? "x.csv" : "x.csv.gz");
        ck_assert(events_write(path, streams, 2, c.diag));
        struct recording *got = events_read(c.arena, path, NULL, c.diag);
        ck_assert_ptr_nonnull(got);
        ck_assert_uint_eq(got->stream_count, 2);
        for (int k = 0; k < 2; k++) {
            const struct token_times *s = &got->streams[k];
            ck_assert_str_eq(s->name, streams[k].name);
            expect_cycles(s->writes, s->write_count, streams[k].writes,
                          streams[k].write_count, "writes");
            expect_cycles(s->reads, s->read_count, streams[k].reads,
                          streams[k].read_count, "reads");
        }
        ck_assert_ptr_null(got->run);
    }
    trace_case_expect_none(&c);
}
END_TEST

#define RUNS "run,stream,op,token_index,cycle\n"

/* Lines of runs, streams and events may be mixed, and end as on Windows. */
START_TEST(runs_and_ports)
{
    static const char text[] = RUNS "b2b,in,I,0,1\r\n"
                                    "alone,in,I,0,3\n"
                                    "b2b,mid,W,0,4\nb2b,in,I,1,2\n"
                                    "b2b,mid,R,0,5\nb2b,out,O,0,9\n";
    static const uint64_t in[] = { 1, 2 }, in_alone[] = { 3 }, out[] = { 9 };
    struct recording *r = read_text(text, NULL);
    ck_assert_ptr_nonnull(r);
    ck_assert_str_eq(r->run, "b2b");
    ck_assert_uint_eq(r->run_count, 2);
    ck_assert_str_eq(r->runs[1], "alone");
    ck_assert_uint_eq(r->stream_count, 3);
    expect_cycles(r->streams[0].writes, r->streams[0].write_count, in, 2, "in");
    ck_assert_uint_eq(r->streams[0].read_count, 0);
    expect_cycles(r->streams[2].reads, r->streams[2].read_count, out, 1, "out");
    r = read_text(text, "alone");
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->stream_count, 1);
    expect_cycles(r->streams[0].writes, r->streams[0].write_count, in_alone, 1,
                  "in alone");
    trace_case_expect_none(&c);
    ck_assert_ptr_null(read_text(text, "alnoe"));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SIGNAL, "'alone'");
}
END_TEST

/* Measured on hls4ml's RTL; see tests/accuracy/README.md. */
START_TEST(measured_events)
{
    const char *path = HEADRACE_SOURCE_DIR
        "/tests/accuracy/data/conv8f/events_isolated.csv.xz";
    struct recording *r = recording_read(c.arena, path, NULL, c.diag);
    ck_assert_ptr_nonnull(r);
    trace_case_expect_none(&c);
    ck_assert_ptr_null(r->run);
    ck_assert_uint_eq(r->stream_count, 3);
    const struct token_times *s = &r->streams[2];
    ck_assert_str_eq(s->name, "layer4_out");
    ck_assert_uint_eq(s->write_count, 25);
    ck_assert_uint_eq(s->read_count, 25);
    ck_assert_uint_eq(s->writes[0], 2);
}
END_TEST

/* A name of its own in every line is no run. */
START_TEST(too_many_runs)
{
    struct text *t = text_new(c.arena);
    text_add(t, RUNS);
    for (int i = 0; i < 4100; i++)
        text_printf(t, "%d,a,W,0,1\n", i);
    ck_assert_ptr_null(read_text(text_string(t), NULL));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SYNTAX,
                      "'4096' is run 4097: a file has at most 4096");
}
END_TEST

#define PLAIN "stream,event,token_index,cycle\n"

START_TEST(bad_files)
{
    static const struct {
        const char *text;
        enum diag_code code;
        uint32_t line;
        const char *words;
    } cases[] = {
        { "stream,event,cycle\n", DIAG_TRACE_SYNTAX, 1, "the first line" },
        { PLAIN "a,w,0\n", DIAG_TRACE_SYNTAX, 2, "4 fields" },
        { PLAIN "a,w,0,1,2\n", DIAG_TRACE_SYNTAX, 2, "4 fields" },
        { PLAIN "a,W,0,1\n", DIAG_TRACE_SYNTAX, 2, "'W', not w or r" },
        { PLAIN "a,ww,0,1\n", DIAG_TRACE_SYNTAX, 2, "'ww', not w or r" },
        { PLAIN ",w,0,1\n", DIAG_TRACE_SYNTAX, 2, "no name" },
        { PLAIN "a,w,-1,1\n", DIAG_TRACE_SYNTAX, 2, "whole numbers" },
        { PLAIN "a,w,0,\n", DIAG_TRACE_SYNTAX, 2, "whole numbers" },
        { PLAIN "a,w,0,18446744073709551616\n", DIAG_TRACE_SYNTAX, 2,
          "whole numbers" },
        { PLAIN "a,w,1,1\n", DIAG_TRACE_TOKEN, 2, "token 1 of 'a' follows" },
        { PLAIN "a,w,0,1\na,w,2,3\n", DIAG_TRACE_TOKEN, 3, "follows token 0" },
        { PLAIN "a,w,0,5\na,w,1,5\n", DIAG_TRACE_TOKEN, 3, "cycles must rise" },
        { PLAIN "a,w,0,5\na,r,0,6\na,w,1,4\n", DIAG_TRACE_TOKEN, 4,
          "cycles must rise" },
        { RUNS "a,w,0,1\n", DIAG_TRACE_SYNTAX, 2, "5 fields" },
        { RUNS "r,a,w,0,1\n", DIAG_TRACE_SYNTAX, 2, "W, R, I or O" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_ptr_null(read_text(cases[i].text, NULL));
        ck_assert_uint_eq(diag_at(c.diag, 0)->place.line, cases[i].line);
        trace_case_expect(&c, DIAG_ERROR, cases[i].code, cases[i].words);
    }
    struct text *t = text_new(c.arena);
    text_add(t, PLAIN);
    for (int i = 0; i < 5000; i++)
        text_add(t, "x");
    ck_assert_ptr_null(read_text(text_string(t), NULL));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SYNTAX, "4096 bytes");
}
END_TEST

START_TEST(cut_files)
{
    static const uint64_t w[] = { 1, 2 };
    struct recording *r = read_text(PLAIN "a,w,0,1\na,w,1,2\na,w,2,3", NULL);
    ck_assert_ptr_nonnull(r);
    ck_assert(r->is_truncated);
    expect_cycles(r->streams[0].writes, r->streams[0].write_count, w, 2, "w");
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_CUT, "within a line");
    /* As gzip, cut in the middle. */
    const char *path = file_join(c.arena, c.folder, "big.gz");
    gzFile f = gzopen(path, "wb");
    gzputs(f, PLAIN);
    for (int i = 0; i < 50000; i++)
        gzprintf(f, "a,w,%d,%d\n", i, 3 * i + i % 3);
    gzclose(f);
    size_t length = 0;
    char *bytes = file_read(c.arena, path, 1 << 24, &length, c.diag);
    path = trace_case_file(&c, "cut.gz", bytes, length / 2);
    r = events_read(c.arena, path, NULL, c.diag);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_gt(r->streams[0].write_count, 10000);
    ck_assert_uint_eq(r->streams[0].writes[9999], 3 * 9999);
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_CUT, "gzip data");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { what_is_written_is_read,
                                   runs_and_ports,
                                   measured_events,
                                   too_many_runs,
                                   bad_files,
                                   cut_files,
                                   NULL };
    return check_main_with("events_read", tests, setup, teardown);
}
