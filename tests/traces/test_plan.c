#include "traces/plan.h"

#include <string.h>

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "tests/traces/wave_build.h"
#include "traces/vcd.h"
#include "traces/waveform.h"

static struct trace_case c;
static struct waveform *w;
static struct plan *p;

static void setup(void)
{
    trace_case_begin(&c);
    struct wave *wave = wave_new(c.arena);
    uint32_t clk = wave_signal(wave, "tb.clk", 1);
    wave_signal(wave, "tb.rst_n", 1);
    wave_alias(wave, "tb.dut.ap_clk", clk);
    wave_signal(wave, "tb.dut.fifo.data", 8);
    wave_signal(wave, "tb.dut.fifo.clk [1:0]", 2); /* is no clock */
    wave_signal(wave, "tb.fast.aclk", 1);
    wave_signal(wave, "tb.fast.ARESETN", 1);
    wave_signal(wave, "other.x", 1);
    w = vcd_open(c.arena, trace_case_text(&c, "x.vcd", wave_vcd(wave)), c.diag);
    ck_assert_ptr_nonnull(w);
    p = plan_new(c.arena, w);
}

static void teardown(void)
{
    waveform_close(w);
    trace_case_end(&c);
}

static const char *clock_name(uint32_t clock)
{
    return w->signals[p->clocks[clock].clock.signal].name;
}

START_TEST(clocks_of_scopes)
{
    uint32_t fifo = plan_clock_of_scope(p, "tb.dut.fifo.data", 11);
    ck_assert_str_eq(clock_name(fifo), "tb.dut.ap_clk");
    ck_assert(!p->clocks[fifo].has_reset);
    ck_assert_uint_eq(plan_clock_of_scope(p, "tb.dut.x", 6), fifo);
    uint32_t tb = plan_clock_of_scope(p, "tb.x", 2);
    ck_assert_str_eq(clock_name(tb), "tb.clk");
    ck_assert_uint_ne(tb, fifo); /* the same net, but with a reset */
    ck_assert(p->clocks[tb].has_reset);
    ck_assert(p->clocks[tb].reset.inverted);
    uint32_t fast = plan_clock_of_scope(p, "tb.fast.x", 7);
    ck_assert_str_eq(clock_name(fast), "tb.fast.aclk");
    ck_assert(p->clocks[fast].reset.inverted);
    ck_assert_uint_eq(plan_clock_of_scope(p, "other.x", 5), NO_CLOCK);
    ck_assert_uint_eq(plan_clock_of_scope(p, "x", 0), NO_CLOCK);
    ck_assert_uint_eq(p->clock_count, 3);
    ck_assert(plan_reset_is_low("ap_rst_n"));
    ck_assert(!plan_reset_is_low("ap_rst"));
    ck_assert(!plan_reset_is_low("other_n"));
}
END_TEST

static struct stream_plan stream(const char *path, const char *name,
                                 uint32_t write, uint32_t read)
{
    return (struct stream_plan){
        .name = name,
        .path = path,
        .kind = STREAM_READY_VALID,
        .is_point = read == UINT32_MAX,
        .write = { 1, { { .signal = write } } },
        .read = { read == UINT32_MAX ? 0 : 1, { { .signal = read } } },
    };
}

START_TEST(names_and_doubles)
{
    struct stream_plan streams[] = {
        stream("b.s", "s", 0, 1),        stream("a.s", "s", 2, 3),
        stream("c.only", "only", 4, 5),  stream("p", "p", 5, UINT32_MAX),
        stream("q", "q", 6, UINT32_MAX),
    };
    for (int i = 0; i < 5; i++)
        plan_add_stream(p, &streams[i]);
    for (int i = 0; i < 2; i++)
        plan_add_process(p, &(struct process_plan){
                                .name = "u", .path = i == 0 ? "y.u" : "x.u" });
    plan_finish(p);
    static const char *const names[] = { "only", "q", "a.s", "b.s" };
    ck_assert_uint_eq(p->stream_count, 4); /* p is a side of only */
    for (int i = 0; i < 4; i++)
        ck_assert_str_eq(p->streams[i].name, names[i]);
    ck_assert_str_eq(p->processes[0].name, "x.u");
    ck_assert_str_eq(p->processes[1].name, "y.u");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { clocks_of_scopes, names_and_doubles, NULL };
    return check_main_with("plan", tests, setup, teardown);
}
