#include "tune/fifo_bound.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/run.h"
#include "engine/timing.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

enum {
    /* Frames until the state of a window has to recur; else it shows nothing.
     * Windows are small and recur at once, or not for long. */
    WINDOW_FRAMES = 6,
    /* Tokens beyond the latencies that make a cut FIFO as good as one without
     * limit: it passes a token a cycle. */
    FULL_RATE = 2
};

/* Which processes are in. */
struct cutout {
    struct arena *arena;
    const struct timing *whole;
    bool *in;
    uint32_t count;
};

static uint32_t process_before(const struct timing *t, uint32_t stream)
{
    return t->streams[stream].producer;
}

/* Marks all processes that `from` leads to, or that lead to it. */
static void reach(const struct timing *t, uint32_t from, bool forward,
                  bool *reached)
{
    if (from == TIMING_EDGE || reached[from])
        return;
    const struct timing_process *p = &t->processes[from];
    reached[from] = true;
    const uint32_t count = forward ? p->output_count : p->input_count;
    for (uint32_t k = 0; k < count; k++)
        reach(t,
              forward ? t->streams[p->outputs[k]].consumer
                      : process_before(t, p->inputs[k]),
              forward, reached);
}

/* Those on a way from the producer of a stream to its consumer. */
static void take_between(struct cutout *w, uint32_t stream)
{
    const struct timing *t = w->whole;
    const struct timing_stream *s = &t->streams[stream];
    if (s->producer == TIMING_EDGE || s->consumer == TIMING_EDGE) {
        w->in[s->producer == TIMING_EDGE ? s->consumer : s->producer] = true;
        return;
    }
    bool *after = arena_new_array(w->arena, bool, t->process_count);
    bool *before = arena_new_array(w->arena, bool, t->process_count);
    reach(t, s->producer, true, after);
    reach(t, s->consumer, false, before);
    for (uint32_t i = 0; i < t->process_count; i++)
        w->in[i] = w->in[i] || (after[i] && before[i]);
}

/* What belongs together: the parts of a process of the family `schedule`, at
 * the two ends of its inner streams. */
static void take_parts(struct cutout *w, const struct design *d)
{
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < d->stream_count; i++) {
            const struct timing_stream *s = &w->whole->streams[i];
            if (!d->streams[i].inner || s->producer == TIMING_EDGE ||
                s->consumer == TIMING_EDGE ||
                w->in[s->producer] == w->in[s->consumer])
                continue;
            w->in[s->producer] = w->in[s->consumer] = true;
            more = true;
        }
    }
}

static bool is_in(const struct cutout *w, uint32_t process)
{
    return process != TIMING_EDGE && w->in[process];
}

/* A stream that the window cuts, or one that is not limited in it.  A stalling
 * source may be ahead by more than the window takes at once, and a stalling
 * sink behind: what is between them and the window may be deep. */
static void set_capacity(struct timing_stream *s, bool is_cut)
{
    const uint64_t all = s->initial + s->tokens_per_frame * WINDOW_FRAMES;
    uint64_t capacity =
        s->initial + s->write_latency + s->read_latency + FULL_RATE;
    if (!is_cut || s->frame_tokens != 0 || !stimulus_is_always(&s->stimulus))
        capacity = all;
    if (capacity > all)
        capacity = all;
    assert(capacity >= 1 && capacity <= UINT32_MAX);
    s->capacity = (uint32_t)capacity;
}

/* The timing of what is in the window; *target: the stream's index in it. */
static struct timing *cut(const struct cutout *w, const struct design *d,
                          uint32_t stream, uint32_t *target)
{
    const struct timing *whole = w->whole;
    struct timing *t = arena_new_item(w->arena, struct timing);
    t->streams =
        arena_new_array(w->arena, struct timing_stream, whole->stream_count);
    t->processes =
        arena_new_array(w->arena, struct timing_process, whole->process_count);
    uint32_t *process_at =
        arena_new_array(w->arena, uint32_t, whole->process_count);
    uint32_t *stream_at =
        arena_new_array(w->arena, uint32_t, whole->stream_count);
    for (uint32_t i = 0; i < whole->process_count; i++) {
        process_at[i] = t->process_count;
        if (w->in[i])
            t->processes[t->process_count++] = whole->processes[i];
    }
    for (uint32_t i = 0; i < whole->stream_count; i++) {
        const struct timing_stream *s = &whole->streams[i];
        const bool from = is_in(w, s->producer), to = is_in(w, s->consumer);
        if (!from && !to)
            continue;
        stream_at[i] = t->stream_count;
        struct timing_stream *c = &t->streams[t->stream_count++];
        *c = *s;
        /* What HLS or a schedule has inside is as it is. */
        const bool is_inner = i < d->stream_count && d->streams[i].inner;
        if (!from && s->producer != TIMING_EDGE)
            c->stimulus = (struct stimulus){ 0 };
        if (!to && s->consumer != TIMING_EDGE)
            c->stimulus = (struct stimulus){ 0 };
        if (i != stream && !is_inner)
            set_capacity(c, !from || !to);
        c->producer = from ? process_at[s->producer] : TIMING_EDGE;
        c->consumer = to ? process_at[s->consumer] : TIMING_EDGE;
    }
    *target = stream_at[stream];
    for (uint32_t i = 0; i < t->process_count; i++) {
        struct timing_process *p = &t->processes[i];
        uint32_t *inputs = arena_new_array(w->arena, uint32_t, p->input_count);
        uint32_t *outputs =
            arena_new_array(w->arena, uint32_t, p->output_count);
        for (uint32_t k = 0; k < p->input_count; k++)
            inputs[k] = stream_at[p->inputs[k]];
        for (uint32_t k = 0; k < p->output_count; k++)
            outputs[k] = stream_at[p->outputs[k]];
        p->inputs = inputs;
        p->outputs = outputs;
    }
    return t;
}

/* Whether it is shown that the window misses the interval. */
static bool misses(const struct timing *t, const struct goals *g,
                   struct bound_log *log)
{
    struct arena *a = arena_new();
    const struct run *r =
        run_timing(a, t,
                   &(struct run_options){ .frames = WINDOW_FRAMES,
                                          .no_stats = true,
                                          .relaxed = true });
    for (uint32_t i = 0; i < r->stream_count; i++)
        log->tokens += r->streams[i].tokens;
    const bool yes = r->outcome == RUN_DEADLOCK ||
                     (r->certified && r->period_cycles * g->period >
                                          g->period_cycles * r->period);
    arena_free(a);
    return yes;
}

static void note(struct bound_log *log, uint32_t least)
{
    log->entries =
        arena_grow(log->arena, log->entries, log->count, sizeof *log->entries);
    log->entries[log->count++] = (struct bound_entry){ log->tokens, least };
}

/* In one scenario, from `least` to `most`. */
static uint32_t least_in(const struct trials *t, uint32_t fifo, uint32_t k,
                         uint32_t least, uint32_t guess, uint32_t most,
                         struct bound_log *log)
{
    const struct storage *s = &t->fifos[fifo];
    const struct goals *g = &t->goals[k];
    if (least == most || g->period == 0 || t->timings[k]->region != NULL)
        return least;
    struct arena *a = arena_new();
    struct cutout w = { .arena = a, .whole = t->timings[k] };
    w.in = arena_new_array(a, bool, w.whole->process_count);
    take_between(&w, s->stream->index);
    take_parts(&w, t->design);
    uint32_t target;
    struct timing *cut_out = cut(&w, t->design, s->stream->index, &target);
    struct timing_stream *of = &cut_out->streams[target];
    /* The shallowest kind is the quickest. */
    storage_capacity(s, 0, &of->write_latency);
    /* At the guess, then down by doubling, then by halves: those from `high` on
     * do, those below `low` do not. */
    uint32_t low = least, high = most, step = 1;
    bool guessed = guess > least && guess < most;
    while (low < high && log->tokens < log->tokens_max) {
        uint32_t at = step <= high - low ? high - step : low + (high - low) / 2;
        if (guessed)
            at = guess - 1;
        uint32_t latency;
        of->capacity = storage_capacity(s, at, &latency);
        if (misses(cut_out, g, log)) {
            low = at + 1;
            step = guessed ? step : UINT32_MAX;
        } else {
            high = at;
            step = step == UINT32_MAX ? step : 2 * step;
        }
        guessed = false;
        note(log, low);
    }
    arena_free(a);
    return low;
}

uint32_t fifo_bound(const struct trials *t, uint32_t fifo, uint32_t guess,
                    uint32_t chosen, uint64_t *tokens)
{
    struct arena *a = arena_new();
    struct bound_log log = { .arena = a, .tokens_max = *tokens };
    fifo_bound_follow(t, fifo, guess, chosen, &log);
    const uint32_t least = fifo_bound_within(&log, tokens);
    arena_free(a);
    return least;
}

void fifo_bound_follow(const struct trials *t, uint32_t fifo, uint32_t guess,
                       uint32_t chosen, struct bound_log *log)
{
    uint32_t least = 0;
    for (uint32_t k = 0; k < t->scenario_count; k++)
        least = least_in(t, fifo, k, least, guess, chosen, log);
}

uint32_t fifo_bound_within(const struct bound_log *log, uint64_t *tokens)
{
    uint64_t before = 0;
    uint32_t least = 0;
    for (uint32_t i = 0; i < log->count && before < *tokens; i++) {
        least = log->entries[i].least;
        before = log->entries[i].tokens;
    }
    *tokens -= before < *tokens ? before : *tokens;
    return least;
}
