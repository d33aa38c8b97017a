#include "import/graph/graph_kernels.h"

#include <math.h>

static double clip(double x, double low, double high)
{
    x = x < low ? low : x;
    return x > high ? high : x;
}

static double cast(double x, enum graph_type type)
{
    switch (type) {
    case GRAPH_FLOAT32:
        return (double)(float)x;
    case GRAPH_FLOAT64:
        return x;
    case GRAPH_BOOL:
        return x != 0;
    default:
        return isnan(x) ? 0 : trunc(x);
    }
}

static double unary(const struct graph_node *n, double x)
{
    const struct graph_attributes *t = &n->attributes;
    switch (n->op) {
    case GRAPH_RELU:
        return x > 0 ? x : 0;
    case GRAPH_CLIP:
        return clip(x, t->low, t->high);
    case GRAPH_LEAKY_RELU:
        return x >= 0 ? x : t->alpha * x;
    case GRAPH_SIGMOID:
        return 1 / (1 + exp(-x));
    case GRAPH_TANH:
        return tanh(x);
    case GRAPH_HARD_SIGMOID:
        return clip(t->alpha * x + t->beta, 0, 1);
    default:
        return cast(x, n->output->type);
    }
}

void graph_run_unary(const struct graph_node *n, const double *const *inputs,
                     double *out, struct arena *scratch)
{
    (void)scratch;
    uint64_t count = graph_dims_count(&n->output->dims);
    for (uint64_t i = 0; i < count; i++)
        out[i] = unary(n, inputs[0][i]);
}

static double binary(const struct graph_node *n, double a, double b)
{
    switch (n->op) {
    case GRAPH_ADD:
        return a + b;
    case GRAPH_SUB:
        return a - b;
    case GRAPH_MUL:
        return a * b;
    case GRAPH_DIV:
        if (graph_type_is_float(n->output->type))
            return a / b;
        return b == 0 ? 0 : trunc(a / b);
    case GRAPH_MAX:
        return a > b ? a : b;
    case GRAPH_MIN:
        return a < b ? a : b;
    default: /* prelu */
        return a >= 0 ? a : a * b;
    }
}

void graph_run_binary(const struct graph_node *n, const double *const *inputs,
                      double *out, struct arena *scratch)
{
    (void)scratch;
    const struct graph_dims *y = &n->output->dims;
    uint64_t a[GRAPH_RANK_MAX], b[GRAPH_RANK_MAX];
    uint64_t at[GRAPH_RANK_MAX] = { 0 };
    graph_strides(&n->inputs[0]->dims, y, a);
    graph_strides(&n->inputs[1]->dims, y, b);
    uint64_t count = graph_dims_count(y), p = 0, q = 0;
    for (uint64_t i = 0; i < count; i++) {
        out[i] = binary(n, inputs[0][p], inputs[1][q]);
        for (uint32_t k = y->rank; k-- > 0;) {
            p += a[k];
            q += b[k];
            if (++at[k] < y->size[k])
                break;
            p -= a[k] * at[k];
            q -= b[k] * at[k];
            at[k] = 0;
        }
    }
}

/* batchnorm and affine: the same of all values of a channel. */
void graph_run_normal(const struct graph_node *n, const double *const *inputs,
                      double *out, struct arena *scratch)
{
    (void)scratch;
    const struct graph_dims *x = &n->inputs[0]->dims;
    bool is_affine = n->op == GRAPH_AFFINE;
    uint32_t axis = graph_channel_axis(n, x->rank);
    if (is_affine)
        axis = (uint32_t)(n->attributes.axis < 0 ? n->attributes.axis + x->rank
                                                 : n->attributes.axis);
    uint64_t inner = 1;
    for (uint32_t i = axis + 1; i < x->rank; i++)
        inner *= x->size[i];
    uint64_t count = graph_dims_count(x);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t c = i / inner % x->size[axis];
        double scale = inputs[1][c], offset = inputs[2][c];
        if (is_affine)
            out[i] = inputs[0][i] * scale + offset;
        else
            out[i] = (inputs[0][i] - inputs[3][c]) /
                         sqrt(inputs[4][c] + n->attributes.epsilon) * scale +
                     offset;
    }
}
