#include "engine/run.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/chain.h"
#include "engine/domains.h"
#include "engine/evaluation.h"
#include "engine/history.h"
#include "engine/link_run.h"

/* Frames of a run that is asked for an interval but cannot certify one
 * (random stimuli, rewound pipelines): enough to get past the filling. */
enum { FRAMES_UNCERTIFIED = 16 };

/* Nothing is ever inside such a process: each step waits for all that it reads
 * and writes. */
static bool is_empty_between_steps(const struct schedule *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct instruction *in = &s->instructions[i];
        if (in->kind == INSTRUCTION_STEP &&
            (!in->step.patient ||
             (in->step.writes != 0 &&
              (in->step.delay != 0 || in->step.count != 1))))
            return false;
    }
    return s->held == 0;
}

/* A rewound pipeline keeps the tail of a frame until the next one pushes it
 * out: its frames cannot be cut apart.  The same is true of a rigid process
 * whose next frame may begin in the very tick of the last write. */
static bool is_rewound(const struct schedule *s)
{
    return s->style == STALL_RIGID &&
           (s->overlap == OVERLAP_PIPELINED || s->restart == 0) &&
           !is_empty_between_steps(s);
}

/* Nor can those of one that takes turns, unless nothing freezes it. */
static bool any_rewound(const struct timing *t)
{
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct timing_process *p = &t->processes[i];
        if (p->link != NULL) {
            if (!link_is_apart(t, i))
                return true;
            continue;
        }
        if (is_rewound(p->schedule) ||
            (p->turns && p->schedule->style == STALL_RIGID))
            return true;
    }
    return false;
}

static bool all_periodic(const struct timing *t)
{
    for (uint32_t i = 0; i < t->stream_count; i++) {
        if (!stimulus_is_periodic(&t->streams[i].stimulus))
            return false;
    }
    return true;
}

/* Tokens of the first `frames` frames of the run on a stream. */
static uint64_t stream_tokens(const struct timing_stream *s, uint64_t frames)
{
    return s->tokens_per_frame * timing_frames(s->copies, s->copy, frames);
}

static void init_channel(struct channel *c, struct arena *a,
                         const struct timing_stream *s, uint32_t frames,
                         const struct run_options *o)
{
    assert(s->capacity >= 1 && s->write_latency >= 1 && s->read_latency >= 1);
    assert(s->frame_tokens == 0 ||
           (s->capacity % s->frame_tokens == 0 &&
            s->tokens_per_frame % s->frame_tokens == 0 && s->initial == 0));
    assert(s->initial <= s->capacity);
    /* More places than tokens are never used. */
    uint64_t tokens = stream_tokens(s, frames);
    if (tokens == 0)
        tokens = s->tokens_per_frame; /* there must be one place */
    tokens += s->initial;
    *c = (struct channel){
        .capacity = s->capacity < tokens ? s->capacity : (uint32_t)tokens,
        .frame = (uint32_t)s->frame_tokens,
        .write_latency = s->write_latency,
        .read_latency = s->read_latency,
        .last_write = CHANNEL_NEVER,
        .last_read = CHANNEL_NEVER,
        .stats = !o->no_stats,
    };
    c->slots = arena_new_array(a, int64_t, c->capacity);
    for (uint32_t i = 0; i < c->capacity; i++)
        c->slots[i] = CHANNEL_NEVER;
    c->written = s->initial;
    c->write_at = channel_wrap(s->initial, c->capacity);
    uint64_t logged =
        s->initial + stream_tokens(s, o->frames != 0 ? o->frames : frames);
    if (o->chain)
        c->cause_log = arena_new_array(a, int64_t, logged);
    if (o->log || o->chain) {
        c->write_log = arena_new_array(a, uint64_t, logged);
        c->read_log = arena_new_array(a, uint64_t, logged);
    }
}

static void add_edge(struct evaluation *e, uint32_t stream, bool is_source,
                     uint32_t frames)
{
    const struct timing_stream *s = &e->timing->streams[stream];
    struct edge *edge = &e->edges[e->edge_count++];
    *edge = (struct edge){
        .channel = &e->channels[stream],
        .stream = stream,
        .is_source = is_source,
        .stimulus = &s->stimulus,
        .tokens_per_frame = s->tokens_per_frame,
        .copies = s->copies == 0 ? 1 : s->copies,
        .copy = s->copy,
        .always = stimulus_is_always(&s->stimulus),
        .previous = -1,
        .idle = -1,
    };
    edge->frame_times = arena_new_array(e->arena, uint64_t, frames);
    stimulus_start(&edge->cursor, &s->stimulus, s->tokens_per_frame);
}

static struct trace *new_trace(struct arena *a)
{
    struct trace *t = arena_new_item(a, struct trace);
    t->arena = a;
    return t;
}

static void add_traces(struct evaluation *e)
{
    for (uint32_t i = 0; i < e->process_count; i++) {
        e->processes[i].trace = new_trace(e->arena);
        e->processes[i].advance_fast = NULL;
    }
    for (uint32_t i = 0; i < e->edge_count; i++)
        e->edges[i].trace = new_trace(e->arena);
}

static void init_evaluation(struct evaluation *e, struct arena *a,
                            const struct timing *t, uint32_t frames,
                            const struct run_options *o)
{
    *e = (struct evaluation){
        .arena = a,
        .timing = t,
        .channel_count = t->stream_count,
        .process_count = t->process_count,
        .observer = o->observer,
    };
    e->channels = arena_new_array(a, struct channel, t->stream_count);
    e->edges = arena_new_array(a, struct edge, 2 * (size_t)t->stream_count);
    struct channel **pointers =
        arena_new_array(a, struct channel *, t->stream_count);
    for (uint32_t i = 0; i < t->stream_count; i++) {
        pointers[i] = &e->channels[i];
        init_channel(&e->channels[i], a, &t->streams[i], frames, o);
        if (t->streams[i].producer == TIMING_EDGE)
            add_edge(e, i, true, frames);
    }
    for (uint32_t i = 0; i < t->stream_count; i++) {
        if (t->streams[i].consumer == TIMING_EDGE)
            add_edge(e, i, false, frames);
    }
    e->processes = arena_new_array(a, struct process_state, t->process_count);
    for (uint32_t i = 0; i < t->process_count; i++) {
        struct process_state *p = &e->processes[i];
        process_init(p, a, &t->processes[i], pointers);
        if (t->processes[i].link != NULL)
            p->link = link_state_new(a, t, i, pointers, &p->times);
        else if (o->relaxed)
            process_relax(p);
    }
    if (o->chain)
        add_traces(e);
    uint32_t visits = e->process_count + e->edge_count;
    e->order = arena_new_array(a, uint32_t, visits);
    for (uint32_t i = 0; i < visits; i++)
        e->order[i] = i;
    e->tokens_in_all =
        stream_tokens(&t->streams[e->edges[e->edge_count - 1].stream], frames);
}

static bool still_waits(const struct process_state *p)
{
    /* The outputs of an elastic process wait each for itself; the steps and the
     * writes of a relaxed one do. */
    const struct waiting *w = &p->waiting;
    if (p->elastic != NULL || p->relaxed)
        return false;
    if (w->token == NULL && w->room == NULL)
        return false;
    return (w->token == NULL || !channel_token_known(w->token)) &&
           (w->room == NULL || !channel_room_known(w->room));
}

static bool visit(struct evaluation *e, uint32_t i, bool thorough)
{
    if (i >= e->process_count)
        return edge_advance(&e->edges[i - e->process_count]);
    struct process_state *p = &e->processes[i];
    if (p->advance_fast != NULL && !thorough)
        return process_advance_fast(p);
    if (p->link != NULL)
        return link_advance(p->link);
    return !still_waits(p) && process_advance(p);
}

static void shuffle(uint32_t *order, uint32_t count, struct rng *rng)
{
    for (uint32_t i = count; i > 1; i--) {
        uint32_t j = rng_below(rng, i);
        uint32_t swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
}

static void tell(const struct evaluation *e)
{
    const struct edge *last = &e->edges[e->edge_count - 1];
    if (e->observer != NULL)
        e->observer->progress(e->observer->context, last->tokens,
                              e->tokens_in_all);
}

/* What process `i` would do next if nothing unknown happened before. */
static bool could_go_on(const struct evaluation *e, uint32_t i, int64_t *time)
{
    const struct process_state *p = &e->processes[i];
    if (p->link != NULL)
        return link_could_send(p->link, time);
    if (!process_could_drain(p, time))
        return false;
    *time = domains_time(e->timing, e->timing->processes[i].domain, *time);
    return true;
}

/* Nothing moves as far as is known: of the writes that drain while a patient
 * step waits, and the words that links would send, the earliest is certain then
 * (link_run.h).  False: there is none. */
static bool go_on_earliest(struct evaluation *e)
{
    struct process_state *first = NULL;
    int64_t least = 0, time;
    for (uint32_t i = 0; i < e->process_count; i++) {
        if (could_go_on(e, i, &time) && (first == NULL || time < least)) {
            first = &e->processes[i];
            least = time;
        }
    }
    if (first == NULL)
        return false;
    if (first->link != NULL)
        link_take_chance(first->link);
    else
        process_drain(first);
    return true;
}

/* Lets everything run up to its limits, or until it is stuck.  What is fast is
 * enough nearly always; if it comes to a halt, all that is possible is tried
 * once. */
static void run_to_limits(struct evaluation *e, struct rng *rng)
{
    uint32_t visits = e->process_count + e->edge_count;
    bool moved = true, thorough = false;
    while (moved || !thorough) {
        thorough = !moved;
        moved = false;
        if (rng != NULL)
            shuffle(e->order, visits, rng);
        for (uint32_t i = 0; i < visits; i++)
            moved |= visit(e, e->order[i], thorough);
        if (thorough && !moved)
            moved = go_on_earliest(e);
        tell(e);
    }
}

static void set_process_limits(struct evaluation *e, uint32_t frames)
{
    for (uint32_t i = 0; i < e->process_count; i++) {
        const struct timing_process *t = &e->timing->processes[i];
        struct process_state *p = &e->processes[i];
        p->frame_limit =
            t->turns ? frames
                     : (uint32_t)timing_frames(t->copies, t->copy, frames);
        p->waiting = (struct waiting){ NULL, NULL };
    }
}

static void set_edge_limits(struct evaluation *e, uint32_t frames, bool sinks)
{
    for (uint32_t i = 0; i < e->edge_count; i++) {
        struct edge *edge = &e->edges[i];
        if (!sinks || !edge->is_source)
            edge->token_limit =
                stream_tokens(&e->timing->streams[edge->stream], frames);
    }
}

/* Lets everything run until `frames` frames are done.  False if it got stuck
 * before. */
static bool evaluate(struct evaluation *e, uint32_t frames, struct rng *rng)
{
    set_process_limits(e, frames);
    set_edge_limits(e, frames, false);
    run_to_limits(e, rng);
    for (uint32_t i = 0; i < e->edge_count; i++) {
        if (e->edges[i].tokens < e->edges[i].token_limit)
            return false;
    }
    for (uint32_t i = 0; i < e->process_count; i++) {
        const struct process_state *p = &e->processes[i];
        if (p->link != NULL
                ? !link_is_empty(p->link)
                : p->frames < p->frame_limit || p->waiting.room != NULL)
            return false;
    }
    return true;
}

/* Entities: processes, then edges; and the streams of links by their inputs,
 * each on its own: what one waits for says nothing of the others. */
static uint32_t entity_of_edge(const struct evaluation *e, uint32_t stream,
                               bool is_source)
{
    for (uint32_t k = 0; k < e->edge_count; k++) {
        if (e->edges[k].stream == stream && e->edges[k].is_source == is_source)
            return e->process_count + k;
    }
    assert(false && "a stream ends at an edge");
    return 0;
}

static uint32_t port_of(uint32_t count, const uint32_t *streams,
                        uint32_t stream)
{
    uint32_t port = 0;
    while (port < count && streams[port] != stream)
        port++;
    assert(port < count);
    return port;
}

/* The entity at the other end of a stream. */
static uint32_t entity_at(const struct evaluation *e, uint32_t stream,
                          bool consumer)
{
    const struct timing_stream *s = &e->timing->streams[stream];
    const uint32_t process = consumer ? s->consumer : s->producer;
    if (process == TIMING_EDGE)
        return entity_of_edge(e, stream, !consumer);
    const struct timing_process *p = &e->timing->processes[process];
    if (p->link == NULL)
        return process;
    const uint32_t input =
        consumer ? stream
                 : p->inputs[port_of(p->output_count, p->outputs, stream)];
    return e->process_count + e->edge_count + input;
}

/* Who holds up entity `i`, and on which stream. */
static uint32_t waits_for(const struct evaluation *e, uint32_t i,
                          struct run_wait *w)
{
    const struct channel *c;
    if (i < e->process_count) {
        const struct process_state *p = &e->processes[i];
        /* A write without room freezes the front as well. */
        w->for_room = p->waiting.room != NULL;
        c = w->for_room ? p->waiting.room : p->waiting.token;
        w->process = i;
    } else if (i < e->process_count + e->edge_count) {
        const struct edge *edge = &e->edges[i - e->process_count];
        w->for_room = edge->is_source;
        c = edge->channel;
        w->process = TIMING_EDGE;
    } else {
        const uint32_t stream = i - e->process_count - e->edge_count;
        w->process = e->timing->streams[stream].consumer;
        const struct process_state *p = &e->processes[w->process];
        const uint32_t port =
            port_of(p->input_count, e->timing->processes[w->process].inputs,
                    stream);
        w->for_room = link_waits_for_room(p->link, port);
        c = w->for_room ? p->outputs[port] : p->inputs[port];
    }
    assert(c != NULL);
    w->stream = (uint32_t)(c - e->channels);
    w->held = c->written - c->read;
    return entity_at(e, w->stream, w->for_room);
}

static bool is_stuck(const struct evaluation *e, uint32_t i)
{
    if (i < e->process_count) {
        const struct waiting *w = &e->processes[i].waiting;
        return w->room != NULL || w->token != NULL;
    }
    const struct edge *edge = &e->edges[i - e->process_count];
    return edge->tokens < edge->token_limit;
}

/* Follows the waits from an entity that is stuck until one comes twice. */
static void find_wait_cycle(struct run *r, const struct evaluation *e)
{
    uint32_t count = e->process_count + e->edge_count + e->channel_count;
    uint32_t *seen_at = arena_new_array(e->arena, uint32_t, count);
    struct run_wait *path = arena_new_array(e->arena, struct run_wait, count);
    uint32_t at = 0, length = 0;
    while (!is_stuck(e, at))
        at++;
    while (seen_at[at] == 0) {
        uint32_t next = waits_for(e, at, &path[length]);
        seen_at[at] = ++length;
        at = next;
    }
    uint32_t first = seen_at[at] - 1;
    r->waits = path + first;
    r->wait_count = length - first;
}

static uint64_t span_of(const struct process_state *p)
{
    return p->link != NULL ? link_busy_cycles(p->link) : (uint64_t)(p->end + 1);
}

/* Where frames cannot be cut apart, there is only the whole run. */
static void set_steady_as_total(struct run *r, const struct evaluation *e)
{
    for (uint32_t i = 0; i < e->process_count; i++) {
        const struct process_state *p = &e->processes[i];
        struct process_time *t = &r->processes[i].steady;
        for (uint32_t k = 0; k < p->input_count; k++)
            t->starved_by[k] = p->times.starved_by[k];
        for (uint32_t k = 0; k < p->output_count; k++)
            t->blocked_by[k] = p->times.blocked_by[k];
        evaluation_add_up(t, span_of(p), p);
    }
}

static void new_process_time(struct process_time *t, struct arena *a,
                             const struct process_state *p)
{
    t->starved_by = arena_new_array(a, uint64_t, p->input_count);
    t->blocked_by = arena_new_array(a, uint64_t, p->output_count);
}

static struct run *new_run(struct arena *a, const struct evaluation *e,
                           uint32_t frames)
{
    struct run *r = arena_new_item(a, struct run);
    r->process_count = e->process_count;
    r->stream_count = e->channel_count;
    r->processes = arena_new_array(a, struct run_process, e->process_count);
    r->streams = arena_new_array(a, struct run_stream, e->channel_count);
    r->frame_start = arena_new_array(a, uint64_t, frames);
    r->frame_end = arena_new_array(a, uint64_t, frames);
    for (uint32_t i = 0; i < e->process_count; i++) {
        new_process_time(&r->processes[i].total, a, &e->processes[i]);
        new_process_time(&r->processes[i].steady, a, &e->processes[i]);
    }
    return r;
}

/* The first frame of the run whose tokens are not all through an edge. */
static uint64_t frames_through(const struct edge *e)
{
    return e->tokens / e->tokens_per_frame * e->copies + e->copy;
}

static const struct edge *sink_of(const struct evaluation *e, uint32_t stream)
{
    for (uint32_t i = 0; i < e->edge_count; i++)
        if (e->edges[i].stream == stream && !e->edges[i].is_source)
            return &e->edges[i];
    assert(false && "a signal has a sink");
    return NULL;
}

/* Signals are taken in the cycle after the one in which they are given. */
static void set_region_frames(struct run *r, const struct evaluation *e)
{
    const struct timing_region *region = e->timing->region;
    const struct edge *ready = sink_of(e, region->ready_stream);
    const struct edge *done = sink_of(e, region->done_stream);
    r->frame_ready = arena_new_array(e->arena, uint64_t, r->frames);
    for (uint32_t f = 0; f < r->frames; f++) {
        r->frame_start[f] =
            f == 0 ? 0 : r->frame_ready[f - 1] + 1 + region->start_gap;
        r->frame_ready[f] = *edge_frame_time(ready, f) - 1;
        r->frame_end[f] = *edge_frame_time(done, f) - 1;
        for (uint32_t i = 0; i < e->edge_count; i++) {
            const struct edge *edge = &e->edges[i];
            if (edge->is_source || edge == ready || edge == done)
                continue;
            const uint64_t out = *edge_frame_time(edge, f);
            if (out > r->frame_end[f])
                r->frame_end[f] = out;
        }
    }
}

static void set_frames(struct run *r, const struct evaluation *e,
                       uint32_t frames)
{
    r->frames = frames;
    for (uint32_t i = 0; i < e->edge_count; i++) {
        const struct edge *edge = &e->edges[i];
        if (!edge->is_source && frames_through(edge) < r->frames)
            r->frames = (uint32_t)frames_through(edge);
    }
    for (uint32_t f = 0; f < r->frames; f++) {
        r->frame_start[f] = UINT64_MAX;
        for (uint32_t i = 0; i < e->edge_count; i++) {
            const struct edge *edge = &e->edges[i];
            const uint64_t *time = edge_frame_time(edge, f);
            if (time == NULL || !edge_has_noted(edge, f))
                continue;
            if (edge->is_source && *time < r->frame_start[f])
                r->frame_start[f] = *time;
            if (!edge->is_source && *time > r->frame_end[f])
                r->frame_end[f] = *time;
        }
        if (r->frame_start[f] == UINT64_MAX)
            r->frame_start[f] = 0;
    }
    if (e->timing->region != NULL)
        set_region_frames(r, e);
    if (e->timing->domain_count != 0)
        domains_set_frames(r, e);
}

static void set_links(struct run *r, const struct evaluation *e)
{
    for (uint32_t i = 0; i < e->process_count; i++)
        r->link_count += e->processes[i].link != NULL ? 1 : 0;
    r->links = arena_new_array(e->arena, struct run_link, r->link_count);
    struct run_link *to = r->links;
    for (uint32_t i = 0; i < e->process_count; i++) {
        if (e->processes[i].link == NULL)
            continue;
        to->process = i;
        link_set_result(e->arena, e->processes[i].link, to++);
    }
}

static void set_results(struct run *r, const struct evaluation *e,
                        uint32_t frames)
{
    int64_t last = -1;
    for (uint32_t i = 0; i < e->channel_count; i++) {
        const struct channel *c = &e->channels[i];
        uint64_t held = c->written - c->read;
        r->streams[i] = (struct run_stream){
            .tokens = c->read,
            .written = c->written,
            .peak = held > c->peak ? (uint32_t)held : c->peak,
            .fill_cycles = (uint64_t)c->fill,
            .write_times = c->write_log,
            .read_times = c->read_log,
        };
        last = c->last_write > last ? c->last_write : last;
        last = c->last_read > last ? c->last_read : last;
    }
    for (uint32_t i = 0; i < e->process_count; i++) {
        const struct process_state *p = &e->processes[i];
        struct run_process *to = &r->processes[i];
        last = p->end > last ? p->end : last;
        to->end = (uint64_t)(p->end < 0 ? 0 : p->end);
        for (uint32_t k = 0; k < p->input_count; k++)
            to->total.starved_by[k] = p->times.starved_by[k];
        for (uint32_t k = 0; k < p->output_count; k++)
            to->total.blocked_by[k] = p->times.blocked_by[k];
        evaluation_add_up(&to->total, span_of(p), p);
    }
    r->cycles = (uint64_t)(last + 1);
    set_frames(r, e, frames);
    set_links(r, e);
}

/* The state at boundary `frame` is one that recurred: goes on by as many whole
 * periods as there are up to `frames`; returns how many frames that is. */
static uint32_t leap(const struct run *r, struct evaluation *e,
                     const struct history *h, uint32_t frame, uint32_t frames)
{
    const struct recurrence recurrence = { frame, r->period, r->period_cycles };
    const uint32_t times = (frames - frame) / r->period;
    if (times != 0)
        history_leap(h, e, &recurrence, times);
    return times * r->period;
}

/* Frame by frame, so that the state between frames can be compared.  Once it
 * has recurred the rest need not be evaluated, except for the frames that are
 * no whole period; none of it if *frames may be as few as that. */
static bool evaluate_by_frames(struct run *r, struct evaluation *e,
                               struct history *h, uint32_t *frames,
                               const struct run_options *o, struct rng *rng)
{
    bool periodic = all_periodic(e->timing);
    struct snapshots *snapshots = snapshots_new(e);
    for (uint32_t f = 1; f <= *frames; f++) {
        if (!evaluate(e, f, rng)) {
            /* Upstream goes on until it is stuck too. */
            evaluate(e, *frames, rng);
            return false;
        }
        history_add(h, e, f);
        if (f == 1 && o->first_latency_max != 0) {
            set_frames(r, e, 1);
            if (run_latency(r, 0) > o->first_latency_max) {
                *frames = 1;
                return true;
            }
        }
        if (!periodic || r->certified || f > RUN_FRAMES_MAX ||
            !snapshots_add(snapshots, &r->period, &r->period_cycles))
            continue;
        r->certified = true;
        history_steady(h, e, f, r->period, r);
        if (o->frames == 0)
            *frames = f;
        else if (!o->chain && e->timing->domain_count == 0)
            f += leap(r, e, h, f, *frames);
    }
    return true;
}

/* The frames that can come out behind the last one that came in.  Padding is
 * written without waiting for its frame, and where windows skip the rest, a
 * frame of padding alone may come out of a process behind it, which lets the
 * next padding begin the frame after it: at most one more frame a process, or
 * one more of its copy's. */
static uint32_t frames_beyond(const struct timing *t)
{
    return t->process_count * timing_round(t, RUN_FRAMES_MAX) + 1;
}

/* The sources have sent everything.  Processes go on with the next frames as
 * far as they need nothing of them. */
static void go_beyond(struct run *r, struct evaluation *e, uint32_t frames,
                      struct rng *rng)
{
    uint32_t further = frames_beyond(e->timing);
    set_process_limits(e, frames + further);
    set_edge_limits(e, frames + further, true);
    for (uint32_t i = 0; i < e->channel_count; i++) {
        struct channel *c = &e->channels[i];
        c->write_log = c->read_log = NULL; /* only counts matter now */
        c->cause_log = NULL;
    }
    run_to_limits(e, rng);
    for (uint32_t i = 0; i < e->channel_count; i++) {
        r->streams[i].tokens_ever = e->channels[i].read;
        r->streams[i].written_ever = e->channels[i].written;
    }
}

/* Without a certificate: the average over the second half of the run, if
 * possible over as many frames for each copy. */
static void measure_interval(struct run *r, const struct timing *t)
{
    uint32_t last = r->frames - 1;
    /* The last frames of a region are not followed by others, which would have
     * held back what they leave inside. */
    if (t->region != NULL)
        last = (last + 1) / 2;
    r->period = (last + 1) / 2;
    if (r->period > RUN_FRAMES_MAX)
        r->period = RUN_FRAMES_MAX;
    const uint32_t round = timing_round(t, RUN_FRAMES_MAX);
    if (r->period > round)
        r->period -= r->period % round;
    r->period_cycles = r->frame_end[last] - r->frame_end[last - r->period];
}

struct run *run_timing(struct arena *a, const struct timing *t,
                       const struct run_options *options)
{
    bool by_frames = options->relaxed || !any_rewound(t);
    uint32_t frames = options->frames;
    if (frames == 0)
        frames =
            by_frames && all_periodic(t) ? RUN_FRAMES_MAX : FRAMES_UNCERTIFIED;
    if (options->frames == 0 && t->domain_count != 0)
        frames = RUN_FRAMES_LINKED;
    assert(t->domain_count == 0 || (!options->relaxed && !options->chain));
    assert(options->frames != 0 || !options->beyond);
    struct rng rng = { options->shuffle };
    struct rng *order = options->shuffle != 0 ? &rng : NULL;
    struct evaluation e;
    uint32_t further = options->beyond ? frames_beyond(t) : 0;
    init_evaluation(&e, a, t, frames + further, options);
    struct run *r = new_run(a, &e, frames);
    r->apart = by_frames;
    struct history *history = history_new(&e);

    bool done =
        by_frames ? evaluate_by_frames(r, &e, history, &frames, options, order)
                  : evaluate(&e, frames, order);
    for (uint32_t i = 0; !done && i < e.process_count; i++)
        process_count_last_wait(&e.processes[i]);
    set_results(r, &e, frames);
    if (!done) {
        r->outcome = RUN_DEADLOCK;
        r->deadlock_cycle = r->cycles == 0 ? 0 : r->cycles - 1;
        find_wait_cycle(r, &e);
    } else if (!r->certified && r->frames >= 2) {
        measure_interval(r, t);
        if (by_frames)
            history_steady(history, &e, r->frames, r->period, r);
        else
            set_steady_as_total(r, &e);
    }
    if (r->domains != NULL)
        domains_set_period(r, &e);
    if (options->chain && (r->period != 0 || r->frames == 1))
        r->chain = chain_find(&e, r, options->chain_skip);
    if (options->beyond)
        go_beyond(r, &e, frames, order);
    return r;
}
