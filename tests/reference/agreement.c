#include "tests/reference/agreement.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "engine/run.h"
#include "tests/reference/reference.h"
#include "tests/reference/reference_process.h"

enum { CYCLE_LIMIT = 20000000 };

typedef unsigned long long ull;

/* One pair of runs to compare. */
struct pair {
    struct arena *arena;
    const struct timing *timing;
    const struct run *run;
    const struct reference *reference;
    struct run_options options;
};

static const char *differs(const struct pair *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static const char *differs(const struct pair *p, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return arena_printf(p->arena,
                        "run(frames %u, log %d, no_stats %d, "
                        "shuffle %llu): %s",
                        p->options.frames, p->options.log, p->options.no_stats,
                        (ull)p->options.shuffle, text);
}

static const char *compare_times(const struct pair *p, uint32_t stream,
                                 const char *what, const uint64_t *engine,
                                 const uint64_t *reference, uint64_t count)
{
    for (uint64_t k = 0; k < count; k++)
        if (engine[k] != reference[k])
            return differs(p,
                           "stream %u, token %llu: %s in cycle %llu, "
                           "reference %llu",
                           stream, (ull)k, what, (ull)engine[k],
                           (ull)reference[k]);
    return NULL;
}

static const char *compare_stream(const struct pair *p, uint32_t i)
{
    const struct run_stream *e = &p->run->streams[i];
    const struct reference_stream *r = &p->reference->streams[i];
    if (e->written != r->written || e->tokens != r->read)
        return differs(p,
                       "stream %u: %llu written, %llu read, reference %llu "
                       "and %llu",
                       i, (ull)e->written, (ull)e->tokens, (ull)r->written,
                       (ull)r->read);
    if (p->options.log) {
        const char *why = compare_times(p, i, "written", e->write_times,
                                        r->write_times, r->written);
        if (why == NULL)
            why = compare_times(p, i, "read", e->read_times, r->read_times,
                                r->read);
        if (why != NULL)
            return why;
    }
    if (p->options.no_stats)
        return NULL;
    if (e->peak != r->peak)
        return differs(p, "stream %u: peak %u, reference %u", i, e->peak,
                       r->peak);
    uint64_t fill = 0;
    for (uint64_t k = 0; k < r->read; k++)
        fill += r->read_times[k] - r->write_times[k];
    if (e->fill_cycles != fill)
        return differs(p, "stream %u: fill %llu, reference %llu", i,
                       (ull)e->fill_cycles, (ull)fill);
    return NULL;
}

static uint64_t sum(const uint64_t *values, uint32_t count)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < count; i++)
        total += values[i];
    return total;
}

/* busy + starved + blocked = span, and both are sums over the ports. */
static const char *check_span(const struct pair *p, uint32_t i,
                              const char *what, const struct process_time *t,
                              uint64_t span)
{
    const struct timing_process *process = &p->timing->processes[i];
    if (t->busy + t->starved + t->blocked != span)
        return differs(p,
                       "process %u: %s busy %llu + starved %llu + blocked "
                       "%llu is not %llu",
                       i, what, (ull)t->busy, (ull)t->starved, (ull)t->blocked,
                       (ull)span);
    if (sum(t->starved_by, process->input_count) != t->starved ||
        sum(t->blocked_by, process->output_count) != t->blocked)
        return differs(p, "process %u: %s ports do not add up", i, what);
    return NULL;
}

static const char *compare_process(const struct pair *p, uint32_t i)
{
    const struct run_process *e = &p->run->processes[i];
    const struct reference_process_result *r = &p->reference->processes[i];
    if (e->end != r->end)
        return differs(p, "process %u: ends in %llu, reference %llu", i,
                       (ull)e->end, (ull)r->end);
    if (p->options.no_stats)
        return NULL;
    const struct process_time *t = &e->total;
    /* What holds up a step of an elastic process for ever is not counted. */
    bool counts = p->run->outcome == RUN_DONE ||
                  p->timing->processes[i].schedule->style != STALL_ELASTIC;
    if (counts && (t->busy != r->busy || t->starved != r->starved ||
                   t->blocked != r->blocked))
        return differs(p,
                       "process %u: busy %llu, starved %llu, blocked %llu, "
                       "reference %llu, %llu and %llu",
                       i, (ull)t->busy, (ull)t->starved, (ull)t->blocked,
                       (ull)r->busy, (ull)r->starved, (ull)r->blocked);
    return check_span(p, i, "total", t, r->any_event ? r->end + 1 : 0);
}

/* Every wait is one of the reference, and the one who could end it is the
 * one who waits next. */
static const char *compare_waits(const struct pair *p)
{
    const struct run *e = p->run;
    if (e->deadlock_cycle != p->reference->last_event)
        return differs(p, "deadlock in cycle %llu, reference %llu",
                       (ull)e->deadlock_cycle, (ull)p->reference->last_event);
    if (e->wait_count == 0)
        return differs(p, "a deadlock without waits");
    for (uint32_t i = 0; i < e->wait_count; i++) {
        const struct run_wait *w = &e->waits[i];
        const struct run_wait *next = &e->waits[(i + 1) % e->wait_count];
        const struct timing_stream *s = &p->timing->streams[w->stream];
        const struct reference_stream *r = &p->reference->streams[w->stream];
        if (!reference_waits_for(p->reference, w->process, w->stream,
                                 w->for_room))
            return differs(p,
                           "wait %u of %u: process %d does not wait for %s "
                           "stream %u",
                           i, e->wait_count, (int)w->process,
                           w->for_room ? "room in" : "a token of", w->stream);
        if (w->held != r->written - r->read)
            return differs(p, "wait %u: stream %u holds %llu, reference %llu",
                           i, w->stream, (ull)w->held,
                           (ull)(r->written - r->read));
        if (next->process != (w->for_room ? s->consumer : s->producer))
            return differs(p,
                           "wait %u of %u: the next one is not of the "
                           "process waited for",
                           i, e->wait_count);
    }
    return NULL;
}

/* A frame can be all out and nothing of it in, if it is all padding. */
static uint64_t start_of(const struct reference *r, uint32_t frame)
{
    return r->frame_start[frame] == UINT64_MAX ? 0 : r->frame_start[frame];
}

static const char *compare(const struct pair *p)
{
    const struct run *e = p->run;
    const struct reference *r = p->reference;
    bool deadlock = r->outcome == REFERENCE_DEADLOCK;
    for (uint32_t i = 0; i < r->stream_count; i++) {
        const char *why = compare_stream(p, i);
        if (why != NULL)
            return why;
    }
    if ((e->outcome == RUN_DEADLOCK) != deadlock)
        return differs(p, "deadlock: %d, reference %d",
                       e->outcome == RUN_DEADLOCK, deadlock);
    if (e->frames != r->frames)
        return differs(p, "%u frames, reference %u", e->frames, r->frames);
    for (uint32_t f = 0; f < r->frames; f++)
        if (e->frame_start[f] != start_of(r, f) ||
            e->frame_end[f] != r->frame_end[f])
            return differs(p, "frame %u: %llu .. %llu, reference %llu .. %llu",
                           f, (ull)e->frame_start[f], (ull)e->frame_end[f],
                           (ull)start_of(r, f), (ull)r->frame_end[f]);
    if (r->any_event && e->cycles != r->last_event + 1)
        return differs(p, "%llu cycles, reference %llu", (ull)e->cycles,
                       (ull)(r->last_event + 1));
    for (uint32_t i = 0; i < r->process_count; i++) {
        const char *why = compare_process(p, i);
        if (why != NULL)
            return why;
    }
    return deadlock ? compare_waits(p) : NULL;
}

static const struct reference *reference_of(struct arena *a,
                                            const struct timing *t,
                                            uint32_t frames, uint64_t shuffle)
{
    const struct reference *r = reference_run_with(
        a, t,
        &(struct reference_options){
            .frames = frames, .cycle_limit = CYCLE_LIMIT, .shuffle = shuffle });
    assert(r->outcome != REFERENCE_CYCLE_LIMIT);
    return r;
}

static bool has_frame_buffers(const struct timing *t)
{
    for (uint32_t i = 0; i < t->stream_count; i++)
        if (t->streams[i].frame_tokens != 0)
            return true;
    return false;
}

/* A process with several of them? */
static bool has_ports(const struct timing *t, bool inputs)
{
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct timing_process *p = &t->processes[i];
        if ((inputs ? p->input_count : p->output_count) > 1)
            return true;
    }
    return false;
}

static bool has_copies(const struct timing *t)
{
    for (uint32_t i = 0; i < t->stream_count; i++)
        if (t->streams[i].copies > 1)
            return true;
    return false;
}

static bool all_periodic(const struct timing *t)
{
    for (uint32_t i = 0; i < t->stream_count; i++)
        if (!stimulus_is_periodic(&t->streams[i].stimulus))
            return false;
    return true;
}

/* From the frame before the certificate on, every token at an edge comes
 * period_cycles after the one `period` frames before it. */
static const char *check_repeats(const struct pair *p)
{
    const struct run *e = p->run;
    /* The last frames of a run are not followed by others, which can make
     * them leave a rigid process or its neighbours at other times. */
    uint32_t unlike = 8 + 2 * p->timing->process_count;
    uint32_t frames = e->frames + 3 * e->period;
    const struct reference *r =
        reference_of(p->arena, p->timing, frames + unlike, 0);
    if (r->outcome != REFERENCE_DONE)
        return differs(p, "certified, but the reference deadlocks in %u frames",
                       frames + unlike);
    for (uint32_t f = e->frames - 1; f + e->period < frames; f++)
        if (r->frame_end[f + e->period] - r->frame_end[f] != e->period_cycles)
            return differs(p,
                           "certified %llu cycles in %u frames, frame %u "
                           "comes %llu after frame %u",
                           (ull)e->period_cycles, e->period, f + e->period,
                           (ull)(r->frame_end[f + e->period] - r->frame_end[f]),
                           f);
    for (uint32_t i = 0; i < p->timing->stream_count; i++) {
        const struct timing_stream *s = &p->timing->streams[i];
        if (s->consumer != TIMING_EDGE)
            continue;
        const uint64_t *times = r->streams[i].read_times;
        /* The period is one of all copies. */
        uint32_t copies = s->copies <= 1 ? 1 : s->copies;
        if (e->period % copies != 0)
            return differs(p, "certified with %u frames, copies are %u",
                           e->period, copies);
        uint64_t later = e->period / copies * s->tokens_per_frame;
        uint64_t last =
            reference_frames(s->copies, s->copy, frames) * s->tokens_per_frame;
        for (uint64_t k = reference_frames(s->copies, s->copy, e->frames) *
                          s->tokens_per_frame;
             k + later < last; k++)
            if (times[k + later] - times[k] != e->period_cycles)
                return differs(p,
                               "certified %llu cycles in %u frames, token "
                               "%llu of stream %u comes after %llu",
                               (ull)e->period_cycles, e->period,
                               (ull)(k + later), i,
                               (ull)(times[k + later] - times[k]));
    }
    return NULL;
}

/* A run until certified that stands still instead had begun some number of
 * frames; it must be the run of that many. */
static const char *check_deadlock(struct pair *p)
{
    const char *why = NULL;
    for (uint32_t frames = RUN_FRAMES_MAX; frames >= 1; frames--) {
        p->reference = reference_of(p->arena, p->timing, frames, 0);
        const char *here = compare(p);
        if (here == NULL)
            return NULL;
        if (why == NULL)
            why = here;
    }
    return why;
}

static const char *check_certified(struct pair *p, uint32_t frames,
                                   struct agreement_counts *counts)
{
    p->options = (struct run_options){ .log = true };
    p->run = run_timing(p->arena, p->timing, &p->options);
    if (p->run->outcome == RUN_DEADLOCK)
        return check_deadlock(p);
    if (p->run->frames < 2 || p->run->frames > RUN_FRAMES_MAX)
        return differs(p, "%u frames until certified", p->run->frames);
    p->reference = reference_of(p->arena, p->timing, p->run->frames, 0);
    const char *why = compare(p);
    if (why != NULL)
        return why;
    if (!p->run->certified) {
        counts->not_certified++;
        counts->not_certified_periodic += all_periodic(p->timing) ? 1 : 0;
        return NULL;
    }
    counts->certified++;
    counts->leapt += p->run->frames + p->run->period <= frames ? 1 : 0;
    counts->long_period += p->run->period > 1 ? 1 : 0;
    counts->copied_certified += has_copies(p->timing) ? 1 : 0;
    if (!all_periodic(p->timing))
        return differs(p, "certified although a stimulus is random");
    if (p->run->period == 0 || p->run->period >= p->run->frames)
        return differs(p, "certified with period %u after %u frames",
                       p->run->period, p->run->frames);
    for (uint32_t i = 0; i < p->timing->process_count; i++) {
        why = check_span(p, i, "steady", &p->run->processes[i].steady,
                         p->run->period_cycles);
        if (why != NULL)
            return why;
    }
    return check_repeats(p);
}

const char *agreement_check(struct arena *a, const struct timing *t,
                            uint32_t frames, uint64_t seed,
                            struct agreement_counts *counts)
{
    const struct run_options all[] = {
        { .frames = frames, .log = true },
        { .frames = frames, .log = true, .shuffle = seed | 1 },
        { .frames = frames, .log = true, .chain = true },
        { .frames = frames, .no_stats = true },
        { .frames = frames, .shuffle = ~seed | 1 },
    };
    struct pair p = {
        .arena = a,
        .timing = t,
        .reference = reference_of(a, t, frames, seed | 1),
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        p.options = all[i];
        p.run = run_timing(a, t, &p.options);
        const char *why = compare(&p);
        if (why != NULL)
            return why;
    }
    const bool deadlock = p.reference->outcome == REFERENCE_DEADLOCK;
    counts->done += deadlock ? 0 : 1;
    counts->deadlocks += deadlock ? 1 : 0;
    if (deadlock) {
        const uint64_t length = p.run->wait_count;
        counts->waits_named += length != 0 ? 1 : 0;
        if (length > counts->longest_wait)
            counts->longest_wait = length;
    }
    counts->forks += has_ports(t, false) ? 1 : 0;
    counts->joins += has_ports(t, true) ? 1 : 0;
    counts->framed += has_frame_buffers(t) ? 1 : 0;
    counts->framed_deadlocks += has_frame_buffers(t) && deadlock ? 1 : 0;
    counts->copied += has_copies(t) ? 1 : 0;
    counts->copied_deadlocks += has_copies(t) && deadlock ? 1 : 0;
    for (uint32_t i = 0; i < t->stream_count; i++)
        counts->tokens += p.reference->streams[i].written;
    return check_certified(&p, frames, counts);
}
