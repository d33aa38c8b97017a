#include "import/graph/graph_shaping.h"

#include <inttypes.h>

bool graph_shape_concat(struct graph *g, const struct graph_node *n,
                        struct graph_dims *out)
{
    uint32_t axis;
    if (!graph_axis(g, n, n->attributes.axis, out->rank, &axis))
        return false;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n->input_count; i++) {
        struct graph_dims d = n->inputs[i]->dims;
        if (d.rank == out->rank) {
            sum += d.size[axis];
            d.size[axis] = out->size[axis];
        }
        if (!graph_dims_equal(&d, out)) {
            graph_error(g, n, DIAG_SHAPE,
                        "input %u is %s, the first one %s, which differs not "
                        "only along axis %u",
                        (unsigned)i + 1,
                        graph_dims_text(&n->inputs[i]->dims, g->arena),
                        graph_dims_text(out, g->arena), (unsigned)axis);
            return false;
        }
    }
    out->size[axis] = sum;
    return true;
}

bool graph_shape_pad(struct graph *g, const struct graph_node *n,
                     struct graph_dims *out)
{
    const struct graph_attributes *t = &n->attributes;
    if (t->count != 2 * out->rank) {
        graph_error(g, n, DIAG_SHAPE, "%u pads for a tensor of %u dimensions",
                    (unsigned)t->count, (unsigned)out->rank);
        return false;
    }
    for (uint32_t i = 0; i < out->rank; i++) {
        int64_t before = t->list[i], behind = t->list[out->rank + i];
        int64_t limit = (int64_t)GRAPH_ELEMENTS_MAX;
        int64_t size = (int64_t)out->size[i];
        bool fits = before >= -size && behind >= -size && before <= limit &&
                    behind <= limit && size + before + behind >= 0;
        /* A mirror shows nothing that is further away than the other end. */
        if (fits && t->mode == GRAPH_PAD_REFLECT)
            fits = before < size && behind < size;
        if (fits && t->mode == GRAPH_PAD_EDGE)
            fits = size > 0;
        if (!fits) {
            graph_error(g, n, DIAG_SHAPE,
                        "pads %" PRId64 " and %" PRId64
                        " do not fit a size of %" PRId64,
                        before, behind, size);
            return false;
        }
        out->size[i] = (uint64_t)(size + before + behind);
    }
    return true;
}

bool graph_shape_gather(struct graph *g, const struct graph_node *n,
                        struct graph_dims *out)
{
    struct graph_dims x = n->inputs[0]->dims, at = n->inputs[1]->dims;
    uint32_t axis;
    if (!graph_axis(g, n, n->attributes.axis, x.rank, &axis))
        return false;
    if (x.rank - 1 + at.rank > GRAPH_RANK_MAX)
        return graph_shape_mismatch(g, n);
    /* Which one is taken must be known, to see that there is one. */
    const struct graph_value *indices = n->inputs[1];
    if (indices->data == NULL) {
        graph_error(g, n, DIAG_UNSUPPORTED, "its indices are no constants");
        return false;
    }
    if (graph_type_is_float(indices->type)) {
        graph_error(g, n, DIAG_SHAPE, "its indices are %s, not integers",
                    graph_type_name(indices->type));
        return false;
    }
    uint64_t count = indices->is_splat ? 1 : graph_dims_count(&at);
    for (uint64_t i = 0; i < count; i++) {
        int64_t index = graph_integer(indices, i);
        int64_t size = (int64_t)x.size[axis];
        if (index < -size || index >= size) {
            graph_error(g, n, DIAG_SHAPE,
                        "index %" PRId64 " is outside a size of %" PRId64,
                        index, size);
            return false;
        }
    }
    out->rank = 0;
    for (uint32_t i = 0; i < x.rank; i++) {
        if (i != axis) {
            out->size[out->rank++] = x.size[i];
            continue;
        }
        for (uint32_t k = 0; k < at.rank; k++)
            out->size[out->rank++] = at.size[k];
    }
    return true;
}

bool graph_shape_transpose(struct graph *g, const struct graph_node *n,
                           struct graph_dims *out)
{
    const struct graph_attributes *t = &n->attributes;
    const struct graph_dims *x = &n->inputs[0]->dims;
    bool seen[GRAPH_RANK_MAX] = { false };
    bool fits = t->count == x->rank;
    for (uint32_t i = 0; fits && i < x->rank; i++) {
        fits = t->list[i] >= 0 && t->list[i] < x->rank && !seen[t->list[i]];
        if (fits) {
            seen[t->list[i]] = true;
            out->size[i] = x->size[t->list[i]];
        }
    }
    if (!fits)
        graph_error(g, n, DIAG_SHAPE,
                    "the permutation is none of the %u axes of %s",
                    (unsigned)x->rank, graph_dims_text(x, g->arena));
    return fits;
}

bool graph_shape_reshape(struct graph *g, const struct graph_node *n,
                         struct graph_dims *out)
{
    const struct graph_dims *x = &n->inputs[0]->dims;
    *out = n->attributes.dims;
    if (graph_dims_fit(out) && graph_dims_count(out) == graph_dims_count(x))
        return true;
    graph_error(g, n, DIAG_SHAPE, "%s cannot become %s",
                graph_dims_text(x, g->arena), graph_dims_text(out, g->arena));
    return false;
}

bool graph_shape_upsample(struct graph *g, const struct graph_node *n,
                          struct graph_dims *out)
{
    const struct graph_attributes *t = &n->attributes;
    bool fits = t->count == out->rank;
    for (uint32_t i = 0; fits && i < out->rank; i++) {
        fits = t->list[i] >= 1 && (uint64_t)t->list[i] <= GRAPH_ELEMENTS_MAX;
        if (fits)
            out->size[i] *= (uint64_t)t->list[i];
    }
    if (!fits)
        graph_error(g, n, DIAG_SHAPE,
                    "the factors of %s are not whole numbers in 1..2^31",
                    graph_dims_text(out, g->arena));
    return fits;
}
