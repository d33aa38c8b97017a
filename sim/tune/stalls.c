#include "tune/stalls.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/analysis.h"

#include <assert.h>
#include <stdlib.h>

/* Frames that are run to see whether somebody waits for room.  A FIFO that
 * holds more after them than it ever did after half of them is taken to fill
 * up for ever. */
enum { FILLING_FRAMES = 8 };

struct finder {
    struct arena *arena;
    struct what_if *what_if;
    const struct analysis *analysis;
    uint32_t frames;
    struct stalls *out;
};

const struct process_time *stalls_time(const struct analysis *x,
                                       uint32_t process)
{
    const struct run_process *r = &x->run->processes[process];
    return x->run->frames < 2 ? &r->total : &r->steady;
}

bool stalls_is_better(const struct what_if_figures *a,
                      const struct what_if_figures *b)
{
    if (a->deadlock || b->deadlock)
        return !a->deadlock && b->deadlock;
    const int order = what_if_compare_intervals(a, b);
    return order < 0 ||
           (order == 0 && a->isolated_latency < b->isolated_latency);
}

/* As good as the goal in every way. */
static bool reaches(const struct what_if_figures *f,
                    const struct what_if_figures *goal)
{
    return !f->deadlock && what_if_compare_intervals(f, goal) <= 0 &&
           f->isolated_latency <= goal->isolated_latency;
}

static struct what_if_figures measure_with(struct finder *f, uint32_t stream,
                                           uint32_t depth)
{
    const uint32_t before = f->what_if->depths[stream];
    what_if_set(f->what_if, stream, depth);
    const struct what_if_figures figures =
        what_if_measure(f->what_if, f->frames);
    what_if_set(f->what_if, stream, before);
    return figures;
}

/* The least depth above `low`, which does not reach the goal, found by halving
 * what is between it and `high`, which does. */
static uint32_t least_reaching(struct finder *f, uint32_t stream, uint32_t low,
                               uint32_t high,
                               const struct what_if_figures *goal)
{
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        const struct what_if_figures there = measure_with(f, stream, middle);
        if (reaches(&there, goal))
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* Port of the writer; the stream has a process there. */
static uint32_t port_of(const struct timing *t, uint32_t stream)
{
    const struct timing_process *p = &t->processes[t->streams[stream].producer];
    uint32_t port = 0;
    while (p->outputs[port] != stream)
        port++;
    return port;
}

/* Most tokens in a FIFO that is never full, the others as they are; UINT64_MAX:
 * there are ever more. */
static uint64_t peak_unbounded(struct finder *f, uint32_t stream)
{
    struct what_if *w = f->what_if;
    struct arena *scratch = arena_new();
    const uint32_t before = w->depths[stream];
    what_if_set(w, stream, WHAT_IF_UNBOUNDED);
    const struct run *r =
        what_if_run(w, scratch,
                    &(struct run_options){ .frames = FILLING_FRAMES / 2 });
    uint64_t peak = r->streams[stream].peak;
    if (r->outcome == RUN_DONE && !r->certified) {
        r = what_if_run(w, scratch,
                        &(struct run_options){ .frames = FILLING_FRAMES });
        if (r->streams[stream].peak != peak)
            peak = UINT64_MAX;
    }
    what_if_set(w, stream, before);
    arena_free(scratch);
    return peak;
}

/* Whether anybody ever waits for room there with this depth. */
static bool is_free(struct finder *f, uint32_t stream, uint32_t depth)
{
    struct what_if *w = f->what_if;
    struct arena *scratch = arena_new();
    const uint32_t before = w->depths[stream];
    what_if_set(w, stream, depth);
    const struct run *r =
        what_if_run(w, scratch,
                    &(struct run_options){ .frames = FILLING_FRAMES });
    const uint32_t writer = w->timing->streams[stream].producer;
    const bool is_free =
        r->outcome == RUN_DONE &&
        r->processes[writer].total.blocked_by[port_of(w->timing, stream)] == 0;
    what_if_set(w, stream, before);
    arena_free(scratch);
    return is_free;
}

/* The depth that ends all waits for room; 0: none.  A FIFO never holds up its
 * writer if it has room for as much as it ever holds, and one place more
 * because a place is free only the cycle after its token is read; one in block
 * RAM is read later, and holds more. */
static uint32_t free_depth(struct finder *f, const struct stall *s,
                           uint64_t peak)
{
    enum { MORE = 4 }; /* the latency of block RAM, the place, and one more */
    const struct what_if *w = f->what_if;
    const uint32_t deepest = what_if_deepest(w, s->stream, f->frames);
    const struct stream *stream = &w->design->streams[s->stream];
    const uint64_t frame =
        stream->kind == FIFO_FRAME ? stream->tokens_per_frame : 1;
    uint64_t depth = peak / frame;
    if (depth <= s->depth)
        depth = s->depth + UINT64_C(1);
    for (uint64_t most = depth + MORE; depth <= most && depth <= deepest;
         depth++)
        if (is_free(f, s->stream, (uint32_t)depth))
            return (uint32_t)depth;
    return 0;
}

/* As deep as is worth looking at: two frames. */
static uint32_t deep(const struct what_if *w, uint32_t stream)
{
    return what_if_deepest(w, stream, 2);
}

/* False if it is certain that this depth gains nothing: the interval is as
 * short as it gets, and a frame alone, simulated, is through no earlier. */
static bool can_gain(struct finder *f, uint32_t stream, uint32_t depth)
{
    if (f->analysis->limit != LIMIT_PROCESS)
        return true;
    struct what_if *w = f->what_if;
    const uint32_t before = w->depths[stream];
    what_if_set(w, stream, depth);
    const struct what_if_figures alone = what_if_measure(w, 1);
    what_if_set(w, stream, before);
    return alone.isolated_latency < f->out->now.isolated_latency;
}

static void try_stall(struct finder *f, struct stall *s)
{
    const struct what_if_figures *now = &f->out->now;
    const uint64_t peak = peak_unbounded(f, s->stream);
    s->tried = true;
    s->fills = peak == UINT64_MAX || s->process == TIMING_EDGE;
    if (!s->fills)
        s->free_depth = free_depth(f, s, peak);
    const uint32_t most =
        s->free_depth != 0 ? s->free_depth : deep(f->what_if, s->stream);
    if (most == s->depth)
        return;
    if (s->free_depth == 0 && !can_gain(f, s->stream, most))
        return;
    const struct what_if_figures with = measure_with(f, s->stream, most);
    if (s->free_depth != 0)
        s->free = with;
    if (!stalls_is_better(&with, now))
        return;
    s->gain_depth = least_reaching(f, s->stream, s->depth, most, &with);
    s->gain = measure_with(f, s->stream, s->gain_depth);
}

static void add_stall(struct finder *f, uint32_t stream, uint64_t blocked,
                      uint64_t span)
{
    const struct analysis *x = f->analysis;
    const uint64_t rooms = x->chain == NULL ? 0 : x->chain->room_hops[stream];
    struct stalls *out = f->out;
    if (!what_if_can_choose(f->what_if, stream) || (blocked == 0 && rooms == 0))
        return;
    out->items =
        arena_grow(f->arena, out->items, out->count, sizeof *out->items);
    out->items[out->count++] = (struct stall){
        .stream = stream,
        .depth = x->design->streams[stream].depth,
        .process = x->timing->streams[stream].producer,
        .blocked = blocked,
        .span = span,
        .critical_rooms = rooms,
    };
}

static void list_stalls(struct finder *f)
{
    const struct timing *t = f->analysis->timing;
    for (uint32_t i = 0; i < t->stream_count; i++)
        if (t->streams[i].producer == TIMING_EDGE)
            add_stall(f, i, 0, 0);
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct process_time *time = stalls_time(f->analysis, i);
        const uint64_t span = time->busy + time->starved + time->blocked;
        for (uint32_t k = 0; k < t->processes[i].output_count; k++)
            add_stall(f, t->processes[i].outputs[k], time->blocked_by[k], span);
    }
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* Of a million cycles. */
static uint64_t share(const struct stall *s)
{
    return s->span == 0 ? 0 : s->blocked * 1000000 / s->span;
}

static int compare_blocked(const struct stall *a, const struct stall *b)
{
    return compare_numbers(share(b), share(a));
}

/* First those in which the critical chain waits. */
static int by_suspicion(const void *left, const void *right)
{
    const struct stall *a = left, *b = right;
    const int rooms = compare_numbers(b->critical_rooms, a->critical_rooms);
    const int blocked = compare_blocked(a, b);
    if (rooms != 0)
        return rooms;
    return blocked != 0 ? blocked : compare_numbers(a->stream, b->stream);
}

static int by_gain(const void *left, const void *right)
{
    const struct stall *a = left, *b = right;
    if ((a->gain_depth != 0) != (b->gain_depth != 0))
        return a->gain_depth != 0 ? -1 : 1;
    if (a->gain_depth != 0 && stalls_is_better(&a->gain, &b->gain))
        return -1;
    if (a->gain_depth != 0 && stalls_is_better(&b->gain, &a->gain))
        return 1;
    if (a->tried != b->tried)
        return a->tried ? -1 : 1;
    const int blocked = compare_blocked(a, b);
    return blocked != 0 ? blocked : by_suspicion(left, right);
}

/* Makes each FIFO in which room was waited for, with all of them unbounded, as
 * deep as it then is full, and no less than it is. */
static void set_ideal(struct what_if *w)
{
    struct arena *scratch = arena_new();
    for (uint32_t i = 0; i < w->design->stream_count; i++)
        if (what_if_can_choose(w, i))
            what_if_set(w, i, WHAT_IF_UNBOUNDED);
    const struct run *r =
        what_if_run(w, scratch,
                    &(struct run_options){ .frames = FILLING_FRAMES / 2 });
    for (uint32_t i = 0; i < w->design->stream_count; i++) {
        if (!what_if_can_choose(w, i))
            continue;
        const struct stream *s = &w->design->streams[i];
        const uint64_t frame = s->kind == FIFO_FRAME ? s->tokens_per_frame : 1;
        uint64_t depth = r->streams[i].peak / frame + 1;
        if (depth <= s->depth)
            depth = s->depth;
        what_if_set(w, i, depth < deep(w, i) ? (uint32_t)depth : deep(w, i));
    }
    arena_free(scratch);
}

struct what_if_figures stalls_ideal(struct what_if *w, uint32_t frames)
{
    set_ideal(w);
    return what_if_measure(w, frames);
}

/* The FIFOs that are deeper than in the design, those first that take most. */
static uint32_t list_deeper(const struct finder *f, uint32_t *streams)
{
    const struct what_if *w = f->what_if;
    uint32_t count = 0;
    for (uint32_t i = 0; i < w->design->stream_count; i++) {
        if (!what_if_can_choose(w, i) ||
            w->depths[i] == w->design->streams[i].depth)
            continue;
        const uint64_t size = what_if_size(w, i, w->depths[i]);
        uint32_t at = count++;
        for (; at > 0 && what_if_size(w, streams[at - 1],
                                      w->depths[streams[at - 1]]) < size;
             at--)
            streams[at] = streams[at - 1];
        streams[at] = i;
    }
    return count;
}

/* Gives back as much depth of these FIFOs as the goal allows: that of all of
 * them, or else of each half. */
static void give_back(struct finder *f, const uint32_t *streams, uint32_t count,
                      const struct what_if_figures *goal)
{
    struct what_if *w = f->what_if;
    if (count == 0)
        return;
    struct arena *scratch = arena_new();
    uint32_t *depths = arena_new_array(scratch, uint32_t, count);
    for (uint32_t i = 0; i < count; i++) {
        depths[i] = w->depths[streams[i]];
        what_if_restore(w, streams[i]);
    }
    const struct what_if_figures there = what_if_measure(w, f->frames);
    if (!reaches(&there, goal)) {
        for (uint32_t i = 0; i < count; i++)
            what_if_set(w, streams[i], depths[i]);
        if (count == 1) {
            const uint32_t low = w->design->streams[streams[0]].depth;
            what_if_set(w, streams[0],
                        least_reaching(f, streams[0], low, depths[0], goal));
        } else {
            give_back(f, streams, count / 2, goal);
            give_back(f, streams + count / 2, count - count / 2, goal);
        }
    }
    arena_free(scratch);
}

static void find_together(struct finder *f)
{
    struct what_if *w = f->what_if;
    struct stalls *out = f->out;
    uint32_t *streams =
        arena_new_array(f->arena, uint32_t, w->design->stream_count);
    out->ideal = stalls_ideal(w, f->frames);
    out->together_figures = out->now;
    if (stalls_is_better(&out->ideal, &out->now)) {
        give_back(f, streams, list_deeper(f, streams), &out->ideal);
        out->together_figures = what_if_measure(w, f->frames);
        out->together_count = list_deeper(f, streams);
        out->together =
            arena_new_array(f->arena, struct stall_depth, out->together_count);
        for (uint32_t i = 0; i < out->together_count; i++)
            out->together[i] =
                (struct stall_depth){ streams[i], w->depths[streams[i]],
                                      w->design->streams[streams[i]].depth };
    }
    what_if_restore_all(w);
}

const struct stalls *stalls_find(struct arena *a, struct what_if *w,
                                 const struct analysis *x, uint32_t frames)
{
    struct stalls *out = arena_new_item(a, struct stalls);
    struct finder f = { a, w, x, frames, out };
    assert(x->run->outcome == RUN_DONE);
    out->now = what_if_figures_of(x->run, x->timing->region != NULL,
                                  x->isolated_latency);
    list_stalls(&f);
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, by_suspicion);
    w->stage = "make FIFOs deeper, each alone";
    out->tried = out->count < STALLS_TRIED_MAX ? out->count : STALLS_TRIED_MAX;
    for (uint32_t i = 0; i < out->tried; i++)
        try_stall(&f, &out->items[i]);
    w->stage = "make FIFOs deeper together";
    find_together(&f);
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, by_gain);
    return out;
}
