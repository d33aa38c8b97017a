#include "tests/kernels/mac_case.h"

#include "base/arena.h"
#include "design/kernel.h"
#include "tests/kernels/naive_fixed.h"

#include <check.h>

/* A dense is a convolution whose window is all of its input. */
static struct window window_of(enum layer_type type, struct window window,
                               struct shape in)
{
    return type == LAYER_DENSE ? make_window(in.h, in.w, 1, 1) : window;
}

static uint64_t terms_of(const struct kernel_case *c)
{
    struct window w = window_of(c->type, c->window, c->in);
    uint64_t pixels = (uint64_t)w.kernel_h * w.kernel_w;
    return c->type == LAYER_DEPTHWISE_CONV2D ? pixels : pixels * c->in.c;
}

static struct process *random_process(struct arena *a, struct rng *r,
                                      struct kernel_case c)
{
    uint64_t terms = terms_of(&c);
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
    c.weights = random_values(r, a, c.weight, terms * c.units);
    if (rng_below(r, 4) != 0)
        c.biases = random_values(r, a, c.bias, c.units);
    struct process *p = kernel_case_process(a, &c);
    p->relu_max = c.relu ? rng_below(r, 8) : 0;
    if (!p->kernel->check(p, diag_new(a))) /* no value of the accumulator */
        p->relu_max = 0;
    return p;
}

/* One output; of a depthwise convolution only its own channel counts. */
static struct naive_sum naive_terms(const struct process *p, const int32_t *in,
                                    uint32_t oy, uint32_t ox, uint32_t unit)
{
    struct shape shape = p->inputs[0]->shape;
    bool own = p->layer->type == LAYER_DEPTHWISE_CONV2D;
    struct window w = window_of(p->layer->type, p->window, shape);
    struct naive_sum sum = { .accumulator = p->accumulator };
    size_t weight = own ? 0 : unit;
    for (size_t y = 0; y < w.kernel_h; y++) {
        for (size_t x = 0; x < w.kernel_w; x++) {
            size_t row = oy * w.stride_h + y, column = ox * w.stride_w + x;
            const int32_t *pixel = in + (row * shape.w + column) * shape.c;
            for (uint32_t c = 0; c < shape.c; c++) {
                if (!own || c == unit)
                    naive_add(&sum,
                              naive_value(pixel[c], p->inputs[0]->format) *
                                  naive_value(p->weights[weight], p->weight));
                weight += own ? 1 : p->outputs[0]->shape.c;
            }
        }
    }
    return sum;
}

static int32_t naive_output(const struct process *p, const int32_t *in,
                            uint32_t oy, uint32_t ox, uint32_t unit)
{
    struct naive_sum sum = naive_terms(p, in, oy, ox, unit);
    if (p->biases != NULL)
        naive_add(&sum, naive_value(p->biases[unit], p->bias));
    long double total = sum.total;
    if (p->relu && total < 0)
        total = 0;
    if (p->relu && p->relu_max != 0 && total > p->relu_max)
        total = p->relu_max;
    struct format f = p->outputs[0]->format;
    return naive_raw(naive_convert(total, f), f);
}

void mac_case_check_fixed(struct kernel_case (*draw)(struct rng *r))
{
    uint32_t limited = 0;
    for (uint64_t seed = 1; seed <= 800; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        const struct process *p = random_process(a, &r, draw(&r));
        limited += p->relu_max != 0;
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        p->kernel->compute(p, f->in, f->out);
        struct shape shape = p->outputs[0]->shape;
        size_t i = 0;
        for (uint32_t y = 0; y < shape.h; y++)
            for (uint32_t x = 0; x < shape.w; x++)
                for (uint32_t c = 0; c < shape.c; c++, i++)
                    ck_assert_msg(
                        f->out[0][i] == naive_output(p, f->in[0], y, x, c),
                        "seed %llu: output (%u, %u, %u) is %d instead of %d",
                        (unsigned long long)seed, y, x, c, f->out[0][i],
                        naive_output(p, f->in[0], y, x, c));
        arena_free(a);
    }
    ck_assert_uint_gt(limited, 50);
}

/* With few bits doubles are exact, and the order of a sum does not matter: the
 * same numbers must come out. */
void mac_case_check_float(struct kernel_case (*draw)(struct rng *r))
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = draw(&r);
        uint64_t terms = terms_of(&c);
        c.relu = rng_below(&r, 2) != 0;
        c.in_format = make_format("fixed<6,3>");
        c.weight = make_format("fixed<6,2>");
        c.bias = make_format("fixed<7,2>");
        c.weights = random_values(&r, a, c.weight, terms * c.units);
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
