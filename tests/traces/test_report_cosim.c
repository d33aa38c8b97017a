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

static struct report *parse(const char *text, struct diag *d)
{
    return report_parse(a, "r", text, strlen(text), d);
}

START_TEST(a_vitis_report)
{
    struct report *r = sample(a, "vitis_cosim.rpt", 0);
    ck_assert_int_eq(r->kind, REPORT_COSIM);
    ck_assert_int_eq(r->outcome, REPORT_DONE);
    ck_assert_str_eq(r->language, "Verilog");
    ck_assert_str_eq(r->status, "Pass");
    ck_range(r->measured.latency, "2423 ~ 3555");
    ck_range(r->measured.interval, "2354");
    ck_assert_uint_eq(r->measured.latency_average_milli, 3177000);
    ck_assert_uint_eq(r->measured.total, 7131);
    ck_range(r->estimate.latency, "-");
}
END_TEST

START_TEST(a_vivado_report_of_one_frame)
{
    struct report *r = sample(a, "vivado_cosim.rpt", 0);
    ck_range(r->measured.latency, "777");
    ck_range(r->measured.interval, "-");
    ck_assert_uint_eq(r->measured.interval_average_milli, REPORT_NONE);
    ck_assert_uint_eq(r->measured.total, REPORT_NONE);
}
END_TEST

START_TEST(a_failed_run)
{
    struct diag *d = diag_new(a);
    struct report *r = report_read(a, sample_path(a, "failed_cosim.rpt"), d);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(r->outcome, REPORT_FAILED);
    ck_assert_str_eq(r->status, "Fail");
    ck_range(r->measured.latency, "-");
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->severity, DIAG_WARNING);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_REPORT_RUN);
    ck_assert_uint_eq(diag_at(d, 0)->place.line, 11);
    ck_assert_str_eq(diag_at(d, 0)->text, "the simulation of Verilog ended "
                                          "with 'Fail', not 'Pass'");
}
END_TEST

START_TEST(nothing_was_simulated)
{
    struct report *r = sample(a, "none_cosim.rpt", 1);
    ck_assert_int_eq(r->outcome, REPORT_UNFINISHED);
}
END_TEST

START_TEST(the_language_that_passed_counts)
{
    struct diag *d = diag_new(a);
    struct report *r = edited(a, "failed_cosim.rpt",
                              "VHDL|        NA|             NA|             "
                              "NA|             NA|",
                              "VHDL|      Pass|10|11|12|", d);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(diag_count(d), 0);
    ck_assert_str_eq(r->language, "VHDL");
    ck_range(r->measured.latency, "10 ~ 12");
}
END_TEST

START_TEST(latencies)
{
    struct report *r = sample(a, "lat.rpt", 0);
    ck_assert_int_eq(r->kind, REPORT_COSIM_LATENCY);
    ck_range(r->measured.latency, "2423 ~ 3555");
    ck_range(r->measured.interval, "2354");
    ck_assert_uint_eq(r->measured.interval_average_milli, 2354000);
    ck_assert_uint_eq(r->measured.total, 7131);
    struct diag *d = diag_new(a);
    r = parse("$MAX_LATENCY = \"7\"\n$MIN_LATENCY = \"7\"\n"
              "$MAX_THROUGHPUT = \"0\"\n$MIN_THROUGHPUT = \"0\"\n",
              d);
    ck_assert_ptr_nonnull(r);
    ck_range(r->measured.interval, "-"); /* one frame has none */
    r = parse("$MAX_LATENCY = \"x\"\n", d);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(r->outcome, REPORT_UNFINISHED);
    ck_assert_uint_eq(diag_count(d), 1);
}
END_TEST

START_TEST(transactions)
{
    struct report *r = sample(a, "transactions.rpt", 0);
    ck_assert_int_eq(r->kind, REPORT_TRANSACTIONS);
    ck_assert_uint_eq(r->frame_count, 3);
    ck_assert_uint_eq(r->frames, 3);
    ck_assert_uint_eq(r->frame[0].latency, 3555);
    ck_assert_uint_eq(r->frame[1].interval, 2354);
    ck_assert_uint_eq(r->frame[2].latency, 2423);
    ck_assert_uint_eq(r->frame[2].interval, REPORT_NONE);
    ck_range(r->measured.latency, "2423 ~ 3555");
    ck_range(r->measured.interval, "2354");
    /* 9533 / 3 */
    ck_assert_uint_eq(r->measured.latency_average_milli, 3177666);

    r = sample(a, "one_transaction.xml", 0); /* text all the same */
    ck_assert_uint_eq(r->frame_count, 1);
    ck_assert_uint_eq(r->frame[0].latency, 777);
    ck_assert_uint_eq(r->frame[0].interval, REPORT_NONE);
}
END_TEST

START_TEST(the_three_files_of_a_run_agree)
{
    struct report *c = sample(a, "vitis_cosim.rpt", 0);
    struct report *l = sample(a, "lat.rpt", 0);
    struct report *t = sample(a, "transactions.rpt", 0);
    ck_assert_mem_eq(&c->measured, &l->measured, sizeof c->measured);
    ck_assert_mem_eq(&c->measured.latency, &t->measured.latency,
                     sizeof t->measured.latency);
    ck_assert_mem_eq(&c->measured.interval, &t->measured.interval,
                     sizeof t->measured.interval);
}
END_TEST

START_TEST(transactions_that_did_not_end)
{
    struct diag *d = diag_new(a);
    struct report *r = parse("  latency interval\n"
                             "transaction 0: 10 5\ntransaction 1: x x\n",
                             d);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(r->outcome, REPORT_UNFINISHED);
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_str_eq(diag_at(d, 0)->text,
                     "transaction 1 has no latency ('x'): the frame was not "
                     "finished");
    ck_range(r->measured.latency, "10");
    r = parse("  latency interval\n", d);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(r->outcome, REPORT_UNFINISHED);
}
END_TEST

START_TEST(damage_is_told_with_its_place)
{
    static const char name[] = "vitis_cosim.rpt";
    expect_fault(name, "|           2423|", "|           24z3|",
                 "vitis_cosim.rpt:11:35: error[report]: the latency is "
                 "'24z3', not a count or one of ? - NA");
    expect_fault(name, "|           2423|", "|           4423|",
                 "vitis_cosim.rpt:11:35: error[report]: the latency: the "
                 "least, 4423, is above the greatest, 3555");
    expect_fault(name, "|                  7131|", "",
                 "vitis_cosim.rpt:11:1: error[report]: a row of results has "
                 "7 cells, not 8 or 9");
    expect_text_fault("Status Verilog\n",
                      "r: error[report]: there is no row for VHDL or Verilog");
    expect_text_fault("$MAX_LATENCY = \"12\n$MIN_LATENCY = 12\n",
                      "r:1:1: error[report]: '$MAX_LATENCY = \"12' has not "
                      "the form $KEY = \"value\"");
    expect_text_fault("latency interval\ntransaction 1: 4 4\n",
                      "r:2:1: error[report]: transaction '1' stands where 0 "
                      "is due");
    expect_text_fault("latency interval\ntransaction 0: 4\n",
                      "r:2:1: error[report]: a transaction has a latency and "
                      "an interval, no more and no less");
    expect_text_fault("latency interval\nframe 0: 4 4\n",
                      "r:2:1: error[report]: 'frame 0: 4 4' is no line of a "
                      "transaction");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_vitis_report,
        a_vivado_report_of_one_frame,
        a_failed_run,
        nothing_was_simulated,
        the_language_that_passed_counts,
        latencies,
        transactions,
        the_three_files_of_a_run_agree,
        transactions_that_did_not_end,
        damage_is_told_with_its_place,
        NULL,
    };
    return check_main_with("report_cosim", tests, setup, teardown);
}
