#include "engine/region.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "design/design.h"
#include "kernels/hls_design.h"

enum {
    START_DEPTH = 2,
    SIGNAL_DEPTH = 64 /* ready and done: nobody holds them up */
};

struct builder {
    struct arena *arena;
    struct timing *timing;
    struct hls_ports *ports;
    uint32_t stream_room;
};

static void append_port(struct builder *b, const uint32_t **ports,
                        uint32_t *count, uint32_t stream)
{
    uint32_t *more = arena_new_array(b->arena, uint32_t, *count + 1);
    if (*count != 0)
        memcpy(more, *ports, *count * sizeof *more);
    more[*count] = stream;
    *ports = more;
    ++*count;
}

static uint32_t port_mask(uint32_t count)
{
    assert(count <= 32);
    return UINT32_C(1) << (count - 1);
}

/* A stream of one token per frame; returns its index.  Ports are appended to
 * the processes at its ends. */
static uint32_t add_stream(struct builder *b, const char *kind, uint32_t from,
                           uint32_t to, uint32_t capacity)
{
    struct timing *t = b->timing;
    const uint32_t index = t->stream_count++;
    assert(index < b->stream_room);
    t->streams[index] = (struct timing_stream){
        .name = arena_printf(b->arena, "%s.%s", t->processes[from].name, kind),
        .capacity = capacity,
        .write_latency = 1,
        .read_latency = 1,
        .tokens_per_frame = 1,
        .producer = from,
        .consumer = to,
    };
    struct timing_process *p = &t->processes[from];
    append_port(b, &p->outputs, &p->output_count, index);
    if (to != TIMING_EDGE) {
        p = &t->processes[to];
        append_port(b, &p->inputs, &p->input_count, index);
    }
    return index;
}

static void add_start(struct builder *b, uint32_t from, uint32_t to)
{
    struct timing_process *source = &b->timing->processes[from];
    struct timing_process *sink = &b->timing->processes[to];
    add_stream(b, "start", from, to, START_DEPTH);
    b->ports[from].starts |= port_mask(source->output_count);
    b->ports[to].start = port_mask(sink->input_count);
    add_stream(b, "started", from, to, START_DEPTH);
    b->ports[from].starts |= port_mask(source->output_count);
    b->ports[to].started = port_mask(sink->input_count);
}

static uint32_t add_signal(struct builder *b, const char *kind, uint32_t from,
                           uint32_t *mask)
{
    const uint32_t index = add_stream(b, kind, from, TIMING_EDGE, SIGNAL_DEPTH);
    *mask = port_mask(b->timing->processes[from].output_count);
    return index;
}

static uint32_t all_ports(uint32_t count)
{
    assert(count > 0 && count < 32);
    return (UINT32_C(1) << count) - 1;
}

static void copy_timing(struct builder *b, const struct timing *data)
{
    struct timing *t = arena_new_item(b->arena, struct timing);
    b->stream_room = data->stream_count + 2 * data->process_count + 2;
    t->stream_count = data->stream_count;
    t->streams =
        arena_new_array(b->arena, struct timing_stream, b->stream_room);
    memcpy(t->streams, data->streams,
           data->stream_count * sizeof *data->streams);
    t->process_count = data->process_count;
    t->processes =
        arena_new_array(b->arena, struct timing_process, data->process_count);
    memcpy(t->processes, data->processes,
           data->process_count * sizeof *data->processes);
    b->timing = t;
}

struct timing *region_timing(struct arena *a, const struct timing *data,
                             const struct hls_process *processes)
{
    struct builder b = { .arena = a };
    copy_timing(&b, data);
    struct timing *t = b.timing;
    struct timing_region *r = arena_new_item(a, struct timing_region);
    t->region = r;
    b.ports = arena_new_array(a, struct hls_ports, t->process_count);
    for (uint32_t i = 0; i < t->process_count; i++) {
        b.ports[i].in = all_ports(t->processes[i].input_count);
        b.ports[i].out = all_ports(t->processes[i].output_count);
    }
    for (uint32_t i = 0; i < data->process_count; i++) {
        const struct timing_process *p = &data->processes[i];
        const uint32_t from = data->streams[p->inputs[0]].producer;
        if (from != TIMING_EDGE) {
            add_start(&b, from, i);
        } else {
            r->ready_stream = add_signal(&b, "ready", i, &b.ports[i].ready);
            r->start_gap = processes[i].start_gap;
        }
        for (uint32_t o = 0; o < p->output_count; o++)
            if (data->streams[p->outputs[o]].consumer == TIMING_EDGE) {
                if (processes[i].to_port)
                    b.ports[i].held |= UINT32_C(1) << o;
                r->done_stream = add_signal(&b, "done", i, &b.ports[i].done);
            }
    }
    for (uint32_t i = 0; i < t->process_count; i++)
        t->processes[i].schedule = hls_schedule(a, &processes[i], &b.ports[i]);
    return t;
}

struct timing *region_of_design(struct arena *a, const struct design *d,
                                struct timing *data)
{
    struct hls_process *processes =
        arena_new_array(a, struct hls_process, d->process_count);
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        processes[i] = hls_process_of(d, p);
        for (uint32_t k = 0; k < p->input_count; k++)
            if (p->inputs[k]->producer == NULL)
                data->streams[p->inputs[k]->index].write_latency =
                    hls_port_latency(&processes[i]);
    }
    return region_timing(a, data, processes);
}
