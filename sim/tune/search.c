#include "tune/search.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/chain.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "tune/tune.h"

#include <assert.h>
#include <stddef.h>

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
    return trials_run(s->trials, s->choices, NULL, &s->miss);
}

/* By stream, how often somebody on the chain of the last run waits for room
 * there: one of these has to be deeper, or the chain stays. */
static const uint64_t *find_blame(struct search *s, struct arena *a)
{
    const struct timing *t = s->trials->timings[s->miss.scenario];
    const struct figures *f = &s->miss.figures;
    struct run_options o = { .frames = s->trials->frames, .no_stats = true };
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

/* The least choice of one FIFO, the others as they are, that meets the goals;
 * true if it is cheaper than before. */
static bool make_shallow(struct search *s, uint32_t fifo)
{
    uint32_t *choice = &s->choices[fifo];
    const uint32_t before = *choice;
    uint32_t low = 0, high = before; /* high meets them */
    uint32_t next;
    if (!storage_cheaper(&s->trials->fifos[fifo], high, &next))
        return false;
    /* Most FIFOs are right already: one step first, then by halves. */
    *choice = next;
    while (low < high) {
        if (meets(s))
            high = *choice;
        else
            low = *choice + 1;
        *choice = low + (high - low) / 2;
        if (s->stopped)
            break;
    }
    *choice = high;
    s->price = search_price(s, s->choices);
    return high != before;
}

/* The FIFOs by what they cost, the dearest first. */
static void sort_by_price(const struct search *s, uint32_t *order)
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

void search_down(struct search *s)
{
    const uint32_t count = s->trials->fifo_count;
    uint32_t *order = arena_new_array(s->arena, uint32_t, count);
    /* Round after round, until one FIFO after the other was tried since the
     * last change. */
    uint32_t unchanged = 0;
    while (unchanged < count) {
        sort_by_price(s, order);
        for (uint32_t i = 0; i < count && unchanged < count; i++) {
            unchanged = make_shallow(s, order[i]) ? 0 : unchanged + 1;
            if (!search_tell(s, "make FIFOs shallow", i, count))
                return;
        }
    }
}
