#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/kernels/conv_case.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/mac_case.h"

#include <check.h>
#include <stdlib.h>

/* --- shapes ------------------------------------------------------------- */

static const struct {
    struct shape in;
    struct window window;
    uint32_t units;
    struct shape out;
} shapes[] = {
    { { 28, 28, 1 }, { 5, 5, 1, 1, 0, 0, 0, 0 }, 6, { 24, 24, 6 } },
    { { 5, 4, 3 }, { 2, 2, 3, 2, 0, 0, 0, 0 }, 1, { 2, 2, 1 } },
    { { 3, 3, 2 }, { 3, 3, 7, 9, 0, 0, 0, 0 }, 4, { 1, 1, 4 } },
    /* The pads are in the input already. */
    { { 6, 6, 2 }, { 3, 3, 1, 1, 1, 1, 1, 1 }, 4, { 4, 4, 4 } },
};

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it",
                       .window = shapes[_i].window,
                       .units = shapes[_i].units };
    struct shape out;
    ck_assert(kernel_conv2d.shape(&l, &shapes[_i].in, &out, d));
    ck_assert_uint_eq(out.h, shapes[_i].out.h);
    ck_assert_uint_eq(out.w, shapes[_i].out.w);
    ck_assert_uint_eq(out.c, shapes[_i].out.c);
    arena_free(a);
}
END_TEST

static const struct {
    struct shape in;
    struct window window;
    uint32_t units;
    enum diag_code code;
    const char *text;
} bad_shapes[] = {
    { { 4, 4, 1 },
      { 5, 4, 1, 1, 0, 0, 0, 0 },
      6,
      DIAG_SHAPE,
      "kernel 5x4 of 'it' does not fit into its input of 4x4" },
    { { 4, 4, 1 },
      { 4, 5, 1, 1, 0, 0, 0, 0 },
      6,
      DIAG_SHAPE,
      "kernel 4x5 of 'it' does not fit into its input of 4x4" },
    { { 4, 4, 1 },
      { 0, 1, 1, 1, 0, 0, 0, 0 },
      6,
      DIAG_SHAPE,
      "kernel 0x1 of 'it' does not fit into its input of 4x4" },
    { { 4, 4, 1 },
      { 2, 2, 1, 0, 0, 0, 0, 0 },
      6,
      DIAG_SHAPE,
      "stride 1x0 of 'it' is not at least 1x1" },
    { { 4, 4, 1 },
      { 2, 2, 1, 1, 0, 0, 0, 0 },
      0,
      DIAG_SHAPE,
      "'it' has no filters" },
    { { 4096, 4096, 1 },
      { 1, 1, 1, 1, 0, 0, 0, 0 },
      129,
      DIAG_SHAPE_OVERFLOW,
      "a tensor of 'it' would be 4096x4096x129: at most 1048576 each and 2^31 "
      "values" },
    { { 1, 1, 65536 },
      { 1, 1, 1, 1, 0, 0, 0, 0 },
      32769,
      DIAG_SHAPE_OVERFLOW,
      "'it' would have 32769 x 65536 weights, more than 2^31" },
};

START_TEST(test_bad_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it",
                       .place = { "net.json", 3, 7 },
                       .window = bad_shapes[_i].window,
                       .units = bad_shapes[_i].units };
    struct shape out;
    ck_assert(!kernel_conv2d.shape(&l, &bad_shapes[_i].in, &out, d));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, bad_shapes[_i].code);
    ck_assert_str_eq(diag_at(d, 0)->text, bad_shapes[_i].text);
    ck_assert_uint_eq(diag_at(d, 0)->place.line, 3);
    arena_free(a);
}
END_TEST

/* --- schedules ---------------------------------------------------------- */

/* Drawn by hand from docs/hardware.md. */
static const struct conv_table tables[] = {
    /* n = 1, RF 1, L = 6: every pixel takes a tick. */
    { { 3, 3, 1 },
      { 2, 2, 1, 1, 0, 0, 0, 0 },
      1,
      1,
      1,
      1,
      4,
      1,
      "reads 0 1 2 3 4 5 6 7 8 | writes 11 12 14 15" },
    /* SIMD 2: SF = RF = 2, L = 5; pixels that complete a window hold it for
     * two ticks, the others for one.  Two frames, no break between them. */
    { { 3, 3, 1 },
      { 2, 2, 1, 1, 0, 0, 0, 0 },
      1,
      1,
      1,
      1,
      2,
      2,
      "reads 0 1 2 3 4 6 8 9 11 13 14 15 16 17 19 21 22 24 | "
      "writes 11 13 16 18 24 26 29 31" },
    /* Stride 2; NF = 2 groups of PE 1 make one token of 2 lanes: L = 4. */
    { { 1, 5, 1 },
      { 1, 1, 1, 2, 0, 0, 0, 0 },
      2,
      1,
      2,
      1,
      1,
      1,
      "reads 0 2 3 5 6 | writes 6 9 12" },
    /* Strides that leave rows and columns over. */
    { { 5, 4, 1 },
      { 2, 2, 3, 2, 0, 0, 0, 0 },
      1,
      1,
      1,
      1,
      4,
      1,
      "reads 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 | "
      "writes 12 14 24 26" },
    /* n = 2: the first token of a pixel is staged while the window is busy.
     * SF = 2, NF = 2, RF = 4, L = 5, both groups in a token. */
    { { 1, 3, 2 },
      { 1, 2, 1, 1, 0, 0, 0, 0 },
      4,
      1,
      4,
      2,
      2,
      2,
      "reads 0 1 2 3 4 7 8 11 12 13 14 17 | writes 12 16 22 26" },
    /* The same, a token for each group. */
    { { 1, 3, 2 },
      { 1, 2, 1, 1, 0, 0, 0, 0 },
      4,
      1,
      2,
      2,
      2,
      1,
      "reads 0 1 2 3 4 7 | writes 10 12 14 16" },
    /* Groups split into q = 2 = SF tokens: no break between groups, L = 4. */
    { { 1, 3, 1 },
      { 1, 2, 1, 1, 0, 0, 0, 0 },
      4,
      1,
      1,
      2,
      1,
      1,
      "reads 0 1 5 | writes 7 8 9 10 11 12 13 14" },
    /* q = 2 below SF = 3: a break of one tick between groups. */
    { { 1, 4, 1 },
      { 1, 3, 1, 1, 0, 0, 0, 0 },
      4,
      1,
      1,
      2,
      1,
      2,
      "reads 0 1 2 8 14 15 16 22 | "
      "writes 9 10 12 13 15 16 18 19 23 24 26 27 29 30 32 33" },
    /* One group, split. */
    { { 1, 4, 1 },
      { 1, 3, 1, 1, 0, 0, 0, 0 },
      2,
      1,
      1,
      2,
      1,
      1,
      "reads 0 1 2 5 | writes 9 10 12 13" },
};

START_TEST(test_table)
{
    conv_case_check_table(LAYER_CONV2D, &tables[_i]);
}
END_TEST

START_TEST(test_random_schedules)
{
    conv_case_check_schedules(LAYER_CONV2D);
}
END_TEST

START_TEST(test_compact)
{
    conv_case_check_compact(LAYER_CONV2D);
}
END_TEST

/* --- arithmetic --------------------------------------------------------- */

static struct kernel_case random_case(struct rng *r)
{
    return conv_case_random(r, LAYER_CONV2D);
}

START_TEST(test_random_arithmetic)
{
    mac_case_check_fixed(random_case);
}
END_TEST

START_TEST(test_float)
{
    mac_case_check_float(random_case);
}
END_TEST

/* Float weights and biases are used where the model gave them. */
START_TEST(test_float_weights)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_CONV2D,
        .in = { 1, 1, 2 },
        .window = make_window(1, 1, 1, 1),
        .units = 1,
        .weights = (const int32_t[]){ 1, 2 },
        .biases = (const int32_t[]){ 3 },
    };
    struct process *p = kernel_case_process(a, &c);
    p->weight_floats = (const double[]){ 0.3, -0.7 };
    p->bias_floats = (const double[]){ 0.01 };
    const double *in = (const double[]){ 2, 5 };
    double out = 0;
    double *outs = &out;
    p->kernel->compute_float(p, &in, &outs);
    ck_assert_double_eq_tol(out, 0.01 + 2 * 0.3 - 5 * 0.7, 1e-12);
    arena_free(a);
}
END_TEST

static Suite *conv2d_suite(void)
{
    Suite *s = suite_create("conv2d");
    TCase *t = tcase_create("conv2d");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, test_shape, 0, sizeof shapes / sizeof shapes[0]);
    tcase_add_loop_test(t, test_bad_shape, 0,
                        sizeof bad_shapes / sizeof bad_shapes[0]);
    tcase_add_loop_test(t, test_table, 0, sizeof tables / sizeof tables[0]);
    tcase_add_test(t, test_random_schedules);
    tcase_add_test(t, test_compact);
    tcase_add_test(t, test_random_arithmetic);
    tcase_add_test(t, test_float);
    tcase_add_test(t, test_float_weights);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(conv2d_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
