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
static const struct {
    struct shape in;
    struct window window;
    uint32_t in_lanes, out_lanes, pe, simd, frames;
    const char *ticks;
} tables[] = {
    /* PE 2 of 2 channels, SIMD 4 of 4: RF 1, L = 4 + 2. */
    { { 3, 3, 2 },
      { 2, 2, 1, 1, 0, 0, 0, 0 },
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
      1,
      1,
      2,
      "reads 0 1 5 9 10 14 | writes 9 13 18 22" },
    /* The same, a token for each group, and n = 2: the first token of a pixel
     * is staged meanwhile. */
    { { 1, 3, 2 },
      { 1, 2, 1, 1, 0, 0, 0, 0 },
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
      1,
      2,
      1,
      1,
      "reads 0 1 5 | writes 7 8 9 10 11 12 13 14" },
    /* SF 3 and q = 2: a break of a tick behind each group. */
    { { 1, 3, 4 },
      { 1, 3, 1, 1, 0, 0, 0, 0 },
      4,
      1,
      2,
      1,
      1,
      "reads 0 1 2 | writes 9 10 12 13" },
};

START_TEST(test_tables)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct arena *a = arena_new();
        struct kernel_case c = {
            .type = LAYER_DEPTHWISE_CONV2D,
            .in = tables[i].in,
            .window = tables[i].window,
            .units = tables[i].in.c,
            .in_lanes = tables[i].in_lanes,
            .out_lanes = tables[i].out_lanes,
            .pe = tables[i].pe,
            .simd = tables[i].simd,
        };
        const struct process *p = kernel_case_process(a, &c);
        ck_assert_str_eq(ticks_text(a, ticks_of(a, p, tables[i].frames, NULL)),
                         tables[i].ticks);
        arena_free(a);
    }
}
END_TEST

static uint32_t adder_levels(uint32_t simd)
{
    uint32_t levels = 0;
    for (; simd > 1; simd -= simd / 2)
        levels++;
    return levels;
}

/* The page, tick by tick: a token goes to the staging register, or with the
 * pixel into the window. */
static struct ticks *model(struct arena *a, const struct process *p,
                           uint32_t frames, const uint64_t *available)
{
    struct shape in = p->inputs[0]->shape;
    const struct window *w = &p->window;
    uint32_t n = in.c / p->inputs[0]->lanes;
    uint32_t lanes = p->outputs[0]->lanes;
    uint32_t nf = in.c / p->pe;
    uint32_t sf = w->kernel_h * w->kernel_w / p->simd;
    uint32_t latency = 4 + adder_levels(p->simd);
    uint64_t tokens = p->inputs[0]->tokens_per_frame;
    struct ticks *t =
        ticks_new(a, frames * tokens, frames * p->outputs[0]->tokens_per_frame);
    uint32_t staged = 0;
    uint64_t window_free = 0;
    for (uint64_t tick = 0; t->read_count < frames * tokens; tick++) {
        size_t k = t->read_count;
        bool last = staged == n - 1;
        if (available[k] > tick || (last && tick < window_free))
            continue;
        ticks_add_read(t, tick);
        staged = last ? 0 : staged + 1;
        if (!last)
            continue;
        uint64_t pixel = k % tokens / n;
        uint64_t top = pixel / in.w + 1, left = pixel % in.w + 1;
        bool completes = top >= w->kernel_h && left >= w->kernel_w &&
                         (top - w->kernel_h) % w->stride_h == 0 &&
                         (left - w->kernel_w) % w->stride_w == 0;
        window_free = tick + (completes ? (uint64_t)nf * sf : 1);
        for (uint32_t c = lanes; completes && c <= in.c; c += lanes) {
            /* Token of the channels up to c: its last group g, and which
             * part of that group it is. */
            uint64_t g = (c - 1) / p->pe;
            uint64_t part = p->pe > lanes ? (c - g * p->pe) / lanes - 1 : 0;
            ticks_add_write(t, tick + (g + 1) * sf + latency + part);
        }
    }
    return t;
}

static bool is_legal(const struct kernel_case *c)
{
    if (c->out_lanes % c->pe == 0)
        return true;
    uint32_t q = c->pe / c->out_lanes;
    uint32_t sf = c->window.kernel_h * c->window.kernel_w / c->simd;
    return c->pe % c->out_lanes == 0 && q <= sf &&
           (c->in_lanes == c->in.c || q == sf || c->pe == c->in.c);
}

static struct kernel_case random_case(struct rng *r)
{
    for (;;) {
        struct kernel_case c = {
            .type = LAYER_DEPTHWISE_CONV2D,
            .in = { random_between(r, 1, 7), random_between(r, 1, 7),
                    random_between(r, 1, 20) },
        };
        c.units = c.in.c;
        c.window =
            make_window(random_between(r, 1, c.in.h),
                        random_between(r, 1, c.in.w), random_between(r, 1, 3),
                        random_between(r, 1, 3));
        c.in_lanes = random_divisor(r, c.in.c);
        c.out_lanes = random_divisor(r, c.in.c);
        c.pe = random_divisor(r, c.in.c);
        c.simd = random_divisor(r, c.window.kernel_h * c.window.kernel_w);
        if (is_legal(&c))
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
        ck_assert_uint_eq(p->reuse_factor, c.in.c / c.pe * c.window.kernel_h *
                                               c.window.kernel_w / c.simd);
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

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_DEPTHWISE_CONV2D,
                             .in = { 224, 224, 512 },
                             .window = make_window(3, 3, 2, 2),
                             .units = 512,
                             .out_lanes = 4 };
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}
END_TEST

/* --- arithmetic ----------------------------------------------------------- */

static struct process *random_process(struct arena *a, struct rng *r)
{
    struct kernel_case c = random_case(r);
    uint32_t terms = c.window.kernel_h * c.window.kernel_w;
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
    struct process *p = kernel_case_process(a, &c);
    p->relu_max = c.relu ? rng_below(r, 8) : 0;
    if (!p->kernel->check(p, diag_new(a)))
        p->relu_max = 0;
    return p;
}

static int32_t naive_output(const struct process *p, const int32_t *in,
                            uint32_t oy, uint32_t ox, uint32_t channel)
{
    struct format from = p->inputs[0]->format;
    struct shape shape = p->inputs[0]->shape;
    const struct window *w = &p->window;
    struct naive_sum sum = { .accumulator = p->accumulator };
    for (size_t y = 0; y < w->kernel_h; y++) {
        for (size_t x = 0; x < w->kernel_w; x++) {
            size_t pixel =
                (oy * w->stride_h + y) * shape.w + ox * w->stride_w + x;
            size_t weight = y * w->kernel_w + x;
            naive_add(&sum,
                      naive_value(in[pixel * shape.c + channel], from) *
                          naive_value(p->weights[weight * shape.c + channel],
                                      p->weight));
        }
    }
    if (p->biases != NULL)
        naive_add(&sum, naive_value(p->biases[channel], p->bias));
    long double total = sum.total;
    if (p->relu && total < 0)
        total = 0;
    if (p->relu && p->relu_max != 0 && total > p->relu_max)
        total = p->relu_max;
    struct format f = p->outputs[0]->format;
    return naive_raw(naive_convert(total, f), f);
}

START_TEST(test_random_arithmetic)
{
    for (uint64_t seed = 1; seed <= 800; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        const struct process *p = random_process(a, &r);
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        p->kernel->compute(p, f->in, f->out);
        struct shape shape = p->outputs[0]->shape;
        size_t i = 0;
        for (uint32_t y = 0; y < shape.h; y++)
            for (uint32_t x = 0; x < shape.w; x++)
                for (uint32_t c = 0; c < shape.c; c++, i++)
                    ck_assert_msg(
                        f->out[0][i] == naive_output(p, f->in[0], y, x, c),
                        "seed %llu: output (%u, %u, %u) is %d "
                        "instead of %d",
                        (unsigned long long)seed, y, x, c, f->out[0][i],
                        naive_output(p, f->in[0], y, x, c));
        arena_free(a);
    }
}
END_TEST

/* With few bits doubles are exact: the same numbers must come out. */
START_TEST(test_float)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = random_case(&r);
        uint32_t terms = c.window.kernel_h * c.window.kernel_w;
        c.relu = rng_below(&r, 2) != 0;
        c.in_format = make_format("fixed<6,3>");
        c.weight = make_format("fixed<6,2>");
        c.bias = make_format("fixed<7,2>");
        c.weights = random_values(&r, a, c.weight, (uint64_t)terms * c.units);
        c.biases = random_values(&r, a, c.bias, c.units);
        c.accumulator =
            design_exact_accumulator(c.in_format, c.weight, c.bias, terms);
        c.out_format = c.accumulator;
        if (c.relu && c.accumulator.integer > 3)
            c.relu_max = 3;
        const struct process *p = kernel_case_process(a, &c);
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        uint64_t count = shape_count(p->outputs[0]->shape);
        for (uint64_t i = 0; i < count; i++)
            ck_assert_msg(f->out_float[0][i] ==
                              fixed_to_double(f->out[0][i], c.out_format),
                          "seed %llu: output %llu", (unsigned long long)seed,
                          (unsigned long long)i);
        arena_free(a);
    }
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
