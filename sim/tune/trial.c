#include "tune/trial.h"

#include "base/arena.h"
#include "base/parallel.h"
#include "design/design.h"
#include "engine/lanes.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "tune/reference.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

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
    if (f->verdict == VERDICT_DEADLOCK)
        return VERDICT_DEADLOCK;
    if (g->isolated != 0 && f->isolated > g->isolated)
        return VERDICT_ISOLATED;
    if (g->back_to_back != 0 && f->back_to_back > g->back_to_back)
        return VERDICT_BACK_TO_BACK;
    if (g->period != 0 && f->period != 0 &&
        f->period_cycles * g->period > g->period_cycles * f->period)
        return VERDICT_INTERVAL;
    return VERDICT_MET;
}

/* What one thread has to itself. */
struct crew {
    struct arena *arena; /* NULL: that of the trials */
    struct lanes *lanes; /* NULL: not used yet */
};

/* Lanes of one scenario, and what they want to be told. */
struct batch {
    bool paced; /* what they were made for */
    uint32_t frames;
    bool in_lanes; /* else the timing is none for them */
    uint32_t crew_count;
    struct crew *crew;  /* by thread */
    struct lane *items; /* as many as there is room for */
    uint32_t room;
    uint32_t *capacities, *latencies; /* items x streams */
    uint64_t *starts, *ends;          /* items x frames */
};

static void set_stream(const struct trials *t, uint32_t fifo, uint32_t choice,
                       uint32_t *capacities, uint32_t *latencies)
{
    const struct stream *s = t->fifos[fifo].stream;
    capacities[s->index] =
        storage_capacity(&t->fifos[fifo], choice, &latencies[s->index]);
}

void trials_set(struct trials *t, const uint32_t *choices)
{
    for (uint32_t k = 0; k < t->scenario_count; k++)
        for (uint32_t i = 0; i < t->fifo_count; i++) {
            struct timing_stream *s =
                &t->timings[k]->streams[t->fifos[i].stream->index];
            s->capacity =
                storage_capacity(&t->fifos[i], choices[i], &s->write_latency);
        }
}

static bool can_be_paced(const struct timing *t, const struct goals *g)
{
    return t->region == NULL && g->period == 1 &&
           g->period_cycles <= UINT32_MAX;
}

void trials_pace(struct trials *t, bool on)
{
    for (uint32_t k = 0; k < t->scenario_count; k++) {
        struct timing *timing = t->timings[k];
        const struct goals *g = &t->goals[k];
        if (!stimulus_is_always(&t->scenarios[k].source) ||
            !can_be_paced(timing, g))
            continue;
        t->paced[k] = on;
        for (uint32_t i = 0; i < timing->stream_count; i++) {
            struct timing_stream *s = &timing->streams[i];
            if (s->producer == TIMING_EDGE)
                s->stimulus.frame_period =
                    on ? (uint32_t)(g->period_cycles *
                                    (s->copies == 0 ? 1 : s->copies))
                       : 0;
        }
    }
}

static void end_batch(struct batch *b)
{
    for (uint32_t i = 0; i < b->crew_count; i++) {
        arena_free(b->crew[i].arena);
        b->crew[i] = (struct crew){ NULL, NULL };
    }
}

void trials_end(struct trials *t)
{
    for (uint32_t k = 0; t->batches != NULL && k < t->scenario_count; k++)
        if (t->batches[k] != NULL)
            end_batch(t->batches[k]);
}

struct trials trials_beside(const struct trials *t)
{
    struct trials b = *t;
    struct arena *a = arena_new();
    b.arena = a;
    b.threads = 1;
    b.runs = 0;
    b.batches = NULL;
    b.timings = arena_new_array(a, struct timing *, t->scenario_count);
    b.paced = arena_new_array(a, bool, t->scenario_count);
    for (uint32_t k = 0; k < t->scenario_count; k++) {
        const struct timing *from = t->timings[k];
        struct timing *to = b.timings[k] = arena_new_item(a, struct timing);
        *to = *from;
        to->streams =
            arena_new_array(a, struct timing_stream, from->stream_count);
        memcpy(to->streams, from->streams,
               from->stream_count * sizeof *to->streams);
        b.paced[k] = t->paced[k];
    }
    return b;
}

void trials_drop(struct trials *t)
{
    trials_end(t);
    arena_free(t->arena);
}

static struct batch *batch_of(struct trials *t, uint32_t scenario,
                              uint32_t count)
{
    struct arena *a = t->arena;
    const struct timing *timing = t->timings[scenario];
    if (t->batches == NULL)
        t->batches = arena_new_array(a, struct batch *, t->scenario_count);
    struct batch *b = t->batches[scenario];
    if (b != NULL && (b->paced != t->paced[scenario] || b->frames != t->frames))
        end_batch(b);
    if (b == NULL || b->paced != t->paced[scenario] || b->frames != t->frames) {
        b = t->batches[scenario] = arena_new_item(a, struct batch);
        b->paced = t->paced[scenario];
        b->frames = t->frames;
        b->in_lanes = lanes_supported(timing);
        b->crew_count = t->threads == 0 ? 1 : t->threads;
        b->crew = arena_new_array(a, struct crew, b->crew_count);
    }
    if (count > b->room) {
        const size_t streams = (size_t)count * timing->stream_count;
        b->room = count;
        b->items = arena_new_array(a, struct lane, count);
        b->capacities = arena_new_array(a, uint32_t, streams);
        b->latencies = arena_new_array(a, uint32_t, streams);
        b->starts = arena_new_array(a, uint64_t, (size_t)count * t->frames);
        b->ends = arena_new_array(a, uint64_t, (size_t)count * t->frames);
    }
    return b;
}

/* Frames whose latency among others counts. */
static uint32_t frames_that_count(uint32_t frames, const struct goals *g)
{
    const uint32_t most = g->back_to_back_frames;
    return most != 0 && most < frames ? most : frames;
}

static struct figures figures_of_lane(const struct lane *l,
                                      const struct goals *g)
{
    struct figures f = { .verdict = VERDICT_DEADLOCK };
    if (l->outcome == LANE_DEADLOCK)
        return f;
    f.verdict = VERDICT_MET;
    f.frames = l->frames;
    f.isolated = l->first_latency;
    for (uint32_t i = 0; i < frames_that_count(l->frames, g); i++)
        if (l->frame_end[i] - l->frame_start[i] > f.back_to_back)
            f.back_to_back = l->frame_end[i] - l->frame_start[i];
    f.period = l->period;
    f.period_cycles = l->period_cycles;
    f.certified = l->certified;
    return f;
}

/* Vectors for one thread at least: few lanes take as long as many. */
enum { PART_MIN = 32 };

/* A batch, cut in equal parts. */
struct parts {
    struct arena *arena; /* of the first one */
    const struct timing *timing;
    struct lanes_options options;
    struct batch *batch;
    uint32_t count, vectors;
};

static void run_part(void *context, uint32_t part)
{
    const struct parts *p = context;
    struct crew *c = &p->batch->crew[part];
    const uint64_t first = (uint64_t)p->vectors * part / p->count;
    const uint64_t end = (uint64_t)p->vectors * (part + 1) / p->count;
    if (c->lanes == NULL) {
        c->arena = part == 0 ? NULL : arena_new();
        c->lanes =
            lanes_new(part == 0 ? p->arena : c->arena, p->timing, &p->options);
    }
    lanes_run(c->lanes, p->batch->items + first, (uint32_t)(end - first));
}

/* A lane's result does not depend on those beside it, so nor does it on the
 * number of parts. */
static void run_batch(const struct trials *t, uint32_t scenario,
                      struct batch *b, uint32_t count)
{
    const uint32_t most = (count + PART_MIN - 1) / PART_MIN;
    struct parts p = {
        .arena = t->arena,
        .timing = t->timings[scenario],
        .options = { .frames = t->frames,
                     .first_latency_max = t->goals[scenario].isolated },
        .batch = b,
        .count = b->crew_count < most ? b->crew_count : most,
        .vectors = count,
    };
    parallel_run(p.count, p.count, run_part, &p);
}

static void run_lanes(struct trials *t, uint32_t scenario,
                      const uint32_t *const *vectors, uint32_t count,
                      struct figures *figures)
{
    struct batch *b = batch_of(t, scenario, count);
    const struct timing *timing = t->timings[scenario];
    const uint32_t streams = timing->stream_count;
    for (uint32_t v = 0; v < count; v++) {
        uint32_t *capacities = b->capacities + (size_t)v * streams;
        uint32_t *latencies = b->latencies + (size_t)v * streams;
        for (uint32_t i = 0; i < streams; i++) {
            capacities[i] = timing->streams[i].capacity;
            latencies[i] = timing->streams[i].write_latency;
        }
        for (uint32_t i = 0; i < t->fifo_count; i++)
            set_stream(t, i, vectors[v][i], capacities, latencies);
        b->items[v] = (struct lane){
            .capacities = capacities,
            .write_latencies = latencies,
            .frame_start = b->starts + (size_t)v * t->frames,
            .frame_end = b->ends + (size_t)v * t->frames,
        };
    }
    run_batch(t, scenario, b, count);
    for (uint32_t v = 0; v < count; v++)
        figures[v] = figures_of_lane(&b->items[v], &t->goals[scenario]);
}

static struct figures figures_of_run(struct arena *a, const struct timing *t,
                                     const struct run *r, const struct goals *g)
{
    struct figures f = { .verdict = VERDICT_DEADLOCK };
    if (r->outcome == RUN_DEADLOCK)
        return f;
    const struct run *alone = r;
    if (!r->apart)
        alone =
            run_timing(a, t,
                       &(struct run_options){ .frames = 1, .no_stats = true });
    f.verdict = VERDICT_MET;
    f.isolated = run_latency(alone, 0);
    const uint32_t counted = reference_last_frame(r->frames, t) + 1;
    for (uint32_t i = 0; i < frames_that_count(counted, g); i++)
        if (run_latency(r, i) > f.back_to_back)
            f.back_to_back = run_latency(r, i);
    f.frames = r->frames;
    f.period = r->period;
    f.period_cycles = r->period_cycles;
    f.certified = r->certified;
    if (t->region != NULL && !r->certified && r->period != 0)
        reference_measure_region(r, t, &f);
    return f;
}

static struct figures run_alone(struct trials *t, uint32_t scenario,
                                const uint32_t *choices)
{
    struct arena *a = arena_new();
    const struct run_options o = {
        .frames = t->frames,
        .no_stats = true,
        .first_latency_max = t->goals[scenario].isolated,
    };
    const struct timing *timing = t->timings[scenario];
    trials_set(t, choices);
    const struct figures f =
        figures_of_run(a, timing, run_timing(a, timing, &o),
                       &t->goals[scenario]);
    arena_free(a);
    return f;
}

/* All that is asked for, goals apart. */
static void run_scenario(struct trials *t, uint32_t scenario,
                         const uint32_t *const *vectors, uint32_t count,
                         struct figures *figures)
{
    t->runs += count;
    if (batch_of(t, scenario, 0)->in_lanes) {
        run_lanes(t, scenario, vectors, count, figures);
        return;
    }
    for (uint32_t v = 0; v < count; v++)
        figures[v] = run_alone(t, scenario, vectors[v]);
}

void trials_run(struct trials *t, const uint32_t *const *vectors,
                uint32_t count, struct miss *misses)
{
    struct arena *a = arena_new();
    const uint32_t **left = arena_new_array(a, const uint32_t *, count);
    uint32_t *which = arena_new_array(a, uint32_t, count);
    struct figures *figures = arena_new_array(a, struct figures, count);
    for (uint32_t v = 0; v < count; v++)
        misses[v] = (struct miss){ .verdict = VERDICT_MET };
    for (uint32_t k = 0; k < t->scenario_count; k++) {
        uint32_t n = 0;
        for (uint32_t v = 0; v < count; v++) {
            if (misses[v].verdict != VERDICT_MET)
                continue;
            left[n] = vectors[v];
            which[n++] = v;
        }
        run_scenario(t, k, left, n, figures);
        for (uint32_t i = 0; i < n; i++) {
            figures[i].verdict = verdict_of(&figures[i], &t->goals[k]);
            misses[which[i]] =
                (struct miss){ figures[i].verdict, k, figures[i] };
        }
    }
    arena_free(a);
}

struct miss trials_run_one(struct trials *t, const uint32_t *choices)
{
    struct miss miss;
    trials_run(t, &choices, 1, &miss);
    return miss;
}

struct figures trials_figures(struct trials *t, const uint32_t *choices,
                              uint32_t scenario)
{
    struct figures f;
    run_scenario(t, scenario, &choices, 1, &f);
    f.verdict = verdict_of(&f, &t->goals[scenario]);
    return f;
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
