#include "tune/just_in_time.h"

#include "base/arena.h"
#include "base/bits.h"
#include "engine/timing.h"

#include <assert.h>
#include <stddef.h>

static const int64_t NEVER = INT64_MAX / 4; /* so late that nobody waits */

/* The latest cycles of a stream's tokens. */
struct tokens {
    uint64_t count; /* of all frames */
    int64_t *read, *write;
    uint64_t reads_left, writes_left; /* of the walk back */
};

struct walk {
    const struct timing *timing;
    uint32_t frames;
    struct tokens *streams;
};

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Each stream leads from a process to a later one, and starts empty. */
static bool is_plain(const struct timing *t)
{
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct timing_stream *s = &t->streams[i];
        if (s->initial != 0 || s->frame_tokens != 0)
            return false;
        if (s->producer != TIMING_EDGE && s->consumer != TIMING_EDGE &&
            s->producer >= s->consumer)
            return false;
    }
    return true;
}

/* The last token of each frame is due when the frame is, the others one cycle
 * before the next. */
static void ask_at_sink(const struct walk *w, uint32_t stream,
                        const uint64_t *frame_end)
{
    const struct timing_stream *s = &w->timing->streams[stream];
    const struct tokens *k = &w->streams[stream];
    const uint32_t copies = s->copies == 0 ? 1 : s->copies;
    for (uint64_t i = k->count; i-- > 0;) {
        const uint64_t frame = i / s->tokens_per_frame * copies + s->copy;
        k->read[i] = i + 1 == k->count ? NEVER : k->read[i + 1] - 1;
        if ((i + 1) % s->tokens_per_frame == 0)
            k->read[i] = sooner(k->read[i], (int64_t)frame_end[frame]);
    }
}

/* The steps of one frame of the schedule, in order: instructions. */
static uint32_t *list_steps(struct arena *a, const struct schedule *s,
                            uint64_t count)
{
    uint32_t *steps = arena_new_array(a, uint32_t, count);
    struct schedule_cursor c;
    schedule_start(&c, s);
    for (uint64_t i = 0; i < count; i++) {
        steps[i] = c.at;
        schedule_advance(&c);
    }
    return steps;
}

/* When token i of those that the step causes comes after it. */
static int64_t after_step(const struct step *step, uint32_t i)
{
    return (int64_t)(step->delay + (uint64_t)i * step->spacing);
}

/* The latest cycle of a step, as far as what it writes is concerned. */
static int64_t latest_for_writes(const struct walk *w,
                                 const struct timing_process *p,
                                 const struct step *step)
{
    int64_t latest = NEVER;
    for (uint32_t m = step->writes; m != 0; m &= m - 1) {
        const struct tokens *k = &w->streams[p->outputs[bits_lowest(m)]];
        for (uint32_t i = 0; i < step->count; i++)
            latest = sooner(latest, k->write[k->writes_left - step->count + i] -
                                        after_step(step, i));
    }
    return latest;
}

static void set_tokens(struct walk *w, const struct timing_process *p,
                       const struct step *step, int64_t cycle)
{
    for (uint32_t m = step->reads; m != 0; m &= m - 1) {
        struct tokens *k = &w->streams[p->inputs[bits_lowest(m)]];
        k->read[--k->reads_left] = cycle;
    }
    for (uint32_t m = step->writes; m != 0; m &= m - 1) {
        struct tokens *k = &w->streams[p->outputs[bits_lowest(m)]];
        k->writes_left -= step->count;
        for (uint32_t i = 0; i < step->count; i++)
            k->write[k->writes_left + i] = cycle + after_step(step, i);
    }
}

/* From its last step to its first. */
static void walk_process(struct walk *w, uint32_t process)
{
    const struct timing_process *p = &w->timing->processes[process];
    const struct schedule *s = p->schedule;
    struct arena *a = arena_new();
    const uint64_t count = schedule_steps(s);
    const uint32_t *steps = list_steps(a, s, count);
    const uint64_t frames = p->turns
                                ? w->frames / p->copies
                                : timing_frames(p->copies, p->copy, w->frames);
    int64_t next = NEVER;     /* of the step behind, less its gap */
    int64_t datapath = NEVER; /* of the step behind that waits for it */
    int64_t end = NEVER;      /* of all writes of the frame */
    for (uint64_t i = frames * count; i-- > 0;) {
        const struct step *step = &s->instructions[steps[i % count]].step;
        if ((i + 1) % count == 0 && s->overlap == OVERLAP_SEQUENTIAL)
            end = next == NEVER ? NEVER : next - (int64_t)s->restart;
        int64_t latest = sooner(next, end);
        if (step->hold != 0)
            latest = sooner(latest, datapath - (int64_t)step->hold);
        if (step->writes != 0)
            latest = sooner(sooner(latest, latest_for_writes(w, p, step)),
                            end - after_step(step, step->count - 1));
        set_tokens(w, p, step, latest);
        next = latest - step->gap;
        if (step->needs_datapath)
            datapath = latest;
    }
    arena_free(a);
}

/* Writes as late as the reads allow; ahead of them no two in a cycle. */
static void ask_producer(const struct walk *w, uint32_t stream)
{
    const struct timing_stream *s = &w->timing->streams[stream];
    const struct tokens *k = &w->streams[stream];
    int64_t next = NEVER;
    for (uint64_t i = k->count; i-- > 0;) {
        next = sooner(next - 1, k->read[i] - s->write_latency);
        k->write[i] = next;
    }
}

/* The least capacity with which no write has to wait. */
static uint32_t capacity_of(const struct walk *w, uint32_t stream)
{
    const struct timing_stream *s = &w->timing->streams[stream];
    const struct tokens *k = &w->streams[stream];
    uint64_t most = 1, free = 0; /* places free again in time */
    for (uint64_t i = 0; i < k->count; i++) {
        while (free < i && k->read[free] + s->read_latency <= k->write[i])
            free++;
        if (i + 1 - free > most)
            most = i + 1 - free;
    }
    return most > UINT32_MAX ? UINT32_MAX : (uint32_t)most;
}

uint32_t *just_in_time_capacities(struct arena *a, const struct timing *t,
                                  const uint64_t *frame_end, uint32_t frames)
{
    if (!is_plain(t))
        return NULL;
    uint32_t *capacities = arena_new_array(a, uint32_t, t->stream_count);
    struct arena *scratch = arena_new();
    struct walk w = { t, frames, NULL };
    w.streams = arena_new_array(scratch, struct tokens, t->stream_count);
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct timing_stream *s = &t->streams[i];
        struct tokens *k = &w.streams[i];
        k->count =
            s->tokens_per_frame * timing_frames(s->copies, s->copy, frames);
        k->reads_left = k->writes_left = k->count;
        k->read = arena_new_array(scratch, int64_t, k->count);
        k->write = arena_new_array(scratch, int64_t, k->count);
        if (s->consumer == TIMING_EDGE) {
            ask_at_sink(&w, i, frame_end);
            ask_producer(&w, i);
        }
    }
    for (uint32_t i = t->process_count; i-- > 0;) {
        walk_process(&w, i);
        for (uint32_t k = 0; k < t->processes[i].input_count; k++)
            ask_producer(&w, t->processes[i].inputs[k]);
    }
    for (uint32_t i = 0; i < t->stream_count; i++)
        capacities[i] = capacity_of(&w, i);
    arena_free(scratch);
    return capacities;
}
