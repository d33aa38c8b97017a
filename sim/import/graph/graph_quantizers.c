#include "import/graph/graph_kernels.h"

#include <math.h>

/* Scale or zero point of value i: one for all, one for each slice along the
 * axis, or (of a quant) one that broadcasts. */
struct numbers {
    const double *values;
    uint64_t inner, size;          /* along an axis */
    const struct graph_dims *dims; /* broadcast: of the tensor */
    uint64_t strides[GRAPH_RANK_MAX];
};

static struct numbers numbers(const struct graph_node *n, uint32_t input,
                              const double *values)
{
    struct numbers r = { .values = values, .inner = 1, .size = 1 };
    if (values == NULL || graph_dims_count(&n->inputs[input]->dims) == 1)
        return r;
    const struct graph_dims *x = &n->inputs[0]->dims;
    if (n->op == GRAPH_QUANT) {
        r.dims = x;
        graph_strides(&n->inputs[input]->dims, x, r.strides);
        return r;
    }
    int64_t axis = n->attributes.axis;
    axis = axis < 0 ? axis + x->rank : axis;
    r.size = x->size[axis];
    for (int64_t i = axis + 1; i < x->rank; i++)
        r.inner *= x->size[i];
    return r;
}

static double number(const struct numbers *r, uint64_t i)
{
    if (r->values == NULL)
        return 0;
    if (r->dims == NULL)
        return r->values[i / r->inner % r->size];
    uint64_t at = 0;
    for (uint32_t k = r->dims->rank; k-- > 0;) {
        at += i % r->dims->size[k] * r->strides[k];
        i /= r->dims->size[k];
    }
    return r->values[at];
}

static double rounded(double x, uint8_t rounding)
{
    switch (rounding) {
    case GRAPH_ROUND_FLOOR:
        return floor(x);
    case GRAPH_ROUND_CEIL:
        return ceil(x);
    case GRAPH_ROUND_ZERO:
        return trunc(x);
    default:
        return rint(x); /* ties to even */
    }
}

void graph_run_quantize(const struct graph_node *n, const double *const *inputs,
                        double *out, struct arena *scratch)
{
    (void)scratch;
    struct numbers scale = numbers(n, 1, inputs[1]);
    struct numbers zero = numbers(n, 2, n->input_count > 2 ? inputs[2] : NULL);
    double low = graph_type_min(n->output->type);
    double high = graph_type_max(n->output->type);
    uint64_t count = graph_dims_count(&n->output->dims);
    for (uint64_t i = 0; i < count; i++) {
        double x = rint(inputs[0][i] / number(&scale, i)) + number(&zero, i);
        x = isnan(x) ? 0 : x;
        out[i] = x < low ? low : x > high ? high : x;
    }
}

void graph_run_dequantize(const struct graph_node *n,
                          const double *const *inputs, double *out,
                          struct arena *scratch)
{
    (void)scratch;
    struct numbers scale = numbers(n, 1, inputs[1]);
    struct numbers zero = numbers(n, 2, n->input_count > 2 ? inputs[2] : NULL);
    uint64_t count = graph_dims_count(&n->output->dims);
    for (uint64_t i = 0; i < count; i++)
        out[i] = (inputs[0][i] - number(&zero, i)) * number(&scale, i);
}

void graph_run_quant(const struct graph_node *n, const double *const *inputs,
                     double *out, struct arena *scratch)
{
    (void)scratch;
    const struct graph_attributes *t = &n->attributes;
    struct numbers scale = numbers(n, 1, inputs[1]);
    struct numbers zero = numbers(n, 2, inputs[2]);
    double bits = inputs[3][0];
    double high = exp2(t->is_signed ? bits - 1 : bits) - 1;
    double low = t->is_signed ? -high - 1 : 0;
    if (t->narrow) {
        low += t->is_signed;
        high -= !t->is_signed;
    }
    uint64_t count = graph_dims_count(&n->output->dims);
    for (uint64_t i = 0; i < count; i++) {
        double s = number(&scale, i), z = number(&zero, i);
        double x = inputs[0][i];
        if (t->bipolar) {
            out[i] = x >= 0 ? s : -s;
            continue;
        }
        x = x / s + z;
        x = x < low ? low : x > high ? high : x;
        out[i] = (rounded(x, t->rounding) - z) * s;
    }
}
