#include "traces/fst.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "tests/traces/wave_build.h"
#include "traces/fst_check.h"
#include "traces/vcd.h"
#include "traces/waveform.h"

static struct trace_case c;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static void note(void *context, uint64_t time, uint32_t slot, const char *bits,
                 size_t count)
{
    /* VCD may leave out leading zeros; the test's does not. */
    text_printf(context, "%" PRIu64 ":%" PRIu32 "=%.*s ", time, slot,
                (int)count, bits);
}

static struct wave *sample(void)
{
    enum { CYCLES = 2000 };
    struct wave *w = wave_new(c.arena);
    uint32_t clk = wave_signal(w, "tb.clk", 1);
    uint32_t data = wave_signal(w, "tb.dut.data [3:0]", 4);
    uint32_t valid = wave_signal(w, "tb.dut.valid", 1);
    wave_alias(w, "tb.dut.clk", clk);
    wave_set(w, clk, "0");
    wave_set(w, data, "xxxx");
    wave_set(w, valid, "z");
    for (int i = 0; i < CYCLES; i++) {
        static const char *const values[] = { "0000", "0110", "1001" };
        wave_cycle(w, clk);
        if (i % 3 != 1)
            wave_set(w, data, values[i % 3]);
        wave_set(w, valid, i % 5 == 0 ? "1" : "0");
    }
    return w;
}

static const char *changes_of(struct waveform *w)
{
    struct text *t = text_new(c.arena);
    const struct waveform_sink sink = { t, note };
    static const char *const names[] = { "tb.dut.data", "tb.dut.clk" };
    uint64_t codes[2];
    ck_assert_ptr_nonnull(w);
    for (int i = 0; i < 2; i++) {
        int64_t at = waveform_find(w, names[i], strlen(names[i]));
        ck_assert_int_ge(at, 0);
        codes[i] = w->signals[at].code;
    }
    ck_assert(waveform_read(w, codes, 2, &sink, c.diag));
    waveform_close(w);
    return text_string(t);
}

static const char *sample_fst(void)
{
    const char *path = file_join(c.arena, c.folder, "x.fst");
    wave_write_fst(sample(), path);
    return path;
}

START_TEST(says_the_same_as_vcd)
{
    const char *vcd_path = trace_case_text(&c, "x.vcd", wave_vcd(sample()));
    struct waveform *fst = fst_open(c.arena, sample_fst(), c.diag);
    struct waveform *vcd = vcd_open(c.arena, vcd_path, c.diag);
    trace_case_expect_none(&c);
    ck_assert_uint_eq(fst->count, vcd->count);
    ck_assert_uint_eq(fst->unit_fs, vcd->unit_fs);
    for (uint32_t i = 0; i < fst->count; i++) {
        ck_assert_str_eq(fst->signals[i].name, vcd->signals[i].name);
        ck_assert_uint_eq(fst->signals[i].bits, vcd->signals[i].bits);
        ck_assert_int_eq(fst->signals[i].left, vcd->signals[i].left);
        ck_assert_uint_eq(fst->signals[i].depth, vcd->signals[i].depth);
    }
    const char *from_vcd = changes_of(vcd);
    ck_assert_uint_gt(strlen(from_vcd), 10000);
    ck_assert_str_eq(changes_of(fst), from_vcd);
    ck_assert(!fst->is_truncated);
    trace_case_expect_none(&c);
}
END_TEST

/* The list of signals comes last, so nothing is whole without the end. */
START_TEST(cut_files)
{
    size_t length = 0;
    char *bytes = file_read(c.arena, sample_fst(), 1 << 24, &length, c.diag);
    for (size_t cut = 0; cut < length; cut += 1 + cut / 7) {
        const char *path = trace_case_file(&c, "cut", bytes, cut);
        ck_assert_ptr_null(fst_open(c.arena, path, c.diag));
        enum diag_code code = diag_at(c.diag, 0)->code;
        ck_assert(code == DIAG_TRACE_CUT || cut < 330);
        trace_case_expect(&c, DIAG_ERROR, code, "");
    }
}
END_TEST

/* ... unless the simulation was interrupted, and its list is beside it. */
START_TEST(interrupted_simulation)
{
    const char *path = file_join(c.arena, c.folder, "open.fst");
    wave_write_open_fst(sample(), path);
    struct waveform *fst = fst_open(c.arena, path, c.diag);
    trace_case_expect_none(&c);
    const char *got = changes_of(fst);
    ck_assert(fst->is_truncated);
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_CUT, "within a block");
    const char *vcd = trace_case_text(&c, "x.vcd", wave_vcd(sample()));
    ck_assert_str_eq(got, changes_of(vcd_open(c.arena, vcd, c.diag)));
}
END_TEST

START_TEST(damaged_heads)
{
    size_t length = 0;
    char *bytes = file_read(c.arena, sample_fst(), 1 << 24, &length, c.diag);
    static const struct {
        size_t at;
        char byte;
        const char *words;
    } cases[] = { { 0, 1, "does not begin with a header" },
                  { 8, 0x48, "does not have the length" },
                  { 10, 1, "ends before it starts" },
                  { 60, 1, "more than 2^31" },
                  { 1 + 8 + 64, 99, "timescale 10^99" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *copy = arena_new_array(c.arena, char, length);
        memcpy(copy, bytes, length);
        copy[cases[i].at] = cases[i].byte;
        ck_assert_ptr_null(fst_open(
            c.arena, trace_case_file(&c, "bad", copy, length), c.diag));
        trace_case_expect(&c, DIAG_ERROR, diag_at(c.diag, 0)->code,
                          cases[i].words);
    }
}
END_TEST

/* The library fails on packed data that are wrong; we go on. */
START_TEST(damaged_changes)
{
    size_t length = 0;
    char *bytes = file_read(c.arena, sample_fst(), 1 << 24, &length, c.diag);
    struct fst_parts parts;
    memset(bytes + 330 + 40, 0x5a, 100);
    const char *path = trace_case_file(&c, "bad", bytes, length);
    ck_assert(fst_check(path, &parts, c.diag));
    ck_assert_uint_eq(parts.handles, 3);
    struct waveform *w = fst_open(c.arena, path, c.diag);
    ck_assert_ptr_nonnull(w);
    struct text *t = text_new(c.arena);
    const struct waveform_sink sink = { t, note };
    const uint64_t codes[] = { 1, 2 };
    bool well = waveform_read(w, codes, 2, &sink, c.diag);
    ck_assert(well == (diag_error_count(c.diag) == 0));
    ck_assert(!well);
    trace_case_expect(&c, DIAG_ERROR, diag_at(c.diag, 0)->code, "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { says_the_same_as_vcd,   cut_files,
                                   interrupted_simulation, damaged_heads,
                                   damaged_changes,        NULL };
    return check_main_with("fst", tests, setup, teardown);
}
