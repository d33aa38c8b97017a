#include "traces/vcd.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "traces/waveform.h"

static const char sample[] =
    "$date today $end\n$version x $end $comment $var of old $end\n"
    "$timescale\n 10ps\n$end\n"
    "$scope module tb $end\n"
    "$var wire 1 ! clk $end\n"
    "$scope module dut $end\n"
    "$var wire 1 ! clk $end\n"
    "$var reg 8 #a data [7:0] $end\n"
    "$var real 64 r level $end\n"
    "$var wire 1 ~~ lane [3] $end\n"
    "$upscope $end\n$upscope $end\n"
    "$enddefinitions $end\n"
    "#0\n$dumpvars\n0! bx #a 1~~ r0.5 r\n$end\n"
    "$comment #9 1! $end\n"
    "#5 1! b1010 #a\n"
    "0?\n"
    "#7\n$dumpoff x! bx #a $end #9 $dumpon\n1!\nB00001111 #a\n$end\n#12\n0!\n";

static struct trace_case c;
static struct text *seen;

static void setup(void)
{
    trace_case_begin(&c);
    seen = text_new(c.arena);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static void note(void *context, uint64_t time, uint32_t slot, const char *bits,
                 size_t count)
{
    (void)context;
    text_printf(seen, "%" PRIu64 ":%" PRIu32 "=%.*s ", time, slot, (int)count,
                bits);
}

static struct waveform *open_text(const char *text, size_t length)
{
    return vcd_open(c.arena, trace_case_file(&c, "x.vcd", text, length),
                    c.diag);
}

static bool read_names(struct waveform *w, const char *first,
                       const char *second)
{
    const struct waveform_sink sink = { NULL, note };
    uint64_t codes[2];
    const char *names[] = { first, second };
    for (int i = 0; i < 2; i++) {
        int64_t at = waveform_find(w, names[i], strlen(names[i]));
        ck_assert_int_ne(at, WAVEFORM_NONE);
        codes[i] = w->signals[at].code;
    }
    bool fine = waveform_read(w, codes, 2, &sink, c.diag);
    waveform_close(w);
    return fine;
}

START_TEST(header_and_changes)
{
    struct waveform *w = open_text(sample, sizeof sample - 1);
    ck_assert_ptr_nonnull(w);
    ck_assert_uint_eq(w->unit_fs, 10000);
    ck_assert_uint_eq(w->count, 5);
    static const char *const names[] = { "tb.clk", "tb.dut.clk", "tb.dut.data",
                                         "tb.dut.lane[3]", "tb.dut.level" };
    for (int i = 0; i < 5; i++)
        ck_assert_str_eq(w->signals[i].name, names[i]);
    ck_assert_uint_eq(w->signals[0].code, w->signals[1].code);
    ck_assert_uint_eq(w->signals[2].bits, 8);
    ck_assert_int_eq(w->signals[2].left, 7);
    ck_assert_uint_eq(w->signals[2].depth, 2);
    ck_assert(read_names(w, "tb.dut.clk", "tb.dut.data"));
    ck_assert_str_eq(text_string(seen), "0:0=0 0:1=x 5:0=1 5:1=1010 7:0=x "
                                        "7:1=x 9:0=1 9:1=00001111 12:0=0 ");
    ck_assert(!w->is_truncated);
    trace_case_expect_none(&c);
}
END_TEST

/* Whatever is cut off is told, and what came before is as in the whole. */
START_TEST(cut_at_every_length)
{
    size_t header = (size_t)(strstr(sample, "#0\n") - sample);
    struct waveform *w = open_text(sample, sizeof sample - 1);
    ck_assert(read_names(w, "tb.clk", "tb.dut.data"));
    const char *whole = text_string(seen);
    for (size_t length = 0; length < sizeof sample - 1; length++) {
        seen = text_new(c.arena);
        w = open_text(sample, length);
        ck_assert_msg((w != NULL) == (length >= header), "cut at %zu", length);
        if (w == NULL) {
            trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_CUT,
                              "ends before $enddefinitions");
            continue;
        }
        bool in_word = strchr(" \n", sample[length - 1]) == NULL;
        ck_assert(read_names(w, "tb.clk", "tb.dut.data"));
        size_t n = text_length(seen);
        ck_assert_msg(memcmp(text_string(seen), whole, n) == 0, "cut at %zu",
                      length);
        ck_assert(w->is_truncated || !in_word);
        if (w->is_truncated)
            trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_CUT,
                              "ends within a word");
    }
}
END_TEST

static void refuse(const char *text, enum diag_code code, uint32_t line,
                   const char *words)
{
    struct waveform *w = open_text(text, strlen(text));
    if (w != NULL) {
        const struct waveform_sink sink = { NULL, note };
        ck_assert(!waveform_read(w, NULL, 0, &sink, c.diag));
        waveform_close(w);
    }
    ck_assert_uint_eq(diag_count(c.diag), 1);
    ck_assert_uint_eq(diag_at(c.diag, 0)->place.line, line);
    trace_case_expect(&c, DIAG_ERROR, code, words);
}

#define HEAD "$timescale 1ns $end\n$var wire 1 ! a $end\n"
#define BODY HEAD "$enddefinitions $end\n"

START_TEST(bad_files)
{
    refuse("hello $end\n", DIAG_TRACE_SYNTAX, 1, "is not how a VCD");
    refuse("$timescale 1 parsec $end\n", DIAG_TRACE_TIME, 1, "'1 parsec'");
    refuse("$timescale 5 ns $end\n", DIAG_TRACE_TIME, 1, "'5 ns'");
    refuse(HEAD "$upscope $end\n", DIAG_TRACE_SYNTAX, 3, "closes no scope");
    refuse(HEAD "$var wire x ! b $end\n", DIAG_TRACE_SYNTAX, 3, "no width");
    refuse(HEAD "$var wire 1 0123456789 b $end\n", DIAG_TRACE_SYNTAX, 3,
           "no identifier");
    refuse(HEAD "$var wire 9999999 ! b $end\n", DIAG_TRACE_SYNTAX, 3,
           "too many bits");
    refuse(HEAD "$var wire 1 ! $end\n", DIAG_TRACE_SYNTAX, 3, "no name");
    refuse(HEAD "#0\n", DIAG_TRACE_SYNTAX, 3, "no keyword");
    refuse(BODY "#10\n1!\n#9\n0!\n", DIAG_TRACE_TIME, 6,
           "goes back from 10 to 9");
    refuse(BODY "#1x\n", DIAG_TRACE_SYNTAX, 4, "no time");
    refuse(BODY "#99999999999999999999\n", DIAG_TRACE_SYNTAX, 4, "no time");
    refuse(BODY "#1\n1\n", DIAG_TRACE_SYNTAX, 5, "no change");
    refuse(BODY "#1\nb !\n", DIAG_TRACE_SYNTAX, 5, "no change");
    refuse(BODY "#1\nq!\n", DIAG_TRACE_SYNTAX, 5, "no change");
}
END_TEST

START_TEST(no_timescale)
{
    struct waveform *w = open_text("$enddefinitions $end\n", 21);
    ck_assert_ptr_nonnull(w);
    ck_assert_uint_eq(w->unit_fs, 0);
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_TIME, "no $timescale");
    waveform_close(w);
}
END_TEST

/* Longer than all buffers, with values that are, too. */
START_TEST(long_files)
{
    enum { CHANGES = 150000, WIDE = 300000 };
    struct text *t = text_new(c.arena);
    text_add(t, "$timescale 1ns $end $var wire 1 ! a $end $var wire 300000 ab "
                "b $end $enddefinitions $end\n");
    for (int i = 0; i < CHANGES; i++) {
        text_printf(t, "#%d %d!\n", i, i % 2);
        if (i % 30000 == 0) {
            text_add(t, "b");
            for (int k = 0; k < WIDE; k++)
                text_add(t, "1");
            text_add(t, " ab\n");
        }
    }
    struct waveform *w = open_text(text_string(t), text_length(t));
    ck_assert(read_names(w, "a", "b"));
    /* ":0=1 " and ":1=111... " with times in front */
    size_t digits = 0;
    for (int i = 0; i < CHANGES; i++)
        digits += (size_t)(i < 10       ? 1
                           : i < 100    ? 2
                           : i < 1000   ? 3
                           : i < 10000  ? 4
                           : i < 100000 ? 5
                                        : 6);
    size_t wide_digits = 1 + 5 + 5 + 5 + 6;
    ck_assert_uint_eq(text_length(seen), digits + 5 * (size_t)CHANGES +
                                             wide_digits +
                                             5 * (size_t)(4 + WIDE));
    trace_case_expect_none(&c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { header_and_changes, cut_at_every_length,
                                   bad_files,          no_timescale,
                                   long_files,         NULL };
    return check_main_with("vcd", tests, setup, teardown);
}
