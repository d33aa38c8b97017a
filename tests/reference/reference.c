#include "tests/reference/reference.h"

#include <assert.h>

#include "base/arena.h"
#include "base/rng.h"
#include "tests/reference/reference_edge.h"
#include "tests/reference/reference_fifo.h"
#include "tests/reference/reference_process.h"

struct simulation {
    const struct timing *timing;
    struct reference_fifo *fifos;        /* per stream */
    struct reference_process *processes; /* per process */
    struct reference_edge *edges;
    uint32_t *edge_streams; /* per edge */
    uint32_t edge_count;
    /* Processes, then edges, in the order in which they are evaluated. */
    uint32_t *order;
    uint32_t actor_count;
    struct rng rng;
    bool any_event;
    uint64_t last_event;
};

static void add_edge(struct simulation *s, uint32_t stream, bool is_source,
                     uint32_t frames)
{
    const struct timing_stream *of = &s->timing->streams[stream];
    s->edge_streams[s->edge_count] = stream;
    reference_edge_start(
        &s->edges[s->edge_count++], of, &s->fifos[stream], is_source,
        reference_frames(of->copies, of->copy, frames) * of->tokens_per_frame);
}

static void start(struct simulation *s, struct arena *a, const struct timing *t,
                  uint32_t frames, uint64_t shuffle)
{
    *s = (struct simulation){
        .timing = t,
        .fifos = arena_new_array(a, struct reference_fifo, t->stream_count),
        .processes =
            arena_new_array(a, struct reference_process, t->process_count),
        .edges = arena_new_array(a, struct reference_edge,
                                 (size_t)2 * t->stream_count),
        .edge_streams =
            arena_new_array(a, uint32_t, (size_t)2 * t->stream_count),
        .rng = { shuffle },
    };
    for (uint32_t i = 0; i < t->stream_count; i++)
        reference_fifo_start(&s->fifos[i], a, &t->streams[i]);
    for (uint32_t i = 0; i < t->process_count; i++)
        reference_process_start(&s->processes[i], a, &t->processes[i], s->fifos,
                                frames);
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct timing_stream *of = &t->streams[i];
        /* Its one stimulus cannot be both a source and a sink. */
        assert(of->producer != TIMING_EDGE || of->consumer != TIMING_EDGE);
        if (of->producer == TIMING_EDGE)
            add_edge(s, i, true, frames);
        if (of->consumer == TIMING_EDGE)
            add_edge(s, i, false, frames);
    }
    s->actor_count = t->process_count + s->edge_count;
    s->order = arena_new_array(a, uint32_t, s->actor_count);
    for (uint32_t i = 0; i < s->actor_count; i++)
        s->order[i] = i;
}

static void shuffle_order(struct simulation *s)
{
    for (uint32_t i = s->actor_count; i > 1; i--) {
        uint32_t j = rng_below(&s->rng, i);
        uint32_t other = s->order[j];
        s->order[j] = s->order[i - 1];
        s->order[i - 1] = other;
    }
}

static void step_cycle(struct simulation *s, uint64_t cycle)
{
    uint32_t processes = s->timing->process_count;
    /* A process sees in the same cycle what leaves a held output. */
    for (uint32_t i = 0; i < s->edge_count; i++)
        reference_edge_eval(&s->edges[i], cycle);
    for (uint32_t i = 0; i < s->actor_count; i++)
        if (s->order[i] < processes)
            reference_process_eval(&s->processes[s->order[i]], cycle);
    bool event = false;
    for (uint32_t i = 0; i < s->actor_count; i++) {
        uint32_t actor = s->order[i];
        bool did =
            actor < processes
                ? reference_process_commit(&s->processes[actor], cycle)
                : reference_edge_commit(&s->edges[actor - processes], cycle);
        event = event || did;
    }
    for (uint32_t i = 0; i < s->timing->stream_count; i++)
        reference_fifo_sample(&s->fifos[i]);
    if (event) {
        s->any_event = true;
        s->last_event = cycle;
    }
}

static bool all_done(const struct simulation *s)
{
    for (uint32_t i = 0; i < s->timing->process_count; i++)
        if (!reference_process_done(&s->processes[i]))
            return false;
    for (uint32_t i = 0; i < s->edge_count; i++)
        if (s->edges[i].left != 0)
            return false;
    return true;
}

/* After how many cycles without an event none can follow, but for the idle
 * cycles of sources and sinks (see nothing_can_happen).
 *
 * Only time can make something happen without an event.  Counted from the
 * last event: after the longest FIFO latency every token held is readable
 * and every place left is writable.  From then on a process either is
 * stopped by a FIFO, and stays so, or lets a tick pass every cycle; what its
 * ticks can bring (gap, hold, restart, the due tick of a token inside) all
 * counts from steps and writes in the past and is there after its patience.
 * A process that was stopped until a FIFO latency had passed begins with an
 * event, and so does a sink that waits for nothing but its grid once the
 * token is readable; so the sum of the three is enough. */
static uint64_t patience(const struct simulation *s)
{
    uint64_t fifo = 0, process = 0, grid = 0;
    for (uint32_t i = 0; i < s->timing->stream_count; i++) {
        const struct timing_stream *of = &s->timing->streams[i];
        if (of->write_latency > fifo)
            fifo = of->write_latency;
        if (of->read_latency > fifo)
            fifo = of->read_latency;
        if (of->stimulus.grid > grid)
            grid = of->stimulus.grid;
        if (of->stimulus.pattern_cycles > grid)
            grid = of->stimulus.pattern_cycles;
    }
    for (uint32_t i = 0; i < s->timing->process_count; i++) {
        uint64_t p = reference_process_patience(&s->processes[i]);
        if (p > process)
            process = p;
    }
    return fifo + process + grid + 1;
}

/* Has cycle `cycle`, the last one that was stepped, shown that no event can
 * ever follow? */
static bool nothing_can_happen(const struct simulation *s, uint64_t cycle,
                               uint64_t patience_cycles)
{
    uint64_t since = s->any_event ? s->last_event : 0;
    if (cycle < since + patience_cycles)
        return false;
    for (uint32_t i = 0; i < s->edge_count; i++)
        if (cycle < reference_edge_ready_by(&s->edges[i]))
            return false;
    return true;
}

static void add_wait(struct reference *r, const struct simulation *s,
                     uint32_t process, uint32_t stream, bool for_room)
{
    r->waits[r->wait_count++] = (struct reference_wait){
        .process = process,
        .stream = stream,
        .for_room = for_room,
        .held = reference_fifo_held(&s->fifos[stream]),
    };
}

/* What holds up every actor that is not done, in the quiet cycle `cycle`.
 * While a write without room stops a process with bubbles, the token that
 * its front may lack as well is not what it waits for: it could come and
 * nothing would change.  A rigid process needs both, and so does the front of
 * an elastic one. */
static void find_waits(struct reference *r, const struct simulation *s,
                       struct arena *a, uint64_t cycle)
{
    const struct timing *t = s->timing;
    r->waits =
        arena_new_array(a, struct reference_wait, (size_t)3 * t->stream_count);
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct reference_process *p = &s->processes[i];
        uint32_t room = p->blocked, token = p->starved;
        if (p->schedule->style == STALL_BUBBLES && room != 0)
            token = 0;
        if (p->schedule->style == STALL_ELASTIC)
            room |= reference_process_stuck_writes(p, cycle);
        for (uint32_t o = 0; o < p->output_count; o++)
            if ((room >> o & 1) != 0)
                add_wait(r, s, i, t->processes[i].outputs[o], true);
        for (uint32_t in = 0; in < p->input_count; in++)
            if ((token >> in & 1) != 0)
                add_wait(r, s, i, t->processes[i].inputs[in], false);
    }
    for (uint32_t i = 0; i < s->edge_count; i++)
        if (s->edges[i].left != 0)
            add_wait(r, s, TIMING_EDGE, s->edge_streams[i],
                     s->edges[i].is_source);
}

/* Are the tokens of frame f all through the sink of this stream? */
static bool is_complete(const struct simulation *s, uint32_t stream, uint32_t f)
{
    const struct timing_stream *of = &s->timing->streams[stream];
    if (!reference_carries(of->copies, of->copy, f))
        return true;
    uint64_t frames = reference_frames(of->copies, of->copy, f + 1);
    return s->fifos[stream].reads.count >= frames * of->tokens_per_frame;
}

/* The first frame that is not through all sinks; at most `frames`. */
static uint32_t complete_frames(const struct simulation *s, uint32_t frames)
{
    for (uint32_t f = 0; f < frames; f++)
        for (uint32_t i = 0; i < s->edge_count; i++)
            if (!s->edges[i].is_source &&
                !is_complete(s, s->edge_streams[i], f))
                return f;
    return frames;
}

/* Widens the span of frame f by what passes through an edge. */
static void add_to_frame(struct reference *r, const struct simulation *s,
                         const struct reference_edge *e, uint32_t stream,
                         uint32_t f)
{
    const struct timing_stream *of = &s->timing->streams[stream];
    const struct reference_fifo *fifo = &s->fifos[stream];
    if (!reference_carries(of->copies, of->copy, f))
        return;
    uint64_t first =
        reference_frames(of->copies, of->copy, f) * of->tokens_per_frame;
    if (e->is_source) {
        if (first < fifo->writes.count &&
            fifo->writes.cycles[first] < r->frame_start[f])
            r->frame_start[f] = fifo->writes.cycles[first];
    } else {
        uint64_t at = fifo->reads.cycles[first + of->tokens_per_frame - 1];
        if (at > r->frame_end[f])
            r->frame_end[f] = at;
    }
}

static void find_frames(struct reference *r, const struct simulation *s,
                        struct arena *a, uint32_t frames)
{
    r->frames = complete_frames(s, frames);
    r->frame_start = arena_new_array(a, uint64_t, r->frames);
    r->frame_end = arena_new_array(a, uint64_t, r->frames);
    for (uint32_t f = 0; f < r->frames; f++) {
        r->frame_start[f] = UINT64_MAX;
        for (uint32_t i = 0; i < s->edge_count; i++)
            add_to_frame(r, s, &s->edges[i], s->edge_streams[i], f);
    }
}

static struct reference *collect(const struct simulation *s, struct arena *a,
                                 uint32_t frames)
{
    const struct timing *t = s->timing;
    struct reference *r = arena_new_item(a, struct reference);
    r->any_event = s->any_event;
    r->last_event = s->last_event;
    r->process_count = t->process_count;
    r->stream_count = t->stream_count;
    r->processes =
        arena_new_array(a, struct reference_process_result, t->process_count);
    r->streams = arena_new_array(a, struct reference_stream, t->stream_count);
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct reference_process *p = &s->processes[i];
        r->processes[i] = (struct reference_process_result){
            .any_event = p->any_event,
            .end = p->end,
            .busy = p->busy_cycles,
            .starved = p->starved_cycles,
            .blocked = p->blocked_cycles,
        };
    }
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct reference_fifo *f = &s->fifos[i];
        r->streams[i] = (struct reference_stream){
            .written = f->writes.count,
            .read = f->reads.count,
            .write_times = f->writes.cycles,
            .read_times = f->reads.cycles,
            .peak = f->peak,
        };
    }
    find_frames(r, s, a, frames);
    return r;
}

struct reference *reference_run_with(struct arena *a, const struct timing *t,
                                     const struct reference_options *options)
{
    assert(options->frames >= 1);
    struct simulation s;
    start(&s, a, t, options->frames, options->shuffle);
    uint64_t quiet = patience(&s);
    uint64_t cycle = 0;
    enum reference_outcome outcome = REFERENCE_DONE;
    for (;; cycle++) {
        if (options->cycle_limit != 0 && cycle == options->cycle_limit) {
            outcome = REFERENCE_CYCLE_LIMIT;
            break;
        }
        if (options->shuffle != 0)
            shuffle_order(&s);
        step_cycle(&s, cycle);
        if (all_done(&s)) {
            cycle++;
            break;
        }
        if (nothing_can_happen(&s, cycle, quiet)) {
            outcome = REFERENCE_DEADLOCK;
            break;
        }
    }
    struct reference *r = collect(&s, a, options->frames);
    r->outcome = outcome;
    r->stopped = outcome == REFERENCE_DEADLOCK ? cycle + 1 : cycle;
    if (outcome == REFERENCE_DEADLOCK)
        find_waits(r, &s, a, cycle);
    return r;
}

struct reference *reference_run(struct arena *a, const struct timing *t,
                                uint32_t frames, uint64_t cycle_limit)
{
    return reference_run_with(a, t,
                              &(struct reference_options){ .frames = frames,
                                                           .cycle_limit =
                                                               cycle_limit });
}

bool reference_waits_for(const struct reference *r, uint32_t process,
                         uint32_t stream, bool for_room)
{
    for (uint32_t i = 0; i < r->wait_count; i++) {
        const struct reference_wait *w = &r->waits[i];
        if (w->process == process && w->stream == stream &&
            w->for_room == for_room)
            return true;
    }
    return false;
}
