#include "import/model_parts.h"

#include "base/arena.h"
#include "base/bits.h"
#include "base/text.h"
#include "design/accumulator.h"
#include "design/kernel.h"
#include "import/model_type.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

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
    if (h * w * c > NETWORK_VALUES_MAX) {
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

/* Resolves the padding, and makes *in the padded shape. */
static bool pad_input(struct model_reader *r, struct layer_draft *l,
                      struct shape *in)
{
    struct layer *layer = &l->layer;
    struct window *w = &layer->window;
    if (l->padding == PADDING_SAME) {
        pad_same(in->h, w->kernel_h, w->stride_h, &w->pad_top, &w->pad_bottom);
        pad_same(in->w, w->kernel_w, w->stride_w, &w->pad_left, &w->pad_right);
    } else if (l->padding == PADDING_CAUSAL) {
        w->pad_left = w->kernel_w - 1;
    }
    uint64_t h = (uint64_t)in->h + w->pad_top + w->pad_bottom;
    uint64_t width = (uint64_t)in->w + w->pad_left + w->pad_right;
    if (!check_shape(r, layer->place, layer->name, "the padded input", h, width,
                     in->c))
        return false;
    in->h = (uint32_t)h;
    in->w = (uint32_t)width;
    return true;
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

/* The size of a reshape that follows from the others. */
static bool resolve_free_size(struct model_reader *r, struct layer_draft *l,
                              struct shape in)
{
    struct shape *s = &l->layer.output.shape;
    uint32_t *sizes[3] = { &s->h, &s->w, &s->c };
    uint64_t count = shape_count(in), others = 1;
    for (int32_t i = 0; i < 3; i++)
        others *= i == l->free_size ? 1 : *sizes[i];
    if (count % others != 0) {
        diag_error(r->diag, l->layer.place, DIAG_SHAPE,
                   "the %" PRIu64 " values of the input of '%s', %ux%ux%u, are "
                   "no multiple of %" PRIu64,
                   count, l->layer.name, in.h, in.w, in.c, others);
        return false;
    }
    if (count / others > NETWORK_SIZE_MAX) {
        diag_error(r->diag, l->layer.place, DIAG_SHAPE_OVERFLOW,
                   "the -1 of '%s' would be %" PRIu64
                   ", but no size may be above %d",
                   l->layer.name, count / others, NETWORK_SIZE_MAX);
        return false;
    }
    *sizes[l->free_size] = (uint32_t)(count / others);
    return true;
}

static bool check_1d(struct model_reader *r, const struct layer_draft *l,
                     struct shape in)
{
    if (!l->type->is_1d || in.h == 1)
        return true;
    diag_error(r->diag, l->layer.place, DIAG_SHAPE,
               "the input of '%s' is %ux%ux%u, but a layer of type '%s' needs "
               "height 1",
               l->layer.name, in.h, in.w, in.c, l->type->name);
    diag_hint(r->diag, "'%.*s2d' is for other tensors",
              (int)strlen(l->type->name) - 2, l->type->name);
    return false;
}

/* Units that nobody wrote, because they are the channels. */
static void count_units(struct layer_draft *l, struct shape in)
{
    enum layer_type t = l->layer.type;
    if (t == LAYER_DEPTHWISE_CONV2D || t == LAYER_BATCHNORM ||
        (t == LAYER_PRELU && l->layer.units == 0))
        l->layer.units = in.c;
}

static bool shape_layer(struct model_reader *r, struct layer_draft *l)
{
    struct layer *layer = &l->layer;
    struct shape *in =
        arena_new_array(r->arena, struct shape, layer->input_count);
    for (uint32_t i = 0; i < layer->input_count; i++)
        in[i] = layer->inputs[i]->shape;
    if (!check_1d(r, l, in[0]))
        return false;
    count_units(l, in[0]);
    if (layer->type == LAYER_FLATTEN)
        return shape_flatten(r, l, in[0]);
    if (l->free_size >= 0 && !resolve_free_size(r, l, in[0]))
        return false;
    if (layer_type_has_padding_unit(layer->type) && !pad_input(r, l, &in[0]))
        return false;
    const struct kernel *kernel = kernel_of_layer(r->kernels, layer->type);
    if (kernel == NULL) {
        diag_error(
            r->diag, layer->place, DIAG_UNSUPPORTED,
            "layer '%s' is of type %s, which this kernel family does not "
            "have",
            layer->name, layer_type_name(layer->type));
        return false;
    }
    struct shape out;
    if (!kernel->shape(layer, in, &out, r->diag))
        return false;
    assert(shape_count(out) > 0 && shape_count(out) <= NETWORK_VALUES_MAX);
    layer->output.shape = out;
    return true;
}

static bool choose_accumulator(struct model_reader *r, struct layer *l)
{
    const struct tensor *in = l->inputs[0];
    l->accumulator = accumulator_of(l);
    if (l->accumulator.width != 0)
        return true;
    char in_text[FORMAT_TEXT_SIZE], weight_text[FORMAT_TEXT_SIZE];
    char bias_text[FORMAT_TEXT_SIZE];
    diag_error(r->diag, l->place, DIAG_FORMAT,
               "an exact sum of %" PRIu64 " products of %s and %s and a bias "
               "of %s in '%s' fits no accumulator (at most %d bits, of which "
               "-64 to 64 are integer bits)",
               layer_terms(l), format_print(in->format, in_text),
               format_print(l->weight, weight_text),
               format_print(l->bias, bias_text), l->name, FIXED_WIDTH_MAX);
    diag_hint(r->diag, "give an \"accumulator_format\"");
    return false;
}

/* --- formats ------------------------------------------------------------- */

/* The first input whose format is not that of input 0, or input_count. */
static uint32_t find_other_format(const struct layer *l)
{
    uint32_t i = 1;
    while (i < l->input_count &&
           format_same_values(l->inputs[i]->format, l->inputs[0]->format))
        i++;
    return i;
}

static void report_formats(struct model_reader *r, const struct layer_draft *l,
                           uint32_t other_input)
{
    const struct layer *layer = &l->layer;
    char first[FORMAT_TEXT_SIZE], other[FORMAT_TEXT_SIZE];
    const struct tensor *tensor = layer->inputs[other_input];
    diag_error(r->diag, layer->place, DIAG_FORMAT,
               "the inputs of '%s' have different formats: '%s' is %s, '%s' is "
               "%s",
               layer->name, layer->inputs[0]->name,
               format_print(layer->inputs[0]->format, first), tensor->name,
               format_print(tensor->format, other));
    diag_hint(r->diag, layer->type == LAYER_MAXIMUM
                           ? "give an \"output_format\""
                           : "a layer of type 'linear' converts one to the "
                             "format of the other");
}

/* The output format of a layer that names none. */
static bool default_format(struct model_reader *r, struct layer_draft *l)
{
    struct layer *layer = &l->layer;
    if (layer->type == LAYER_ARGMAX) {
        uint32_t bits = bits_log2_ceil(layer->inputs[0]->shape.c);
        bits = bits == 0 ? 1 : bits;
        layer->output.format =
            (struct format){ .width = (uint8_t)bits, .integer = (int16_t)bits };
        return true;
    }
    uint32_t other = find_other_format(layer);
    if (other < layer->input_count) {
        report_formats(r, l, other);
        return false;
    }
    layer->output.format = layer->inputs[0]->format;
    return true;
}

/* --- the whole ----------------------------------------------------------- */

static void shape_draft(struct model_reader *r, struct layer_draft *l,
                        const struct tensor *const *inputs, uint32_t count)
{
    struct layer *layer = &l->layer;
    layer->inputs = inputs;
    layer->input_count = count;
    if (!l->sizes_known || !shape_layer(r, l))
        return;
    layer->output.name = layer->name;
    if (layer_type_has_products(layer->type))
        l->numbers_known = l->numbers_known && choose_accumulator(r, layer);
    else if (layer->output.format.width == 0 && l->numbers_known)
        l->numbers_known = default_format(r, l);
    l->shaped = layer->output.format.width != 0;
}

static const struct tensor *const *one_tensor(struct model_reader *r,
                                              const struct tensor *t)
{
    const struct tensor **list =
        arena_new_item(r->arena, const struct tensor *);
    list[0] = t;
    return list;
}

/* NULL: not all of them have a shape. */
static const struct tensor *const *find_inputs(struct model_reader *r,
                                               const struct network_draft *n,
                                               const struct layer_draft *l)
{
    const struct tensor **inputs =
        arena_new_array(r->arena, const struct tensor *, l->input_count);
    for (uint32_t i = 0; i < l->input_count; i++) {
        int32_t source = l->inputs[i].source;
        bool known =
            source == SOURCE_INPUT ? n->input_known : n->layers[source].shaped;
        if (!known)
            return NULL;
        inputs[i] = source == SOURCE_INPUT ? &n->input
                                           : &n->layers[source].layer.output;
    }
    return inputs;
}

void network_draft_shape(struct model_reader *r, struct network_draft *n)
{
    for (uint32_t k = 0; k < n->order_count; k++) {
        struct layer_draft *l = &n->layers[n->order[k]];
        const struct tensor *const *inputs = find_inputs(r, n, l);
        uint32_t count = l->input_count;
        if (inputs != NULL && l->ahead != NULL) {
            shape_draft(r, l->ahead, inputs, count);
            inputs = l->ahead->shaped ? one_tensor(r, &l->ahead->layer.output)
                                      : NULL;
            count = 1;
        }
        if (inputs != NULL)
            shape_draft(r, l, inputs, count);
    }
}
