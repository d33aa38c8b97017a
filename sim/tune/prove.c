#include "tune/prove.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/run.h"
#include "engine/timing.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

enum {
    FRAMES_MIN = 16, /* it is not begun for fewer in all */
    PROOF_FRAMES = 8 /* of a run: a state that takes longer to recur costs
                        more than it shows */
};

/* A range of choices for each FIFO, ends included. */
struct box {
    uint32_t *low, *high;
};

struct prover {
    struct proof *proof;
    struct arena *arena;
    uint32_t count;        /* of FIFOs */
    uint64_t tokens;       /* gone through */
    uint64_t frame_tokens; /* of a frame, on all streams */
    uint32_t *vector;
    uint64_t **prices; /* by FIFO and choice; NULL: as they are */
};

/* The price of a choice, or of any deeper one that is cheaper. */
static uint64_t price_from(const struct prover *w, uint32_t fifo,
                           uint32_t choice)
{
    return w->prices[fifo] != NULL
               ? w->prices[fifo][choice]
               : storage_price(&w->proof->trials->fifos[fifo], choice);
}

static uint64_t price_of(const struct prover *w, const uint32_t *choices)
{
    uint64_t price = 0;
    for (uint32_t i = 0; i < w->count; i++)
        price += price_from(w, i, choices[i]);
    return price;
}

/* Where a deeper choice can be cheaper: the least price from each on. */
static void list_prices(struct prover *w)
{
    const struct trials *t = w->proof->trials;
    w->prices = arena_new_array(w->arena, uint64_t *, w->count);
    for (uint32_t i = 0; i < w->count; i++) {
        const struct storage *s = &t->fifos[i];
        if (s->depths == NULL)
            continue;
        w->prices[i] = arena_new_array(w->arena, uint64_t, s->count);
        uint64_t least = UINT64_MAX;
        for (uint32_t c = s->count; c-- > 0;) {
            const uint64_t price = storage_price(s, c);
            least = price < least ? price : least;
            w->prices[i][c] = least;
        }
    }
}

static bool may_go_on(const struct prover *w)
{
    const struct proof *p = w->proof;
    return w->tokens < p->tokens_max &&
           (p->keep_on == NULL || p->keep_on(p->context));
}

static bool exceeds(const struct run *r, const struct goals *g)
{
    if (r->outcome == RUN_DEADLOCK)
        return true;
    if (g->isolated != 0 && run_latency(r, 0) > g->isolated)
        return true;
    return g->period != 0 && r->certified &&
           r->period_cycles * g->period > g->period_cycles * r->period;
}

/* The quickest kind that a FIFO can be: a deeper one may be of a slower kind,
 * and would not be better in all then. */
static void set_quickest(const struct trials *t, struct timing *timing)
{
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        struct timing_stream *s = &timing->streams[t->fifos[i].stream->index];
        uint32_t latency;
        storage_capacity(&t->fifos[i], 0, &latency);
        if (latency < s->write_latency)
            s->write_latency = latency;
    }
}

/* Whether it is shown that this vector misses a goal, and so does any that is
 * nowhere deeper. */
static bool misses(struct prover *w, const uint32_t *choices)
{
    struct trials *t = w->proof->trials;
    trials_set(t, choices);
    for (uint32_t k = 0; k < t->scenario_count; k++) {
        set_quickest(t, t->timings[k]);
        struct arena *a = arena_new();
        const struct run *r = run_timing(
            a, t->timings[k],
            &(struct run_options){ .frames = PROOF_FRAMES,
                                   .no_stats = true,
                                   .relaxed = true,
                                   .first_latency_max = t->goals[k].isolated });
        for (uint32_t i = 0; i < r->stream_count; i++)
            w->tokens += r->streams[i].tokens;
        const bool yes = exceeds(r, &t->goals[k]);
        arena_free(a);
        if (yes)
            return true;
    }
    return false;
}

/* The deepest choice of a FIFO that costs no more than `price`; at least
 * `low`, which does not. */
static uint32_t afford(const struct prover *w, uint32_t fifo, uint32_t low,
                       uint32_t high, uint64_t price)
{
    while (low < high) {
        const uint32_t middle = high - (high - low) / 2;
        if (price_from(w, fifo, middle) <= price)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* What a cheaper vector may spend on a FIFO of the box, the others at their
 * least. */
static void cut_to_budget(const struct prover *w, struct box *b)
{
    const uint64_t spent = price_of(w, b->low);
    const uint64_t most = w->proof->best_price - 1;
    assert(spent <= most);
    for (uint32_t i = 0; i < w->count; i++)
        b->high[i] = afford(w, i, b->low[i], b->high[i],
                            price_from(w, i, b->low[i]) + (most - spent));
}

/* The least choice of FIFO i that is not shown to miss, the others at their
 * most. */
static uint32_t raise(struct prover *w, const struct box *b, uint32_t i)
{
    uint32_t low = b->low[i], high = b->high[i], step = 1;
    memcpy(w->vector, b->high, w->count * sizeof *w->vector);
    while (low < high && may_go_on(w)) {
        /* From below by doubling: most bounds rise little. */
        const uint32_t at =
            step <= high - low ? low + step - 1 : low + (high - low) / 2;
        w->vector[i] = at;
        if (misses(w, w->vector)) {
            low = at + 1;
            step = step == UINT32_MAX ? step : 2 * step;
        } else {
            high = at;
            step = UINT32_MAX;
        }
    }
    return low;
}

/* A vector at the bounds that meets the goals is the best there is in the box,
 * unless a deeper FIFO is cheaper. */
static bool try_low(struct prover *w, const struct box *b)
{
    struct proof *p = w->proof;
    uint64_t price = 0;
    for (uint32_t i = 0; i < w->count; i++)
        price += storage_price(&p->trials->fifos[i], b->low[i]);
    if (price >= p->best_price)
        return false;
    const struct miss miss = trials_run_one(p->trials, b->low);
    w->tokens += miss.figures.frames * w->frame_tokens;
    if (miss.verdict != VERDICT_MET)
        return false;
    memcpy(p->best, b->low, w->count * sizeof *p->best);
    p->best_price = price;
    return price == price_of(w, b->low);
}

/* Raises the bounds of the box as far as they go.  False: there is no cheaper
 * vector in it. */
static bool tighten(struct prover *w, struct box *b)
{
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < w->count; i++) {
            if (price_of(w, b->low) >= w->proof->best_price)
                return false;
            cut_to_budget(w, b);
            if (!may_go_on(w))
                return true;
            if (b->low[i] == b->high[i])
                continue;
            const uint32_t least = raise(w, b, i);
            more |= least != b->low[i];
            b->low[i] = least;
        }
    }
    if (price_of(w, b->low) >= w->proof->best_price)
        return false;
    cut_to_budget(w, b);
    return !misses(w, b->high) && !try_low(w, b);
}

/* The FIFO over which the box is widest, in price; count: it is one vector. */
static uint32_t widest(const struct prover *w, const struct box *b)
{
    uint32_t best = w->count;
    uint64_t most = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        if (b->low[i] == b->high[i])
            continue;
        const uint64_t width =
            1 + price_from(w, i, b->high[i]) - price_from(w, i, b->low[i]);
        if (width > most) {
            most = width;
            best = i;
        }
    }
    return best;
}

static struct box copy(struct arena *a, const struct box *b, uint32_t count)
{
    const size_t size = count * sizeof *b->low;
    struct box c = { arena_new_array(a, uint32_t, count),
                     arena_new_array(a, uint32_t, count) };
    memcpy(c.low, b->low, size);
    memcpy(c.high, b->high, size);
    return c;
}

/* The price that no vector in the box that meets the goals is below; the best
 * price if none is below that. */
static uint64_t search_box(struct prover *w, struct box *b)
{
    if (price_of(w, b->low) >= w->proof->best_price || !tighten(w, b))
        return w->proof->best_price;
    const uint64_t bound = price_of(w, b->low);
    const uint32_t at = widest(w, b);
    if (at == w->count || !may_go_on(w))
        return bound;
    struct arena *scratch = arena_new();
    const uint32_t middle = b->low[at] + (b->high[at] - b->low[at]) / 2;
    struct box below = copy(scratch, b, w->count);
    struct box above = copy(scratch, b, w->count);
    below.high[at] = middle;
    above.low[at] = middle + 1;
    /* A cheaper vector found in one half makes the other smaller. */
    const uint64_t first = search_box(w, &below);
    const uint64_t second = search_box(w, &above);
    arena_free(scratch);
    return first < second ? first : second;
}

bool prove(struct proof *p, struct arena *a)
{
    struct trials *t = p->trials;
    struct prover w = { .proof = p, .arena = a, .count = t->fifo_count };
    w.vector = arena_new_array(a, uint32_t, t->fifo_count);
    list_prices(&w);
    struct box all = { p->bounds, arena_new_array(a, uint32_t, t->fifo_count) };
    for (uint32_t i = 0; i < t->fifo_count; i++)
        all.high[i] = t->fifos[i].count - 1;
    /* A few runs show nothing. */
    for (uint32_t i = 0; i < t->design->stream_count; i++)
        w.frame_tokens += t->design->streams[i].tokens_per_frame;
    const uint64_t bound = w.frame_tokens * FRAMES_MIN > p->tokens_max
                               ? price_of(&w, all.low)
                               : search_box(&w, &all);
    p->bound_price = bound < p->best_price ? bound : p->best_price;
    return p->bound_price == p->best_price;
}
