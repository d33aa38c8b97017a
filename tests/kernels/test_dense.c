#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/mac_case.h"
#include "tests/kernels/ticks.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* --- shapes ------------------------------------------------------------- */

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .units = 10 };
    struct shape out;
    ck_assert(kernel_dense.shape(&l, &(struct shape){ 1, 1, 84 }, &out, d));
    ck_assert_uint_eq(out.h, 1);
    ck_assert_uint_eq(out.w, 1);
    ck_assert_uint_eq(out.c, 10);
    arena_free(a);
}
END_TEST

static const struct {
    struct shape in;
    uint32_t units;
    enum diag_code code;
    const char *text;
} bad_shapes[] = {
    { { 2, 1, 3 },
      10,
      DIAG_SHAPE,
      "the input of 'it' is 2x1x3, a dense needs a vector" },
    { { 1, 2, 3 },
      10,
      DIAG_SHAPE,
      "the input of 'it' is 1x2x3, a dense needs a vector" },
    { { 1, 1, 3 }, 0, DIAG_SHAPE, "'it' has no units" },
    { { 1, 1, 3 },
      1048577,
      DIAG_SHAPE_OVERFLOW,
      "a tensor of 'it' would be 1x1x1048577: at most 1048576 each and 2^31 "
      "values" },
    { { 1, 1, 1048576 },
      2049,
      DIAG_SHAPE_OVERFLOW,
      "'it' would have 2049 x 1048576 weights, more than 2^31" },
};

START_TEST(test_bad_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .units = bad_shapes[_i].units };
    struct shape out;
    ck_assert(!kernel_dense.shape(&l, &bad_shapes[_i].in, &out, d));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, bad_shapes[_i].code);
    ck_assert_str_eq(diag_at(d, 0)->text, bad_shapes[_i].text);
    arena_free(a);
}
END_TEST

/* --- schedules ---------------------------------------------------------- */

/* Drawn by hand from docs/hardware.md, two frames each. */
static const struct {
    struct shape in;
    uint32_t units, in_lanes, out_lanes, pe, simd;
    const char *ticks;
} tables[] = {
    /* r = 2, one group: L = 4. */
    { { 1, 1, 4 }, 1, 2, 1, 1, 1, "reads 0 2 4 6 | writes 8 12" },
    /* r = 1, SF = 2, NF = 2: L = 5; group 1 comes from the vector memory. */
    { { 1, 1, 4 }, 2, 2, 1, 1, 2, "reads 0 1 4 5 | writes 7 9 11 13" },
    /* The same behind a flatten. */
    { { 1, 2, 2 }, 2, 2, 1, 1, 2, "reads 0 1 4 5 | writes 7 9 11 13" },
    /* Both groups in a token. */
    { { 1, 1, 4 }, 2, 2, 2, 1, 2, "reads 0 1 4 5 | writes 9 13" },
    /* q = 2: every other token is staged, also while group 1 is computed. */
    { { 1, 1, 4 }, 2, 1, 1, 1, 2, "reads 0 1 2 3 4 6 7 8 | writes 9 11 14 16" },
    /* q = 4, SF = 1, NF = 3: L = 6. */
    { { 1, 1, 4 },
      3,
      1,
      1,
      1,
      4,
      "reads 0 1 2 3 4 5 6 7 | writes 10 11 12 14 15 16" },
    /* r = 2, SF = 4, NF = 2 groups split into q' = 2 tokens. */
    { { 1, 1, 4 },
      4,
      2,
      1,
      2,
      1,
      "reads 0 2 8 10 | writes 8 9 12 13 16 17 20 21" },
    /* One group, split. */
    { { 1, 1, 4 }, 2, 2, 1, 2, 1, "reads 0 2 4 6 | writes 8 9 12 13" },
    /* q = 2 and q' = 2 = SF: no break between the groups, L = 5. */
    { { 1, 1, 4 },
      4,
      1,
      1,
      2,
      2,
      "reads 0 1 2 3 4 6 7 8 | writes 9 10 11 12 14 15 16 17" },
};

START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_DENSE,
        .in = tables[_i].in,
        .units = tables[_i].units,
        .in_lanes = tables[_i].in_lanes,
        .out_lanes = tables[_i].out_lanes,
        .pe = tables[_i].pe,
        .simd = tables[_i].simd,
    };
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 2, NULL)), tables[_i].ticks);
    arena_free(a);
}
END_TEST

/* The page, tick by tick. */
static struct ticks *model(struct arena *a, const struct process *p,
                           uint32_t frames, const uint64_t *available)
{
    uint32_t in_lanes = p->inputs[0]->lanes;
    uint32_t lanes = p->outputs[0]->lanes;
    uint32_t units = p->outputs[0]->shape.c;
    uint32_t nf = units / p->pe;
    uint32_t sf = (uint32_t)shape_count(p->inputs[0]->shape) / p->simd;
    uint32_t latency = 4 + (uint32_t)ceil(log2(p->simd));
    uint64_t tokens = p->inputs[0]->tokens_per_frame;
    struct ticks *t =
        ticks_new(a, frames * tokens, frames * p->outputs[0]->tokens_per_frame);
    uint32_t values = 0; /* staged */
    uint64_t free = 0;
    for (uint64_t tick = 0; t->read_count < frames * tokens; tick++) {
        size_t k = t->read_count;
        if (available[k] > tick)
            continue;
        if (values + in_lanes < p->simd) {
            values += in_lanes;
            ticks_add_read(t, tick);
            continue;
        }
        if (tick < free)
            continue;
        ticks_add_read(t, tick);
        values = 0;
        uint32_t r = in_lanes > p->simd ? in_lanes / p->simd : 1;
        free = tick + r;
        if (k % tokens != tokens - 1)
            continue;
        free += (uint64_t)(nf - 1) * sf;
        for (uint32_t first = 0; first < units; first += lanes) {
            uint64_t group = (first + lanes - 1) / p->pe;
            uint32_t within = lanes > p->pe ? 0 : first % p->pe / lanes;
            ticks_add_write(t, tick + r + group * sf + latency + within);
        }
    }
    return t;
}

static bool is_legal(const struct kernel_case *c, uint32_t inputs)
{
    if (c->in_lanes % c->simd != 0 && c->simd % c->in_lanes != 0)
        return false;
    if (c->out_lanes % c->pe == 0)
        return true;
    uint32_t q = c->pe / c->out_lanes;
    uint32_t sf = inputs / c->simd;
    return c->pe % c->out_lanes == 0 && q <= sf &&
           (c->simd <= c->in_lanes || q == sf || c->pe == c->units);
}

static struct kernel_case random_case(struct rng *r)
{
    for (;;) {
        struct kernel_case c = {
            .type = LAYER_DENSE,
            .in = { random_between(r, 1, 3), random_between(r, 1, 3),
                    random_between(r, 1, 12) },
            .units = random_between(r, 1, 12),
        };
        uint32_t inputs = (uint32_t)shape_count(c.in);
        c.in_lanes = random_divisor(r, c.in.c);
        c.out_lanes = random_divisor(r, c.units);
        c.pe = random_divisor(r, c.units);
        c.simd = random_divisor(r, inputs);
        if (is_legal(&c, inputs))
            return c;
    }
}

START_TEST(test_random_schedules)
{
    for (uint64_t seed = 1; seed <= 600; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = random_case(&r);
        const struct process *p = kernel_case_process(a, &c);
        uint64_t *available =
            ticks_random_arrivals(a, &r, 3 * p->inputs[0]->tokens_per_frame);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        ticks_check_equal(ticks_of(a, p, 3, available),
                          model(a, p, 3, available), what);
        arena_free(a);
    }
}
END_TEST

/* --- arithmetic --------------------------------------------------------- */

START_TEST(test_random_arithmetic)
{
    mac_case_check_fixed(random_case);
}
END_TEST

START_TEST(test_random_float)
{
    mac_case_check_float(random_case);
}
END_TEST

START_TEST(test_float)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_DENSE,
        .in = { 2, 1, 1 },
        .units = 2,
        .relu = true,
        .weight = make_format("fixed<8,6>"), /* quarters */
        .bias = make_format("fixed<8,7>"),   /* halves */
        .weights = (const int32_t[]){ 1, 2, 3, -4 },
        .biases = (const int32_t[]){ 5, -6 },
    };
    const struct process *p = kernel_case_process(a, &c);
    const double *in = (const double[]){ 3, 7 };
    double out[2];
    p->kernel->compute_float(p, &in, (double *const[]){ out });
    ck_assert(out[0] == 2.5 + 3 * 0.25 + 7 * 0.75);
    ck_assert(out[1] == 0); /* -3 + 1.5 - 7 */
    arena_free(a);
}
END_TEST

static Suite *dense_suite(void)
{
    Suite *s = suite_create("dense");
    TCase *t = tcase_create("dense");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_shape);
    tcase_add_loop_test(t, test_bad_shape, 0,
                        sizeof bad_shapes / sizeof bad_shapes[0]);
    tcase_add_loop_test(t, test_table, 0, sizeof tables / sizeof tables[0]);
    tcase_add_test(t, test_random_schedules);
    tcase_add_test(t, test_random_arithmetic);
    tcase_add_test(t, test_random_float);
    tcase_add_test(t, test_float);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(dense_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
