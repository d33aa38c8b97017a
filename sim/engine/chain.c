#include "engine/chain.h"

#include <assert.h>

#include "base/arena.h"
#include "engine/evaluation.h"

/* The walk stands at an event in `cycle` of a process or edge. */
struct walk {
    const struct evaluation *e;
    struct chain *chain;
    uint32_t entity; /* process, or process_count + edge */
    int64_t cycle;
    int64_t begin, end; /* only what lies between them counts */
};

static uint64_t *share_of(struct walk *w)
{
    if (w->entity < w->e->process_count)
        return &w->chain->process_cycles[w->entity];
    const struct edge *edge = &w->e->edges[w->entity - w->e->process_count];
    return edge->is_source ? &w->chain->source_cycles : &w->chain->sink_cycles;
}

/* Goes back to `cycle`; what lies between counts for `share`. */
static void go_back(struct walk *w, int64_t cycle, uint64_t *share)
{
    assert(cycle <= w->cycle);
    int64_t from = cycle > w->begin ? cycle : w->begin;
    int64_t to = w->cycle < w->end ? w->cycle : w->end;
    if (to > from)
        *share += (uint64_t)(to - from);
    w->cycle = cycle;
}

static uint32_t entity_at(const struct evaluation *e, uint32_t stream,
                          bool producer)
{
    const struct timing_stream *s = &e->timing->streams[stream];
    uint32_t process = producer ? s->producer : s->consumer;
    if (process != TIMING_EDGE)
        return process;
    for (uint32_t i = 0; i < e->edge_count; i++) {
        if (e->edges[i].stream == stream && e->edges[i].is_source == producer)
            return e->process_count + i;
    }
    assert(!"a stream ends at an edge");
    return 0;
}

static const struct trace *trace_of(const struct evaluation *e, uint32_t entity)
{
    return entity < e->process_count
               ? e->processes[entity].trace
               : e->edges[entity - e->process_count].trace;
}

static void follow(struct walk *w, const struct wait_event *wait);

/* At the write of `token` by a process: back to the room it waited for, to a
 * freeze on the way, or to the step that caused it. */
static void at_write(struct walk *w, const struct channel *c, uint64_t token)
{
    if (w->entity >= w->e->process_count)
        return; /* a source: its waits are all in its trace */
    int64_t caused = c->cause_log[token];
    const struct wait_event *wait =
        trace_last(trace_of(w->e, w->entity), w->cycle);
    if (wait != NULL && wait->kind == WAIT_ROOM && wait->cycle > caused) {
        go_back(w, wait->cycle, share_of(w));
        follow(w, wait);
    } else {
        go_back(w, caused, share_of(w));
    }
}

/* Crosses to the event that the wait was for. */
static void follow(struct walk *w, const struct wait_event *wait)
{
    const struct evaluation *e = w->e;
    const struct channel *c = wait->channel;
    uint32_t stream = (uint32_t)(c - e->channels);
    if (w->cycle <= w->begin)
        return;
    bool counts = w->cycle <= w->end;
    switch (wait->kind) {
    case WAIT_TOKEN:
        w->chain->token_hops[stream] += counts;
        go_back(w, (int64_t)c->write_log[wait->token],
                &w->chain->stream_cycles[stream]);
        w->entity = entity_at(e, stream, true);
        at_write(w, c, wait->token);
        break;
    case WAIT_ROOM:
        w->chain->room_hops[stream] += counts;
        go_back(w, (int64_t)c->read_log[wait->token - c->capacity],
                &w->chain->stream_cycles[stream]);
        w->entity = entity_at(e, stream, false);
        break;
    case WAIT_CREDIT:
        go_back(w, (int64_t)c->write_log[wait->token], share_of(w));
        at_write(w, c, wait->token);
        break;
    }
}

struct chain *chain_find(const struct evaluation *e, const struct run *r,
                         uint64_t skip)
{
    assert(r->frames > 0);
    struct arena *a = e->arena;
    struct chain *chain = arena_new_item(a, struct chain);
    chain->process_cycles = arena_new_array(a, uint64_t, e->process_count);
    chain->stream_cycles = arena_new_array(a, uint64_t, e->channel_count);
    chain->token_hops = arena_new_array(a, uint64_t, e->channel_count);
    chain->room_hops = arena_new_array(a, uint64_t, e->channel_count);
    chain->cycles = r->period_cycles;

    uint32_t last = r->frames - 1;
    struct walk w = { .e = e, .chain = chain };
    w.cycle = (int64_t)r->frame_end[last];
    w.end = w.cycle - (int64_t)skip;
    w.begin = w.end - (int64_t)r->period_cycles;
    for (uint32_t i = 0; i < e->edge_count; i++) {
        const struct edge *edge = &e->edges[i];
        if (!edge->is_source && edge->frame_times[last] == r->frame_end[last])
            w.entity = e->process_count + i;
    }
    while (w.cycle > w.begin) {
        const struct wait_event *wait =
            trace_last(trace_of(e, w.entity), w.cycle);
        if (wait == NULL) { /* never waited: its own pace since reset */
            go_back(&w, w.begin, share_of(&w));
            break;
        }
        go_back(&w, wait->cycle, share_of(&w));
        follow(&w, wait);
    }
    return chain;
}
