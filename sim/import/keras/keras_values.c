#include "import/keras/keras_reader.h"

#include "base/arena.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static struct graph_value *unary(struct keras_layer *l, enum graph_op op,
                                 const char *suffix, struct graph_value *x,
                                 const struct graph_attributes *t)
{
    return keras_add(l, op, suffix, 1, &x, t);
}

/* What Keras 2 and 3 mean by it: 0.2 x + 0.5, and relu6(x + 3) / 6. */
static struct graph_attributes hard_sigmoid(const struct keras_reader *r)
{
    return (struct graph_attributes){ .alpha = r->is_new ? 1.0 / 6 : 0.2,
                                      .beta = 0.5 };
}

static struct graph_value *gated(struct keras_layer *l, const char *suffix,
                                 struct graph_value *x,
                                 struct graph_value *gate)
{
    struct graph_value *pair[] = { x, gate };
    return gate == NULL ? NULL : keras_add(l, GRAPH_MUL, suffix, 2, pair, NULL);
}

/* A function by its name; is_whole: it is all that the layer does. */
static struct graph_value *apply(struct keras_layer *l, const char *name,
                                 struct graph_value *x, bool is_whole)
{
    const char *suffix = is_whole ? NULL : name;
    if (strcmp(name, "linear") == 0)
        return x;
    if (strcmp(name, "relu") == 0)
        return unary(l, GRAPH_RELU, suffix, x, NULL);
    if (strcmp(name, "relu6") == 0)
        return unary(l, GRAPH_CLIP, suffix, x,
                     &(struct graph_attributes){ .low = 0, .high = 6 });
    if (strcmp(name, "sigmoid") == 0)
        return unary(l, GRAPH_SIGMOID, suffix, x, NULL);
    if (strcmp(name, "tanh") == 0)
        return unary(l, GRAPH_TANH, suffix, x, NULL);
    if (strcmp(name, "softmax") == 0)
        return unary(l, GRAPH_SOFTMAX, suffix, x,
                     &(struct graph_attributes){ .axis = -1 });
    if (strcmp(name, "leaky_relu") == 0)
        return unary(l, GRAPH_LEAKY_RELU, suffix, x,
                     &(struct graph_attributes){ .alpha = 0.2 });
    if (strcmp(name, "hard_sigmoid") == 0) {
        struct graph_attributes t = hard_sigmoid(l->reader);
        return unary(l, GRAPH_HARD_SIGMOID, suffix, x, &t);
    }
    if (strcmp(name, "hard_tanh") == 0)
        return unary(l, GRAPH_CLIP, suffix, x,
                     &(struct graph_attributes){ .low = -1, .high = 1 });
    if (strcmp(name, "silu") == 0 || strcmp(name, "swish") == 0)
        return gated(l, suffix, x, unary(l, GRAPH_SIGMOID, "gate", x, NULL));
    if (strcmp(name, "hard_silu") == 0 || strcmp(name, "hard_swish") == 0) {
        /* Keras 2 has none. */
        struct graph_attributes t = { .alpha = 1.0 / 6, .beta = 0.5 };
        return gated(l, suffix, x, unary(l, GRAPH_HARD_SIGMOID, "gate", x, &t));
    }
    return keras_error(l, DIAG_UNSUPPORTED,
                       "activation '%.40s' is none of linear, relu, relu6, "
                       "leaky_relu, sigmoid, tanh, hard_sigmoid, hard_tanh, "
                       "silu, hard_silu, softmax",
                       name);
}

struct graph_value *keras_apply(struct keras_layer *l, const char *name,
                                struct graph_value *x)
{
    return apply(l, name, x, true);
}

/* The name of the function or quantiser under 'activation'; NULL: none, or
 * said why. */
static const char *activation_name(struct keras_layer *l)
{
    struct json j = json_get(l->config, "activation");
    if (!json_exists(j) || json_kind(j) == JSON_NULL)
        return NULL;
    if (json_kind(j) == JSON_STRING)
        return json_read_string(j);
    struct json name = { 0 };
    if (json_kind(j) == JSON_OBJECT) {
        name = json_get(j, "class_name");
        if (json_exists(name) && json_kind(name) == JSON_STRING &&
            strcmp(json_read_string(name), "function") == 0)
            name = json_get(j, "config");
    }
    if (json_exists(name) && json_kind(name) == JSON_STRING)
        return json_read_string(name);
    keras_error(l, DIAG_VALUE, "'activation' is no name of a function");
    return NULL;
}

static struct graph_value *activate(struct keras_layer *l,
                                    struct graph_value *x, bool is_whole)
{
    const char *name = x == NULL ? NULL : activation_name(l);
    if (name == NULL)
        return l->failed ? NULL : x;
    if (!keras_is_quantizer(name))
        return apply(l, name, x, is_whole);
    struct keras_quantizer q;
    if (keras_quantizer(l, "activation", &q) != KERAS_FOUND)
        return NULL;
    return keras_quantize(l, is_whole ? NULL : "quant", x, &q);
}

struct graph_value *keras_activate(struct keras_layer *l, struct graph_value *x)
{
    return activate(l, x, false);
}

struct graph_value *keras_read_activation(struct keras_layer *l)
{
    return activate(l, l->inputs[0], true);
}

struct graph_value *keras_read_nothing(struct keras_layer *l)
{
    return l->inputs[0];
}

struct graph_value *keras_read_relu(struct keras_layer *l)
{
    double slope = keras_number(l, "negative_slope", 0);
    double high = keras_number(l, "max_value", INFINITY);
    double threshold = keras_number(l, "threshold", 0);
    if (l->failed)
        return NULL;
    if (threshold != 0 || (slope != 0 && !isinf(high)))
        return keras_error(l, DIAG_UNSUPPORTED,
                           "threshold %g, negative_slope %g, max_value %g: "
                           "read is a threshold of 0, and one of the others",
                           threshold, slope, high);
    struct graph_value *x = l->inputs[0];
    if (slope != 0)
        return unary(l, GRAPH_LEAKY_RELU, NULL, x,
                     &(struct graph_attributes){ .alpha = slope });
    if (isinf(high))
        return unary(l, GRAPH_RELU, NULL, x, NULL);
    return unary(l, GRAPH_CLIP, NULL, x,
                 &(struct graph_attributes){ .low = 0, .high = high });
}

struct graph_value *keras_read_leaky_relu(struct keras_layer *l)
{
    /* The key of Keras 2, and that of Keras 3. */
    const char *key = keras_has(l, "alpha") ? "alpha" : "negative_slope";
    struct graph_attributes t = { .alpha = keras_number(l, key, 0.3) };
    return l->failed ? NULL
                     : unary(l, GRAPH_LEAKY_RELU, NULL, l->inputs[0], &t);
}

struct graph_value *keras_read_prelu(struct keras_layer *l)
{
    const struct graph_dims *x = &l->inputs[0]->dims;
    struct graph_dims dims = { .rank = x->rank - 1 };
    for (uint32_t i = 1; i < x->rank; i++)
        dims.size[i - 1] = x->size[i];
    struct json shared = json_get(l->config, "shared_axes");
    bool has = json_exists(shared) && json_kind(shared) != JSON_NULL;
    if (has && json_kind(shared) != JSON_ARRAY)
        return keras_error(l, DIAG_VALUE, "'shared_axes' is no list");
    for (size_t i = 0; has && i < json_length(shared) && i < GRAPH_RANK_MAX;
         i++) {
        struct json j = json_at(shared, i);
        double axis = 0;
        if (!keras_number_in(j, 1, x->rank - 1, &axis) || axis != floor(axis))
            return keras_error(l, DIAG_VALUE, "'shared_axes' are not in 1..%u",
                               (unsigned)x->rank - 1);
        dims.size[(uint32_t)axis - 1] = 1;
    }
    struct graph_value *slopes = keras_weight(l, "", "alpha", 0, &dims);
    return keras_add(l, GRAPH_PRELU, NULL, 2,
                     (struct graph_value *[]){ l->inputs[0], slopes }, NULL);
}

/* 'axis': a number, or a list of one; -1: said why. */
static int64_t axis_of(struct keras_layer *l)
{
    uint32_t rank = l->inputs[0]->dims.rank;
    struct json j = json_get(l->config, "axis");
    double x = -1;
    if (json_exists(j) && json_kind(j) == JSON_ARRAY && json_length(j) == 1)
        j = json_at(j, 0);
    if (json_exists(j) && (!keras_number_in(j, -8, 7, &x) || x != floor(x)))
        x = 0;
    int64_t axis = x < 0 ? (int64_t)x + rank : (int64_t)x;
    if (axis >= 1 && axis < rank)
        return axis;
    keras_error(l, DIAG_VALUE, "'axis' is not one of the %u axes",
                (unsigned)rank);
    return -1;
}

struct graph_value *keras_read_softmax(struct keras_layer *l)
{
    struct graph_attributes t = { .axis = axis_of(l) };
    return l->failed ? NULL : unary(l, GRAPH_SOFTMAX, NULL, l->inputs[0], &t);
}

struct graph_value *keras_read_batchnorm(struct keras_layer *l)
{
    static const struct {
        const char *name, *flag, *quantizer;
        bool is_kernel; /* as QKeras sees it: 'auto_po2' if it says nothing */
        float otherwise;
    } parts[4] = {
        { "gamma", "scale", "gamma_quantizer", true, 1 },
        { "beta", "center", "beta_quantizer", false, 0 },
        { "moving_mean", NULL, "mean_quantizer", false, 0 },
        { "moving_variance", NULL, "variance_quantizer", true, 1 },
    };
    struct graph_value *x = l->inputs[0];
    int64_t axis = axis_of(l);
    bool is_last = axis == x->dims.rank - 1;
    if (l->failed)
        return NULL;
    if (!is_last && axis != 1)
        return keras_error(l, DIAG_UNSUPPORTED,
                           "axis %" PRId64 " is neither the first nor the last",
                           axis);
    struct graph_dims dims = { 1, { x->dims.size[axis] } };
    struct graph_value *inputs[5] = { x };
    uint32_t index = 0;
    for (uint32_t i = 0; i < 4; i++) {
        struct graph_value *v;
        if (parts[i].flag != NULL && !keras_flag(l, parts[i].flag, true)) {
            v = graph_add_constant(l->reader->graph, parts[i].name, &dims,
                                   GRAPH_FLOAT32, &parts[i].otherwise, true);
        } else {
            v = keras_weight(l, "", parts[i].name, index++, &dims);
            v = keras_quantize_weights(l, parts[i].quantizer,
                                       parts[i].is_kernel, v);
        }
        if (v == NULL)
            return NULL;
        inputs[1 + i] = v;
    }
    struct graph_attributes t = {
        .epsilon = keras_number(l, "epsilon", 1e-3),
        .channels_last = is_last,
    };
    if (!keras_check_variance(l, inputs[4], t.epsilon))
        return NULL;
    return keras_add(l, GRAPH_BATCHNORM, NULL, 5, inputs, &t);
}

struct graph_value *keras_read_rescaling(struct keras_layer *l)
{
    double scale = keras_number(l, "scale", 1);
    double offset = keras_number(l, "offset", 0);
    struct graph_value *x = l->inputs[0];
    if (l->failed)
        return NULL;
    x = keras_add(l, GRAPH_MUL, offset == 0 ? NULL : "scale", 2,
                  (struct graph_value *[]){ x, keras_numbers(l, 1, &scale) },
                  NULL);
    if (offset == 0)
        return x;
    return keras_add(
        l, GRAPH_ADD, NULL, 2,
        (struct graph_value *[]){ x, keras_numbers(l, 1, &offset) }, NULL);
}

/* (x - mean) / max(sqrt(variance), 1e-7): the least divisor is Keras's. */
struct graph_value *keras_read_normalization(struct keras_layer *l)
{
    struct graph_value *x = l->inputs[0];
    int64_t axis = axis_of(l);
    if (l->failed)
        return NULL;
    if (keras_flag(l, "invert", false) || keras_has(l, "mean") ||
        axis != x->dims.rank - 1)
        return keras_error(l, DIAG_UNSUPPORTED,
                           "read is one along the last axis, not inverted, "
                           "whose mean was adapted to data");
    struct graph_dims dims = { 1, { x->dims.size[axis] } };
    const struct graph_value *mean = keras_weight(l, "", "mean", 0, &dims);
    const struct graph_value *variance =
        mean == NULL ? NULL : keras_weight(l, "", "variance", 1, &dims);
    if (variance == NULL)
        return NULL;
    struct arena *a = l->reader->arena;
    double *scale = arena_new_array(a, double, dims.size[0]);
    double *offset = arena_new_array(a, double, dims.size[0]);
    for (uint64_t i = 0; i < dims.size[0]; i++) {
        scale[i] = 1 / fmax(sqrt(graph_element(variance, i)), 1e-7);
        offset[i] = -graph_element(mean, i) * scale[i];
    }
    struct graph_value *inputs[] = { x, keras_numbers(l, dims.size[0], scale),
                                     keras_numbers(l, dims.size[0], offset) };
    return keras_add(l, GRAPH_AFFINE, NULL, 3, inputs,
                     &(struct graph_attributes){ .axis = axis });
}

/* Any number of inputs, two by two. */
static struct graph_value *join(struct keras_layer *l, enum graph_op op)
{
    struct graph_value *sum = l->inputs[0];
    for (uint32_t i = 1; i < l->input_count && sum != NULL; i++) {
        const char *suffix =
            i + 1 == l->input_count
                ? NULL
                : arena_printf(l->reader->arena, "%u", (unsigned)i);
        sum = keras_add(l, op, suffix, 2,
                        (struct graph_value *[]){ sum, l->inputs[i] }, NULL);
    }
    return sum;
}

struct graph_value *keras_read_add(struct keras_layer *l)
{
    return join(l, GRAPH_ADD);
}

struct graph_value *keras_read_average(struct keras_layer *l)
{
    double part = 1.0 / l->input_count;
    struct graph_value *sum = l->inputs[0];
    for (uint32_t i = 1; i < l->input_count && sum != NULL; i++)
        sum = keras_add(l, GRAPH_ADD,
                        arena_printf(l->reader->arena, "%u", (unsigned)i), 2,
                        (struct graph_value *[]){ sum, l->inputs[i] }, NULL);
    if (sum == NULL)
        return NULL;
    return keras_add(
        l, GRAPH_MUL, NULL, 2,
        (struct graph_value *[]){ sum, keras_numbers(l, 1, &part) }, NULL);
}

struct graph_value *keras_read_subtract(struct keras_layer *l)
{
    return join(l, GRAPH_SUB);
}

struct graph_value *keras_read_multiply(struct keras_layer *l)
{
    return join(l, GRAPH_MUL);
}

struct graph_value *keras_read_maximum(struct keras_layer *l)
{
    return join(l, GRAPH_MAX);
}

struct graph_value *keras_read_concatenate(struct keras_layer *l)
{
    struct graph_attributes t = { .axis = axis_of(l) };
    return l->failed ? NULL
                     : keras_add(l, GRAPH_CONCAT, NULL, l->input_count,
                                 l->inputs, &t);
}
