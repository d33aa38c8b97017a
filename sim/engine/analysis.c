#include "engine/analysis.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/link_run.h"

#include <string.h>

/* One of the things an analysis does: `runs` runs, `done` of them done. */
struct stage {
    const struct analysis_observer *observer; /* NULL: nobody */
    const char *name;
    uint32_t runs, done;
};

enum { RUN_PARTS = 1000 }; /* in which the progress of a run is told on */

static void tell(void *context, uint64_t done, uint64_t total)
{
    const struct stage *s = context;
    if (s->observer == NULL)
        return;
    const uint64_t part = total == 0 ? 0 : done * RUN_PARTS / total;
    s->observer->progress(s->observer->context, s->name,
                          (uint64_t)s->done * RUN_PARTS + part,
                          (uint64_t)s->runs * RUN_PARTS);
}

static uint64_t held_up(const struct run *r, uint32_t process)
{
    const struct process_time *t = &r->processes[process].steady;
    return t->starved + t->blocked;
}

/* The clock that the ticks of a process are counted in; NULL: there is one. */
static const struct clock *clock_of(const struct analysis *x, uint32_t process)
{
    const struct timing *t = x->timing;
    const struct timing_process *p = &t->processes[process];
    if (t->domain_count == 0)
        return NULL;
    if (p->link != NULL && p->link->type->kind == LINK_FRAMED)
        return &p->link->type->clock;
    return &t->domains[p->domain];
}

/* How long a process takes for a frame: cycles, or across clock domains fs. */
static uint64_t time_per_frame(const struct analysis *x, uint32_t process)
{
    const struct clock *c = clock_of(x, process);
    const uint64_t ticks = x->ticks_per_frame[process];
    return c == NULL ? ticks : (uint64_t)clock_edge(c, (int64_t)ticks);
}

/* Does the interval follow from this process alone?  Across clock domains up to
 * a cycle of its own and one of the sink's, by which the edges that a frame
 * goes through can lie differently from frame to frame. */
static bool sets_interval(const struct analysis *x, uint32_t process)
{
    const struct run *r = x->run;
    const struct clock *c = clock_of(x, process);
    const uint64_t least = time_per_frame(x, process) * r->period;
    if (c == NULL)
        return least == r->period_cycles;
    const struct clock *sink = &x->timing->domains[r->domains->sink];
    const uint64_t slip = (uint64_t)(clock_edge(c, 1) + clock_edge(sink, 1));
    const uint64_t time = (uint64_t)r->domains->period_time;
    return time <= least + slip && least <= time + slip;
}

/* The process that takes longest for a frame; of several, the one that waits
 * least. */
static uint32_t find_slowest(const struct analysis *x)
{
    uint32_t slowest = 0;
    for (uint32_t i = 1; i < x->run->process_count; i++) {
        uint64_t ticks = time_per_frame(x, i);
        uint64_t most = time_per_frame(x, slowest);
        if (ticks > most ||
            (ticks == most && held_up(x->run, i) < held_up(x->run, slowest)))
            slowest = i;
    }
    return slowest;
}

/* Index of the largest of `count` values; the first of equals. */
static uint32_t largest(const uint64_t *values, uint32_t count)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++) {
        if (values[i] > values[best])
            best = i;
    }
    return best;
}

/* True if frames of a come faster than those of b. */
static bool is_faster(const struct run *a, const struct run *b)
{
    return a->outcome == RUN_DONE &&
           a->period_cycles * b->period < b->period_cycles * a->period;
}

/* Somebody on the chain waits for room there, and it is a FIFO that can be
 * chosen. */
static bool is_worth_trying(const struct analysis *x, uint32_t stream)
{
    return x->chain->room_hops[stream] != 0 &&
           (stream >= x->design->stream_count ||
            !x->design->streams[stream].inner);
}

/* The FIFO that helps most if it has twice the places; ANALYSIS_NO_STREAM if
 * none helps alone, as when two branches are too shallow both.  Only one can
 * help that somebody on the chain waits for room in; how often says little
 * about how much, so each of them is tried. */
static uint32_t find_shallow(const struct analysis *x, uint32_t frames,
                             const struct analysis_observer *observer)
{
    const uint32_t count = x->timing->stream_count;
    uint32_t best = ANALYSIS_NO_STREAM;
    struct arena *scratch = arena_new();
    struct timing t = *x->timing;
    t.streams = arena_new_array(scratch, struct timing_stream, count);
    memcpy(t.streams, x->timing->streams, count * sizeof *t.streams);
    const struct run *fastest = x->run;
    struct stage stage = { observer, "try deeper FIFOs", 0, 0 };
    for (uint32_t i = 0; i < count; i++)
        stage.runs += is_worth_trying(x, i) ? 1 : 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!is_worth_trying(x, i))
            continue;
        uint32_t capacity = t.streams[i].capacity;
        t.streams[i].capacity =
            capacity > UINT32_MAX / 2 ? UINT32_MAX : 2 * capacity;
        const struct run_observer each = { tell, &stage };
        struct run_options o = { .frames = frames,
                                 .no_stats = true,
                                 .observer = &each };
        const struct run *r = run_timing(scratch, &t, &o);
        stage.done++;
        t.streams[i].capacity = capacity;
        if (is_faster(r, fastest)) {
            fastest = r;
            best = i;
        }
    }
    arena_free(scratch);
    return best;
}

/* The slowest process sets the interval all by itself if it is never held up.
 */
static bool is_limited_by(const struct analysis *x, uint32_t slowest)
{
    const struct run *r = x->run;
    return r->process_count > 0 && r->frames >= 2 && sets_interval(x, slowest);
}

/* What limits the interval if no process does. */
static void find_limit(struct analysis *x, uint32_t frames,
                       const struct analysis_observer *o)
{
    const struct run *r = x->run;
    if (r->frames < 2 || x->chain == NULL)
        return;
    const struct chain *c = x->chain;
    x->limiting_process = largest(c->process_cycles, r->process_count);
    bool waits_for_room =
        c->room_hops[largest(c->room_hops, r->stream_count)] != 0;
    if (2 * c->source_cycles > c->cycles)
        x->limit = LIMIT_SOURCE;
    else if (2 * c->sink_cycles > c->cycles)
        x->limit = LIMIT_SINK;
    else if (waits_for_room)
        x->limit = LIMIT_FIFO;
    else if (r->process_count > 0) /* held up by nobody: credits */
        x->limit = LIMIT_PROCESS;
    if (x->limit == LIMIT_FIFO)
        x->limiting_stream = find_shallow(x, frames, o);
}

/* The critical chain of a process that is never held up: each of its steps
 * follows from the one before, so that no other chain is longer and none needs
 * to be looked for. */
static const struct chain *own_chain(const struct analysis *x, struct arena *a,
                                     uint32_t process)
{
    const struct run *r = x->run;
    struct chain *c = arena_new_item(a, struct chain);
    c->cycles = r->period_cycles;
    c->process_cycles = arena_new_array(a, uint64_t, r->process_count);
    c->process_cycles[process] = c->cycles;
    c->stream_cycles = arena_new_array(a, uint64_t, r->stream_count);
    c->token_hops = arena_new_array(a, uint64_t, r->stream_count);
    c->room_hops = arena_new_array(a, uint64_t, r->stream_count);
    return c;
}

/* The chain of a run so much longer that the walk back gets past the last
 * frame's latency and still finds the steady state. */
static const struct chain *find_chain(const struct analysis *x, struct arena *a,
                                      const struct analysis_observer *observer)
{
    const struct run *r = x->run;
    if (r->period == 0 || x->timing->region != NULL || r->domains != NULL)
        return NULL;
    uint64_t periods = x->back_to_back_latency / r->period_cycles + 2;
    uint64_t frames = r->frames + periods * r->period;
    if (frames > UINT32_MAX || !chain_is_affordable(x->timing, frames))
        return NULL;
    struct stage stage = { observer, "find the critical chain", 1, 0 };
    struct run_options o = {
        .frames = (uint32_t)frames,
        .observer = &(struct run_observer){ tell, &stage },
        .chain = true,
        .chain_skip = x->back_to_back_latency,
    };
    return run_timing(a, x->timing, &o)->chain;
}

struct analysis *analyse_design(struct arena *a, const struct design *d,
                                uint32_t frames)
{
    return analyse_design_watched(a, d, frames, NULL);
}

struct analysis *analyse_design_watched(struct arena *a, const struct design *d,
                                        uint32_t frames,
                                        const struct analysis_observer *o)
{
    struct analysis *x = arena_new_item(a, struct analysis);
    struct timing *t = timing_from_design(a, d);
    x->design = d;
    x->timing = t;
    x->ticks_per_frame = arena_new_array(a, uint64_t, t->process_count);
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct timing_process *p = &t->processes[i];
        x->ticks_per_frame[i] = p->link != NULL
                                    ? link_cycles_per_frame(t, i)
                                    : schedule_ticks_per_frame(p->schedule);
    }
    struct stage stage = { o, "simulate", 1, 0 };
    const struct run *r =
        run_timing(a, t,
                   &(struct run_options){
                       .frames = frames,
                       .observer = &(struct run_observer){ tell, &stage } });
    x->run = r;
    if (r->outcome == RUN_DEADLOCK)
        return x;
    /* The last frames of a region are not followed by others, which would
     * have held back what they leave inside. */
    x->back_to_back_latency =
        run_latency(r, t->region != NULL ? r->frames / 2 : r->frames - 1);
    const struct run *alone = r;
    if (!r->apart)
        alone =
            run_timing(a, t,
                       &(struct run_options){ .frames = 1, .no_stats = true });
    x->isolated_latency = run_latency(alone, 0);
    x->isolated_time = run_latency_time(alone, 0);
    x->back_to_back_time = run_latency_time(r, r->frames - 1);
    const uint32_t slowest = find_slowest(x);
    if (is_limited_by(x, slowest)) {
        x->limit = LIMIT_PROCESS;
        x->limiting_process = slowest;
        if (t->domain_count == 0)
            x->chain = own_chain(x, a, slowest);
        return x;
    }
    x->chain = find_chain(x, a, o);
    find_limit(x, frames, o);
    return x;
}

const struct stream *analysis_limiting_fifo(const struct analysis *x)
{
    if (x->limit != LIMIT_FIFO || x->limiting_stream == ANALYSIS_NO_STREAM)
        return NULL;
    return &x->design->streams[x->limiting_stream];
}

uint64_t analysis_interval(const struct analysis *x)
{
    const struct run *r = x->run;
    if (r->period == 0)
        return 0;
    return (r->period_cycles + r->period - 1) / r->period;
}

uint64_t analysis_millihertz(const struct analysis *x)
{
    const struct run *r = x->run;
    if (r->period_cycles == 0)
        return 0;
    if (r->domains != NULL) {
        const uint64_t fs = UINT64_C(1000000000000000) * 1000;
        const uint64_t time = (uint64_t)r->domains->period_time;
        /* The rest fits: below 2^57 fs, which are two minutes. */
        return fs / time * r->period + fs % time * r->period / time;
    }
    /* clock_hz * 1000 * period fits: 2e9 * 1e3 * 64. */
    return x->design->clock_hz * 1000 * r->period / r->period_cycles;
}
