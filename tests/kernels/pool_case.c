#include "tests/kernels/pool_case.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/kernel.h"
#include "kernels/kernels.h"
#include "tests/kernels/naive_fixed.h"
#include "tests/kernels/ticks.h"

#include <check.h>
#include <math.h>
#include <stdio.h>

static bool is_global(enum layer_type type)
{
    return type == LAYER_GLOBAL_MAXPOOL || type == LAYER_GLOBAL_AVGPOOL;
}

static bool is_mean(enum layer_type type)
{
    return type == LAYER_AVGPOOL2D || type == LAYER_GLOBAL_AVGPOOL;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* That do not count: fewer than rows and columns of the kernel, and some of
 * the input is left. */
static void draw_pads(struct rng *r, struct kernel_case *c)
{
    struct window *w = &c->window;
    w->pad_top = random_between(r, 0, smaller(w->kernel_h, c->in.h) - 1);
    w->pad_bottom =
        random_between(r, 0, smaller(w->kernel_h, c->in.h - w->pad_top) - 1);
    w->pad_left = random_between(r, 0, smaller(w->kernel_w, c->in.w) - 1);
    w->pad_right =
        random_between(r, 0, smaller(w->kernel_w, c->in.w - w->pad_left) - 1);
}

struct kernel_case pool_case_random(struct rng *r, enum layer_type type,
                                    uint32_t width_max)
{
    struct kernel_case c = {
        .type = type,
        .in = { random_between(r, 1, 9), random_between(r, 1, 9),
                random_between(r, 1, 6) },
    };
    if (rng_below(r, 10) == 0) /* more than one block of channels */
        c.in.c = random_between(r, 14, 40);
    if (!is_global(type))
        c.window =
            make_window(random_between(r, 1, c.in.h),
                        random_between(r, 1, c.in.w), random_between(r, 1, 4),
                        random_between(r, 1, 4));
    if (type == LAYER_AVGPOOL2D && rng_below(r, 2) == 0)
        draw_pads(r, &c);
    c.in_lanes = c.out_lanes = random_divisor(r, c.in.c);
    c.in_format = c.out_format = random_format(r, width_max, false);
    if (is_mean(type))
        c.out_format = random_format(r, width_max, false);
    return c;
}

struct window pool_case_window(const struct kernel_case *c)
{
    return is_global(c->type) ? make_window(c->in.h, c->in.w, 1, 1) : c->window;
}

static const struct kernel *kernel_of(enum layer_type type)
{
    return kernel_of_layer(kernels_headrace(), type);
}

static const struct {
    struct shape in;
    struct window window;
    const char *text; /* of the error; NULL: none */
    struct shape out;
} shapes[] = {
    { { 7, 5, 9 }, { 2, 3, 2, 1, 0, 0, 0, 0 }, NULL, { 3, 3, 9 } },
    /* The pads are in the input already. */
    { { 7, 5, 9 }, { 2, 3, 2, 1, 1, 0, 0, 0 }, NULL, { 3, 3, 9 } },
    { { 4, 4, 1 },
      { 5, 2, 1, 1, 0, 0, 0, 0 },
      "kernel 5x2 of 'it' does not fit into its input of 4x4",
      { 0 } },
    { { 4, 4, 1 },
      { 2, 2, 0, 1, 0, 0, 0, 0 },
      "stride 0x1 of 'it' is not at least 1x1",
      { 0 } },
};

static void check_shape(struct shape got, struct shape expected)
{
    ck_assert_uint_eq(got.h, expected.h);
    ck_assert_uint_eq(got.w, expected.w);
    ck_assert_uint_eq(got.c, expected.c);
}

void pool_case_check_shapes(enum layer_type type)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct layer l = { .name = "it", .window = shapes[i].window };
        struct shape out;
        bool fits = kernel_of(type)->shape(&l, &shapes[i].in, &out, d);
        ck_assert_int_eq(fits, shapes[i].text == NULL);
        if (fits)
            check_shape(out, shapes[i].out);
        else
            check_one_error(d, DIAG_SHAPE, shapes[i].text, NULL);
        arena_free(a);
    }
}

static const struct {
    struct shape in;
    struct window window;
    uint32_t frames;
} tables[POOL_CASE_TABLES] = {
    { { 3, 3, 1 }, { 2, 2, 1, 1, 0, 0, 0, 0 }, 1 },
    { { 3, 4, 2 }, { 2, 2, 2, 2, 0, 0, 0, 0 }, 2 },
    { { 3, 5, 1 }, { 2, 1, 1, 3, 0, 0, 0, 0 }, 1 },
};

static void check_ticks(const struct kernel_case *c, uint32_t frames,
                        const uint64_t *available, const char *expected)
{
    struct arena *a = arena_new();
    const struct process *p = kernel_case_process(a, c);
    const struct ticks *t = ticks_of(a, p, frames, available);
    ck_assert_str_eq(ticks_text(a, t), expected);
    arena_free(a);
}

void pool_case_check_tables(enum layer_type type,
                            const char *const ticks[POOL_CASE_TABLES])
{
    for (int i = 0; i < POOL_CASE_TABLES; i++) {
        struct kernel_case c = { .type = type,
                                 .in = tables[i].in,
                                 .window = tables[i].window,
                                 .in_lanes = 1,
                                 .out_lanes = 1 };
        check_ticks(&c, tables[i].frames, NULL, ticks[i]);
    }
}

void pool_case_check_global(enum layer_type type, const char *two_frames,
                            const char *late)
{
    struct kernel_case c = {
        .type = type, .in = { 3, 1, 2 }, .in_lanes = 1, .out_lanes = 1
    };
    struct shape out;
    ck_assert(kernel_of(type)->shape(NULL, &c.in, &out, NULL));
    check_shape(out, (struct shape){ 1, 1, 2 });
    check_ticks(&c, 2, NULL, two_frames);
    check_ticks(&c, 1, (const uint64_t[]){ 0, 1, 2, 3, 4, 9 }, late);
}

void pool_case_check_compact(enum layer_type type)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = type, .in = { 224, 224, 1000 }, .in_lanes = 1, .out_lanes = 1
    };
    if (!is_global(type))
        c.window = make_window(3, 3, 2, 2);
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}

/* A window at stride position has its last pixel at (row, column). */
static bool completes(const struct window *w, uint64_t row, uint64_t column)
{
    return row >= w->kernel_h - 1 && column >= w->kernel_w - 1 &&
           (row - w->kernel_h + 1) % w->stride_h == 0 &&
           (column - w->kernel_w + 1) % w->stride_w == 0;
}

void pool_case_check_schedules(enum layer_type type, uint32_t delay)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = pool_case_random(&r, type, 32);
        struct window w = pool_case_window(&c);
        const struct process *p = kernel_case_process(a, &c);
        uint64_t frame = p->inputs[0]->tokens_per_frame;
        uint64_t *available = ticks_random_arrivals(a, &r, 2 * frame);
        struct ticks *expected =
            ticks_new(a, 2 * frame, 2 * p->outputs[0]->tokens_per_frame);
        for (uint64_t tick = 0; expected->read_count < 2 * frame; tick++) {
            uint64_t k = expected->read_count;
            if (available[k] > tick)
                continue;
            ticks_add_read(expected, tick);
            uint64_t pixel = k % frame * c.in_lanes / c.in.c;
            if (completes(&w, pixel / c.in.w, pixel % c.in.w))
                ticks_add_write(expected, tick + delay);
        }
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        ticks_check_equal(ticks_of(a, p, 2, available), expected, what);
        arena_free(a);
    }
}

/* Looks at every input value whether it lies in the window of output i; counts
 * those that are no pads. */
static long double over_window(const struct kernel_case *c,
                               const struct process *p, const int32_t *in,
                               uint64_t i, bool sum, uint64_t *count)
{
    struct window w = pool_case_window(c);
    struct shape out = p->outputs[0]->shape;
    uint64_t oy = i / out.c / out.w, ox = i / out.c % out.w;
    long double best = -INFINITY, total = 0;
    *count = 0;
    for (uint64_t k = i % out.c; k < shape_count(c->in); k += c->in.c) {
        uint64_t y = k / c->in.c / c->in.w, x = k / c->in.c % c->in.w;
        if (y < oy * w.stride_h || y >= oy * w.stride_h + w.kernel_h ||
            x < ox * w.stride_w || x >= ox * w.stride_w + w.kernel_w)
            continue;
        *count += y >= w.pad_top && y < c->in.h - w.pad_bottom &&
                  x >= w.pad_left && x < c->in.w - w.pad_right;
        long double v = naive_value(in[k], c->in_format);
        best = v > best ? v : best;
        total += v;
    }
    return sum ? total : best;
}

long double pool_case_largest(const struct kernel_case *c,
                              const struct process *p, const int32_t *in,
                              uint64_t i)
{
    uint64_t count;
    return over_window(c, p, in, i, false, &count);
}

long double pool_case_sum(const struct kernel_case *c, const struct process *p,
                          const int32_t *in, uint64_t i)
{
    uint64_t count;
    return over_window(c, p, in, i, true, &count);
}

void pool_case_check_largest(enum layer_type type)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = pool_case_random(&r, type, 32);
        const struct process *p = kernel_case_process(a, &c);
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        for (uint64_t i = 0; i < shape_count(p->outputs[0]->shape); i++) {
            long double v = pool_case_largest(&c, p, f->in[0], i);
            ck_assert_msg(naive_value(f->out[0][i], c.out_format) == v &&
                              f->out_float[0][i] == (double)v,
                          "seed %llu: output %llu", (unsigned long long)seed,
                          (unsigned long long)i);
        }
        arena_free(a);
    }
}

void pool_case_check_mean(enum layer_type type)
{
    for (uint64_t seed = 1; seed <= 600; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = pool_case_random(&r, type, 32);
        struct window w = pool_case_window(&c);
        long double n = (long double)w.kernel_h * w.kernel_w;
        const struct process *p = kernel_case_process(a, &c);
        ck_assert(p->kernel->check(p, diag_new(a)));
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        long double scale = ldexpl(1, 16 + (int)ceill(log2l(n)));
        for (uint64_t i = 0; i < shape_count(p->outputs[0]->shape); i++) {
            uint64_t count;
            long double sum = over_window(&c, p, f->in[0], i, true, &count);
            /* R as a number: 2^-(16+k) of a whole one. */
            long double reciprocal =
                floorl(scale / (long double)count + 0.5L) / scale;
            int32_t expected =
                naive_raw(naive_convert(sum * reciprocal, c.out_format),
                          c.out_format);
            /* Doubles are rounded each time they are added. */
            long double error =
                fabsl(f->out_float[0][i] - sum / (long double)count);
            long double largest =
                ldexpl(1, c.in_format.integer + 1) * n * 1e-15L;
            ck_assert_msg(f->out[0][i] == expected && error <= largest,
                          "seed %llu: output %llu", (unsigned long long)seed,
                          (unsigned long long)i);
        }
        arena_free(a);
    }
}
