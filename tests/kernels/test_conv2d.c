#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/naive_fixed.h"
#include "tests/kernels/ticks.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
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
static const struct {
    struct shape in;
    struct window window;
    uint32_t units, in_lanes, out_lanes, pe, simd, frames;
    const char *ticks;
} tables[] = {
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
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_CONV2D,
        .in = tables[_i].in,
        .window = tables[_i].window,
        .units = tables[_i].units,
        .in_lanes = tables[_i].in_lanes,
        .out_lanes = tables[_i].out_lanes,
        .pe = tables[_i].pe,
        .simd = tables[_i].simd,
    };
    const struct process *p = kernel_case_process(a, &c);
    struct ticks *t = ticks_of(a, p, tables[_i].frames, NULL);
    ck_assert_str_eq(ticks_text(a, t), tables[_i].ticks);
    arena_free(a);
}
END_TEST

static uint32_t adder_levels(uint32_t simd)
{
    return (uint32_t)ceil(log2(simd));
}

/* The page, tick by tick: two places a token can go to, each with its own
 * rule, and what comes out later. */
static struct ticks *model(struct arena *a, const struct process *p,
                           uint32_t frames, const uint64_t *available)
{
    struct shape in = p->inputs[0]->shape;
    const struct window *w = &p->window;
    uint32_t n = in.c / p->inputs[0]->lanes;
    uint32_t lanes = p->outputs[0]->lanes;
    uint32_t units = p->outputs[0]->shape.c;
    uint32_t nf = units / p->pe;
    uint32_t sf = w->kernel_h * w->kernel_w * in.c / p->simd;
    uint32_t latency = 4 + adder_levels(p->simd);
    uint64_t tokens = p->inputs[0]->tokens_per_frame;
    struct ticks *t =
        ticks_new(a, frames * tokens, frames * p->outputs[0]->tokens_per_frame);
    uint32_t staged = 0;
    uint64_t window_free = 0;
    for (uint64_t tick = 0; t->read_count < frames * tokens; tick++) {
        size_t k = t->read_count;
        if (available[k] > tick)
            continue;
        if (staged < n - 1) {
            staged++;
            ticks_add_read(t, tick);
            continue;
        }
        if (tick < window_free)
            continue;
        ticks_add_read(t, tick);
        staged = 0;
        uint64_t pixel = k % tokens / n;
        uint64_t y = pixel / in.w, x = pixel % in.w;
        bool completes = y + 1 >= w->kernel_h && x + 1 >= w->kernel_w &&
                         (y + 1 - w->kernel_h) % w->stride_h == 0 &&
                         (x + 1 - w->kernel_w) % w->stride_w == 0;
        window_free = tick + (completes ? (uint64_t)nf * sf : 1);
        if (!completes)
            continue;
        for (uint32_t channel = 0; channel < units; channel += lanes) {
            uint64_t group = (channel + lanes - 1) / p->pe;
            uint32_t within = channel % p->pe / lanes; /* if it is split */
            if (lanes > p->pe)
                within = 0;
            ticks_add_write(t, tick + (group + 1) * sf + latency + within);
        }
    }
    return t;
}

static bool is_legal(uint32_t n, uint32_t lanes, uint32_t nf, uint32_t sf,
                     uint32_t pe)
{
    if (lanes % pe == 0)
        return true;
    uint32_t q = pe / lanes;
    return pe % lanes == 0 && q <= sf && (n == 1 || q == sf || nf == 1);
}

static struct kernel_case random_case(struct rng *r)
{
    for (;;) {
        struct kernel_case c = {
            .type = LAYER_CONV2D,
            .in = { random_between(r, 1, 7), random_between(r, 1, 7),
                    random_between(r, 1, 6) },
            .units = random_between(r, 1, 12),
        };
        c.window =
            make_window(random_between(r, 1, c.in.h),
                        random_between(r, 1, c.in.w), random_between(r, 1, 3),
                        random_between(r, 1, 3));
        uint32_t terms = c.window.kernel_h * c.window.kernel_w * c.in.c;
        c.in_lanes = random_divisor(r, c.in.c);
        c.out_lanes = random_divisor(r, c.units);
        c.pe = random_divisor(r, c.units);
        c.simd = random_divisor(r, terms);
        if (is_legal(c.in.c / c.in_lanes, c.out_lanes, c.units / c.pe,
                     terms / c.simd, c.pe))
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

/* A legal process of random size and formats with random weights. */
static struct process *random_process(struct arena *a, struct rng *r)
{
    struct kernel_case c = random_case(r);
    uint32_t terms = c.window.kernel_h * c.window.kernel_w * c.in.c;
    uint32_t width_max = rng_below(r, 2) ? 32 : 8;
    c.relu = rng_below(r, 2) != 0;
    c.in_format = random_format(r, width_max, false);
    c.weight = random_format(r, width_max < 30 ? width_max : 30, true);
    c.bias = random_format(r, width_max, false);
    c.out_format = random_format(r, width_max, false);
    c.accumulator = random_format(r, rng_below(r, 2) ? 62 : 20, false);
    c.accumulator.is_signed = true;
    c.accumulator.overflow = FIXED_WRAP;
    struct format exact =
        design_exact_accumulator(c.in_format, c.weight, c.bias, terms);
    if (rng_below(r, 3) == 0 && exact.width != 0)
        c.accumulator = exact;
    c.weights = random_values(r, a, c.weight, (uint64_t)terms * c.units);
    if (rng_below(r, 4) != 0)
        c.biases = random_values(r, a, c.bias, c.units);
    return kernel_case_process(a, &c);
}

/* Index of input (y, x, channel) of the window of output (oy, ox). */
static size_t input_index(const struct process *p, uint32_t oy, uint32_t ox,
                          uint32_t y, uint32_t x, uint32_t channel)
{
    struct shape in = p->inputs[0]->shape;
    uint32_t row = oy * p->window.stride_h + y;
    uint32_t column = ox * p->window.stride_w + x;
    return ((size_t)row * in.w + column) * in.c + channel;
}

static int32_t naive_output(const struct process *p, const int32_t *in,
                            uint32_t oy, uint32_t ox, uint32_t filter)
{
    const struct stream *input = p->inputs[0];
    struct naive_sum sum = { .accumulator = p->accumulator };
    size_t k = filter;
    for (uint32_t y = 0; y < p->window.kernel_h; y++) {
        for (uint32_t x = 0; x < p->window.kernel_w; x++) {
            for (uint32_t c = 0; c < input->shape.c; c++) {
                size_t i = input_index(p, oy, ox, y, x, c);
                naive_add(&sum, naive_value(in[i], input->format) *
                                    naive_value(p->weights[k], p->weight));
                k += p->outputs[0]->shape.c;
            }
        }
    }
    if (p->biases != NULL)
        naive_add(&sum, naive_value(p->biases[filter], p->bias));
    long double total = p->relu && sum.total < 0 ? 0 : sum.total;
    struct format f = p->outputs[0]->format;
    return naive_raw(naive_convert(total, f), f);
}

START_TEST(test_random_arithmetic)
{
    for (uint64_t seed = 1; seed <= 800; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        const struct process *p = random_process(a, &r);
        const struct stream *output = p->outputs[0];
        const int32_t *in = random_values(&r, a, p->inputs[0]->format,
                                          shape_count(p->inputs[0]->shape));
        int32_t *out = arena_new_array(a, int32_t, shape_count(output->shape));
        p->kernel->compute(p, &in, &out);
        size_t i = 0;
        for (uint32_t y = 0; y < output->shape.h; y++)
            for (uint32_t x = 0; x < output->shape.w; x++)
                for (uint32_t c = 0; c < output->shape.c; c++, i++)
                    ck_assert_msg(out[i] == naive_output(p, in, y, x, c),
                                  "seed %llu: output (%u, %u, %u) is %d "
                                  "instead of %d",
                                  (unsigned long long)seed, y, x, c, out[i],
                                  naive_output(p, in, y, x, c));
        arena_free(a);
    }
}
END_TEST

/* With few bits doubles are exact, and the order of a sum does not matter. */
START_TEST(test_float)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = random_case(&r);
        uint32_t terms = c.window.kernel_h * c.window.kernel_w * c.in.c;
        c.relu = rng_below(&r, 2) != 0;
        c.weight = make_format("fixed<6,2>");
        c.bias = make_format("fixed<7,2>");
        c.weights = random_values(&r, a, c.weight, (uint64_t)terms * c.units);
        c.biases = random_values(&r, a, c.bias, c.units);
        /* Exact in fixed point: the same numbers must come out. */
        c.in_format = make_format("fixed<6,3>");
        c.accumulator =
            design_exact_accumulator(c.in_format, c.weight, c.bias, terms);
        c.out_format = c.accumulator;
        const struct process *p = kernel_case_process(a, &c);

        uint64_t in_count = shape_count(p->inputs[0]->shape);
        uint64_t out_count = shape_count(p->outputs[0]->shape);
        const int32_t *raw = random_values(&r, a, c.in_format, in_count);
        double *in = arena_new_array(a, double, in_count);
        for (uint64_t i = 0; i < in_count; i++)
            in[i] = fixed_to_double(raw[i], c.in_format);
        int32_t *fixed = arena_new_array(a, int32_t, out_count);
        double *out = arena_new_array(a, double, out_count);
        p->kernel->compute(p, &raw, &fixed);
        p->kernel->compute_float(p, (const double *const *)&in, &out);
        for (uint64_t i = 0; i < out_count; i++)
            ck_assert_msg(out[i] == fixed_to_double(fixed[i], c.out_format),
                          "seed %llu: output %llu", (unsigned long long)seed,
                          (unsigned long long)i);
        arena_free(a);
    }
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
