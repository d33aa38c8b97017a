/* Operators that are made of others: what each computes is written down with
 * the nodes there are. */
#include "import/onnx/onnx_reader.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <onnx.pb-c.h>

/* A constant number of the type of the input. */
static struct graph_value *number(struct onnx_node *n, double x)
{
    struct graph_value *v = graph_add_numbers(n->reader->graph, n->output,
                                              n->inputs[0]->type, 1, &x);
    n->failed = n->failed || v == NULL;
    return v;
}

static struct graph_value *pair(struct onnx_node *n, enum graph_op op,
                                const char *suffix, struct graph_value *a,
                                struct graph_value *b)
{
    if (a == NULL || b == NULL)
        return NULL;
    return onnx_add(n, op, suffix, 2, (struct graph_value *[]){ a, b }, NULL);
}

/* x * c */
static struct graph_value *scaled(struct onnx_node *n, const char *suffix,
                                  struct graph_value *x, double c)
{
    return pair(n, GRAPH_MUL, suffix, x, number(n, c));
}

struct graph_value *onnx_read_abs(struct onnx_node *n)
{
    struct graph_attributes t = { .alpha = -1 };
    return onnx_add(n, GRAPH_LEAKY_RELU, NULL, 1, n->inputs, &t);
}

struct graph_value *onnx_read_neg(struct onnx_node *n)
{
    return scaled(n, NULL, n->inputs[0], -1);
}

struct graph_value *onnx_read_hard_swish(struct onnx_node *n)
{
    struct graph_attributes t = { .alpha = 1.0 / 6, .beta = 0.5 };
    return pair(n, GRAPH_MUL, NULL, n->inputs[0],
                onnx_add(n, GRAPH_HARD_SIGMOID, ".gate", 1, n->inputs, &t));
}

struct graph_value *onnx_read_swish(struct onnx_node *n)
{
    double alpha = onnx_float(n, "alpha", 1);
    struct graph_value *x = n->inputs[0];
    struct graph_value *gate = alpha == 1 ? x : scaled(n, ".scaled", x, alpha);
    if (gate == NULL)
        return NULL;
    gate = onnx_add(n, GRAPH_SIGMOID, ".gate", 1, &gate, NULL);
    return pair(n, GRAPH_MUL, NULL, x, gate);
}

/* x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) */
struct graph_value *onnx_read_gelu(struct onnx_node *n)
{
    const char *form = onnx_string(n, "approximate");
    if (form == NULL || strcmp(form, "tanh") != 0) {
        onnx_error(n, DIAG_UNSUPPORTED,
                   "a GELU by the error function, for which there is no "
                   "hardware");
        diag_hint(n->reader->diag, ONNX_GELU_REMEDY);
        return NULL;
    }
    struct graph_value *x = n->inputs[0];
    struct graph_value *cube =
        pair(n, GRAPH_MUL, ".cube", x, pair(n, GRAPH_MUL, ".square", x, x));
    struct graph_value *sum =
        pair(n, GRAPH_ADD, ".sum", x, scaled(n, ".part", cube, 0.044715));
    struct graph_value *in = scaled(n, ".scaled", sum, 0.7978845608028654);
    if (in == NULL)
        return NULL;
    struct graph_value *gate = onnx_add(n, GRAPH_TANH, ".tanh", 1, &in, NULL);
    gate = pair(n, GRAPH_ADD, ".gate", gate, number(n, 1));
    return pair(n, GRAPH_MUL, NULL, scaled(n, ".half", x, 0.5), gate);
}

struct graph_value *onnx_read_pow(struct onnx_node *n)
{
    struct graph_value *x = n->inputs[0];
    double exponent = onnx_input_number(n, 1, 1);
    if (n->failed)
        return NULL;
    if (exponent == 1)
        return x;
    if (exponent != 2 && exponent != 3)
        return onnx_error(n, DIAG_UNSUPPORTED,
                          "the power %g; only 1, 2 and 3 are read", exponent);
    struct graph_value *square =
        pair(n, GRAPH_MUL, exponent == 2 ? NULL : ".square", x, x);
    return exponent == 2 ? square : pair(n, GRAPH_MUL, NULL, x, square);
}

/* numpy.broadcast_to, but that a size of 1 leaves the input's. */
struct graph_value *onnx_read_expand(struct onnx_node *n)
{
    struct graph_value *x = n->inputs[0];
    int64_t sizes[GRAPH_RANK_MAX];
    int64_t count = onnx_input_ints(n, 1, sizes, GRAPH_RANK_MAX);
    if (count < 0)
        return NULL;
    uint32_t rank = x->dims.rank, given = (uint32_t)count;
    struct graph_attributes t = { .dims = { .rank =
                                                given > rank ? given : rank } };
    t.count = t.dims.rank;
    bool grows = false;
    for (uint32_t i = 0; i < t.count; i++) {
        uint64_t from =
            i + rank < t.count ? 1 : x->dims.size[i + rank - t.count];
        int64_t to = i + given < t.count ? 1 : sizes[i + given - t.count];
        if (to < 0 || (to != 1 && from != 1 && (uint64_t)to != from))
            return onnx_error(n, DIAG_SHAPE,
                              "size %" PRIu64 " does not become %" PRId64, from,
                              to);
        t.dims.size[i] = from;
        t.list[i] = from == 1 ? to : 1;
        grows = grows || t.list[i] != 1;
    }
    if (!grows)
        return onnx_add(n, GRAPH_RESHAPE, NULL, 1, &x, &t);
    if (t.count != rank)
        x = onnx_add(n, GRAPH_RESHAPE, ".axes", 1, &x, &t);
    return x == NULL ? NULL : onnx_add(n, GRAPH_UPSAMPLE, NULL, 1, &x, &t);
}

/* The maximum of height and width, which is what a global pool is. */
struct graph_value *onnx_read_reduce_max(struct onnx_node *n)
{
    struct graph_value *x = n->inputs[0];
    bool keep = onnx_int(n, "keepdims", 1) != 0;
    int64_t axes[GRAPH_RANK_MAX];
    int64_t count = onnx_list(n, "axes", 1, 18, axes, GRAPH_RANK_MAX);
    onnx_ignore(n, "noop_with_empty_axes"); /* of no axes, which are refused */
    if (n->failed)
        return NULL;
    bool gone[GRAPH_RANK_MAX] = { false };
    for (int64_t i = 0; i < count; i++) {
        int64_t axis = axes[i] < 0 ? axes[i] + x->dims.rank : axes[i];
        if (axis < 0 || axis >= (int64_t)x->dims.rank)
            return onnx_error(n, DIAG_SHAPE, "axis %" PRId64 " is outside",
                              axes[i]);
        gone[axis] = true;
    }
    struct graph_attributes t = { 0 };
    bool fits = x->dims.rank > 2;
    for (uint32_t i = 0; i < x->dims.rank; i++) {
        fits = fits && gone[i] == (i >= 2);
        if (!gone[i] || keep)
            t.dims.size[t.dims.rank++] = gone[i] ? 1 : x->dims.size[i];
    }
    if (!fits)
        return onnx_error(n, DIAG_UNSUPPORTED,
                          "a maximum over other axes than height and width");
    x = onnx_add(n, GRAPH_GLOBAL_MAXPOOL, keep ? NULL : ".pool", 1, &x, NULL);
    return keep || x == NULL ? x : onnx_add(n, GRAPH_RESHAPE, NULL, 1, &x, &t);
}
