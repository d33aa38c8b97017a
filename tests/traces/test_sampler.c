#include "traces/sampler.h"

#include <string.h>

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "tests/traces/wave_build.h"
#include "traces/handshake.h"
#include "traces/plan.h"
#include "traces/recording.h"
#include "traces/vcd.h"
#include "traces/waveform.h"

static struct trace_case c;
static struct wave *wave;
static uint32_t clk, rst, valid, ready;

static void setup(void)
{
    trace_case_begin(&c);
    wave = wave_new(c.arena);
    clk = wave_signal(wave, "tb.clk", 1);
    rst = wave_signal(wave, "tb.rst", 1);
    valid = wave_signal(wave, "tb.s_valid", 1);
    ready = wave_signal(wave, "tb.s_ready", 1);
    wave_set(wave, clk, "0");
    wave_set(wave, rst, "0");
    wave_set(wave, valid, "0");
    wave_set(wave, ready, "1");
}

static void teardown(void)
{
    trace_case_end(&c);
}

static struct recording *sample(void)
{
    struct waveform *w =
        vcd_open(c.arena, trace_case_text(&c, "x.vcd", wave_vcd(wave)), c.diag);
    struct plan *p = plan_new(c.arena, w);
    handshake_find(p, NULL, NO_CLOCK);
    plan_finish(p);
    struct recording *r = sampler_run(p, w, c.diag);
    waveform_close(w);
    return r;
}

static void expect_writes(const struct recording *r, uint32_t stream,
                          const uint64_t *cycles, uint64_t count)
{
    ck_assert_ptr_nonnull(r);
    expect_cycles(r->streams[stream].writes, r->streams[stream].write_count,
                  cycles, count, r->streams[stream].name);
}

/* In reset, before and after, x is nobody's concern. */
START_TEST(cycles_count_from_the_end_of_reset)
{
    static const uint64_t expected[] = { 0, 2, 3 };
    wave_set(wave, rst, "x");
    wave_set(wave, valid, "x");
    wave_cycle(wave, clk);
    wave_set(wave, rst, "1");
    wave_set(wave, valid, "1");
    wave_cycle(wave, clk);
    wave_set(wave, rst, "0");
    wave_cycle(wave, clk); /* 0 */
    wave_set(wave, valid, "0");
    wave_cycle(wave, clk);
    wave_set(wave, valid, "1");
    wave_cycle(wave, clk);
    wave_cycle(wave, clk); /* 3 */
    wave_set(wave, ready, "0");
    wave_cycle(wave, clk);
    struct recording *r = sample();
    trace_case_expect_none(&c);
    expect_writes(r, 0, expected, 3);
    ck_assert(r->streams[0].reads == r->streams[0].writes);
    ck_assert_uint_eq(r->clocks[0].cycles, 5);
    ck_assert_uint_eq(r->clocks[0].period_fs, 10000000);
    ck_assert_uint_eq(r->clocks[0].zero_fs, 25000000);
    ck_assert_str_eq(r->clocks[0].name, "tb.clk");
}
END_TEST

/* What changes with the edge belongs to the next one, whether the file lists
 * it before the clock or after it; what changes back at once is nothing. */
START_TEST(values_just_before_the_edge)
{
    static const uint64_t expected[] = { 1 };
    wave_time(wave, 5);
    wave_set(wave, valid, "1");
    wave_set(wave, clk, "1"); /* cycle 0 */
    wave_time(wave, 10);
    wave_set(wave, clk, "0");
    wave_time(wave, 12); /* no edge */
    wave_set(wave, clk, "1");
    wave_set(wave, clk, "0");
    wave_time(wave, 15);
    wave_set(wave, clk, "1"); /* cycle 1 */
    wave_set(wave, valid, "0");
    wave_time(wave, 20);
    wave_set(wave, clk, "0");
    wave_time(wave, 25);
    wave_set(wave, valid, "1");
    wave_set(wave, valid, "0");
    wave_set(wave, clk, "1"); /* cycle 2 */
    expect_writes(sample(), 0, expected, 1);
    trace_case_expect_none(&c);
}
END_TEST

START_TEST(unknown_handshakes)
{
    for (int i = 0; i < 3; i++)
        wave_cycle(wave, clk);
    wave_set(wave, ready, "z"); /* while valid is 0: no question */
    wave_cycle(wave, clk);
    wave_set(wave, valid, "1");
    wave_cycle(wave, clk);
    wave_set(wave, valid, "x");
    wave_cycle(wave, clk);
    ck_assert_ptr_null(sample());
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_UNKNOWN,
                      "'tb.s_ready' is x or z in cycle 4");
}
END_TEST

START_TEST(clocks_that_do_not_run)
{
    wave_time(wave, 10);
    wave_set(wave, clk, "x");
    wave_time(wave, 20);
    wave_set(wave, clk, "1"); /* from x: no edge */
    ck_assert_ptr_null(sample());
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_CLOCK, "'tb.clk' neither");
}
END_TEST

START_TEST(gaps_and_resets)
{
    static const uint64_t expected[] = { 0, 1, 2, 3, 6, 7 };
    wave_set(wave, valid, "1");
    for (int i = 0; i < 3; i++)
        wave_cycle(wave, clk);
    wave_time(wave, 100);
    wave_cycle(wave, clk); /* 3 */
    ck_assert_ptr_nonnull(sample());
    trace_case_expect(&c, DIAG_WARNING, DIAG_TRACE_CLOCK,
                      "from time 25 to 105, the period is 10");
    wave_set(wave, rst, "1");
    wave_cycle(wave, clk);
    wave_cycle(wave, clk);
    wave_set(wave, rst, "0");
    wave_cycle(wave, clk); /* 6 */
    wave_cycle(wave, clk);
    expect_writes(sample(), 0, expected, 6);
    ck_assert_uint_eq(diag_count(c.diag), 2);
    ck_assert_ptr_nonnull(strstr(diag_at(c.diag, 1)->text, "in cycle 4"));
}
END_TEST

/* A second, faster clock; and the first one once more under another code. */
START_TEST(several_clocks)
{
    uint32_t same = wave_signal(wave, "tb.u.clk", 1);
    uint32_t quick = wave_signal(wave, "tb.dut.f.clk", 1);
    const char *const names[] = { "if_write", "if_full_n", "if_read",
                                  "if_empty_n" };
    for (int i = 0; i < 4; i++)
        wave_set(wave,
                 wave_signal(wave,
                             arena_printf(c.arena, "tb.dut.f.%s", names[i]), 1),
                 i < 2 ? "1" : "0");
    wave_alias(wave, "tb.u.t_valid", valid);
    wave_alias(wave, "tb.u.t_ready", ready);
    for (uint64_t t = 0; t < 60; t += 5) {
        wave_time(wave, t);
        wave_set(wave, quick, t % 10 == 5 ? "1" : "0");
        if (t % 20 == 0) {
            wave_set(wave, clk, t % 40 == 20 ? "1" : "0");
            wave_set(wave, same, t % 40 == 20 ? "1" : "0");
        }
    }
    struct recording *r = sample();
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->clock_count, 2);
    uint32_t f = 0;
    while (strcmp(r->streams[f].name, "f") != 0)
        f++;
    const struct clock_seen *seen = &r->clocks[r->sources[f].write_clock];
    ck_assert_str_eq(seen->name, "tb.dut.f.clk");
    ck_assert_uint_eq(seen->cycles, 6);
    ck_assert_uint_eq(r->streams[f].write_count, 6);
    ck_assert_uint_eq(r->streams[f].read_count, 0);
    const struct clock_seen *other = &r->clocks[r->sources[1 - f].write_clock];
    ck_assert_str_eq(other->name, "tb.clk");
    ck_assert_uint_eq(other->cycles, 1);
    trace_case_expect_none(&c);
}
END_TEST

START_TEST(block_protocol)
{
    static const uint64_t starts[] = { 0, 3, 4 }, readys[] = { 2, 3 },
                          dones[] = { 3, 6 };
    /* start, ready, done, continue in each cycle */
    static const char *const cycles[] = { "1001", "1001", "1101", "1110",
                                          "1010", "1011", "0011", "0001" };
    static const char *const names[] = { "start", "ready", "done", "continue" };
    static const char *const bits[] = { "0", "1" };
    uint32_t signals[4];
    for (int i = 0; i < 4; i++)
        signals[i] =
            wave_signal(wave, arena_printf(c.arena, "tb.u.ap_%s", names[i]), 1);
    for (size_t k = 0; k < sizeof cycles / sizeof *cycles; k++) {
        for (int i = 0; i < 4; i++)
            wave_set(wave, signals[i], bits[cycles[k][i] - '0']);
        wave_cycle(wave, clk);
    }
    struct recording *r = sample();
    trace_case_expect_none(&c);
    ck_assert_uint_eq(r->process_count, 1);
    const struct process_times *p = &r->processes[0];
    ck_assert_str_eq(p->name, "u");
    expect_cycles(p->starts, p->start_count, starts, 3, "starts");
    expect_cycles(p->readys, p->ready_count, readys, 2, "readys");
    expect_cycles(p->dones, p->done_count, dones, 2, "dones");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        cycles_count_from_the_end_of_reset,
        values_just_before_the_edge,
        unknown_handshakes,
        clocks_that_do_not_run,
        gaps_and_resets,
        several_clocks,
        block_protocol,
        NULL,
    };
    return check_main_with("sampler", tests, setup, teardown);
}
