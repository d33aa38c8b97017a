#include "tune/search.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/chain.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "tune/tune.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

uint64_t search_price(const struct search *s, const uint32_t *choices)
{
    uint64_t price = 0;
    for (uint32_t i = 0; i < s->trials->fifo_count; i++)
        price += storage_price(&s->trials->fifos[i], choices[i]);
    return price;
}

bool search_tell(struct search *s, const char *stage, uint64_t done,
                 uint64_t total)
{
    const struct tune_observer *o = s->observer;
    if (o != NULL && !s->stopped)
        s->stopped = !o->progress(o->context, stage, done, total, s->price);
    return !s->stopped;
}

static bool meets(struct search *s)
{
    s->miss = trials_run_one(s->trials, s->choices);
    return s->miss.verdict == VERDICT_MET;
}

/* By stream, how often somebody on the chain of the last run waits for room
 * there: one of these has to be deeper, or the chain stays. */
static const uint64_t *find_blame(struct search *s, struct arena *a)
{
    const struct timing *t = s->trials->timings[s->miss.scenario];
    const struct figures *f = &s->miss.figures;
    struct run_options o = { .frames = s->trials->frames, .no_stats = true };
    trials_set(s->trials, s->choices);
    if (f->verdict == VERDICT_DEADLOCK) {
        const struct run *r = run_timing(a, t, &o);
        uint64_t *hops = arena_new_array(a, uint64_t, t->stream_count);
        for (uint32_t i = 0; i < r->wait_count; i++)
            hops[r->waits[i].stream] += r->waits[i].for_room;
        return hops;
    }
    o.chain = true;
    if (f->verdict == VERDICT_ISOLATED) {
        o.frames = 1;
    } else {
        /* So long that the walk gets past the last frame's latency. */
        o.chain_skip = f->back_to_back;
        o.frames =
            f->frames +
            (uint32_t)(f->back_to_back / f->period_cycles + 2) * f->period;
    }
    return run_timing(a, t, &o)->chain->room_hops;
}

static uint64_t largest(const uint64_t *values, uint32_t count)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < count; i++)
        most = values[i] > most ? values[i] : most;
    return most;
}

/* Twice as deep, or as deep as there is; false: it is that already. */
static bool deepen(struct search *s, uint32_t fifo)
{
    const struct storage *of = &s->trials->fifos[fifo];
    uint32_t *choice = &s->choices[fifo];
    uint32_t latency;
    if (*choice == of->count - 1)
        return false;
    const uint32_t capacity = storage_capacity(of, *choice, &latency);
    const uint32_t to = storage_holding(of, 2 * capacity);
    *choice = to > *choice ? to : *choice + 1;
    return true;
}

/* Those with a fair part in the blame: the chain of one frame goes many times
 * through the FIFOs that set its pace, and now and then through others. */
enum { FAIR_PART = 8 };

static bool deepen_blamed(struct search *s)
{
    struct arena *a = arena_new();
    const uint64_t *hops = find_blame(s, a);
    const struct timing *t = s->trials->timings[0];
    const uint64_t most = largest(hops, t->stream_count);
    bool any = false;
    for (uint32_t i = 0; i < s->trials->fifo_count; i++) {
        const uint32_t stream = s->trials->fifos[i].stream->index;
        if (hops[stream] != 0 && hops[stream] * FAIR_PART >= most)
            any |= deepen(s, i);
    }
    /* Those are as deep as can be: then any that is waited for. */
    for (uint32_t i = 0; !any && i < s->trials->fifo_count; i++)
        if (hops[s->trials->fifos[i].stream->index] != 0)
            any = deepen(s, i);
    arena_free(a);
    s->price = search_price(s, s->choices);
    return any;
}

bool search_up(struct search *s)
{
    s->price = search_price(s, s->choices);
    for (uint64_t step = 0; !meets(s); step++) {
        if (!search_tell(s, "deepen FIFOs", step, 0) || !deepen_blamed(s))
            return false;
    }
    return true;
}

/* Vectors that differ from the best in a FIFO or some, to be run together. */
struct probes {
    struct arena *arena;
    uint32_t fifo_count, count, room;
    uint32_t **vectors;
    struct miss *misses;
};

static struct probes *probes_new(struct search *s, uint32_t room)
{
    struct probes *p = arena_new_item(s->arena, struct probes);
    p->fifo_count = s->trials->fifo_count;
    p->room = room;
    p->vectors = arena_new_array(s->arena, uint32_t *, room);
    p->misses = arena_new_array(s->arena, struct miss, room);
    for (uint32_t i = 0; i < room; i++)
        p->vectors[i] = arena_new_array(s->arena, uint32_t, p->fifo_count);
    return p;
}

/* A copy of the best, to be changed. */
static uint32_t *probes_add(struct probes *p, const struct search *s)
{
    assert(p->count < p->room);
    uint32_t *v = p->vectors[p->count++];
    memcpy(v, s->choices, p->fifo_count * sizeof *v);
    return v;
}

static void probes_run(struct probes *p, struct search *s)
{
    trials_run(s->trials, (const uint32_t *const *)p->vectors, p->count,
               p->misses);
}

static bool probe_meets(const struct probes *p, uint32_t i)
{
    return p->misses[i].verdict == VERDICT_MET;
}

/* How far down one FIFO may go, the others as they are. */
struct range {
    uint32_t fifo;
    uint32_t low, high; /* high meets the goals; what is below low does not */
};

enum { PROBES = 64 }; /* two registers full of lanes */

/* A step cheaper for each FIFO alone; keeps those that meet the goals.  A FIFO
 * that does not now will hardly do so when others have become shallower, too:
 * the certificate shows whether that is true. */
static uint32_t find_ranges(struct search *s, struct probes *p,
                            struct range *ranges)
{
    const struct trials *t = s->trials;
    uint32_t found = 0;
    for (uint32_t first = 0; first < t->fifo_count;) {
        uint32_t tried[PROBES];
        uint32_t i = first;
        p->count = 0;
        for (; i < t->fifo_count && p->count < PROBES; i++) {
            uint32_t cheaper;
            if (!storage_cheaper(&t->fifos[i], s->choices[i], &cheaper))
                continue;
            tried[p->count] = i;
            probes_add(p, s)[i] = cheaper;
        }
        probes_run(p, s);
        for (uint32_t k = 0; k < p->count; k++)
            if (probe_meets(p, k))
                ranges[found++] =
                    (struct range){ tried[k], 0, p->vectors[k][tried[k]] };
        first = i;
        if (!search_tell(s, "try each FIFO", first, t->fifo_count))
            return 0;
    }
    return found;
}

/* All ranges to their ends, by as many probes at once as there are lanes. */
static void close_ranges(struct search *s, struct probes *p,
                         struct range *ranges, uint32_t count)
{
    for (;;) {
        uint32_t open = 0;
        for (uint32_t i = 0; i < count; i++)
            open += ranges[i].low < ranges[i].high;
        if (open == 0 || s->stopped)
            return;
        const uint32_t each = open < PROBES ? PROBES / open : 1;
        uint32_t of[PROBES];
        p->count = 0;
        for (uint32_t i = 0; i < count && p->count + each <= PROBES; i++) {
            const struct range *r = &ranges[i];
            const uint32_t width = r->high - r->low;
            const uint32_t n = width < each ? width : each;
            for (uint32_t k = 0; k < n; k++) {
                of[p->count] = i;
                probes_add(p, s)[r->fifo] =
                    r->low + (uint32_t)((uint64_t)width * (k + 1) / (n + 1));
            }
        }
        probes_run(p, s);
        for (uint32_t k = 0; k < p->count; k++) {
            struct range *r = &ranges[of[k]];
            const uint32_t at = p->vectors[k][r->fifo];
            if (probe_meets(p, k)) {
                r->high = at < r->high ? at : r->high;
            } else if (at < r->high) {
                r->low = at + 1 > r->low ? at + 1 : r->low;
            }
            if (r->low > r->high)
                r->low = r->high;
        }
        search_tell(s, "make FIFOs shallow", count - open, count);
    }
}

static uint64_t saving_of(const struct search *s, const struct range *r)
{
    const struct storage *of = &s->trials->fifos[r->fifo];
    return storage_price(of, s->choices[r->fifo]) - storage_price(of, r->high);
}

/* The largest saving first. */
static void sort_ranges(const struct search *s, struct range *ranges,
                        uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        const struct range r = ranges[i];
        uint32_t at = i;
        for (; at > 0 && saving_of(s, &ranges[at - 1]) < saving_of(s, &r); at--)
            ranges[at] = ranges[at - 1];
        ranges[at] = r;
    }
}

/* Takes the savings of as many of the ranges together as the goals allow, from
 * the first on: one at least.  Returns how many. */
static uint32_t take_together(struct search *s, struct probes *p,
                              const struct range *ranges, uint32_t count)
{
    uint32_t low = 1, high = count; /* low do; more than high do not */
    while (low < high && !s->stopped) {
        const uint32_t width = high - low;
        const uint32_t n = width < PROBES ? width : PROBES;
        uint32_t sizes[PROBES];
        p->count = 0;
        for (uint32_t k = 0; k < n; k++) {
            const uint32_t size =
                low + (uint32_t)((uint64_t)width * (k + 1) / n);
            sizes[p->count] = size;
            uint32_t *v = probes_add(p, s);
            for (uint32_t i = 0; i < size; i++)
                v[ranges[i].fifo] = ranges[i].high;
        }
        probes_run(p, s);
        for (uint32_t k = 0; k < n; k++) {
            if (probe_meets(p, k)) {
                low = sizes[k] > low ? sizes[k] : low;
            } else {
                high = sizes[k] - 1 < high ? sizes[k] - 1 : high;
                break;
            }
        }
    }
    for (uint32_t i = 0; i < low; i++)
        s->choices[ranges[i].fifo] = ranges[i].high;
    s->price = search_price(s, s->choices);
    return low;
}

void search_down(struct search *s)
{
    const uint32_t fifos = s->trials->fifo_count;
    struct probes *p = probes_new(s, PROBES);
    struct range *ranges = arena_new_array(s->arena, struct range, fifos + 1);
    uint32_t count;
    while ((count = find_ranges(s, p, ranges)) != 0) {
        while (count != 0 && !s->stopped) {
            close_ranges(s, p, ranges, count);
            sort_ranges(s, ranges, count);
            const uint32_t taken = take_together(s, p, ranges, count);
            /* The others, as they are now. */
            uint32_t left = 0;
            for (uint32_t i = taken; i < count; i++) {
                ranges[left] = ranges[i];
                ranges[left].low = ranges[i].high;
                ranges[left++].high = s->choices[ranges[i].fifo];
            }
            count = left;
        }
    }
}
