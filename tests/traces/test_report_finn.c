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

START_TEST(a_simulation)
{
    struct report *r = sample(a, "finn_rtlsim.json", 0);
    ck_assert_int_eq(r->kind, REPORT_FINN_RTLSIM);
    ck_assert_str_eq(r->tool, "FINN");
    ck_assert_uint_eq(r->frames, 4);
    ck_assert_uint_eq(r->clock_target_ps, 5000);
    ck_range(r->measured.latency, "4690");
    ck_range(r->measured.interval, "4608");
    ck_assert_uint_eq(r->measured.total, 18514);
}
END_TEST

START_TEST(one_frame_has_no_interval)
{
    struct diag *d = diag_new(a);
    struct report *r = edited(a, "finn_rtlsim.json", "\"N\": 4", "\"N\": 1", d);
    ck_assert_ptr_nonnull(r);
    ck_range(r->measured.interval, "-");
}
END_TEST

START_TEST(a_simulation_that_did_not_end)
{
    struct diag *d = diag_new(a);
    struct report *r =
        edited(a, "finn_rtlsim.json", "\"TIMEOUT\": 0", "\"TIMEOUT\": 1", d);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(r->outcome, REPORT_UNFINISHED);
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_str_eq(diag_at(d, 0)->text,
                     "the simulation timed out ('TIMEOUT')");
    r = edited(a, "finn_rtlsim.json", "\"UNFINISHED_OUTS\": 0",
               "\"UNFINISHED_OUTS\": true", d);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(r->outcome, REPORT_UNFINISHED);
}
END_TEST

START_TEST(estimates)
{
    struct report *r = sample(a, "finn_network.json", 0);
    ck_assert_int_eq(r->kind, REPORT_FINN_NETWORK);
    ck_range(r->estimate.latency, "13114");
    ck_range(r->estimate.interval, "4608");
    ck_assert_uint_eq(r->clock_target_ps, 5000);
    ck_assert_ptr_nonnull(report_module_find(r, "MVAU_rtl_1"));

    r = sample(a, "finn_cycles.json", 0);
    ck_assert_int_eq(r->kind, REPORT_FINN_CYCLES);
    ck_assert_uint_eq(r->module_count, 3);
    ck_range(r->modules[0].interval, "324");
    ck_range(r->estimate.interval, "4608");

    r = sample(a, "finn_resources.json", 0);
    ck_assert_int_eq(r->kind, REPORT_FINN_RESOURCES);
    ck_assert_uint_eq(r->module_count, 1);
    ck_assert_uint_eq(r->modules[0].resources.lut, 1204);
    ck_assert_uint_eq(r->modules[0].resources.bram18, 2);
    ck_assert_uint_eq(r->resources.lut, 1204);
}
END_TEST

START_TEST(damage_is_told_with_its_place)
{
    expect_fault("finn_network.json", "\"max_cycles\": 4608",
                 "\"max_cycles\": [4608]",
                 "finn_network.json:1:47: error[json-type]: 'max_cycles' is "
                 "an array, not a number");
    expect_fault("finn_cycles.json", "324", "-3",
                 "finn_cycles.json:1:15: error[json-range]: 'Padding_0' is "
                 "-3, outside 0..1e+15");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_simulation,
        one_frame_has_no_interval,
        a_simulation_that_did_not_end,
        estimates,
        damage_is_told_with_its_place,
        NULL,
    };
    return check_main_with("report_finn", tests, setup, teardown);
}
