#include "tests/tune/every_vector.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/timing.h"

#include <string.h>

struct trials *every_trials(struct arena *a, const struct design *d,
                            const struct tune_options *o, uint32_t most)
{
    struct trials *t = arena_new_item(a, struct trials);
    struct scenario *own = arena_new_item(a, struct scenario);
    *own = (struct scenario){ "own", d->source, d->sink };
    *t = (struct trials){
        .arena = a,
        .design = d,
        .fifos = arena_new_array(a, struct storage, d->stream_count),
        .scenario_count = o->scenario_count == 0 ? 1 : o->scenario_count,
        .scenarios = o->scenario_count == 0 ? own : o->scenarios,
        .frames = EVERY_FRAMES,
    };
    t->timings = arena_new_array(a, struct timing *, t->scenario_count);
    t->goals = arena_new_array(a, struct goals, t->scenario_count);
    t->paced = arena_new_array(a, bool, t->scenario_count);
    uint64_t at_once = 0; /* frames in the design */
    for (uint32_t k = 0; k < t->scenario_count; k++) {
        t->timings[k] = trials_timing(a, d, &t->scenarios[k]);
        const struct reference r = reference_find(a, d, t->timings[k]);
        const struct figures f = r.figures;
        t->goals[k] = (struct goals){ f.period_cycles, f.period, f.isolated,
                                      f.back_to_back, r.latency_frames };
        const uint64_t inside = f.isolated / figures_interval(&f);
        at_once = inside > at_once ? inside : at_once;
    }
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        if (!tune_looks_for(s))
            continue;
        uint32_t low = s->kind == FIFO_BRAM && !s->auto_kind ? 2 : 1;
        uint32_t high =
            (uint32_t)((at_once + 2) * s->tokens_per_frame + s->initial);
        high = high < 2 ? 2 : high;
        if (most != 0 && high > most)
            high = most < low ? low : most;
        for (uint32_t k = 0; k < o->limit_count; k++)
            if (o->limits[k].stream == i) {
                low = o->limits[k].least;
                high = o->limits[k].most;
            }
        storage_init(&t->fifos[t->fifo_count++], a, d, s, low, high,
                     &o->pricing);
    }
    return t;
}

uint64_t every_price(const struct trials *t, const uint32_t *choices)
{
    uint64_t price = 0;
    for (uint32_t i = 0; i < t->fifo_count; i++)
        price += storage_price(&t->fifos[i], choices[i]);
    return price;
}

enum { TOGETHER = 64 }; /* vectors in a batch */

struct walk {
    struct every_vector *every;
    uint64_t **prices; /* by FIFO and choice */
    uint64_t *rest;    /* by FIFO: the least that it and those behind cost */
    uint32_t *vector;
    uint32_t waiting; /* in the batch */
    uint32_t *batch[TOGETHER];
    uint64_t batch_prices[TOGETHER];
    bool only_count;
    uint64_t count;
};

static void flush(struct walk *w)
{
    struct every_vector *e = w->every;
    struct miss misses[TOGETHER];
    trials_run(e->trials, (const uint32_t *const *)w->batch, w->waiting,
               misses);
    for (uint32_t v = 0; v < w->waiting; v++) {
        if (misses[v].verdict != VERDICT_MET)
            continue;
        e->met_count++;
        if (w->batch_prices[v] < e->cheapest)
            e->cheapest = w->batch_prices[v];
        if (e->met != NULL)
            e->met(e->context, w->batch[v], w->batch_prices[v]);
    }
    e->tried += w->waiting;
    w->waiting = 0;
}

static void walk(struct walk *w, uint32_t fifo, uint64_t price)
{
    struct every_vector *e = w->every;
    const struct trials *t = e->trials;
    if (fifo == t->fifo_count) {
        w->count++;
        if (w->only_count)
            return;
        memcpy(w->batch[w->waiting], w->vector, fifo * sizeof *w->vector);
        w->batch_prices[w->waiting++] = price;
        if (w->waiting == TOGETHER)
            flush(w);
        return;
    }
    for (uint32_t c = 0; c < t->fifos[fifo].count; c++) {
        const uint64_t with = price + w->prices[fifo][c];
        if (with + w->rest[fifo + 1] >= e->below || w->count > e->tried_max)
            continue;
        w->vector[fifo] = c;
        walk(w, fifo + 1, with);
    }
}

bool every_vector_run(struct every_vector *e)
{
    struct arena *a = arena_new();
    const struct trials *t = e->trials;
    struct walk w = { .every = e, .only_count = true };
    w.prices = arena_new_array(a, uint64_t *, t->fifo_count);
    w.rest = arena_new_array(a, uint64_t, t->fifo_count + 1);
    w.vector = arena_new_array(a, uint32_t, t->fifo_count);
    for (uint32_t v = 0; v < TOGETHER; v++)
        w.batch[v] = arena_new_array(a, uint32_t, t->fifo_count);
    for (uint32_t i = t->fifo_count; i-- > 0;) {
        const uint32_t count = t->fifos[i].count;
        uint64_t least = UINT64_MAX;
        w.prices[i] = arena_new_array(a, uint64_t, count);
        for (uint32_t c = 0; c < count; c++) {
            w.prices[i][c] = storage_price(&t->fifos[i], c);
            least = w.prices[i][c] < least ? w.prices[i][c] : least;
        }
        w.rest[i] = w.rest[i + 1] + least;
    }
    e->tried = e->met_count = 0;
    e->cheapest = e->below;
    walk(&w, 0, 0);
    const bool few = w.count <= e->tried_max;
    if (few) {
        w.only_count = false;
        w.count = 0;
        walk(&w, 0, 0);
        flush(&w);
    }
    arena_free(a);
    return few;
}
