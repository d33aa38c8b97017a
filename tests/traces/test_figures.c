#include "traces/figures.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "tests/check_main.h"
#include "tests/traces/side_case.h"
#include "traces/frame_times.h"
#include "traces/pairing.h"
#include "traces/recording.h"
#include "traces/report.h"

static struct arena *arena;
static const struct pairing nothing = { .count = 0 };

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    arena_free(arena);
}

static const struct figure *row(const struct figures *f, const char *group,
                                const char *name)
{
    for (uint32_t i = 0; i < f->count; i++)
        if (strcmp(f->rows[i].group, group) == 0 &&
            strcmp(f->rows[i].name, name) == 0)
            return &f->rows[i];
    ck_abort_msg("there is no row %s, %s", group, name);
}

static const struct side *report(const char *name)
{
    struct diag *d = diag_new(arena);
    const char *path =
        arena_printf(arena, HEADRACE_SOURCE_DIR "/tests/traces/reports/%s",
                     name);
    const struct report *r = report_read(arena, path, d);
    ck_assert_ptr_nonnull(r);
    return side_from_report(arena, r);
}

START_TEST(two_reports)
{
    const struct side *a = report("vitis_cosim.rpt");
    const struct side *b = report("vitis_2023_2_csynth.xml");
    const struct figures *f = figures_new(arena, a, b, &nothing, NULL, NULL);
    ck_assert_str_eq(f->basis_a, "as measured");
    ck_assert_str_eq(f->basis_b, "estimate");
    ck_assert_uint_eq(row(f, "latency", "least")->a_milli, 2423000);
    ck_assert_uint_eq(row(f, "latency", "least")->b_milli, 2374000);
    ck_assert(row(f, "latency", "mean")->b_milli == FIGURE_NONE);
    ck_assert_uint_eq(f->common, 4);
    ck_assert(figure_differs(row(f, "latency", "least"), 48));
    ck_assert(!figure_differs(row(f, "latency", "least"), 49));
    ck_assert(!figure_differs(row(f, "latency", "mean"), 0));
}
END_TEST

START_TEST(modules_that_both_reports_know)
{
    const struct side *a = report("vitis_2023_2_csynth.xml");
    const struct figures *f = figures_new(arena, a, a, &nothing, NULL, NULL);
    uint32_t modules = 0;
    for (uint32_t i = 0; i < f->count; i++)
        modules += strcmp(f->rows[i].group, "module latency") == 0;
    ck_assert_uint_eq(modules, a->report->module_count - 1);
}
END_TEST

static struct frame_times times_of(struct side *s, uint32_t frames)
{
    s->frames = frames;
    struct frame_edges e = frame_edges_of(arena, s);
    return frame_times_of(arena, s, &e);
}

START_TEST(a_run_beside_frames_of_a_report)
{
    struct side *a = side_case_chain(arena, SIDE_MODEL, "m", 3, 0);
    struct frame_times t = times_of(a, 3);
    const struct figures *f =
        figures_new(arena, a, report("transactions.rpt"), &nothing, &t, NULL);
    ck_assert_uint_eq(row(f, "latency", "most")->a_milli, 32000);
    ck_assert_uint_eq(f->frame_count, 3);
    ck_assert_uint_eq(f->frames_a[2].interval, 16);
    ck_assert_uint_eq(f->frames_b[0].latency, 3555);
    ck_assert(f->frames_b[0].interval == FIGURE_NONE);
    ck_assert_uint_eq(f->frames_b[1].interval, 2354);
}
END_TEST

START_TEST(fifo_peaks_of_a_run_and_a_report)
{
    struct side *a = side_case_chain(arena, SIDE_MODEL, "m", 1, 0);
    struct report_fifo fifos[] = { { .name = "conv_out_U", .peak = 3 } };
    struct report r = { .path = "r", .fifo_count = 1, .fifos = fifos };
    r.measured = r.estimate =
        (struct report_timing){ { REPORT_NONE, REPORT_NONE },
                                { REPORT_NONE, REPORT_NONE },
                                REPORT_NONE,
                                REPORT_NONE,
                                REPORT_NONE };
    const struct side *b = side_from_report(arena, &r);
    struct pair pair = { 1, 0, PAIRED_BY_ENDING };
    const struct pairing p = { .count = 1, .pairs = &pair };
    const struct figures *f = figures_new(arena, a, b, &p, NULL, NULL);
    ck_assert_uint_eq(f->count, 1);
    ck_assert_uint_eq(row(f, "FIFO peak", "conv.out")->a_milli, 1000);
    ck_assert_uint_eq(row(f, "FIFO peak", "conv.out")->b_milli, 3000);
    ck_assert_str_eq(f->basis_b, "not stated");
}
END_TEST

/* B was recorded for longer, and fills up at its end. */
START_TEST(peaks_of_what_both_have)
{
    struct side *a = side_case_new(arena, SIDE_RECORDING, "a");
    struct side *b = side_case_new(arena, SIDE_RECORDING, "b");
    side_case_stream(arena, a, "s", 2, 0, 2, 5);
    struct side_case_times t = side_case_stream(arena, b, "s", 10, 0, 2, 5);
    for (int i = 2; i < 10; i++)
        t.reads[i] += 100;
    struct pair pair = { 0, 0, PAIRED_BY_NAME };
    const struct pairing p = { .count = 1, .pairs = &pair };
    const struct figures *f = figures_new(arena, a, b, &p, NULL, NULL);
    ck_assert_uint_eq(row(f, "FIFO peak", "s")->a_milli, 2000);
    ck_assert_uint_eq(row(f, "FIFO peak", "s")->b_milli, 2000);
    ck_assert_str_eq(f->basis_a, "frames are not known");
}
END_TEST

/* As an HLS tool counts: from start to done of the whole design. */
START_TEST(a_recording_with_processes_beside_a_report)
{
    const uint64_t starts[] = { 10, 50 }, dones[] = { 90, 140 };
    const uint64_t late[] = { 12, 60 }, early[] = { 80, 130 };
    struct process_times processes[] = {
        { .name = "top",
          .start_count = 2,
          .done_count = 2,
          .starts = starts,
          .dones = dones },
        { .name = "top.inner",
          .start_count = 2,
          .done_count = 2,
          .starts = late,
          .dones = early },
    };
    struct recording r = { .process_count = 2, .processes = processes };
    struct side *a = side_case_chain(arena, SIDE_RECORDING, "r", 2, 0);
    a->recording = &r;
    const struct figures *f =
        figures_new(arena, a, report("vitis_cosim.rpt"), &nothing, NULL, NULL);
    ck_assert_str_eq(f->basis_a, "start to done");
    ck_assert_uint_eq(row(f, "latency", "least")->a_milli, 80000);
    ck_assert_uint_eq(row(f, "latency", "most")->a_milli, 90000);
    ck_assert_uint_eq(row(f, "interval", "mean")->a_milli, 50000);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        two_reports,
        modules_that_both_reports_know,
        a_run_beside_frames_of_a_report,
        fifo_peaks_of_a_run_and_a_report,
        peaks_of_what_both_have,
        a_recording_with_processes_beside_a_report,
        NULL,
    };
    return check_main_with("figures", tests, setup, teardown);
}
