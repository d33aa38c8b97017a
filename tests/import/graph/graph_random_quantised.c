#include "tests/import/graph/graph_random.h"

#include "base/arena.h"
#include "base/rng.h"
#include "tests/import/graph/graph_making.h"

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
    return making_add(m, GRAPH_QUANT, 4, inputs,
                      (struct graph_attributes){
                          .is_signed = is_signed,
                          .narrow = is_signed && rng_below(m->rng, 2) == 0,
                          .rounding = modes[rng_below(m->rng, 3)] });
}

static struct graph_value *add_quantised_conv(struct making *m,
                                              struct graph_value *x)
{
    struct graph_attributes t = { .window = making_window(m, x, true),
                                  .groups = 1 };
    uint64_t units = 1 + rng_below(m->rng, 5);
    struct graph_value *inputs[] = {
        x,
        making_constant(m, 4,
                        (uint64_t[]){ units, x->dims.size[1],
                                      t.window.kernel[0], t.window.kernel[1] }),
        making_constant(m, 1, &units),
    };
    inputs[1] = quantised(m, inputs[1], rng_below(m->rng, 2) == 0);
    inputs[2] = quantised(m, inputs[2], false);
    x = making_add(m, GRAPH_CONV, 2 + rng_below(m->rng, 2), inputs, t);
    if (rng_below(m->rng, 2) == 0)
        x = making_one(m, GRAPH_RELU, x, (struct graph_attributes){ 0 });
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
        x = making_one(&m, GRAPH_MAXPOOL, x,
                       (struct graph_attributes){
                           .window = making_window(&m, x, true) });
    uint64_t count = graph_dims_count(&x->dims), units = 3;
    x = making_one(&m, GRAPH_RESHAPE, x,
                   (struct graph_attributes){ .dims = { 2, { 1, count } } });
    struct graph_value *w =
        making_constant(&m, 2, (uint64_t[]){ count, units });
    x = making_two(&m, GRAPH_MATMUL, x, quantised(&m, w, false));
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
    struct graph_attributes t = { .is_signed = is_signed };
    /* Most tools round to the nearest. */
    if (rng_below(m->rng, 4) == 0)
        t.rounding =
            rng_below(m->rng, 2) == 0 ? GRAPH_ROUND_FLOOR : GRAPH_ROUND_ZERO;
    t.narrow = rng_below(m->rng, 8) == 0;
    return making_add(m, GRAPH_QUANT, 4, inputs, t);
}

static struct graph_value *add_clip(struct making *m, struct graph_value *x)
{
    double low = (double)rng_below(m->rng, 13) - 6;
    return making_one(m, GRAPH_CLIP, x,
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
        x = making_one(m, GRAPH_RELU, x, none);
    else if (rng_below(m->rng, 4) == 0)
        x = making_one(m, GRAPH_CLIP, x,
                       (struct graph_attributes){ .high = 6 });
    if (rng_below(m->rng, 8) == 0)
        x = add_clip(m, x);
    if (rng_below(m->rng, 8) == 0)
        x = add_clip(m, x);
    return scaled(m, x, false);
}

static struct graph_value *add_scaled_conv(struct making *m,
                                           struct graph_value *x)
{
    struct graph_attributes t = { .window = making_window(m, x, true),
                                  .groups = 1 };
    uint64_t units = 1 + rng_below(m->rng, 5);
    bool depthwise = rng_below(m->rng, 4) == 0;
    if (depthwise)
        t.groups = units = x->dims.size[1];
    struct graph_value *inputs[] = {
        x,
        making_constant(m, 4,
                        (uint64_t[]){ units, x->dims.size[1] / t.groups,
                                      t.window.kernel[0], t.window.kernel[1] }),
        making_constant(m, 1, &units),
    };
    inputs[1] = scaled(m, inputs[1], rng_below(m->rng, 2) == 0);
    if (rng_below(m->rng, 2) == 0)
        inputs[2] = scaled(m, inputs[2], false);
    /* Something added that is no multiple of the scale: pads are none either
     * then, and only values of the default precision can have them. */
    if (rng_below(m->rng, 8) == 0) {
        for (uint32_t i = 0; i < 2; i++)
            t.window.before[i] = t.window.behind[i] = 0;
        inputs[0] = making_two(m, GRAPH_ADD, x,
                               making_constant(m, 1, (uint64_t[]){ 1 }));
    }
    x = making_add(m, GRAPH_CONV, 2 + rng_below(m->rng, 2), inputs, t);
    if (rng_below(m->rng, 4) == 0)
        x = making_norm(m, x);
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
        scaled(m,
               making_constant(m, 4, (uint64_t[]){ channels, channels, 1, 1 }),
               true);
    struct graph_value *y = scaled_sum(
        m, making_add(m, GRAPH_CONV, 2, (struct graph_value *[]){ x, w }, t));
    if (rng_below(m->rng, 3) != 0)
        return scaled_sum(m, making_two(m, ops[rng_below(m->rng, 3)], x, y));
    return scaled(m,
                  making_add(m, GRAPH_CONCAT, 2,
                             (struct graph_value *[]){ x, y },
                             (struct graph_attributes){ .axis = 1 }),
                  false);
}

static struct graph_value *add_scaled(struct making *m, struct graph_value *x)
{
    switch (rng_below(m->rng, 5)) {
    case 0:
        return add_scaled_branch(m, x);
    case 1:
        return scaled(m, making_pool(m, x), false);
    case 2:
        return add_scaled_conv(m, making_pad(m, x));
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
                   making_one(&m, GRAPH_GLOBAL_AVGPOOL, x,
                              (struct graph_attributes){ 0 }),
                   false);
    uint64_t count = graph_dims_count(&x->dims), units = 3;
    x = making_one(&m, GRAPH_RESHAPE, x,
                   (struct graph_attributes){ .dims = { 2, { 1, count } } });
    struct graph_value *w =
        making_constant(&m, 2, (uint64_t[]){ units, count });
    x = making_add(&m, GRAPH_GEMM, 3,
                   (struct graph_value *[]){
                       x, scaled(&m, w, rng_below(rng, 2) == 0),
                       making_constant(&m, 1, &units) },
                   (struct graph_attributes){
                       .transpose_b = true, .alpha = 1, .beta = 1 });
    if (rng_below(rng, 4) != 0)
        x = scaled(&m, x, false);
    m.g->output = x;
    x->readers++;
    return m.g;
}
