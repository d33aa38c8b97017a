#include "tune/trial.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/run.h"
#include "engine/timing.h"

#include <assert.h>
#include <stddef.h>

const char *verdict_name(enum verdict v)
{
    static const char *const names[VERDICT_COUNT] = {
        [VERDICT_MET] = "met",
        [VERDICT_DEADLOCK] = "deadlock",
        [VERDICT_ISOLATED] = "isolated latency",
        [VERDICT_BACK_TO_BACK] = "latency back to back",
        [VERDICT_INTERVAL] = "interval",
    };
    assert(v < VERDICT_COUNT);
    return names[v];
}

uint64_t figures_interval(const struct figures *f)
{
    return f->period == 0 ? 0 : (f->period_cycles + f->period - 1) / f->period;
}

static enum verdict verdict_of(const struct figures *f, const struct goals *g)
{
    if (g->isolated != 0 && f->isolated > g->isolated)
        return VERDICT_ISOLATED;
    if (g->back_to_back != 0 && f->back_to_back > g->back_to_back)
        return VERDICT_BACK_TO_BACK;
    if (g->period != 0 && f->period != 0 &&
        f->period_cycles * g->period > g->period_cycles * f->period)
        return VERDICT_INTERVAL;
    return VERDICT_MET;
}

struct figures trial_judge(const struct timing *t, const struct goals *g,
                           uint32_t frames)
{
    struct arena *a = arena_new();
    struct figures f = { .verdict = VERDICT_DEADLOCK };
    const struct run *r =
        run_timing(a, t,
                   &(struct run_options){ .frames = frames,
                                          .no_stats = true,
                                          .first_latency_max = g->isolated });
    if (r->outcome == RUN_DONE) {
        const struct run *alone = r;
        if (!r->apart)
            alone = run_timing(
                a, t, &(struct run_options){ .frames = 1, .no_stats = true });
        f.isolated = run_latency(alone, 0);
        /* The last frames of a region are not followed by others, which would
         * have held back what they leave inside. */
        const uint32_t last = t->region != NULL ? r->frames / 2 + 1 : r->frames;
        for (uint32_t i = 0; i < last; i++)
            if (run_latency(r, i) > f.back_to_back)
                f.back_to_back = run_latency(r, i);
        f.frames = r->frames;
        f.period = r->period;
        f.period_cycles = r->period_cycles;
        f.certified = r->certified;
        f.verdict = verdict_of(&f, g);
    }
    arena_free(a);
    return f;
}

void trials_set(struct trials *t, const uint32_t *choices)
{
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        const struct stream *s = t->fifos[i].stream;
        uint32_t latency;
        const uint32_t capacity =
            storage_capacity(&t->fifos[i], choices[i], &latency);
        for (uint32_t k = 0; k < t->scenario_count; k++) {
            struct timing_stream *to = &t->timings[k]->streams[s->index];
            to->capacity = capacity;
            /* Ports of an HLS design have a latency of their own. */
            if (!family_is_hls(t->design->family))
                to->write_latency = latency;
        }
    }
}

bool trials_run(struct trials *t, const uint32_t *choices,
                struct figures *figures, struct miss *miss)
{
    trials_set(t, choices);
    if (miss != NULL)
        *miss = (struct miss){ .verdict = VERDICT_MET };
    for (uint32_t k = 0; k < t->scenario_count; k++) {
        const struct figures f =
            trial_judge(t->timings[k], &t->goals[k], t->frames);
        t->runs++;
        if (figures != NULL)
            figures[k] = f;
        if (f.verdict == VERDICT_MET)
            continue;
        if (miss != NULL)
            *miss = (struct miss){ f.verdict, k, f };
        return false;
    }
    return true;
}

struct timing *trials_timing(struct arena *a, const struct design *d,
                             const struct scenario *s)
{
    struct timing *t = timing_from_design(a, d);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        if (t->streams[i].producer == TIMING_EDGE)
            t->streams[i].stimulus = s->source;
        else if (t->streams[i].consumer == TIMING_EDGE)
            t->streams[i].stimulus = s->sink;
    }
    return t;
}
