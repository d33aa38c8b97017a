#include "import/graph/graph_evaluate.h"

#include "base/arena.h"
#include "import/graph/graph_kernels.h"

#include <assert.h>
#include <math.h>

static graph_kernel_fn *const kernels[GRAPH_OP_COUNT] = {
    [GRAPH_CONV] = graph_run_conv,
    [GRAPH_GEMM] = graph_run_gemm,
    [GRAPH_MATMUL] = graph_run_matmul,
    [GRAPH_MAXPOOL] = graph_run_pool,
    [GRAPH_AVGPOOL] = graph_run_pool,
    [GRAPH_GLOBAL_MAXPOOL] = graph_run_global_pool,
    [GRAPH_GLOBAL_AVGPOOL] = graph_run_global_pool,
    [GRAPH_MEAN] = graph_run_mean,
    [GRAPH_BATCHNORM] = graph_run_normal,
    [GRAPH_AFFINE] = graph_run_normal,
    [GRAPH_RELU] = graph_run_unary,
    [GRAPH_CLIP] = graph_run_unary,
    [GRAPH_LEAKY_RELU] = graph_run_unary,
    [GRAPH_PRELU] = graph_run_binary,
    [GRAPH_SIGMOID] = graph_run_unary,
    [GRAPH_TANH] = graph_run_unary,
    [GRAPH_HARD_SIGMOID] = graph_run_unary,
    [GRAPH_SOFTMAX] = graph_run_softmax,
    [GRAPH_ARGMAX] = graph_run_argmax,
    [GRAPH_ADD] = graph_run_binary,
    [GRAPH_SUB] = graph_run_binary,
    [GRAPH_MUL] = graph_run_binary,
    [GRAPH_DIV] = graph_run_binary,
    [GRAPH_MAX] = graph_run_binary,
    [GRAPH_MIN] = graph_run_binary,
    [GRAPH_CONCAT] = graph_run_concat,
    [GRAPH_PAD] = graph_run_pad,
    [GRAPH_SLICE] = graph_run_slice,
    [GRAPH_GATHER] = graph_run_gather,
    [GRAPH_RESHAPE] = graph_run_reshape,
    [GRAPH_TRANSPOSE] = graph_run_transpose,
    [GRAPH_UPSAMPLE] = graph_run_upsample,
    [GRAPH_CAST] = graph_run_unary,
    [GRAPH_QUANTIZE] = graph_run_quantize,
    [GRAPH_DEQUANTIZE] = graph_run_dequantize,
    [GRAPH_QUANT] = graph_run_quant,
};

void graph_strides(const struct graph_dims *of, const struct graph_dims *to,
                   uint64_t strides[GRAPH_RANK_MAX])
{
    assert(of->rank <= to->rank);
    uint32_t ahead = to->rank - of->rank;
    uint64_t stride = 1;
    for (uint32_t i = to->rank; i-- > 0;) {
        uint64_t size = i < ahead ? 1 : of->size[i - ahead];
        strides[i] = size == 1 && to->size[i] != 1 ? 0 : stride;
        stride *= size;
    }
}

/* Integers wrap around as those of the type do. */
static void wrap(enum graph_type type, double *values, uint64_t count)
{
    /* int64: doubles hold sizes exactly, and nothing else is computed so. */
    if (graph_type_is_float(type) || type == GRAPH_INT64 || type == GRAPH_BOOL)
        return;
    double low = graph_type_min(type);
    double turn = graph_type_max(type) - low + 1;
    for (uint64_t i = 0; i < count; i++)
        if (values[i] < low || values[i] > low + turn - 1)
            values[i] -= turn * floor((values[i] - low) / turn);
}

void graph_evaluate_node(const struct graph_node *n,
                         const double *const *inputs, double *out,
                         struct arena *scratch)
{
    kernels[n->op](n, inputs, out, scratch);
    /* What a quantiser writes is saturated. */
    if (n->op != GRAPH_QUANTIZE)
        wrap(n->output->type, out, graph_dims_count(&n->output->dims));
}

/* A tensor while it is needed: in an arena of its own. */
struct held {
    struct arena *arena;
    double *values;
    uint32_t readers_left;
};

static void drop(struct held *h)
{
    arena_free(h->arena);
    *h = (struct held){ 0 };
}

static void run_node(const struct graph_node *n, struct held *held)
{
    struct arena *scratch = arena_new();
    const double **inputs =
        arena_new_array(scratch, const double *, n->input_count);
    for (uint32_t i = 0; i < n->input_count; i++) {
        const struct graph_value *v = n->inputs[i];
        if (v != NULL)
            inputs[i] = v->data != NULL ? graph_elements(v, scratch)
                                        : held[v->index].values;
    }
    struct held *out = &held[n->output->index];
    out->arena = arena_new();
    out->values =
        arena_new_array(out->arena, double, graph_dims_count(&n->output->dims));
    out->readers_left = n->output->readers;
    graph_evaluate_node(n, inputs, out->values, scratch);
    arena_free(scratch);
    for (uint32_t i = 0; i < n->input_count; i++) {
        const struct graph_value *v = n->inputs[i];
        if (v != NULL && v->data == NULL && --held[v->index].readers_left == 0)
            drop(&held[v->index]);
    }
}

double *graph_evaluate(const struct graph *g, struct arena *a,
                       const double *input, graph_watch_fn *watch,
                       void *context)
{
    struct arena *own = arena_new();
    struct held *held = arena_new_array(own, struct held, g->value_count);
    const struct graph_value *in = g->input;
    if (in != NULL) {
        struct held *h = &held[in->index];
        uint64_t count = graph_dims_count(&in->dims);
        h->arena = arena_new();
        h->values = arena_new_array(h->arena, double, count);
        h->readers_left = in->readers;
        for (uint64_t i = 0; i < count; i++)
            h->values[i] = input[i];
        if (watch != NULL)
            watch(context, in, h->values, count);
    }
    for (uint32_t i = 0; i < g->node_count; i++) {
        const struct graph_value *v = g->nodes[i]->output;
        run_node(g->nodes[i], held);
        if (watch != NULL)
            watch(context, v, held[v->index].values,
                  graph_dims_count(&v->dims));
    }
    uint64_t count = graph_dims_count(&g->output->dims);
    double *out = arena_new_array(a, double, count);
    for (uint64_t i = 0; i < count; i++)
        out[i] = g->output->data != NULL ? graph_element(g->output, i)
                                         : held[g->output->index].values[i];
    for (uint32_t i = 0; i < g->value_count; i++)
        drop(&held[i]);
    arena_free(own);
    return out;
}
