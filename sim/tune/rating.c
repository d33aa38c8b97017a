#include "tune/rating.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "tune/tune.h"

/* As many as simulate runs before it gives up on the state's recurring, which
 * it does late where FIFOs are deeper than they must be and take long to fill.
 */
enum { RATING_FRAMES = RUN_FRAMES_MAX };

/* Every FIFO that is looked for, with one choice. */
static void add_fifos(struct trials *t, struct arena *a, struct rating *r,
                      const struct pricing *p)
{
    const struct design *d = t->design;
    t->fifos = arena_new_array(a, struct storage, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        if (!tune_looks_for(s))
            continue;
        struct storage *only = &t->fifos[t->fifo_count++];
        storage_init(only, a, d, s, r->depths[i], r->depths[i], p);
        r->choices[i] = storage_choice(only, 0);
        r->bits += r->choices[i].bits;
        r->price += r->choices[i].price;
        r->cost = cost_sum(r->cost, r->choices[i].cost);
    }
}

struct rating *rating_of(struct arena *a, const struct tuning *tuning,
                         const char *name, const uint32_t *depths)
{
    const struct design *d = tuning->design;
    const uint32_t count = tuning->scenario_count;
    struct rating *r = arena_new_item(a, struct rating);
    struct figures *figures = arena_new_array(a, struct figures, count);
    *r = (struct rating){ .name = name, .depths = depths, .figures = figures };
    r->choices = arena_new_array(a, struct choice, d->stream_count);
    struct arena *scratch = arena_new();
    struct trials t = { .arena = scratch,
                        .design = d,
                        .scenario_count = count,
                        .scenarios = tuning->scenarios,
                        .frames = RATING_FRAMES };
    t.goals = arena_new_array(scratch, struct goals, count);
    t.paced = arena_new_array(scratch, bool, count); /* never */
    t.timings = arena_new_array(scratch, struct timing *, count);
    add_fifos(&t, scratch, r, &tuning->pricing);
    const uint32_t *choices = arena_new_array(scratch, uint32_t, t.fifo_count);
    for (uint32_t k = 0; k < count; k++)
        t.timings[k] = trials_timing(scratch, d, &t.scenarios[k]);
    for (uint32_t k = 0; k < count; k++)
        figures[k] = trials_figures(&t, choices, k);
    arena_free(scratch);
    return r;
}

uint32_t *rating_tuned_depths(struct arena *a, const struct tuning *t)
{
    const struct design *d = t->design;
    uint32_t *depths = arena_new_array(a, uint32_t, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++)
        depths[i] = d->streams[i].depth;
    for (uint32_t i = 0; i < t->fifo_count; i++)
        depths[t->fifos[i].stream->index] = t->fifos[i].chosen.depth;
    return depths;
}
