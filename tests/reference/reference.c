#include "tests/reference/reference.h"

#include <assert.h>

#include "base/arena.h"
#include "base/rng.h"
#include "design/clock.h"
#include "design/link.h"
#include "tests/reference/reference_edge.h"
#include "tests/reference/reference_fifo.h"
#include "tests/reference/reference_link.h"
#include "tests/reference/reference_process.h"

struct simulation {
    const struct timing *timing;
    struct reference_fifo *fifos;        /* per stream */
    struct reference_process *processes; /* per process; of a link unused */
    struct reference_link **links;       /* per process; NULL: none */
    struct reference_edge *edges;
    uint32_t *edge_streams; /* per edge */
    uint32_t edge_count;
    /* Processes, then edges, in the order in which they are evaluated. */
    uint32_t *order;
    uint32_t actor_count;
    struct rng rng;
    bool any_event;
    uint64_t last_event;
    uint64_t last_move; /* across clock domains: of anything */
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
    s->links = arena_new_array(a, struct reference_link *, t->process_count);
    for (uint32_t i = 0; i < t->process_count; i++) {
        if (t->processes[i].link == NULL) {
            reference_process_start(&s->processes[i], a, &t->processes[i],
                                    s->fifos, frames);
            continue;
        }
        s->links[i] = arena_new_item(a, struct reference_link);
        reference_link_start(s->links[i], a, t, i, s->fifos);
    }
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
        if (s->links[i] != NULL ? !reference_link_done(s->links[i])
                                : !reference_process_done(&s->processes[i]))
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
        uint64_t p = s->links[i] != NULL
                         ? reference_link_patience(s->links[i])
                         : reference_process_patience(&s->processes[i]);
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

static void add_link_waits(struct reference *r, const struct simulation *s,
                           uint32_t process)
{
    const struct timing_process *t = &s->timing->processes[process];
    const struct reference_link *l = s->links[process];
    for (uint32_t i = 0; i < l->way_count; i++) {
        const struct reference_way *w = &l->ways[i];
        if (!reference_fifo_readable(w->in, UINT64_MAX))
            add_wait(r, s, process, t->inputs[i], false);
        if (w->tokens_left != 0 || (l->crossing && w->written != w->unpacked))
            add_wait(r, s, process, t->outputs[i], true);
    }
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
        if (s->links[i] != NULL) {
            add_link_waits(r, s, i);
            continue;
        }
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

/* The time of a cycle; with one clock the cycle itself. */
static uint64_t time_of(const struct timing *t, uint32_t domain, uint64_t cycle)
{
    if (t->domain_count == 0)
        return cycle;
    return (uint64_t)clock_edge(&t->domains[domain], (int64_t)cycle);
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
    if (e->is_source && first < fifo->writes.count) {
        uint64_t at =
            time_of(s->timing, of->domain, fifo->writes.cycles[first]);
        if (at < r->frame_start[f])
            r->frame_start[f] = at;
    }
    if (!e->is_source) {
        uint64_t last = first + of->tokens_per_frame - 1;
        uint64_t at = time_of(s->timing, of->domain, fifo->reads.cycles[last]);
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
    r->links = (const struct reference_link **)s->links;
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

/* Clocks with an edge at the time that is simulated. */
struct edges {
    uint64_t time;
    bool *due;       /* per domain */
    uint64_t *cycle; /* per domain: of the next edge */
    bool *line_due;  /* per process that is a link */
    uint64_t *line_cycle;
};

static const struct clock *line_clock(const struct simulation *s, uint32_t i)
{
    const struct link_type *type = s->timing->processes[i].link->type;
    return type->kind == LINK_FRAMED ? &type->clock : NULL;
}

/* The next time at which there is an edge, and whose. */
static void find_edges(struct edges *e, const struct simulation *s)
{
    const struct timing *t = s->timing;
    e->time = UINT64_MAX;
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t d = 0; d < t->domain_count; d++) {
            uint64_t at = time_of(t, d, e->cycle[d]);
            e->due[d] = at == e->time;
            if (pass == 0 && at < e->time)
                e->time = at;
        }
        for (uint32_t i = 0; i < t->process_count; i++) {
            if (s->links[i] == NULL || line_clock(s, i) == NULL)
                continue;
            uint64_t at = (uint64_t)clock_edge(line_clock(s, i),
                                               (int64_t)e->line_cycle[i]);
            e->line_due[i] = at == e->time;
            if (pass == 0 && at < e->time)
                e->time = at;
        }
    }
}

static void pass_edges(struct edges *e, const struct simulation *s)
{
    for (uint32_t d = 0; d < s->timing->domain_count; d++)
        e->cycle[d] += e->due[d];
    for (uint32_t i = 0; i < s->timing->process_count; i++)
        e->line_cycle[i] += e->line_due[i];
}

static void eval_at(struct simulation *s, const struct edges *e, uint32_t i)
{
    struct reference_link *l = s->links[i];
    uint32_t domain = s->timing->processes[i].domain;
    if (l == NULL) {
        if (e->due[domain])
            reference_process_eval(&s->processes[i], e->cycle[domain]);
        return;
    }
    if (e->due[l->sender])
        reference_link_eval_sender(l, e->cycle[l->sender]);
    if (e->line_due[i])
        reference_link_eval_line(l, e->line_cycle[i]);
    if (e->due[l->receiver])
        reference_link_eval_receiver(l, e->cycle[l->receiver]);
}

static struct reference_moved commit_link(struct reference_link *l,
                                          const struct edges *e, uint32_t i)
{
    struct reference_moved all = { false, false }, one;
    for (uint32_t part = 0; part < 3; part++) {
        if (part == 0 && e->due[l->sender])
            one = reference_link_commit_sender(l, e->cycle[l->sender]);
        else if (part == 1 && e->line_due[i])
            one = reference_link_commit_line(l, e->line_cycle[i]);
        else if (part == 2 && e->due[l->receiver])
            one = reference_link_commit_receiver(l, e->cycle[l->receiver]);
        else
            continue;
        all.token |= one.token;
        all.anything |= one.anything;
    }
    return all;
}

static struct reference_moved commit_at(struct simulation *s,
                                        const struct edges *e, uint32_t actor)
{
    const struct timing *t = s->timing;
    struct reference_moved moved = { false, false };
    if (actor < t->process_count) {
        uint32_t domain = t->processes[actor].domain;
        if (s->links[actor] != NULL)
            return commit_link(s->links[actor], e, actor);
        if (e->due[domain])
            moved.token = reference_process_commit(&s->processes[actor],
                                                   e->cycle[domain]);
    } else {
        uint32_t i = actor - t->process_count;
        uint32_t domain = t->streams[s->edge_streams[i]].domain;
        if (e->due[domain])
            moved.token = reference_edge_commit(&s->edges[i], e->cycle[domain]);
    }
    moved.anything = moved.token;
    return moved;
}

static void step_time(struct simulation *s, const struct edges *e)
{
    const struct timing *t = s->timing;
    for (uint32_t i = 0; i < s->edge_count; i++) {
        uint32_t domain = t->streams[s->edge_streams[i]].domain;
        if (e->due[domain])
            reference_edge_eval(&s->edges[i], e->cycle[domain]);
    }
    for (uint32_t i = 0; i < s->actor_count; i++)
        if (s->order[i] < t->process_count)
            eval_at(s, e, s->order[i]);
    for (uint32_t i = 0; i < s->actor_count; i++) {
        struct reference_moved moved = commit_at(s, e, s->order[i]);
        if (moved.token) {
            s->any_event = true;
            s->last_event = e->time;
        }
        if (moved.anything)
            s->last_move = e->time;
    }
    for (uint32_t i = 0; i < t->stream_count; i++)
        if (e->due[t->streams[i].domain])
            reference_fifo_sample(&s->fifos[i]);
}

/* The longest period of any clock, drift included, in fs. */
static uint64_t longest_period(const struct simulation *s)
{
    uint64_t longest = 1;
    for (uint32_t d = 0; d < s->timing->domain_count; d++) {
        const struct clock *c = &s->timing->domains[d];
        uint64_t period = 2 * (c->numerator / c->denominator + 1);
        longest = period > longest ? period : longest;
    }
    for (uint32_t i = 0; i < s->timing->process_count; i++) {
        const struct clock *c = s->links[i] != NULL ? line_clock(s, i) : NULL;
        uint64_t period =
            c == NULL ? 0 : 2 * (c->numerator / c->denominator + 1);
        longest = period > longest ? period : longest;
    }
    return longest;
}

static bool nothing_can_happen_at(const struct simulation *s,
                                  const struct edges *e, uint64_t quiet)
{
    if (e->time < s->last_move + quiet)
        return false;
    for (uint32_t i = 0; i < s->edge_count; i++) {
        uint32_t domain = s->timing->streams[s->edge_streams[i]].domain;
        uint64_t passed = e->cycle[domain] + (e->due[domain] ? 1 : 0);
        if (passed <= reference_edge_ready_by(&s->edges[i]))
            return false;
    }
    return true;
}

/* Several clocks: from edge to edge. */
static struct reference *run_domains(struct arena *a, struct simulation *s,
                                     const struct reference_options *options)
{
    const struct timing *t = s->timing;
    struct edges e = {
        .due = arena_new_array(a, bool, t->domain_count),
        .cycle = arena_new_array(a, uint64_t, t->domain_count),
        .line_due = arena_new_array(a, bool, t->process_count),
        .line_cycle = arena_new_array(a, uint64_t, t->process_count),
    };
    uint64_t quiet = patience(s) * longest_period(s);
    enum reference_outcome outcome = REFERENCE_DONE;
    for (uint64_t steps = 0;; steps++) {
        if (options->cycle_limit != 0 && steps == options->cycle_limit) {
            outcome = REFERENCE_CYCLE_LIMIT;
            break;
        }
        if (options->shuffle != 0)
            shuffle_order(s);
        find_edges(&e, s);
        step_time(s, &e);
        if (all_done(s))
            break;
        if (nothing_can_happen_at(s, &e, quiet)) {
            outcome = REFERENCE_DEADLOCK;
            break;
        }
        pass_edges(&e, s);
    }
    struct reference *r = collect(s, a, options->frames);
    r->outcome = outcome;
    if (outcome == REFERENCE_DEADLOCK)
        find_waits(r, s, a, UINT64_MAX); /* all that comes has come */
    return r;
}

struct reference *reference_run_with(struct arena *a, const struct timing *t,
                                     const struct reference_options *options)
{
    assert(options->frames >= 1);
    struct simulation s;
    start(&s, a, t, options->frames, options->shuffle);
    if (t->domain_count != 0)
        return run_domains(a, &s, options);
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
