/* edge -- a source or a sink in token time: writes to, or reads from, one
 * channel as its stimulus says. */
#ifndef HEADRACE_ENGINE_EDGE_H
#define HEADRACE_ENGINE_EDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "design/stimulus.h"
#include "engine/channel.h"
#include "engine/trace.h"

struct edge {
    struct channel *channel;
    uint32_t stream;
    bool is_source;
    const struct stimulus *stimulus;
    struct stimulus_cursor cursor;
    uint64_t tokens_per_frame;
    uint32_t copies, copy; /* frames it carries; at least 1 copy */
    bool always;           /* the stimulus never holds it up */
    uint64_t in_frame;     /* tokens % tokens_per_frame */
    uint64_t tokens;       /* done */
    uint64_t token_limit;  /* stops there */
    int64_t previous;      /* cycle of the handshake before; -1: none */
    int64_t frame_first;   /* cycle of the last first token of a frame */
    int64_t idle;          /* of the next token; -1: not drawn yet */
    struct trace *trace;   /* NULL: none */
    uint64_t *frame_times; /* per frame of this stream: source: first token,
                              sink: last */
};

/* Where the time of frame `frame` of the run is noted; NULL: it does not come
 * through here. */
static inline uint64_t *edge_frame_time(const struct edge *e, uint64_t frame)
{
    return frame % e->copies == e->copy ? &e->frame_times[frame / e->copies]
                                        : NULL;
}

/* Whether that time is noted, of a frame that the edge carries. */
static inline bool edge_has_noted(const struct edge *e, uint64_t frame)
{
    const uint64_t before = frame / e->copies * e->tokens_per_frame;
    return e->tokens >= before + (e->is_source ? 1 : e->tokens_per_frame);
}

/* Goes on as far as the times it needs are known; true if it got anywhere. */
bool edge_advance(struct edge *e);

#endif
