#include "tests/traces/side_case.h"

#include "base/arena.h"

enum { STREAMS_MAX = 16 };

struct side *side_case_new(struct arena *a, enum side_kind kind,
                           const char *path)
{
    struct side *s = arena_new_item(a, struct side);
    *s = (struct side){
        .kind = kind,
        .path = path,
        .streams = arena_new_array(a, struct side_stream, STREAMS_MAX),
        .order = arena_new_array(a, uint32_t, STREAMS_MAX),
        .processes = arena_new_array(a, struct side_process, STREAMS_MAX),
        .end = UINT64_MAX,
    };
    return s;
}

struct side_case_times side_case_stream(struct arena *a, struct side *s,
                                        const char *name, uint64_t tokens,
                                        uint64_t write, uint64_t step,
                                        uint64_t held)
{
    struct side_case_times t = { arena_new_array(a, uint64_t, tokens),
                                 arena_new_array(a, uint64_t, tokens) };
    for (uint64_t i = 0; i < tokens; i++) {
        t.writes[i] = write + i * step;
        t.reads[i] = t.writes[i] + held;
    }
    s->order[s->stream_count] = s->stream_count;
    s->streams[s->stream_count++] = (struct side_stream){
        .times = { name, tokens, tokens, t.writes, t.reads },
        .writes_seen = true,
        .reads_seen = true,
        .writer = SIDE_EDGE,
        .reader = SIDE_EDGE,
    };
    return t;
}

void side_case_process(struct arena *a, struct side *s, const char *name,
                       uint32_t input, uint32_t output)
{
    uint32_t *streams = arena_new_array(a, uint32_t, 2);
    streams[0] = input;
    streams[1] = output;
    s->streams[input].reader = s->process_count;
    s->streams[output].writer = s->process_count;
    s->processes[s->process_count++] =
        (struct side_process){ name, 1, 1, &streams[0], &streams[1] };
}

struct side *side_case_chain(struct arena *a, enum side_kind kind,
                             const char *path, uint32_t frames, uint64_t begin)
{
    static const char *const names[] = { "source.out", "conv.out", "pool.out" };
    static const uint64_t per_frame[] = { 8, 4, 2 };
    static const uint64_t after[] = { 0, 13, 23 };
    struct side *s = side_case_new(a, kind, path);
    for (uint32_t i = 0; i < 3; i++) {
        side_case_stream(a, s, names[i], frames * per_frame[i],
                         begin + after[i], UINT64_C(2) << i, 1);
        if (kind == SIDE_MODEL)
            s->streams[i].tokens_per_frame = per_frame[i];
    }
    if (kind == SIDE_MODEL) {
        side_case_process(a, s, "conv", 0, 1);
        side_case_process(a, s, "pool", 1, 2);
    } else {
        s->end = begin + 1000;
    }
    return s;
}
