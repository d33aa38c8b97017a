#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/naive_fixed.h"
#include "tests/kernels/ticks.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

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
    { { 2, 2, 1, 1, 0, 0, 0, 1 },
      "'it' is a maxpool2d, which cannot be padded" },
};

START_TEST(test_bad_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .window = bad_shapes[_i].window };
    struct shape out;
    ck_assert(!kernel_maxpool2d.shape(&l, &(struct shape){ 4, 4, 1 }, &out, d));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_SHAPE);
    ck_assert_str_eq(diag_at(d, 0)->text, bad_shapes[_i].text);
    arena_free(a);
}
END_TEST

/* Drawn by hand from docs/hardware.md. */
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
      "reads 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 "
      "24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 "
      "| writes 12 13 16 17 36 37 40 41" },
    /* A column is dropped between windows and one behind them. */
    { { 3, 5, 1 },
      1,
      { 2, 1, 1, 3, 0, 0, 0, 0 },
      1,
      "reads 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 | writes 7 10 12 15" },
};

START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_MAXPOOL2D,
        .in = tables[_i].in,
        .window = tables[_i].window,
        .in_lanes = tables[_i].lanes,
        .out_lanes = tables[_i].lanes,
    };
    const struct process *p = kernel_case_process(a, &c);
    struct ticks *t = ticks_of(a, p, tables[_i].frames, NULL);
    ck_assert_str_eq(ticks_text(a, t), tables[_i].ticks);
    arena_free(a);
}
END_TEST

static struct kernel_case random_case(struct rng *r)
{
    struct kernel_case c = {
        .type = LAYER_MAXPOOL2D,
        .in = { random_between(r, 1, 9), random_between(r, 1, 9),
                random_between(r, 1, 6) },
    };
    c.window =
        make_window(random_between(r, 1, c.in.h), random_between(r, 1, c.in.w),
                    random_between(r, 1, 4), random_between(r, 1, 4));
    c.in_lanes = random_divisor(r, c.in.c);
    c.out_lanes = c.in_lanes;
    c.in_format = random_format(r, 32, false);
    c.out_format = c.in_format;
    return c;
}

/* A window at stride position has its last pixel at (row, column). */
static bool completes(const struct window *w, uint64_t row, uint64_t column)
{
    return row >= w->kernel_h - 1 && column >= w->kernel_w - 1 &&
           (row - w->kernel_h + 1) % w->stride_h == 0 &&
           (column - w->kernel_w + 1) % w->stride_w == 0;
}

START_TEST(test_random_schedules)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = random_case(&r);
        const struct process *p = kernel_case_process(a, &c);
        uint64_t tokens = p->inputs[0]->tokens_per_frame;
        uint64_t *available = ticks_random_arrivals(a, &r, 2 * tokens);
        struct ticks *expected =
            ticks_new(a, 2 * tokens, 2 * p->outputs[0]->tokens_per_frame);
        for (uint64_t k = 0; k < 2 * tokens; k++) {
            uint64_t pixel = k % tokens / (c.in.c / c.in_lanes);
            /* Each token comes later than the one before. */
            ticks_add_read(expected, available[k]);
            if (completes(&c.window, pixel / c.in.w, pixel % c.in.w))
                ticks_add_write(expected, available[k] + 2);
        }
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        ticks_check_equal(ticks_of(a, p, 2, available), expected, what);
        arena_free(a);
    }
}
END_TEST

static long double naive_output(const struct process *p, const int32_t *in,
                                uint32_t oy, uint32_t ox, uint32_t channel)
{
    struct shape shape = p->inputs[0]->shape;
    long double best = -1e30L;
    for (uint32_t y = 0; y < shape.h; y++) {
        for (uint32_t x = 0; x < shape.w; x++) {
            bool inside = y >= oy * p->window.stride_h &&
                          y < oy * p->window.stride_h + p->window.kernel_h &&
                          x >= ox * p->window.stride_w &&
                          x < ox * p->window.stride_w + p->window.kernel_w;
            size_t i = ((size_t)y * shape.w + x) * shape.c + channel;
            long double v = naive_value(in[i], p->inputs[0]->format);
            if (inside && v > best)
                best = v;
        }
    }
    return best;
}

START_TEST(test_random_arithmetic)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = random_case(&r);
        const struct process *p = kernel_case_process(a, &c);
        uint64_t in_count = shape_count(c.in);
        struct shape shape = p->outputs[0]->shape;
        const int32_t *in = random_values(&r, a, c.in_format, in_count);
        double *in_float = arena_new_array(a, double, in_count);
        for (uint64_t i = 0; i < in_count; i++)
            in_float[i] = (double)naive_value(in[i], c.in_format);
        int32_t *out = arena_new_array(a, int32_t, shape_count(shape));
        double *out_float = arena_new_array(a, double, shape_count(shape));
        p->kernel->compute(p, &in, &out);
        p->kernel->compute_float(p, (const double *const *)&in_float,
                                 &out_float);
        size_t i = 0;
        for (uint32_t y = 0; y < shape.h; y++) {
            for (uint32_t x = 0; x < shape.w; x++) {
                for (uint32_t k = 0; k < shape.c; k++, i++) {
                    long double v = naive_output(p, in, y, x, k);
                    ck_assert_msg(naive_value(out[i], c.in_format) == v &&
                                      out_float[i] == (double)v,
                                  "seed %llu: output (%u, %u, %u)",
                                  (unsigned long long)seed, y, x, k);
                }
            }
        }
        arena_free(a);
    }
}
END_TEST

static Suite *maxpool2d_suite(void)
{
    Suite *s = suite_create("maxpool2d");
    TCase *t = tcase_create("maxpool2d");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_shape);
    tcase_add_loop_test(t, test_bad_shape, 0,
                        sizeof bad_shapes / sizeof bad_shapes[0]);
    tcase_add_loop_test(t, test_table, 0, sizeof tables / sizeof tables[0]);
    tcase_add_test(t, test_random_schedules);
    tcase_add_test(t, test_random_arithmetic);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(maxpool2d_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
