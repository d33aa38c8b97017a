#include "engine/chain.h"

#include <assert.h>
#include <stdbool.h>

#include "base/arena.h"
#include "engine/evaluation.h"

/* The walk stands at an event in `cycle` of a process or edge: a step or a
 * handshake of an edge, or what a step caused some time later: the write of a
 * token, or a step that had to wait for the end of it. */
struct walk {
    const struct evaluation *e;
    struct chain *chain;
    uint32_t entity; /* process, or process_count + edge */
    int64_t cycle;
    bool was_caused;
    int64_t cause;                 /* cycle of that step; if was_caused */
    const struct channel *written; /* NULL: not at a write */
    uint64_t token;                /* the one written */
    int64_t begin, end;            /* only what lies between them counts */
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
    assert(false && "a stream ends at an edge");
    return 0;
}

/* The wait that decided when the step or handshake took place at which the
 * walk stands: the last one up to it; NULL: none. */
static const struct wait_event *wait_of_step(const struct walk *w)
{
    bool is_process = w->entity < w->e->process_count;
    const struct process_state *p =
        is_process ? &w->e->processes[w->entity] : NULL;
    const struct trace *t =
        is_process ? p->trace
                   : w->e->edges[w->entity - w->e->process_count].trace;
    for (size_t i = trace_until(t, w->cycle); i > 0; i--) {
        const struct wait_event *wait = trace_at(t, i - 1);
        /* What an elastic write waits for holds up no step. */
        if (p == NULL || p->elastic == NULL || wait->kind == WAIT_TOKEN ||
            wait->kind == WAIT_WRITTEN || wait->kind == WAIT_OWN)
            return wait;
    }
    return NULL;
}

/* The same for an event that was caused; NULL: it came as long after its cause
 * as it had to. */
static const struct wait_event *wait_since_cause(const struct walk *w)
{
    const struct process_state *p = &w->e->processes[w->entity];
    for (size_t i = trace_until(p->trace, w->cycle); i > 0; i--) {
        const struct wait_event *wait = trace_at(p->trace, i - 1);
        if (wait->cycle <= w->cause)
            return NULL;
        switch (p->schedule->style) {
        case STALL_BUBBLES: /* steps that wait let the writes go on */
            if (wait->kind == WAIT_ROOM)
                return wait;
            break;
        case STALL_RIGID:
            if (!wait->drains)
                return wait;
            break;
        case STALL_ELASTIC: /* each write waits for itself */
            if (wait->cycle < w->cycle)
                return NULL;
            if ((wait->kind == WAIT_ROOM || wait->kind == WAIT_TURN) &&
                wait->channel == w->written && wait->token == w->token)
                return wait;
            break;
        }
    }
    return NULL;
}

/* The walk goes on at the write of `token` to c.  All waits of a source are
 * in its trace: it needs no such care. */
static void stand_at_write(struct walk *w, const struct channel *c,
                           uint64_t token)
{
    w->was_caused = w->entity < w->e->process_count;
    if (!w->was_caused)
        return;
    w->cause = c->cause_log[token];
    w->written = c;
    w->token = token;
}

/* The token that `token` had to wait for in a frame buffer. */
static uint64_t last_of_frame(const struct channel *c, uint64_t token)
{
    return c->frame == 0 ? token
                         : channel_whole(token, c->frame) + c->frame - 1;
}

/* Crosses to the event that the wait was for. */
static void follow(struct walk *w, const struct wait_event *wait)
{
    const struct evaluation *e = w->e;
    const struct channel *c = wait->channel;
    if (w->cycle <= w->begin)
        return;
    if (wait->kind == WAIT_OWN) {
        w->was_caused = true;
        w->cause = (int64_t)wait->token;
        w->written = NULL;
        return;
    }
    assert(c != NULL);
    uint32_t stream = (uint32_t)(c - e->channels);
    bool counts = w->cycle <= w->end;
    switch (wait->kind) {
    case WAIT_TOKEN: {
        uint64_t token = last_of_frame(c, wait->token);
        int64_t write = (int64_t)c->write_log[token];
        w->chain->token_hops[stream] += counts;
        go_back(w, write + c->write_latency, share_of(w)); /* a sink's grid */
        go_back(w, write, &w->chain->stream_cycles[stream]);
        w->entity = entity_at(e, stream, true);
        stand_at_write(w, c, token);
        break;
    }
    case WAIT_ROOM:
        w->chain->room_hops[stream] += counts;
        go_back(
            w,
            (int64_t)c->read_log[last_of_frame(c, wait->token) - c->capacity],
            &w->chain->stream_cycles[stream]);
        w->entity = entity_at(e, stream, false);
        w->was_caused = false;
        break;
    case WAIT_HELD:
        w->chain->room_hops[stream] += counts;
        w->entity = entity_at(e, stream, false);
        w->was_caused = false;
        break;
    case WAIT_TURN:
        go_back(w, (int64_t)c->write_log[wait->token - 1], share_of(w));
        stand_at_write(w, c, wait->token - 1);
        break;
    case WAIT_WRITTEN:
        go_back(w, (int64_t)c->write_log[wait->token], share_of(w));
        stand_at_write(w, c, wait->token);
        break;
    case WAIT_OWN:
        break; /* done above */
    }
}

/* One event back. */
static void step_back(struct walk *w)
{
    const struct wait_event *wait =
        w->was_caused ? wait_since_cause(w) : wait_of_step(w);
    if (wait != NULL) {
        go_back(w, wait->cycle, share_of(w));
        follow(w, wait);
    } else if (w->was_caused) {
        go_back(w, w->cause, share_of(w));
        w->was_caused = false;
    } else { /* never waited: its own pace since reset */
        go_back(w, w->begin, share_of(w));
    }
}

/* Three logs of 8 bytes a token; and two waits of 32 bytes, one each of who
 * writes it and who reads it, in traces with up to twice the room. */
enum { BYTES_MAX = 512 << 20, TOKEN_BYTES = 3 * 8 + 2 * 2 * 32 };

bool chain_is_affordable(const struct timing *t, uint64_t frames)
{
    uint64_t tokens = 0;
    for (uint32_t i = 0; i < t->stream_count; i++)
        tokens += t->streams[i].tokens_per_frame;
    return tokens <= BYTES_MAX / TOKEN_BYTES / frames;
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
    const uint64_t last = r->frames - 1;
    struct walk w = { .e = e, .chain = chain };
    w.cycle = (int64_t)r->frame_end[last];
    w.end = w.cycle - (int64_t)skip;
    w.begin = r->period == 0 ? 0 : w.end - (int64_t)r->period_cycles;
    chain->cycles = (uint64_t)(w.end - w.begin);
    for (uint32_t i = 0; i < e->edge_count; i++) {
        const struct edge *edge = &e->edges[i];
        const uint64_t *end = edge_frame_time(edge, last);
        if (!edge->is_source && end != NULL && *end == r->frame_end[last])
            w.entity = e->process_count + i;
    }
    while (w.cycle > w.begin)
        step_back(&w);
    return chain;
}
