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

static struct window make_pads(uint32_t top, uint32_t bottom, uint32_t left,
                               uint32_t right)
{
    return (struct window){
        .pad_top = top,
        .pad_bottom = bottom,
        .pad_left = left,
        .pad_right = right,
    };
}

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .window = make_pads(1, 2, 3, 4) };
    struct shape out;
    ck_assert(kernel_zeropad2d.shape(&l, &(struct shape){ 5, 6, 7 }, &out, d));
    ck_assert_uint_eq(out.h, 8);
    ck_assert_uint_eq(out.w, 13);
    ck_assert_uint_eq(out.c, 7);
    arena_free(a);
}
END_TEST

START_TEST(test_shape_overflow)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .window = make_pads(UINT32_MAX, 2, 0, 0) };
    struct shape out;
    ck_assert(!kernel_zeropad2d.shape(&l, &(struct shape){ 5, 6, 7 }, &out, d));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_SHAPE_OVERFLOW);
    ck_assert_str_eq(diag_at(d, 0)->text,
                     "a tensor of 'it' would be 4294967302x6x7: at most "
                     "1048576 each and 2^31 values");
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
    /* One pixel of border all round; the next frame's border follows at
     * once. */
    { { 1, 2, 1 },
      1,
      { .pad_top = 1, .pad_bottom = 1, .pad_left = 1, .pad_right = 1 },
      2,
      "reads 5 6 17 18 | writes 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "
      "19 20 21 22 23 24" },
    /* Two tokens a pixel, border on the left and below. */
    { { 1, 1, 2 },
      1,
      { .pad_bottom = 1, .pad_left = 1 },
      1,
      "reads 2 3 | writes 1 2 3 4 5 6 7 8" },
    /* No border at all. */
    { { 2, 1, 2 }, 2, { .pad_top = 0 }, 2, "reads 0 1 2 3 | writes 1 2 3 4" },
};

START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_ZEROPAD2D,
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

/* The border in front is written before any input is there. */
START_TEST(test_late_input)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_ZEROPAD2D,
        .in = { 1, 1, 1 },
        .window = make_pads(0, 0, 2, 1),
    };
    const struct process *p = kernel_case_process(a, &c);
    const uint64_t late[] = { 10, 11 };
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 2, late)),
                     "reads 10 14 | writes 1 2 11 12 13 14 15 16");
    arena_free(a);
}
END_TEST

static struct kernel_case random_case(struct rng *r)
{
    struct kernel_case c = {
        .type = LAYER_ZEROPAD2D,
        .in = { random_between(r, 1, 5), random_between(r, 1, 5),
                random_between(r, 1, 6) },
        .window = make_pads(random_between(r, 0, 3), random_between(r, 0, 3),
                            random_between(r, 0, 3), random_between(r, 0, 3)),
    };
    c.in_lanes = random_divisor(r, c.in.c);
    c.out_lanes = c.in_lanes;
    c.in_format = random_format(r, 32, false);
    c.out_format = c.in_format;
    if (rng_below(r, 2) != 0) /* in front of a maxpool2d */
        c.pad_value = (int32_t)format_min(c.in_format);
    return c;
}

/* Index of the input that output position (y, x) shows; -1: border. */
static int64_t source(const struct kernel_case *c, uint64_t y, uint64_t x,
                      uint64_t value)
{
    int64_t row = (int64_t)y - c->window.pad_top;
    int64_t column = (int64_t)x - c->window.pad_left;
    if (row < 0 || row >= c->in.h || column < 0 || column >= c->in.w)
        return -1;
    return (row * c->in.w + column) * c->in.c + (int64_t)value;
}

START_TEST(test_random)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = random_case(&r);
        const struct process *p = kernel_case_process(a, &c);
        struct shape shape = p->outputs[0]->shape;
        uint64_t in_count = shape_count(c.in);
        const int32_t *in = random_values(&r, a, c.in_format, in_count);
        double *in_float = arena_new_array(a, double, in_count);
        for (uint64_t i = 0; i < in_count; i++)
            in_float[i] = 0.5 + in[i];
        int32_t *out = arena_new_array(a, int32_t, shape_count(shape));
        double *out_float = arena_new_array(a, double, shape_count(shape));
        p->kernel->compute(p, &in, &out);
        p->kernel->compute_float(p, (const double *const *)&in_float,
                                 &out_float);
        /* One step a tick; those inside read. */
        struct ticks *expected = ticks_new(a, p->inputs[0]->tokens_per_frame,
                                           p->outputs[0]->tokens_per_frame);
        for (uint64_t i = 0; i < shape_count(shape); i++) {
            uint64_t pixel = i / shape.c;
            int64_t from =
                source(&c, pixel / shape.w, pixel % shape.w, i % shape.c);
            double pad = (double)naive_value(c.pad_value, c.in_format);
            ck_assert_msg(out[i] == (from < 0 ? c.pad_value : in[from]) &&
                              out_float[i] == (from < 0 ? pad : in_float[from]),
                          "seed %llu: output %llu", (unsigned long long)seed,
                          (unsigned long long)i);
            if (i % c.in_lanes != 0)
                continue;
            if (from >= 0)
                ticks_add_read(expected, i / c.in_lanes);
            ticks_add_write(expected, i / c.in_lanes + 1);
        }
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        ticks_check_equal(ticks_of(a, p, 1, NULL), expected, what);
        arena_free(a);
    }
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_ZEROPAD2D,
                             .in = { 224, 224, 1000 },
                             .window = make_pads(1, 2, 3, 4),
                             .in_lanes = 1,
                             .out_lanes = 1 };
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}
END_TEST

static Suite *zeropad2d_suite(void)
{
    Suite *s = suite_create("zeropad2d");
    TCase *t = tcase_create("zeropad2d");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_shape);
    tcase_add_test(t, test_shape_overflow);
    tcase_add_loop_test(t, test_table, 0, sizeof tables / sizeof tables[0]);
    tcase_add_test(t, test_late_input);
    tcase_add_test(t, test_random);
    tcase_add_test(t, test_compact);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(zeropad2d_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
