#include "tune/search.h"

#include "base/arena.h"
#include "base/simd.h"
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

void search_order(const struct search *s, uint32_t *order)
{
    const struct trials *t = s->trials;
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        const uint64_t price = storage_price(&t->fifos[i], s->choices[i]);
        uint32_t at = i;
        for (; at > 0; at--) {
            const uint32_t other = order[at - 1];
            if (storage_price(&t->fifos[other], s->choices[other]) >= price)
                break;
            order[at] = other;
        }
        order[at] = i;
    }
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

/* By stream, how long its writer waits for room: says less than the chain, for
 * not every wait matters, but needs no log. */
static const uint64_t *find_waits(const struct timing *t, struct arena *a,
                                  uint32_t frames)
{
    const struct run *r =
        run_timing(a, t, &(struct run_options){ .frames = frames });
    uint64_t *waits = arena_new_array(a, uint64_t, t->stream_count);
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct timing_process *p = &t->processes[i];
        for (uint32_t k = 0; k < p->output_count; k++)
            waits[p->outputs[k]] = r->processes[i].total.blocked_by[k];
    }
    return waits;
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
    if (!chain_is_affordable(t, o.frames))
        return find_waits(t, a, s->trials->frames);
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
    /* A latency among other frames can be missed by frames that are not on the
     * chain: then it may be any. */
    if (!any)
        for (uint32_t i = 0; i < s->trials->fifo_count; i++)
            any |= deepen(s, i);
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

/* A copy of these choices, to be changed. */
static uint32_t *probes_add(struct probes *p, const uint32_t *choices)
{
    assert(p->count < p->room);
    uint32_t *v = p->vectors[p->count++];
    memcpy(v, choices, p->fifo_count * sizeof *v);
    return v;
}

static void probes_run(struct probes *p, struct search *s)
{
    trials_run(s->trials, (const uint32_t *const *)p->vectors, p->count,
               p->misses);
    search_tell(s, "make FIFOs shallow", s->settled, p->fifo_count);
}

static bool probe_meets(const struct probes *p, uint32_t i)
{
    return p->misses[i].verdict == VERDICT_MET;
}

/* Evaluated at once: fewer take as long. */
enum { LANES = SIMD_LANES };

/* A FIFO on its way down: the choice that it is tried at next.  What cannot go
 * down now will hardly do so when others have become shallower, too: the
 * certificate shows whether that is true. */
struct descent {
    uint32_t fifo;
    uint32_t step; /* choices down */
    uint32_t to;   /* the choice so far down */
};

/* FIFOs that go down together: each of them by itself meets the goals, above
 * what all others are in `sure`, which does. */
struct descents {
    uint32_t *sure;
    uint32_t count;
    struct descent *items; /* the largest saving first */
};

static uint64_t saving_of(const struct search *s, const struct descent *d)
{
    const struct storage *of = &s->trials->fifos[d->fifo];
    return storage_price(of, s->choices[d->fifo]) - storage_price(of, d->to);
}

/* The largest saving first. */
static void sort_descents(const struct search *s, struct descent *descents,
                          uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        const struct descent d = descents[i];
        const uint64_t saving = saving_of(s, &d);
        uint32_t at = i;
        for (; at > 0 && saving_of(s, &descents[at - 1]) < saving; at--)
            descents[at] = descents[at - 1];
        descents[at] = d;
    }
}

/* How many of them can go down together lies from `low`, which is known, to
 * `high`; more cannot. */
struct range {
    uint32_t low, high;
};

/* Sizes from above `low` up to `high`, n of them. */
static uint32_t size_at(struct range r, uint32_t k, uint32_t n)
{
    return r.low + (uint32_t)((uint64_t)(r.high - r.low) * (k + 1) / n);
}

/* Probes of so many sizes at most; returns how many they are. */
static uint32_t add_sizes(struct probes *p, const struct descents *down,
                          struct range r, uint32_t most)
{
    const uint32_t width = r.high - r.low;
    const uint32_t n = width < most ? width : most;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t *v = probes_add(p, down->sure);
        for (uint32_t i = 0; i < size_at(r, k, n); i++)
            v[down->items[i].fifo] = down->items[i].to;
    }
    return n;
}

/* What n probes of sizes have shown, which are the first ones. */
static struct range narrow(const struct probes *p, struct range r, uint32_t n)
{
    struct range now = r;
    uint32_t k = 0;
    while (k < n && probe_meets(p, k))
        now.low = size_at(r, k++, n);
    if (k < n)
        now.high = size_at(r, k, n) - 1;
    return now;
}

/* Goes down as many of them together as the goals allow, from the first on: one
 * at least. */
static void go_together(struct search *s, struct probes *p,
                        const struct descents *down, struct range r)
{
    while (r.low < r.high && !s->stopped) {
        p->count = 0;
        const uint32_t n = add_sizes(p, down, r, LANES);
        probes_run(p, s);
        r = narrow(p, r, n);
    }
    memcpy(s->choices, down->sure, p->fifo_count * sizeof *s->choices);
    for (uint32_t i = 0; i < r.low; i++)
        s->choices[down->items[i].fifo] = down->items[i].to;
    s->price = search_price(s, s->choices);
}

/* As deep as the FIFOs were ever filled: with that the run stays as it is.  A
 * place is free a cycle after the read, so one more than the peak is enough. */
static void take_peaks(struct search *s)
{
    const struct trials *t = s->trials;
    uint32_t *peaks = arena_new_array(s->arena, uint32_t, t->fifo_count);
    trials_set(s->trials, s->choices);
    for (uint32_t k = 0; k < t->scenario_count; k++) {
        struct arena *a = arena_new();
        const struct run *r =
            run_timing(a, t->timings[k],
                       &(struct run_options){ .frames = t->frames });
        for (uint32_t i = 0; i < t->fifo_count; i++) {
            const uint32_t peak =
                r->streams[t->fifos[i].stream->index].peak + 1;
            peaks[i] = peak > peaks[i] ? peak : peaks[i];
        }
        arena_free(a);
    }
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        const uint32_t choice = storage_holding(&t->fifos[i], peaks[i]);
        if (choice < s->choices[i])
            s->choices[i] = choice;
    }
    s->price = search_price(s, s->choices);
}

/* Whether there is a cheaper choice so far down; if not, the step becomes the
 * one to the next cheaper choice. */
static bool aim(const struct search *s, struct descent *d)
{
    const struct storage *of = &s->trials->fifos[d->fifo];
    const uint32_t from = s->choices[d->fifo];
    uint32_t next;
    if (!storage_cheaper(of, from, &next))
        return false;
    d->to = d->step < from ? from - d->step : 0;
    if (d->to < s->floors[d->fifo])
        d->to = s->floors[d->fifo];
    if (d->to > next || d->step == 0 ||
        storage_price(of, d->to) >= storage_price(of, from))
        d->to = next;
    return true;
}

/* Steps become so much smaller when they were too large: with care where runs
 * cost little. */
enum { STEP_DIVISOR = 8, CAREFUL_DIVISOR = 4 };

/* FIFOs with fewer steps to go wait for the single ones. */
enum { FEW_STEPS = 2 };

/* Supposes that all that were found to go down by themselves do so together,
 * which they nearly always do: then the next steps can be looked at in the same
 * run that shows it. */
static void suppose(struct search *s, struct descents *down,
                    const struct descent *good, uint32_t count)
{
    memcpy(down->sure, s->choices, s->trials->fifo_count * sizeof *down->sure);
    memcpy(down->items, good, count * sizeof *good);
    down->count = count;
    for (uint32_t i = 0; i < count; i++)
        s->choices[good[i].fifo] = good[i].to;
}

/* One run: shows whether what was supposed is true, and which of the next
 * descents meet the goals each by itself; moves those to the front and returns
 * how many.  If it is not true, as many go down as can, nothing is known of the
 * next ones, and *all_true is false. */
static uint32_t try_each(struct search *s, struct probes *p,
                         const struct descents *down, struct descent *next,
                         uint32_t count, bool *all_true)
{
    const struct range r = { 1, down->count };
    const uint32_t left = (LANES - count % LANES) % LANES;
    p->count = 0;
    /* Lanes that are left show how many can if not all of them. */
    const uint32_t sizes =
        down->count > 1 ? add_sizes(p, down, r, left == 0 ? 1 : left) : 0;
    for (uint32_t i = 0; i < count; i++)
        probes_add(p, s->choices)[next[i].fifo] = next[i].to;
    probes_run(p, s);
    const struct range shown = narrow(p, r, sizes);
    *all_true = sizes == 0 || shown.low == r.high;
    if (!*all_true) {
        go_together(s, p, down, shown);
        return 0;
    }
    s->price = search_price(s, s->choices);
    uint32_t good = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!probe_meets(p, sizes + i))
            continue;
        const struct descent d = next[i];
        next[i] = next[good];
        next[good++] = d;
    }
    return good;
}

/* No FIFO by itself can be a step cheaper, as the last run has shown: that is a
 * certificate. */
static void keep_certificate(struct search *s, const struct probes *p,
                             const struct descent *tried, uint32_t count)
{
    s->certified = arena_new_array(s->arena, struct certified, count);
    s->certified_count = count;
    for (uint32_t i = 0; i < count; i++)
        s->certified[i] =
            (struct certified){ tried[i].fifo, tried[i].to, p->misses[i] };
}

/* Rounds of descents, large steps first, so that no FIFO pays for all others:
 * those that can go down do so together. */
static void descend(struct search *s, struct probes *p, bool by_single_steps)
{
    const uint32_t fifos = s->trials->fifo_count;
    struct arena *a = arena_new();
    struct descent *next = arena_new_array(a, struct descent, fifos);
    struct descents down = { arena_new_array(a, uint32_t, fifos), 0,
                             arena_new_array(a, struct descent, fifos) };
    uint32_t count = 0;
    bool first = true;
    for (uint32_t i = 0; i < fifos; i++) {
        const uint32_t step = by_single_steps ? 0 : s->choices[i] / 2;
        if (by_single_steps || step > FEW_STEPS)
            next[count++] = (struct descent){ i, step, 0 };
    }
    while ((count != 0 || down.count > 1) && !s->stopped) {
        uint32_t aimed = 0;
        for (uint32_t i = 0; i < count; i++)
            if (aim(s, &next[i]))
                next[aimed++] = next[i];
        sort_descents(s, next, aimed);
        bool all_true;
        const uint32_t good = try_each(s, p, &down, next, aimed, &all_true);
        if (first && by_single_steps && good == 0)
            keep_certificate(s, p, next, aimed);
        first = false;
        down.count = 0;
        count = aimed;
        if (!all_true)
            continue;
        sort_descents(s, next, good);
        if (!s->stopped)
            suppose(s, &down, next, good);
        /* Too large a step becomes smaller; one that was the smallest ends. */
        uint32_t left = good;
        for (uint32_t i = good; i < aimed; i++) {
            struct descent d = next[i];
            if (d.step == 0)
                continue;
            d.step /= s->careful ? CAREFUL_DIVISOR : STEP_DIVISOR;
            next[left++] = d;
        }
        count = left;
        s->settled = fifos - left;
    }
    s->price = search_price(s, s->choices);
    arena_free(a);
}

void search_down(struct search *s)
{
    struct probes *p = probes_new(s, s->trials->fifo_count + 2 * LANES);
    take_peaks(s);
    descend(s, p, false);
    for (uint64_t before = 0; before != s->price && !s->stopped;) {
        before = s->price;
        descend(s, p, true);
    }
}
