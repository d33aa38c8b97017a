#include "import/graph/graph_simplify.h"

#include "base/arena.h"
#include "import/graph/graph_fold.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* While nodes are looked at in order: what stands for a value now. */
struct rewriting {
    struct graph *g;
    struct graph_value **now;   /* by index; NULL: itself */
    struct graph_node **joined; /* by index of integers: the first quant that
                                   gives the values they stand for */
    uint32_t room;              /* values that there were at first */
};

static struct graph_value *now(const struct rewriting *r, struct graph_value *v)
{
    while (v != NULL && v->index < r->room && r->now[v->index] != NULL)
        v = r->now[v->index];
    return v;
}

static void replace(struct rewriting *r, const struct graph_value *old,
                    struct graph_value *by)
{
    r->now[old->index] = by;
    by->readers += old->readers;
}

/* The node that computes v for nobody else; NULL: another kind, or there are
 * other readers. */
static struct graph_node *sole(const struct graph_value *v, enum graph_op op)
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

static struct graph_value *input(const struct graph_node *n, uint32_t i)
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
        !same_numbers(input(q, 2), input(n, 2)))
        return false;
    struct graph_node *first = r->joined[x->index];
    if (first != NULL && first->output->type == n->output->type) {
        x->readers--;
        replace(r, n->output, first->output);
        n->output->readers = 0;
        return true;
    }
    struct graph *g = r->g;
    enum graph_type type = q->attributes.type;
    const struct graph_value *zero = input(n, 2);
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

/* A node becomes x * scale + offset; the numbers are the arena's, `count` of
 * them along the axis, or one for all if `flat`. */
static void become_affine(struct rewriting *r, struct graph_node *n,
                          struct graph_value *x, int64_t axis, bool flat,
                          const double *scale, const double *offset)
{
    struct graph *g = r->g;
    uint64_t count = x->dims.size[axis];
    struct graph_value **inputs =
        arena_new_array(g->arena, struct graph_value *, 3);
    struct graph_dims dims = { 1, { count } };
    inputs[0] = x;
    inputs[1] =
        graph_add_constant(g, n->name, &dims, GRAPH_FLOAT64, scale, flat);
    inputs[2] =
        graph_add_constant(g, n->name, &dims, GRAPH_FLOAT64, offset, flat);
    n->op = GRAPH_AFFINE;
    n->attributes = (struct graph_attributes){ .axis = axis, .flat = flat };
    n->input_count = 3;
    n->inputs = inputs;
}

static void normalise(struct rewriting *r, struct graph_node *n)
{
    struct graph_value *x = n->inputs[0];
    for (uint32_t i = 1; i < 5; i++)
        if (n->inputs[i]->data == NULL)
            return;
    uint32_t axis = graph_channel_axis(n, x->dims.rank);
    uint64_t count = x->dims.size[axis];
    double *scale = arena_new_array(r->g->arena, double, count);
    double *offset = arena_new_array(r->g->arena, double, count);
    for (uint64_t i = 0; i < count; i++) {
        scale[i] = graph_element(n->inputs[1], i) /
                   sqrt(graph_element(n->inputs[4], i) + n->attributes.epsilon);
        offset[i] = graph_element(n->inputs[2], i) -
                    graph_element(n->inputs[3], i) * scale[i];
    }
    become_affine(r, n, x, axis, false, scale, offset);
}

/* The one axis of x along which a constant varies; flat: along none.  False:
 * along several, or it makes the tensor larger. */
static bool varies_along(const struct graph_value *x,
                         const struct graph_value *c, int64_t *axis, bool *flat)
{
    if (c->dims.rank > x->dims.rank || x->dims.rank == 0)
        return false;
    uint32_t ahead = x->dims.rank - c->dims.rank;
    *flat = true;
    *axis = x->dims.rank > 1 ? 1 : 0;
    for (uint32_t i = 0; i < c->dims.rank; i++) {
        if (c->dims.size[i] == 1)
            continue;
        if (!*flat || c->dims.size[i] != x->dims.size[ahead + i])
            return false;
        *flat = false;
        *axis = ahead + i;
    }
    if (c->is_splat)
        *flat = true;
    return true;
}

static void scale_by_constant(struct rewriting *r, struct graph_node *n)
{
    bool is_left = n->inputs[0]->data != NULL;
    struct graph_value *x = n->inputs[is_left], *c = n->inputs[!is_left];
    int64_t axis;
    bool flat;
    if (c->data == NULL || (is_left && n->op == GRAPH_DIV) ||
        !graph_type_is_float(x->type) || !varies_along(x, c, &axis, &flat))
        return;
    uint64_t count = flat ? 1 : x->dims.size[axis];
    double *scale = arena_new_array(r->g->arena, double, count);
    double *offset = arena_new_array(r->g->arena, double, count);
    for (uint64_t i = 0; i < count; i++) {
        double value = graph_element(c, i);
        scale[i] = n->op == GRAPH_MUL              ? value
                   : n->op == GRAPH_DIV            ? 1 / value
                   : n->op == GRAPH_SUB && is_left ? -1
                                                   : 1;
        offset[i] = n->op == GRAPH_ADD               ? value
                    : n->op == GRAPH_SUB && is_left  ? value
                    : n->op == GRAPH_SUB && !is_left ? -value
                                                     : 0;
    }
    become_affine(r, n, x, axis, flat, scale, offset);
}

/* Two affine nodes on the same axis. */
static void join_affine(struct rewriting *r, struct graph_node *n)
{
    const struct graph_node *first = sole(n->inputs[0], GRAPH_AFFINE);
    if (first == NULL)
        return;
    bool flat = n->attributes.flat && first->attributes.flat;
    int64_t axis =
        n->attributes.flat ? first->attributes.axis : n->attributes.axis;
    if (!n->attributes.flat && !first->attributes.flat &&
        n->attributes.axis != first->attributes.axis)
        return;
    uint64_t count = flat ? 1 : n->inputs[0]->dims.size[axis];
    double *scale = arena_new_array(r->g->arena, double, count);
    double *offset = arena_new_array(r->g->arena, double, count);
    for (uint64_t i = 0; i < count; i++) {
        double a = graph_element(first->inputs[1], i);
        double b = graph_element(first->inputs[2], i);
        double c = graph_element(n->inputs[1], i);
        scale[i] = a * c;
        offset[i] = b * c + graph_element(n->inputs[2], i);
    }
    become_affine(r, n, first->inputs[0], axis, flat, scale, offset);
}

/* Whether every scale of an affine node is 1. */
static bool only_adds(const struct graph_node *n)
{
    const struct graph_value *v = n->inputs[1];
    uint64_t count = v->is_splat ? 1 : graph_dims_count(&v->dims);
    for (uint64_t i = 0; i < count; i++)
        if (graph_element(v, i) != 1)
            return false;
    return true;
}

/* Weights of which each unit is scaled; `inner` elements of a unit follow one
 * another. */
static struct graph_value *scaled(struct rewriting *r,
                                  const struct graph_value *w,
                                  const struct graph_node *affine,
                                  uint64_t inner, uint64_t units)
{
    assert(inner > 0 && units > 0);
    uint64_t count = graph_dims_count(&w->dims);
    size_t size = graph_type_size(w->type);
    void *data = arena_alloc(r->g->arena, count, size);
    for (uint64_t i = 0; i < count; i++)
        graph_store(w->type, data, i,
                    graph_element(w, i) *
                        graph_element(affine->inputs[1], i / inner % units));
    return graph_add_constant(r->g, w->name, &w->dims, w->type, data, false);
}

/* Where units lie in the weights of a node with products. */
static bool unit_layout(const struct graph_node *n, uint64_t *inner,
                        uint64_t *units)
{
    const struct graph_dims *w = &n->inputs[1]->dims;
    if (n->op == GRAPH_CONV) {
        *units = w->size[0];
        *inner = *units == 0 ? 1 : graph_dims_count(w) / *units;
    } else if (n->op == GRAPH_GEMM && n->attributes.transpose_b) {
        *units = w->size[0];
        *inner = w->size[1];
    } else {
        *units = w->size[w->rank - 1];
        *inner = 1;
    }
    return w->rank >= 2 && *units > 0 && *inner > 0;
}

/* The biases of a node with products: factor * its constant; false: they are
 * none, or not one a unit. */
static bool bias_of(const struct graph_node *n, uint64_t units, uint64_t i,
                    double *out)
{
    const struct graph_value *b = input(n, 2);
    *out = 0;
    if (b == NULL)
        return true;
    uint64_t count = graph_dims_count(&b->dims);
    if (b->data == NULL || b->grid.bits != 0 ||
        (count != 1 &&
         (count != units || b->dims.size[b->dims.rank - 1] != units)))
        return false;
    *out = graph_element(b, count == 1 ? 0 : i) *
           (n->op == GRAPH_GEMM ? n->attributes.beta : 1);
    return true;
}

/* An affine node becomes part of the products in front of it. */
static bool fold_into_products(struct rewriting *r, struct graph_node *n)
{
    struct graph_value *x = n->inputs[0];
    struct graph_node *p = x->source;
    if (p == NULL || x->readers != 1 ||
        (p->op != GRAPH_CONV && p->op != GRAPH_GEMM && p->op != GRAPH_MATMUL))
        return false;
    struct graph_value *w = p->inputs[1];
    uint64_t inner, units, rank = x->dims.rank;
    int64_t axis = p->op == GRAPH_CONV
                       ? (int64_t)graph_channel_axis(p, (uint32_t)rank)
                       : (int64_t)rank - 1;
    bool adds = only_adds(n);
    if (w->data == NULL || !unit_layout(p, &inner, &units) ||
        (!n->attributes.flat && n->attributes.axis != axis) ||
        (!adds && w->grid.bits != 0))
        return false;
    double *biases = arena_new_array(r->g->arena, double, units);
    for (uint64_t i = 0; i < units; i++) {
        if (!bias_of(p, units, i, &biases[i]))
            return false;
        uint64_t k = n->attributes.flat ? 0 : i;
        biases[i] = biases[i] * graph_element(n->inputs[1], k) +
                    graph_element(n->inputs[2], k);
    }
    if (!adds)
        w = scaled(r, w, n, inner, units);
    struct graph_value **inputs =
        arena_new_array(r->g->arena, struct graph_value *, 3);
    inputs[0] = p->inputs[0];
    inputs[1] = w;
    inputs[2] = graph_add_numbers(r->g, n->name, GRAPH_FLOAT64, units, biases);
    /* A product of matrices has no place for biases. */
    if (p->op == GRAPH_MATMUL && rank == 2 && w->dims.rank == 2) {
        p->op = GRAPH_GEMM;
        p->attributes = (struct graph_attributes){ .alpha = 1 };
    } else if (p->op == GRAPH_MATMUL) {
        return false;
    }
    p->attributes.beta = 1;
    p->input_count = 3;
    p->inputs = inputs;
    replace(r, n->output, x);
    x->readers--; /* n itself */
    n->output->readers = 0;
    return true;
}

/* Pads in front of a window become its own. */
static void fold_pad(struct graph_node *n)
{
    const struct graph_node *pad = sole(n->inputs[0], GRAPH_PAD);
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
        replace(r, n->output, x);
        n->output->readers = 0;
        return true;
    }
    if (n->op == GRAPH_DEQUANTIZE && join_quantisers(r, n))
        return true;
    if (n->op == GRAPH_BATCHNORM)
        normalise(r, n);
    if (n->op == GRAPH_ADD || n->op == GRAPH_SUB || n->op == GRAPH_MUL ||
        n->op == GRAPH_DIV)
        scale_by_constant(r, n);
    if (n->op == GRAPH_AFFINE) {
        join_affine(r, n);
        return fold_into_products(r, n);
    }
    if (n->op == GRAPH_CONV || n->op == GRAPH_AVGPOOL)
        fold_pad(n);
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
