#include "import/graph/graph_requantise.h"

#include "base/arena.h"
#include "import/graph/graph_fold.h"
#include "import/graph/graph_simplify.h"
#include "import/graph/requantising.h"

#include <math.h>

static requantise_fn *const words[GRAPH_OP_COUNT] = {
    [GRAPH_CONV] = requantise_product,
    [GRAPH_GEMM] = requantise_product,
    [GRAPH_MATMUL] = requantise_product,
    [GRAPH_QUANT] = requantise_quantiser,
    [GRAPH_QUANTIZE] = requantise_quantiser,
    [GRAPH_DEQUANTIZE] = requantise_dequantiser,
    [GRAPH_RELU] = requantise_clip,
    [GRAPH_CLIP] = requantise_clip,
    [GRAPH_MAX] = requantise_clip,
    [GRAPH_MAXPOOL] = requantise_pool,
    [GRAPH_GLOBAL_MAXPOOL] = requantise_pool,
    [GRAPH_UPSAMPLE] = requantise_pool,
    [GRAPH_RESHAPE] = requantise_view,
    [GRAPH_TRANSPOSE] = requantise_view,
    [GRAPH_CAST] = requantise_view,
    [GRAPH_AVGPOOL] = requantise_mean,
    [GRAPH_GLOBAL_AVGPOOL] = requantise_mean,
    [GRAPH_MEAN] = requantise_mean,
    [GRAPH_AFFINE] = requantise_norm,
    [GRAPH_ADD] = requantise_pair,
    [GRAPH_SUB] = requantise_pair,
    [GRAPH_MUL] = requantise_pair,
    [GRAPH_CONCAT] = requantise_concat,
    [GRAPH_ARGMAX] = requantise_argmax,
    [GRAPH_PAD] = requantise_pad,
    [GRAPH_SLICE] = requantise_view,
};

/* The largest stays the largest. */
bool requantise_argmax(struct requantising *r, const struct graph_node *n,
                       struct held *out)
{
    const struct held *x = requantise_held(r, n->inputs[0]);
    if (x->count != 1 || x->is_clipped || !(x->scale[0] > 0))
        return false;
    *out = requantise_plain_held(r, requantise_copy(r, n, &x->tensor, 1, NULL));
    return true;
}

/* Whether a grid is no format. */
static bool is_odd(const struct graph_grid *g)
{
    int exponent;
    if (g->bits == 0 || g->is_bipolar)
        return false;
    return !requantise_is_power(g->scale, &exponent) || g->is_mixed;
}

static bool needs_it(const struct graph_node *n)
{
    struct graph_grid g;
    if (n->op == GRAPH_QUANT || n->op == GRAPH_QUANTIZE ||
        n->op == GRAPH_DEQUANTIZE)
        return graph_grid_of(n, &g) &&
               (is_odd(&g) || (g.zero != 0 && !g.is_bipolar) ||
                (n->op == GRAPH_DEQUANTIZE && n->inputs[0]->source != NULL));
    if (n->op != GRAPH_CONV && n->op != GRAPH_GEMM && n->op != GRAPH_MATMUL)
        return false;
    for (uint32_t i = 1; i < n->input_count; i++)
        if (n->inputs[i] != NULL && n->inputs[i]->data != NULL &&
            is_odd(&n->inputs[i]->grid))
            return true;
    return false;
}

static bool any_needs_it(const struct graph *g)
{
    for (uint32_t i = 0; i < g->node_count; i++)
        if (needs_it(g->nodes[i]))
            return true;
    return false;
}

/* A node on what its inputs stand for. */
static void keep(struct requantising *r, const struct graph_node *n,
                 struct held *out)
{
    struct graph_value **inputs =
        arena_new_array(r->g->arena, struct graph_value *, n->input_count);
    for (uint32_t i = 0; i < n->input_count && !r->failed; i++) {
        struct graph_value *v = n->inputs[i];
        inputs[i] =
            v == NULL || v->data != NULL ? v : requantise_plain(r, n, v);
    }
    if (!r->failed)
        *out = requantise_plain_held(r, requantise_copy(r, n, inputs,
                                                        n->input_count, NULL));
}

static void take_node(struct requantising *r, const struct graph_node *n)
{
    struct held out = { 0 };
    const struct graph_value *x = n->inputs[0];
    bool is_done =
        words[n->op] != NULL && x->data == NULL && words[n->op](r, n, &out);
    if (!is_done && !r->failed)
        keep(r, n, &out);
    *requantise_held(r, n->output) = out;
}

static void take_input(struct requantising *r, struct graph_value *in)
{
    struct held *h = requantise_held(r, in);
    *h = requantise_plain_held(r, in);
    h->is_input = in->readers == 1;
    if (graph_type_is_float(in->type) || graph_type_size(in->type) > 2)
        return;
    h->is_whole = true;
    h->step = 0;
    h->low = graph_type_min(in->type);
    h->high = graph_type_max(in->type);
}

/* Integers of one scale are left as they are, around zero. */
static void take_output(struct requantising *r)
{
    struct graph *g = r->g;
    const struct graph_value *old = g->output;
    struct held h = *requantise_held(r, old);
    const struct graph_node *last = old->source;
    if (requantise_is_plain(&h) || last == NULL) {
        g->output = h.tensor == NULL ? g->output : h.tensor;
        return;
    }
    if (h.count == 1 && h.is_whole && !h.is_clipped && h.scale[0] > 0 &&
        requantise_centre(r, last, &h, &h)) {
        g->output = h.tensor;
        g->output_scale = h.scale[0];
        return;
    }
    g->output = requantise_plain(r, last, old);
}

/* Who reads a value alone. */
static void find_readers(struct requantising *r)
{
    struct graph *g = r->g;
    for (uint32_t i = 0; i < g->node_count; i++)
        for (uint32_t k = 0; k < g->nodes[i]->input_count; k++) {
            const struct graph_value *v = g->nodes[i]->inputs[k];
            if (v != NULL && v->readers == 1)
                r->next[v->index] = g->nodes[i];
        }
}

bool graph_requantise(struct graph *g, struct format standard)
{
    if (!any_needs_it(g))
        return true;
    struct requantising r = {
        .g = g,
        .standard = standard,
        .count = g->value_count,
        .held = arena_new_array(g->arena, struct held, g->value_count),
        .next = arena_new_array(g->arena, struct graph_node *, g->value_count),
    };
    find_readers(&r);
    take_input(&r, g->input);
    uint32_t count = g->node_count;
    struct graph_node **nodes = g->nodes;
    g->nodes = NULL;
    g->node_count = 0;
    for (uint32_t i = 0; i < count && !r.failed; i++)
        take_node(&r, nodes[i]);
    if (r.failed)
        return false;
    if (g->output->data == NULL)
        take_output(&r);
    graph_sweep(g);
    return !r.failed;
}
