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

START_TEST(the_tree_of_a_design)
{
    struct report *r = sample(a, "vitis_2023_2_csynth.rpt", 0);
    ck_assert_int_eq(r->kind, REPORT_CSYNTH_SUMMARY);
    ck_assert_str_eq(r->top, "myproject"); /* without its * */
    ck_assert_str_eq(r->version, "2023.2");
    ck_assert_str_eq(r->part, "xczu9eg-ffvb1156-2-e");
    ck_range(r->estimate.latency, "2374");
    ck_range(r->estimate.interval, "2356");
    ck_assert_uint_eq(r->resources.bram18, 58);
    ck_assert_uint_eq(r->resources.lut, 145061);
    ck_assert_uint_eq(r->resources.uram, 0);
    ck_assert_uint_eq(r->module_count, 5);
    const struct report_module *m = &r->modules[1];
    ck_assert_str_eq(m->name, "conv_2d_cl_config2_s");
    ck_assert_uint_eq(m->level, 1);
    ck_assert_uint_eq(m->resources.ff, 1216);
    ck_assert_uint_eq(m->resources.dsp, 0);
    ck_assert_uint_eq(m->loop_count, 1);
    ck_assert_str_eq(m->loops[0].name, "ReadInputHeight_ReadInputWidth");
    ck_assert_uint_eq(m->loops[0].level, 0);
    ck_assert_uint_eq(m->loops[0].ii, 3);
    ck_range(m->loops[0].iteration_latency, "5");
    ck_range(m->loops[0].trip_count, "784");
    ck_assert_int_eq(m->loops[0].pipelined, REPORT_YES);
    ck_assert_uint_eq(r->modules[2].level, 3); /* called by the loop */
    ck_assert_uint_eq(r->modules[2].loop_count, 0);
    ck_assert_uint_eq(r->instance_count, 3);
    ck_assert_str_eq(r->instances[2].module, "softmax_config21_s");
    ck_assert_uint_eq(r->instances[2].resources.dsp, 10);
}
END_TEST

START_TEST(damage_is_told_with_its_place)
{
    static const char name[] = "vitis_2023_2_csynth.rpt";
    expect_fault(name, "o HardSigmoidActLoop", "* HardSigmoidActLoop",
                 "vitis_2023_2_csynth.rpt:27:8: error[report]: '* "
                 "HardSigmoidActLoop' begins neither with + for a function "
                 "nor with o for a loop");
    expect_fault(name, "|  o HardSigmoidActLoop  ", "|o HardSigmoidActLoop    ",
                 "vitis_2023_2_csynth.rpt:27:6: error[report]: the loop "
                 "'HardSigmoidActLoop' is not inside 'hard_tanh_config4_s' "
                 "above it");
    expect_fault(name, "|+ myproject*", "|o myproject*",
                 "vitis_2023_2_csynth.rpt:22:6: error[report]: a loop stands "
                 "before the first function");
    expect_fault(name, "|     2353|", "|    23.53|",
                 "vitis_2023_2_csynth.rpt:24:66: error[report]: the latency "
                 "is '23.53', not a count, a range a ~ b, or one of ? - NA");
    expect_fault(name, "36198 (6%)|", "36198 (6%) ",
                 "vitis_2023_2_csynth.rpt:22:5: error[report]: a row of the "
                 "summary has 13 cells, not 14");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_tree_of_a_design,
        damage_is_told_with_its_place,
        NULL,
    };
    return check_main_with("report_summary", tests, setup, teardown);
}
