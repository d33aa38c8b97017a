/* Convolutions, dense, and batch normalisation. */
#include "import/hls4ml/hls4ml_reader.h"

#include "base/arena.h"

#include <inttypes.h>
#include <string.h>

/* What their records have in common. */
struct formats {
    struct format weight, bias, accumulator;
};

/* Where strategy and reuse factor stand: the record of the product, where
 * there is one. */
static const char *product_record(struct hls4ml_reader *r, const char *record)
{
    const char *mult = hls4ml_record_of(r, record, "mult_config");
    return mult != NULL ? mult : record;
}

/* Before version 0.6 the product's record of a convolution had no strategy. */
static bool is_resource(struct hls4ml_reader *r, const char *record)
{
    const char *strategy =
        hls4ml_word(r, product_record(r, record), "strategy");
    if (strategy == NULL)
        strategy = hls4ml_word(r, record, "strategy");
    return strategy != NULL && (strcmp(strategy, "resource") == 0 ||
                                strcmp(strategy, "resource_unrolled") == 0);
}

struct format hls4ml_accumulator(struct hls4ml_reader *r,
                                 const struct hls4ml_call *c, struct format f)
{
    if (f.overflow != FIXED_WRAP)
        hls4ml_warning(r, c, DIAG_FORMAT,
                       "an accumulator that saturates is taken as one that "
                       "wraps: outputs differ from hls4ml's if it overflows");
    f.overflow = FIXED_WRAP;
    if (!f.is_signed) {
        f.is_signed = true;
        f.width++;
        f.integer++;
    }
    return f;
}

static bool read_formats(struct hls4ml_reader *r, const struct hls4ml_call *c,
                         const char *record, struct formats *out)
{
    if (!hls4ml_format(r, record, "weight_t", &out->weight) ||
        !hls4ml_format(r, record, "bias_t", &out->bias) ||
        !hls4ml_format(r, record, "accum_t", &out->accumulator))
        return false;
    const struct format *wide =
        out->weight.width > FIXED_TENSOR_WIDTH_MAX  ? &out->weight
        : out->bias.width > FIXED_TENSOR_WIDTH_MAX  ? &out->bias
        : out->accumulator.width >= FIXED_WIDTH_MAX ? &out->accumulator
                                                    : NULL;
    if (wide != NULL) {
        hls4ml_error(r, c, DIAG_FORMAT,
                     "a format of %u bits is more than %d (weights and "
                     "biases: %d)",
                     wide->width, FIXED_WIDTH_MAX - 1, FIXED_TENSOR_WIDTH_MAX);
        return false;
    }
    out->accumulator = hls4ml_accumulator(r, c, out->accumulator);
    return true;
}

/* Only plain products: "mult", and what C++ computes alike. */
static bool check_product(struct hls4ml_reader *r, const struct hls4ml_call *c,
                          const char *record)
{
    const char *product = hls4ml_word(r, record, "product");
    static const char *const alike[] = { "mult", "weight_ternary",
                                         "weight_binary", "both_binary", NULL };
    for (uint32_t i = 0; i < 2 && product != NULL; i++)
        if (strcmp(product, alike[i]) == 0)
            return true;
    if (product == NULL)
        return true;
    hls4ml_error(r, c, DIAG_UNSUPPORTED,
                 "products of the kind '%s' are not supported", product);
    return false;
}

/* --- reuse factors -------------------------------------------------------- */

/* hls4ml's rule for the resource strategy. */
static bool is_legal(uint64_t reuse, uint64_t inputs, uint64_t outputs)
{
    uint64_t count = inputs * outputs;
    uint64_t factor = inputs < reuse ? inputs : reuse;
    uint64_t limit = (count + factor - 1) / factor;
    return (limit % outputs == 0 || reuse >= inputs) &&
           (reuse % inputs == 0 || reuse < inputs) && count % reuse == 0;
}

/* Sets strategy and reuse factor. */
static bool set_folding(struct hls4ml_reader *r, const struct hls4ml_call *c,
                        const char *record, struct sketch_layer *l)
{
    const char *from = product_record(r, record);
    bool resource = is_resource(r, record);
    if (!check_product(r, c, from))
        return false;
    l->strategy = resource ? "resource" : "latency";
    if (!hls4ml_number(r, from, "reuse_factor", 1, UINT32_MAX,
                       &l->reuse_factor))
        return false;
    uint64_t inputs, outputs;
    if (!hls4ml_number(r, from, "n_in", 1, UINT32_MAX, &inputs) ||
        !hls4ml_number(r, from, "n_out", 1, UINT32_MAX, &outputs))
        return false;
    if (resource && !is_legal(l->reuse_factor, inputs, outputs))
        hls4ml_warning(r, c, DIAG_FOLDING,
                       "hls4ml would not choose reuse factor %" PRIu64
                       " for %" PRIu64 " inputs and %" PRIu64
                       " outputs: it was edited by hand",
                       l->reuse_factor, inputs, outputs);
    return true;
}

/* --- convolutions --------------------------------------------------------- */

static bool is_1d(const struct hls4ml_call *c)
{
    return strstr(c->function, "_1d_") != NULL ||
           strstr(c->function, "1d_") != NULL;
}

/* Window, output and filters.  Pads are processes of their own here. */
static bool read_window(struct hls4ml_reader *r, const struct hls4ml_call *c,
                        const char *record, struct window *w, struct shape *out)
{
    *w = (struct window){ .kernel_h = 1, .stride_h = 1 };
    *out = (struct shape){ .h = 1 };
    bool fine = hls4ml_size(r, record, "filt_width", &w->kernel_w) &&
                hls4ml_size(r, record, "stride_width", &w->stride_w) &&
                hls4ml_size(r, record, "out_width", &out->w) &&
                hls4ml_size(r, record, "n_filt", &out->c);
    if (fine && !is_1d(c))
        fine = hls4ml_size(r, record, "filt_height", &w->kernel_h) &&
               hls4ml_size(r, record, "stride_height", &w->stride_h) &&
               hls4ml_size(r, record, "out_height", &out->h);
    static const char *const pads[] = { "pad_left", "pad_right", "pad_top",
                                        "pad_bottom" };
    for (uint32_t i = 0; i < 4 && fine; i++) {
        uint64_t pad;
        fine = hls4ml_find(r, record, pads[i]) == NULL ||
               hls4ml_number(r, record, pads[i], 0, 0, &pad);
    }
    const char *implementation = hls4ml_word(r, record, "implementation");
    if (fine && implementation != NULL &&
        strcmp(implementation, "encoded") == 0)
        hls4ml_warning(r, c, DIAG_UNSUPPORTED,
                       "the timing of the encoded implementation is taken for "
                       "that of the line buffer");
    /* Such a window goes through the code for one dimension, which knows no
     * stride from row to row (nnet_conv2d_stream.h, nnet_sepconv2d_stream.h).
     */
    if (fine && w->kernel_h == 1 && w->stride_h > 1 &&
        strncmp(c->function, "pointwise", 9) != 0)
        hls4ml_warning(r, c, DIAG_UNSUPPORTED,
                       "a window one row high with a stride of %u rows: the "
                       "code of hls4ml writes every row, so that its hardware "
                       "stops or gives other numbers; what is computed here "
                       "is what the network says",
                       w->stride_h);
    return fine;
}

/* Strides of an array (rows, columns, channels, filters) in the file. */
static void set_kernel(struct hls4ml_reader *r, struct sketch_layer *l,
                       const struct graph_value *from, bool is_transposed_,
                       uint32_t channels, uint32_t filters)
{
    const struct window *w = &l->window;
    uint64_t size[] = { w->kernel_h, w->kernel_w, channels, filters };
    hls4ml_set_array(r, l, 0, "kernel", from, 4, size);
    if (!is_transposed_)
        return;
    struct sketch_array *a = &l->arrays[0];
    a->strides[0] = (uint64_t)w->kernel_w * channels;
    a->strides[1] = channels;
    a->strides[2] = 1;
    a->strides[3] = a->strides[0] * w->kernel_h;
}

static void set_bias(struct hls4ml_reader *r, struct sketch_layer *l,
                     const struct graph_value *from, uint64_t count)
{
    hls4ml_set_array(r, l, 1, "bias", from, 1, &count);
}

static void set_formats(struct sketch_layer *l, const struct formats *f)
{
    l->can_convert = true;
    l->can_activate = true;
    l->weight = f->weight;
    l->bias = f->bias;
    l->accumulator = f->accumulator;
}

bool hls4ml_conv(struct hls4ml_reader *r, const struct hls4ml_call *c,
                 struct sketch_tensor *input)
{
    struct window w;
    struct shape out;
    struct formats f;
    if (!read_window(r, c, c->config, &w, &out) ||
        !read_formats(r, c, c->config, &f))
        return false;
    uint64_t count = (uint64_t)w.kernel_h * w.kernel_w * input->shape.c;
    const struct graph_value *weights =
        hls4ml_weights(r, c, 2, f.weight, count * out.c);
    const struct graph_value *biases =
        weights == NULL ? NULL : hls4ml_weights(r, c, 3, f.bias, out.c);
    if (biases == NULL)
        return false;
    const struct sketch_tensor *inputs[] = { input };
    struct sketch_layer *l = hls4ml_add(r, c, "conv2d", 1, out, 1, inputs);
    if (l == NULL)
        return false;
    l->has_kernel = true;
    l->window = w;
    l->units = out.c;
    set_formats(l, &f);
    set_kernel(r, l, weights, is_resource(r, c->config), input->shape.c, out.c);
    set_bias(r, l, biases, out.c);
    hls4ml_narrow_products(r, c, l);
    return set_folding(r, c, c->config, l);
}

static void set_depthwise(struct hls4ml_reader *r, struct sketch_layer *l,
                          const struct graph_value *weights, uint32_t channels)
{
    const struct window *w = &l->window;
    uint64_t size[] = { w->kernel_h, w->kernel_w, channels };
    hls4ml_set_array(r, l, 0, "kernel", weights, 3, size);
}

bool hls4ml_depthwise(struct hls4ml_reader *r, const struct hls4ml_call *c,
                      struct sketch_tensor *input)
{
    struct window w;
    struct shape out;
    struct formats f;
    if (!read_window(r, c, c->config, &w, &out) ||
        !read_formats(r, c, c->config, &f))
        return false;
    if (out.c != input->shape.c) {
        hls4ml_error(r, c, DIAG_UNSUPPORTED,
                     "%u filters for %u channels: a depth multiplier is not "
                     "supported",
                     out.c, input->shape.c);
        return false;
    }
    uint64_t count = (uint64_t)w.kernel_h * w.kernel_w * out.c;
    const struct graph_value *weights =
        hls4ml_weights(r, c, 2, f.weight, count);
    const struct graph_value *biases =
        weights == NULL ? NULL : hls4ml_weights(r, c, 3, f.bias, out.c);
    if (biases == NULL)
        return false;
    const struct sketch_tensor *inputs[] = { input };
    struct sketch_layer *l =
        hls4ml_add(r, c, "depthwise_conv2d", 1, out, 1, inputs);
    if (l == NULL)
        return false;
    l->has_kernel = true;
    l->window = w;
    set_formats(l, &f);
    set_depthwise(r, l, weights, out.c);
    set_bias(r, l, biases, out.c);
    hls4ml_narrow_products(r, c, l);
    return set_folding(r, c, c->config, l);
}

/* separable_conv_2d_cl<in, middle, out, config>(in, out, depthwise, pointwise,
 * zeros, bias): two layers. */
bool hls4ml_separable(struct hls4ml_reader *r, const struct hls4ml_call *c,
                      struct sketch_tensor *input)
{
    const char *first = hls4ml_record_of(r, c->config, "depthwise_config");
    const char *second = hls4ml_record_of(r, c->config, "pointwise_config");
    struct hls4ml_type middle;
    uint32_t at = c->types[1];
    struct window w;
    struct shape between, out = { 1, 1, 0 };
    struct formats f, g;
    if (first == NULL || second == NULL || c->type_count != 4 ||
        !hls4ml_type_at(r, c->source, NULL, &at, &middle)) {
        hls4ml_error(r, c, DIAG_HLS4ML, "its two halves cannot be told apart");
        return false;
    }
    if (!read_window(r, c, first, &w, &between) ||
        !hls4ml_size(r, second, "n_filt", &out.c) ||
        !read_formats(r, c, first, &f) || !read_formats(r, c, second, &g))
        return false;
    between.c = input->shape.c;
    uint64_t count = (uint64_t)w.kernel_h * w.kernel_w * between.c;
    const struct graph_value *depthwise =
        hls4ml_weights(r, c, 2, f.weight, count);
    const struct graph_value *pointwise =
        depthwise == NULL
            ? NULL
            : hls4ml_weights(r, c, 3, g.weight, (uint64_t)between.c * out.c);
    const struct graph_value *biases =
        pointwise == NULL
            ? NULL
            : hls4ml_weights(r, c, c->argument_count - 1, g.bias, out.c);
    if (biases == NULL)
        return false;
    struct sketch_layer *l =
        hls4ml_add_inner(r, arena_printf(r->arena, "%.50s_depthwise", c->layer),
                         "depthwise_conv2d", between, middle.format, input);
    l->has_kernel = true;
    l->window = w;
    set_formats(l, &f);
    set_depthwise(r, l, depthwise, between.c);
    if (!set_folding(r, c, first, l))
        return false;
    const struct sketch_tensor *inputs[] = { l->output };
    out.h = between.h;
    out.w = between.w;
    struct sketch_layer *m = hls4ml_add(r, c, "conv2d", 1, out, 1, inputs);
    if (m == NULL)
        return false;
    m->has_kernel = true;
    m->window = (struct window){
        .kernel_h = 1, .kernel_w = 1, .stride_h = 1, .stride_w = 1
    };
    m->units = out.c;
    set_formats(m, &g);
    set_kernel(r, m, pointwise, is_resource(r, second), between.c, out.c);
    set_bias(r, m, biases, out.c);
    hls4ml_narrow_products(r, c, m);
    return set_folding(r, c, second, m);
}

/* --- dense ---------------------------------------------------------------- */

bool hls4ml_dense(struct hls4ml_reader *r, const struct hls4ml_call *c,
                  struct sketch_tensor *input)
{
    struct shape out = { 1, 1, 0 };
    struct formats f;
    if (!hls4ml_size(r, c->config, "n_out", &out.c) ||
        !read_formats(r, c, c->config, &f))
        return false;
    uint64_t size[] = { input->shape.c, out.c };
    const struct graph_value *weights =
        hls4ml_weights(r, c, 2, f.weight, size[0] * size[1]);
    const struct graph_value *biases =
        weights == NULL ? NULL : hls4ml_weights(r, c, 3, f.bias, out.c);
    if (biases == NULL)
        return false;
    const struct sketch_tensor *inputs[] = { input };
    struct sketch_layer *l = hls4ml_add(r, c, "dense", 1, out, 1, inputs);
    if (l == NULL)
        return false;
    l->units = out.c;
    set_formats(l, &f);
    hls4ml_set_array(r, l, 0, "kernel", weights, 2, size);
    if (is_resource(r, c->config)) {
        l->arrays[0].strides[0] = 1;
        l->arrays[0].strides[1] = size[0];
    }
    set_bias(r, l, biases, out.c);
    hls4ml_narrow_products(r, c, l);
    return set_folding(r, c, c->config, l);
}

/* --- batch normalisation -------------------------------------------------- */

/* The field with the number of scales.  Before version 0.7 there is none, but
 * n_filt, which is -1 for as many as there are inputs. */
static const char *scales_field(struct hls4ml_reader *r, const char *record)
{
    if (hls4ml_find(r, record, "n_scale_bias") != NULL)
        return "n_scale_bias";
    const struct hls4ml_name *n = hls4ml_find(r, record, "n_filt");
    uint32_t at = n == NULL ? 0 : n->at;
    double filters = -1;
    bool per_filter = n != NULL && !n->is_type &&
                      hls4ml_value(r, n->source, record, &at, &filters) &&
                      filters != -1;
    return per_filter ? "n_filt" : "n_in";
}

bool hls4ml_normalize(struct hls4ml_reader *r, const struct hls4ml_call *c,
                      struct sketch_tensor *input)
{
    struct format scale, bias;
    uint64_t channels = input->shape.c, given;
    if (!check_product(r, c, c->config) ||
        !hls4ml_format(r, c->config, "scale_t", &scale) ||
        !hls4ml_format(r, c->config, "bias_t", &bias) ||
        !hls4ml_number(r, c->config, scales_field(r, c->config), 1, UINT32_MAX,
                       &given))
        return false;
    if (given != channels) {
        hls4ml_error(r, c, DIAG_UNSUPPORTED,
                     "%" PRIu64 " scales for %" PRIu64 " channels", given,
                     channels);
        return false;
    }
    const struct graph_value *scales = hls4ml_weights(r, c, 2, scale, channels);
    const struct graph_value *biases =
        scales == NULL ? NULL : hls4ml_weights(r, c, 3, bias, channels);
    if (biases == NULL)
        return false;
    const struct sketch_tensor *inputs[] = { input };
    struct sketch_layer *l =
        hls4ml_add(r, c, "batchnorm", 1, input->shape, 1, inputs);
    if (l == NULL)
        return false;
    l->can_convert = true;
    l->weight = scale;
    l->bias = bias;
    hls4ml_set_array(r, l, 0, "scale", scales, 1, &channels);
    hls4ml_set_array(r, l, 1, "offset", biases, 1, &channels);
    hls4ml_narrow_products(r, c, l);
    return hls4ml_number(r, c->config, "reuse_factor", 1, UINT32_MAX,
                         &l->reuse_factor);
}
