#include "headrace.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char digits[] = HEADRACE_SOURCE_DIR "/models/digits";
static char why[2000];

static struct headrace_model *open_digits(void)
{
    struct headrace_model *m = headrace_open(digits, why, sizeof why);
    ck_assert_msg(m != NULL, "%s", why);
    ck_assert_str_eq(why, "");
    return m;
}

static struct headrace_run *simulate(const struct headrace_model *m,
                                     struct headrace_options options)
{
    struct headrace_run *r = headrace_simulate(m, &options, why, sizeof why);
    ck_assert_msg(r != NULL, "%s", why);
    return r;
}

/* NULL: there is no such FIFO. */
static const struct headrace_fifo *find_fifo(const struct headrace_run *r,
                                             const char *stream,
                                             struct headrace_fifo *out)
{
    for (size_t i = 0; i < headrace_fifo_count(r); i++) {
        *out = headrace_fifo(r, i);
        if (strcmp(out->stream, stream) == 0)
            return out;
    }
    return NULL;
}

START_TEST(test_version)
{
    ck_assert_str_eq(headrace_version(), HEADRACE_VERSION);
}
END_TEST

START_TEST(test_defaults)
{
    struct headrace_model *m = open_digits();
    ck_assert_str_eq(headrace_model_name(m), "digits");
    struct headrace_run *r = headrace_simulate(m, NULL, NULL, 0);
    ck_assert_ptr_nonnull(r);
    ck_assert_ptr_null(headrace_deadlock(r));
    ck_assert_uint_ge(headrace_frames(r), 2);
    ck_assert(headrace_interval_certified(r));
    ck_assert_uint_gt(headrace_clock_hz(r), 0);
    uint64_t interval = headrace_interval_cycles(r);
    uint64_t frames = headrace_period_frames(r);
    ck_assert_uint_gt(interval, 0);
    ck_assert_uint_ge(interval * frames, headrace_period_cycles(r));
    ck_assert_uint_lt((interval - 1) * frames, headrace_period_cycles(r));
    ck_assert_uint_gt(headrace_latency_cycles(r), 0);
    ck_assert_uint_ge(headrace_latency_back_to_back_cycles(r),
                      headrace_latency_cycles(r));
    ck_assert_ptr_nonnull(headrace_limiting_process(r));
    headrace_run_free(r);
    headrace_close(m);
}
END_TEST

START_TEST(test_networks_of_other_tools)
{
    struct headrace_model *m =
        headrace_open(HEADRACE_SOURCE_DIR "/models/digits_onnx/eight.onnx", why,
                      sizeof why);
    ck_assert_msg(m != NULL, "%s", why);
    struct headrace_run *r = simulate(m, (struct headrace_options){ 0 });
    ck_assert_uint_gt(headrace_interval_cycles(r), 0);
    headrace_run_free(r);
    headrace_close(m);
}
END_TEST

/* Shallow FIFOs cannot make a design faster, and the depths asked for are
 * those of the run. */
START_TEST(test_depths)
{
    struct headrace_model *m = open_digits();
    struct headrace_run *deep =
        simulate(m, (struct headrace_options){ .fifo_depth = 64 });
    const struct headrace_fifo_depth one = { "pool1.out", 7 };
    struct headrace_run *shallow =
        simulate(m, (struct headrace_options){
                        .fifo_depth = 1, .fifo_count = 1, .fifos = &one });
    ck_assert_uint_ge(headrace_interval_cycles(shallow),
                      headrace_interval_cycles(deep));
    ck_assert_uint_eq(headrace_fifo_count(shallow), headrace_fifo_count(deep));
    struct headrace_fifo f = { 0 };
    for (size_t i = 0; i < headrace_fifo_count(shallow); i++) {
        f = headrace_fifo(shallow, i);
        bool named = strcmp(f.stream, one.stream) == 0;
        ck_assert_uint_eq(f.depth, named ? 7 : 1);
        ck_assert_uint_ge(f.peak, 1);
        ck_assert_uint_le(f.peak, f.depth);
        ck_assert_uint_gt(f.width_bits, 0);
    }
    ck_assert_ptr_nonnull(find_fifo(shallow, one.stream, &f));
    headrace_run_free(deep);
    headrace_run_free(shallow);
    headrace_close(m);
}
END_TEST

START_TEST(test_one_frame)
{
    struct headrace_model *m = open_digits();
    struct headrace_run *r =
        simulate(m, (struct headrace_options){ .frames = 1 });
    ck_assert_uint_eq(headrace_frames(r), 1);
    ck_assert_uint_eq(headrace_interval_cycles(r), 0);
    ck_assert(!headrace_interval_certified(r));
    ck_assert_uint_eq(headrace_latency_back_to_back_cycles(r),
                      headrace_latency_cycles(r));
    ck_assert_ptr_null(headrace_limiting_process(r));
    ck_assert_ptr_null(headrace_limiting_fifo(r));
    headrace_run_free(r);
    headrace_close(m);
}
END_TEST

START_TEST(test_frames)
{
    struct headrace_model *m = open_digits();
    struct headrace_run *r =
        simulate(m, (struct headrace_options){ .frames = 5 });
    ck_assert_uint_eq(headrace_frames(r), 5);
    headrace_run_free(r);
    headrace_close(m);
}
END_TEST

START_TEST(test_wrong_options)
{
    struct headrace_model *m = open_digits();
    const struct headrace_fifo_depth wrong[] = { { "pool1.uot", 3 },
                                                 { "pool2.out", 0 } };
    const struct headrace_options options = { .fifo_count = 2, .fifos = wrong };
    ck_assert_ptr_null(headrace_simulate(m, &options, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "options: error[fifo]: "));
    ck_assert_ptr_nonnull(strstr(why, "'pool1.uot'"));
    ck_assert_ptr_nonnull(strstr(why, "'pool2.out'"));
    headrace_close(m);
}
END_TEST

START_TEST(test_no_model)
{
    ck_assert_ptr_null(headrace_open("/nowhere/at/all", why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "error[file-open]: "));
    size_t length = strlen(why);
    ck_assert_int_eq(why[length - 1], '\n');

    /* A line that does not fit whole is left out; one that just fits is
     * there. */
    memset(why, 'x', sizeof why);
    ck_assert_ptr_null(headrace_open("/nowhere/at/all", why, length));
    ck_assert_str_eq(why, "");
    ck_assert_int_eq(why[1], 'x');
    ck_assert_ptr_null(headrace_open("/nowhere/at/all", why, length + 1));
    ck_assert_uint_eq(strlen(why), length);
    ck_assert_int_eq(why[length + 1], 'x');
    ck_assert_ptr_null(headrace_open("/nowhere/at/all", NULL, 0));
}
END_TEST

START_TEST(test_free_nothing)
{
    headrace_run_free(NULL);
    headrace_close(NULL);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("headrace");
    TCase *c = tcase_create("core");
    tcase_add_test(c, test_version);
    tcase_add_test(c, test_defaults);
    tcase_add_test(c, test_networks_of_other_tools);
    tcase_add_test(c, test_depths);
    tcase_add_test(c, test_one_frame);
    tcase_add_test(c, test_frames);
    tcase_add_test(c, test_wrong_options);
    tcase_add_test(c, test_no_model);
    tcase_add_test(c, test_free_nothing);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(suite());
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
