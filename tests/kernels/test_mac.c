#include "kernels/mac.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "tests/kernels/kernel_case.h"

#include <check.h>
#include <stdlib.h>

/* Two inputs and one output, calculated by hand for each way that sums are
 * formed.  Weights and inputs are raw. */
static const struct {
    const char *in_format, *weight_format, *bias_format, *accumulator, *out;
    int32_t in[2], weights[2], bias;
    bool relu;
    int32_t expected;
} cases[] = {
    /* Sum modulo 2^32. 3 * 5 - 7 * 2 + 1 */
    { "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      "fixed<16,16>",
      "fixed<8,8>",
      { 3, 7 },
      { 5, -2 },
      1,
      false,
      2 },
    /* The accumulator wraps: 100 * 100 = 10000 = 16 modulo 256. */
    { "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      { 100, 0 },
      { 100, 0 },
      0,
      false,
      16 },
    /* 15 * 10 = 150 is -106 in 8 bits: the ReLU sees that. */
    { "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      { 15, 0 },
      { 10, 0 },
      0,
      true,
      0 },
    { "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      { 15, 0 },
      { 10, 0 },
      0,
      false,
      -106 },
    /* Modulo 2^64: (2^31 - 1)^2 + (2^31 - 1)^2 = 2^63 - 2^33 + 2, of which 40
     * bits are kept, and the output saturates at -2^33 + 2. */
    { "fixed<32,32>",
      "fixed<32,32>",
      "fixed<8,8>",
      "fixed<40,40>",
      "fixed<32,32,TRN,SAT>",
      { INT32_MAX, INT32_MAX },
      { INT32_MAX, INT32_MAX },
      0,
      false,
      INT32_MIN },
    /* Unsigned values use all 32 bits: (2^32 - 1) * 1 / 2^32. */
    { "ufixed<32,0>",
      "fixed<8,8>",
      "fixed<8,8>",
      "fixed<60,20>",
      "fixed<32,2>",
      { -1, 0 },
      { 1, 0 },
      0,
      false,
      (1 << 30) - 1 },
    { "fixed<8,8>",
      "ufixed<32,0>",
      "fixed<8,8>",
      "fixed<60,20>",
      "fixed<32,2>",
      { 1, 0 },
      { -1, 0 },
      0,
      false,
      (1 << 30) - 1 },
    { "ufixed<32,32>",
      "fixed<8,8>",
      "ufixed<32,32>",
      "fixed<60,60>",
      "ufixed<32,32>",
      { 0, 0 },
      { 1, 0 },
      -1,
      false,
      -1 },
    /* The bias has the finer fraction: 1 * 1 + 3/4 in quarters. */
    { "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,6>",
      "fixed<16,14>",
      "fixed<8,6>",
      { 1, 0 },
      { 1, 0 },
      3,
      false,
      7 },
    /* More fraction than bits: nothing of an integer is left. */
    { "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      "fixed<4,-62>",
      "fixed<4,-62>",
      { 1, 0 },
      { 1, 0 },
      0,
      false,
      0 },
    /* Each product is rounded by itself, in halves: 1/4 + 1/4 becomes 0 + 0
     * (TRN) or 1 + 1 (RND), -1/4 - 1/4 becomes -1 - 1 (TRN). */
    { "fixed<8,7>",
      "fixed<8,7>",
      "fixed<8,8>",
      "fixed<16,15>",
      "fixed<8,7>",
      { 1, 1 },
      { 1, 1 },
      0,
      false,
      0 },
    { "fixed<8,7>",
      "fixed<8,7>",
      "fixed<8,8>",
      "fixed<16,15,RND>",
      "fixed<8,7>",
      { 1, 1 },
      { 1, 1 },
      0,
      false,
      2 },
    { "fixed<8,7>",
      "fixed<8,7>",
      "fixed<8,8>",
      "fixed<16,15>",
      "fixed<8,7>",
      { 1, 1 },
      { -1, -1 },
      0,
      false,
      -2 },
    /* So is the bias: 3/4 becomes 1/2. */
    { "fixed<8,7>",
      "fixed<8,8>",
      "fixed<8,6>",
      "fixed<16,15>",
      "fixed<8,7>",
      { 0, 0 },
      { 0, 0 },
      3,
      false,
      1 },
    /* Then the output rounds and saturates: 5/2 and 255. */
    { "fixed<8,7>",
      "fixed<8,8>",
      "fixed<8,8>",
      "fixed<16,15>",
      "fixed<8,8,RND_CONV>",
      { 5, 0 },
      { 1, 0 },
      0,
      false,
      2 },
    { "fixed<8,8>",
      "fixed<8,8>",
      "fixed<8,8>",
      "fixed<16,16>",
      "ufixed<8,8,TRN,SAT>",
      { 100, 100 },
      { 2, 1 },
      0,
      false,
      255 },
};

static struct process *new_process(struct arena *a, int i)
{
    struct kernel_case c = {
        .type = LAYER_DENSE,
        .in = { 1, 1, 2 },
        .units = 1,
        .relu = cases[i].relu,
        .in_format = make_format(cases[i].in_format),
        .weight = make_format(cases[i].weight_format),
        .bias = make_format(cases[i].bias_format),
        .accumulator = make_format(cases[i].accumulator),
        .out_format = make_format(cases[i].out),
        .weights = cases[i].weights,
        .biases = &cases[i].bias,
    };
    return kernel_case_process(a, &c);
}

START_TEST(test_by_hand)
{
    struct arena *a = arena_new();
    const struct process *p = new_process(a, _i);
    const struct mac_window w = { .rows = 1, .values = 2 };
    int32_t out = 12345;
    mac_compute(p, &w, cases[_i].in, &out);
    ck_assert_int_eq(out, cases[_i].expected);
    arena_free(a);
}
END_TEST

/* Rows of a window lie apart; outputs are more than go side by side. */
START_TEST(test_window)
{
    enum { UNITS = 37, TERMS = 6 };
    struct arena *a = arena_new();
    int32_t weights[TERMS * UNITS];
    for (int i = 0; i < TERMS * UNITS; i++)
        weights[i] = i % 11 - 5;
    struct kernel_case c = {
        .type = LAYER_DENSE,
        .in = { 1, 1, TERMS },
        .units = UNITS,
        .weight = make_format("fixed<8,8>"),
        .accumulator = make_format("fixed<16,8>"),
        .out_format = make_format("fixed<16,8>"),
        .weights = weights,
    };
    const struct process *p = kernel_case_process(a, &c);
    /* Three rows of two values, five values apart. */
    const int32_t in[12] = { 1, 2, -9, -9, -9, 3, 4, -9, -9, -9, 5, 6 };
    const int32_t used[TERMS] = { 1, 2, 3, 4, 5, 6 };
    const struct mac_window w = { .rows = 3, .values = 2, .stride = 5 };
    int32_t out[UNITS];
    mac_compute(p, &w, in, out);
    for (int j = 0; j < UNITS; j++) {
        int32_t sum = 0;
        for (int i = 0; i < TERMS; i++)
            sum += used[i] * weights[i * UNITS + j];
        ck_assert_int_eq(out[j], sum);
    }
    arena_free(a);
}
END_TEST

/* Raw weights stand for the numbers that their format says. */
static const struct {
    const char *weight_format, *bias_format;
    int32_t weight, bias;
    double expected; /* for input 3 */
} floats[] = {
    { "fixed<8,6>", "fixed<8,7>", 5, -3, 3 * 1.25 - 1.5 },
    { "ufixed<32,31>", "ufixed<32,32>", -1, -1,
      3 * 2147483647.5 + 4294967295.0 },
    { "fixed<32,31>", "fixed<32,32>", -1, -1, 3 * -0.5 - 1 },
    { "binary", "fixed<8,9>", -1, 1, -3 + 2 },
    { "ternary", "fixed<8,-2>", 1, 1, 3 + 0.0009765625 },
};

START_TEST(test_float)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_DENSE,
        .in = { 1, 1, 1 },
        .units = 1,
        .weight = make_format(floats[_i].weight_format),
        .bias = make_format(floats[_i].bias_format),
        .weights = &floats[_i].weight,
        .biases = &floats[_i].bias,
    };
    const struct mac_window w = { .rows = 1, .values = 1 };
    const double in = 3;
    double out;
    mac_compute_float(kernel_case_process(a, &c), &w, &in, &out);
    ck_assert_double_eq(out, floats[_i].expected);
    c.relu = true;
    mac_compute_float(kernel_case_process(a, &c), &w, &in, &out);
    ck_assert_double_eq(out, floats[_i].expected < 0 ? 0 : floats[_i].expected);
    arena_free(a);
}
END_TEST

/* The sum 9/4 - bias, cut to 0 .. limit and converted to eighths (TRN). */
static const struct {
    int32_t bias; /* in quarters */
    bool relu;
    uint32_t relu_max;
    int32_t expected;
} limits[] = {
    { 0, true, 0, 18 },    { 0, true, 3, 18 },       { 0, true, 2, 16 },
    { 0, true, 1, 8 },     { -8, true, 6, 2 },       { -10, true, 6, 0 },
    { 1000, true, 6, 48 }, { 15, true, 6, 48 },      { 14, true, 6, 46 },
    { -10, false, 0, -2 }, { 15, false, 6, 48 },     { 16, false, 6, 50 },
    { -1000, true, 6, 0 }, { 1000, false, 0, 2018 },
};

START_TEST(test_limit)
{
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const int32_t weights[] = { 3 };
        struct kernel_case c = {
            .type = LAYER_DENSE,
            .in = { 1, 1, 1 },
            .units = 1,
            .relu = limits[i].relu,
            .relu_max = limits[i].relu_max,
            .in_format = make_format("fixed<8,7>"),
            .weight = make_format("fixed<8,7>"),
            .bias = make_format("fixed<16,14>"),
            .accumulator = make_format("fixed<20,17>"),
            .out_format = make_format("fixed<20,17>"),
            .weights = weights,
            .biases = &limits[i].bias,
        };
        const struct process *p = kernel_case_process(a, &c);
        ck_assert(mac_check(p, diag_new(a)));
        const struct mac_window w = { .rows = 1, .values = 1 };
        const int32_t in = 3;
        int32_t out, each;
        mac_compute(p, &w, &in, &out);
        mac_compute_each(p, &w, &in, &each);
        ck_assert_msg(out == limits[i].expected, "case %zu: %d", i, out);
        ck_assert_int_eq(each, out);
        const double in_float = 1.5;
        double out_float, each_float;
        mac_compute_float(p, &w, &in_float, &out_float);
        mac_compute_each_float(p, &w, &in_float, &each_float);
        ck_assert_double_eq(out_float, limits[i].expected / 8.0);
        ck_assert_double_eq(each_float, out_float);
    }
    arena_free(a);
}
END_TEST

/* An accumulator in steps of 4 has no 6. */
START_TEST(test_limit_beyond)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct kernel_case c = {
        .type = LAYER_DENSE,
        .in = { 1, 1, 1 },
        .units = 1,
        .relu = true,
        .accumulator = make_format("fixed<8,10>"),
        .relu_max = 8,
    };
    struct process *p = kernel_case_process(a, &c);
    ck_assert(mac_check(p, d));
    p->relu_max = 6;
    ck_assert(!mac_check(p, d));
    check_one_error(d, DIAG_FORMAT,
                    "the limit 6 of the ReLU in 'it' is no value of its "
                    "accumulator fixed<8,10>",
                    "give it an accumulator_format with no more integer bits "
                    "than bits, or make the ReLU a layer of its own");
    /* Above all of its values it cuts nothing. */
    p->relu_max = 509;
    ck_assert(mac_check(p, d));
    p->relu_max = 6;
    p->relu = false;
    ck_assert(mac_check(p, d));
    arena_free(a);
}
END_TEST

START_TEST(test_weights_that_can_be_counted)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .units = 1 << 20 };
    ck_assert(mac_check_weights(&l, 1 << 11, d));
    ck_assert_uint_eq(diag_count(d), 0);
    ck_assert(!mac_check_weights(&l, (1 << 11) + 1, d));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_SHAPE_OVERFLOW);
    ck_assert_str_eq(diag_at(d, 0)->text,
                     "'it' would have 1048576 x 2049 weights, more than 2^31");
    arena_free(a);
}
END_TEST

static Suite *mac_suite(void)
{
    Suite *s = suite_create("mac");
    TCase *t = tcase_create("mac");
    tcase_add_loop_test(t, test_by_hand, 0, sizeof cases / sizeof cases[0]);
    tcase_add_test(t, test_window);
    tcase_add_loop_test(t, test_float, 0, sizeof floats / sizeof floats[0]);
    tcase_add_test(t, test_limit);
    tcase_add_test(t, test_limit_beyond);
    tcase_add_test(t, test_weights_that_can_be_counted);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(mac_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
