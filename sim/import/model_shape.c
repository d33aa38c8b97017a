#include "import/model_parts.h"

#include "base/arena.h"
#include "design/design.h"
#include "design/kernel.h"

#include <assert.h>
#include <inttypes.h>

/* Reports a tensor that is too large; what = "the output". */
static bool check_shape(struct model_reader *r, struct place place,
                        const char *layer, const char *what, uint64_t h,
                        uint64_t w, uint64_t c)
{
    if (h > NETWORK_SIZE_MAX || w > NETWORK_SIZE_MAX || c > NETWORK_SIZE_MAX) {
        diag_error(r->diag, place, DIAG_SHAPE_OVERFLOW,
                   "%s of '%s' is %" PRIu64 " x %" PRIu64 " x %" PRIu64
                   ", but no size may be above %d",
                   what, layer, h, w, c, NETWORK_SIZE_MAX);
        return false;
    }
    /* Three sizes of 20 bits fit. */
    if (h * w * c > MODEL_VALUES_MAX) {
        diag_error(r->diag, place, DIAG_SHAPE_OVERFLOW,
                   "%s of '%s' is %" PRIu64 " x %" PRIu64 " x %" PRIu64
                   ", more than 2^31 values",
                   what, layer, h, w, c);
        return false;
    }
    return true;
}

/* Pads of one direction, as Keras chooses them. */
static void pad_same(uint32_t size, uint32_t kernel, uint32_t stride,
                     uint32_t *before, uint32_t *after)
{
    uint32_t out = size / stride + (size % stride != 0);
    uint64_t reach = (uint64_t)(out - 1) * stride + kernel;
    uint32_t total = reach > size ? (uint32_t)(reach - size) : 0;
    *before = total / 2;
    *after = total - total / 2;
}

static bool shape_flatten(struct model_reader *r, struct layer_draft *l,
                          struct shape in)
{
    uint64_t count = shape_count(in);
    if (!check_shape(r, l->layer.place, l->layer.name, "the output", 1, 1,
                     count))
        return false;
    l->layer.output.shape = (struct shape){ 1, 1, (uint32_t)count };
    return true;
}

static bool shape_layer(struct model_reader *r, struct layer_draft *l,
                        struct shape in)
{
    struct layer *layer = &l->layer;
    if (layer->type == LAYER_FLATTEN)
        return shape_flatten(r, l, in);
    struct window *w = &layer->window;
    if (l->same_padding) {
        pad_same(in.h, w->kernel_h, w->stride_h, &w->pad_top, &w->pad_bottom);
        pad_same(in.w, w->kernel_w, w->stride_w, &w->pad_left, &w->pad_right);
    }
    uint64_t padded_h = (uint64_t)in.h + w->pad_top + w->pad_bottom;
    uint64_t padded_w = (uint64_t)in.w + w->pad_left + w->pad_right;
    if (!check_shape(r, layer->place, layer->name, "the padded input", padded_h,
                     padded_w, in.c))
        return false;
    /* A conv2d's padding becomes a process of its own; what its kernel
     * works on is padded already. */
    if (layer->type == LAYER_CONV2D) {
        in.h = (uint32_t)padded_h;
        in.w = (uint32_t)padded_w;
    }
    const char *type = layer_type_name(layer->type);
    const struct kernel *kernel = kernel_find(r->kernels, type);
    if (kernel == NULL) {
        diag_error(r->diag, layer->place, DIAG_UNSUPPORTED,
                   "layer '%s' is a %s, which this kernel family does not have",
                   layer->name, type);
        return false;
    }
    struct shape out;
    if (!kernel->shape(layer, &in, &out, r->diag))
        return false;
    assert(shape_count(out) > 0 && shape_count(out) <= MODEL_VALUES_MAX);
    layer->output.shape = out;
    return true;
}

/* Products of one output value. */
static uint64_t products(const struct layer *l, struct shape in)
{
    if (l->type == LAYER_DENSE)
        return shape_count(in);
    /* The kernel is no larger than the padded input, which was checked. */
    uint64_t window = (uint64_t)l->window.kernel_h * l->window.kernel_w;
    return window * in.c;
}

static bool choose_accumulator(struct model_reader *r, struct layer *l,
                               const struct tensor *in)
{
    if (l->accumulator.width != 0)
        return true;
    uint64_t terms = products(l, in->shape);
    struct format exact =
        design_exact_accumulator(in->format, l->weight, l->bias, terms);
    if (exact.width == 0) {
        char in_text[FORMAT_TEXT_SIZE], weight_text[FORMAT_TEXT_SIZE];
        char bias_text[FORMAT_TEXT_SIZE];
        diag_error(r->diag, l->place, DIAG_FORMAT,
                   "an exact sum of %" PRIu64 " products of %s and %s and a "
                   "bias of %s in '%s' fits no accumulator (at most %d bits, "
                   "of which -64 to 64 are integer bits)",
                   terms, format_print(in->format, in_text),
                   format_print(l->weight, weight_text),
                   format_print(l->bias, bias_text), l->name, FIXED_WIDTH_MAX);
        diag_hint(r->diag, "give an \"accumulator_format\"");
        return false;
    }
    l->accumulator = exact;
    return true;
}

void network_draft_shape(struct model_reader *r, struct network_draft *n)
{
    for (uint32_t k = 0; k < n->order_count; k++) {
        struct layer_draft *l = &n->layers[n->order[k]];
        struct layer *layer = &l->layer;
        bool from_input = l->source == SOURCE_INPUT;
        const struct layer_draft *before =
            from_input ? NULL : &n->layers[l->source];
        const struct tensor *in =
            from_input ? &n->input : &before->layer.output;
        bool in_known = from_input ? n->input_known : before->shaped;
        if (!in_known || !l->sizes_known)
            continue;
        if (!shape_layer(r, l, in->shape))
            continue;
        layer->output.name = layer->name;
        bool has_products =
            layer->type == LAYER_CONV2D || layer->type == LAYER_DENSE;
        if (has_products)
            l->numbers_known =
                l->numbers_known && choose_accumulator(r, layer, in);
        else if (layer->output.format.width == 0 && l->numbers_known)
            layer->output.format = in->format;
        l->shaped = layer->output.format.width != 0;
    }
}
