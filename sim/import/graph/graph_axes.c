#include "import/graph/graph_kernels.h"

#include <math.h>

/* A tensor as (outer, size, inner) around one axis. */
struct around {
    uint64_t outer, size, inner;
};

static struct around around(const struct graph_dims *d, int64_t axis,
                            bool to_the_end)
{
    struct around r = { 1, 1, 1 };
    int64_t at = axis < 0 ? axis + d->rank : axis;
    for (uint32_t i = 0; i < d->rank; i++) {
        if (i < at)
            r.outer *= d->size[i];
        else if (i == at || to_the_end)
            r.size *= d->size[i];
        else
            r.inner *= d->size[i];
    }
    return r;
}

void graph_run_softmax(const struct graph_node *n, const double *const *inputs,
                       double *out, struct arena *scratch)
{
    (void)scratch;
    struct around r =
        around(&n->inputs[0]->dims, n->attributes.axis, n->attributes.flat);
    for (uint64_t o = 0; o < r.outer; o++) {
        for (uint64_t i = 0; i < r.inner; i++) {
            const double *x = inputs[0] + o * r.size * r.inner + i;
            double *y = out + o * r.size * r.inner + i;
            double most = -HUGE_VAL, sum = 0;
            for (uint64_t k = 0; k < r.size; k++)
                most = fmax(most, x[k * r.inner]);
            for (uint64_t k = 0; k < r.size; k++)
                sum += y[k * r.inner] = exp(x[k * r.inner] - most);
            for (uint64_t k = 0; k < r.size; k++)
                y[k * r.inner] /= sum;
        }
    }
}

void graph_run_argmax(const struct graph_node *n, const double *const *inputs,
                      double *out, struct arena *scratch)
{
    (void)scratch;
    struct around r = around(&n->inputs[0]->dims, n->attributes.axis, false);
    bool last = n->attributes.last;
    for (uint64_t o = 0; o < r.outer; o++) {
        for (uint64_t i = 0; i < r.inner; i++) {
            const double *x = inputs[0] + o * r.size * r.inner + i;
            uint64_t best = 0;
            for (uint64_t k = 1; k < r.size; k++) {
                double a = x[k * r.inner], b = x[best * r.inner];
                if (a > b || (last && a == b))
                    best = k;
            }
            out[o * r.inner + i] = (double)best;
        }
    }
}

void graph_run_mean(const struct graph_node *n, const double *const *inputs,
                    double *out, struct arena *scratch)
{
    (void)scratch;
    const struct graph_dims *x = &n->inputs[0]->dims;
    struct graph_dims kept = *x;
    uint64_t each = 1;
    for (uint32_t i = 0; i < n->attributes.count; i++) {
        int64_t axis = n->attributes.list[i];
        uint64_t *size = &kept.size[axis < 0 ? axis + x->rank : axis];
        each *= *size;
        *size = 1;
    }
    uint64_t strides[GRAPH_RANK_MAX];
    graph_strides(&kept, x, strides);
    uint64_t count = graph_dims_count(x), results = graph_dims_count(&kept);
    for (uint64_t i = 0; i < results; i++)
        out[i] = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t rest = i, at = 0;
        for (uint32_t k = x->rank; k-- > 0;) {
            at += rest % x->size[k] * strides[k];
            rest /= x->size[k];
        }
        out[at] += inputs[0][i];
    }
    for (uint64_t i = 0; i < results && each > 0; i++)
        out[i] /= (double)each;
}
