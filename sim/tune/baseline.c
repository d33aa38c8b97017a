#include "tune/baseline.h"

#include "base/arena.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "kernels/schedule.h"

#include <string.h>

enum {
    PORT_DEPTH = 2, /* a register slice of an AXI stream: one token in it, one
                       skid */
    HLS4ML_FRAMES = 2,
    FINN_WINDOW_FRAMES = 2,
    FINN_SHALLOW = 2,
    FINN_SRL = 32 /* an SRL32 costs the same at any depth up to this */
};

static const char *const names[] = {
    [BASELINE_MAX] = "max",
    [BASELINE_HLS4ML] = "hls4ml",
    [BASELINE_FINN] = "finn",
};

const char *baseline_name(enum baseline_method m)
{
    return names[m];
}

bool baseline_find(const char *name, enum baseline_method *out)
{
    for (int m = 0; m < BASELINE_COUNT; m++) {
        if (strcmp(name, names[m]) == 0) {
            *out = (enum baseline_method)m;
            return true;
        }
    }
    return false;
}

/* It has a depth in tokens that these tools would choose. */
static bool is_chosen(const struct stream *s)
{
    return fifo_is_chosen(s) && s->kind != FIFO_FRAME;
}

static bool is_port(const struct stream *s)
{
    return s->producer == NULL || s->consumer == NULL;
}

static uint32_t legal(const struct stream *s, uint64_t depth)
{
    const uint32_t least = s->kind == FIFO_BRAM && !s->auto_kind ? 2 : 1;
    if (depth < least)
        return least;
    return depth < FIFO_DEPTH_MAX ? (uint32_t)depth : FIFO_DEPTH_MAX;
}

/* --- simulation ----------------------------------------------------------- */

/* Cycles per frame of the process that takes longest. */
static uint32_t slowest(const struct timing *t)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct timing_process *p = &t->processes[i];
        const uint64_t copies = p->copies > 1 ? p->copies : 1;
        const uint64_t ticks = schedule_ticks_per_frame(p->schedule);
        if ((ticks + copies - 1) / copies > most)
            most = (ticks + copies - 1) / copies;
    }
    return most < UINT32_MAX ? (uint32_t)most : UINT32_MAX;
}

/* All tokens of a run, and those of a frame that a process begins by itself
 * behind the last (zeropad2d does). */
static uint32_t unlimited(const struct timing_stream *s, uint32_t frames)
{
    const uint64_t tokens =
        (timing_frames(s->copies, s->copy, frames) + 1) * s->tokens_per_frame;
    return tokens < UINT32_MAX ? (uint32_t)tokens : UINT32_MAX;
}

static void simulate(struct arena *a, const struct design *d,
                     struct baseline *b)
{
    struct timing *t = timing_from_design(a, d);
    for (uint32_t i = 0; i < t->stream_count; i++) {
        struct timing_stream *s = &t->streams[i];
        s->stimulus = (struct stimulus){ 0 };
        if (i < d->stream_count && s->producer == TIMING_EDGE)
            s->stimulus.frame_period = b->throttle;
        /* A region has streams of its own behind those of the design. */
        if (i >= d->stream_count || !is_chosen(&d->streams[i]))
            continue;
        struct stream with = d->streams[i];
        if (with.auto_kind)
            with.kind = b->method == BASELINE_FINN ? FIFO_SRL : FIFO_BRAM;
        s->write_latency = stream_write_latency(&with);
        s->read_latency = stream_read_latency(&with);
        s->capacity = unlimited(s, b->frames);
    }
    const struct run_options options = { .frames = b->frames };
    b->run = run_timing(a, t, &options);
}

/* --- rules ---------------------------------------------------------------- */

/* FINN builds a sliding window for what looks at more than one pixel.  What
 * the processes of a schedule are is not known: a network of windows. */
static bool has_windows(const struct design *d)
{
    if (d->family == FAMILY_SCHEDULE)
        return true;
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct window *w = &d->processes[i].window;
        if (w->kernel_h > 1 || w->kernel_w > 1)
            return true;
    }
    return false;
}

static uint32_t finn_frames(const struct design *d)
{
    if (has_windows(d))
        return FINN_WINDOW_FRAMES;
    const uint32_t nodes = d->process_count + d->stream_count;
    return nodes < 2 ? 1 : nodes / 2;
}

static uint64_t depth_of(const struct design *d, const struct stream *s,
                         const struct baseline *b)
{
    if (b->method != BASELINE_FINN && is_port(s))
        return PORT_DEPTH;
    if (b->method == BASELINE_MAX)
        return s->tokens_per_frame;
    const uint64_t peak = b->run->streams[s->index].peak;
    if (b->method == BASELINE_HLS4ML)
        return family_is_vitis(d->family) ? peak : peak + 1;
    if (peak <= FINN_SHALLOW)
        return FINN_SHALLOW;
    return peak <= FINN_SRL ? FINN_SRL : peak;
}

struct baseline *baseline_depths(struct arena *a, const struct design *d,
                                 enum baseline_method m, uint32_t frames)
{
    struct baseline *b = arena_new_item(a, struct baseline);
    b->method = m;
    if (m == BASELINE_HLS4ML)
        b->frames = frames != 0 ? frames : HLS4ML_FRAMES;
    if (m == BASELINE_FINN) {
        b->frames = frames != 0 ? frames : finn_frames(d);
        b->throttle = slowest(timing_from_design(a, d));
    }
    if (b->frames != 0)
        simulate(a, d, b);
    b->depths = arena_new_array(a, uint32_t, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        b->depths[i] = is_chosen(s) ? legal(s, depth_of(d, s, b)) : s->depth;
    }
    return b;
}
