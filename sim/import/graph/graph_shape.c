#include "import/graph/graph.h"

#include "base/arena.h"
#include "import/graph/graph_shaping.h"

#include <inttypes.h>
#include <math.h>

bool graph_axis(struct graph *g, const struct graph_node *n, int64_t axis,
                uint32_t rank, uint32_t *out)
{
    int64_t i = axis < 0 ? axis + rank : axis;
    if (axis < -(int64_t)rank || i >= rank) {
        graph_error(g, n, DIAG_SHAPE,
                    "axis %" PRId64 " is outside -%u..%d of a tensor of %u "
                    "dimensions",
                    axis, (unsigned)rank, (int)rank - 1, (unsigned)rank);
        return false;
    }
    *out = (uint32_t)i;
    return true;
}

uint32_t graph_channel_axis(const struct graph_node *n, uint32_t rank)
{
    return n->attributes.channels_last ? rank - 1 : 1;
}

uint32_t graph_spatial_axis(const struct graph_node *n)
{
    return n->attributes.channels_last ? 1 : 2;
}

static bool is_size(uint64_t x)
{
    return x >= 1 && x <= GRAPH_ELEMENTS_MAX;
}

static bool need_rank(struct graph *g, const struct graph_node *n,
                      uint32_t least, uint32_t most)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    if (x->rank >= least && x->rank <= most)
        return true;
    graph_error(g, n, DIAG_SHAPE,
                "its input is %s, which has not %u to %u dimensions",
                graph_dims_text(x, g->arena), (unsigned)least, (unsigned)most);
    return false;
}

/* Sizes of the spatial axes of a window's output. */
static bool shape_window(struct graph *g, const struct graph_node *n,
                         struct graph_dims *out)
{
    if (!need_rank(g, n, 3, 2 + GRAPH_SPATIAL_MAX))
        return false;
    const struct graph_dims *x = &n->inputs[0]->dims;
    const struct graph_window *w = &n->attributes.window;
    if (w->rank != x->rank - 2) {
        graph_error(g, n, DIAG_SHAPE,
                    "the kernel has %u dimensions, the input %s wants %u",
                    (unsigned)w->rank, graph_dims_text(x, g->arena),
                    (unsigned)x->rank - 2);
        return false;
    }
    *out = *x;
    for (uint32_t i = 0; i < w->rank; i++) {
        uint64_t *size = &out->size[graph_spatial_axis(n) + i];
        if (!is_size(w->kernel[i]) || !is_size(w->stride[i]) ||
            !is_size(w->dilation[i]) || w->before[i] > GRAPH_ELEMENTS_MAX ||
            w->behind[i] > GRAPH_ELEMENTS_MAX) {
            graph_error(g, n, DIAG_SHAPE,
                        "kernel %" PRIu64 ", stride %" PRIu64
                        ", dilation %" PRIu64 ", pads %" PRIu64 " and %" PRIu64
                        " are not all in 1..2^31 (pads: 0..2^31)",
                        w->kernel[i], w->stride[i], w->dilation[i],
                        w->before[i], w->behind[i]);
            return false;
        }
        uint64_t reach = (w->kernel[i] - 1) * w->dilation[i] + 1;
        uint64_t padded = *size + w->before[i] + w->behind[i];
        if (reach > padded) {
            graph_error(g, n, DIAG_SHAPE,
                        "a kernel of %" PRIu64
                        " is larger than the padded input of %" PRIu64,
                        reach, padded);
            return false;
        }
        uint64_t steps = (padded - reach) / w->stride[i];
        /* A further window that reaches beyond the pads must begin in front
         * of those behind. */
        if (n->attributes.ceil && (padded - reach) % w->stride[i] != 0 &&
            (steps + 1) * w->stride[i] < *size + w->before[i])
            steps++;
        *size = steps + 1;
    }
    return true;
}

static bool shape_conv(struct graph *g, const struct graph_node *n,
                       struct graph_dims *out)
{
    if (!shape_window(g, n, out))
        return false;
    const struct graph_dims *x = &n->inputs[0]->dims;
    const struct graph_dims *w = &n->inputs[1]->dims;
    uint32_t axis = graph_channel_axis(n, x->rank);
    uint64_t groups = n->attributes.groups == 0 ? 1 : n->attributes.groups;
    bool fits = w->rank == x->rank && w->size[0] % groups == 0 &&
                x->size[axis] % groups == 0 &&
                w->size[1] == x->size[axis] / groups;
    for (uint32_t i = 0; fits && i < x->rank - 2; i++)
        fits = w->size[2 + i] == n->attributes.window.kernel[i];
    if (!fits) {
        graph_error(g, n, DIAG_SHAPE,
                    "weights of %s do not fit the input %s in %" PRIu64
                    " group%s",
                    graph_dims_text(w, g->arena), graph_dims_text(x, g->arena),
                    groups, groups == 1 ? "" : "s");
        return false;
    }
    const struct graph_value *bias = n->input_count > 2 ? n->inputs[2] : NULL;
    if (bias != NULL &&
        (bias->dims.rank != 1 || bias->dims.size[0] != w->size[0])) {
        graph_error(g, n, DIAG_SHAPE,
                    "biases are %s, the convolution has %" PRIu64 " units",
                    graph_dims_text(&bias->dims, g->arena), w->size[0]);
        return false;
    }
    out->size[axis] = w->size[0];
    return true;
}

bool graph_shape_mismatch(struct graph *g, const struct graph_node *n)
{
    graph_error(g, n, DIAG_SHAPE, "inputs of %s and %s do not fit together",
                graph_dims_text(&n->inputs[0]->dims, g->arena),
                graph_dims_text(&n->inputs[1]->dims, g->arena));
    return false;
}

/* The shape that two tensors have when the sizes of 1 of each are repeated;
 * false: there is none. */
static bool broadcast(const struct graph_dims *a, const struct graph_dims *b,
                      struct graph_dims *out)
{
    uint32_t rank = a->rank > b->rank ? a->rank : b->rank;
    out->rank = rank;
    for (uint32_t i = 0; i < rank; i++) {
        uint64_t p = i < rank - a->rank ? 1 : a->size[i - (rank - a->rank)];
        uint64_t q = i < rank - b->rank ? 1 : b->size[i - (rank - b->rank)];
        if (p != q && p != 1 && q != 1)
            return false;
        out->size[i] = p == 1 ? q : p;
    }
    return true;
}

static bool shape_gemm(struct graph *g, const struct graph_node *n,
                       struct graph_dims *out)
{
    const struct graph_dims *a = &n->inputs[0]->dims;
    const struct graph_dims *b = &n->inputs[1]->dims;
    bool ta = n->attributes.transpose_a, tb = n->attributes.transpose_b;
    if (a->rank != 2 || b->rank != 2 || a->size[!ta] != b->size[tb])
        return graph_shape_mismatch(g, n);
    *out = (struct graph_dims){ 2, { a->size[ta], b->size[!tb] } };
    const struct graph_value *c = n->input_count > 2 ? n->inputs[2] : NULL;
    struct graph_dims wide;
    if (c == NULL ||
        (broadcast(&c->dims, out, &wide) && graph_dims_equal(&wide, out)))
        return true;
    graph_error(g, n, DIAG_SHAPE, "biases of %s do not broadcast to %s",
                graph_dims_text(&c->dims, g->arena),
                graph_dims_text(out, g->arena));
    return false;
}

static bool shape_matmul(struct graph *g, const struct graph_node *n,
                         struct graph_dims *out)
{
    struct graph_dims a = n->inputs[0]->dims, b = n->inputs[1]->dims;
    if (a.rank == 0 || b.rank == 0)
        return graph_shape_mismatch(g, n);
    uint64_t inner = b.size[b.rank < 2 ? 0 : b.rank - 2];
    if (a.size[a.rank - 1] != inner)
        return graph_shape_mismatch(g, n);
    struct graph_dims outer_a = { a.rank < 2 ? 0 : a.rank - 2, { 0 } };
    struct graph_dims outer_b = { b.rank < 2 ? 0 : b.rank - 2, { 0 } };
    for (uint32_t i = 0; i < outer_a.rank; i++)
        outer_a.size[i] = a.size[i];
    for (uint32_t i = 0; i < outer_b.rank; i++)
        outer_b.size[i] = b.size[i];
    if (!broadcast(&outer_a, &outer_b, out))
        return graph_shape_mismatch(g, n);
    if (a.rank > 1)
        out->size[out->rank++] = a.size[a.rank - 2];
    if (b.rank > 1)
        out->size[out->rank++] = b.size[b.rank - 1];
    return true;
}

/* Every input but the first has one number a channel. */
static bool shape_channels(struct graph *g, const struct graph_node *n,
                           uint32_t axis)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    for (uint32_t i = 1; i < n->input_count; i++) {
        const struct graph_dims *d = &n->inputs[i]->dims;
        if (d->rank == 1 && d->size[0] == x->size[axis])
            continue;
        graph_error(g, n, DIAG_SHAPE,
                    "input %u is %s, the tensor has %" PRIu64 " channels",
                    (unsigned)i + 1, graph_dims_text(d, g->arena),
                    x->size[axis]);
        return false;
    }
    return true;
}

/* One axis becomes 1, or goes. */
static void reduce(struct graph_dims *d, uint32_t axis, bool keep)
{
    d->size[axis] = 1;
    if (keep)
        return;
    d->rank--;
    for (uint32_t i = axis; i < d->rank; i++)
        d->size[i] = d->size[i + 1];
}

static bool shape_mean(struct graph *g, const struct graph_node *n,
                       struct graph_dims *out)
{
    bool gone[GRAPH_RANK_MAX] = { false };
    uint32_t rank = out->rank;
    for (uint32_t i = 0; i < n->attributes.count; i++) {
        uint32_t axis;
        if (!graph_axis(g, n, n->attributes.list[i], rank, &axis))
            return false;
        gone[axis] = true;
    }
    for (uint32_t i = rank; i-- > 0;)
        if (gone[i])
            reduce(out, i, n->attributes.keep);
    return true;
}

/* Scale and zero point are one number, or one for each slice along `axis`;
 * those of a quant broadcast. */
static bool shape_quantizer(struct graph *g, const struct graph_node *n)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    for (uint32_t i = 1; i < n->input_count; i++) {
        if (n->inputs[i] == NULL)
            continue;
        const struct graph_dims *d = &n->inputs[i]->dims;
        struct graph_dims wide;
        if (graph_dims_count(d) == 1)
            continue;
        bool fits;
        if (n->op == GRAPH_QUANT) {
            fits = broadcast(d, x, &wide) && graph_dims_equal(&wide, x);
        } else {
            uint32_t axis;
            if (!graph_axis(g, n, n->attributes.axis, x->rank, &axis))
                return false;
            fits = d->rank == 1 && d->size[0] == x->size[axis];
        }
        if (!fits) {
            graph_error(g, n, DIAG_SHAPE,
                        "input %u is %s, which does not fit %s",
                        (unsigned)i + 1, graph_dims_text(d, g->arena),
                        graph_dims_text(x, g->arena));
            return false;
        }
    }
    return true;
}

static bool shape_types(struct graph *g, const struct graph_node *n)
{
    enum graph_type first = n->inputs[0]->type;
    for (uint32_t i = 1; i < n->input_count; i++) {
        if (n->inputs[i] == NULL || n->inputs[i]->type == first)
            continue;
        graph_error(g, n, DIAG_SHAPE, "inputs of type %s and %s are mixed",
                    graph_type_name(first),
                    graph_type_name(n->inputs[i]->type));
        return false;
    }
    return true;
}

/* Factors are numbers; ends of a clip and what pads may be infinite. */
static bool check_numbers(struct graph *g, const struct graph_node *n)
{
    const struct graph_attributes *t = &n->attributes;
    if (isfinite(t->alpha) && isfinite(t->beta) && isfinite(t->epsilon) &&
        !isnan(t->low) && !isnan(t->high) && !isnan(t->value))
        return true;
    graph_error(g, n, DIAG_WEIGHTS_RANGE,
                "one of its attributes is no number, or infinite: alpha %g, "
                "beta %g, epsilon %g, limits %g and %g, padded with %g",
                t->alpha, t->beta, t->epsilon, t->low, t->high, t->value);
    return false;
}

bool graph_shape(struct graph *g, const struct graph_node *n,
                 struct graph_dims *dims, enum graph_type *type)
{
    uint32_t axis;
    if (!check_numbers(g, n))
        return false;
    *dims = n->inputs[0]->dims;
    *type = n->inputs[0]->type;
    switch (n->op) {
    case GRAPH_CONV:
        return shape_conv(g, n, dims);
    case GRAPH_GEMM:
        return shape_gemm(g, n, dims);
    case GRAPH_MATMUL:
        return shape_matmul(g, n, dims);
    case GRAPH_MAXPOOL:
    case GRAPH_AVGPOOL:
        return shape_window(g, n, dims);
    case GRAPH_GLOBAL_MAXPOOL:
    case GRAPH_GLOBAL_AVGPOOL:
        if (!need_rank(g, n, 3, 2 + GRAPH_SPATIAL_MAX))
            return false;
        for (uint32_t i = 0; i < dims->rank - 2; i++)
            dims->size[graph_spatial_axis(n) + i] = 1;
        return true;
    case GRAPH_MEAN:
        return shape_mean(g, n, dims);
    case GRAPH_BATCHNORM:
        return need_rank(g, n, 2, GRAPH_RANK_MAX) &&
               shape_channels(g, n, graph_channel_axis(n, dims->rank));
    case GRAPH_AFFINE:
        return graph_axis(g, n, n->attributes.axis, dims->rank, &axis) &&
               shape_channels(g, n, axis);
    case GRAPH_SOFTMAX:
        return graph_axis(g, n, n->attributes.axis, dims->rank, &axis);
    case GRAPH_ARGMAX:
        if (!graph_axis(g, n, n->attributes.axis, dims->rank, &axis))
            return false;
        if (dims->size[axis] == 0) {
            graph_error(g, n, DIAG_SHAPE, "there is no largest of no values");
            return false;
        }
        reduce(dims, axis, n->attributes.keep);
        *type = GRAPH_INT64;
        return true;
    case GRAPH_PRELU: {
        struct graph_dims wide;
        return (broadcast(dims, &n->inputs[1]->dims, &wide) &&
                graph_dims_equal(&wide, dims)) ||
               graph_shape_mismatch(g, n);
    }
    case GRAPH_ADD:
    case GRAPH_SUB:
    case GRAPH_MUL:
    case GRAPH_DIV:
    case GRAPH_MAX:
    case GRAPH_MIN:
        return shape_types(g, n) &&
               (broadcast(&n->inputs[0]->dims, &n->inputs[1]->dims, dims) ||
                graph_shape_mismatch(g, n));
    case GRAPH_CONCAT:
        return shape_types(g, n) && graph_shape_concat(g, n, dims);
    case GRAPH_PAD:
        return graph_shape_pad(g, n, dims);
    case GRAPH_SLICE:
        *dims = n->attributes.dims;
        return true;
    case GRAPH_GATHER:
        return graph_shape_gather(g, n, dims);
    case GRAPH_RESHAPE:
        return graph_shape_reshape(g, n, dims);
    case GRAPH_TRANSPOSE:
        return graph_shape_transpose(g, n, dims);
    case GRAPH_UPSAMPLE:
        return graph_shape_upsample(g, n, dims);
    case GRAPH_CAST:
        *type = n->attributes.type;
        return true;
    case GRAPH_QUANTIZE:
        *type = n->attributes.type;
        return shape_quantizer(g, n);
    case GRAPH_DEQUANTIZE:
        *type = n->inputs[1]->type;
        return shape_quantizer(g, n);
    case GRAPH_QUANT:
        return shape_quantizer(g, n);
    default:
        return true;
    }
}
