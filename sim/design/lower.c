/* From a network and hardware options to a design: one process a layer (none
 * for a flatten), a padding unit in front of a padded conv2d, one stream
 * behind each process. */
#include "design/design.h"

#include "base/arena.h"
#include "base/nearest.h"
#include "design/accumulator.h"
#include "design/fifo.h"
#include "design/kernel.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

enum { DEFAULT_FIFO_DEPTH = 16, DEFAULT_CLOCK_HZ = 200000000 };

struct lowering {
    struct arena *arena;
    const struct network *network;
    const struct hardware *hardware;
    const struct kernel_table *kernels;
    struct diag *diag;
    struct design *design;
    struct stream **layer_streams; /* that carry the layers' outputs */
};

static const struct place nowhere = { 0 };

static bool is_folded(const struct layer *l)
{
    return l->type == LAYER_CONV2D || l->type == LAYER_DENSE;
}

static bool is_padded(const struct window *w)
{
    return (w->pad_top | w->pad_bottom | w->pad_left | w->pad_right) != 0;
}

static const struct layer_options *options_of(const struct lowering *w,
                                              const struct layer *l)
{
    for (uint32_t i = 0; i < w->hardware->layer_count; i++)
        if (strcmp(w->hardware->layers[i].layer, l->name) == 0)
            return &w->hardware->layers[i];
    return NULL;
}

/* --- options that name what is not there ------------------------------- */

static void report_no_layer(const struct lowering *w,
                            const struct layer_options *o)
{
    const struct network *n = w->network;
    struct arena *scratch = arena_new();
    const char **names =
        arena_new_array(scratch, const char *, n->layer_count + 1);
    for (uint32_t i = 0; i < n->layer_count; i++)
        names[i] = n->layers[i].name;
    const char *nearest = nearest_word(names, o->layer);
    diag_error(w->diag, o->place, DIAG_NAME,
               "the network has no layer '%s' that these options could be for",
               o->layer);
    if (nearest != NULL)
        diag_hint(w->diag, "did you mean '%s'?", nearest);
    arena_free(scratch);
}

static void check_layer_options(const struct lowering *w,
                                const struct layer_options *o)
{
    const struct layer *l = network_layer(w->network, o->layer);
    if (l == NULL) {
        report_no_layer(w, o);
        return;
    }
    if (is_folded(l))
        return;
    const char *type = layer_type_name(l->type);
    if (o->reuse_factor != 0 || o->pe != 0 || o->simd != 0) {
        struct place where = o->reuse_factor != 0 ? o->reuse_factor_place
                             : o->pe != 0         ? o->pe_place
                                                  : o->simd_place;
        diag_error(w->diag, where, DIAG_FOLDING,
                   "'%s' is a %s, which cannot be folded", l->name, type);
    }
    if (o->lanes != 0) {
        diag_error(w->diag, o->lanes_place, DIAG_LANES,
                   "the lanes of '%s', a %s, follow its input and cannot be "
                   "set",
                   l->name, type);
    }
}

/* --- streams ------------------------------------------------------------ */

static const struct fifo_options *fifo_options_of(const struct lowering *w,
                                                  const char *stream)
{
    for (uint32_t i = 0; i < w->hardware->fifo_count; i++)
        if (strcmp(w->hardware->fifos[i].stream, stream) == 0)
            return &w->hardware->fifos[i];
    return NULL;
}

static void choose_fifo(const struct lowering *w, struct stream *s)
{
    const struct hardware *h = w->hardware;
    uint32_t depth = h->fifo_depth != 0 ? h->fifo_depth : DEFAULT_FIFO_DEPTH;
    enum fifo_kind kind = h->fifo_kind;
    struct place where = h->fifo_place;
    const struct fifo_options *o = fifo_options_of(w, s->name);
    if (o != NULL) {
        if (o->depth != 0)
            depth = o->depth;
        if (o->kind != FIFO_AUTO)
            kind = o->kind;
        where = o->place;
    }
    if (fifo_check(s->name, kind, depth, where, w->diag))
        fifo_set(s, kind, depth);
}

static struct stream *add_stream(struct lowering *w, const char *name,
                                 struct shape shape, struct format format,
                                 uint32_t lanes, struct process *producer)
{
    assert(shape.c % lanes == 0);
    struct stream *s = &w->design->streams[w->design->stream_count];
    *s = (struct stream){
        .name = name,
        .index = w->design->stream_count++,
        .shape = shape,
        .format = format,
        .lanes = lanes,
        .tokens_per_frame = shape_count(shape) / lanes,
        .width_bits = lanes * format.width,
        .copies = 1,
        .producer = producer,
    };
    choose_fifo(w, s);
    return s;
}

/* Lanes that do not divide the channels are reported and replaced by all
 * channels, so that the rest can still be checked. */
static uint32_t checked_lanes(const struct lowering *w, uint32_t lanes,
                              uint32_t channels, const char *of,
                              struct place where)
{
    if (lanes == 0)
        return channels;
    if (channels % lanes == 0)
        return lanes;
    diag_error(w->diag, where, DIAG_LANES,
               "%u lanes do not divide the %u channels of '%s'", lanes,
               channels, of);
    return channels;
}

/* --- processes ---------------------------------------------------------- */

static struct process *add_process(struct lowering *w, const char *name,
                                   const char *kernel, const struct layer *l,
                                   struct stream *input)
{
    struct process *p = &w->design->processes[w->design->process_count];
    *p = (struct process){
        .name = name,
        .index = w->design->process_count++,
        .kernel = kernel_find(w->kernels, kernel),
        .layer = l,
        .input_count = 1,
        .output_count = 1,
        .inputs = arena_new_array(w->arena, struct stream *, 1),
        .outputs = arena_new_array(w->arena, struct stream *, 1),
        .copies = 1,
        .window = l->window,
        .reuse_factor = 1,
    };
    assert(p->kernel != NULL);
    assert(input->consumer == NULL);
    input->consumer = p;
    p->inputs[0] = input;
    return p;
}

static struct stream *add_output(struct lowering *w, struct process *p,
                                 struct shape shape, struct format format,
                                 uint32_t lanes)
{
    const char *name = arena_printf(w->arena, "%s.out", p->name);
    p->outputs[0] = add_stream(w, name, shape, format, lanes, p);
    return p->outputs[0];
}

/* The padding unit in front of a conv2d. */
static struct stream *add_padding(struct lowering *w, const struct layer *l,
                                  struct stream *input)
{
    struct process *p =
        add_process(w, arena_printf(w->arena, "%s.pad", l->name), "zeropad2d",
                    l, input);
    p->window = (struct window){
        .pad_top = l->window.pad_top,
        .pad_bottom = l->window.pad_bottom,
        .pad_left = l->window.pad_left,
        .pad_right = l->window.pad_right,
    };
    struct shape shape = {
        input->shape.h + p->window.pad_top + p->window.pad_bottom,
        input->shape.w + p->window.pad_left + p->window.pad_right,
        input->shape.c,
    };
    return add_output(w, p, shape, input->format, input->lanes);
}

static struct stream *lower_folded(struct lowering *w, const struct layer *l,
                                   struct stream *input)
{
    const struct layer_options *o = options_of(w, l);
    if (l->type == LAYER_CONV2D && is_padded(&l->window))
        input = add_padding(w, l, input);
    struct process *p =
        add_process(w, l->name, layer_type_name(l->type), l, input);
    p->window.pad_top = p->window.pad_bottom = 0;
    p->window.pad_left = p->window.pad_right = 0;
    p->relu = l->relu;
    p->weight = l->weight;
    p->bias = l->bias.width != 0 ? l->bias : l->weight;
    p->weights = l->weights;
    p->biases = l->biases;
    accumulator_choose(p, w->diag);
    uint32_t lanes = o == NULL ? l->output.shape.c
                               : checked_lanes(w, o->lanes, l->output.shape.c,
                                               l->name, o->lanes_place);
    struct stream *output =
        add_output(w, p, l->output.shape, l->output.format, lanes);
    p->kernel->fold(p, o, w->diag);
    return output;
}

static struct stream *stream_of(const struct lowering *w,
                                const struct tensor *t)
{
    if (t == &w->network->input)
        return w->design->input;
    for (uint32_t i = 0; i < w->network->layer_count; i++)
        if (t == &w->network->layers[i].output)
            return w->layer_streams[i];
    assert(!"an input that is no tensor of the network");
    return NULL;
}

/* A flattened tensor still comes in pixels: only kernels that look at single
 * values, or at all of them, can follow. */
static bool takes_flattened(const struct layer *l)
{
    return l->type == LAYER_DENSE || l->type == LAYER_RELU ||
           l->type == LAYER_FLATTEN;
}

static void lower_layer(struct lowering *w, uint32_t index)
{
    const struct layer *l = &w->network->layers[index];
    assert(l->input_count == 1);
    struct stream *input = stream_of(w, l->inputs[0]);
    struct shape seen = l->inputs[0]->shape;
    if (seen.c != input->shape.c && !takes_flattened(l))
        diag_error(w->diag, l->place, DIAG_UNSUPPORTED,
                   "'%s' is a %s behind a flatten; only dense and relu can be",
                   l->name, layer_type_name(l->type));

    if (l->type == LAYER_FLATTEN) {
        w->layer_streams[index] = input;
    } else if (is_folded(l)) {
        w->layer_streams[index] = lower_folded(w, l, input);
    } else {
        struct process *p =
            add_process(w, l->name, layer_type_name(l->type), l, input);
        add_output(w, p, l->output.shape, l->output.format, input->lanes);
        w->layer_streams[index] = p->outputs[0];
    }
}

/* --- the whole ---------------------------------------------------------- */

static bool check_family(const struct hardware *h, struct diag *d)
{
    if (h->family == NULL || strcmp(h->family, "headrace") == 0)
        return true;
    diag_error(d, nowhere, DIAG_UNSUPPORTED,
               "kernel family '%s' is not supported; 'headrace' is", h->family);
    return false;
}

static struct design *new_design(struct lowering *w)
{
    const struct network *n = w->network;
    const struct hardware *h = w->hardware;
    struct design *design = arena_new_item(w->arena, struct design);
    size_t most = 2 * (size_t)n->layer_count; /* each with a padding unit */
    *design = (struct design){
        .name = n->name,
        .network = n,
        .clock_hz = h->clock_hz != 0 ? h->clock_hz : DEFAULT_CLOCK_HZ,
        .processes = arena_new_array(w->arena, struct process, most),
        .streams = arena_new_array(w->arena, struct stream, most + 1),
        .source = h->source,
        .sink = h->sink,
    };
    return design;
}

struct design *design_lower(struct arena *a, const struct network *n,
                            const struct hardware *h,
                            const struct kernel_table *kernels, struct diag *d)
{
    size_t errors = diag_error_count(d);
    if (!check_family(h, d))
        return NULL;
    struct lowering w = {
        .arena = a,
        .network = n,
        .hardware = h,
        .kernels = kernels,
        .diag = d,
        .layer_streams = arena_new_array(a, struct stream *, n->layer_count),
    };
    w.design = new_design(&w);
    for (uint32_t i = 0; i < h->layer_count; i++)
        check_layer_options(&w, &h->layers[i]);

    uint32_t lanes = checked_lanes(&w, h->input_lanes, n->input.shape.c,
                                   n->input.name, h->input_lanes_place);
    w.design->input = add_stream(&w, "source.out", n->input.shape,
                                 n->input.format, lanes, NULL);
    for (uint32_t i = 0; i < n->layer_count; i++)
        lower_layer(&w, i);
    w.design->output = stream_of(&w, n->output);
    if (w.design->process_count == 0)
        diag_error(d, n->layers[0].place, DIAG_UNSUPPORTED,
                   "the network has no layer that becomes hardware");
    for (uint32_t i = 0; i < h->fifo_count; i++)
        if (design_stream(w.design, h->fifos[i].stream) == NULL)
            fifo_report_unknown(w.design, h->fifos[i].stream, h->fifos[i].place,
                                d);
    return diag_error_count(d) == errors ? w.design : NULL;
}
