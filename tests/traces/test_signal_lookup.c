#include "traces/signal_lookup.h"

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "tests/traces/wave_build.h"
#include "traces/plan.h"
#include "traces/vcd.h"
#include "traces/waveform.h"

static struct trace_case c;
static struct waveform *w;
static const struct place nowhere = { 0 };

static void setup(void)
{
    trace_case_begin(&c);
    struct wave *wave = wave_new(c.arena);
    uint32_t clk = wave_signal(wave, "tb.clk", 1);
    wave_alias(wave, "tb.dut.clk", clk);
    wave_signal(wave, "tb.dut.u1.full_n", 1);
    wave_signal(wave, "tb.dut.u2.full_n", 1);
    wave_signal(wave, "tb.dut.data [11:4]", 8);
    wave_signal(wave, "tb.dut.up [0:3]", 4);
    wave_signal(wave, "tb.dut.lane [2]", 1);
    w = vcd_open(c.arena, trace_case_text(&c, "x.vcd", wave_vcd(wave)), c.diag);
    ck_assert_ptr_nonnull(w);
}

static void teardown(void)
{
    waveform_close(w);
    trace_case_end(&c);
}

static void finds(const char *scope, const char *text, const char *name,
                  uint32_t from_right, bool inverted)
{
    struct net_bit bit;
    ck_assert(lookup_bit(w, scope, text, &bit, nowhere, c.diag));
    ck_assert_str_eq(w->signals[bit.signal].name, name);
    ck_assert_uint_eq(bit.from_right, from_right);
    ck_assert(bit.inverted == inverted);
}

static void fails(const char *text, const char *words)
{
    struct net_bit bit;
    ck_assert(!lookup_bit(w, NULL, text, &bit, nowhere, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SIGNAL, words);
}

START_TEST(names)
{
    finds(NULL, "tb.dut.clk", "tb.dut.clk", 0, false);
    finds(NULL, "clk", "tb.clk", 0, false); /* the outermost */
    finds("tb.dut", "clk", "tb.dut.clk", 0, false);
    finds("tb.nothing", "clk", "tb.clk", 0, false);
    finds(NULL, "!u2.full_n", "tb.dut.u2.full_n", 0, true);
    finds(NULL, "lane[2]", "tb.dut.lane[2]", 0, false);
    finds(NULL, "data[4]", "tb.dut.data", 0, false);
    finds(NULL, "!dut.data[11]", "tb.dut.data", 7, true);
    finds(NULL, "up[0]", "tb.dut.up", 3, false);
    finds(NULL, "up[3]", "tb.dut.up", 0, false);
    trace_case_expect_none(&c);
}
END_TEST

START_TEST(no_such_names)
{
    fails("full_n", "several signals 'full_n'");
    fails("data", "'data' has 8 bits");
    fails("data[3]", "has no bit 3");
    fails("data[12]", "has no bit 12");
    fails("lk", "there is no signal 'lk'"); /* no end of a name */
    fails("dut.clkk", "did you mean 'dut.clk'?");
    fails("u3.full_n", "or 'u2.full_n'?");
    fails("", "no signal ''");
    fails("[0]", "no signal");
    fails("!", "no signal ''");
}
END_TEST

START_TEST(scopes)
{
    ck_assert_str_eq(lookup_scope(c.arena, w, "u1", nowhere, c.diag),
                     "tb.dut.u1");
    ck_assert_str_eq(lookup_scope(c.arena, w, "tb.dut", nowhere, c.diag),
                     "tb.dut");
    ck_assert_ptr_null(lookup_scope(c.arena, w, "ut", nowhere, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SIGNAL, "no scope 'ut'");
    ck_assert_ptr_null(lookup_scope(c.arena, w, "clk", nowhere, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SIGNAL, "no scope 'clk'");
    ck_assert_ptr_null(lookup_scope(c.arena, w, "dut.u3", nowhere, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SIGNAL,
                      "did you mean 'dut.u1'?; or 'dut.u2'?");
    ck_assert_ptr_null(lookup_scope(c.arena, w, "tb.dat", nowhere, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SIGNAL,
                      "did you mean 'tb.dut'?");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { names, no_such_names, scopes, NULL };
    return check_main_with("signal_lookup", tests, setup, teardown);
}
