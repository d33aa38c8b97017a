#include "cost/hls_sizes.h"

#include "design/design.h"

#include <stddef.h>

static uint64_t count_zeros(const struct process *p, uint64_t terms)
{
    uint64_t zeros = 0;
    for (uint64_t i = 0; p->weights != NULL && i < terms; i++)
        zeros += p->weights[i] == 0;
    return zeros;
}

static void set_products(struct hls_sizes *s, const struct process *p)
{
    const struct window *w = &p->window;
    s->products = true;
    if (process_is(p, "dense"))
        s->inputs = shape_count(p->inputs[0]->shape);
    else
        s->inputs *= (uint64_t)w->kernel_h * w->kernel_w;
    s->depthwise = process_is(p, "depthwise_conv2d");
    s->terms = s->inputs * (s->depthwise ? 1 : s->outputs);
    if (!s->depthwise)
        s->zeros = count_zeros(p, s->terms);
}

/* Of a pipelined loop as its report says, of another one those of an iteration
 * that writes nothing; without a loop what is left of the latency besides
 * reading tokens and reusing multipliers. */
static uint32_t stages_of(const struct process *p)
{
    const struct hls_timing *t = &p->timing;
    const uint64_t tokens = p->inputs[0]->tokens_per_frame;
    const uint64_t busy = tokens + p->reuse_factor - 1;
    if (t->depth != 0)
        return t->depth;
    if (t->fire != 0)
        return t->idle;
    if ((process_is(p, "dense") || tokens == 1) && t->latency > busy)
        return (uint32_t)(t->latency - busy);
    return t->latency > 0 ? 1 : 0;
}

enum strategy hls_way(const struct process *p)
{
    return p->reuse_factor > 1 ? p->strategy : STRATEGY_LATENCY;
}

struct hls_sizes hls_sizes_of(const struct process *p)
{
    struct hls_sizes s = {
        .inputs = p->inputs[0]->shape.c,
        .outputs = p->outputs[0]->shape.c,
        .stages = stages_of(p),
    };
    if (process_is(p, "conv2d") || process_is(p, "depthwise_conv2d") ||
        process_is(p, "dense"))
        set_products(&s, p);
    else if (process_is(p, "maxpool2d") || process_is(p, "avgpool2d"))
        s.inputs *= (uint64_t)p->window.kernel_h * p->window.kernel_w;
    return s;
}
