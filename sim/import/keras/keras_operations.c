/* Operations between layers, as `2 * x` or `tf.nn.relu(x)` in a functional
 * model make them: a class of keras.ops (Keras 3), or TFOpLambda with the name
 * of a function of TensorFlow (Keras 2).  Their operands are tensors and
 * numbers, in any order. */
#include "import/keras/keras_reader.h"

#include <math.h>
#include <string.h>

enum { OPERANDS_MAX = 2 };

struct operands {
    uint32_t count, tensors;
    struct graph_value *values[OPERANDS_MAX];
    double numbers[OPERANDS_MAX]; /* of a NULL value */
};

static const struct operation {
    const char *keras, *tensorflow[2];
    uint32_t operands;
    enum graph_op op;     /* of two operands */
    const char *function; /* of one: an activation; NULL: the negative */
} operations[] = {
    { "ops.Add", { "math.add", "__operators__.add" }, 2, GRAPH_ADD, NULL },
    { "ops.Subtract", { "math.subtract" }, 2, GRAPH_SUB, NULL },
    { "ops.Multiply", { "math.multiply" }, 2, GRAPH_MUL, NULL },
    { "ops.Divide", { NULL }, 2, GRAPH_DIV, NULL },
    { "ops.TrueDivide", { "math.truediv" }, 2, GRAPH_DIV, NULL },
    { "ops.Maximum", { "math.maximum" }, 2, GRAPH_MAX, NULL },
    { "ops.Minimum", { "math.minimum" }, 2, GRAPH_MIN, NULL },
    { "ops.Negative", { "math.negative" }, 1, GRAPH_MUL, NULL },
    { "ops.Relu", { "nn.relu" }, 1, GRAPH_RELU, "relu" },
    { "ops.Relu6", { "nn.relu6" }, 1, GRAPH_RELU, "relu6" },
    { "ops.Sigmoid", { "math.sigmoid" }, 1, GRAPH_RELU, "sigmoid" },
    { "ops.Silu", { "nn.silu" }, 1, GRAPH_RELU, "silu" },
    { "ops.Tanh", { "math.tanh" }, 1, GRAPH_RELU, "tanh" },
};
enum { OPERATION_COUNT = sizeof operations / sizeof *operations };

static bool add_number(struct keras_layer *l, struct operands *o, double x)
{
    if (o->count == OPERANDS_MAX) {
        keras_error(l, DIAG_UNSUPPORTED, "it has more than two operands");
        return false;
    }
    o->numbers[o->count++] = x;
    return true;
}

/* The next of the tensors that the layer reads. */
static bool add_tensor(struct keras_layer *l, struct operands *o)
{
    if (o->tensors == l->input_count || !add_number(l, o, 0))
        return keras_error(l, DIAG_KERAS, "its operands are not understood") !=
               NULL;
    o->values[o->count - 1] = l->inputs[o->tensors++];
    return true;
}

/* A number, or a tensor of either spelling. */
static bool add_operand(struct keras_layer *l, struct operands *o,
                        struct json j)
{
    double x;
    if (keras_number_in(j, -HUGE_VAL, HUGE_VAL, &x))
        return add_number(l, o, x);
    struct keras_references *to = keras_references_of(l, j);
    if (to->count == 1)
        return add_tensor(l, o);
    keras_error(l, DIAG_UNSUPPORTED,
                "operand %u is neither a tensor nor a number",
                (unsigned)o->count + 1);
    return false;
}

/* What else an operation is given: only names and what is not there. */
static bool has_no_more(struct keras_layer *l, struct json keywords)
{
    if (!json_exists(keywords) || json_kind(keywords) != JSON_OBJECT)
        return true;
    for (size_t i = 0; i < json_length(keywords); i++) {
        struct json j = json_at(keywords, i);
        const char *key = json_key(j);
        if (strcmp(key, "y") == 0 || strcmp(key, "name") == 0 ||
            json_kind(j) == JSON_NULL)
            continue;
        keras_error(l, DIAG_UNSUPPORTED, "argument '%.40s' is not supported",
                    key);
        return false;
    }
    return true;
}

/* [name, 0, 0, {"y": ...}]; a name of _CONSTANT_VALUE: the number behind. */
static bool read_old(struct keras_layer *l, struct json node,
                     struct operands *o)
{
    if (json_length(node) < 3 || json_kind(json_at(node, 0)) != JSON_STRING) {
        keras_error(l, DIAG_UNSUPPORTED, "its operands are a list");
        return false;
    }
    const char *name = json_read_string(json_at(node, 0));
    bool fine = strcmp(name, KERAS_CONSTANT) == 0
                    ? add_operand(l, o, json_at(node, 2))
                    : add_tensor(l, o);
    if (!fine || json_length(node) < 4)
        return fine;
    struct json keywords = json_at(node, 3);
    struct json other = json_get(keywords, "y");
    if (json_exists(other) && json_kind(other) != JSON_NULL &&
        !add_operand(l, o, other))
        return false;
    return has_no_more(l, keywords);
}

static bool read_operands(struct keras_layer *l, struct operands *o)
{
    struct json nodes = keras_part(l->entry, "inbound_nodes", JSON_ARRAY);
    if (!json_exists(nodes) || json_length(nodes) != 1) {
        keras_error(l, DIAG_KERAS, "it does not say what it reads");
        return false;
    }
    struct json node = json_at(nodes, 0);
    if (json_kind(node) == JSON_ARRAY)
        return read_old(l, node, o);
    struct json list = keras_part(node, "args", JSON_ARRAY);
    for (size_t i = 0; json_exists(list) && i < json_length(list); i++)
        if (!add_operand(l, o, json_at(list, i)))
            return false;
    return has_no_more(l, keras_part(node, "kwargs", JSON_OBJECT));
}

static struct graph_value *apply(struct keras_layer *l,
                                 const struct operation *op, struct operands *o)
{
    if (op->operands == 1 && op->function != NULL)
        return keras_apply(l, op->function, o->values[0]);
    if (op->operands == 1)
        o->numbers[1] = -1;
    bool is_left = o->values[0] != NULL; /* the number is on the other side */
    double number = o->numbers[is_left];
    if ((op->op == GRAPH_MAX || op->op == GRAPH_MIN) && o->tensors == 1) {
        bool is_max = op->op == GRAPH_MAX;
        return keras_add(l, GRAPH_CLIP, NULL, 1, &o->values[!is_left],
                         &(struct graph_attributes){
                             .low = is_max ? number : -HUGE_VAL,
                             .high = is_max ? HUGE_VAL : number });
    }
    if (o->tensors == 1)
        o->values[is_left] = keras_numbers(l, 1, &number);
    return keras_add(l, op->op, NULL, 2, o->values, NULL);
}

static struct graph_value *read(struct keras_layer *l,
                                const struct operation *op)
{
    struct operands o = { 0 };
    if (!read_operands(l, &o))
        return NULL;
    if (o.count != op->operands || o.tensors != l->input_count)
        return keras_error(l, DIAG_KERAS, "it has %u operands, not %u",
                           (unsigned)o.count, (unsigned)op->operands);
    return apply(l, op, &o);
}

struct graph_value *keras_read_operation(struct keras_layer *l)
{
    const struct operation *op = operations;
    while (strcmp(op->keras, l->kind) != 0)
        op++; /* the table of layers has no others */
    return read(l, op);
}

struct graph_value *keras_read_tf_operation(struct keras_layer *l)
{
    const char *name = keras_string(l, "function", "");
    for (uint32_t i = 0; i < OPERATION_COUNT; i++)
        for (uint32_t k = 0; k < 2; k++)
            if (operations[i].tensorflow[k] != NULL &&
                strcmp(operations[i].tensorflow[k], name) == 0)
                return read(l, &operations[i]);
    return keras_error(l, DIAG_UNSUPPORTED,
                       "the function '%.40s' of TensorFlow is not read", name);
}
