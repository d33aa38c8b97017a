#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "design/tables.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/naive_fixed.h"
#include "tests/kernels/ticks.h"

#include <math.h>
#include <stdio.h>

static const enum layer_type types[] = { LAYER_SIGMOID, LAYER_TANH,
                                         LAYER_HARD_SIGMOID, LAYER_HARD_TANH };

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_table)
{
    for (size_t i = 0; i < 4; i++) {
        struct arena *a = arena_new();
        struct kernel_case c = {
            .type = types[i], .in = { 1, 2, 4 }, .in_lanes = 2, .out_lanes = 2
        };
        const struct process *p = kernel_case_process(a, &c);
        ck_assert_ptr_eq(p->kernel, &kernel_lookup);
        ck_assert_uint_eq(p->outputs[0]->shape.w, 2);
        ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 2, NULL)),
                         "reads 0 1 2 3 4 5 6 7 | writes 2 3 4 5 6 7 8 9");
        const uint64_t late[] = { 3, 4, 9, 10 };
        ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 1, late)),
                         "reads 3 4 9 10 | writes 5 6 11 12");
        arena_free(a);
    }
}
END_TEST

/* A table of its own, to see which entry is taken: entry a holds a. */
START_TEST(test_address)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_TANH,
                             .in = { 1, 1, 7 },
                             .in_format = make_format("fixed<8,4>"),
                             .out_format = make_format("fixed<8,8>") };
    struct process *p = kernel_case_process(a, &c);
    int32_t values[8];
    for (int32_t i = 0; i < 8; i++)
        values[i] = i;
    const struct lookup_table t = { make_format("fixed<3,2,TRN,SAT>"), 8,
                                    values };
    p->lookup = &t;
    /* 0, 1/2 and 1.44 are 0, 1 and 2 halves, the largest is cut to 3; -1/16
     * is -1 half, the last entry; -2 and what is below are -4 halves. */
    const int32_t in[] = { 0, 8, 23, 127, -1, -32, -128 };
    const int32_t expected[] = { 0, 1, 2, 3, 7, 4, 4 };
    const int32_t *ins[] = { in };
    int32_t out[7], *outs[] = { out };
    p->kernel->compute(p, ins, outs);
    for (int i = 0; i < 7; i++)
        ck_assert_int_eq(out[i], expected[i]);
    arena_free(a);
}
END_TEST

static long double function_of(const struct kernel_case *c, long double x)
{
    long double hard = c->alpha * x + c->beta;
    hard = hard < 0 ? 0 : hard > 1 ? 1 : hard;
    switch (c->type) {
    case LAYER_SIGMOID:
        return 1 / (1 + expl(-x));
    case LAYER_TANH:
        return tanhl(x);
    case LAYER_HARD_SIGMOID:
        return hard;
    default:
        return 2 * hard - 1;
    }
}

START_TEST(test_random)
{
    for (uint64_t seed = 1; seed <= 600; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = {
            .type = types[rng_below(&r, 4)],
            .in = { random_between(&r, 1, 4), random_between(&r, 1, 4),
                    random_between(&r, 1, 6) },
            .in_format = random_format(&r, rng_below(&r, 2) ? 32 : 10, false),
            .out_format = random_format(&r, 32, false),
            .table_bits = random_between(&r, TABLE_BITS_MIN, 11),
            .alpha = 0.25,
            .beta = 0.5,
        };
        c.in_lanes = c.out_lanes = random_divisor(&r, c.in.c);
        const struct process *p = kernel_case_process(a, &c);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);

        ticks_check_token_by_token(a, &r, p, 2, what);

        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        struct format index = p->lookup->index;
        for (uint64_t i = 0; i < shape_count(c.in); i++) {
            long double x = naive_value(f->in[0][i], c.in_format);
            /* Steps of the index from its lowest value on, which is that
             * of the middle entry if there are negative ones. */
            long double at =
                ldexpl(naive_convert(x, index), format_fraction(index));
            if (at < 0)
                at += p->lookup->count;
            ck_assert_msg(f->out[0][i] == p->lookup->values[(uint32_t)at],
                          "%s: output %llu", what, (unsigned long long)i);
            double y = (double)function_of(&c, x);
            ck_assert_double_eq_tol(f->out_float[0][i], y, 1e-12);
        }
        arena_free(a);
    }
}
END_TEST

/* What a table of the default size gives away: half a step between entries
 * (sigmoid 1/4 * 1/128, tanh 1 * 1/256 at most) and half a step of the
 * output. */
START_TEST(test_close_to_float)
{
    for (int i = 0; i < 2; i++) {
        struct arena *a = arena_new();
        struct rng r = { 5 };
        struct kernel_case c = {
            .type = types[i],
            .in = { 10, 10, 10 },
            .in_format = make_format("fixed<16,6>"),
            .out_format = make_format("fixed<16,2>"),
        };
        const struct process *p = kernel_case_process(a, &c);
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        for (uint64_t k = 0; k < shape_count(c.in); k++)
            ck_assert_double_eq_tol(fixed_to_double(f->out[0][k], c.out_format),
                                    f->out_float[0][k], 1.0 / 256 + 1e-4);
        arena_free(a);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_table, test_address, test_random,
                                   test_close_to_float, NULL };
    return check_main("lookup", tests);
}
