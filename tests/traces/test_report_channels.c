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

START_TEST(the_profile_of_a_design)
{
    struct report *r = sample(a, "profile/channel_info.csv", 0);
    ck_assert_int_eq(r->kind, REPORT_CHANNELS);
    ck_assert_uint_eq(r->fifo_count, 2);
    const struct report_fifo *f = fifo_of(r, "layer4_out_U");
    ck_assert_uint_eq(f->peak, 57);
    ck_assert_uint_eq(f->write_blocked, 12);
    ck_assert_uint_eq(f->read_blocked, 40);
    ck_assert_uint_eq(f->depth, REPORT_NONE);
    ck_assert_uint_eq(fifo_of(r, "layer2_out_U")->peak, 2);
}
END_TEST

START_TEST(the_profile_of_one_fifo)
{
    struct report *r =
        sample(a, "profile/channel_depth_info/chan_status2.csv", 0);
    ck_assert_int_eq(r->kind, REPORT_CHANNEL);
    ck_assert_uint_eq(r->fifo_count, 1);
    ck_assert_str_eq(r->fifos[0].name, "chan_status2.csv");
    ck_assert_uint_eq(r->fifos[0].peak, 57);

    static const char four[] = "0\n0\n100\n9\n";
    struct diag *d = diag_new(a);
    r = report_parse(a, "r", four, sizeof four - 1, d);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->fifos[0].peak, 9);
    ck_assert_uint_eq(r->fifos[0].read_blocked, REPORT_NONE);

    static const char open[] = "0\n0\nx\n0\nx\n";
    r = report_parse(a, "r", open, sizeof open - 1, d);
    ck_assert_ptr_nonnull(r);
    ck_assert_int_eq(r->outcome, REPORT_UNFINISHED);
    ck_assert_uint_eq(diag_count(d), 1);
}
END_TEST

START_TEST(profiles_that_are_not_there)
{
    struct diag *d = diag_new(a);
    struct report *r = edited(a, "profile/channel_info.csv", "status", "status",
                              d); /* as if it lay in this folder */
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->fifo_count, 2);
    ck_assert_uint_eq(r->fifos[0].peak, REPORT_NONE);
    ck_assert_int_eq(r->outcome, REPORT_UNFINISHED);
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_str_eq(diag_at(d, 0)->text,
                     "the profiles of 2 of 2 FIFOs are not there");
}
END_TEST

START_TEST(damage_is_told_with_its_place)
{
    expect_text_fault(",a_U,,chan_status1.csv\n,b_U,chan_status2.csv\n",
                      "r:2:1: error[report]: ',b_U,chan_status2.csv' does "
                      "not name a FIFO in its 2nd and a file in its 4th "
                      "field");
    expect_text_fault(",a_U,,../chan_status1.csv\n",
                      "r:1:1: error[report]: the file '../chan_status1.csv' "
                      "is not in the folder of the profile");
    expect_text_fault("1\n2\n3\n4\n5\n6\n",
                      "r:6:1: error[report]: a FIFO's profile has 5 numbers "
                      "at most");
    expect_text_fault("1\n2 2\n",
                      "r:2:1: error[report]: a number of a FIFO's profile is "
                      "'2 2', not a count or one of ? - NA");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_profile_of_a_design,
        the_profile_of_one_fifo,
        profiles_that_are_not_there,
        damage_is_told_with_its_place,
        NULL,
    };
    return check_main_with("report_channels", tests, setup, teardown);
}
