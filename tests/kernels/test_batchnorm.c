#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/naive_fixed.h"
#include "tests/kernels/ticks.h"

#include <stdio.h>

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .units = 9 };
    struct shape in = { 7, 5, 9 }, out;
    ck_assert(kernel_batchnorm.shape(&l, &in, &out, d));
    ck_assert_uint_eq(out.h, 7);
    ck_assert_uint_eq(out.w, 5);
    ck_assert_uint_eq(out.c, 9);
    ck_assert_ptr_null(kernel_batchnorm.fold);
    l.units = 3;
    ck_assert(!kernel_batchnorm.shape(&l, &in, &out, d));
    check_one_error(d, DIAG_SHAPE,
                    "'it' has scales for 3 channels, its input has 9", NULL);
    arena_free(a);
}
END_TEST

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_BATCHNORM,
                             .in = { 1, 2, 4 },
                             .in_lanes = 2,
                             .out_lanes = 2,
                             .units = 4 };
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 2, NULL)),
                     "reads 0 1 2 3 4 5 6 7 | writes 3 4 5 6 7 8 9 10");
    const uint64_t late[] = { 3, 4, 9, 10 };
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 1, late)),
                     "reads 3 4 9 10 | writes 6 7 12 13");
    arena_free(a);
}
END_TEST

/* Inputs, scales and offsets are raw. */
START_TEST(test_by_hand)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_BATCHNORM,
        .in = { 1, 2, 2 },
        .units = 2,
        .in_format = make_format("fixed<8,6>"),
        .weight = make_format("fixed<8,7>"),
        .bias = make_format("fixed<8,4>"),
        .out_format = make_format("fixed<8,7,RND>"),
        .weights = (const int32_t[]){ 3, -2 },
        .biases = (const int32_t[]){ 5, 12 },
    };
    const struct process *p = kernel_case_process(a, &c);
    /* In sixteenths 2 * 3 * x + 5 and -2 * 2 * x + 12, in halves rounded:
     * 29/16 = 3.6 halves, -4/16 = -0.5, -13/16 = -1.6, 20/16 = 2.5. */
    const int32_t in[] = { 4, 4, -3, -2 };
    const int32_t *ins[] = { in };
    int32_t out[4], *outs[] = { out };
    p->kernel->compute(p, ins, outs);
    ck_assert_int_eq(out[0], 4);
    ck_assert_int_eq(out[1], 0);
    ck_assert_int_eq(out[2], -2);
    ck_assert_int_eq(out[3], 3);
    arena_free(a);
}
END_TEST

START_TEST(test_random)
{
    uint32_t computed = 0;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = {
            .type = LAYER_BATCHNORM,
            .in = { random_between(&r, 1, 4), random_between(&r, 1, 4),
                    random_between(&r, 1, 6) },
            .in_format = random_format(&r, 32, false),
            .weight = random_format(&r, 32, true),
            .bias = random_format(&r, 32, false),
            .out_format = random_format(&r, 32, false),
        };
        c.units = c.in.c;
        c.in_lanes = c.out_lanes = random_divisor(&r, c.in.c);
        c.weights = random_values(&r, a, c.weight, c.units);
        if (rng_below(&r, 4) != 0)
            c.biases = random_values(&r, a, c.bias, c.units);
        const struct process *p = kernel_case_process(a, &c);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);

        ticks_check_token_by_token(a, &r, p, 3, what);

        if (!p->kernel->check(p, diag_new(a))) {
            arena_free(a);
            continue;
        }
        computed++;
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        for (uint64_t i = 0; i < shape_count(c.in); i++) {
            size_t k = i % c.units;
            long double x = naive_value(f->in[0][i], c.in_format);
            long double scale = naive_value(c.weights[k], c.weight);
            long double offset =
                c.biases == NULL ? 0 : naive_value(c.biases[k], c.bias);
            long double y = x * scale + offset;
            int32_t raw =
                naive_raw(naive_convert(y, c.out_format), c.out_format);
            ck_assert_msg(f->out[0][i] == raw,
                          "%s: output %llu is %d instead of %d", what,
                          (unsigned long long)i, f->out[0][i], raw);
            ck_assert(f->out_float[0][i] ==
                      (double)x * (double)scale + (double)offset);
        }
        arena_free(a);
    }
    ck_assert_uint_gt(computed, 1000);
}
END_TEST

/* The floats of the model are used where it gave them. */
START_TEST(test_floats)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_BATCHNORM,
                             .in = { 1, 1, 2 },
                             .units = 2,
                             .weights = (const int32_t[]){ 1, 1 },
                             .biases = (const int32_t[]){ 1, 1 } };
    struct process *p = kernel_case_process(a, &c);
    p->weight_floats = (const double[]){ 0.3, -0.7 };
    p->bias_floats = (const double[]){ 0.01, 0.02 };
    const double *in = (const double[]){ 2, 5 };
    double out[2], *outs = out;
    p->kernel->compute_float(p, &in, &outs);
    ck_assert_double_eq(out[0], 2 * 0.3 + 0.01);
    ck_assert_double_eq(out[1], 5 * -0.7 + 0.02);
    arena_free(a);
}
END_TEST

static const struct {
    const char *in, *scale, *offset;
    bool fits;
} widths[] = {
    /* -2^31 * -2^29 = 2^60 takes 62 bits with its sign. */
    { "fixed<32,32>", "fixed<30,30>", "fixed<8,8>", true },
    { "fixed<32,32>", "fixed<31,31>", "fixed<8,8>", false },
    { "ufixed<31,31>", "ufixed<30,30>", "ufixed<30,30>", true },
    { "ufixed<31,31>", "ufixed<31,31>", "ufixed<30,30>", false },
    /* The offset has the finer fraction: it lengthens the product. */
    { "fixed<32,32>", "fixed<20,20>", "fixed<32,22>", true },
    { "fixed<32,32>", "fixed<20,20>", "fixed<32,20>", false },
};

START_TEST(test_widths)
{
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct kernel_case c = { .type = LAYER_BATCHNORM,
                                 .in = { 1, 1, 1 },
                                 .units = 1,
                                 .in_format = make_format(widths[i].in),
                                 .weight = make_format(widths[i].scale),
                                 .bias = make_format(widths[i].offset) };
        const struct process *p = kernel_case_process(a, &c);
        ck_assert_msg(p->kernel->check(p, d) == widths[i].fits, "case %zu", i);
        if (i == 1)
            check_one_error(d, DIAG_FORMAT,
                            "the exact result of batchnorm 'it' needs more "
                            "than 62 bits: its input is fixed<32,32>, scale "
                            "fixed<31,31>, offset fixed<8,8>",
                            "give it a narrower weight_format or bias_format, "
                            "or the layer in front a narrower output_format");
        arena_free(a);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_shape,  test_table,  test_by_hand,
                                   test_random, test_floats, test_widths,
                                   NULL };
    return check_main("batchnorm", tests);
}
