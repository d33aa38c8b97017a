#include "import/keras/keras_reader.h"

#include "base/arena.h"

#include <string.h>

/* 'same': as many outputs as strides begin on the input; of an odd number of
 * pads the larger part lies behind. */
static void pad_same(struct graph_window *w, uint32_t i, uint64_t size)
{
    uint64_t steps = (size + w->stride[i] - 1) / w->stride[i];
    uint64_t needed = (steps == 0 ? 0 : steps - 1) * w->stride[i] +
                      (w->kernel[i] - 1) * w->dilation[i] + 1;
    uint64_t pads = needed > size ? needed - size : 0;
    w->before[i] = pads / 2;
    w->behind[i] = pads - pads / 2;
}

bool keras_window(struct keras_layer *l, const struct graph_dims *x,
                  const uint64_t *kernel, struct graph_window *out)
{
    uint32_t rank = keras_spatial(l), first = keras_is_last(l) ? 1 : 2;
    bool is_pool = strstr(l->kind, "Pool") != NULL;
    *out = (struct graph_window){ .rank = rank };
    for (uint32_t i = 0; i < rank; i++) {
        out->kernel[i] = kernel[i];
        out->stride[i] = is_pool ? kernel[i] : 1;
        out->dilation[i] = 1;
    }
    keras_sizes(l, "strides", rank, 1, out->stride);
    keras_sizes(l, "dilation_rate", rank, 1, out->dilation);
    const char *padding = keras_string(l, "padding", "valid");
    bool is_causal = strcmp(padding, "causal") == 0 && rank == 1 && !is_pool;
    if (!is_causal && strcmp(padding, "same") != 0 &&
        strcmp(padding, "valid") != 0)
        keras_error(l, DIAG_VALUE, "padding '%.40s' is none of valid, same%s",
                    padding, rank == 1 && !is_pool ? ", causal" : "");
    if (l->failed)
        return false;
    for (uint32_t i = 0; i < rank; i++) {
        if (strcmp(padding, "same") == 0)
            pad_same(out, i, x->size[first + i]);
        else if (is_causal)
            out->before[i] = (out->kernel[i] - 1) * out->dilation[i];
    }
    return true;
}

static bool pool_sizes(struct keras_layer *l, uint64_t *kernel)
{
    kernel[0] = kernel[1] = 2;
    keras_sizes(l, "pool_size", keras_spatial(l), 1, kernel);
    return !l->failed;
}

static struct graph_value *read_pool(struct keras_layer *l, enum graph_op op)
{
    uint64_t kernel[2];
    struct graph_attributes t = { .channels_last = keras_is_last(l) };
    if (!keras_need_rank(l, keras_spatial(l) + 2) || !pool_sizes(l, kernel) ||
        !keras_window(l, &l->inputs[0]->dims, kernel, &t.window))
        return NULL;
    return keras_activate(l, keras_add(l, op, NULL, 1, l->inputs, &t));
}

struct graph_value *keras_read_maxpool(struct keras_layer *l)
{
    return read_pool(l, GRAPH_MAXPOOL);
}

struct graph_value *keras_read_avgpool(struct keras_layer *l)
{
    return read_pool(l, GRAPH_AVGPOOL);
}

/* One value a channel, with axes of size 1 or without. */
static struct graph_value *flat(struct keras_layer *l, struct graph_value *x)
{
    if (x == NULL || keras_flag(l, "keepdims", false))
        return x;
    struct graph_dims dims = { 2, { 1, keras_channels(l, x) } };
    return keras_reshape(l, "flat", x, &dims);
}

static struct graph_value *read_global(struct keras_layer *l, enum graph_op op)
{
    if (!keras_need_rank(l, keras_spatial(l) + 2))
        return NULL;
    struct graph_attributes t = { .channels_last = keras_is_last(l) };
    struct graph_value *x = keras_add(l, op, NULL, 1, l->inputs, &t);
    return keras_activate(l, flat(l, x));
}

struct graph_value *keras_read_global_maxpool(struct keras_layer *l)
{
    return read_global(l, GRAPH_GLOBAL_MAXPOOL);
}

struct graph_value *keras_read_global_avgpool(struct keras_layer *l)
{
    return read_global(l, GRAPH_GLOBAL_AVGPOOL);
}

/* QKeras multiplies the sum of a window with the quantised inverse of its
 * area: a convolution of each channel with that number. */
static struct graph_value *weighted_sum(struct keras_layer *l,
                                        const struct keras_quantizer *q,
                                        const struct graph_window *w)
{
    struct graph_value *x = l->inputs[0];
    struct graph_attributes t = { .window = *w,
                                  .groups = keras_channels(l, x),
                                  .channels_last = keras_is_last(l) };
    struct graph_dims dims = { .rank = 2 + w->rank, { t.groups, 1 } };
    double area = 1;
    for (uint32_t i = 0; i < w->rank; i++) {
        dims.size[2 + i] = w->kernel[i];
        area *= (double)w->kernel[i];
        if (w->before[i] != 0 || w->behind[i] != 0)
            return keras_error(l, DIAG_UNSUPPORTED,
                               "a quantised mean in which pads do not count");
    }
    double inverse = 1 / area;
    struct graph_value *one = keras_numbers(l, 1, &inverse);
    one = one == NULL ? NULL : keras_quantize(l, "average", one, q);
    if (one == NULL)
        return NULL;
    struct graph_value *weights =
        graph_add_constant(l->reader->graph, l->name, &dims, one->type,
                           one->data, true);
    if (weights == NULL)
        return NULL;
    weights->grid = one->grid;
    return keras_add(l, GRAPH_CONV, NULL, 2,
                     (struct graph_value *[]){ x, weights }, &t);
}

struct graph_value *keras_read_quant_avgpool(struct keras_layer *l)
{
    struct keras_quantizer q;
    enum keras_found found = keras_quantizer(l, "average_quantizer", &q);
    if (found != KERAS_FOUND)
        return found == KERAS_NONE ? read_pool(l, GRAPH_AVGPOOL) : NULL;
    uint64_t kernel[2];
    struct graph_window w;
    if (!keras_need_rank(l, 4) || !pool_sizes(l, kernel) ||
        !keras_window(l, &l->inputs[0]->dims, kernel, &w))
        return NULL;
    return keras_activate(l, weighted_sum(l, &q, &w));
}

struct graph_value *keras_read_quant_global_avgpool(struct keras_layer *l)
{
    struct keras_quantizer q;
    enum keras_found found = keras_quantizer(l, "average_quantizer", &q);
    if (found != KERAS_FOUND)
        return found == KERAS_NONE ? read_global(l, GRAPH_GLOBAL_AVGPOOL)
                                   : NULL;
    if (!keras_need_rank(l, 4))
        return NULL;
    uint32_t first = keras_is_last(l) ? 1 : 2;
    const uint64_t *size = &l->inputs[0]->dims.size[first];
    struct graph_window w = { .rank = 2,
                              .kernel = { size[0], size[1] },
                              .stride = { 1, 1 },
                              .dilation = { 1, 1 } };
    return keras_activate(l, flat(l, weighted_sum(l, &q, &w)));
}

/* n, [before, behind] or [[top, bottom], [left, right]]; false: said why. */
static bool sides(struct keras_layer *l, const char *key, uint64_t out[2][2])
{
    struct json j = json_get(l->config, key);
    uint32_t spatial = keras_spatial(l);
    bool fits = true;
    for (uint32_t i = 0; i < 2; i++)
        for (uint32_t k = 0; k < 2; k++) {
            struct json one = j;
            if (json_exists(one) && json_kind(one) == JSON_ARRAY) {
                fits = fits && json_length(one) == 2;
                one = fits ? json_at(one, spatial == 1 ? k : i) : one;
            }
            if (json_exists(one) && fits && json_kind(one) == JSON_ARRAY) {
                fits = json_length(one) == 2;
                one = fits ? json_at(one, k) : one;
            }
            double x = 1;
            fits = fits && (!json_exists(one) ||
                            (keras_number_in(one, 0, 1 << 20, &x) &&
                             x == (double)(uint64_t)x));
            out[i][k] = (uint64_t)x;
        }
    if (!fits)
        keras_error(l, DIAG_VALUE, "'%s' are not sides of 0..2^20", key);
    return fits;
}

static struct graph_value *read_sides(struct keras_layer *l, const char *key,
                                      int64_t sign)
{
    uint32_t spatial = keras_spatial(l), rank = spatial + 2;
    uint64_t by[2][2];
    if (!keras_need_rank(l, rank) || !sides(l, key, by))
        return NULL;
    bool is_last = keras_is_last(l);
    struct graph_attributes t = { .count = 2 * rank, .channels_last = is_last };
    for (uint32_t i = 0; i < spatial; i++) {
        uint32_t axis = (is_last ? 1 : 2) + i;
        t.list[axis] = sign * (int64_t)by[i][0];
        t.list[rank + axis] = sign * (int64_t)by[i][1];
    }
    return keras_add(l, GRAPH_PAD, NULL, 1, l->inputs, &t);
}

struct graph_value *keras_read_zeropad(struct keras_layer *l)
{
    return read_sides(l, "padding", 1);
}

struct graph_value *keras_read_crop(struct keras_layer *l)
{
    return read_sides(l, "cropping", -1);
}

struct graph_value *keras_read_upsample(struct keras_layer *l)
{
    uint32_t spatial = keras_spatial(l), rank = spatial + 2;
    uint64_t size[2] = { 2, 2 };
    const char *how = keras_string(l, "interpolation", "nearest");
    if (strcmp(how, "nearest") != 0)
        return keras_error(l, DIAG_UNSUPPORTED, "interpolation '%.40s'", how);
    keras_sizes(l, "size", spatial, 1, size);
    if (l->failed || !keras_need_rank(l, rank))
        return NULL;
    bool is_last = keras_is_last(l);
    struct graph_attributes t = { .count = rank, .channels_last = is_last };
    for (uint32_t i = 0; i < rank; i++)
        t.list[i] = 1;
    for (uint32_t i = 0; i < spatial; i++)
        t.list[(is_last ? 1 : 2) + i] = (int64_t)size[i];
    return keras_add(l, GRAPH_UPSAMPLE, NULL, 1, l->inputs, &t);
}
