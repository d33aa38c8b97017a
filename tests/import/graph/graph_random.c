#include "tests/import/graph/graph_random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rng.h"
#include "tests/import/graph/graph_making.h"

static double number(struct making *m)
{
    return (double)rng_below(m->rng, 2001) / 1000 - 1;
}

struct graph_value *making_constant(struct making *m, uint32_t rank,
                                    const uint64_t *sizes)
{
    struct graph_dims d = { .rank = rank };
    for (uint32_t i = 0; i < rank; i++)
        d.size[i] = sizes[i];
    uint64_t count = graph_dims_count(&d);
    float *data = arena_new_array(m->g->arena, float, count);
    for (uint64_t i = 0; i < count; i++)
        data[i] = (float)number(m);
    return graph_add_constant(m->g, "c", &d, GRAPH_FLOAT32, data, false);
}

struct graph_value *making_add(struct making *m, enum graph_op op,
                               uint32_t count,
                               struct graph_value *const *inputs,
                               struct graph_attributes t)
{
    const char *name = arena_printf(m->g->arena, "%s/%u", graph_op_name(op),
                                    (unsigned)m->nodes++);
    struct graph_node_desc desc = {
        .op = op,
        .name = name,
        .kind = graph_op_name(op),
        .output = name,
        .input_count = count,
        .inputs = inputs,
        .attributes = t,
    };
    struct graph_value *v = graph_add(m->g, &desc);
    if (v == NULL) {
        fprintf(stderr, "a random %s is refused\n", graph_op_name(op));
        abort();
    }
    return v;
}

struct graph_value *making_one(struct making *m, enum graph_op op,
                               struct graph_value *x, struct graph_attributes t)
{
    return making_add(m, op, 1, &x, t);
}

struct graph_value *making_two(struct making *m, enum graph_op op,
                               struct graph_value *x, struct graph_value *y)
{
    struct graph_value *pair[] = { x, y };
    return making_add(m, op, 2, pair, (struct graph_attributes){ 0 });
}

struct graph_window making_window(struct making *m, const struct graph_value *x,
                                  bool pads)
{
    struct graph_window w = { .rank = 2 };
    for (uint32_t i = 0; i < 2; i++) {
        uint64_t most = x->dims.size[2 + i] < 3 ? x->dims.size[2 + i] : 3;
        w.kernel[i] = 1 + rng_below(m->rng, (uint32_t)most);
        w.stride[i] = 1 + rng_below(m->rng, 2);
        w.dilation[i] = 1;
        if (pads && w.kernel[i] > 1) {
            w.before[i] = rng_below(m->rng, (uint32_t)w.kernel[i]);
            w.behind[i] = rng_below(m->rng, (uint32_t)w.kernel[i]);
        }
    }
    return w;
}

/* A kernel that reaches further, with gaps. */
static void widen(struct making *m, const struct graph_value *x,
                  struct graph_window *w)
{
    for (uint32_t i = 0; i < 2; i++) {
        uint64_t dilation = 1 + rng_below(m->rng, 3);
        if ((w->kernel[i] - 1) * dilation + 1 <= x->dims.size[2 + i])
            w->dilation[i] = dilation;
    }
}

static struct graph_value *add_conv(struct making *m, struct graph_value *x)
{
    struct graph_attributes t = { .window = making_window(m, x, true),
                                  .groups = 1 };
    if (rng_below(m->rng, 4) == 0)
        widen(m, x, &t.window);
    uint64_t channels = x->dims.size[1], units = 1 + rng_below(m->rng, 5);
    if (rng_below(m->rng, 3) == 0) {
        units = channels;
        t.groups = channels;
    } else if (channels % 2 == 0 && rng_below(m->rng, 3) == 0) {
        units = 2 * units;
        t.groups = 2;
    }
    struct graph_value *inputs[] = {
        x,
        making_constant(m, 4,
                        (uint64_t[]){ units, channels / t.groups,
                                      t.window.kernel[0], t.window.kernel[1] }),
        making_constant(m, 1, &units),
    };
    return making_add(m, GRAPH_CONV, 2 + rng_below(m->rng, 2), inputs, t);
}

/* A convolution with biases. */
static struct graph_value *add_products(struct making *m, struct graph_value *x,
                                        uint64_t units, uint64_t groups)
{
    uint64_t each = x->dims.size[1] / groups;
    struct graph_attributes t = { .window = making_window(m, x, true),
                                  .groups = groups };
    struct graph_value *inputs[] = {
        x,
        making_constant(m, 4,
                        (uint64_t[]){ units, each, t.window.kernel[0],
                                      t.window.kernel[1] }),
        making_constant(m, 1, &units),
    };
    return making_add(m, GRAPH_CONV, 3, inputs, t);
}

struct graph_value *making_norm(struct making *m, struct graph_value *x)
{
    uint64_t channels = x->dims.size[1];
    float *variance = arena_new_array(m->g->arena, float, channels);
    for (uint64_t i = 0; i < channels; i++)
        variance[i] = (float)(1.5 + number(m));
    struct graph_dims d = { 1, { channels } };
    struct graph_value *inputs[] = {
        x,
        making_constant(m, 1, &channels),
        making_constant(m, 1, &channels),
        making_constant(m, 1, &channels),
        graph_add_constant(m->g, "v", &d, GRAPH_FLOAT32, variance, false),
    };
    return making_add(m, GRAPH_BATCHNORM, 5, inputs,
                      (struct graph_attributes){ .epsilon = 1e-5 });
}

struct graph_value *making_pool(struct making *m, struct graph_value *x)
{
    bool is_max = rng_below(m->rng, 2) == 0;
    struct graph_attributes t = {
        .window = making_window(m, x, true),
        .count_pads = rng_below(m->rng, 2) == 0,
        .ceil = rng_below(m->rng, 2) == 0,
    };
    return making_one(m, is_max ? GRAPH_MAXPOOL : GRAPH_AVGPOOL, x, t);
}

struct graph_value *making_pad(struct making *m, struct graph_value *x)
{
    struct graph_attributes t = { .count = 8 };
    for (uint32_t i = 2; i < 4; i++) {
        t.list[i] = rng_below(m->rng, 2);
        t.list[4 + i] = rng_below(m->rng, 2);
    }
    return making_one(m, GRAPH_PAD, x, t);
}

/* There and back with something between. */
static struct graph_value *add_turn(struct making *m, struct graph_value *x)
{
    struct graph_attributes there = { .count = 4, .list = { 0, 2, 3, 1 } };
    struct graph_attributes back = { .count = 4, .list = { 0, 3, 1, 2 } };
    x = making_one(m, GRAPH_TRANSPOSE, x, there);
    uint64_t channels = x->dims.size[3];
    x = making_two(m, GRAPH_ADD, x, making_constant(m, 1, &channels));
    x = making_one(m, GRAPH_RELU, x, (struct graph_attributes){ 0 });
    return making_one(m, GRAPH_TRANSPOSE, x, back);
}

static struct graph_value *add_constant_pair(struct making *m,
                                             struct graph_value *x)
{
    static const enum graph_op ops[] = { GRAPH_ADD, GRAPH_MUL, GRAPH_SUB };
    uint64_t sizes[] = { 1, rng_below(m->rng, 2) == 0 ? 1 : x->dims.size[1], 1,
                         1 };
    struct graph_value *c = making_constant(m, 4, sizes);
    bool left = rng_below(m->rng, 2) == 0;
    return making_two(m, ops[rng_below(m->rng, 3)], left ? c : x, left ? x : c);
}

/* A branch, and back into one. */
static struct graph_value *add_branch(struct making *m, struct graph_value *x)
{
    static const enum graph_op ops[] = { GRAPH_ADD, GRAPH_SUB, GRAPH_MUL,
                                         GRAPH_MAX };
    struct graph_value *y = making_norm(m, x);
    if (rng_below(m->rng, 2) == 0)
        return making_two(m, ops[rng_below(m->rng, 4)], x, y);
    struct graph_value *both[] = { y, x };
    return making_add(m, GRAPH_CONCAT, 2, both,
                      (struct graph_attributes){ .axis = 1 });
}

/* Channels in two or four groups, taken in turns.  Two such orders one after
 * the other are one that the reader knows if groups divide each other. */
static struct graph_value *add_shuffle(struct making *m, struct graph_value *x)
{
    const uint64_t *d = x->dims.size;
    const struct graph_node *n = x->source;
    bool power2 = (d[1] & (d[1] - 1)) == 0;
    bool in_place = n->op == GRAPH_CONV && n->attributes.groups < 3;
    if (d[1] % 2 != 0 || (!power2 && !in_place))
        return x;
    uint64_t groups = d[1] % 4 == 0 && rng_below(m->rng, 2) == 0 ? 4 : 2;
    struct graph_attributes apart = {
        .dims = { 5, { 1, groups, d[1] / groups, d[2], d[3] } }
    };
    struct graph_attributes turn = { .count = 5, .list = { 0, 2, 1, 3, 4 } };
    struct graph_attributes join = { .dims = x->dims };
    x = making_one(m, GRAPH_RESHAPE, x, apart);
    x = making_one(m, GRAPH_TRANSPOSE, x, turn);
    return making_one(m, GRAPH_RESHAPE, x, join);
}

/* As in ShuffleNet: between a convolution and a depthwise one. */
static struct graph_value *add_shuffled(struct making *m, struct graph_value *x)
{
    uint64_t units = 4 + 2 * rng_below(m->rng, 3);
    x = add_shuffle(m, add_products(m, x, units, 1));
    return add_products(m, x, units, units);
}

/* Some of the channels, in any direction. */
static struct graph_value *add_slice(struct making *m, struct graph_value *x)
{
    uint64_t channels = x->dims.size[1];
    uint64_t count = 1 + rng_below(m->rng, (uint32_t)channels);
    bool back = rng_below(m->rng, 3) == 0;
    struct graph_attributes t = {
        .dims = x->dims,
        .list = { 0, 1, (int64_t)(back ? channels - 1 : channels - count),
                  back ? -1 : 1, 0, 1, 0, 1 },
    };
    t.dims.size[1] = count;
    return making_one(m, GRAPH_SLICE, x, t);
}

/* Squeeze and excite: a value for each channel, from all of its pixels. */
static struct graph_value *add_excite(struct making *m, struct graph_value *x)
{
    struct graph_attributes none = { 0 };
    struct graph_value *y = making_one(m, GRAPH_GLOBAL_AVGPOOL, x, none);
    y = making_one(m, GRAPH_SIGMOID, y, none);
    bool left = rng_below(m->rng, 2) == 0;
    return making_two(m, rng_below(m->rng, 2) == 0 ? GRAPH_MUL : GRAPH_SUB,
                      left ? y : x, left ? x : y);
}

/* Limits of any kind, some of them in two halves. */
static struct graph_value *add_limits(struct making *m, struct graph_value *x)
{
    struct graph_attributes t = { .low = rng_below(m->rng, 2) == 0 ? 0 : -1,
                                  .high = (double)rng_below(m->rng, 4) };
    if (t.high == 0)
        t.high = 0.75;
    if (rng_below(m->rng, 2) == 0)
        return making_one(m, GRAPH_CLIP, x, t);
    struct graph_attributes low = { .low = t.low, .high = HUGE_VAL };
    struct graph_attributes high = { .low = -HUGE_VAL, .high = t.high };
    bool is_first = rng_below(m->rng, 2) == 0;
    x = making_one(m, GRAPH_CLIP, x, is_first ? low : high);
    return making_one(m, GRAPH_CLIP, x, is_first ? high : low);
}

/* The mean of each row or column; not of shuffled channels. */
static struct graph_value *add_line_mean(struct making *m,
                                         struct graph_value *x)
{
    struct graph_attributes t = { .count = 1, .keep = true };
    t.list[0] = 2 + (int64_t)rng_below(m->rng, 2);
    x = add_products(m, x, 1 + rng_below(m->rng, 5), 1);
    return making_one(m, GRAPH_MEAN, x, t);
}

static struct graph_value *add_any(struct making *m, struct graph_value *x)
{
    struct graph_attributes none = { 0 };
    switch (rng_below(m->rng, 20)) {
    case 0:
    case 1:
        return add_conv(m, x);
    case 2:
        return making_norm(m, x);
    case 3:
        return making_pool(m, x);
    case 4:
        return add_conv(m, making_pad(m, x));
    case 5:
        return add_turn(m, x);
    case 6:
        return add_constant_pair(m, x);
    case 7:
        return add_branch(m, x);
    case 8:
        return making_one(m, GRAPH_RELU, x, none);
    case 9:
        return making_one(m, GRAPH_CLIP, x,
                          (struct graph_attributes){ .high = 6 });
    case 10:
        return making_one(m, GRAPH_LEAKY_RELU, x,
                          (struct graph_attributes){ .alpha = 0.25 });
    case 11:
        return making_two(
            m, GRAPH_PRELU, x,
            making_constant(m, 3, (uint64_t[]){ x->dims.size[1], 1, 1 }));
    case 12:
        return making_one(m, GRAPH_UPSAMPLE, x,
                          (struct graph_attributes){ .count = 4,
                                                     .list = { 1, 1, 2, 1 } });
    case 13:
        return add_slice(m, x);
    case 14:
        return add_shuffle(m, x);
    case 15:
        return add_shuffled(m, x);
    case 16:
        return add_excite(m, x);
    case 17:
        return add_limits(m, x);
    case 18:
        return add_line_mean(m, x);
    default:
        return making_pad(m, x);
    }
}

static struct graph_value *add_dense(struct making *m, struct graph_value *x)
{
    uint64_t count = graph_dims_count(&x->dims);
    uint64_t units = 2 + rng_below(m->rng, 4);
    struct graph_attributes flat = { .dims = { 2, { 1, count } } };
    if (rng_below(m->rng, 3) == 0)
        x = making_one(m, GRAPH_GLOBAL_AVGPOOL, x,
                       (struct graph_attributes){ 0 });
    count = flat.dims.size[1] = graph_dims_count(&x->dims);
    x = making_one(m, GRAPH_RESHAPE, x, flat);
    bool turned = rng_below(m->rng, 2) == 0;
    struct graph_value *w = making_constant(
        m, 2, (uint64_t[]){ turned ? units : count, turned ? count : units });
    if (!turned && rng_below(m->rng, 2) == 0)
        return making_two(m, GRAPH_ADD, making_two(m, GRAPH_MATMUL, x, w),
                          making_constant(m, 1, &units));
    struct graph_value *inputs[] = { x, w, making_constant(m, 1, &units) };
    return making_add(m, GRAPH_GEMM, 3, inputs,
                      (struct graph_attributes){
                          .transpose_b = turned, .alpha = 0.5, .beta = 2 });
}

struct graph *graph_random(struct arena *a, struct rng *rng, struct diag *d)
{
    struct making m = { .g = graph_new(a, "random", "random", d), .rng = rng };
    struct graph_dims dims = { 4,
                               { 1, 1 + rng_below(rng, 4),
                                 3 + rng_below(rng, 6),
                                 3 + rng_below(rng, 6) } };
    struct graph_value *x = graph_add_input(m.g, "image", &dims, GRAPH_FLOAT32);
    x = add_conv(&m, x);
    for (uint32_t i = rng_below(rng, 10); i > 0; i--)
        if (x->dims.size[1] < 40 && x->dims.size[2] < 40)
            x = add_any(&m, x);
    if (rng_below(rng, 2) == 0)
        x = add_dense(&m, x);
    m.g->output = x;
    x->readers++;
    return m.g;
}
