#include "tests/import/graph/graph_random.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rng.h"

struct making {
    struct graph *g;
    struct rng *rng;
    uint32_t nodes;
};

static double number(struct making *m)
{
    return (double)rng_below(m->rng, 2001) / 1000 - 1;
}

static struct graph_value *constant(struct making *m, uint32_t rank,
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

static struct graph_value *add(struct making *m, enum graph_op op,
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

static struct graph_value *add_one(struct making *m, enum graph_op op,
                                   struct graph_value *x,
                                   struct graph_attributes t)
{
    return add(m, op, 1, &x, t);
}

static struct graph_value *add_two(struct making *m, enum graph_op op,
                                   struct graph_value *x, struct graph_value *y)
{
    struct graph_value *pair[] = { x, y };
    return add(m, op, 2, pair, (struct graph_attributes){ 0 });
}

static struct graph_window window(struct making *m, const struct graph_value *x,
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

static struct graph_value *add_conv(struct making *m, struct graph_value *x)
{
    struct graph_attributes t = { .window = window(m, x, true), .groups = 1 };
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
        constant(m, 4,
                 (uint64_t[]){ units, channels / t.groups, t.window.kernel[0],
                               t.window.kernel[1] }),
        constant(m, 1, &units),
    };
    return add(m, GRAPH_CONV, 2 + rng_below(m->rng, 2), inputs, t);
}

/* A convolution with biases. */
static struct graph_value *add_products(struct making *m, struct graph_value *x,
                                        uint64_t units, uint64_t groups)
{
    uint64_t each = x->dims.size[1] / groups;
    struct graph_attributes t = { .window = window(m, x, true),
                                  .groups = groups };
    struct graph_value *inputs[] = {
        x,
        constant(m, 4,
                 (uint64_t[]){ units, each, t.window.kernel[0],
                               t.window.kernel[1] }),
        constant(m, 1, &units),
    };
    return add(m, GRAPH_CONV, 3, inputs, t);
}

static struct graph_value *add_norm(struct making *m, struct graph_value *x)
{
    uint64_t channels = x->dims.size[1];
    float *variance = arena_new_array(m->g->arena, float, channels);
    for (uint64_t i = 0; i < channels; i++)
        variance[i] = (float)(1.5 + number(m));
    struct graph_dims d = { 1, { channels } };
    struct graph_value *inputs[] = {
        x,
        constant(m, 1, &channels),
        constant(m, 1, &channels),
        constant(m, 1, &channels),
        graph_add_constant(m->g, "v", &d, GRAPH_FLOAT32, variance, false),
    };
    return add(m, GRAPH_BATCHNORM, 5, inputs,
               (struct graph_attributes){ .epsilon = 1e-5 });
}

/* A pool; its last window may reach beyond the pads if that is a maximum. */
static struct graph_value *add_pool(struct making *m, struct graph_value *x)
{
    bool is_max = rng_below(m->rng, 2) == 0;
    struct graph_attributes t = {
        .window = window(m, x, true),
        .count_pads = true,
        .ceil = is_max && rng_below(m->rng, 2) == 0,
    };
    return add_one(m, is_max ? GRAPH_MAXPOOL : GRAPH_AVGPOOL, x, t);
}

static struct graph_value *add_pad(struct making *m, struct graph_value *x)
{
    struct graph_attributes t = { .count = 8 };
    for (uint32_t i = 2; i < 4; i++) {
        t.list[i] = rng_below(m->rng, 2);
        t.list[4 + i] = rng_below(m->rng, 2);
    }
    return add_one(m, GRAPH_PAD, x, t);
}

/* There and back with something between. */
static struct graph_value *add_turn(struct making *m, struct graph_value *x)
{
    struct graph_attributes there = { .count = 4, .list = { 0, 2, 3, 1 } };
    struct graph_attributes back = { .count = 4, .list = { 0, 3, 1, 2 } };
    x = add_one(m, GRAPH_TRANSPOSE, x, there);
    uint64_t channels = x->dims.size[3];
    x = add_two(m, GRAPH_ADD, x, constant(m, 1, &channels));
    x = add_one(m, GRAPH_RELU, x, (struct graph_attributes){ 0 });
    return add_one(m, GRAPH_TRANSPOSE, x, back);
}

static struct graph_value *add_constant_pair(struct making *m,
                                             struct graph_value *x)
{
    static const enum graph_op ops[] = { GRAPH_ADD, GRAPH_MUL, GRAPH_SUB };
    uint64_t sizes[] = { 1, rng_below(m->rng, 2) == 0 ? 1 : x->dims.size[1], 1,
                         1 };
    struct graph_value *c = constant(m, 4, sizes);
    bool left = rng_below(m->rng, 2) == 0;
    return add_two(m, ops[rng_below(m->rng, 3)], left ? c : x, left ? x : c);
}

/* A branch, and back into one. */
static struct graph_value *add_branch(struct making *m, struct graph_value *x)
{
    static const enum graph_op ops[] = { GRAPH_ADD, GRAPH_SUB, GRAPH_MUL,
                                         GRAPH_MAX };
    struct graph_value *y = add_norm(m, x);
    if (rng_below(m->rng, 2) == 0)
        return add_two(m, ops[rng_below(m->rng, 4)], x, y);
    struct graph_value *both[] = { y, x };
    return add(m, GRAPH_CONCAT, 2, both,
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
    x = add_one(m, GRAPH_RESHAPE, x, apart);
    x = add_one(m, GRAPH_TRANSPOSE, x, turn);
    return add_one(m, GRAPH_RESHAPE, x, join);
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
    return add_one(m, GRAPH_SLICE, x, t);
}

/* Squeeze and excite: a value for each channel, from all of its pixels. */
static struct graph_value *add_excite(struct making *m, struct graph_value *x)
{
    struct graph_attributes none = { 0 };
    struct graph_value *y = add_one(m, GRAPH_GLOBAL_AVGPOOL, x, none);
    y = add_one(m, GRAPH_SIGMOID, y, none);
    bool left = rng_below(m->rng, 2) == 0;
    return add_two(m, rng_below(m->rng, 2) == 0 ? GRAPH_MUL : GRAPH_SUB,
                   left ? y : x, left ? x : y);
}

static struct graph_value *add_any(struct making *m, struct graph_value *x)
{
    struct graph_attributes none = { 0 };
    switch (rng_below(m->rng, 18)) {
    case 0:
    case 1:
        return add_conv(m, x);
    case 2:
        return add_norm(m, x);
    case 3:
        return add_pool(m, x);
    case 4:
        return add_conv(m, add_pad(m, x));
    case 5:
        return add_turn(m, x);
    case 6:
        return add_constant_pair(m, x);
    case 7:
        return add_branch(m, x);
    case 8:
        return add_one(m, GRAPH_RELU, x, none);
    case 9:
        return add_one(m, GRAPH_CLIP, x,
                       (struct graph_attributes){ .high = 6 });
    case 10:
        return add_one(m, GRAPH_LEAKY_RELU, x,
                       (struct graph_attributes){ .alpha = 0.25 });
    case 11:
        return add_two(m, GRAPH_PRELU, x,
                       constant(m, 3, (uint64_t[]){ x->dims.size[1], 1, 1 }));
    case 12:
        return add_one(m, GRAPH_UPSAMPLE, x,
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
    default:
        return add_pad(m, x);
    }
}

static struct graph_value *add_dense(struct making *m, struct graph_value *x)
{
    uint64_t count = graph_dims_count(&x->dims);
    uint64_t units = 2 + rng_below(m->rng, 4);
    struct graph_attributes flat = { .dims = { 2, { 1, count } } };
    if (rng_below(m->rng, 3) == 0)
        x = add_one(m, GRAPH_GLOBAL_AVGPOOL, x, (struct graph_attributes){ 0 });
    count = flat.dims.size[1] = graph_dims_count(&x->dims);
    x = add_one(m, GRAPH_RESHAPE, x, flat);
    bool turned = rng_below(m->rng, 2) == 0;
    struct graph_value *w = constant(
        m, 2, (uint64_t[]){ turned ? units : count, turned ? count : units });
    if (!turned && rng_below(m->rng, 2) == 0)
        return add_two(m, GRAPH_ADD, add_two(m, GRAPH_MATMUL, x, w),
                       constant(m, 1, &units));
    struct graph_value *inputs[] = { x, w, constant(m, 1, &units) };
    return add(m, GRAPH_GEMM, 3, inputs,
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

/* A quantiser; each: one scale for each of the first sizes of a constant. */
static struct graph_value *quantised(struct making *m, struct graph_value *x,
                                     bool each)
{
    struct graph *g = m->g;
    uint64_t count = each ? x->dims.size[0] : 1;
    double *scales = arena_new_array(g->arena, double, count);
    for (uint64_t i = 0; i < count; i++)
        scales[i] = 1.0 / (double)(1U << (3 + rng_below(m->rng, 3)));
    struct graph_dims dims = { each ? x->dims.rank : 1, { count, 1, 1, 1 } };
    double zero = 0, bits = 3 + rng_below(m->rng, 6);
    struct graph_value *inputs[] = {
        x,
        graph_add_constant(g, "s", &dims, GRAPH_FLOAT64, scales, false),
        graph_add_numbers(g, "z", GRAPH_FLOAT32, 1, &zero),
        graph_add_numbers(g, "b", GRAPH_FLOAT32, 1, &bits),
    };
    static const uint8_t modes[] = { GRAPH_ROUND_EVEN, GRAPH_ROUND_FLOOR,
                                     GRAPH_ROUND_ZERO };
    bool is_signed = x->data != NULL || rng_below(m->rng, 2) == 0;
    return add(m, GRAPH_QUANT, 4, inputs,
               (struct graph_attributes){
                   .is_signed = is_signed,
                   .narrow = is_signed && rng_below(m->rng, 2) == 0,
                   .rounding = modes[rng_below(m->rng, 3)] });
}

static struct graph_value *add_quantised_conv(struct making *m,
                                              struct graph_value *x)
{
    struct graph_attributes t = { .window = window(m, x, true), .groups = 1 };
    uint64_t units = 1 + rng_below(m->rng, 5);
    struct graph_value *inputs[] = {
        x,
        constant(m, 4,
                 (uint64_t[]){ units, x->dims.size[1], t.window.kernel[0],
                               t.window.kernel[1] }),
        constant(m, 1, &units),
    };
    inputs[1] = quantised(m, inputs[1], rng_below(m->rng, 2) == 0);
    inputs[2] = quantised(m, inputs[2], false);
    x = add(m, GRAPH_CONV, 2 + rng_below(m->rng, 2), inputs, t);
    if (rng_below(m->rng, 2) == 0)
        x = add_one(m, GRAPH_RELU, x, (struct graph_attributes){ 0 });
    return quantised(m, x, false);
}

struct graph *graph_random_quantised(struct arena *a, struct rng *rng,
                                     struct diag *d)
{
    struct making m = { .g = graph_new(a, "random", "random", d), .rng = rng };
    struct graph_dims dims = {
        4, { 1, 1 + rng_below(rng, 3), 4 + rng_below(rng, 5), 5 }
    };
    struct graph_value *x = graph_add_input(m.g, "image", &dims, GRAPH_FLOAT32);
    x = quantised(&m, x, false);
    for (uint32_t i = 1 + rng_below(rng, 2); i > 0; i--)
        x = add_quantised_conv(&m, x);
    if (rng_below(rng, 2) == 0)
        x = add_one(&m, GRAPH_MAXPOOL, x,
                    (struct graph_attributes){ .window = window(&m, x, true) });
    uint64_t count = graph_dims_count(&x->dims), units = 3;
    x = add_one(&m, GRAPH_RESHAPE, x,
                (struct graph_attributes){ .dims = { 2, { 1, count } } });
    struct graph_value *w = constant(&m, 2, (uint64_t[]){ count, units });
    x = add_two(&m, GRAPH_MATMUL, x, quantised(&m, w, false));
    x = quantised(&m, x, false);
    m.g->output = x;
    x->readers++;
    return m.g;
}

/* A scale that is mostly no power of two. */
static double any_scale(struct making *m)
{
    return (double)(50 + rng_below(m->rng, 1000)) / 8192;
}

/* Integers of eight bits with any scale and zero point: of weights one scale
 * for each unit, if they have one. */
static struct graph_value *scaled(struct making *m, struct graph_value *x,
                                  bool each)
{
    struct graph *g = m->g;
    bool is_weight = x->data != NULL;
    uint64_t count = each ? x->dims.size[0] : 1;
    double *scales = arena_new_array(g->arena, double, count);
    for (uint64_t i = 0; i < count; i++)
        scales[i] = any_scale(m);
    struct graph_dims dims = { each ? x->dims.rank : 1, { count, 1, 1, 1 } };
    bool is_signed = is_weight || rng_below(m->rng, 2) == 0;
    bool has_zero = !is_weight && rng_below(m->rng, 3) != 0;
    double zero = 0, bits = is_weight ? 4 + rng_below(m->rng, 5) : 8;
    if (has_zero)
        zero = (double)rng_below(m->rng, 256) - (is_signed ? 128 : 0);
    struct graph_value *inputs[] = {
        x,
        graph_add_constant(g, "s", &dims, GRAPH_FLOAT64, scales, false),
        graph_add_numbers(g, "z", GRAPH_FLOAT32, 1, &zero),
        graph_add_numbers(g, "b", GRAPH_FLOAT32, 1, &bits),
    };
    return add(m, GRAPH_QUANT, 4, inputs,
               (struct graph_attributes){ .is_signed = is_signed });
}

static struct graph_value *add_clip(struct making *m, struct graph_value *x)
{
    double low = (double)rng_below(m->rng, 13) - 6;
    return add_one(m, GRAPH_CLIP, x,
                   (struct graph_attributes){
                       .low = low,
                       .high = low + (double)rng_below(m->rng, 9) - 1 });
}

/* Behind most layers.  Some clips leave one value, or contradict one another
 * or the quantiser. */
static struct graph_value *scaled_sum(struct making *m, struct graph_value *x)
{
    struct graph_attributes none = { 0 };
    if (rng_below(m->rng, 3) == 0)
        x = add_one(m, GRAPH_RELU, x, none);
    else if (rng_below(m->rng, 4) == 0)
        x = add_one(m, GRAPH_CLIP, x, (struct graph_attributes){ .high = 6 });
    if (rng_below(m->rng, 8) == 0)
        x = add_clip(m, x);
    if (rng_below(m->rng, 8) == 0)
        x = add_clip(m, x);
    return scaled(m, x, false);
}

static struct graph_value *add_scaled_conv(struct making *m,
                                           struct graph_value *x)
{
    struct graph_attributes t = { .window = window(m, x, true), .groups = 1 };
    uint64_t units = 1 + rng_below(m->rng, 5);
    bool depthwise = rng_below(m->rng, 4) == 0;
    if (depthwise)
        t.groups = units = x->dims.size[1];
    struct graph_value *inputs[] = {
        x,
        constant(m, 4,
                 (uint64_t[]){ units, x->dims.size[1] / t.groups,
                               t.window.kernel[0], t.window.kernel[1] }),
        constant(m, 1, &units),
    };
    inputs[1] = scaled(m, inputs[1], rng_below(m->rng, 2) == 0);
    if (rng_below(m->rng, 2) == 0)
        inputs[2] = scaled(m, inputs[2], false);
    /* Something added that is no multiple of the scale: pads are none either
     * then, and only values of the default precision can have them. */
    if (rng_below(m->rng, 8) == 0) {
        for (uint32_t i = 0; i < 2; i++)
            t.window.before[i] = t.window.behind[i] = 0;
        inputs[0] = add_two(m, GRAPH_ADD, x, constant(m, 1, (uint64_t[]){ 1 }));
    }
    x = add(m, GRAPH_CONV, 2 + rng_below(m->rng, 2), inputs, t);
    if (rng_below(m->rng, 4) == 0)
        x = add_norm(m, x);
    return scaled_sum(m, x);
}

/* Two branches of unlike scales, and back into one. */
static struct graph_value *add_scaled_branch(struct making *m,
                                             struct graph_value *x)
{
    static const enum graph_op ops[] = { GRAPH_ADD, GRAPH_SUB, GRAPH_MUL };
    uint64_t channels = x->dims.size[1];
    struct graph_attributes t = {
        .window = { 2, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 0 }, { 0 } }, .groups = 1
    };
    struct graph_value *w =
        scaled(m, constant(m, 4, (uint64_t[]){ channels, channels, 1, 1 }),
               true);
    struct graph_value *y =
        scaled_sum(m,
                   add(m, GRAPH_CONV, 2, (struct graph_value *[]){ x, w }, t));
    if (rng_below(m->rng, 3) != 0)
        return scaled_sum(m, add_two(m, ops[rng_below(m->rng, 3)], x, y));
    return scaled(m,
                  add(m, GRAPH_CONCAT, 2, (struct graph_value *[]){ x, y },
                      (struct graph_attributes){ .axis = 1 }),
                  false);
}

static struct graph_value *add_scaled(struct making *m, struct graph_value *x)
{
    switch (rng_below(m->rng, 5)) {
    case 0:
        return add_scaled_branch(m, x);
    case 1:
        return scaled(m, add_pool(m, x), false);
    case 2:
        return add_scaled_conv(m, add_pad(m, x));
    default:
        return add_scaled_conv(m, x);
    }
}

struct graph *graph_random_scaled(struct arena *a, struct rng *rng,
                                  struct diag *d)
{
    struct making m = { .g = graph_new(a, "random", "random", d), .rng = rng };
    struct graph_dims dims = {
        4, { 1, 1 + rng_below(rng, 3), 4 + rng_below(rng, 5), 5 }
    };
    struct graph_value *x = graph_add_input(m.g, "image", &dims, GRAPH_FLOAT32);
    x = scaled(&m, x, false);
    for (uint32_t i = 1 + rng_below(rng, 4); i > 0; i--)
        x = add_scaled(&m, x);
    if (rng_below(rng, 3) == 0)
        x = scaled(&m,
                   add_one(&m, GRAPH_GLOBAL_AVGPOOL, x,
                           (struct graph_attributes){ 0 }),
                   false);
    uint64_t count = graph_dims_count(&x->dims), units = 3;
    x = add_one(&m, GRAPH_RESHAPE, x,
                (struct graph_attributes){ .dims = { 2, { 1, count } } });
    struct graph_value *w = constant(&m, 2, (uint64_t[]){ units, count });
    x = add(&m, GRAPH_GEMM, 3,
            (struct graph_value *[]){ x, scaled(&m, w, rng_below(rng, 2) == 0),
                                      constant(&m, 1, &units) },
            (struct graph_attributes){
                .transpose_b = true, .alpha = 1, .beta = 1 });
    if (rng_below(rng, 4) != 0)
        x = scaled(&m, x, false);
    m.g->output = x;
    x->readers++;
    return m.g;
}
