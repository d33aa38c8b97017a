#include "import/model_type.h"

#include "base/arena.h"

#include <math.h>

/* A required key of the layer. */
static struct json need(const struct layer_draft *l, const char *key)
{
    return model_need(l->json, l->keys, key);
}

/* Arrays of whole numbers, [rows, columns] and the like. */
static bool read_sizes(struct json j, uint32_t count, uint32_t min,
                       uint32_t *out)
{
    if (!json_exists(j) || !json_is_array(j, count, count))
        return false;
    bool ok = true;
    for (uint32_t i = 0; i < count; i++)
        ok &= json_read_u32(json_at(j, i), min, NETWORK_SIZE_MAX, &out[i]);
    return ok;
}

/* [rows, columns]; of a one-dimensional layer a number of columns. */
static bool read_pair(const struct layer_draft *l, struct json j, uint32_t *h,
                      uint32_t *w)
{
    uint32_t size[2] = { 1, 1 };
    bool ok = l->type->is_1d ? json_read_u32(j, 1, NETWORK_SIZE_MAX, &size[1])
                             : read_sizes(j, 2, 1, size);
    if (!ok)
        return false;
    *h = size[0];
    *w = size[1];
    return true;
}

/* [top, bottom, left, right]; of a one-dimensional layer [left, right]. */
static bool read_sides(struct layer_draft *l, struct json j)
{
    uint32_t sides[4] = { 0 };
    bool ok = l->type->is_1d ? read_sizes(j, 2, 0, sides + 2)
                             : read_sizes(j, 4, 0, sides);
    if (!ok)
        return false;
    struct window *w = &l->layer.window;
    w->pad_top = sides[0];
    w->pad_bottom = sides[1];
    w->pad_left = sides[2];
    w->pad_right = sides[3];
    return true;
}

static bool read_kernel_size(struct layer_draft *out)
{
    struct window *w = &out->layer.window;
    return read_pair(out, need(out, "kernel"), &w->kernel_h, &w->kernel_w);
}

/* The stride is `h`, `w` if none is given. */
static bool read_stride(struct layer_draft *out, uint32_t h, uint32_t w)
{
    out->layer.window.stride_h = h;
    out->layer.window.stride_w = w;
    struct json value = json_get(out->json, "stride");
    return !json_exists(value) ||
           read_pair(out, value, &out->layer.window.stride_h,
                     &out->layer.window.stride_w);
}

static bool read_padding(struct model_reader *r, struct layer_draft *out)
{
    static const char *const words[] = { "valid", "same", NULL };
    static const char *const causal_words[] = { "valid", "same", "causal",
                                                NULL };
    static const enum padding_rule rules[] = { PADDING_GIVEN, PADDING_SAME,
                                               PADDING_CAUSAL };
    struct json padding = json_get(out->json, "padding");
    bool causal = out->type->has_causal;
    if (!json_exists(padding))
        return true;
    uint32_t word = 0;
    switch (json_kind(padding)) {
    case JSON_ARRAY:
        return read_sides(out, padding);
    case JSON_STRING:
        if (!model_read_word(r, padding, "padding",
                             causal ? causal_words : words, &word))
            return false;
        out->padding = rules[word];
        return true;
    case JSON_NULL:
    case JSON_BOOL:
    case JSON_NUMBER:
    case JSON_OBJECT:
        break;
    }
    json_error(
        padding, DIAG_JSON_TYPE, "'%s' is neither 'valid', 'same'%s nor %s",
        json_path(padding, r->arena), causal ? ", 'causal'" : "",
        out->type->is_1d ? "[left, right]" : "[top, bottom, left, right]");
    return false;
}

/* A factor of more than 1 makes several output channels of one. */
static bool read_depth_multiplier(struct layer_draft *out)
{
    uint32_t factor = 1;
    struct json value = json_get(out->json, "depth_multiplier");
    if (!json_exists(value))
        return true;
    if (!json_read_u32(value, 1, NETWORK_SIZE_MAX, &factor))
        return false;
    if (factor == 1)
        return true;
    json_error(value, DIAG_UNSUPPORTED,
               "depth multiplier %u is not supported: every channel has one "
               "filter of its own",
               factor);
    return false;
}

void model_read_convolution(struct model_reader *r, struct layer_draft *out)
{
    out->sizes_known &= read_kernel_size(out);
    out->sizes_known &= read_stride(out, 1, 1);
    out->sizes_known &= read_padding(r, out);
    out->sizes_known &= read_depth_multiplier(out);
    bool is_depthwise = out->layer.type == LAYER_DEPTHWISE_CONV2D;
    model_read_products(r, is_depthwise ? NULL : "filters", out);
}

/* A window of a pool that lies on pads alone has no value. */
static bool check_pool_pads(struct model_reader *r, const struct layer_draft *l)
{
    const struct window *w = &l->layer.window;
    struct json sides = json_get(l->json, "padding");
    const uint32_t pads[] = { w->pad_top, w->pad_bottom, w->pad_left,
                              w->pad_right };
    bool ok = true;
    for (uint32_t i = l->type->is_1d ? 2 : 0; i < 4; i++) {
        uint32_t kernel = i < 2 ? w->kernel_h : w->kernel_w;
        if (pads[i] < kernel)
            continue;
        struct json side = json_at(sides, i - (l->type->is_1d ? 2 : 0));
        json_error(side, DIAG_SHAPE,
                   "'%s' is %u, not smaller than the %u %s of the kernel",
                   json_path(side, r->arena), pads[i], kernel,
                   i < 2 ? "rows" : "columns");
        ok = false;
    }
    return ok;
}

void model_read_pool(struct model_reader *r, struct layer_draft *out)
{
    bool kernel_known = read_kernel_size(out);
    const struct window *w = &out->layer.window;
    out->sizes_known &= kernel_known;
    out->sizes_known &= read_stride(out, w->kernel_h, w->kernel_w);
    bool padding_known = read_padding(r, out);
    out->sizes_known &= padding_known;
    if (kernel_known && padding_known)
        out->sizes_known &= check_pool_pads(r, out);
    model_read_converted(r, out);
}

void model_read_pads(struct model_reader *r, struct layer_draft *out)
{
    (void)r;
    out->sizes_known &= read_sides(out, need(out, "padding"));
}

void model_read_crop(struct model_reader *r, struct layer_draft *out)
{
    (void)r;
    out->sizes_known &= read_sides(out, need(out, "cropping"));
}

/* Fractions are what one may well want here. */
static bool is_no_fraction(struct model_reader *r, struct json j)
{
    double x;
    if (!json_exists(j) || json_kind(j) != JSON_NUMBER)
        return true; /* for others to report */
    if (!json_read_double(j, 0, NETWORK_SIZE_MAX, &x))
        return false;
    if (x == rint(x))
        return true;
    json_error(j, DIAG_UNSUPPORTED,
               "'%s' is %.9g: upsampling repeats rows and pixels a whole "
               "number of times",
               json_path(j, r->arena), x);
    diag_hint(r->diag, "a pool behind an upsampling can divide its sizes");
    return false;
}

void model_read_upsample(struct model_reader *r, struct layer_draft *out)
{
    struct json size = need(out, "size");
    bool ok = is_no_fraction(r, size);
    if (json_exists(size) && json_kind(size) == JSON_ARRAY)
        for (size_t i = 0; i < json_length(size); i++)
            ok &= is_no_fraction(r, json_at(size, i));
    struct layer *l = &out->layer;
    out->sizes_known &= ok && read_pair(out, size, &l->scale_h, &l->scale_w);
}

/* A size, or -1 for the one that follows from the others. */
static bool read_new_size(struct model_reader *r, struct layer_draft *out,
                          struct json j, int32_t axis, uint32_t *size)
{
    double x;
    if (!json_read_double(j, -1, NETWORK_SIZE_MAX, &x))
        return false;
    if (x != -1)
        return json_read_u32(j, 1, NETWORK_SIZE_MAX, size);
    if (out->free_size >= 0) {
        json_error(j, DIAG_SHAPE,
                   "'%s' is another -1: one size at most follows from the rest",
                   json_path(j, r->arena));
        return false;
    }
    out->free_size = axis;
    return true;
}

void model_read_reshape(struct model_reader *r, struct layer_draft *out)
{
    struct json shape = need(out, "shape");
    uint32_t sizes[3] = { 0 };
    bool ok = json_exists(shape) && json_is_array(shape, 3, 3);
    for (int32_t i = 0; ok && i < 3; i++)
        ok = read_new_size(r, out, json_at(shape, (size_t)i), i, &sizes[i]);
    out->layer.output.shape = (struct shape){ sizes[0], sizes[1], sizes[2] };
    out->sizes_known &= ok;
}

void model_read_transpose(struct model_reader *r, struct layer_draft *out)
{
    struct json axes = need(out, "permutation");
    bool ok = json_exists(axes) && json_is_array(axes, 3, 3);
    bool seen[3] = { false };
    for (uint32_t i = 0; ok && i < 3; i++) {
        struct json axis = json_at(axes, i);
        uint32_t *number = &out->layer.permutation[i];
        ok = json_read_u32(axis, 0, 2, number);
        if (!ok)
            break;
        if (seen[*number]) {
            json_error(axis, DIAG_VALUE,
                       "'%s' is %u again: a permutation has each of 0, 1 and 2 "
                       "once",
                       json_path(axis, r->arena), *number);
            ok = false;
        }
        seen[*number] = true;
    }
    out->sizes_known &= ok;
}
