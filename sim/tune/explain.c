#include "tune/explain.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/analysis.h"
#include "tune/repair.h"
#include "tune/stalls.h"

#include <assert.h>

/* Nodes of the chain: processes, then the source and the sink. */
struct chain_walk {
    const struct analysis *analysis;
    struct explanation *out;
    bool *listed;  /* by node */
    bool *crossed; /* by stream */
};

static uint32_t source_node(const struct chain_walk *w)
{
    return w->analysis->timing->process_count;
}

static uint32_t node_of(const struct chain_walk *w, uint32_t stream,
                        bool producer)
{
    const struct timing_stream *s = &w->analysis->timing->streams[stream];
    const uint32_t process = producer ? s->producer : s->consumer;
    if (process != TIMING_EDGE)
        return process;
    return source_node(w) + (producer ? 0 : 1);
}

static uint64_t cycles_of(const struct chain_walk *w, uint32_t node)
{
    const struct chain *c = w->analysis->chain;
    if (node < source_node(w))
        return c->process_cycles[node];
    return node == source_node(w) ? c->source_cycles : c->sink_cycles;
}

static uint64_t hops_of(const struct chain_walk *w, uint32_t stream)
{
    const struct chain *c = w->analysis->chain;
    return c->token_hops[stream] + c->room_hops[stream];
}

/* The node that the chain goes to from `node` over this stream, and how often;
 * 0: never. */
static uint64_t hops_from(const struct chain_walk *w, uint32_t node,
                          uint32_t stream, uint32_t *next)
{
    const struct chain *c = w->analysis->chain;
    const bool reads = node_of(w, stream, false) == node;
    if (!reads && node_of(w, stream, true) != node)
        return 0;
    *next = node_of(w, stream, reads);
    return reads ? c->token_hops[stream] : c->room_hops[stream];
}

static void add_stop(struct chain_walk *w, const struct link_stop *stop)
{
    struct explanation *out = w->out;
    out->stops[out->stop_count++] = *stop;
}

static void list_node(struct chain_walk *w, uint32_t node)
{
    const bool is_edge = node >= source_node(w);
    if (w->listed[node])
        return;
    w->listed[node] = true;
    add_stop(w, &(struct link_stop){
                    .index = is_edge ? TIMING_EDGE : node,
                    .is_source = node == source_node(w),
                    .cycles = cycles_of(w, node),
                });
}

/* Goes from `node` along the wait that is most frequent, each FIFO once. */
static void walk_from(struct chain_walk *w, uint32_t node)
{
    const struct chain *c = w->analysis->chain;
    for (;;) {
        uint64_t most = 0;
        uint32_t best = 0, best_next = 0;
        list_node(w, node);
        for (uint32_t i = 0; i < w->analysis->timing->stream_count; i++) {
            uint32_t next = 0;
            const uint64_t hops =
                w->crossed[i] ? 0 : hops_from(w, node, i, &next);
            if (hops > most) {
                most = hops;
                best = i;
                best_next = next;
            }
        }
        if (most == 0)
            return;
        w->crossed[best] = true;
        add_stop(w, &(struct link_stop){
                        .is_stream = true,
                        .index = best,
                        .cycles = c->stream_cycles[best],
                        .tokens = c->token_hops[best],
                        .rooms = c->room_hops[best],
                    });
        node = best_next;
    }
}

/* The node with the largest share that is not listed; UINT32_MAX: none has
 * any. */
static uint32_t largest_left(const struct chain_walk *w)
{
    uint32_t best = UINT32_MAX;
    uint64_t most = 0;
    for (uint32_t i = 0; i < source_node(w) + 2; i++) {
        if (!w->listed[i] && cycles_of(w, i) > most) {
            most = cycles_of(w, i);
            best = i;
        }
    }
    return best;
}

static void list_chain(struct explanation *e, struct arena *a)
{
    const struct analysis *x = e->analysis;
    const uint32_t nodes = x->timing->process_count + 2;
    const uint32_t streams = x->timing->stream_count;
    if (x->chain == NULL)
        return;
    struct chain_walk w = { .analysis = x,
                            .out = e,
                            .listed = arena_new_array(a, bool, nodes),
                            .crossed = arena_new_array(a, bool, streams) };
    e->stops = arena_new_array(a, struct link_stop, nodes + streams);
    for (;;) {
        const uint32_t next = largest_left(&w);
        if (next == UINT32_MAX)
            break;
        walk_from(&w, next);
    }
    /* What waits only in between, where no time is left over. */
    for (uint32_t i = 0; i < streams; i++)
        if (!w.crossed[i] && hops_of(&w, i) != 0)
            walk_from(&w, node_of(&w, i, x->chain->token_hops[i] == 0));
}

/* The port with the largest number of cycles. */
static uint32_t largest_port(const uint64_t *cycles, uint32_t count)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++)
        if (cycles[i] > cycles[best])
            best = i;
    return best;
}

/* What the process is mostly held up by. */
static struct cause find_cause(const struct explanation *e, uint32_t process)
{
    const struct timing *t = e->analysis->timing;
    /* A closed circle of processes that wait for each other ends after as many
     * steps as there are processes. */
    for (uint32_t steps = 0; steps <= t->process_count; steps++) {
        const struct timing_process *p = &t->processes[process];
        const struct process_time *time = explanation_time(e, process);
        const uint64_t half = (time->busy + time->starved + time->blocked) / 2;
        if (steps > 0 && time->busy > half)
            return (struct cause){ CAUSE_PACE, process, 0 };
        if (steps > 0 && time->blocked > half)
            return (struct cause){
                CAUSE_ROOM, process,
                p->outputs[largest_port(time->blocked_by, p->output_count)]
            };
        if (steps > 0 && time->starved <= half)
            break;
        const uint32_t stream =
            p->inputs[largest_port(time->starved_by, p->input_count)];
        if (t->streams[stream].producer == TIMING_EDGE)
            return (struct cause){ .kind = CAUSE_SOURCE };
        process = t->streams[stream].producer;
    }
    return (struct cause){ CAUSE_MIXED, process, 0 };
}

struct relay {
    const struct explain_observer *observer; /* NULL: nobody */
};

static void tell_analysis(void *context, const char *stage, uint64_t done,
                          uint64_t total)
{
    const struct relay *r = context;
    if (r->observer != NULL)
        r->observer->progress(r->observer->context, stage, done, total);
}

static void tell_run(void *context, const char *stage, uint64_t runs)
{
    tell_analysis(context, stage, runs, 0);
}

/* As many as are compared: enough to certify the interval if a few do. */
static uint32_t frames_to_compare(struct what_if *w)
{
    struct arena *scratch = arena_new();
    const struct run *r =
        what_if_run(w, scratch, &(struct run_options){ .no_stats = true });
    const uint32_t frames = r->outcome == RUN_DONE && r->certified &&
                                    r->frames > EXPLAIN_FRAMES_LEAST
                                ? r->frames
                                : EXPLAIN_FRAMES_LEAST;
    arena_free(scratch);
    return frames;
}

const struct explanation *explain_design(struct arena *a,
                                         const struct design *d,
                                         uint32_t frames,
                                         const struct explain_observer *o)
{
    struct explanation *e = arena_new_item(a, struct explanation);
    struct relay relay = { o };
    const struct what_if_observer observer = { tell_run, &relay };
    struct what_if *w = what_if_new(a, d);
    w->observer = &observer;
    e->design = d;
    e->what_if = w;
    e->frames = frames != 0 ? frames : frames_to_compare(w);
    e->analysis = analyse_design_watched(
        a, d, e->frames, &(struct analysis_observer){ tell_analysis, &relay });
    e->causes =
        arena_new_array(a, struct cause, e->analysis->timing->process_count);
    if (e->analysis->run->outcome == RUN_DEADLOCK) {
        w->stage = "look for the cheapest repair";
        e->repair = repair_find(a, w, e->frames);
        if (e->repair->possible)
            e->deep = stalls_ideal(w, e->frames);
    } else {
        for (uint32_t i = 0; i < e->analysis->timing->process_count; i++)
            e->causes[i] = find_cause(e, i);
        list_chain(e, a);
        e->stalls = stalls_find(a, w, e->analysis, e->frames);
    }
    w->observer = NULL; /* it is gone with this call */
    return e;
}

const struct process_time *explanation_time(const struct explanation *e,
                                            uint32_t process)
{
    return stalls_time(e->analysis, process);
}

bool explanation_found(const struct explanation *e)
{
    return e->repair != NULL || e->stalls->together_count != 0 ||
           (e->stalls->count != 0 && e->stalls->items[0].gain_depth != 0);
}
