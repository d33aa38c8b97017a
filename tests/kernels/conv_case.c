#include "tests/kernels/conv_case.h"

#include "base/arena.h"
#include "tests/kernels/ticks.h"

#include <check.h>
#include <math.h>
#include <stdio.h>

/* Inputs of one output. */
static uint32_t terms_of(enum layer_type type, const struct window *w,
                         struct shape in)
{
    return w->kernel_h * w->kernel_w *
           (type == LAYER_DEPTHWISE_CONV2D ? 1 : in.c);
}

/* A group is at most one token, or is split into at most as many tokens as it
 * has folds; with breaks behind those only if nothing is staged meanwhile. */
static bool is_legal(const struct kernel_case *c)
{
    if (c->out_lanes % c->pe == 0)
        return true;
    uint32_t q = c->pe / c->out_lanes;
    uint32_t sf = terms_of(c->type, &c->window, c->in) / c->simd;
    return c->pe % c->out_lanes == 0 && q <= sf &&
           (c->in_lanes == c->in.c || q == sf || c->pe == c->units);
}

struct kernel_case conv_case_random(struct rng *r, enum layer_type type)
{
    bool own = type == LAYER_DEPTHWISE_CONV2D;
    for (;;) {
        struct kernel_case c = {
            .type = type,
            .in = { random_between(r, 1, 7), random_between(r, 1, 7),
                    random_between(r, 1, own ? 20 : 6) },
        };
        c.units = own ? c.in.c : random_between(r, 1, 12);
        c.window =
            make_window(random_between(r, 1, c.in.h),
                        random_between(r, 1, c.in.w), random_between(r, 1, 3),
                        random_between(r, 1, 3));
        c.in_lanes = random_divisor(r, c.in.c);
        c.out_lanes = random_divisor(r, c.units);
        c.pe = random_divisor(r, c.units);
        c.simd = random_divisor(r, terms_of(type, &c.window, c.in));
        if (is_legal(&c))
            return c;
    }
}

/* Whether the pixel is the last one of a window at a stride position. */
static bool completes(const struct process *p, uint64_t pixel)
{
    const struct window *w = &p->window;
    uint64_t bottom = pixel / p->inputs[0]->shape.w + 1;
    uint64_t right = pixel % p->inputs[0]->shape.w + 1;
    return bottom >= w->kernel_h && right >= w->kernel_w &&
           (bottom - w->kernel_h) % w->stride_h == 0 &&
           (right - w->kernel_w) % w->stride_w == 0;
}

/* The tokens of a window that is complete at this tick. */
static void add_writes(struct ticks *t, const struct process *p, uint32_t sf,
                       uint64_t tick)
{
    uint32_t lanes = p->outputs[0]->lanes;
    uint32_t latency = 4 + (uint32_t)ceil(log2(p->simd));
    for (uint32_t c = lanes; c <= p->outputs[0]->shape.c; c += lanes) {
        /* Token of the channels up to c: its last group g, and which part of
         * that group it is. */
        uint64_t g = (c - 1) / p->pe;
        uint64_t part = p->pe > lanes ? (c - g * p->pe) / lanes - 1 : 0;
        ticks_add_write(t, tick + (g + 1) * sf + latency + part);
    }
}

/* The page, tick by tick: two places a token can go to, each with its own
 * rule, and what comes out later. */
static struct ticks *model(struct arena *a, const struct process *p,
                           uint32_t frames, const uint64_t *available)
{
    const struct stream *in = p->inputs[0], *out = p->outputs[0];
    uint32_t n = in->shape.c / in->lanes;
    uint32_t nf = out->shape.c / p->pe;
    uint32_t sf = terms_of(p->layer->type, &p->window, in->shape) / p->simd;
    uint64_t tokens = frames * in->tokens_per_frame;
    struct ticks *t = ticks_new(a, tokens, frames * out->tokens_per_frame);
    uint32_t staged = 0;
    uint64_t window_free = 0;
    for (uint64_t tick = 0; t->read_count < tokens; tick++) {
        size_t k = t->read_count;
        bool last = staged == n - 1;
        if (available[k] > tick || (last && tick < window_free))
            continue;
        ticks_add_read(t, tick);
        staged = last ? 0 : staged + 1;
        if (!last)
            continue;
        window_free = tick + 1;
        if (completes(p, k % in->tokens_per_frame / n)) {
            window_free = tick + (uint64_t)nf * sf;
            add_writes(t, p, sf, tick);
        }
    }
    return t;
}

void conv_case_check_schedules(enum layer_type type)
{
    for (uint64_t seed = 1; seed <= 600; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = conv_case_random(&r, type);
        const struct process *p = kernel_case_process(a, &c);
        ck_assert_uint_eq(p->reuse_factor, c.units / c.pe *
                                               terms_of(type, &c.window, c.in) /
                                               c.simd);
        uint64_t *available =
            ticks_random_arrivals(a, &r, 3 * p->inputs[0]->tokens_per_frame);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        ticks_check_equal(ticks_of(a, p, 3, available),
                          model(a, p, 3, available), what);
        arena_free(a);
    }
}

void conv_case_check_compact(enum layer_type type)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = type,
                             .in = { 224, 224, 512 },
                             .window = make_window(3, 3, 2, 2),
                             .units = 512,
                             .out_lanes = 4 };
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}

void conv_case_check_table(enum layer_type type, const struct conv_table *t)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = type,
        .in = t->in,
        .window = t->window,
        .units = t->units,
        .in_lanes = t->in_lanes,
        .out_lanes = t->out_lanes,
        .pe = t->pe,
        .simd = t->simd,
    };
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, t->frames, NULL)), t->ticks);
    arena_free(a);
}
