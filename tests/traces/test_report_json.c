#include "traces/report.h"

#include <string.h>

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

START_TEST(the_dictionary_of_hls4ml)
{
    struct report *r = sample(a, "hls4ml.json", 0);
    ck_assert_int_eq(r->kind, REPORT_HLS4ML);
    ck_assert_uint_eq(r->clock_target_ps, 5000);
    ck_assert_uint_eq(r->clock_estimate_ps, 3647);
    ck_range(r->estimate.latency, "2374");
    ck_range(r->estimate.interval, "2356");
    ck_assert_uint_eq(r->resources.bram18, 58);
    ck_assert_uint_eq(r->resources.lut, 145061);
    ck_assert_uint_eq(r->available.dsp, 2520);
    ck_assert_uint_eq(r->synthesised.lut, 81472);
    ck_assert_uint_eq(r->synthesised.bram18, 45); /* 22.5 tiles */
    ck_assert_uint_eq(r->synthesised.dsp, 18);
    ck_assert_str_eq(r->status, "Pass");
    ck_assert_str_eq(r->language, "Verilog");
    ck_range(r->measured.latency, "2423 ~ 3555");
    ck_assert_uint_eq(r->measured.latency_average_milli, 3177667);
    ck_assert_uint_eq(r->measured.interval_average_milli, 2354000);
}
END_TEST

START_TEST(the_flat_dictionary_of_early_versions)
{
    struct report *r = sample(a, "hls4ml_flat.json", 1);
    ck_assert_int_eq(r->kind, REPORT_HLS4ML);
    ck_range(r->estimate.latency, "12 ~ 18");
    ck_assert_uint_eq(r->resources.dsp, 171);
    ck_assert_uint_eq(r->available.dsp, 2520);
    ck_assert_int_eq(r->outcome, REPORT_FAILED);
    ck_range(r->measured.latency, "-");
}
END_TEST

START_TEST(fifo_peaks)
{
    struct report *r = sample(a, "max_depth.json", 0);
    ck_assert_int_eq(r->kind, REPORT_FIFO_PEAKS);
    ck_assert_uint_eq(r->fifo_count, 2);
    const struct report_fifo *f = fifo_of(r, "layer2_out_V_data_0_V_U");
    ck_assert_uint_eq(f->peak, 57);
    ck_assert_uint_eq(f->depth, 100000);
    ck_assert_uint_eq(f->depth_new, 58);
}
END_TEST

START_TEST(fifo_depths)
{
    struct report *r = sample(a, "fifo_depths.json", 0);
    ck_assert_int_eq(r->kind, REPORT_FIFO_DEPTHS);
    const struct report_fifo *f = fifo_of(r, "layer2_out");
    ck_assert_uint_eq(f->depth, 576);
    ck_assert_uint_eq(f->depth_new, 2);
    ck_assert_uint_eq(f->peak, 2);
    struct diag *d = diag_new(a);
    r = edited(a, "fifo_depths.json", ", \"optimized\": 1", "", d);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(r->outcome, REPORT_UNFINISHED);
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_str_eq(diag_at(d, 0)->text,
                     "1 of 2 FIFOs have no 'optimized' depth: their profile "
                     "was not made");
}
END_TEST

START_TEST(damage_is_told_with_its_place)
{
    expect_fault("hls4ml.json", "\"WorstLatency\": \"2374\"",
                 "\"WorstLatency\": \"23x4\"",
                 "hls4ml.json:7:21: error[report]: "
                 "CSynthesisReport.WorstLatency is '23x4', not a count or "
                 "one of ? - NA");
    expect_fault("hls4ml.json", "\"LatencyMax\": 3555", "\"LatencyMax\": 35",
                 "hls4ml.json:27:19: error[report]: LatencyMin: the least, "
                 "2423, is above the greatest, 35");
    expect_fault("hls4ml.json", "\"LatencyMin\": 2423,", "\"LatencyMin\": -1,",
                 "hls4ml.json:27:19: error[json-range]: "
                 "'CosimReport.LatencyMin' is -1, outside 0..1e+15");
    expect_fault("max_depth.json", "\"max\": 57, ", "",
                 "max_depth.json:1:1: error[report]: not a report of a kind "
                 "that is known");
    expect_fault("max_depth.json", "\"max\": 1, ", "",
                 "max_depth.json:3:5: error[json-missing]: '[1]' has no "
                 "'max'");
    expect_text_fault("{\"a\": 1, \"b\": \"c\"}",
                      "r:1:1: error[report]: not a report of a kind that "
                      "is known");
    expect_text_fault("{}", "r:1:1: error[report]: not a report of a kind "
                            "that is known");
    expect_text_fault("[]", "r:1:1: error[report]: not a report of a kind "
                            "that is known");
    expect_text_fault("{\"cycles\": 1,}",
                      "r:1:14: error[json-syntax]: no ',' may stand before "
                      "'}', found '}'");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_dictionary_of_hls4ml,
        the_flat_dictionary_of_early_versions,
        fifo_peaks,
        fifo_depths,
        damage_is_told_with_its_place,
        NULL,
    };
    return check_main_with("report_json", tests, setup, teardown);
}
