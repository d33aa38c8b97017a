#include "import/graph/simplifying.h"

#include "base/arena.h"

#include <assert.h>
#include <math.h>

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
    const struct graph_node *first = simplify_sole(n->inputs[0], GRAPH_AFFINE);
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
    const struct graph_value *b = simplify_input(n, 2);
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
    simplify_replace(r, n->output, x);
    x->readers--; /* n itself */
    n->output->readers = 0;
    return true;
}

bool simplify_affine(struct rewriting *r, struct graph_node *n)
{
    if (n->op == GRAPH_BATCHNORM)
        normalise(r, n);
    if (n->op == GRAPH_ADD || n->op == GRAPH_SUB || n->op == GRAPH_MUL ||
        n->op == GRAPH_DIV)
        scale_by_constant(r, n);
    if (n->op != GRAPH_AFFINE)
        return false;
    join_affine(r, n);
    return fold_into_products(r, n);
}
