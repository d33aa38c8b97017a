/* The processes of one layer. */
#include "base/diag.h"
#include "design/accumulator.h"
#include "design/folding.h"
#include "design/kernel.h"
#include "design/lowering.h"
#include "design/tables.h"

#include "base/arena.h"

#include <assert.h>
#include <stddef.h>

static bool is_folded(const struct layer *l)
{
    return l->type == LAYER_CONV2D || l->type == LAYER_DEPTHWISE_CONV2D ||
           l->type == LAYER_DENSE;
}

/* A padding unit stands in front of these. */
static bool is_padded(const struct layer *l)
{
    const struct window *w = &l->window;
    return (l->type == LAYER_CONV2D || l->type == LAYER_DEPTHWISE_CONV2D ||
            l->type == LAYER_MAXPOOL2D || l->type == LAYER_AVGPOOL2D) &&
           (w->pad_top | w->pad_bottom | w->pad_left | w->pad_right) != 0;
}

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
    while (b != 0) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
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

struct stream *lowering_take(struct lowering *w, const struct tensor *t)
{
    struct readers *r = &w->readers[network_tensor_index(w->network, t)];
    assert(r->taken < r->count);
    return r->streams[r->taken++];
}

uint32_t lowering_lanes(const struct lowering *w, uint32_t lanes,
                        uint32_t otherwise, uint32_t channels, const char *of,
                        struct place where)
{
    if (lanes == 0)
        return otherwise;
    if (channels % lanes == 0)
        return lanes;
    diag_error(w->diag, where, DIAG_LANES,
               "%u lanes do not divide the %u channels of '%s'", lanes,
               channels, of);
    return channels;
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

/* A flattened tensor still comes in pixels: a dense takes it as it is, and
 * so does what works on single values. */
static bool takes_flattened(const struct layer *l)
{
    return l->type == LAYER_DENSE || l->type == LAYER_RELU ||
           l->type == LAYER_LINEAR || l->type == LAYER_FLATTEN ||
           l->type == LAYER_RESHAPE || l->type == LAYER_TRANSPOSE;
}

/* Input `port` of layer l, in the layer's own shape. */
static struct stream *take_input(struct lowering *w, const struct layer *l,
                                 uint32_t port)
{
    struct stream *s = lowering_take(w, l->inputs[port]);
    struct shape seen = l->inputs[port]->shape;
    if (seen.c != s->shape.c && !takes_flattened(l))
        s = lowering_with_shape(w, l, port, s, seen);
    return s;
}

/* --- lanes ---------------------------------------------------------------- */

/* Of an elementwise layer: the most that an input has, so that no input is
 * slowed down. */
static uint32_t elementwise_lanes(struct stream *const *in, uint32_t count)
{
    uint32_t lanes = 1;
    for (uint32_t i = 0; i < count; i++)
        if (in[i]->lanes > lanes)
            lanes = in[i]->lanes;
    return lanes;
}

/* Of a concat: all channels if every input is one token a pixel; else the
 * most that divide the channels of every input and that one has. */
static uint32_t concat_lanes(struct stream *const *in, uint32_t count,
                             uint32_t channels)
{
    uint32_t whole = 0, common = 0, most = 0;
    for (uint32_t i = 0; i < count; i++) {
        whole += in[i]->lanes == in[i]->shape.c;
        common = common_divisor(in[i]->lanes, common);
    }
    if (whole == count)
        return channels;
    for (uint32_t i = 0; i < count; i++) {
        bool divides = true;
        for (uint32_t k = 0; k < count; k++)
            divides &= in[k]->shape.c % in[i]->lanes == 0;
        if (divides && in[i]->lanes > most)
            most = in[i]->lanes;
    }
    return most != 0 ? most : common;
}

static bool check_concat_lanes(const struct lowering *w, const struct layer *l,
                               struct stream *const *in, uint32_t lanes,
                               struct place where)
{
    for (uint32_t i = 0; i < l->input_count; i++) {
        if (in[i]->shape.c % lanes == 0)
            continue;
        diag_error(w->diag, where, DIAG_LANES,
                   "%u lanes of concat '%s' do not divide the %u channels of "
                   "its input '%s'",
                   lanes, l->name, in[i]->shape.c, l->inputs[i]->name);
        diag_hint(w->diag,
                  "lanes that divide the channels of every input, or all %u",
                  l->output.shape.c);
        return false;
    }
    return true;
}

/* Brings the inputs to the lanes the layer works with; returns those of the
 * output. */
static uint32_t adapt_lanes(struct lowering *w, const struct layer *l,
                            struct stream **in)
{
    const struct layer_options *o = lowering_options(w, l);
    uint32_t asked = o != NULL ? o->lanes : 0;
    struct place where = o != NULL ? o->lanes_place : (struct place){ 0 };
    uint32_t channels = l->output.shape.c;
    if (is_folded(l))
        return lowering_lanes(w, asked, channels, channels, l->name, where);
    if (l->type == LAYER_ARGMAX)
        return 1;

    uint32_t lanes = in[0]->lanes;
    if (l->type == LAYER_CONCAT)
        lanes = concat_lanes(in, l->input_count, channels);
    else if (l->input_count > 1)
        lanes = elementwise_lanes(in, l->input_count);
    else if (l->type == LAYER_RESHAPE || l->type == LAYER_TRANSPOSE)
        lanes = common_divisor(lanes, channels);
    /* Where the shape changes, and behind a flatten, tokens stay what they
     * are: whole ones make the pixels on both sides. */
    uint32_t divided = takes_flattened(l)
                           ? common_divisor(in[0]->shape.c, channels)
                           : channels;
    lanes = lowering_lanes(w, asked, lanes, divided, l->name, where);
    bool parallel = l->type == LAYER_CONCAT && lanes == channels;
    if (l->type == LAYER_CONCAT && !parallel &&
        !check_concat_lanes(w, l, in, lanes, where)) {
        lanes = channels;
        parallel = true;
    }
    for (uint32_t i = 0; i < l->input_count; i++)
        in[i] = lowering_with_lanes(w, l, i, in[i],
                                    parallel ? in[i]->shape.c : lanes);
    return lanes;
}

/* --- the layer's own process -----------------------------------------------
 */

/* The limit of a fused ReLU in the accumulator: exact, and left out where
 * the accumulator does not reach it. */
static void set_limit(struct lowering *w, struct process *p)
{
    int fraction = format_fraction(p->accumulator);
    if (p->relu_max == 0)
        return;
    if (fraction < 0) {
        diag_error(w->diag, p->layer->place, DIAG_FORMAT,
                   "the accumulator of '%s' counts in steps of more than one "
                   "and cannot hold the limit %u of its ReLU",
                   p->layer->name, p->relu_max);
        diag_hint(w->diag, "give an accumulator_format with a fraction, or "
                           "make the ReLU a layer of its own");
    } else if (p->relu_max > format_max(p->accumulator) >> fraction) {
        p->relu_max = 0;
    }
}

static bool set_numbers(struct lowering *w, struct process *p)
{
    switch (p->layer->type) {
    case LAYER_CONV2D:
    case LAYER_DEPTHWISE_CONV2D:
    case LAYER_DENSE:
        if (!accumulator_choose(p, w->diag))
            return false;
        set_limit(w, p);
        return true;
    case LAYER_SIGMOID:
    case LAYER_TANH:
    case LAYER_HARD_SIGMOID:
    case LAYER_HARD_TANH:
        return table_choose_lookup(w->arena, p, w->diag);
    case LAYER_SOFTMAX:
        return table_choose_softmax(w->arena, p, w->diag);
    default:
        return true;
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
    if (!is_folded(p->layer) || !wants_packed(w, o))
        return;
    const char *fault = folding_packing_fault(p);
    p->packed = fault == NULL;
    if (fault != NULL && by_name)
        diag_error(w->diag, o->multipliers_place, DIAG_FOLDING,
                   "'%s' cannot have packed multipliers: %s", p->layer->name,
                   fault);
}

static struct stream *add_layer(struct lowering *w, const struct layer *l,
                                struct stream *const *in, uint32_t lanes)
{
    size_t errors = diag_error_count(w->diag);
    const struct layer_options *o = lowering_options(w, l);
    struct process *p =
        lowering_process(w, lowering_name(w, l->name, ""),
                         kernel_of_layer(w->kernels, l->type)->name, l,
                         l->input_count, 1);
    for (uint32_t i = 0; i < l->input_count; i++)
        lowering_connect(p, i, in[i]);
    p->window = l->window;
    if (is_padded(l))
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
    if (p->kernel->fold != NULL)
        p->kernel->fold(p, o, w->diag);
    if (diag_error_count(w->diag) == errors)
        choose_multipliers(w, p, o);
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
    lowering_dispatch(w, l->name, l, in, copies, branches);
    w->copies = copies;
    for (w->copy = 0; w->copy < copies; w->copy++)
        branches[w->copy] = add_layer(w, l, &branches[w->copy], lanes);
    w->copies = 1;
    w->copy = 0;
    return lowering_collect(w, l->name, l, branches, copies);
}

void lowering_layer(struct lowering *w, uint32_t index)
{
    const struct layer *l = &w->network->layers[index];
    const struct layer_options *o = lowering_options(w, l);
    struct stream **in =
        arena_new_array(w->arena, struct stream *, l->input_count);
    for (uint32_t i = 0; i < l->input_count; i++)
        in[i] = take_input(w, l, i);

    struct stream *out = in[0];
    if (l->type != LAYER_FLATTEN) {
        uint32_t lanes = adapt_lanes(w, l, in);
        if (is_padded(l))
            in[0] = add_padding(w, l, in[0]);
        out = o != NULL && o->copies > 1 && l->input_count == 1
                  ? add_copies(w, l, in[0], lanes, o->copies)
                  : add_layer(w, l, in, lanes);
    }
    struct readers *r = &w->readers[index + 1];
    lowering_fork(w, l->name, l, out, r->count, r->streams);
}
