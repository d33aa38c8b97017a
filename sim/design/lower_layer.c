/* The processes of one layer. */
#include "base/diag.h"
#include "design/accumulator.h"
#include "design/folding.h"
#include "design/kernel.h"
#include "design/limit.h"
#include "design/lowering.h"
#include "design/tables.h"

#include "base/arena.h"

#include <assert.h>
#include <stddef.h>

/* A padding unit stands in front of these. */
static bool is_padded(const struct layer *l)
{
    const struct window *w = &l->window;
    return layer_type_has_padding_unit(l->type) &&
           (w->pad_top | w->pad_bottom | w->pad_left | w->pad_right) != 0;
}

static enum operation operation_of(enum layer_type t)
{
    switch (t) {
    case LAYER_SUBTRACT:
        return OPERATION_SUBTRACT;
    case LAYER_MULTIPLY:
        return OPERATION_MULTIPLY;
    case LAYER_MAXIMUM:
        return OPERATION_MAXIMUM;
    default:
        return OPERATION_ADD;
    }
}

/* What lowering_take will return. */
static struct stream *next_of(const struct lowering *w, const struct tensor *t)
{
    const struct readers *r = &w->readers[network_tensor_index(w->network, t)];
    assert(r->taken < r->count);
    return r->streams[r->taken];
}

struct stream *lowering_take(struct lowering *w, const struct tensor *t)
{
    struct stream *s = next_of(w, t);
    w->readers[network_tensor_index(w->network, t)].taken++;
    return s;
}

/* The padding unit in front of a window; that of a maxpool2d pads with what
 * is never the largest. */
static struct stream *add_padding(struct lowering *w, const struct layer *l,
                                  struct stream *input)
{
    struct process *p = lowering_process(w, lowering_name(w, l->name, "pad"),
                                         "zeropad2d", l, 1, 1);
    p->inserted = true;
    lowering_connect(p, 0, input);
    p->window = (struct window){
        .pad_top = l->window.pad_top,
        .pad_bottom = l->window.pad_bottom,
        .pad_left = l->window.pad_left,
        .pad_right = l->window.pad_right,
    };
    if (l->type == LAYER_MAXPOOL2D)
        p->pad_value = (int32_t)format_min(input->format);
    struct shape shape = {
        input->shape.h + p->window.pad_top + p->window.pad_bottom,
        input->shape.w + p->window.pad_left + p->window.pad_right,
        input->shape.c,
    };
    return lowering_output(w, p, arena_printf(w->arena, "%s.pad", l->name),
                           shape, input->format, input->lanes);
}

/* Input `port` of layer l, in the layer's own shape. */
static struct stream *take_input(struct lowering *w, const struct layer *l,
                                 uint32_t port)
{
    struct stream *s = lowering_take(w, l->inputs[port]);
    struct shape seen = l->inputs[port]->shape;
    if (seen.c != s->shape.c && !lowering_takes_flattened(l))
        s = lowering_with_shape(w, l, port, s, seen);
    return s;
}

/* --- the layer's own process -----------------------------------------------
 */

/* What only hls4ml computes so. */
static void need_hls(struct lowering *w, const struct process *p,
                     const char *what)
{
    if (!family_is_hls(w->design->family))
        diag_error(w->diag, p->layer->place, DIAG_UNSUPPORTED,
                   "'%s' is %s, which family %s does not have", p->layer->name,
                   what, family_name(w->design->family));
}

static void check_mean(struct lowering *w, const struct process *p)
{
    if (p->layer->accumulator.width != 0)
        need_hls(w, p, "a mean by division");
    if (is_padded(p->layer) && p->layer->skips_pads &&
        family_is_hls(w->design->family))
        diag_error(w->diag, p->layer->place, DIAG_UNSUPPORTED,
                   "'%s' is a mean in which pads do not count, which family "
                   "%s does not have",
                   p->layer->name, family_name(w->design->family));
}

static void set_numbers(struct lowering *w, struct process *p)
{
    switch (p->layer->type) {
    case LAYER_CONV2D:
    case LAYER_DEPTHWISE_CONV2D:
    case LAYER_DENSE:
        if (accumulator_choose(p, w->diag) && p->relu_max != 0 &&
            !limit_is_reached(p->relu_max, p->accumulator))
            p->relu_max = 0;
        break;
    case LAYER_SIGMOID:
    case LAYER_TANH:
    case LAYER_HARD_SIGMOID:
    case LAYER_HARD_TANH:
    case LAYER_LOOKUP:
        table_choose_lookup(w->arena, p, w->diag);
        break;
    case LAYER_SOFTMAX:
        if (p->layer->softmax.sum.width == 0)
            table_choose_softmax(w->arena, p, w->diag);
        else
            need_hls(w, p, "a softmax with tables of its own");
        break;
    case LAYER_AVGPOOL2D:
    case LAYER_GLOBAL_AVGPOOL:
        check_mean(w, p);
        break;
    default:
        break;
    }
}

static bool wants_packed(const struct lowering *w,
                         const struct layer_options *o)
{
    if (o != NULL && o->multipliers != MULTIPLIERS_DEFAULT)
        return o->multipliers == MULTIPLIERS_PACKED;
    return w->hardware->multipliers == MULTIPLIERS_PACKED;
}

/* A default for the whole design packs what can be packed; asked for by
 * name, what cannot is an error. */
static void choose_multipliers(struct lowering *w, struct process *p,
                               const struct layer_options *o)
{
    bool by_name = o != NULL && o->multipliers == MULTIPLIERS_PACKED;
    if (!layer_type_has_products(p->layer->type) || !wants_packed(w, o))
        return;
    const char *fault = folding_packing_fault(p);
    p->packed = fault == NULL;
    if (fault == NULL || !by_name)
        return;
    char in[FORMAT_TEXT_SIZE], weight[FORMAT_TEXT_SIZE];
    diag_error(w->diag, o->multipliers_place, DIAG_FOLDING,
               "'%s', with pe %u, inputs of %s and weights of %s, cannot have "
               "packed multipliers: %s",
               p->layer->name, p->pe, format_print(p->inputs[0]->format, in),
               format_print(p->weight, weight), fault);
}

static struct stream *add_layer(struct lowering *w, const struct layer *l,
                                struct stream *const *in, uint32_t lanes)
{
    size_t errors = diag_error_count(w->diag);
    const struct layer_options *o =
        hardware_layer_options(w->hardware, l->name);
    struct process *p =
        lowering_process(w, lowering_name(w, l->name, ""),
                         kernel_of_layer(w->kernels, l->type)->name, l,
                         l->input_count, 1);
    for (uint32_t i = 0; i < l->input_count; i++)
        lowering_connect(p, i, in[i]);
    p->window = l->window;
    if (is_padded(l) && !l->skips_pads)
        p->window.pad_top = p->window.pad_bottom = p->window.pad_left =
            p->window.pad_right = 0;
    p->scale_h = l->scale_h;
    p->scale_w = l->scale_w;
    p->operation = operation_of(l->type);
    p->units = l->units;
    p->relu = l->relu || l->type == LAYER_RELU;
    p->relu_max = l->relu_max;
    p->weight = l->weight;
    p->bias = l->bias.width != 0 ? l->bias : l->weight;
    p->weights = l->weights;
    p->biases = l->biases;
    p->weight_floats = l->weight_floats;
    p->bias_floats = l->bias_floats;
    struct stream *out = lowering_output(w, p, l->name, l->output.shape,
                                         l->output.format, lanes);
    set_numbers(w, p);
    if (family_is_hls(w->design->family)) {
        lowering_fold_hls(w, p, o);
    } else {
        if (p->kernel->fold != NULL)
            p->kernel->fold(p, o, w->diag);
        if (diag_error_count(w->diag) == errors)
            choose_multipliers(w, p, o);
    }
    if (diag_error_count(w->diag) == errors && p->kernel->check != NULL)
        p->kernel->check(p, w->diag);
    return out;
}

/* Copies of a layer take frames in turn. */
static struct stream *add_copies(struct lowering *w, const struct layer *l,
                                 struct stream *in, uint32_t lanes,
                                 uint32_t copies)
{
    struct stream **branches =
        arena_new_array(w->arena, struct stream *, copies);
    const struct layer_options *o =
        hardware_layer_options(w->hardware, l->name);
    lowering_dispatch(w, l->name, l, in, copies, branches);
    w->copies = copies;
    for (w->copy = 0; w->copy < copies; w->copy++) {
        w->board = lowering_board(w, l, w->copy);
        branches[w->copy] = add_layer(w, l, &branches[w->copy], lanes);
    }
    w->copies = 1;
    w->copy = 0;
    if (o->boards != NULL)
        w->board = lowering_reading_board(w, &l->output, w->board);
    return lowering_collect(w, l->name, l, branches, copies);
}

/* Where not, the options were reported. */
static bool can_have_copies(const struct lowering *w, const struct layer *l)
{
    return l->input_count == 1 && w->copies == 1;
}

void lowering_layer(struct lowering *w, uint32_t index)
{
    const struct layer *l = &w->network->layers[index];
    const struct layer_options *o =
        hardware_layer_options(w->hardware, l->name);
    struct stream **in =
        arena_new_array(w->arena, struct stream *, l->input_count);
    w->board = lowering_board(w, l, 0);
    if (o != NULL && o->boards != NULL) /* what is in front of the dispatch */
        w->board = next_of(w, l->inputs[0])->board;
    for (uint32_t i = 0; i < l->input_count; i++)
        in[i] = take_input(w, l, i);

    struct stream *out = in[0];
    if (l->type != LAYER_FLATTEN) {
        uint32_t lanes = lowering_adapt_lanes(w, l, in);
        if (is_padded(l))
            in[0] = add_padding(w, l, in[0]);
        out = o != NULL && o->copies > 1 && can_have_copies(w, l)
                  ? add_copies(w, l, in[0], lanes, o->copies)
                  : add_layer(w, l, in, lanes);
    }
    struct readers *r = &w->readers[index + 1];
    w->board = lowering_reading_board(w, &l->output, w->board);
    lowering_fork(w, l->name, l, out, r->count, r->streams);
}
