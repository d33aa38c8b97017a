/* The functions of hls4ml's library that are known, and those of them that
 * are about single values, windows without weights, and several tensors. */
#include "import/hls4ml/hls4ml_reader.h"

#include "base/arena.h"

#include <inttypes.h>
#include <string.h>

struct sketch_layer *hls4ml_map(struct hls4ml_reader *r,
                                const struct hls4ml_call *c, const char *type,
                                uint32_t output,
                                const struct sketch_tensor *input)
{
    struct sketch_layer *l =
        hls4ml_add(r, c, type, output, input->shape, 1, &input);
    if (l != NULL)
        l->can_convert = true;
    return l;
}

static bool linear(struct hls4ml_reader *r, const struct hls4ml_call *c,
                   struct sketch_tensor *input)
{
    struct sketch_layer *l = hls4ml_map(r, c, "linear", 1, input);
    if (l != NULL)
        hls4ml_keep_format(l);
    return l != NULL;
}

static bool relu(struct hls4ml_reader *r, const struct hls4ml_call *c,
                 struct sketch_tensor *input)
{
    struct sketch_layer *l = hls4ml_map(r, c, "relu", 1, input);
    if (l != NULL)
        hls4ml_keep_format(l);
    return l != NULL;
}

/* --- pools ---------------------------------------------------------------- */

static bool is_average(struct hls4ml_reader *r, const struct hls4ml_call *c)
{
    const char *op = hls4ml_word(r, c->config, "pool_op");
    return op != NULL && strcmp(op, "Average") == 0;
}

static bool set_mean(struct hls4ml_reader *r, const struct hls4ml_call *c,
                     struct sketch_layer *l)
{
    struct format f;
    if (!hls4ml_format(r, c->config, "accum_t", &f))
        return false;
    if (f.width >= FIXED_WIDTH_MAX) {
        hls4ml_error(r, c, DIAG_FORMAT, "an accumulator of %u bits", f.width);
        return false;
    }
    l->can_convert = true;
    l->accumulator = hls4ml_accumulator(r, c, f);
    hls4ml_narrow_mean(r, c, l);
    return true;
}

/* A layer of its own that converts. */
static struct sketch_layer *cast(struct hls4ml_reader *r,
                                 const struct hls4ml_call *c,
                                 const struct sketch_tensor *t, struct format f)
{
    struct sketch_layer *l =
        hls4ml_add_inner(r, arena_printf(r->arena, "%.50s_cast", c->layer),
                         "linear", t->shape, f, t);
    l->can_convert = true;
    return l;
}

/* A maximum keeps its format.  hls4ml converts its inputs to the accumulator's
 * and the result to the stream's: where those do not hold all values, layers
 * of their own do. */
static bool maximum(struct hls4ml_reader *r, const struct hls4ml_call *c,
                    const char *type, const struct window *w, struct shape out,
                    const struct sketch_tensor *input)
{
    struct format f;
    struct hls4ml_stream *s = hls4ml_argument(r, c, 1);
    if (s == NULL || !hls4ml_format(r, c->config, "accum_t", &f))
        return false;
    bool before = !hls4ml_holds(f, input->format);
    if (before && !hls4ml_check_format(r, c, f))
        return false;
    if (before)
        input = cast(r, c, input, f)->output;
    bool behind = !hls4ml_holds(s->type.format, input->format);
    struct sketch_layer *l =
        behind
            ? hls4ml_add_inner(r,
                               arena_printf(r->arena, "%.50s_kept", c->layer),
                               type, out, input->format, input)
            : hls4ml_add(r, c, type, 1, out, 1, &input);
    if (l == NULL)
        return false;
    l->output->format = input->format;
    l->has_kernel = w != NULL;
    if (w != NULL)
        l->window = *w;
    if (before || behind)
        hls4ml_warning(r, c, DIAG_UNSUPPORTED,
                       "what it converts is converted by processes of their "
                       "own, that hls4ml's hardware does not have");
    const struct sketch_tensor *kept = l->output;
    struct sketch_layer *last =
        behind ? hls4ml_add(r, c, "linear", 1, out, 1, &kept) : l;
    if (last != NULL && behind)
        last->can_convert = true;
    return last != NULL;
}

static bool pool(struct hls4ml_reader *r, const struct hls4ml_call *c,
                 struct sketch_tensor *input)
{
    bool is_1d = strstr(c->function, "1d") != NULL, average = is_average(r, c);
    struct window w = { .kernel_h = 1, .stride_h = 1 };
    struct shape out = { .h = 1, .c = input->shape.c };
    bool fine =
        hls4ml_size(r, c->config, "pool_width", &w.kernel_w) &&
        hls4ml_size(r, c->config, "stride_width", &w.stride_w) &&
        hls4ml_size(r, c->config, is_1d ? "n_out" : "out_width", &out.w);
    if (fine && !is_1d)
        fine = hls4ml_size(r, c->config, "pool_height", &w.kernel_h) &&
               hls4ml_size(r, c->config, "stride_height", &w.stride_h) &&
               hls4ml_size(r, c->config, "out_height", &out.h);
    if (!fine || !average)
        return fine && maximum(r, c, "maxpool2d", &w, out, input);
    const struct sketch_tensor *inputs[] = { input };
    struct sketch_layer *l = hls4ml_add(r, c, "avgpool2d", 1, out, 1, inputs);
    if (l == NULL)
        return false;
    l->has_kernel = true;
    l->window = w;
    return set_mean(r, c, l);
}

static bool global_pool(struct hls4ml_reader *r, const struct hls4ml_call *c,
                        struct sketch_tensor *input)
{
    struct shape out = { 1, 1, input->shape.c };
    if (!is_average(r, c))
        return maximum(r, c, "global_maxpool", NULL, out, input);
    const struct sketch_tensor *inputs[] = { input };
    struct sketch_layer *l =
        hls4ml_add(r, c, "global_avgpool", 1, out, 1, inputs);
    return l != NULL && set_mean(r, c, l);
}

/* --- pixels --------------------------------------------------------------- */

static bool read_sides(struct hls4ml_reader *r, const struct hls4ml_call *c,
                       const char *const *keys, uint32_t *const *sides,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t side;
        if (!hls4ml_number(r, c->config, keys[i], 0, NETWORK_SIZE_MAX, &side))
            return false;
        *sides[i] = (uint32_t)side;
    }
    return true;
}

/* Pads keep the format of the tensor if the stream's holds its values. */
static bool check_same(struct hls4ml_reader *r, const struct hls4ml_call *c,
                       const struct sketch_tensor *input,
                       struct sketch_layer *l)
{
    struct format own = l->output->format;
    l->output->format = input->format;
    if (!hls4ml_holds(own, input->format)) {
        hls4ml_error(r, c, DIAG_UNSUPPORTED,
                     "it changes the format of its values");
        return false;
    }
    return true;
}

static bool sides(struct hls4ml_reader *r, const struct hls4ml_call *c,
                  struct sketch_tensor *input, const char *type,
                  const char *const *keys)
{
    struct window w = { 0 };
    struct shape in = input->shape, out = in;
    uint32_t *const places[] = { &w.pad_left, &w.pad_right, &w.pad_top,
                                 &w.pad_bottom };
    bool is_1d = strstr(c->function, "1d") != NULL;
    bool cuts = strcmp(type, "crop2d") == 0;
    if (!read_sides(r, c, keys, places, is_1d ? 2 : 4))
        return false;
    uint32_t rows = w.pad_top + w.pad_bottom,
             columns = w.pad_left + w.pad_right;
    if (cuts && (rows >= in.h || columns >= in.w)) {
        hls4ml_error(r, c, DIAG_SHAPE, "nothing is left of %ux%u pixels", in.h,
                     in.w);
        return false;
    }
    out.h = cuts ? in.h - rows : in.h + rows;
    out.w = cuts ? in.w - columns : in.w + columns;
    const struct sketch_tensor *inputs[] = { input };
    struct sketch_layer *l = hls4ml_add(r, c, type, 1, out, 1, inputs);
    if (l == NULL)
        return false;
    l->window = w;
    l->has_pads = true;
    return check_same(r, c, input, l);
}

static bool zeropad(struct hls4ml_reader *r, const struct hls4ml_call *c,
                    struct sketch_tensor *input)
{
    static const char *const keys[] = { "pad_left", "pad_right", "pad_top",
                                        "pad_bottom" };
    return sides(r, c, input, "zeropad2d", keys);
}

static bool crop(struct hls4ml_reader *r, const struct hls4ml_call *c,
                 struct sketch_tensor *input)
{
    static const char *const keys[] = { "crop_left", "crop_right", "crop_top",
                                        "crop_bottom" };
    return sides(r, c, input, "crop2d", keys);
}

/* resize_nearest<in, config>(in, out). */
static bool resize(struct hls4ml_reader *r, const struct hls4ml_call *c,
                   struct sketch_tensor *input)
{
    struct shape in = input->shape, out = { .c = in.c };
    if (!hls4ml_size(r, c->config, "new_height", &out.h) ||
        !hls4ml_size(r, c->config, "new_width", &out.w))
        return false;
    if (out.h % in.h != 0 || out.w % in.w != 0) {
        hls4ml_error(r, c, DIAG_UNSUPPORTED,
                     "%ux%u pixels become %ux%u: only whole factors are "
                     "supported",
                     in.h, in.w, out.h, out.w);
        return false;
    }
    const struct sketch_tensor *inputs[] = { input };
    struct sketch_layer *l = hls4ml_add(r, c, "upsample2d", 1, out, 1, inputs);
    if (l == NULL)
        return false;
    l->scale_h = out.h / in.h;
    l->scale_w = out.w / in.w;
    return check_same(r, c, input, l);
}

/* --- several tensors ------------------------------------------------------ */

static bool merge(struct hls4ml_reader *r, const struct hls4ml_call *c,
                  struct sketch_tensor *input)
{
    struct sketch_tensor *other = hls4ml_take(r, c, 1, input->shape);
    if (other == NULL)
        return false;
    const struct sketch_tensor *inputs[] = { input, other };
    struct sketch_layer *l =
        hls4ml_add(r, c, c->function, 2, input->shape, 2, inputs);
    if (l == NULL)
        return false;
    l->can_convert = true;
    hls4ml_narrow_sum(r, c, l, strcmp(c->function, "multiply") == 0);
    return true;
}

/* An input of a concatenation in the format of its output. */
static const struct sketch_tensor *converted(struct hls4ml_reader *r,
                                             const struct hls4ml_call *c,
                                             const struct sketch_tensor *t,
                                             struct format f, uint32_t index)
{
    if (format_same_values(t->format, f))
        return t;
    struct sketch_layer *l = hls4ml_add_inner(
        r, arena_printf(r->arena, "%.50s_cast%u", c->layer, index), "linear",
        t->shape, f, t);
    l->can_convert = true;
    hls4ml_warning(r, c, DIAG_UNSUPPORTED,
                   "input %u is converted by a process of its own, '%s', that "
                   "hls4ml's hardware does not have",
                   index + 1, l->output->name);
    return l->output;
}

static bool concatenate(struct hls4ml_reader *r, const struct hls4ml_call *c,
                        struct sketch_tensor *input)
{
    struct sketch_tensor *other =
        hls4ml_take(r, c, 1, (struct shape){ 0, 0, 0 });
    struct hls4ml_stream *to = other == NULL ? NULL : hls4ml_argument(r, c, 2);
    if (to == NULL)
        return false;
    struct shape out = input->shape, b = other->shape;
    bool last_axis = out.h == b.h && out.w == b.w &&
                     to->type.elements == (uint64_t)out.c + b.c;
    if (!last_axis) {
        hls4ml_error(r, c, DIAG_UNSUPPORTED,
                     "only channels of images of one size are concatenated");
        return false;
    }
    out.c += b.c;
    const struct sketch_tensor *inputs[] = {
        converted(r, c, input, to->type.format, 0),
        converted(r, c, other, to->type.format, 1),
    };
    return hls4ml_add(r, c, "concat", 2, out, 2, inputs) != NULL;
}

/* --- the table ------------------------------------------------------------ */

#define WINDOW_2D "in_height", "in_width", "n_chan"
#define WINDOW_1D NULL, "in_width", "n_chan"

/* clang-format off */
static const struct hls4ml_row rows[] = {
    { { "add", "add", "" }, true, NULL, NULL, NULL, merge },
    { { "concatenate1d", "concat", "" },
      false, NULL, NULL, NULL, concatenate },
    { { "concatenate2d", "concat", "channels only" },
      false, NULL, NULL, NULL, concatenate },
    { { "concatenate3d", "concat", "channels only" },
      false, NULL, NULL, NULL, concatenate },
    { { "conv_1d_cl", "conv2d", "" }, false, WINDOW_1D, hls4ml_conv },
    { { "conv_2d_cl", "conv2d", "" }, false, WINDOW_2D, hls4ml_conv },
    { { "cropping1d_cl", "crop2d", "" },
      false, NULL, "in_width", "n_chan", crop },
    { { "cropping2d_cl", "crop2d", "" }, false, WINDOW_2D, crop },
    { { "dense", "dense", "" }, false, NULL, NULL, "n_in", hls4ml_dense },
    { { "depthwise_conv_1d_cl", "depthwise_conv2d", "one filter a channel" },
      false, WINDOW_1D, hls4ml_depthwise },
    { { "depthwise_conv_2d_cl", "depthwise_conv2d", "one filter a channel" },
      false, WINDOW_2D, hls4ml_depthwise },
    { { "elu", "lookup", "" },
      true, NULL, NULL, NULL, hls4ml_lookup },
    { { "global_pooling1d_cl", "global_maxpool, global_avgpool", "" },
      false, NULL, "n_in", "n_filt", global_pool },
    { { "global_pooling2d_cl", "global_maxpool, global_avgpool", "" },
      false, "in_height", "in_width", "n_filt", global_pool },
    { { "hard_sigmoid", "hard_sigmoid", "" },
      true, NULL, NULL, NULL, hls4ml_lookup },
    { { "hard_tanh", "hard_tanh", "" },
      true, NULL, NULL, NULL, hls4ml_lookup },
    { { "leaky_relu", "leaky_relu", "" }, true, NULL, NULL, NULL,
      hls4ml_leaky },
    { { "linear", "linear", "" }, true, NULL, NULL, NULL, linear },
    { { "maximum", "maximum", "" }, true, NULL, NULL, NULL, merge },
    { { "multiply", "multiply", "" }, true, NULL, NULL, NULL, merge },
    { { "normalize", "batchnorm", "a scale for each channel" },
      true, NULL, NULL, NULL, hls4ml_normalize },
    { { "pointwise_conv_1d_cl", "conv2d", "" }, false, WINDOW_1D, hls4ml_conv },
    { { "pointwise_conv_2d_cl", "conv2d", "" }, false, WINDOW_2D, hls4ml_conv },
    { { "pooling1d_cl", "maxpool2d, avgpool2d", "" },
      false, NULL, "n_in", "n_filt", pool },
    { { "pooling2d_cl", "maxpool2d, avgpool2d", "" },
      false, "in_height", "in_width", "n_filt", pool },
    { { "prelu", "prelu", "an alpha for each channel" },
      true, NULL, NULL, NULL, hls4ml_prelu },
    { { "relu", "relu", "" }, true, NULL, NULL, NULL, relu },
    { { "resize_nearest", "upsample2d", "whole factors" },
      false, "height", "width", "n_chan", resize },
    { { "selu", "lookup", "" },
      true, NULL, NULL, NULL, hls4ml_lookup },
    { { "separable_conv_1d_cl", "depthwise_conv2d, conv2d", "" },
      false, WINDOW_1D, hls4ml_separable },
    { { "separable_conv_2d_cl", "depthwise_conv2d, conv2d", "" },
      false, WINDOW_2D, hls4ml_separable },
    { { "sigmoid", "sigmoid", "tables of 2^2 to 2^16 entries" },
      true, NULL, NULL, NULL, hls4ml_lookup },
    { { "softmax", "softmax", "stable and latency" },
      true, NULL, NULL, NULL, hls4ml_softmax },
    { { "softplus", "lookup", "tables of 2^2 to 2^16 entries" },
      true, NULL, NULL, NULL, hls4ml_lookup },
    { { "softsign", "lookup", "tables of 2^2 to 2^16 entries" },
      true, NULL, NULL, NULL, hls4ml_lookup },
    { { "subtract", "subtract", "" }, true, NULL, NULL, NULL, merge },
    { { "tanh", "tanh", "tables of 2^2 to 2^16 entries" },
      true, NULL, NULL, NULL, hls4ml_lookup },
    { { "ternary_tanh", "lookup", "inputs of up to 16 bits in reach" },
      true, NULL, NULL, NULL, hls4ml_lookup },
    { { "thresholded_relu", "lookup", "inputs of up to 16 bits" },
      true, NULL, NULL, NULL, hls4ml_lookup },
    { { "zeropad1d_cl", "zeropad2d", "" },
      false, NULL, "in_width", "n_chan", zeropad },
    { { "zeropad2d_cl", "zeropad2d", "" }, false, WINDOW_2D, zeropad },
};
/* clang-format on */

enum { ROW_COUNT = sizeof rows / sizeof *rows };

const struct hls4ml_row *hls4ml_row(const char *function)
{
    for (uint32_t i = 0; i < ROW_COUNT; i++)
        if (strcmp(rows[i].row.function, function) == 0)
            return &rows[i];
    return NULL;
}

const struct hls4ml_call_row *hls4ml_call_rows(struct arena *a, uint32_t *count)
{
    struct hls4ml_call_row *out =
        arena_new_array(a, struct hls4ml_call_row, ROW_COUNT);
    for (uint32_t i = 0; i < ROW_COUNT; i++)
        out[i] = rows[i].row;
    *count = ROW_COUNT;
    return out;
}
