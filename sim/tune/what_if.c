#include "tune/what_if.h"

#include "base/arena.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/timing.h"

#include <assert.h>

struct what_if *what_if_new(struct arena *a, const struct design *d)
{
    struct what_if *w = arena_new_item(a, struct what_if);
    struct timing *t = timing_from_design(a, d);
    w->design = d;
    w->timing = t;
    w->streams = t->streams;
    w->depths = arena_new_array(a, uint32_t, d->stream_count);
    w->stage = "simulate";
    for (uint32_t i = 0; i < d->stream_count; i++)
        w->depths[i] = d->streams[i].depth;
    return w;
}

bool what_if_can_choose(const struct what_if *w, uint32_t stream)
{
    return stream < w->design->stream_count &&
           fifo_is_chosen(&w->design->streams[stream]);
}

/* A stream of the design with this depth. */
static struct stream stream_with(const struct what_if *w, uint32_t stream,
                                 uint32_t depth)
{
    struct stream s = w->design->streams[stream];
    fifo_set(&s, s.auto_kind ? FIFO_AUTO : s.kind, depth);
    return s;
}

static uint32_t unbounded_capacity(const struct stream *s)
{
    if (s->kind != FIFO_FRAME)
        return UINT32_MAX;
    const uint32_t frame = (uint32_t)s->tokens_per_frame;
    return UINT32_MAX / frame * frame;
}

void what_if_set(struct what_if *w, uint32_t stream, uint32_t depth)
{
    assert(what_if_can_choose(w, stream));
    struct timing_stream *t = &w->streams[stream];
    w->depths[stream] = depth;
    if (depth == WHAT_IF_UNBOUNDED) {
        t->capacity = unbounded_capacity(&w->design->streams[stream]);
        return;
    }
    const struct stream s = stream_with(w, stream, depth);
    t->capacity = stream_capacity(&s);
    t->write_latency = stream_write_latency(&s);
}

void what_if_restore(struct what_if *w, uint32_t stream)
{
    what_if_set(w, stream, w->design->streams[stream].depth);
}

void what_if_restore_all(struct what_if *w)
{
    for (uint32_t i = 0; i < w->design->stream_count; i++)
        if (what_if_can_choose(w, i))
            what_if_restore(w, i);
}

uint32_t what_if_deepest(const struct what_if *w, uint32_t stream,
                         uint32_t frames)
{
    const struct stream *s = &w->design->streams[stream];
    uint64_t most = s->kind == FIFO_FRAME ? frames + UINT64_C(1)
                                          : s->tokens_per_frame * frames + 1;
    if (most > FIFO_DEPTH_MAX)
        most = FIFO_DEPTH_MAX;
    return most > s->depth ? (uint32_t)most : s->depth;
}

bool what_if_counts_tokens(const struct what_if *w)
{
    for (uint32_t i = 0; i < w->design->stream_count; i++)
        if (what_if_can_choose(w, i) && w->design->streams[i].width_bits == 0)
            return true;
    return false;
}

uint64_t what_if_size(const struct what_if *w, uint32_t stream, uint32_t depth)
{
    const struct stream s = stream_with(w, stream, depth);
    const uint64_t capacity = stream_capacity(&s);
    return what_if_counts_tokens(w) ? capacity : capacity * s.width_bits;
}

uint32_t what_if_deepest_within(const struct what_if *w, uint32_t stream,
                                uint32_t low, uint32_t high, uint64_t size)
{
    const uint64_t before = what_if_size(w, stream, low);
    if (what_if_size(w, stream, high) - before <= size)
        return high;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (what_if_size(w, stream, middle) - before <= size)
            low = middle;
        else
            high = middle;
    }
    return low;
}

const struct run *what_if_run(struct what_if *w, struct arena *a,
                              const struct run_options *options)
{
    if (w->observer != NULL)
        w->observer->progress(w->observer->context, w->stage, w->runs);
    const struct run *r = run_timing(a, w->timing, options);
    w->runs++;
    for (uint32_t i = 0; i < r->stream_count; i++) {
        const struct timing_stream *s = &w->timing->streams[i];
        const uint64_t tokens = s->tokens_per_frame * (r->frames + UINT64_C(1));
        w->work += r->streams[i].written +
                   (s->capacity < tokens ? s->capacity : tokens);
    }
    return r;
}

struct what_if_figures what_if_figures_of(const struct run *r, bool is_region,
                                          uint64_t isolated_latency)
{
    if (r->outcome == RUN_DEADLOCK)
        return (struct what_if_figures){ .deadlock = true };
    /* The last frames of a region are not followed by others, which would
     * have held back what they leave inside. */
    const uint32_t last = is_region ? r->frames / 2 : r->frames - 1;
    return (struct what_if_figures){
        .certified = r->certified,
        .period = r->period,
        .period_cycles = r->period_cycles,
        .isolated_latency = isolated_latency,
        .back_to_back_latency = run_latency(r, last),
    };
}

struct what_if_figures what_if_measure(struct what_if *w, uint32_t frames)
{
    struct arena *scratch = arena_new();
    const struct run *r = what_if_run(w, scratch,
                                      &(struct run_options){
                                          .frames = frames, .no_stats = true });
    const struct run *alone = r;
    if (r->outcome == RUN_DONE && !r->apart)
        alone =
            what_if_run(w, scratch,
                        &(struct run_options){ .frames = 1, .no_stats = true });
    const struct what_if_figures f =
        what_if_figures_of(r, w->timing->region != NULL,
                           r->outcome == RUN_DONE ? run_latency(alone, 0) : 0);
    arena_free(scratch);
    return f;
}

int what_if_compare_intervals(const struct what_if_figures *a,
                              const struct what_if_figures *b)
{
    const uint64_t left = a->period_cycles * b->period;
    const uint64_t right = b->period_cycles * a->period;
    return left < right ? -1 : left > right;
}

bool what_if_runs(struct what_if *w, uint32_t frames)
{
    struct arena *scratch = arena_new();
    const bool done =
        what_if_run(w, scratch,
                    &(struct run_options){ .frames = frames, .no_stats = true })
            ->outcome == RUN_DONE;
    arena_free(scratch);
    return done;
}
