#include "import/graph/graph_fold.h"

#include "base/arena.h"
#include "import/graph/graph_evaluate.h"

#include <assert.h>

bool graph_is_constant(const struct graph_node *n)
{
    for (uint32_t i = 0; i < n->input_count; i++)
        if (n->inputs[i] != NULL && n->inputs[i]->data == NULL)
            return false;
    return true;
}

/* Steps that computing one value of the output takes. */
static uint64_t steps_each(const struct graph_node *n)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    uint64_t steps = 1;
    switch (n->op) {
    case GRAPH_CONV:
        for (uint32_t i = 1; i < n->inputs[1]->dims.rank; i++)
            steps *= n->inputs[1]->dims.size[i];
        return steps;
    case GRAPH_MAXPOOL:
    case GRAPH_AVGPOOL:
        /* Kernels are cut to the input, whose elements are counted. */
        return graph_dims_count(x);
    case GRAPH_GEMM:
        return x->size[n->attributes.transpose_a ? 0 : 1];
    case GRAPH_MATMUL:
        return x->size[x->rank - 1];
    default:
        return 1;
    }
}

/* What the tensor has of its own: a splat is one element in the file, but
 * computing with it takes all. */
static uint64_t cost(const struct graph_node *n)
{
    uint64_t sum = graph_dims_count(&n->output->dims);
    for (uint32_t i = 0; i < n->input_count; i++)
        if (n->inputs[i] != NULL)
            sum += graph_dims_count(&n->inputs[i]->dims);
    return sum;
}

/* The scales of the slices of a tensor, if they lie along one axis. */
static void set_scales(struct arena *a, const struct graph_node *n,
                       struct graph_grid *grid)
{
    const struct graph_value *scale = n->inputs[1];
    const struct graph_dims *x = &n->inputs[0]->dims, *d = &scale->dims;
    uint64_t count = graph_dims_count(d);
    if (count == 1)
        return;
    int64_t axis = n->attributes.axis;
    axis = axis < 0 ? axis + x->rank : axis;
    for (uint32_t i = 0; n->op == GRAPH_QUANT && i < d->rank; i++)
        if (d->size[i] > 1)
            axis = (int64_t)x->rank - d->rank + i;
    grid->is_mixed = axis < 0 || axis >= x->rank || x->size[axis] != count;
    if (grid->is_mixed)
        return;
    grid->scales = graph_elements(scale, a);
    grid->scale_axis = (uint32_t)axis;
}

/* Weights that come from a quantiser keep the integers that they stand
 * for. */
static void set_grid(struct graph *g, struct graph_node *n)
{
    struct graph_grid *out = &n->output->grid;
    assert(n->inputs[0] != NULL);
    if (n->op == GRAPH_RESHAPE || n->op == GRAPH_TRANSPOSE) {
        *out = n->inputs[0]->grid;
        if (out->scales == NULL)
            return;
        uint32_t axis = out->scale_axis;
        for (uint32_t i = 0;
             n->op == GRAPH_TRANSPOSE && i < n->attributes.count; i++)
            if (n->attributes.list[i] == axis)
                out->scale_axis = i;
        if (n->op == GRAPH_RESHAPE) {
            out->is_mixed = true;
            out->scales = NULL;
        }
        return;
    }
    if (n->op != GRAPH_QUANT && n->op != GRAPH_DEQUANTIZE)
        return;
    if (graph_grid_of(n, out))
        set_scales(g->arena, n, out);
}

static double smallest(const struct graph_value *v)
{
    double least = graph_element(v, 0);
    for (uint64_t i = 1; i < (v->is_splat ? 1 : graph_dims_count(&v->dims));
         i++) {
        double x = graph_element(v, i);
        least = x < least ? x : least;
    }
    return least;
}

bool graph_grid_of(const struct graph_node *n, struct graph_grid *out)
{
    const struct graph_value *scale = n->inputs[1];
    const struct graph_value *zero = n->input_count > 2 ? n->inputs[2] : NULL;
    assert(scale != NULL && n->inputs[0] != NULL);
    if (scale->data == NULL || graph_dims_count(&scale->dims) == 0 ||
        (zero != NULL &&
         (zero->data == NULL || graph_dims_count(&zero->dims) == 0)))
        return false;
    *out = (struct graph_grid){
        .scale = smallest(scale),
        .zero = zero == NULL ? 0 : graph_element(zero, 0),
        .is_signed = n->attributes.is_signed,
        .is_bipolar = n->attributes.bipolar,
        .rounding = n->attributes.rounding,
    };
    if (n->op == GRAPH_QUANT) {
        const struct graph_value *bits = n->inputs[3];
        if (bits->data == NULL || graph_dims_count(&bits->dims) == 0)
            return false;
        double width = graph_element(bits, 0);
        out->bits = width >= 1 && width <= 32 ? (uint32_t)width : 0;
        return out->bits != 0;
    }
    enum graph_type type =
        n->op == GRAPH_QUANTIZE ? n->attributes.type : n->inputs[0]->type;
    out->bits = 8 * (uint32_t)graph_type_size(type);
    out->is_signed = graph_type_min(type) < 0;
    return out->bits <= 32;
}

bool graph_fold(struct graph *g, struct graph_node *n)
{
    struct graph_value *out = n->output;
    if (n->op == GRAPH_RESHAPE) {
        out->data = n->inputs[0]->data;
        out->is_splat = n->inputs[0]->is_splat;
        set_grid(g, n);
        return true;
    }
    uint64_t count = graph_dims_count(&out->dims);
    uint64_t steps = steps_each(n);
    uint64_t room = FOLD_FREE + FOLD_EACH * g->given;
    g->folded += cost(n);
    if (g->folded > room || (steps > 0 && count > FOLD_WORK / steps)) {
        graph_error(g, n, DIAG_UNSUPPORTED,
                    "computing this from constants alone takes more than the "
                    "file's size justifies");
        return false;
    }
    struct arena *scratch = arena_new();
    const double **inputs =
        arena_new_array(scratch, const double *, n->input_count);
    for (uint32_t i = 0; i < n->input_count; i++)
        if (n->inputs[i] != NULL)
            inputs[i] = graph_elements(n->inputs[i], scratch);
    double *values = arena_new_array(scratch, double, count);
    graph_evaluate_node(n, inputs, values, scratch);
    void *data = arena_alloc(g->arena, count, graph_type_size(out->type));
    for (uint64_t i = 0; i < count; i++)
        graph_store(out->type, data, i, values[i]);
    arena_free(scratch);
    out->data = data;
    set_grid(g, n);
    return true;
}
