#include "import/onnx/onnx_reader.h"

#include <float.h>
#include <math.h>

#include "base/arena.h"

#include <onnx.pb-c.h>

static struct graph_value *unary(struct onnx_node *n, enum graph_op op,
                                 const struct graph_attributes *t)
{
    return onnx_add(n, op, NULL, 1, n->inputs, t);
}

struct graph_value *onnx_read_relu(struct onnx_node *n)
{
    return unary(n, GRAPH_RELU, NULL);
}

struct graph_value *onnx_read_clip(struct onnx_node *n)
{
    struct graph_attributes t = { .low = -HUGE_VAL, .high = HUGE_VAL };
    if (n->reader->opset < 11) {
        t.low = onnx_float(n, "min", t.low);
        t.high = onnx_float(n, "max", t.high);
    } else {
        t.low = onnx_input_number(n, 1, t.low);
        t.high = onnx_input_number(n, 2, t.high);
    }
    /* The largest float stands for no limit. */
    if (t.low <= -(double)FLT_MAX)
        t.low = -HUGE_VAL;
    if (t.high >= (double)FLT_MAX)
        t.high = HUGE_VAL;
    return n->failed ? NULL : unary(n, GRAPH_CLIP, &t);
}

struct graph_value *onnx_read_leaky_relu(struct onnx_node *n)
{
    struct graph_attributes t = { .alpha = onnx_float(n, "alpha", 0.01) };
    return unary(n, GRAPH_LEAKY_RELU, &t);
}

struct graph_value *onnx_read_prelu(struct onnx_node *n)
{
    struct graph_value *pair[] = { n->inputs[0], n->inputs[1] };
    const struct graph_dims *x = &pair[0]->dims, *slopes = &pair[1]->dims;
    /* One for each channel, wherever that stands. */
    if (n->reader->opset < ONNX_OPSET_NUMPY && slopes->rank == 1 &&
        slopes->size[0] > 1 && x->rank > 1) {
        struct graph_attributes t = { .dims = { .rank = x->rank - 1 } };
        for (uint32_t i = 0; i < t.dims.rank; i++)
            t.dims.size[i] = i == 0 ? slopes->size[0] : 1;
        pair[1] = onnx_add(n, GRAPH_RESHAPE, ".slopes", 1, &pair[1], &t);
        if (pair[1] == NULL)
            return NULL;
    }
    return onnx_add(n, GRAPH_PRELU, NULL, 2, pair, NULL);
}

struct graph_value *onnx_read_sigmoid(struct onnx_node *n)
{
    return unary(n, GRAPH_SIGMOID, NULL);
}

struct graph_value *onnx_read_tanh(struct onnx_node *n)
{
    return unary(n, GRAPH_TANH, NULL);
}

struct graph_value *onnx_read_hard_sigmoid(struct onnx_node *n)
{
    struct graph_attributes t = {
        .alpha = onnx_float(n, "alpha", (double)0.2F),
        .beta = onnx_float(n, "beta", 0.5),
    };
    return unary(n, GRAPH_HARD_SIGMOID, &t);
}

struct graph_value *onnx_read_softmax(struct onnx_node *n)
{
    /* Before opset 13 all axes from this one on are one. */
    bool flat = n->reader->opset < 13;
    struct graph_attributes t = { .axis = onnx_int(n, "axis", flat ? 1 : -1),
                                  .flat = flat };
    return unary(n, GRAPH_SOFTMAX, &t);
}

struct graph_value *onnx_read_argmax(struct onnx_node *n)
{
    struct graph_attributes t = {
        .axis = onnx_int(n, "axis", 0),
        .keep = onnx_int(n, "keepdims", 1) != 0,
        .last = onnx_int(n, "select_last_index", 0) != 0,
    };
    return unary(n, GRAPH_ARGMAX, &t);
}

struct graph_value *onnx_read_mean(struct onnx_node *n)
{
    struct graph_attributes t = { .keep = onnx_int(n, "keepdims", 1) != 0 };
    uint32_t rank = n->inputs[0]->dims.rank;
    int64_t count = onnx_list(n, "axes", 1, 18, t.list, GRAPH_RANK_MAX);
    if (onnx_int(n, "noop_with_empty_axes", 0) != 0 && count <= 0)
        return onnx_error(n, DIAG_UNSUPPORTED, "a mean over no axes");
    if (n->failed)
        return NULL;
    t.count = count < 0 ? 0 : (uint32_t)count;
    if (t.count == 0)
        for (uint32_t i = 0; i < rank; i++)
            t.list[t.count++] = i;
    return unary(n, GRAPH_MEAN, &t);
}

struct graph_value *onnx_read_cast(struct onnx_node *n)
{
    struct graph_attributes t = { 0 };
    int32_t number = (int32_t)onnx_int(n, "to", 0);
    onnx_ignore(n, "saturate"); /* of floats of eight bits */
    if (!onnx_type(number, &t.type) ||
        number == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16 ||
        number == ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16)
        return onnx_error(n, DIAG_UNSUPPORTED,
                          "a cast to type %s is not supported",
                          onnx_type_name(number));
    return unary(n, GRAPH_CAST, &t);
}

struct graph_value *onnx_read_identity(struct onnx_node *n)
{
    return n->inputs[0];
}

struct graph_value *onnx_in_training(struct onnx_node *n, const char *message)
{
    onnx_error(n, DIAG_UNSUPPORTED, "%s", message);
    diag_hint(n->reader->diag, "export the model in evaluation mode: "
                               "model.eval() of PyTorch, ahead of the export");
    return NULL;
}

struct graph_value *onnx_read_dropout(struct onnx_node *n)
{
    onnx_ignore(n, "ratio"); /* of training */
    onnx_ignore(n, "seed");
    bool is_old = n->reader->opset < ONNX_OPSET_NUMPY;
    if ((is_old && onnx_int(n, "is_test", 0) == 0) ||
        onnx_input_number(n, 2, 0) != 0)
        return onnx_in_training(n, "training mode is not supported");
    return n->inputs[0];
}

/* Whether a maximum or minimum is one of numbers with one constant, which
 * limits them. */
static bool is_limit(enum graph_op op, struct graph_value *const pair[2])
{
    const struct graph_value *x = pair[0]->data == NULL ? pair[0] : pair[1];
    const struct graph_value *c = x == pair[0] ? pair[1] : pair[0];
    return (op == GRAPH_MAX || op == GRAPH_MIN) && x->data == NULL &&
           c->data != NULL && graph_dims_count(&c->dims) == 1 &&
           c->dims.rank <= x->dims.rank && graph_type_is_float(x->type);
}

static struct graph_value *limit(struct onnx_node *n, enum graph_op op,
                                 const char *suffix,
                                 struct graph_value *const pair[2])
{
    bool is_left = pair[0]->data == NULL;
    struct graph_value *x = pair[!is_left];
    double c = graph_element(pair[is_left], 0);
    struct graph_attributes t = { .low = op == GRAPH_MAX ? c : -HUGE_VAL,
                                  .high = op == GRAPH_MAX ? HUGE_VAL : c };
    return onnx_add(n, GRAPH_CLIP, suffix, 1, &x, &t);
}

/* Any number of inputs, two by two. */
static struct graph_value *join(struct onnx_node *n, enum graph_op op)
{
    struct graph_value *sum = n->inputs[0];
    for (uint32_t i = 1; i < n->input_count && sum != NULL; i++) {
        if (n->inputs[i] == NULL)
            return onnx_error(n, DIAG_ONNX, "input %u is not there",
                              (unsigned)i + 1);
        struct graph_value *pair[] = { sum, n->inputs[i] };
        const char *suffix =
            i + 1 == n->input_count
                ? NULL
                : arena_printf(n->reader->arena, ".%u", (unsigned)i);
        sum = is_limit(op, pair) ? limit(n, op, suffix, pair)
                                 : onnx_add(n, op, suffix, 2, pair, NULL);
    }
    return sum;
}

struct graph_value *onnx_read_add(struct onnx_node *n)
{
    return join(n, GRAPH_ADD);
}

struct graph_value *onnx_read_sub(struct onnx_node *n)
{
    return join(n, GRAPH_SUB);
}

struct graph_value *onnx_read_mul(struct onnx_node *n)
{
    return join(n, GRAPH_MUL);
}

struct graph_value *onnx_read_div(struct onnx_node *n)
{
    return join(n, GRAPH_DIV);
}

struct graph_value *onnx_read_max(struct onnx_node *n)
{
    return join(n, GRAPH_MAX);
}

struct graph_value *onnx_read_min(struct onnx_node *n)
{
    return join(n, GRAPH_MIN);
}
