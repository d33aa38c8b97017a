#include "traces/mapping.h"

#include <string.h>

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "tests/traces/wave_build.h"
#include "traces/plan.h"
#include "traces/vcd.h"
#include "traces/waveform.h"

static struct trace_case c;
static struct waveform *w;
static struct plan *p;
static struct mapping_result result;

static void setup(void)
{
    static const char *const paths[] = {
        "tb.clk",        "tb.tick",       "tb.rst_n",     "tb.clear",
        "tb.dut.a_vld",  "tb.dut.a_rdy",  "tb.dut.b_vld", "tb.dut.b_rdy",
        "tb.dut.q.push", "tb.dut.q.full", "tb.dut.q.pop", "tb.dut.q.empty",
        "tb.dut.go",     "tb.dut.took",   "tb.dut.fin",
    };
    trace_case_begin(&c);
    struct wave *wave = wave_new(c.arena);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        wave_signal(wave, paths[i], 1);
    wave_signal(wave, "tb.dut.mask [3:0]", 4);
    w = vcd_open(c.arena, trace_case_text(&c, "x.vcd", wave_vcd(wave)), c.diag);
    ck_assert_ptr_nonnull(w);
    p = plan_new(c.arena, w);
}

static void teardown(void)
{
    waveform_close(w);
    trace_case_end(&c);
}

static bool read_text(const char *text)
{
    return mapping_read(p, trace_case_text(&c, "map.json", text), &result,
                        c.diag);
}

static void expect_bit(struct net_bit bit, const char *name, bool inverted)
{
    ck_assert_str_eq(w->signals[bit.signal].name, name);
    ck_assert(bit.inverted == inverted);
}

START_TEST(streams_and_processes)
{
    ck_assert(read_text(
        "{ \"scope\": \"dut\", \"streams\": ["
        "{ \"name\": \"q\", \"write\": [ \"q.push\", \"!q.full\" ],"
        "  \"read\": [ \"q.pop\", \"!q.empty\", \"mask[2]\" ],"
        "  \"read_clock\": \"tick\", \"read_reset\": \"clear\" },"
        "{ \"name\": \"s_*\", \"handshake\": [ \"*_vld\", \"*_rdy\" ] } ],"
        "\"processes\": [ { \"name\": \"u\", \"start\": \"go\","
        "  \"ready\": \"took\", \"done\": \"!fin\" } ] }"));
    trace_case_expect_none(&c);
    ck_assert(!result.automatic);
    ck_assert_str_eq(result.scope, "tb.dut");
    ck_assert_uint_eq(result.clock, NO_CLOCK);
    ck_assert_uint_eq(p->stream_count, 3);
    const struct stream_plan *q = &p->streams[0];
    expect_bit(q->write.bits[0], "tb.dut.q.push", false);
    expect_bit(q->write.bits[1], "tb.dut.q.full", true);
    ck_assert_uint_eq(q->read.count, 3);
    ck_assert_uint_eq(q->read.bits[2].from_right, 2);
    expect_bit(p->clocks[q->write_clock].clock, "tb.clk", false);
    expect_bit(p->clocks[q->write_clock].reset, "tb.rst_n", true);
    expect_bit(p->clocks[q->read_clock].clock, "tb.tick", false);
    expect_bit(p->clocks[q->read_clock].reset, "tb.clear", false);
    ck_assert_str_eq(p->streams[1].name, "s_a");
    ck_assert_str_eq(p->streams[2].name, "s_b");
    ck_assert(p->streams[2].is_point);
    expect_bit(p->streams[2].write.bits[1], "tb.dut.b_rdy", false);
    ck_assert_uint_eq(p->process_count, 1);
    expect_bit(p->processes[0].done.bits[0], "tb.dut.fin", true);
}
END_TEST

START_TEST(the_clock_of_the_file)
{
    ck_assert(read_text("{ \"clock\": \"tick\", \"reset\": \"!clear\" }"));
    ck_assert(result.automatic);
    expect_bit(p->clocks[result.clock].clock, "tb.tick", false);
    expect_bit(p->clocks[result.clock].reset, "tb.clear", true);
    ck_assert(read_text("{ \"automatic\": true, \"clock\": \"clk\","
                        "\"reset\": \"rst_n\", \"streams\": ["
                        "{ \"name\": \"a\", \"write\": \"a_vld\" } ] }"));
    ck_assert(result.automatic);
    ck_assert_uint_eq(p->streams[0].write_clock, result.clock);
    expect_bit(p->clocks[result.clock].reset, "tb.rst_n", true);
    trace_case_expect_none(&c);
}
END_TEST

START_TEST(bad_mappings)
{
    static const struct {
        const char *text;
        enum diag_code code;
        const char *words;
    } cases[] = {
        { "{ \"streems\": [] }", DIAG_JSON_KEY, "streems" },
        { "[]", DIAG_JSON_TYPE, "" },
        { "{ \"streams\": [ { \"write\": \"a_vld\" } ] }", DIAG_JSON_MISSING,
          "name" },
        { "{ \"streams\": [ { \"name\": \"x\" } ] }", DIAG_JSON_MISSING,
          "'handshake', or 'write'" },
        { "{ \"streams\": [ { \"name\": \"x\", \"handshake\": \"a_vld\","
          "\"read\": \"a_rdy\" } ] }",
          DIAG_JSON_MISSING, "'handshake', or 'write'" },
        { "{ \"streams\": [ { \"name\": \"x\", \"write\": \"a_vlad\" } ] }",
          DIAG_TRACE_SIGNAL, "did you mean 'a_vld'?" },
        { "{ \"streams\": [ { \"name\": \"x\", \"write\": [] } ] }",
          DIAG_JSON_RANGE, "" },
        { "{ \"streams\": [ { \"name\": \"*\", \"write\": \"*_val\" } ] }",
          DIAG_TRACE_SIGNAL, "no signal is like '*_val'" },
        { "{ \"streams\": [ { \"name\": \"*\","
          "\"handshake\": [ \"*_vld\", \"*_rd\" ] } ] }",
          DIAG_TRACE_SIGNAL, "'a_rd'" },
        { "{ \"streams\": [ { \"name\": \"x\", \"write\": \"mask\" } ] }",
          DIAG_TRACE_SIGNAL, "4 bits" },
        { "{ \"streams\": [ { \"name\": \"x\", \"handshake\": \"*_vld\" } ] }",
          DIAG_NAME, "stream 'x' is there twice" },
        { "{ \"scope\": \"dud\" }", DIAG_TRACE_SIGNAL, "no scope 'dud'" },
        { "{ \"clock\": \"tock\" }", DIAG_TRACE_SIGNAL, "'tick'" },
        { "{ \"automatic\": 1 }", DIAG_JSON_TYPE, "automatic" },
        { "{ \"processes\": [ { \"name\": \"u\", \"start\": \"go\","
          "\"ready\": \"took\" } ] }",
          DIAG_JSON_MISSING, "done" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        p = plan_new(c.arena, w);
        ck_assert_msg(!read_text(cases[i].text), "case %zu", i);
        trace_case_expect(&c, DIAG_ERROR, cases[i].code, cases[i].words);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { streams_and_processes, the_clock_of_the_file,
                                   bad_mappings, NULL };
    return check_main_with("mapping", tests, setup, teardown);
}
