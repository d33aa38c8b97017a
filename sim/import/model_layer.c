#include "import/model_parts.h"

#include <string.h>

/* Arrays of whole numbers, [rows, columns] and the like. */
static bool read_sizes(struct json j, uint32_t count, uint32_t min,
                       uint32_t *out)
{
    if (!json_exists(j) || !json_is_array(j, count, count))
        return false;
    bool ok = true;
    for (uint32_t i = 0; i < count; i++) {
        ok &= json_read_u32(json_at(j, i), min, NETWORK_SIZE_MAX, &out[i]);
    }
    return ok;
}

static bool read_pads(struct json j, struct window *w)
{
    uint32_t pads[4];
    if (!read_sizes(j, 4, 0, pads))
        return false;
    w->pad_top = pads[0];
    w->pad_bottom = pads[1];
    w->pad_left = pads[2];
    w->pad_right = pads[3];
    return true;
}

/* A required key of the layer. */
static struct json need(const struct layer_draft *l, const char *key)
{
    return model_need(l->json, l->keys, key);
}

static bool read_kernel_size(struct layer_draft *out)
{
    uint32_t size[2];
    if (!read_sizes(need(out, "kernel"), 2, 1, size))
        return false;
    struct window *w = &out->layer.window;
    w->kernel_h = size[0];
    w->kernel_w = size[1];
    return true;
}

/* The stride is `h`, `w` if none is given. */
static bool read_stride(struct layer_draft *out, uint32_t h, uint32_t w)
{
    uint32_t stride[2] = { h, w };
    struct json value = json_get(out->json, "stride");
    if (json_exists(value) && !read_sizes(value, 2, 1, stride))
        return false;
    out->layer.window.stride_h = stride[0];
    out->layer.window.stride_w = stride[1];
    return true;
}

static bool read_padding(struct model_reader *r, struct layer_draft *out)
{
    struct json padding = json_get(out->json, "padding");
    if (!json_exists(padding))
        return true;
    switch (json_kind(padding)) {
    case JSON_ARRAY:
        return read_pads(padding, &out->layer.window);
    case JSON_STRING: {
        static const char *const words[] = { "valid", "same", NULL };
        uint32_t word = 0;
        if (!model_read_word(r, padding, "padding", words, &word))
            return false;
        out->same_padding = word == 1;
        return true;
    }
    case JSON_NULL:
    case JSON_BOOL:
    case JSON_NUMBER:
    case JSON_OBJECT:
        break;
    }
    json_error(padding, DIAG_JSON_TYPE,
               "'%s' is neither 'valid', 'same' nor "
               "[top, bottom, left, right]",
               json_path(padding, r->arena));
    return false;
}

static bool read_activation(struct model_reader *r, struct layer_draft *out)
{
    static const char *const words[] = { "none", "relu", NULL };
    struct json activation = json_get(out->json, "activation");
    uint32_t word = 0;
    if (json_exists(activation) &&
        !model_read_word(r, activation, "activation", words, &word))
        return false;
    out->layer.relu = word == 1;
    return true;
}

static bool read_output_format(struct model_reader *r, struct json value,
                               struct layer_draft *out)
{
    return json_exists(value) && model_read_format(r, value, FORMAT_TENSOR,
                                                   &out->layer.output.format);
}

static bool read_formats(struct model_reader *r, struct layer_draft *out)
{
    struct layer *l = &out->layer;
    struct json weight = need(out, "weight_format");
    bool ok = json_exists(weight) &&
              model_read_format(r, weight, FORMAT_WEIGHT, &l->weight);
    struct json bias = json_get(out->json, "bias_format");
    if (json_exists(bias)) {
        ok &= model_read_format(r, bias, FORMAT_BIAS, &l->bias);
    } else if (l->weight.kind == FIXED_KIND_FIXED) {
        l->bias = l->weight;
    } else {
        /* What binary and ternary weights are stored in. */
        l->bias =
            (struct format){ .width = 2, .integer = 2, .is_signed = true };
    }
    struct json sum = json_get(out->json, "accumulator_format");
    if (json_exists(sum))
        ok &= model_read_format(r, sum, FORMAT_SUM, &l->accumulator);
    ok &= read_output_format(r, need(out, "output_format"), out);
    return ok;
}

static bool read_seed(struct model_reader *r, struct json weights,
                      struct layer_draft *out)
{
    struct json kernel = json_get(weights, "kernel");
    struct json bias = json_get(weights, "bias");
    out->seeded = true;
    if (json_exists(kernel) || json_exists(bias)) {
        json_error(json_exists(kernel) ? kernel : bias, DIAG_WEIGHTS,
                   "weights are given by a file and by a seed");
        diag_hint(r->diag, "remove one of the two");
        return false;
    }
    return json_read_u64(json_get(weights, "seed"), 0, UINT64_MAX, &out->seed);
}

static bool read_weights(struct model_reader *r, struct layer_draft *out)
{
    static const char *const keys[] = { "kernel", "bias", "seed", NULL };
    struct json weights = need(out, "weights");
    if (!json_exists(weights) || !json_is_object(weights))
        return false;
    bool ok = model_check_keys(weights, keys);
    if (json_exists(json_get(weights, "seed")))
        return read_seed(r, weights, out) && ok;
    struct json kernel = json_get(weights, "kernel");
    if (json_exists(kernel)) {
        out->kernel_file = model_read_path(r, kernel, DIAG_WEIGHTS);
    } else if (ok) {
        json_need(weights, "kernel");
        diag_hint(r->diag, "\"seed\" makes up weights without a file");
    }
    ok &= out->kernel_file != NULL;
    struct json bias = json_get(weights, "bias");
    if (json_exists(bias)) {
        out->bias_file = model_read_path(r, bias, DIAG_WEIGHTS);
        ok &= out->bias_file != NULL;
    }
    return ok;
}

/* What conv2d and dense have in common. */
static void read_products(struct model_reader *r, const char *units_key,
                          struct layer_draft *out)
{
    out->sizes_known &= json_read_u32(need(out, units_key), 1, NETWORK_SIZE_MAX,
                                      &out->layer.units);
    bool activation_known = read_activation(r, out);
    out->numbers_known = read_formats(r, out) && activation_known;
    out->weights_known = read_weights(r, out);
}

static void read_conv2d(struct model_reader *r, struct layer_draft *out)
{
    out->sizes_known &= read_kernel_size(out);
    out->sizes_known &= read_stride(out, 1, 1);
    out->sizes_known &= read_padding(r, out);
    read_products(r, "filters", out);
}

static void read_dense(struct model_reader *r, struct layer_draft *out)
{
    read_products(r, "units", out);
}

static void read_maxpool2d(struct model_reader *r, struct layer_draft *out)
{
    (void)r;
    out->sizes_known &= read_kernel_size(out);
    const struct window *w = &out->layer.window;
    out->sizes_known &= read_stride(out, w->kernel_h, w->kernel_w);
}

static void read_zeropad2d(struct model_reader *r, struct layer_draft *out)
{
    (void)r;
    out->sizes_known &= read_pads(need(out, "padding"), &out->layer.window);
}

static void read_relu(struct model_reader *r, struct layer_draft *out)
{
    struct json format = json_get(out->json, "output_format");
    if (json_exists(format))
        out->numbers_known = read_output_format(r, format, out);
}

/* One row a layer type: the keys it has, and what reads those that only some
 * types have (NULL: none). */
struct type_reader {
    const char *const *keys;
    void (*read)(struct model_reader *r, struct layer_draft *out);
};

#define COMMON_KEYS "name", "type", "input"
#define PRODUCT_KEYS                                                           \
    "activation", "weight_format", "bias_format", "accumulator_format",        \
        "output_format", "weights"

static const struct type_reader type_readers[LAYER_TYPE_COUNT] = {
    [LAYER_CONV2D] = { (const char *const[]){ COMMON_KEYS, "filters", "kernel",
                                              "stride", "padding", PRODUCT_KEYS,
                                              NULL },
                       read_conv2d },
    [LAYER_DENSE] = { (const char *const[]){ COMMON_KEYS, "units", PRODUCT_KEYS,
                                             NULL },
                      read_dense },
    [LAYER_MAXPOOL2D] = { (const char *const[]){ COMMON_KEYS, "kernel",
                                                 "stride", NULL },
                          read_maxpool2d },
    [LAYER_RELU] = { (const char *const[]){ COMMON_KEYS, "output_format",
                                            NULL },
                     read_relu },
    [LAYER_ZEROPAD2D] = { (const char *const[]){ COMMON_KEYS, "padding", NULL },
                          read_zeropad2d },
    [LAYER_FLATTEN] = { (const char *const[]){ COMMON_KEYS, NULL }, NULL },
};

static void read_layer_name(struct model_reader *r, struct layer_draft *out)
{
    struct json value = need(out, "name");
    if (!json_exists(value))
        return;
    const char **name = &out->layer.name;
    out->well_named = model_read_name(r, value, name);
    if (!out->well_named)
        return;
    /* Streams are named after layers, and "source.out" is the input's. */
    if (strcmp(*name, "source") == 0 || strcmp(*name, "sink") == 0)
        json_error(value, DIAG_NAME,
                   "name '%s' is reserved for an end of the design", *name);
}

static bool read_type(struct model_reader *r, struct layer_draft *out)
{
    const char *words[LAYER_TYPE_COUNT + 1] = { NULL };
    for (uint32_t t = 0; t < LAYER_TYPE_COUNT; t++)
        words[t] = layer_type_name((enum layer_type)t);
    struct json value = json_need(out->json, "type");
    uint32_t type;
    if (!json_exists(value) ||
        !model_read_word(r, value, "layer type", words, &type))
        return false;
    out->layer.type = (enum layer_type)type;
    return true;
}

void layer_draft_read(struct model_reader *r, struct json j,
                      struct layer_draft *out)
{
    static const char *const common_keys[] = { COMMON_KEYS, NULL };
    *out = (struct layer_draft){ .json = j, .source = SOURCE_UNKNOWN };
    out->layer.place = json_place(j);
    if (!json_is_object(j))
        return;
    /* Which other keys are right depends on the type. */
    bool type_known = read_type(r, out);
    const struct type_reader *reader = &type_readers[out->layer.type];
    out->keys = type_known ? reader->keys : common_keys;
    if (type_known)
        model_check_keys(j, out->keys);
    read_layer_name(r, out);
    struct json input = need(out, "input");
    if (json_exists(input))
        out->input = json_read_string(input);
    if (!type_known)
        return;
    out->sizes_known = true;
    out->numbers_known = true;
    if (reader->read != NULL)
        reader->read(r, out);
}
