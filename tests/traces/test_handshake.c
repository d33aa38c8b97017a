#include "traces/handshake.h"

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

/* A region of HLS: three FIFOs, two processes, AXI4-Stream outside; beside it
 * headrace's RTL, with pairs inside a block. */
static const char *const paths[] = {
    "tb.ap_clk",
    "tb.ap_rst_n",
    "tb.x_tvalid",
    "tb.x_tready",
    "tb.net.in_TVALID",
    "tb.net.in_TREADY",
    "tb.net.out_TVALID",
    "tb.net.out_TREADY",
    "tb.net.lonely_TVALID",
    "tb.net.layer2_out_U.if_write",
    "tb.net.layer2_out_U.if_full_n",
    "tb.net.layer2_out_U.if_read",
    "tb.net.layer2_out_U.if_empty_n",
    "tb.net.layer2_out_U.if_write_ce",
    "tb.net.start_for_relu_U0_U.if_write",
    "tb.net.start_for_relu_U0_U.if_full_n",
    "tb.net.start_for_relu_U0_U.if_read",
    "tb.net.start_for_relu_U0_U.if_empty_n",
    "tb.net.half_U.if_write",
    "tb.net.half_U.if_full_n",
    "tb.net.half_U.if_read",
    "tb.net.conv_U0.ap_start",
    "tb.net.conv_U0.ap_ready",
    "tb.net.conv_U0.ap_done",
    "tb.net.relu_U0.ap_start",
    "tb.net.relu_U0.ap_ready",
    "tb.net.relu_U0.ap_done",
    "tb.net.relu_U0.ap_continue",
    "tb.own.a_in_valid",
    "tb.own.a_in_ready",
    "tb.own.a_out_valid",
    "tb.own.a_out_ready",
    "tb.own.b_in_valid",
    "tb.own.b_in_ready",
    "tb.own.c_valid",
    "tb.own.c_ready",
    "tb.own.conv.window_valid",
    "tb.own.conv.window_ready",
    "tb.own.conv._valid",
    "tb.own.conv._ready",
};

static void open_with(const char *const *names, size_t count)
{
    struct wave *wave = wave_new(c.arena);
    for (size_t i = 0; i < count; i++)
        wave_signal(wave, names[i], 1);
    w = vcd_open(c.arena, trace_case_text(&c, "x.vcd", wave_vcd(wave)), c.diag);
    ck_assert_ptr_nonnull(w);
    p = plan_new(c.arena, w);
}

static void setup(void)
{
    trace_case_begin(&c);
    open_with(paths, sizeof paths / sizeof *paths);
}

static void teardown(void)
{
    waveform_close(w);
    trace_case_end(&c);
}

START_TEST(all_kinds)
{
    static const struct {
        const char *name;
        enum stream_kind kind;
        bool is_point;
        uint32_t writes, reads; /* bits of the conditions */
    } expected[] = {
        { "a", STREAM_READY_VALID, false, 2, 2 },
        { "b_in", STREAM_READY_VALID, true, 2, 0 },
        { "c", STREAM_READY_VALID, true, 2, 0 },
        { "in", STREAM_AXI, true, 2, 0 },
        { "layer2_out", STREAM_HLS_FIFO, false, 3, 2 },
        { "out", STREAM_AXI, true, 2, 0 },
        { "start_for_relu_U0", STREAM_HLS_START, false, 2, 2 },
    };
    ck_assert_uint_eq(handshake_find(p, NULL, NO_CLOCK), 0);
    plan_finish(p);
    ck_assert_uint_eq(p->stream_count, 7);
    for (int i = 0; i < 7; i++) {
        const struct stream_plan *s = &p->streams[i];
        ck_assert_str_eq(s->name, expected[i].name);
        ck_assert_int_eq(s->kind, expected[i].kind);
        ck_assert(s->is_point == expected[i].is_point);
        ck_assert_uint_eq(s->write.count, expected[i].writes);
        ck_assert_uint_eq(s->read.count, expected[i].reads);
        ck_assert_uint_eq(s->write_clock, 0);
    }
    ck_assert_uint_eq(p->process_count, 2);
    ck_assert_str_eq(p->processes[0].name, "conv_U0");
    ck_assert_uint_eq(p->processes[0].go_on.count, 0);
    ck_assert_str_eq(p->processes[1].name, "relu_U0");
    ck_assert_uint_eq(p->processes[1].go_on.count, 1);
    ck_assert_uint_eq(p->clock_count, 1);
    ck_assert(p->clocks[0].has_reset && p->clocks[0].reset.inverted);
}
END_TEST

START_TEST(below_a_scope)
{
    ck_assert_uint_eq(handshake_find(p, "tb.own.conv", NO_CLOCK), 0);
    ck_assert_uint_eq(p->stream_count, 1);
    ck_assert_str_eq(p->streams[0].name, "window");
    p = plan_new(c.arena, w);
    handshake_find(p, "tb.ow", NO_CLOCK); /* no scope, only how one begins */
    ck_assert_uint_eq(p->stream_count, 0);
}
END_TEST

START_TEST(without_a_clock)
{
    static const char *const names[] = { "tb.a_valid", "tb.a_ready",
                                         "tb.tick" };
    waveform_close(w);
    open_with(names, 3);
    ck_assert_uint_eq(handshake_find(p, NULL, NO_CLOCK), 1);
    ck_assert_uint_eq(p->stream_count, 0);
    uint32_t clock =
        plan_add_clock(p, &(struct clock_plan){ .clock = { .signal = 2 } });
    ck_assert_uint_eq(handshake_find(p, NULL, clock), 0);
    ck_assert_uint_eq(p->stream_count, 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { all_kinds, below_a_scope, without_a_clock,
                                   NULL };
    return check_main_with("handshake", tests, setup, teardown);
}
