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

START_TEST(a_function_of_vivado)
{
    struct report *r = sample(a, "vivado_2019_2_conv_csynth.xml", 0);
    ck_assert_int_eq(r->kind, REPORT_CSYNTH_XML);
    ck_assert_str_eq(r->version, "2019.2");
    ck_assert_str_eq(r->part, "xczu9eg-ffvb1156-2-e");
    ck_assert_str_eq(r->top, "conv_2d_cl_config2_s");
    ck_assert_uint_eq(r->clock_target_ps, 5000);
    ck_assert_uint_eq(r->clock_estimate_ps, 3770);
    ck_range(r->estimate.latency, "101 ~ 1976");
    ck_range(r->estimate.interval, "101 ~ 1976");
    ck_assert_uint_eq(r->resources.dsp, 8); /* DSP48E */
    ck_assert_uint_eq(r->available.bram18, 1824);
    ck_assert_uint_eq(r->module_count, 1);
    const struct report_module *m = &r->modules[0];
    ck_assert_str_eq(m->pipeline, "none");
    ck_assert_uint_eq(m->loop_count, 2);
    ck_assert_str_eq(m->loops[0].name, "Loop1");
    ck_assert_uint_eq(m->loops[0].level, 0);
    ck_range(m->loops[0].latency, "100 ~ 1975");
    ck_range(m->loops[0].iteration_latency, "4 ~ 79");
    ck_assert_int_eq(m->loops[0].pipelined, REPORT_NO);
    ck_assert_str_eq(m->loops[1].name, "Loop1.1");
    ck_assert_uint_eq(m->loops[1].level, 1);
    ck_range(m->loops[1].iteration_latency, "3");
    ck_range(m->loops[1].trip_count, "72");
    ck_assert_uint_eq(m->loops[1].ii, 1);
    ck_assert_uint_eq(m->loops[1].ii_target, REPORT_NONE);
    ck_assert_int_eq(m->loops[1].pipelined, REPORT_YES);
}
END_TEST

START_TEST(a_function_of_vitis)
{
    struct report *r = sample(a, "vitis_2024_2_conv_csynth.xml", 0);
    ck_range(r->estimate.latency, "16385 ~ 225281");
    ck_assert_uint_eq(r->clock_target_ps, 30000);
    ck_assert_uint_eq(r->modules[0].loop_count, 1);
    ck_range(r->modules[0].loops[0].iteration_latency, "4 ~ 55");
    ck_range(r->modules[0].loops[0].trip_count, "4096");
    ck_assert_uint_eq(r->resources.dsp, 1);
}
END_TEST

START_TEST(both_forms_of_a_function_say_the_same)
{
    struct report *x = sample(a, "vivado_2019_2_conv_csynth.xml", 0);
    struct report *t = sample(a, "vivado_2019_2_conv_csynth.rpt", 0);
    ck_assert_str_eq(x->top, t->top);
    ck_assert_str_eq(x->part, t->part);
    ck_assert_mem_eq(&x->estimate, &t->estimate, sizeof x->estimate);
    ck_assert_mem_eq(&x->resources, &t->resources, sizeof x->resources);
    ck_assert_mem_eq(&x->available, &t->available, sizeof x->available);
    for (uint32_t i = 0; i < 2; i++) {
        const struct report_loop *p = &x->modules[0].loops[i];
        const struct report_loop *q = &t->modules[0].loops[i];
        ck_assert_uint_eq(p->level, q->level);
        ck_assert_uint_eq(p->ii, q->ii);
        ck_assert_int_eq(p->pipelined, q->pipelined);
        ck_assert_mem_eq(&p->latency, &q->latency, sizeof p->latency);
        ck_assert_mem_eq(&p->trip_count, &q->trip_count, sizeof p->trip_count);
        ck_assert_mem_eq(&p->iteration_latency, &q->iteration_latency,
                         sizeof p->iteration_latency);
    }
}
END_TEST

START_TEST(a_whole_design)
{
    struct report *r = sample(a, "vitis_2023_2_csynth.xml", 0);
    ck_assert_str_eq(r->top, "myproject");
    ck_range(r->estimate.latency, "2374");
    ck_assert_uint_eq(r->module_count, 3); /* the top is there once */
    ck_assert_str_eq(r->modules[0].name, "myproject");
    const struct report_module *m =
        report_module_find(r, "conv_2d_cl_config2_s");
    ck_assert_ptr_nonnull(m);
    ck_range(m->latency, "2355");
    ck_range(m->interval, "2355");
    ck_assert_str_eq(m->pipeline, "no");
    ck_assert_uint_eq(m->clock_estimate_ps, 3371);
    ck_assert_uint_eq(m->loop_count, 1);
    ck_assert_uint_eq(m->loops[0].ii, 3);
    ck_range(m->loops[0].iteration_latency, "5");
    ck_assert_uint_eq(m->resources.lut, 4900); /* not AVAIL_ or UTIL_ */
    ck_assert_uint_eq(r->instance_count, 2);
    ck_assert_str_eq(r->instances[0].name, "conv_2d_cl_config2_U0");
    ck_range(r->instances[0].latency, "2355");
    ck_assert_uint_eq(r->instances[0].resources.ff, 1216);
    ck_assert_str_eq(r->instances[0].within, "myproject");
    ck_assert_str_eq(r->instances[1].name, "grp_mult_fu_192");
    ck_assert_str_eq(r->instances[1].within, "conv_2d_cl_config2_s");
    ck_assert_uint_eq(r->instances[1].latency.max, 1);
    ck_assert_ptr_null(report_module_find(r, "conv"));
}
END_TEST

START_TEST(an_interval_may_be_a_range_in_words)
{
    struct diag *d = diag_new(a);
    struct report *r = edited(a, "vitis_2023_2_csynth.xml", "Interval>2355<",
                              "Interval>948 ~ 4728<", d);
    ck_assert_ptr_nonnull(r);
    ck_range(report_module_find(r, "conv_2d_cl_config2_s")->interval,
             "948 ~ 4728");
}
END_TEST

START_TEST(an_open_latency)
{
    struct diag *d = diag_new(a);
    struct report *r =
        edited(a, "vitis_2024_2_conv_csynth.xml", "Best-caseLatency>16385<",
               "Best-caseLatency>undef<", d);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->estimate.latency.min, REPORT_NONE);
    ck_assert_uint_eq(r->estimate.latency.max, 225281);
}
END_TEST

START_TEST(damage_is_told_with_its_place)
{
    static const struct {
        const char *from, *to, *message;
    } cases[] = {
        { "<TripCount>72</TripCount>", "<TripCount>7 2</TripCount>",
          "vivado_2019_2_conv_csynth.xml:45:11: error[report]: TripCount is "
          "'7 2', not a count, a range a ~ b, or one of ? - NA" },
        { "<max>79</max>", "<maximum>79</maximum>",
          "vivado_2019_2_conv_csynth.xml:39:7: error[report]: the range of "
          "IterationLatency has no 'min' or no 'max'" },
        { "<max>79</max>", "<max>3</max>",
          "vivado_2019_2_conv_csynth.xml:39:7: error[report]: "
          "IterationLatency: the least, 4, is above the greatest, 3" },
        { "<TopModelName>conv_2d_cl_config2_s</TopModelName>", "",
          "vivado_2019_2_conv_csynth.xml:1:9: error[report]: there is no "
          "UserAssignments/TopModelName" },
        { "SummaryOfOverallLatency>\n<unit>clock", "SummaryOfLatency>\n<unit>",
          "vivado_2019_2_conv_csynth.xml:28:27: error[report]: not "
          "well-formed XML: Opening and ending tag mismatch: "
          "SummaryOfLatency line 20 and SummaryOfOverallLatency" },
        { "<profile>", "<!DOCTYPE profile [<!ENTITY e \"e\">]><profile>",
          "vivado_2019_2_conv_csynth.xml:1:19: error[report]: not "
          "well-formed XML: a document type (DOCTYPE) is not accepted" },
        { "</profile>", "",
          "vivado_2019_2_conv_csynth.xml:81:1: error[report]: not "
          "well-formed XML: it ends inside 'profile'" },
        { ">2019.2<", ">&version;<",
          "vivado_2019_2_conv_csynth.xml:4:19: error[report]: not "
          "well-formed XML: Entity 'version' not defined" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_fault("vivado_2019_2_conv_csynth.xml", cases[i].from,
                     cases[i].to, cases[i].message);
    expect_text_fault("<html><body/></html>",
                      "r:1:6: error[report]: the root element is 'html', "
                      "that of a synthesis report is 'profile'");
    expect_fault("vitis_2023_2_csynth.xml", "<Name>mult_config2_s</Name>", "",
                 "vitis_2023_2_csynth.xml:75:8: error[report]: a Module has "
                 "no Name");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_function_of_vivado,
        a_function_of_vitis,
        both_forms_of_a_function_say_the_same,
        a_whole_design,
        an_interval_may_be_a_range_in_words,
        an_open_latency,
        damage_is_told_with_its_place,
        NULL,
    };
    return check_main_with("report_csynth_xml", tests, setup, teardown);
}
