#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/conv_case.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/mac_case.h"

/* --- shapes --------------------------------------------------------------- */

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it",
                       .window = make_window(3, 2, 2, 1),
                       .units = 5 };
    struct shape in = { 9, 7, 5 }, out;
    ck_assert(kernel_depthwise_conv2d.shape(&l, &in, &out, d));
    ck_assert_uint_eq(out.h, 4);
    ck_assert_uint_eq(out.w, 6);
    ck_assert_uint_eq(out.c, 5);
    arena_free(a);
}
END_TEST

static const struct {
    struct shape in;
    uint32_t kernel_h, kernel_w, units;
    enum diag_code code;
    const char *text;
} bad_shapes[] = {
    { { 4, 4, 3 },
      3,
      3,
      4,
      DIAG_SHAPE,
      "'it' has weights for 4 channels, its input has 3" },
    { { 4, 4, 3 },
      5,
      3,
      3,
      DIAG_SHAPE,
      "kernel 5x3 of 'it' does not fit into its input of 4x4" },
    { { 64, 64, 1 << 19 },
      64,
      65,
      1 << 19,
      DIAG_SHAPE,
      "kernel 64x65 of 'it' does not fit into its input of 64x64" },
    { { 64, 80, 1 << 18 },
      64,
      65 * 2,
      1 << 18,
      DIAG_SHAPE,
      "kernel 64x130 of 'it' does not fit into its input of 64x80" },
    { { 128, 65, 1 << 18 },
      128,
      65,
      1 << 18,
      DIAG_SHAPE_OVERFLOW,
      "'it' would have 262144 x 8320 weights, more than 2^31" },
};

START_TEST(test_bad_shapes)
{
    for (size_t i = 0; i < sizeof bad_shapes / sizeof bad_shapes[0]; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct layer l = { .name = "it",
                           .window = make_window(bad_shapes[i].kernel_h,
                                                 bad_shapes[i].kernel_w, 1, 1),
                           .units = bad_shapes[i].units };
        struct shape out;
        ck_assert(
            !kernel_depthwise_conv2d.shape(&l, &bad_shapes[i].in, &out, d));
        check_one_error(d, bad_shapes[i].code, bad_shapes[i].text, NULL);
        arena_free(a);
    }
}
END_TEST

/* --- schedules ------------------------------------------------------------ */

/* Drawn by hand from docs/hardware.md. */
static const struct conv_table tables[] = {
    /* PE 2 of 2 channels, SIMD 4 of 4: RF 1, L = 4 + 2. */
    { { 3, 3, 2 },
      { 2, 2, 1, 1, 0, 0, 0, 0 },
      2,
      2,
      2,
      2,
      4,
      1,
      "reads 0 1 2 3 4 5 6 7 8 | writes 11 12 14 15" },
    /* NF 2, SF 2, RF 4, L = 4; both groups in one token. */
    { { 1, 3, 2 },
      { 1, 2, 1, 1, 0, 0, 0, 0 },
      2,
      2,
      2,
      1,
      1,
      2,
      "reads 0 1 5 9 10 14 | writes 9 13 18 22" },
    /* The same, a token for each group, and n = 2: the first token of a pixel
     * is staged meanwhile. */
    { { 1, 3, 2 },
      { 1, 2, 1, 1, 0, 0, 0, 0 },
      2,
      1,
      1,
      1,
      1,
      1,
      "reads 0 1 2 3 4 7 | writes 9 11 13 15" },
    /* A group of PE 2 split into q = 2 = SF tokens, one a tick. */
    { { 1, 3, 4 },
      { 1, 2, 1, 1, 0, 0, 0, 0 },
      4,
      4,
      1,
      2,
      1,
      1,
      "reads 0 1 5 | writes 7 8 9 10 11 12 13 14" },
    /* SF 3 and q = 2: a break of a tick behind each group. */
    { { 1, 3, 4 },
      { 1, 3, 1, 1, 0, 0, 0, 0 },
      4,
      4,
      1,
      2,
      1,
      1,
      "reads 0 1 2 | writes 9 10 12 13" },
};

START_TEST(test_tables)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        conv_case_check_table(LAYER_DEPTHWISE_CONV2D, &tables[i]);
}
END_TEST

START_TEST(test_random_schedules)
{
    conv_case_check_schedules(LAYER_DEPTHWISE_CONV2D);
}
END_TEST

START_TEST(test_compact)
{
    conv_case_check_compact(LAYER_DEPTHWISE_CONV2D);
}
END_TEST

/* --- arithmetic ----------------------------------------------------------- */

static struct kernel_case random_case(struct rng *r)
{
    return conv_case_random(r, LAYER_DEPTHWISE_CONV2D);
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

int main(void)
{
    const TTest *const tests[] = { test_shape,   test_bad_shapes,
                                   test_tables,  test_random_schedules,
                                   test_compact, test_random_arithmetic,
                                   test_float,   NULL };
    return check_main("depthwise_conv2d", tests);
}
