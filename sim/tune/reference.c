#include "tune/reference.h"

#include "base/arena.h"
#include "base/bits.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "tune/tune.h"

#include <assert.h>
#include <string.h>

/* The first frames fill the design; then come as many as show the interval,
 * which with unlimited FIFOs is that of the slowest from then on. */
enum {
    FILLING = 3,
    /* Regions are measured in the middle of a run, over a quarter of it, or so
     * many frames as bursts take to come round. */
    REGION_FRAMES = 16,
    STALLED_REGION_FRAMES = 2 * REGION_FRAMES,
    /* Bursts that fit frames worse than that are measured over so many, and so
     * are stalls that never come round. */
    STALLED_FRAMES = 16
};

static bool is_stalled(const struct timing *t)
{
    for (uint32_t i = 0; i < t->stream_count; i++)
        if (!stimulus_is_always(&t->streams[i].stimulus))
            return true;
    return false;
}

static bool is_periodic(const struct timing *t)
{
    for (uint32_t i = 0; i < t->stream_count; i++)
        if (!stimulus_is_periodic(&t->streams[i].stimulus))
            return false;
    return true;
}

/* Frames after which bursts begin where they did in a frame, and turns are as
 * they were. */
static uint32_t frames_of_round(const struct timing *t)
{
    const uint32_t turns = timing_round(t, RUN_FRAMES_MAX);
    const uint32_t most = (STALLED_FRAMES + turns - 1) / turns * turns;
    uint64_t round = is_periodic(t) ? turns : most;
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct timing_stream *s = &t->streams[i];
        const uint32_t burst = s->stimulus.burst;
        if (burst == 0 ||
            (s->producer != TIMING_EDGE && s->consumer != TIMING_EDGE))
            continue;
        const uint64_t tokens = s->tokens_per_frame * (round / turns);
        const uint64_t more = burst / bits_common_divisor(tokens, burst);
        round *= more;
        if (round >= STALLED_FRAMES)
            return most;
    }
    return (uint32_t)round;
}

static uint32_t frames_to_run(const struct timing *t)
{
    if (t->region != NULL)
        return is_stalled(t) ? STALLED_REGION_FRAMES : REGION_FRAMES;
    return FILLING * timing_round(t, RUN_FRAMES_MAX) + frames_of_round(t);
}

/* The same timing with room for all tokens of all frames. */
static struct timing *unlimited(struct arena *a, const struct design *d,
                                const struct timing *t, uint32_t frames)
{
    struct timing *u = arena_new_item(a, struct timing);
    *u = *t;
    u->streams = arena_new_array(a, struct timing_stream, t->stream_count);
    memcpy(u->streams, t->streams, t->stream_count * sizeof *u->streams);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct timing_stream *s = &u->streams[i];
        if (!tune_looks_for(&d->streams[i]))
            continue;
        const uint64_t all = s->initial + s->tokens_per_frame * frames;
        s->capacity = all > UINT32_MAX ? UINT32_MAX : (uint32_t)all;
        struct stream deep = d->streams[i];
        fifo_set(&deep, deep.auto_kind ? FIFO_AUTO : deep.kind, FIFO_DEPTH_MAX);
        s->write_latency = stream_write_latency(&deep);
    }
    return u;
}

/* Cycles that an edge takes for a frame at least. */
static uint64_t edge_cycles(const struct timing_stream *s)
{
    const struct stimulus *x = &s->stimulus;
    uint64_t cycles = s->tokens_per_frame * (1 + (uint64_t)x->gap);
    if (x->joined)
        cycles -= x->gap;
    if (x->grid > 1 && s->tokens_per_frame * x->grid > cycles)
        cycles = s->tokens_per_frame * x->grid;
    if (x->burst != 0)
        cycles += s->tokens_per_frame / x->burst * x->pause;
    cycles += x->frame_gap;
    return cycles > x->frame_period ? cycles : x->frame_period;
}

static void raise(struct reference *r, uint64_t cycles, uint32_t frames,
                  uint32_t process)
{
    if (cycles * r->bound_frames <= r->bound_cycles * frames)
        return;
    r->bound_cycles = cycles;
    r->bound_frames = frames;
    r->pacing = process;
}

static uint32_t copies_of(uint32_t copies)
{
    return copies == 0 ? 1 : copies;
}

static void find_bound(struct reference *r, const struct timing *t)
{
    r->bound_frames = 1;
    r->pacing = REFERENCE_EDGE;
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct timing_process *p = &t->processes[i];
        raise(r, schedule_ticks_per_frame(p->schedule), copies_of(p->copies),
              i);
    }
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct timing_stream *s = &t->streams[i];
        if (s->producer == TIMING_EDGE || s->consumer == TIMING_EDGE)
            raise(r, edge_cycles(s), copies_of(s->copies), REFERENCE_EDGE);
    }
}

/* Cycles of so many frames, at most: where frames take turns in being longer,
 * as with a stalling source, one round alone may be the shorter one. */
static uint64_t longest_round(const struct run *r, uint32_t round,
                              uint32_t first, uint32_t last)
{
    uint64_t most = 0;
    for (uint32_t i = first; i <= last; i++)
        if (r->frame_end[i] - r->frame_end[i - round] > most)
            most = r->frame_end[i] - r->frame_end[i - round];
    return most;
}

void reference_measure_region(const struct run *r, const struct timing *t,
                              struct figures *f)
{
    const uint32_t last = reference_last_frame(r->frames, t);
    const uint32_t round = is_stalled(t) ? frames_of_round(t) : 1;
    f->period = r->period;
    if (round <= last)
        f->period = round > r->period ? round : r->period - r->period % round;
    f->period_cycles =
        longest_round(r, f->period, is_stalled(t) ? f->period : last, last);
}

uint32_t reference_last_frame(uint32_t frames, const struct timing *t)
{
    return t->region != NULL ? frames / 2 : frames - 1;
}

/* Cycles of a frame that no other one follows.  Where frames cannot be cut
 * apart, the first of a run may wait for what comes after it. */
static uint64_t isolated_latency(struct arena *a, const struct timing *u,
                                 const struct run *run)
{
    if (run->apart)
        return run_latency(run, 0);
    const struct run_options o = { .frames = 1, .no_stats = true };
    return run_latency(run_timing(a, u, &o), 0);
}

struct reference reference_find(struct arena *keep, const struct design *d,
                                const struct timing *t)
{
    struct arena *a = arena_new();
    struct reference r = { .figures = { .verdict = VERDICT_DEADLOCK } };
    const uint32_t frames = frames_to_run(t);
    const struct timing *u = unlimited(a, d, t, frames);
    const struct run_options o = { .frames = frames, .no_stats = true };
    const struct run *run = run_timing(a, u, &o);
    find_bound(&r, t);
    if (run->outcome == RUN_DONE) {
        const uint32_t round = frames_of_round(t);
        struct figures *f = &r.figures;
        const uint32_t last = reference_last_frame(frames, t);
        uint64_t *ends = arena_new_array(keep, uint64_t, frames);
        memcpy(ends, run->frame_end, frames * sizeof *ends);
        r.frames = frames;
        r.latency_frames = last + 1;
        r.frame_end = ends;
        f->verdict = VERDICT_MET;
        f->isolated = isolated_latency(a, u, run);
        for (uint32_t i = 0; i <= last; i++)
            if (run_latency(run, i) > f->back_to_back)
                f->back_to_back = run_latency(run, i);
        f->period = round;
        f->period_cycles =
            longest_round(run, round, is_stalled(t) ? round : last, last);
        f->certified = run->certified;
        if (run->certified) {
            f->period = run->period;
            f->period_cycles = run->period_cycles;
        } else if (t->region != NULL) {
            reference_measure_region(run, t, f);
        }
    }
    arena_free(a);
    return r;
}

uint64_t reference_bound(const struct reference *r)
{
    return (r->bound_cycles + r->bound_frames - 1) / r->bound_frames;
}
