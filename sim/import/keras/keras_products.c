#include "import/keras/keras_reader.h"

#include "base/arena.h"

#include <inttypes.h>
#include <math.h>

/* Kernels lie as (rows, columns, channels, units), those of the graph as
 * (units, channels, rows, columns). */
static struct graph_value *turned(struct keras_layer *l, struct graph_value *w,
                                  uint32_t first, uint32_t second)
{
    if (w == NULL)
        return NULL;
    struct graph_attributes t = { .count = w->dims.rank };
    t.list[0] = first;
    t.list[1] = second;
    for (uint32_t i = 2; i < t.count; i++)
        t.list[i] = i - 2;
    return keras_add(l, GRAPH_TRANSPOSE, "kernel", 1, &w, &t);
}

static struct graph_value *add_conv(struct keras_layer *l, const char *suffix,
                                    struct graph_value *x,
                                    struct graph_value *w,
                                    struct graph_value *bias, uint64_t groups,
                                    const struct graph_window *window)
{
    struct graph_attributes t = {
        .window = *window,
        .groups = groups,
        .channels_last = keras_is_last(l),
    };
    return keras_add(l, GRAPH_CONV, suffix, bias == NULL ? 2 : 3,
                     (struct graph_value *[]){ x, w, bias }, &t);
}

/* A window of one pixel. */
static struct graph_window pointwise(uint32_t rank)
{
    struct graph_window w = { .rank = rank };
    for (uint32_t i = 0; i < rank; i++)
        w.kernel[i] = w.stride[i] = w.dilation[i] = 1;
    return w;
}

/* The biases, number `index` of the layer's tensors; NULL without an error:
 * it has none. */
static struct graph_value *biases(struct keras_layer *l, uint32_t index,
                                  uint64_t units)
{
    if (!keras_flag(l, "use_bias", true))
        return NULL;
    struct graph_dims dims = { 1, { units } };
    struct graph_value *b = keras_weight(l, "", "bias", index, &dims);
    b = keras_quantize_weights(l, "bias_quantizer", false, b);
    l->failed = l->failed || b == NULL;
    return b;
}

/* How many units; 0: said why. */
static uint64_t units_of(struct keras_layer *l, const char *key)
{
    int64_t units = keras_whole(l, key, 0);
    if (units < 1)
        keras_error(l, DIAG_VALUE, "'%s' is not a number in 1..2^31", key);
    return units < 1 ? 0 : (uint64_t)units;
}

struct graph_value *keras_read_dense(struct keras_layer *l)
{
    struct graph_value *x = l->inputs[0];
    uint32_t rank = x->dims.rank;
    uint64_t count = x->dims.size[rank - 1], units = units_of(l, "units");
    if (rank > 4)
        return keras_error(l, DIAG_SHAPE, "its input has %u dimensions",
                           (unsigned)rank);
    struct graph_dims dims = { 2, { count, units } };
    struct graph_value *w =
        l->failed ? NULL : keras_weight(l, "", "kernel", 0, &dims);
    w = keras_quantize_weights(l, "kernel_quantizer", true, w);
    struct graph_value *b = w == NULL ? NULL : biases(l, 1, units);
    if (l->failed || w == NULL)
        return NULL;
    if (rank == 2) {
        struct graph_attributes t = { .alpha = 1, .beta = 1 };
        return keras_activate(
            l, keras_add(l, GRAPH_GEMM, NULL, b == NULL ? 2 : 3,
                         (struct graph_value *[]){ x, w, b }, &t));
    }
    /* The same for each pixel or step. */
    struct graph_dims each = { rank, { units, count, 1, 1 } };
    struct graph_window window = pointwise(rank - 2);
    w = turned(l, w, 1, 0);
    w = w == NULL ? NULL : keras_reshape(l, "kernel", w, &each);
    return keras_activate(l, add_conv(l, NULL, x, w, b, 1, &window));
}

/* The kernel of a window in the order of Keras: sizes, then two more. */
static struct graph_dims kernel_dims(const uint64_t *kernel, uint32_t spatial,
                                     uint64_t channels, uint64_t units)
{
    struct graph_dims d = { .rank = spatial + 2 };
    for (uint32_t i = 0; i < spatial; i++)
        d.size[i] = kernel[i];
    d.size[spatial] = channels;
    d.size[spatial + 1] = units;
    return d;
}

static bool kernel_sizes(struct keras_layer *l, uint64_t *kernel)
{
    if (!keras_sizes(l, "kernel_size", keras_spatial(l), 1, kernel)) {
        if (!l->failed)
            keras_error(l, DIAG_KERAS, "it has no 'kernel_size'");
        return false;
    }
    return true;
}

/* Weights that a normalisation behind has become part of: the kernel times
 * gamma / sqrt(variance + epsilon) of its last axes, and the biases with the
 * mean and beta.  In single precision, as QKeras computes them before they
 * are quantised.  False: said why. */
static bool fold_batchnorm(struct keras_layer *l, uint64_t channels,
                           struct graph_value **w, struct graph_value **bias)
{
    static const char *const names[] = { "gamma", "beta", "moving_mean",
                                         "moving_variance" };
    struct arena *a = l->reader->arena;
    struct graph_dims dims = { 1, { channels } };
    const struct graph_value *n[4] = { NULL };
    uint32_t index = 0;
    for (uint32_t i = 0; i < 4; i++) {
        if ((i == 0 && !keras_flag(l, "scale", true)) ||
            (i == 1 && !keras_flag(l, "center", true)))
            continue;
        n[i] = keras_weight(l, "batchnorm/", names[i], index++, &dims);
        if (n[i] == NULL)
            return false;
    }
    float epsilon = (float)keras_number(l, "epsilon", 1e-3);
    if (!keras_check_variance(l, n[3], epsilon))
        return false;
    uint64_t count = graph_dims_count(&(*w)->dims);
    float *kernel = arena_new_array(a, float, count);
    float *factor = arena_new_array(a, float, channels);
    float *offset = arena_new_array(a, float, channels);
    for (uint64_t i = 0; i < channels; i++) {
        float gamma = n[0] == NULL ? 1 : (float)graph_element(n[0], i);
        float beta = n[1] == NULL ? 0 : (float)graph_element(n[1], i);
        float mean = (float)graph_element(n[2], i);
        float old = *bias == NULL ? 0 : (float)graph_element(*bias, i);
        float root = sqrtf((float)graph_element(n[3], i) + epsilon);
        factor[i] = 1 / root * gamma;
        offset[i] = factor[i] * (old - mean) + beta;
    }
    for (uint64_t i = 0; i < count; i++)
        kernel[i] = factor[i % channels] * (float)graph_element(*w, i);
    *w = graph_add_constant(l->reader->graph, l->name, &(*w)->dims,
                            GRAPH_FLOAT32, kernel, false);
    *bias = graph_add_constant(l->reader->graph, l->name, &dims, GRAPH_FLOAT32,
                               offset, false);
    return *w != NULL && *bias != NULL;
}

struct convolution {
    bool is_depthwise, has_batchnorm;
};

static struct graph_value *read_conv(struct keras_layer *l,
                                     struct convolution kind)
{
    uint32_t s = keras_spatial(l);
    uint64_t kernel[2] = { 0 };
    if (!keras_need_rank(l, s + 2) || !kernel_sizes(l, kernel))
        return NULL;
    struct graph_value *x = l->inputs[0];
    uint64_t channels = keras_channels(l, x), groups = channels, units;
    struct graph_dims dims;
    if (kind.is_depthwise) {
        int64_t each = keras_whole(l, "depth_multiplier", 1);
        if (each < 1)
            return keras_error(l, DIAG_VALUE,
                               "'depth_multiplier' is not a "
                               "number in 1..2^31");
        dims = kernel_dims(kernel, s, channels, (uint64_t)each);
        units = channels * (uint64_t)each;
    } else {
        int64_t asked = keras_whole(l, "groups", 1);
        if (asked < 1 || channels % (uint64_t)asked != 0)
            return keras_error(l, DIAG_SHAPE,
                               "%" PRIu64 " channels in %" PRId64 " groups",
                               channels, asked);
        groups = (uint64_t)asked;
        units = units_of(l, "filters");
        dims = kernel_dims(kernel, s, channels / groups, units);
    }
    if (l->failed)
        return NULL;
    const char *name = kind.is_depthwise ? "depthwise_kernel" : "kernel";
    struct graph_value *w = keras_weight(l, "", name, 0, &dims), *bias = NULL;
    if (w == NULL)
        return NULL;
    if (kind.has_batchnorm) {
        struct graph_dims flat = { 1, { units } };
        if (keras_flag(l, "use_bias", true))
            bias = keras_weight(l, "", "bias", 1, &flat);
        if (l->failed || !fold_batchnorm(l, units, &w, &bias))
            return NULL;
        bias = keras_quantize_weights(l, "bias_quantizer", false, bias);
    } else {
        bias = biases(l, 1, units);
    }
    w = l->failed
            ? NULL
            : keras_quantize_weights(l,
                                     kind.is_depthwise ? "depthwise_quantizer"
                                                       : "kernel_quantizer",
                                     true, w);
    w = turned(l, w, kind.is_depthwise ? s : s + 1,
               kind.is_depthwise ? s + 1 : s);
    if (w != NULL && kind.is_depthwise) {
        struct graph_dims each = { s + 2, { units, 1, kernel[0], kernel[1] } };
        w = keras_reshape(l, "kernel", w, &each);
    }
    struct graph_window window;
    if (w == NULL || !keras_window(l, &x->dims, kernel, &window))
        return NULL;
    return keras_activate(l, add_conv(l, NULL, x, w, bias, groups, &window));
}

struct graph_value *keras_read_conv(struct keras_layer *l)
{
    return read_conv(l, (struct convolution){ false, false });
}

struct graph_value *keras_read_depthwise(struct keras_layer *l)
{
    return read_conv(l, (struct convolution){ true, false });
}

struct graph_value *keras_read_conv_batchnorm(struct keras_layer *l)
{
    return read_conv(l, (struct convolution){ false, true });
}

struct graph_value *keras_read_depthwise_batchnorm(struct keras_layer *l)
{
    return read_conv(l, (struct convolution){ true, true });
}

struct graph_value *keras_read_separable(struct keras_layer *l)
{
    uint32_t s = keras_spatial(l);
    uint64_t kernel[2] = { 0 }, one[2] = { 1, 1 };
    if (!keras_need_rank(l, s + 2) || !kernel_sizes(l, kernel))
        return NULL;
    struct graph_value *x = l->inputs[0];
    uint64_t channels = keras_channels(l, x), units = units_of(l, "filters");
    int64_t each = keras_whole(l, "depth_multiplier", 1);
    if (each < 1 || l->failed)
        return keras_error(l, DIAG_VALUE,
                           "'depth_multiplier' is not a number in 1..2^31");
    uint64_t between = channels * (uint64_t)each;
    struct graph_dims depth = kernel_dims(kernel, s, channels, (uint64_t)each);
    struct graph_dims point = kernel_dims(one, s, between, units);
    struct graph_value *d = keras_weight(l, "", "depthwise_kernel", 0, &depth);
    d = keras_quantize_weights(l, "depthwise_quantizer", true, d);
    d = turned(l, d, s, s + 1);
    struct graph_dims apart = { s + 2, { between, 1, kernel[0], kernel[1] } };
    d = d == NULL ? NULL : keras_reshape(l, "kernel", d, &apart);
    struct graph_value *p =
        d == NULL ? NULL : keras_weight(l, "", "pointwise_kernel", 1, &point);
    p = keras_quantize_weights(l, "pointwise_quantizer", true, p);
    p = turned(l, p, s + 1, s);
    struct graph_value *b = p == NULL ? NULL : biases(l, 2, units);
    struct graph_window window, pixel = pointwise(s);
    if (p == NULL || l->failed || !keras_window(l, &x->dims, kernel, &window))
        return NULL;
    x = add_conv(l, "depthwise", x, d, NULL, channels, &window);
    return keras_activate(l, add_conv(l, NULL, x, p, b, 1, &pixel));
}
