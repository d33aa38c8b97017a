#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/pool_case.h"
#include "tests/kernels/ticks.h"

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .window = make_window(2, 3, 2, 1) };
    struct shape out;
    ck_assert(kernel_maxpool2d.shape(&l, &(struct shape){ 7, 5, 9 }, &out, d));
    ck_assert_uint_eq(out.h, 3);
    ck_assert_uint_eq(out.w, 3);
    ck_assert_uint_eq(out.c, 9);
    /* The pads are in the input already. */
    l.window.pad_top = 1;
    ck_assert(kernel_maxpool2d.shape(&l, &(struct shape){ 7, 5, 9 }, &out, d));
    ck_assert_uint_eq(out.h, 3);
    arena_free(a);
}
END_TEST

static const struct {
    struct window window;
    const char *text;
} bad_shapes[] = {
    { { 5, 2, 1, 1, 0, 0, 0, 0 },
      "kernel 5x2 of 'it' does not fit into its input of 4x4" },
    { { 2, 2, 0, 1, 0, 0, 0, 0 }, "stride 0x1 of 'it' is not at least 1x1" },
};

START_TEST(test_bad_shape)
{
    for (size_t i = 0; i < sizeof bad_shapes / sizeof bad_shapes[0]; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct layer l = { .name = "it", .window = bad_shapes[i].window };
        struct shape out;
        ck_assert(
            !kernel_maxpool2d.shape(&l, &(struct shape){ 4, 4, 1 }, &out, d));
        check_one_error(d, DIAG_SHAPE, bad_shapes[i].text, NULL);
        arena_free(a);
    }
}
END_TEST

static const struct {
    struct shape in;
    uint32_t lanes;
    struct window window;
    uint32_t frames;
    const char *ticks;
} tables[] = {
    /* Windows that overlap. */
    { { 3, 3, 1 },
      1,
      { 2, 2, 1, 1, 0, 0, 0, 0 },
      1,
      "reads 0 1 2 3 4 5 6 7 8 | writes 6 7 9 10" },
    /* Two tokens a pixel; the last row is read and dropped; two frames. */
    { { 3, 4, 2 },
      1,
      { 2, 2, 2, 2, 0, 0, 0, 0 },
      2,
      "reads 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 "
      "25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 | "
      "writes 12 13 16 17 36 37 40 41" },
    /* A column is dropped between windows and one behind them. */
    { { 3, 5, 1 },
      1,
      { 2, 1, 1, 3, 0, 0, 0, 0 },
      1,
      "reads 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 | writes 7 10 12 15" },
};

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_table)
{
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct kernel_case c = {
            .type = LAYER_MAXPOOL2D,
            .in = tables[i].in,
            .window = tables[i].window,
            .in_lanes = tables[i].lanes,
            .out_lanes = tables[i].lanes,
        };
        const struct process *p = kernel_case_process(a, &c);
        struct ticks *t = ticks_of(a, p, tables[i].frames, NULL);
        ck_assert_str_eq(ticks_text(a, t), tables[i].ticks);
    }
    arena_free(a);
}
END_TEST

START_TEST(test_random_schedules)
{
    pool_case_check_schedules(LAYER_MAXPOOL2D, 2);
}
END_TEST

START_TEST(test_random_arithmetic)
{
    pool_case_check_largest(LAYER_MAXPOOL2D);
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_MAXPOOL2D,
                             .in = { 224, 224, 1000 },
                             .in_lanes = 1,
                             .out_lanes = 1,
                             .window = make_window(3, 3, 2, 2) };
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_shape,
                                   test_bad_shape,
                                   test_table,
                                   test_random_schedules,
                                   test_random_arithmetic,
                                   test_compact,
                                   NULL };
    return check_main("maxpool2d", tests);
}
