#include "engine/timing.h"

#include "base/arena.h"
#include "base/bits.h"
#include "design/design.h"
#include "design/kernel.h"
#include "engine/region.h"

static void set_stream(struct timing_stream *t, const struct stream *s,
                       const struct design *d)
{
    *t = (struct timing_stream){
        .name = s->name,
        .capacity = stream_capacity(s),
        .write_latency = stream_write_latency(s),
        .read_latency = stream_read_latency(s),
        .initial = s->initial,
        .tokens_per_frame = s->tokens_per_frame,
        .copies = s->copies,
        .copy = s->copy,
        .producer = s->producer == NULL ? TIMING_EDGE : s->producer->index,
        .consumer = s->consumer == NULL ? TIMING_EDGE : s->consumer->index,
    };
    if (s->kind == FIFO_FRAME)
        t->frame_tokens = s->tokens_per_frame;
    if (s->producer == NULL)
        t->stimulus = d->source;
    else if (s->consumer == NULL)
        t->stimulus = d->sink;
}

/* A dispatch or collect: its streams carry frames of different copies. */
static bool takes_turns(const struct process *p)
{
    for (uint32_t i = 0; i < p->input_count; i++)
        if (p->inputs[i]->copies != p->outputs[0]->copies)
            return true;
    for (uint32_t i = 0; i < p->output_count; i++)
        if (p->outputs[i]->copies != p->inputs[0]->copies)
            return true;
    return false;
}

static const uint32_t *stream_indices(struct arena *a, uint32_t count,
                                      struct stream *const *streams)
{
    uint32_t *indices = arena_new_array(a, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        indices[i] = streams[i]->index;
    return indices;
}

uint32_t timing_round(const struct timing *t, uint32_t limit)
{
    uint64_t round = 1;
    for (uint32_t i = 0; i < t->stream_count; i++) {
        uint32_t copies = t->streams[i].copies;
        if (copies > 1)
            round = round / bits_common_divisor(round, copies) * copies;
        if (round >= limit)
            return limit;
    }
    return (uint32_t)round;
}

static const struct schedule *schedule_of(struct arena *a,
                                          const struct process *p)
{
    struct schedule *s = schedule_new(a);
    p->kernel->schedule(p, s);
    return s;
}

/* A domain a board. */
static void set_domains(struct timing *t, struct arena *a,
                        const struct design *d)
{
    if (!design_has_links(d))
        return;
    struct clock *clocks = arena_new_array(a, struct clock, d->board_count);
    for (uint32_t i = 0; i < d->board_count; i++)
        clocks[i] = d->boards[i].clock;
    t->domain_count = d->board_count;
    t->domains = clocks;
    for (uint32_t i = 0; i < d->stream_count; i++)
        t->streams[i].domain = d->streams[i].board;
    for (uint32_t i = 0; i < d->process_count; i++)
        t->processes[i].domain = d->processes[i].board;
}

struct timing *timing_from_design(struct arena *a, const struct design *d)
{
    struct timing *t = arena_new_item(a, struct timing);
    t->stream_count = d->stream_count;
    t->streams = arena_new_array(a, struct timing_stream, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++)
        set_stream(&t->streams[i], &d->streams[i], d);
    t->process_count = d->process_count;
    t->processes = arena_new_array(a, struct timing_process, d->process_count);
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        const struct schedule *s = p->schedule;
        if (family_is_ours(d->family) && p->link == NULL)
            s = schedule_of(a, p);
        t->processes[i] = (struct timing_process){
            .name = p->name,
            .schedule = s,
            .link = p->link,
            .copies = p->copies,
            .copy = p->copy,
            .turns = takes_turns(p),
            .input_count = p->input_count,
            .output_count = p->output_count,
            .inputs = stream_indices(a, p->input_count, p->inputs),
            .outputs = stream_indices(a, p->output_count, p->outputs),
        };
    }
    set_domains(t, a, d);
    return family_is_hls(d->family) ? region_of_design(a, d, t) : t;
}
