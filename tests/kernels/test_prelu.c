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
    ck_assert(kernel_prelu.shape(&l, &in, &out, d));
    ck_assert_uint_eq(out.h, 7);
    ck_assert_uint_eq(out.w, 5);
    ck_assert_uint_eq(out.c, 9);
    l.units = 1;
    ck_assert(kernel_prelu.shape(&l, &in, &out, d));
    ck_assert_uint_eq(out.c, 9);
    l.units = 3;
    ck_assert(!kernel_prelu.shape(&l, &in, &out, d));
    check_one_error(d, DIAG_SHAPE,
                    "'it' has 3 alphas; its input of 9 channels needs one for "
                    "each, or one for all",
                    NULL);
    arena_free(a);
}
END_TEST

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_PRELU,
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

/* Alpha 1/4 and -1/2: 6, -6 * 1/4 and -6 * -1/2, and what that is in
 * integers. */
START_TEST(test_by_hand)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_PRELU,
        .in = { 2, 1, 2 },
        .units = 2,
        .in_format = make_format("fixed<8,8>"),
        .weight = make_format("fixed<4,2>"),
        .out_format = make_format("fixed<8,8,RND_ZERO>"),
        .weights = (const int32_t[]){ 1, -2 },
    };
    const struct process *p = kernel_case_process(a, &c);
    const int32_t in[] = { 6, 6, -6, -6 };
    const int32_t *ins[] = { in };
    int32_t out[4], *outs[] = { out };
    p->kernel->compute(p, ins, outs);
    ck_assert_int_eq(out[0], 6);
    ck_assert_int_eq(out[1], 6);
    ck_assert_int_eq(out[2], -1);
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
            .type = LAYER_PRELU,
            .in = { random_between(&r, 1, 4), random_between(&r, 1, 4),
                    random_between(&r, 1, 6) },
            .in_format = random_format(&r, 32, false),
            .weight = random_format(&r, 32, true),
            .out_format = random_format(&r, 32, false),
        };
        c.units = rng_below(&r, 2) ? c.in.c : 1;
        c.in_lanes = c.out_lanes = random_divisor(&r, c.in.c);
        c.weights = random_values(&r, a, c.weight, c.units);
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
            long double x = naive_value(f->in[0][i], c.in_format);
            long double alpha = naive_value(c.weights[i % c.units], c.weight);
            long double y = x < 0 ? x * alpha : x;
            int32_t raw =
                naive_raw(naive_convert(y, c.out_format), c.out_format);
            ck_assert_msg(f->out[0][i] == raw,
                          "%s: output %llu is %d instead of %d", what,
                          (unsigned long long)i, f->out[0][i], raw);
            ck_assert(f->out_float[0][i] ==
                      (x < 0 ? (double)x * (double)alpha : (double)x));
        }
        arena_free(a);
    }
    ck_assert_uint_gt(computed, 800);
}
END_TEST

START_TEST(test_floats)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_PRELU,
                             .in = { 1, 1, 2 },
                             .units = 1,
                             .weights = (const int32_t[]){ 1 } };
    struct process *p = kernel_case_process(a, &c);
    p->weight_floats = (const double[]){ 0.3 };
    const double *in = (const double[]){ 2, -5 };
    double out[2], *outs = out;
    p->kernel->compute_float(p, &in, &outs);
    ck_assert_double_eq(out[0], 2);
    ck_assert_double_eq(out[1], -5 * 0.3);
    arena_free(a);
}
END_TEST

static const struct {
    const char *in, *alpha;
    const char *text; /* NULL: it fits */
} widths[] = {
    { "fixed<32,32>", "fixed<30,30>", NULL },
    /* x itself gets 29 bits behind the point: 61 bits. */
    { "fixed<32,32>", "fixed<30,1>", NULL },
    { "fixed<32,32>", "fixed<30,0>", NULL },
    { "fixed<32,32>", "fixed<30,-1>",
      "the exact result of prelu 'it' needs more than 62 bits: its input is "
      "fixed<32,32>, alpha fixed<30,-1>" },
    { "fixed<32,32>", "fixed<31,31>",
      "the exact result of prelu 'it' needs more than 62 bits: its input is "
      "fixed<32,32>, alpha fixed<31,31>" },
    { "fixed<8,4>", "fixed<4,5>",
      "the exact result of prelu 'it' has fewer bits behind the point than "
      "its input: its input is fixed<8,4>, alpha fixed<4,5>" },
};

START_TEST(test_widths)
{
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct kernel_case c = { .type = LAYER_PRELU,
                                 .in = { 1, 1, 1 },
                                 .units = 1,
                                 .in_format = make_format(widths[i].in),
                                 .weight = make_format(widths[i].alpha) };
        const struct process *p = kernel_case_process(a, &c);
        ck_assert_msg(p->kernel->check(p, d) == (widths[i].text == NULL),
                      "case %zu", i);
        if (widths[i].text != NULL)
            check_one_error(d, DIAG_FORMAT, widths[i].text, NULL);
        arena_free(a);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_shape,  test_table,  test_by_hand,
                                   test_random, test_floats, test_widths,
                                   NULL };
    return check_main("prelu", tests);
}
