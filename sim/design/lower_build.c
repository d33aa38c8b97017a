/* Processes and streams of a design under construction. */
#include "base/arena.h"
#include "base/bits.h"
#include "design/kernel.h"
#include "design/lowering.h"

#include <assert.h>
#include <stddef.h>

const char *lowering_name(const struct lowering *w, const char *base,
                          const char *suffix)
{
    const char *dot = suffix[0] == '\0' ? "" : ".";
    if (w->copies == 1)
        return arena_printf(w->arena, "%s%s%s", base, dot, suffix);
    return arena_printf(w->arena, "%s.%u%s%s", base, w->copy, dot, suffix);
}

/* Of one layer: itself, a padding unit, two converters and a reshape an
 * input, a clone; with copies: these, dispatch and collect. */
static size_t most_processes(const struct layer *l, uint32_t copies)
{
    return 1 + 1 + 3 * (size_t)l->input_count + 1 + copies + 2;
}

void lowering_make_room(struct lowering *w)
{
    size_t processes = 0, streams = 1;
    for (uint32_t i = 0; i < w->network->layer_count; i++) {
        const struct layer *l = &w->network->layers[i];
        const struct layer_options *o =
            hardware_layer_options(w->hardware, l->name);
        uint32_t copies = o != NULL && o->copies > 1 ? o->copies : 1;
        processes += most_processes(l, copies);
        /* Each has one output; clones and dispatchers more. */
        streams += most_processes(l, copies) + l->input_count + copies;
    }
    uint32_t copies = w->hardware->copies > 1 ? w->hardware->copies : 1;
    processes = processes * copies + copies + 2;
    streams = streams * copies + 2 * (size_t)copies + 2;
    /* Any of them may cross all links. */
    processes += w->hardware->link_count;
    streams *= 1 + (size_t)w->hardware->link_count;
    w->design->processes = arena_new_array(w->arena, struct process, processes);
    w->design->streams = arena_new_array(w->arena, struct stream, streams);
    w->base_names = arena_new_array(w->arena, const char *, streams);
}

struct stream *lowering_stream(struct lowering *w, const char *name,
                               const char *base_name, struct shape shape,
                               struct format format, uint32_t lanes,
                               struct process *producer)
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
        .copies = w->copies,
        .copy = w->copy,
        .board = w->board,
        .producer = producer,
    };
    w->base_names[s->index] = base_name;
    return s;
}

struct process *lowering_process(struct lowering *w, const char *name,
                                 const char *kernel, const struct layer *l,
                                 uint32_t inputs, uint32_t outputs)
{
    struct process *p = &w->design->processes[w->design->process_count];
    *p = (struct process){
        .name = name,
        .index = w->design->process_count++,
        .kernel = kernel_find(w->kernels, kernel),
        .layer = l,
        .copies = w->copies,
        .copy = w->copy,
        .input_count = inputs,
        .output_count = outputs,
        .inputs = arena_new_array(w->arena, struct stream *, inputs),
        .outputs = arena_new_array(w->arena, struct stream *, outputs),
        .reuse_factor = 1,
        .board = w->board,
    };
    assert(p->kernel != NULL);
    return p;
}

void lowering_connect(struct process *p, uint32_t port, struct stream *input)
{
    assert(input->consumer == NULL && port < p->input_count);
    input->consumer = p;
    p->inputs[port] = input;
}

struct stream *lowering_output(struct lowering *w, struct process *p,
                               const char *base, struct shape shape,
                               struct format format, uint32_t lanes)
{
    const char *name = arena_printf(w->arena, "%s.out", p->name);
    const char *base_name = arena_printf(w->arena, "%s.out", base);
    p->outputs[0] =
        lowering_stream(w, name, base_name, shape, format, lanes, p);
    return p->outputs[0];
}

/* A process in front of input `port` of layer l. */
static struct process *add_adapter(struct lowering *w, const char *kernel,
                                   const char *what, const struct layer *l,
                                   uint32_t port, struct stream *s,
                                   const char **base)
{
    const char *suffix = arena_printf(w->arena, "in%u.%s", port, what);
    *base = arena_printf(w->arena, "%s.%s", l->name, suffix);
    struct process *p =
        lowering_process(w, lowering_name(w, l->name, suffix), kernel, l, 1, 1);
    p->inserted = true;
    lowering_connect(p, 0, s);
    return p;
}

static struct stream *convert_width(struct lowering *w, const struct layer *l,
                                    uint32_t port, struct stream *s,
                                    uint32_t lanes)
{
    const char *base;
    const char *what = lanes > s->lanes ? "widen" : "narrow";
    struct process *p =
        add_adapter(w, "width_converter", what, l, port, s, &base);
    return lowering_output(w, p, base, s->shape, s->format, lanes);
}

struct stream *lowering_with_lanes(struct lowering *w, const struct layer *l,
                                   uint32_t port, struct stream *s,
                                   uint32_t lanes)
{
    if (s->lanes == lanes)
        return s;
    if (s->lanes % lanes != 0 && lanes % s->lanes != 0) {
        /* By way of the least common multiple, which divides the channels
         * as both do: narrowing first would halve the rate or worse. */
        uint32_t both =
            s->lanes / (uint32_t)bits_common_divisor(s->lanes, lanes) * lanes;
        s = convert_width(w, l, port, s, both);
    }
    return convert_width(w, l, port, s, lanes);
}

struct stream *lowering_with_shape(struct lowering *w, const struct layer *l,
                                   uint32_t port, struct stream *s,
                                   struct shape shape)
{
    const char *base;
    uint32_t lanes = (uint32_t)bits_common_divisor(s->lanes, shape.c);
    s = lowering_with_lanes(w, l, port, s, lanes);
    struct process *p = add_adapter(w, "reshape", "reshape", l, port, s, &base);
    return lowering_output(w, p, base, shape, s->format, lanes);
}

/* The outputs of a clone or dispatch. */
static void add_branches(struct lowering *w, struct process *p,
                         const char *base, const struct stream *s,
                         struct stream **out)
{
    for (uint32_t i = 0; i < p->output_count; i++) {
        const char *name = arena_printf(w->arena, "%s.out%u", p->name, i);
        const char *base_name = arena_printf(w->arena, "%s.out%u", base, i);
        out[i] = lowering_stream(w, name, base_name, s->shape, s->format,
                                 s->lanes, p);
        p->outputs[i] = out[i];
    }
}

void lowering_fork(struct lowering *w, const char *base, const struct layer *l,
                   struct stream *s, uint32_t count, struct stream **out)
{
    if (count == 1) {
        out[0] = s;
        return;
    }
    struct process *p = lowering_process(w, lowering_name(w, base, "clone"),
                                         "clone", l, 1, count);
    p->inserted = true;
    lowering_connect(p, 0, s);
    add_branches(w, p, arena_printf(w->arena, "%s.clone", base), s, out);
}

void lowering_dispatch(struct lowering *w, const char *base,
                       const struct layer *l, struct stream *s, uint32_t copies,
                       struct stream **out)
{
    struct process *p = lowering_process(w, lowering_name(w, base, "dispatch"),
                                         "dispatch", l, 1, copies);
    p->inserted = true;
    p->copies = copies;
    lowering_connect(p, 0, s);
    add_branches(w, p, arena_printf(w->arena, "%s.dispatch", base), s, out);
    for (uint32_t i = 0; i < copies; i++) {
        out[i]->copies = copies;
        out[i]->copy = i;
    }
}

struct stream *lowering_collect(struct lowering *w, const char *base,
                                const struct layer *l, struct stream *const *in,
                                uint32_t copies)
{
    struct process *p = lowering_process(w, lowering_name(w, base, "collect"),
                                         "collect", l, copies, 1);
    p->inserted = true;
    p->copies = copies;
    for (uint32_t i = 0; i < copies; i++)
        lowering_connect(p, i, in[i]);
    return lowering_output(w, p, arena_printf(w->arena, "%s.collect", base),
                           in[0]->shape, in[0]->format, in[0]->lanes);
}
