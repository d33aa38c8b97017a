#include "import/graph/graph_simplify.h"

#include "base/arena.h"
#include "import/graph/simplifying.h"

#include <math.h>
#include <string.h>

static struct graph_value *now(const struct rewriting *r, struct graph_value *v)
{
    while (v != NULL && v->index < r->room && r->now[v->index] != NULL)
        v = r->now[v->index];
    return v;
}

void simplify_replace(struct rewriting *r, const struct graph_value *old,
                      struct graph_value *by)
{
    r->now[old->index] = by;
    by->readers += old->readers;
}

struct graph_node *simplify_sole(const struct graph_value *v, enum graph_op op)
{
    return v != NULL && v->source != NULL && v->source->op == op &&
                   v->readers == 1
               ? v->source
               : NULL;
}

static bool same_numbers(const struct graph_value *a,
                         const struct graph_value *b)
{
    if (a == NULL || b == NULL || a->data == NULL || b->data == NULL)
        return a == b;
    uint64_t count = graph_dims_count(&a->dims);
    if (count != graph_dims_count(&b->dims))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (graph_element(a, i) != graph_element(b, i))
            return false;
    return true;
}

struct graph_value *simplify_input(const struct graph_node *n, uint32_t i)
{
    return i < n->input_count ? n->inputs[i] : NULL;
}

static bool is_one(const struct graph_value *v)
{
    return v->data != NULL && graph_dims_count(&v->dims) == 1;
}

/* The node that quantised integers, and the clip between that gives them
 * fewer bits; NULL: none. */
static const struct graph_node *quantiser_of(const struct graph_value *x,
                                             const struct graph_node **clip)
{
    const struct graph_node *n = x->source;
    *clip = n != NULL && n->op == GRAPH_CLIP ? n : NULL;
    if (*clip != NULL)
        n = n->inputs[0]->source;
    return n != NULL && n->op == GRAPH_QUANTIZE ? n : NULL;
}

/* Whether a clip leaves the integers of so many bits; narrow: without the
 * least one. */
static bool limits_of(const struct graph_node *clip, bool is_signed,
                      double *bits, bool *narrow)
{
    double low = clip->attributes.low, high = clip->attributes.high;
    int exponent;
    if (!(high >= 1) || frexp(high + 1, &exponent) != 0.5)
        return false;
    /* high + 1 is 2^(exponent - 1). */
    double own = exponent - 1 + is_signed;
    *narrow = is_signed && low == -high;
    if (own > *bits || (!*narrow && low != (is_signed ? -(high + 1) : 0)))
        return false;
    *bits = own;
    return true;
}

/* A dequantize becomes a quant of what was quantised; true: it is gone, since
 * there is one already. */
static bool join_quantisers(struct rewriting *r, struct graph_node *n)
{
    struct graph_value *x = n->inputs[0];
    const struct graph_node *clip;
    const struct graph_node *q = quantiser_of(x, &clip);
    if (q == NULL || !is_one(n->inputs[1]) ||
        !same_numbers(q->inputs[1], n->inputs[1]) ||
        !same_numbers(simplify_input(q, 2), simplify_input(n, 2)))
        return false;
    struct graph_node *first = r->joined[x->index];
    if (first != NULL && first->output->type == n->output->type) {
        x->readers--;
        simplify_replace(r, n->output, first->output);
        n->output->readers = 0;
        return true;
    }
    struct graph *g = r->g;
    enum graph_type type = q->attributes.type;
    const struct graph_value *zero = simplify_input(n, 2);
    double zero_number = zero == NULL ? 0 : graph_element(zero, 0);
    double bits = 8 * (double)graph_type_size(type);
    bool is_signed = graph_type_min(type) < 0, narrow = false;
    if (clip != NULL && !limits_of(clip, is_signed, &bits, &narrow))
        return false;
    r->joined[x->index] = n;
    struct graph_value **inputs =
        arena_new_array(g->arena, struct graph_value *, 4);
    inputs[0] = q->inputs[0];
    inputs[1] = n->inputs[1];
    inputs[2] = graph_add_numbers(g, "zero", GRAPH_FLOAT64, 1, &zero_number);
    inputs[3] = graph_add_numbers(g, "bits", GRAPH_FLOAT64, 1, &bits);
    inputs[0]->readers++;
    x->readers--;
    n->op = GRAPH_QUANT;
    n->attributes =
        (struct graph_attributes){ .is_signed = is_signed, .narrow = narrow };
    n->input_count = 4;
    n->inputs = inputs;
    return false;
}

/* Pads in front of a window become its own. */
static void fold_pad(struct graph_node *n)
{
    const struct graph_node *pad = simplify_sole(n->inputs[0], GRAPH_PAD);
    struct graph_window *w = &n->attributes.window;
    if (pad == NULL || pad->attributes.mode != GRAPH_PAD_CONSTANT ||
        pad->attributes.value != 0)
        return;
    bool has_pads = false;
    for (uint32_t i = 0; i < w->rank; i++)
        has_pads = has_pads || w->before[i] != 0 || w->behind[i] != 0;
    if (n->op == GRAPH_AVGPOOL &&
        (n->attributes.ceil || (has_pads && !n->attributes.count_pads)))
        return;
    uint32_t rank = n->inputs[0]->dims.rank, first = graph_spatial_axis(n);
    const int64_t *list = pad->attributes.list;
    for (uint32_t i = 0; i < rank; i++) {
        bool is_spatial = i >= first && i < first + w->rank;
        if (list[i] < 0 || list[rank + i] < 0 ||
            (!is_spatial && (list[i] != 0 || list[rank + i] != 0)))
            return;
    }
    /* Pads of a pool are smaller than its kernel. */
    for (uint32_t i = 0; n->op == GRAPH_AVGPOOL && i < w->rank; i++)
        if (w->before[i] + (uint64_t)list[first + i] >= w->kernel[i] ||
            w->behind[i] + (uint64_t)list[rank + first + i] >= w->kernel[i])
            return;
    for (uint32_t i = 0; i < w->rank; i++) {
        w->before[i] += (uint64_t)list[first + i];
        w->behind[i] += (uint64_t)list[rank + first + i];
    }
    if (n->op == GRAPH_AVGPOOL)
        n->attributes.count_pads = true;
    n->inputs[0] = pad->inputs[0];
}

static bool is_clip(const struct graph_node *n)
{
    return n->op == GRAPH_RELU || n->op == GRAPH_CLIP;
}

/* What is limited twice has the limits of both: a ReLU6 of two halves. */
static void join_clips(struct graph_node *n)
{
    const struct graph_node *first = n->inputs[0]->source;
    if (!is_clip(n) || first == NULL || !is_clip(first) ||
        n->inputs[0]->readers != 1 || !graph_type_is_float(n->output->type))
        return;
    double low = n->op == GRAPH_RELU ? 0 : n->attributes.low;
    double high = n->op == GRAPH_RELU ? INFINITY : n->attributes.high;
    double least = first->op == GRAPH_RELU ? 0 : first->attributes.low;
    double most = first->op == GRAPH_RELU ? INFINITY : first->attributes.high;
    n->op = GRAPH_CLIP;
    n->attributes = (struct graph_attributes){
        .low = fmin(fmax(least, low), high),
        .high = fmin(fmax(most, low), high),
    };
    n->inputs[0] = first->inputs[0];
}

/* Whether a node hands on its first input as it is. */
static bool does_nothing(const struct graph_node *n)
{
    const struct graph_value *x = n->inputs[0], *y = n->output;
    bool in_place = true;
    switch (n->op) {
    case GRAPH_RESHAPE:
        return graph_dims_equal(&x->dims, &y->dims);
    case GRAPH_CAST:
        return graph_type_is_float(x->type) && graph_type_is_float(y->type);
    case GRAPH_CONCAT:
        return n->input_count == 1;
    case GRAPH_PAD:
    case GRAPH_UPSAMPLE:
        return graph_dims_equal(&x->dims, &y->dims) &&
               n->attributes.mode == GRAPH_PAD_CONSTANT;
    case GRAPH_SLICE:
        for (uint32_t i = 0; i < x->dims.rank; i++)
            in_place = in_place && n->attributes.list[2 * i + 1] > 0;
        return in_place && graph_dims_equal(&x->dims, &y->dims);
    case GRAPH_TRANSPOSE:
        for (uint32_t i = 0; i < x->dims.rank; i++)
            in_place = in_place && n->attributes.list[i] == i;
        return in_place;
    default:
        return false;
    }
}

/* True: the node is gone. */
static bool rewrite(struct rewriting *r, struct graph_node *n)
{
    for (uint32_t i = 0; i < n->input_count; i++)
        n->inputs[i] = now(r, n->inputs[i]);
    if (does_nothing(n)) {
        struct graph_value *x = n->inputs[0];
        x->readers--;
        simplify_replace(r, n->output, x);
        n->output->readers = 0;
        return true;
    }
    if (n->op == GRAPH_DEQUANTIZE && join_quantisers(r, n))
        return true;
    if (simplify_affine(r, n))
        return true;
    if (n->op == GRAPH_CONV || n->op == GRAPH_AVGPOOL)
        fold_pad(n);
    join_clips(n);
    return false;
}

void graph_simplify(struct graph *g)
{
    struct arena *own = arena_new();
    struct rewriting r = {
        .g = g,
        .now = arena_new_array(own, struct graph_value *, g->value_count),
        .joined = arena_new_array(own, struct graph_node *, g->value_count),
        .room = g->value_count,
    };
    uint32_t kept = 0;
    for (uint32_t i = 0; i < g->node_count; i++)
        if (!rewrite(&r, g->nodes[i]))
            g->nodes[kept++] = g->nodes[i];
    g->node_count = kept;
    g->output = now(&r, g->output);
    arena_free(own);
    graph_sweep(g);
}

void graph_sweep(struct graph *g)
{
    for (uint32_t i = 0; i < g->value_count; i++)
        g->values[i]->readers = 0;
    g->output->readers = 1;
    uint32_t kept = g->node_count;
    for (uint32_t i = g->node_count; i-- > 0;) {
        struct graph_node *n = g->nodes[i];
        if (n->output->readers == 0)
            continue;
        for (uint32_t k = 0; k < n->input_count; k++)
            if (n->inputs[k] != NULL)
                n->inputs[k]->readers++;
        g->nodes[--kept] = n;
    }
    g->node_count -= kept;
    if (g->node_count > 0)
        memmove(g->nodes, g->nodes + kept, g->node_count * sizeof *g->nodes);
}
