#include "headrace_step.h"

#include "api.h"
#include "base/arena.h"
#include "engine/clocked.h"
#include "engine/platform.h"

#include <assert.h>
#include <string.h>

enum machine_kind {
    PROCESS_MACHINE,
    FIFO_MACHINE,
    SOURCE_MACHINE,
    SINK_MACHINE
};

struct headrace_machine {
    const struct headrace_platform *platform;
    enum machine_kind kind;
    uint32_t index;      /* of the process or stream */
    struct arena *arena; /* of `clocked` alone */
    struct clocked *clocked;
    struct arena *own;
};

struct headrace_platform *headrace_platform_load(const void *image, size_t size)
{
    struct arena *a = arena_new();
    struct headrace_platform *p = arena_new_item(a, struct headrace_platform);
    p->arena = a;
    p->inside = platform_load(a, image, size);
    if (p->inside != NULL)
        return p;
    arena_free(a);
    return NULL;
}

void headrace_platform_close(struct headrace_platform *p)
{
    if (p != NULL)
        arena_free(p->arena);
}

size_t headrace_process_count(const struct headrace_platform *p)
{
    return p->inside->timing->process_count;
}

struct headrace_process_info headrace_process(const struct headrace_platform *p,
                                              size_t process)
{
    assert(process < p->inside->timing->process_count);
    const struct timing_process *t = &p->inside->timing->processes[process];
    return (struct headrace_process_info){
        .name = t->name,
        .input_count = t->input_count,
        .output_count = t->output_count,
        .inputs = t->inputs,
        .outputs = t->outputs,
    };
}

size_t headrace_find_process(const struct headrace_platform *p,
                             const char *name)
{
    for (size_t i = 0; i < p->inside->timing->process_count; i++)
        if (strcmp(p->inside->timing->processes[i].name, name) == 0)
            return i;
    return HEADRACE_NONE;
}

size_t headrace_stream_count(const struct headrace_platform *p)
{
    return p->inside->timing->stream_count;
}

/* Whether the stream's producer waits until what it wrote is read. */
static bool is_held(const struct timing *t, size_t stream)
{
    const uint32_t producer = t->streams[stream].producer;
    if (producer == TIMING_EDGE)
        return false;
    const struct timing_process *p = &t->processes[producer];
    for (uint32_t o = 0; o < p->output_count; o++)
        if (p->outputs[o] == stream)
            return (p->schedule->held >> o & 1) != 0;
    return false;
}

static size_t end_of(uint32_t process)
{
    return process == TIMING_EDGE ? HEADRACE_NONE : process;
}

struct headrace_stream_info headrace_stream(const struct headrace_platform *p,
                                            size_t stream)
{
    assert(stream < p->inside->timing->stream_count);
    const struct timing_stream *t = &p->inside->timing->streams[stream];
    const struct platform_stream *s = &p->inside->streams[stream];
    return (struct headrace_stream_info){
        .name = t->name,
        .producer = end_of(t->producer),
        .consumer = end_of(t->consumer),
        .capacity = t->capacity,
        .initial = t->initial,
        .held = is_held(p->inside->timing, stream),
        .width_bits = s->width_bits,
        .lanes = s->lanes,
        .value_bits = s->value_bits,
        .is_signed = s->is_signed,
        .tokens_per_frame = t->tokens_per_frame,
    };
}

size_t headrace_find_stream(const struct headrace_platform *p, const char *name)
{
    for (size_t i = 0; i < p->inside->timing->stream_count; i++)
        if (strcmp(p->inside->timing->streams[i].name, name) == 0)
            return i;
    return HEADRACE_NONE;
}

const uint32_t *headrace_token(const struct headrace_platform *p, size_t stream,
                               uint64_t token)
{
    assert(stream < p->inside->timing->stream_count);
    const struct platform_stream *s = &p->inside->streams[stream];
    return token < s->value_tokens ? s->values + token * s->words : NULL;
}

void headrace_machine_reset(struct headrace_machine *m)
{
    const struct headrace_platform *p = m->platform;
    arena_free(m->arena);
    m->arena = arena_new();
    const struct timing_stream *s = &p->inside->timing->streams[m->index];
    switch (m->kind) {
    case PROCESS_MACHINE:
        m->clocked =
            clocked_process(m->arena, &p->inside->timing->processes[m->index],
                            p->inside->process_frames);
        break;
    case FIFO_MACHINE:
        m->clocked = clocked_fifo(m->arena, s);
        break;
    case SOURCE_MACHINE:
        m->clocked = clocked_source(m->arena, s, p->inside->frames);
        break;
    case SINK_MACHINE:
        m->clocked = clocked_sink(m->arena, s, p->inside->frames);
        break;
    }
}

static struct headrace_machine *new_machine(const struct headrace_platform *p,
                                            enum machine_kind kind,
                                            size_t index)
{
    assert(index < (kind == PROCESS_MACHINE ? p->inside->timing->process_count
                                            : p->inside->timing->stream_count));
    struct arena *a = arena_new();
    struct headrace_machine *m = arena_new_item(a, struct headrace_machine);
    m->own = a;
    m->platform = p;
    m->kind = kind;
    m->index = (uint32_t)index;
    headrace_machine_reset(m);
    return m;
}

struct headrace_machine *
headrace_process_machine(const struct headrace_platform *p, size_t process)
{
    return new_machine(p, PROCESS_MACHINE, process);
}

struct headrace_machine *
headrace_fifo_machine(const struct headrace_platform *p, size_t stream)
{
    return new_machine(p, FIFO_MACHINE, stream);
}

struct headrace_machine *
headrace_source_machine(const struct headrace_platform *p, size_t stream)
{
    return new_machine(p, SOURCE_MACHINE, stream);
}

struct headrace_machine *
headrace_sink_machine(const struct headrace_platform *p, size_t stream)
{
    return new_machine(p, SINK_MACHINE, stream);
}

void headrace_machine_free(struct headrace_machine *m)
{
    if (m == NULL)
        return;
    arena_free(m->arena);
    arena_free(m->own);
}

static struct port_signals signals(struct headrace_given given)
{
    return (struct port_signals){ .in = given.in_valid,
                                  .out = given.out_ready,
                                  .drained = given.out_drained };
}

struct headrace_driven headrace_machine_look(const struct headrace_machine *m,
                                             struct headrace_given given)
{
    const struct port_signals driven = clocked_look(m->clocked, signals(given));
    return (struct headrace_driven){ .in_ready = driven.in,
                                     .out_valid = driven.out,
                                     .in_drained = driven.drained };
}

bool headrace_machine_clock(struct headrace_machine *m,
                            struct headrace_given given)
{
    return clocked_clock(m->clocked, signals(given));
}
