#include "traces/frame_times.h"

#include "base/arena.h"
#include "traces/side.h"

#include <assert.h>

struct frame_edges frame_edges_of(struct arena *a, const struct side *s)
{
    struct frame_edges e = {
        .inputs = arena_new_array(a, uint32_t, s->stream_count),
        .outputs = arena_new_array(a, uint32_t, s->stream_count),
    };
    for (uint32_t i = 0; i < s->stream_count && s->process_count > 0; i++) {
        if (s->streams[i].writer == SIDE_EDGE)
            e.inputs[e.input_count++] = i;
        if (s->streams[i].reader == SIDE_EDGE)
            e.outputs[e.output_count++] = i;
    }
    if (s->process_count == 0 && s->stream_count > 0) {
        e.inputs[e.input_count++] = s->order[0];
        e.outputs[e.output_count++] = s->order[s->stream_count - 1];
    }
    return e;
}

/* Number of frame `frame` of the run on this stream; false: it goes through
 * another copy. */
static bool own_frame(const struct side_stream *s, uint32_t frame,
                      uint64_t *own)
{
    uint32_t copies = s->copies > 1 ? s->copies : 1;
    *own = frame / copies;
    return frame % copies == s->copy;
}

static uint64_t start_at(const struct side_stream *s, uint64_t frame)
{
    const struct token_times *t = &s->times;
    uint64_t count = s->writes_seen ? t->write_count : t->read_count;
    uint64_t token = frame * s->tokens_per_frame;
    return token >= count ? FRAME_NEVER
                          : (s->writes_seen ? t->writes : t->reads)[token];
}

static uint64_t end_at(const struct side_stream *s, uint64_t frame)
{
    const struct token_times *t = &s->times;
    uint64_t count = s->reads_seen ? t->read_count : t->write_count;
    uint64_t token = (frame + 1) * s->tokens_per_frame - 1;
    return token >= count ? FRAME_NEVER
                          : (s->reads_seen ? t->reads : t->writes)[token];
}

struct frame_times frame_times_of(struct arena *a, const struct side *s,
                                  const struct frame_edges *e)
{
    assert(s->frames > 0);
    struct frame_times t = {
        s->frames,
        arena_new_array(a, uint64_t, s->frames),
        arena_new_array(a, uint64_t, s->frames),
    };
    for (uint32_t f = 0; f < s->frames; f++) {
        bool ended = false, missing = false;
        uint64_t last = 0, own;
        t.starts[f] = FRAME_NEVER;
        for (uint32_t i = 0; i < e->input_count; i++) {
            const struct side_stream *in = &s->streams[e->inputs[i]];
            uint64_t cycle =
                own_frame(in, f, &own) ? start_at(in, own) : FRAME_NEVER;
            t.starts[f] = cycle < t.starts[f] ? cycle : t.starts[f];
        }
        for (uint32_t i = 0; i < e->output_count; i++) {
            const struct side_stream *out = &s->streams[e->outputs[i]];
            if (!own_frame(out, f, &own))
                continue;
            uint64_t cycle = end_at(out, own);
            missing |= cycle == FRAME_NEVER;
            ended = true;
            last = cycle > last ? cycle : last;
        }
        t.ends[f] = ended && !missing ? last : FRAME_NEVER;
    }
    return t;
}

uint64_t frame_latency(const struct frame_times *t, uint32_t frame)
{
    uint64_t start = t->starts[frame], end = t->ends[frame];
    return start == FRAME_NEVER || end == FRAME_NEVER || end < start
               ? FRAME_NEVER
               : end - start;
}

uint64_t frame_interval(const struct frame_times *t, uint32_t frame)
{
    if (frame == 0)
        return FRAME_NEVER;
    uint64_t before = t->ends[frame - 1], end = t->ends[frame];
    return before == FRAME_NEVER || end == FRAME_NEVER || end < before
               ? FRAME_NEVER
               : end - before;
}

static struct frame_range range_of(const struct frame_times *t,
                                   uint64_t (*value)(const struct frame_times *,
                                                     uint32_t))
{
    struct frame_range r = { .min = UINT64_MAX };
    uint64_t sum = 0;
    for (uint32_t f = 0; f < t->frames; f++) {
        uint64_t x = value(t, f);
        if (x == FRAME_NEVER)
            continue;
        r.count++;
        sum += x;
        r.min = x < r.min ? x : r.min;
        r.max = x > r.max ? x : r.max;
    }
    if (r.count > 0)
        r.average_milli = sum / r.count * 1000 + sum % r.count * 1000 / r.count;
    return r;
}

struct frame_range frame_latencies(const struct frame_times *t)
{
    return range_of(t, frame_latency);
}

struct frame_range frame_intervals(const struct frame_times *t)
{
    return range_of(t, frame_interval);
}
