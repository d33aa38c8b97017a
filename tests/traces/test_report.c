#include "traces/report.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "tests/check_main.h"
#include "tests/traces/report_case.h"
#include "traces/report_readers.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

/* The content alone says what a file is. */
START_TEST(every_kind_is_told_apart)
{
    static const struct {
        const char *name;
        enum report_kind kind;
        size_t warnings;
    } samples[] = {
        { "vivado_2019_2_conv_csynth.xml", REPORT_CSYNTH_XML, 0 },
        { "vitis_2023_2_csynth.xml", REPORT_CSYNTH_XML, 0 },
        { "vitis_2023_2_top_csynth.rpt", REPORT_CSYNTH_RPT, 0 },
        { "vitis_2023_2_csynth.rpt", REPORT_CSYNTH_SUMMARY, 0 },
        { "vitis_cosim.rpt", REPORT_COSIM, 0 },
        { "none_cosim.rpt", REPORT_COSIM, 1 },
        { "lat.rpt", REPORT_COSIM_LATENCY, 0 },
        { "transactions.rpt", REPORT_TRANSACTIONS, 0 },
        { "one_transaction.xml", REPORT_TRANSACTIONS, 0 },
        { "hls4ml.json", REPORT_HLS4ML, 0 },
        { "max_depth.json", REPORT_FIFO_PEAKS, 0 },
        { "fifo_depths.json", REPORT_FIFO_DEPTHS, 0 },
        { "profile/channel_info.csv", REPORT_CHANNELS, 0 },
        { "profile/channel_depth_info/chan_status1.csv", REPORT_CHANNEL, 0 },
        { "finn_rtlsim.json", REPORT_FINN_RTLSIM, 0 },
        { "finn_network.json", REPORT_FINN_NETWORK, 0 },
        { "finn_cycles.json", REPORT_FINN_CYCLES, 0 },
        { "finn_resources.json", REPORT_FINN_RESOURCES, 0 },
    };
    bool seen[REPORT_KIND_COUNT] = { false };
    seen[REPORT_CSYNTH_FOLDER] = true; /* no file: test_report_folder.c */
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct report *r = sample(a, samples[i].name, samples[i].warnings);
        ck_assert_msg(r->kind == samples[i].kind, "%s is taken for a %s",
                      samples[i].name, report_kind_name(r->kind));
        ck_assert_str_eq(r->path, sample_path(a, samples[i].name));
        seen[r->kind] = true;
    }
    for (int k = 0; k < REPORT_KIND_COUNT; k++)
        ck_assert_msg(seen[k], "no sample of a %s",
                      report_kind_name((enum report_kind)k));
}
END_TEST

START_TEST(what_is_not_stated_is_marked)
{
    struct report *r = sample(a, "fifo_depths.json", 0);
    ck_assert_ptr_null(r->top);
    ck_assert_ptr_null(r->part);
    ck_assert_uint_eq(r->clock_target_ps, REPORT_NONE);
    ck_assert_uint_eq(r->frames, REPORT_NONE);
    ck_assert_uint_eq(r->estimate.latency.max, REPORT_NONE);
    ck_assert_uint_eq(r->measured.total, REPORT_NONE);
    ck_assert_uint_eq(r->available.uram, REPORT_NONE);
    ck_assert_uint_eq(r->module_count, 0);
    ck_assert_uint_eq(r->frame_count, 0);
}
END_TEST

START_TEST(line_ends_and_a_byte_order_mark_do_not_matter)
{
    static const char text[] = "\xef\xbb\xbf"
                               "  latency  interval\r\n"
                               "transaction 0:  10  x\r\n";
    struct diag *d = diag_new(a);
    struct report *r = report_parse(a, "r", text, sizeof text - 1, d);
    ck_assert_uint_eq(diag_count(d), 0);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->frame[0].latency, 10);
}
END_TEST

START_TEST(files_that_are_no_report)
{
    expect_text_fault("", "r: error[report]: the report is empty");
    expect_text_fault(" \n\n", "r: error[report]: the report is empty");
    expect_text_fault("hello", "r: error[report]: not a report of a kind "
                               "that is known");
    struct diag *d = diag_new(a);
    ck_assert_ptr_null(report_parse(a, "r", "1\n2\0003", 5, d));
    ck_assert_str_eq(diag_at(d, 0)->text,
                     "not a report: byte 4 is NUL, text has none");
    ck_assert_ptr_null(report_read(a, "/no/such/report", d));
    ck_assert_int_eq(diag_at(d, 1)->code, DIAG_FILE_OPEN);
    ck_assert_uint_eq(diag_count(d), 2);
}
END_TEST

START_TEST(numbers)
{
    static const struct {
        const char *text;
        bool good;
        uint64_t value;
    } cells[] = {
        { "0", true, 0 },
        { "  2374 ", true, 2374 },
        { "999999999999999999", true, 999999999999999999 },
        { "1216 (~0%)", true, 1216 },
        { "58 (3%)", true, 58 },
        { "?", true, REPORT_NONE },
        { "-", true, REPORT_NONE },
        { " NA ", true, REPORT_NONE },
        { "undef", true, REPORT_NONE },
        { "", true, REPORT_NONE },
        { "9999999999999999999", false, 0 },
        { "-1", false, 0 },
        { "1.5", false, 0 },
        { "1 2", false, 0 },
        { "4 ~ 7", false, 0 },
        { "58 (3", false, 0 },
        { "NAN", false, 0 },
        { "none", false, 0 },
    };
    struct diag *d = diag_new(a);
    struct report_in in = { .arena = a, .diag = d, .path = "r" };
    struct place p = { "r", 1, 2 };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        uint64_t value = 77;
        size_t before = diag_count(d);
        bool good = report_cell(&in, p, "it", cells[i].text, &value);
        ck_assert_msg(good == cells[i].good, "'%s'", cells[i].text);
        ck_assert_uint_eq(diag_count(d) - before, !good);
        ck_assert_uint_eq(value, good ? cells[i].value : 77);
    }
}
END_TEST

START_TEST(ranges_times_and_decimals)
{
    struct diag *d = diag_new(a);
    struct report_in in = { .arena = a, .diag = d, .path = "r" };
    struct place p = { "r", 1, 2 };
    struct report_range r;
    ck_assert(report_range(&in, p, "it", " 4 ~ 79 ", &r));
    ck_assert_str_eq(range_text(a, r), "4 ~ 79");
    ck_assert(report_range(&in, p, "it", "12", &r));
    ck_assert_str_eq(range_text(a, r), "12");
    ck_assert(report_range(&in, p, "it", "12 ~ ?", &r));
    ck_assert_str_eq(range_text(a, r), "some ~ ?");
    ck_assert(!report_range(&in, p, "it", "5 ~ 4", &r));
    ck_assert(!report_range(&in, p, "it", "5 ~", &r));
    uint64_t t;
    ck_assert(report_time(&in, p, "it", "5.00 ns", &t));
    ck_assert_uint_eq(t, 5000);
    ck_assert(report_time(&in, p, "it", "3.647", &t));
    ck_assert_uint_eq(t, 3647);
    ck_assert(report_time(&in, p, "it", "0.492 ms", &t));
    ck_assert_uint_eq(t, 492000000);
    ck_assert(report_time(&in, p, "it", "7 ps", &t));
    ck_assert_uint_eq(t, 7);
    ck_assert(!report_time(&in, p, "it", "1e4", &t));
    ck_assert(!report_time(&in, p, "it", "5.0.0", &t));
    ck_assert(!report_time(&in, p, "it", "99999999999999 sec", &t));
    ck_assert(report_decimal(&in, p, "it", "3177.6666", &t));
    ck_assert_uint_eq(t, 3177666);
    ck_assert(report_decimal(&in, p, "it", "NA", &t));
    ck_assert_uint_eq(t, REPORT_NONE);
    ck_assert(!report_decimal(&in, p, "it", "3,5", &t));
    ck_assert_uint_eq(diag_count(d), 6);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_kind_is_told_apart,
        what_is_not_stated_is_marked,
        line_ends_and_a_byte_order_mark_do_not_matter,
        files_that_are_no_report,
        numbers,
        ranges_times_and_decimals,
        NULL,
    };
    return check_main_with("report", tests, setup, teardown);
}
