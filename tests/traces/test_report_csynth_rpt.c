#include "traces/report.h"

#include "base/arena.h"
#include "base/diag.h"
#include "tests/check_main.h"
#include "tests/traces/report_case.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

#define ck_range(r, text) ck_assert_str_eq(range_text(a, (r)), (text))

START_TEST(the_top_of_a_vitis_design)
{
    struct report *r = sample(a, "vitis_2023_2_top_csynth.rpt", 0);
    ck_assert_int_eq(r->kind, REPORT_CSYNTH_RPT);
    ck_assert_int_eq(r->outcome, REPORT_DONE);
    ck_assert_str_eq(r->tool, "Vitis HLS");
    ck_assert_str_eq(r->version, "2023.2");
    ck_assert_str_eq(r->part, "xczu9eg-ffvb1156-2-e");
    ck_assert_str_eq(r->top, "myproject");
    ck_assert_uint_eq(r->clock_target_ps, 5000);
    ck_assert_uint_eq(r->clock_estimate_ps, 3647);
    ck_assert_uint_eq(r->clock_uncertainty_ps, 1350);
    ck_range(r->estimate.latency, "2374");
    ck_range(r->estimate.interval, "2356");
    ck_range(r->measured.latency, "-");
    ck_assert_uint_eq(r->resources.bram18, 58);
    ck_assert_uint_eq(r->resources.dsp, 18);
    ck_assert_uint_eq(r->resources.ff, 36198);
    ck_assert_uint_eq(r->resources.lut, 145061);
    ck_assert_uint_eq(r->resources.uram, 0);
    ck_assert_uint_eq(r->available.lut, 274080);
    ck_assert_uint_eq(r->module_count, 1);
    ck_assert_str_eq(r->modules[0].pipeline, "dataflow");
    ck_assert_uint_eq(r->modules[0].loop_count, 0);
}
END_TEST

START_TEST(its_processes_and_fifos)
{
    struct report *r = sample(a, "vitis_2023_2_top_csynth.rpt", 0);
    ck_assert_uint_eq(r->instance_count, 3);
    ck_assert_str_eq(r->instances[0].name, "conv_2d_cl_config2_U0");
    ck_assert_str_eq(r->instances[0].module, "conv_2d_cl_config2_s");
    ck_range(r->instances[0].latency, "2355");
    ck_range(r->instances[2].interval, "10");
    ck_assert_uint_eq(r->instances[2].resources.dsp, 10);
    ck_assert_uint_eq(r->instances[1].resources.lut, 1165);
    ck_assert_uint_eq(r->fifo_count, 3);
    const struct report_fifo *f = fifo_of(r, "layer2_out_U");
    ck_assert_uint_eq(f->depth, 576);
    ck_assert_uint_eq(f->bits, 132);
    ck_assert_uint_eq(f->bram18, 8);
    ck_assert_uint_eq(f->ff, 163);
    ck_assert_uint_eq(f->lut, 0);
    ck_assert_uint_eq(f->uram, REPORT_NONE);
    ck_assert_uint_eq(f->peak, REPORT_NONE);
}
END_TEST

START_TEST(a_rewinding_process_has_its_own_words)
{
    struct report *r = sample(a, "vitis_2024_2_top_csynth.rpt", 0);
    ck_range(r->estimate.latency, "225244 ~ 225290");
    ck_range(r->estimate.interval, "16386 ~ 225282");
    ck_assert_str_eq(r->instances[0].pipeline,
                     "loop auto-rewind stp (delay=0 clock cycles(s))");
    ck_range(r->instances[0].latency, "4097");
    ck_range(r->instances[0].interval, "4096");
    ck_range(r->instances[1].latency, "16385 ~ 225281");
    ck_assert_uint_eq(r->clock_target_ps, 30000);
    ck_assert_uint_eq(r->clock_estimate_ps, 20557);
}
END_TEST

START_TEST(a_pipelined_loop)
{
    struct report *r = sample(a, "vitis_2023_2_conv_csynth.rpt", 0);
    const struct report_module *m =
        report_module_find(r, "conv_2d_cl_config2_s");
    ck_assert_ptr_eq(m, &r->modules[0]);
    ck_assert_uint_eq(m->loop_count, 1);
    const struct report_loop *l = &m->loops[0];
    ck_assert_str_eq(l->name, "ReadInputHeight_ReadInputWidth");
    ck_assert_uint_eq(l->level, 0);
    ck_range(l->latency, "2353");
    ck_range(l->iteration_latency, "5");
    ck_range(l->trip_count, "784");
    ck_assert_uint_eq(l->ii, 3);
    ck_assert_uint_eq(l->ii_target, 1);
    ck_assert_int_eq(l->pipelined, REPORT_YES);
    ck_assert_uint_eq(m->clock_estimate_ps, 3371);
    ck_assert_uint_eq(r->fifo_count, 0);
}
END_TEST

START_TEST(loops_inside_loops_of_vivado)
{
    struct report *r = sample(a, "vivado_2019_2_conv_csynth.rpt", 0);
    const struct report_module *m = &r->modules[0];
    ck_assert_str_eq(r->tool, "Vivado HLS");
    ck_assert_str_eq(r->version, "2019.2");
    ck_range(m->latency, "101 ~ 1976");
    ck_assert_uint_eq(m->loop_count, 2);
    ck_assert_str_eq(m->loops[0].name, "Loop 1");
    ck_range(m->loops[0].iteration_latency, "4 ~ 79");
    ck_assert_uint_eq(m->loops[0].ii, REPORT_NONE);
    ck_assert_int_eq(m->loops[0].pipelined, REPORT_NO);
    ck_assert_str_eq(m->loops[1].name, "Loop 1.1");
    ck_assert_uint_eq(m->loops[1].level, 1);
    ck_range(m->loops[1].trip_count, "72");
    ck_assert_uint_eq(r->resources.dsp, 8);

    r = sample(a, "vivado_2020_1_conv_csynth.rpt", 0);
    m = &r->modules[0];
    ck_assert_uint_eq(r->clock_target_ps, 10000);
    ck_assert_uint_eq(m->loop_count, 3);
    ck_range(m->loops[0].iteration_latency, "6 ~ 12");
    ck_assert_str_eq(m->loops[2].name, "ReuseLoop");
    ck_assert_uint_eq(m->loops[2].level, 1);
    ck_range(m->loops[2].iteration_latency, "4");
    ck_assert_uint_eq(m->loops[2].ii, 1);
    ck_assert_uint_eq(r->instance_count, 0);
}
END_TEST

START_TEST(what_the_tool_leaves_open_is_no_fault)
{
    struct diag *d = diag_new(a);
    struct report *r = edited(a, "vivado_2020_1_conv_csynth.rpt",
                              "| 4704| 9408|", "|    ?|    ?|", d);
    ck_assert_ptr_nonnull(r);
    ck_range(r->estimate.latency, "-");
    ck_assert_uint_eq(diag_count(d), 0);
}
END_TEST

START_TEST(tables_of_early_versions_have_no_times)
{
    static const char from[] =
        "    |min | max |  min   |  max   |min | max | Type|\n"
        "    +----+-----+--------+--------+----+-----+-----+\n"
        "    | 101| 1976| 0.5 us | 0.5 us | 101| 1976| none|\n";
    static const char to[] = "    |min | max |min | max | Type|\n"
                             "    +----+-----+----+-----+-----+\n"
                             "    | 101| 1976| 102| 1977| none|\n";
    struct diag *d = diag_new(a);
    struct report *r = edited(a, "vivado_2019_2_conv_csynth.rpt", from, to, d);
    ck_assert_ptr_nonnull(r);
    ck_range(r->estimate.latency, "101 ~ 1976");
    ck_range(r->estimate.interval, "102 ~ 1977");
}
END_TEST

START_TEST(damage_is_told_with_its_place)
{
    static const char conv[] = "vivado_2019_2_conv_csynth.rpt";
    static const struct {
        const char *from, *to, *message;
    } cases[] = {
        { "| 4 ~ 79  |", "| 4 ~ 7z  |",
          "vivado_2019_2_conv_csynth.rpt:49:37: error[report]: the iteration "
          "latency is '4 ~ 7z', not a count, a range a ~ b, or one of ? - "
          "NA" },
        { "| 101| 1976|", "| 101| 19x6|",
          "vivado_2019_2_conv_csynth.rpt:32:12: error[report]: the greatest "
          "latency is '19x6', not a count or one of ? - NA" },
        { "| 101| 1976|", "|1011|  976|",
          "vivado_2019_2_conv_csynth.rpt:32:6: error[report]: the latency: "
          "the least, 1011, is above the greatest, 976" },
        { "|5.00 ns |", "|5.00 nm |",
          "vivado_2019_2_conv_csynth.rpt:23:15: error[report]: the target "
          "clock is '5.00 nm', not a time such as 5.00 ns" },
        { "|- Loop 1      |", "|Loop 1        |",
          "vivado_2019_2_conv_csynth.rpt:49:10: error[report]: 'Loop 1' does "
          "not begin with - or + as the name of a loop does" },
        { "    |- Loop 1      | 100|", "    |- Loop 1      | ",
          "vivado_2019_2_conv_csynth.rpt:49:9: error[report]: a row of 7 "
          "cells in a table of 8 columns" },
        { "== Interface", "== Inter",
          "vivado_2019_2_conv_csynth.rpt: error[report]: it ends before its "
          "section 'Interface'" },
        { "HLS Report for 'conv_2d_cl_config2_s'", "HLS Report for '",
          "vivado_2019_2_conv_csynth.rpt:4:4: error[report]: the heading "
          "names no function" },
        { "+ Latency:", "+ Later:",
          "vivado_2019_2_conv_csynth.rpt: error[report]: there is no summary "
          "of the latency" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_fault(conv, cases[i].from, cases[i].to, cases[i].message);
    expect_fault("vitis_2023_2_top_csynth.rpt", "Depth", "Depht",
                 "vitis_2023_2_top_csynth.rpt:88:5: error[report]: the table "
                 "of FIFOs has no column Depth");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_top_of_a_vitis_design,
        its_processes_and_fifos,
        a_rewinding_process_has_its_own_words,
        a_pipelined_loop,
        loops_inside_loops_of_vivado,
        what_the_tool_leaves_open_is_no_fault,
        tables_of_early_versions_have_no_times,
        damage_is_told_with_its_place,
        NULL,
    };
    return check_main_with("report_csynth_rpt", tests, setup, teardown);
}
