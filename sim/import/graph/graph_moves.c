#include "import/graph/graph_kernels.h"

#include "base/arena.h"

/* Copies to every place of the output the input's value that `start` and the
 * steps lead to. */
static void walk(const struct graph_dims *y, const double *x,
                 const int64_t steps[GRAPH_RANK_MAX], double *out)
{
    uint64_t count = graph_dims_count(y);
    uint64_t at[GRAPH_RANK_MAX] = { 0 };
    int64_t p = 0;
    for (uint64_t i = 0; i < count; i++) {
        out[i] = x[p];
        for (uint32_t k = y->rank; k-- > 0;) {
            p += steps[k];
            if (++at[k] < y->size[k])
                break;
            p -= steps[k] * (int64_t)at[k];
            at[k] = 0;
        }
    }
}

void graph_run_reshape(const struct graph_node *n, const double *const *inputs,
                       double *out, struct arena *scratch)
{
    (void)scratch;
    uint64_t count = graph_dims_count(&n->output->dims);
    for (uint64_t i = 0; i < count; i++)
        out[i] = inputs[0][i];
}

void graph_run_transpose(const struct graph_node *n,
                         const double *const *inputs, double *out,
                         struct arena *scratch)
{
    (void)scratch;
    const struct graph_dims *x = &n->inputs[0]->dims;
    uint64_t strides[GRAPH_RANK_MAX];
    int64_t steps[GRAPH_RANK_MAX] = { 0 };
    graph_strides(x, x, strides);
    for (uint32_t i = 0; i < x->rank; i++)
        steps[i] = (int64_t)strides[n->attributes.list[i]];
    walk(&n->output->dims, inputs[0], steps, out);
}

void graph_run_slice(const struct graph_node *n, const double *const *inputs,
                     double *out, struct arena *scratch)
{
    (void)scratch;
    const struct graph_dims *x = &n->inputs[0]->dims;
    if (graph_dims_count(&n->output->dims) == 0)
        return;
    uint64_t strides[GRAPH_RANK_MAX];
    int64_t steps[GRAPH_RANK_MAX] = { 0 }, start = 0;
    graph_strides(x, x, strides);
    for (uint32_t i = 0; i < x->rank; i++) {
        start += n->attributes.list[(size_t)2 * i] * (int64_t)strides[i];
        steps[i] = n->attributes.list[(size_t)2 * i + 1] * (int64_t)strides[i];
    }
    walk(&n->output->dims, inputs[0] + start, steps, out);
}

void graph_run_concat(const struct graph_node *n, const double *const *inputs,
                      double *out, struct arena *scratch)
{
    (void)scratch;
    const struct graph_dims *y = &n->output->dims;
    uint32_t axis =
        (uint32_t)(n->attributes.axis < 0 ? n->attributes.axis + y->rank
                                          : n->attributes.axis);
    uint64_t inner = 1, outer = 1, start = 0;
    for (uint32_t i = axis + 1; i < y->rank; i++)
        inner *= y->size[i];
    for (uint32_t i = 0; i < axis; i++)
        outer *= y->size[i];
    for (uint32_t i = 0; i < n->input_count; i++) {
        uint64_t part = n->inputs[i]->dims.size[axis] * inner;
        for (uint64_t o = 0; o < outer; o++)
            for (uint64_t k = 0; k < part; k++)
                out[o * y->size[axis] * inner + start + k] =
                    inputs[i][o * part + k];
        start += part;
    }
}

void graph_run_gather(const struct graph_node *n, const double *const *inputs,
                      double *out, struct arena *scratch)
{
    (void)scratch;
    const struct graph_dims *x = &n->inputs[0]->dims;
    uint32_t axis =
        (uint32_t)(n->attributes.axis < 0 ? n->attributes.axis + x->rank
                                          : n->attributes.axis);
    uint64_t inner = 1, outer = 1, size = x->size[axis];
    for (uint32_t i = axis + 1; i < x->rank; i++)
        inner *= x->size[i];
    for (uint32_t i = 0; i < axis; i++)
        outer *= x->size[i];
    uint64_t count = graph_dims_count(&n->inputs[1]->dims);
    for (uint64_t o = 0; o < outer; o++) {
        for (uint64_t k = 0; k < count; k++) {
            double index = inputs[1][k];
            uint64_t at = (uint64_t)(index < 0 ? index + (double)size : index);
            for (uint64_t i = 0; i < inner; i++)
                *out++ = inputs[0][(o * size + at) * inner + i];
        }
    }
}

/* The place in the input that place i of a padded axis shows; -1: none. */
static int64_t shown(int64_t i, int64_t size, uint8_t mode)
{
    if (i >= 0 && i < size)
        return i;
    if (mode == GRAPH_PAD_EDGE)
        return i < 0 ? 0 : size - 1;
    if (mode == GRAPH_PAD_REFLECT)
        return i < 0 ? -i : 2 * (size - 1) - i;
    return -1;
}

void graph_run_pad(const struct graph_node *n, const double *const *inputs,
                   double *out, struct arena *scratch)
{
    (void)scratch;
    const struct graph_dims *x = &n->inputs[0]->dims, *y = &n->output->dims;
    const struct graph_attributes *t = &n->attributes;
    uint64_t strides[GRAPH_RANK_MAX];
    graph_strides(x, x, strides);
    uint64_t count = graph_dims_count(y);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t rest = i, at = 0;
        bool inside = true;
        for (uint32_t k = y->rank; k-- > 0;) {
            int64_t place = shown((int64_t)(rest % y->size[k]) - t->list[k],
                                  (int64_t)x->size[k], t->mode);
            rest /= y->size[k];
            inside = inside && place >= 0;
            at += inside ? (uint64_t)place * strides[k] : 0;
        }
        out[i] = inside ? inputs[0][at] : t->value;
    }
}

void graph_run_upsample(const struct graph_node *n, const double *const *inputs,
                        double *out, struct arena *scratch)
{
    (void)scratch;
    const struct graph_dims *x = &n->inputs[0]->dims, *y = &n->output->dims;
    uint64_t strides[GRAPH_RANK_MAX];
    graph_strides(x, x, strides);
    uint64_t count = graph_dims_count(y);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t rest = i, at = 0;
        for (uint32_t k = y->rank; k-- > 0;) {
            uint64_t factor = (uint64_t)n->attributes.list[k];
            at += rest % y->size[k] / factor * strides[k];
            rest /= y->size[k];
        }
        out[i] = inputs[0][at];
    }
}
