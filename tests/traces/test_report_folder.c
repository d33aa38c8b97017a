#include "traces/report.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/traces/report_case.h"
#include "tests/traces/trace_case.h"

static struct trace_case c;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

/* The sample `from` as `name` in the folder. */
static void put(const char *from, const char *name)
{
    size_t length;
    const char *text = sample_text(c.arena, from, &length);
    trace_case_file(&c, name, text, length);
}

/* The same with its first `old` replaced. */
static void put_edited(const char *from, const char *name, const char *old,
                       const char *new)
{
    size_t length;
    const char *text = sample_text(c.arena, from, &length);
    const char *found = strstr(text, old);
    ck_assert_ptr_nonnull(found);
    trace_case_text(&c, name,
                    arena_printf(c.arena, "%.*s%s%s", (int)(found - text), text,
                                 new, found + strlen(old)));
}

static struct report *read_folder(void)
{
    struct report *r = report_read_folder(c.arena, c.folder, c.diag);
    trace_case_expect_none(&c);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(r->kind, REPORT_CSYNTH_FOLDER);
    ck_assert_str_eq(r->top, "myproject");
    ck_assert_str_eq(r->modules[0].name, "myproject");
    return r;
}

static void expect_modules(const struct report *r, const char *names)
{
    struct text *t = text_new(c.arena);
    for (uint32_t i = 0; i < r->module_count; i++)
        text_printf(t, "%s%s", i == 0 ? "" : " ", r->modules[i].name);
    ck_assert_str_eq(text_string(t), names);
}

/* Vitis HLS: the design's report, those of the top and of one process. */
START_TEST(design_and_parts)
{
    put("vitis_2023_2_csynth.xml", "csynth.xml");
    put("vitis_2023_2_csynth.rpt", "csynth.rpt"); /* says nothing more */
    put("vitis_2023_2_top_csynth.rpt", "myproject_csynth.rpt");
    put("vitis_2023_2_conv_csynth.rpt", "conv_csynth.rpt");
    trace_case_text(&c, "myproject_csynth.xml", "not read: there is a .rpt");
    const struct report *r = read_folder();
    expect_modules(r, "myproject conv_2d_cl_config2_s mult_config2_s");
    /* Of the top: instances, FIFOs. */
    ck_assert_uint_eq(r->instance_count, 4);
    ck_assert_str_eq(r->instances[2].name, "softmax_config21_U0");
    ck_assert_str_eq(r->instances[2].within, "myproject");
    ck_assert_uint_eq(r->instances[2].latency.max, 10);
    ck_assert_uint_eq(r->fifo_count, 3);
    ck_assert_str_eq(r->fifos[0].name, "layer2_out_U");
    ck_assert_str_eq(r->fifos[0].within, "myproject");
    ck_assert_uint_eq(r->fifos[1].depth, 576);
    /* Of the process: its own report, with what it uses. */
    const struct report_module *m =
        report_module_find(r, "conv_2d_cl_config2_s");
    ck_assert_uint_eq(m->loop_count, 1);
    ck_assert_uint_eq(m->loops[0].ii_target, 1);
    ck_assert_str_eq(r->instances[3].within, "conv_2d_cl_config2_s");
    ck_assert_str_eq(r->instances[3].module,
                     "compute_output_buffer_2d_config2_s");
    /* The rest of the top's. */
    ck_assert_uint_eq(r->estimate.latency.min, 2374);
    ck_assert_uint_eq(r->clock_target_ps, 5000);
    ck_assert_str_eq(r->version, "2023.2");
    ck_assert_str_eq(r->path, c.folder);
}
END_TEST

START_TEST(design_only)
{
    put("vitis_2023_2_csynth.xml", "csynth.xml");
    const struct report *r = read_folder();
    expect_modules(r, "myproject conv_2d_cl_config2_s mult_config2_s");
    ck_assert_uint_eq(r->instance_count, 2);
    ck_assert_str_eq(r->instances[0].within, "myproject");
    ck_assert_str_eq(r->instances[0].name, "conv_2d_cl_config2_U0");
    ck_assert_uint_eq(r->instances[0].latency.max, 2355);
    ck_assert_str_eq(r->instances[1].within, "conv_2d_cl_config2_s");
    ck_assert_str_eq(r->instances[1].name, "grp_mult_fu_192");
    ck_assert_uint_eq(r->modules[1].loops[0].ii, 3);
    ck_assert_uint_eq(r->fifo_count, 0);
}
END_TEST

/* Vivado HLS writes no report of the design: the top is what nobody uses. */
START_TEST(parts_only)
{
    put("vitis_2023_2_top_csynth.rpt", "myproject_csynth.rpt");
    put("vitis_2023_2_conv_csynth.rpt", "conv_csynth.rpt");
    const struct report *r = read_folder();
    expect_modules(r, "myproject conv_2d_cl_config2_s");
    ck_assert_uint_eq(r->fifo_count, 3);
    /* One that nobody uses and that is no dataflow region comes last. */
    put_edited("vivado_2019_2_conv_csynth.rpt", "a_csynth.rpt",
               "conv_2d_cl_config2_s", "a_helper");
    expect_modules(read_folder(), "myproject conv_2d_cl_config2_s a_helper");
}
END_TEST

START_TEST(solution_folder)
{
    ck_assert(
        file_make_folder(file_join(c.arena, c.folder, "syn/report"), c.diag));
    ck_assert(!report_is_folder(c.folder));
    put("vitis_2023_2_csynth.xml", "syn/report/csynth.xml");
    ck_assert(report_is_folder(c.folder));
    const struct report *r = report_read(c.arena, c.folder, c.diag);
    trace_case_expect_none(&c);
    ck_assert_str_eq(r->path, file_join(c.arena, c.folder, "syn/report"));
    ck_assert(report_is_folder(r->path));
}
END_TEST

static void expect_refused(const char *words)
{
    ck_assert_ptr_null(report_read_folder(c.arena, c.folder, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_REPORT, words);
}

START_TEST(refused)
{
    expect_refused("neither csynth.xml nor NAME_csynth.rpt");
    put("vivado_2019_2_conv_csynth.rpt", "b_csynth.rpt");
    put_edited("vivado_2019_2_conv_csynth.rpt", "a_csynth.rpt",
               "conv_2d_cl_config2_s", "other");
    expect_refused("which function is the top? 'other' and "
                   "'conv_2d_cl_config2_s' are used by no other (2 in all)");
    put_edited("vivado_2019_2_conv_csynth.rpt", "a_csynth.rpt",
               "|cnnshift_config2_s  |", "|conv_2d_cl_config2_s|");
    put_edited("vivado_2019_2_conv_csynth.rpt", "b_csynth.rpt", "+ Latency",
               "- Latency");
    expect_refused("there is no summary of the latency");
    put("vivado_2019_2_conv_csynth.rpt", "b_csynth.rpt");
    expect_refused("it is a report of 'conv_2d_cl_config2_s', and so is");
    put("vivado_cosim.rpt", "b_csynth.rpt");
    expect_refused("this is a co-simulation report, its name is that of a "
                   "synthesis report");
    ck_assert_ptr_null(report_read_folder(c.arena, "/no/such", c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_FILE_OPEN,
                      "No such file or directory");
}
END_TEST

START_TEST(everybody_used)
{
    put_edited("vivado_2019_2_conv_csynth.rpt", "a_csynth.rpt",
               "|cnnshift_config2_s  |", "|conv_2d_cl_config2_s|");
    expect_refused("every function is used by another one");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        design_and_parts, design_only,    parts_only, solution_folder,
        refused,          everybody_used, NULL
    };
    return check_main_with("report_folder", tests, setup, teardown);
}
