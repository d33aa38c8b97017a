/* ring -- one side of a channel, taken apart for loops that go through many
 * tokens: a reader's or a writer's pointer into the slots, and what its side
 * adds to the statistics.  ring_open_* takes it from the channel, ring_close_*
 * puts it back; in between nobody else touches the channel.
 *
 * `what` says what is asked for; it is a constant in every use, so that what
 * is not asked for costs nothing. */
#ifndef HEADRACE_ENGINE_RING_H
#define HEADRACE_ENGINE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/inline.h"
#include "engine/channel.h"

enum {
    RING_STATS = 1,
    RING_LOG = 2,    /* for rings that have one */
    RING_FRAMED = 4, /* for rings that are frame buffers */
    RING_WHATEVER = RING_STATS | RING_LOG | RING_FRAMED
};

struct ring {
    int64_t *begin, *end, *at;
    int64_t latency;
    uint64_t known; /* tokens to read, or places to write */
    uint32_t capacity, peak;
    uint32_t frame;
    uint64_t *log;      /* where the next time goes; NULL: no log */
    uint64_t waited;    /* ticks for tokens here, or cycles for room */
    int64_t fill;       /* input */
    uint64_t beyond;    /* input: tokens written that are not known */
    uint64_t limit;     /* output: tokens written when no place is known */
    uint64_t read;      /* output: so far, as far as is known */
    int64_t other_last; /* output: the last of these reads */
};

ALWAYS_INLINE int64_t *ring_after(const struct ring *r, int64_t *at)
{
    return at + 1 == r->end ? r->begin : at + 1;
}

/* The first cycle in which the slot `at` can be read or written. */
ALWAYS_INLINE int64_t ring_time_at(const struct ring *r, const int64_t *at,
                                   int what)
{
    if ((what & RING_FRAMED) == 0)
        return *at + r->latency;
    const uint32_t index = (uint32_t)(at - r->begin);
    return r->begin[channel_decisive(index, r->frame)] + r->latency;
}

ALWAYS_INLINE int64_t ring_time(const struct ring *r, int what)
{
    return ring_time_at(r, r->at, what);
}

ALWAYS_INLINE void ring_use_slot(struct ring *r, int64_t time, int what)
{
    if ((what & RING_LOG) != 0 && r->log != NULL)
        *r->log++ = (uint64_t)time;
    *r->at = time;
    r->at = ring_after(r, r->at);
    r->known--;
}

ALWAYS_INLINE void ring_read(struct ring *r, int64_t cycle, int what)
{
    if ((what & RING_STATS) != 0) {
        r->fill += cycle - *r->at;
        const uint64_t held = r->known + r->beyond;
        if (held > r->peak)
            r->peak = channel_peak_at_read(r->begin, r->capacity, r->peak,
                                           (uint32_t)(r->at - r->begin), 0,
                                           held, cycle);
    }
    ring_use_slot(r, cycle, what);
}

ALWAYS_INLINE void ring_write(struct ring *r, int64_t time, int what)
{
    if ((what & RING_STATS) != 0 && r->peak < r->capacity &&
        r->other_last > time)
        r->peak = channel_peak_at_write(r->begin, r->capacity, r->peak,
                                        (uint32_t)(r->at - r->begin),
                                        r->limit - r->known, r->read, time);
    ring_use_slot(r, time, what);
}

/* The slot whose time tells whether a read at `at` finds more than `peak`
 * tokens there: it does if that token was written earlier.  Says so for the
 * next held - peak reads only. */
ALWAYS_INLINE int64_t *ring_peak_ahead(const struct ring *r)
{
    int64_t *const ahead = r->at + r->peak;
    return ahead >= r->end ? ahead - r->capacity : ahead;
}

/* The same for a write: it makes more than `peak` tokens if the one in that
 * slot is read later.  The slot of one that is not read, as far as is known,
 * holds the time when it was written, which is earlier; that of none at all
 * (the peak is all that fits) was free in time. */
ALWAYS_INLINE int64_t *ring_peak_behind(const struct ring *r)
{
    int64_t *const behind = r->at - r->peak;
    return behind < r->begin ? behind + r->capacity : behind;
}

ALWAYS_INLINE void ring_open_input(struct ring *r, const struct channel *c,
                                   int what)
{
    const bool framed = (what & RING_FRAMED) != 0;
    *r = (struct ring){
        .begin = c->slots,
        .end = c->slots + c->capacity,
        .at = c->slots + c->read_at,
        .latency = c->write_latency,
        .known = framed ? channel_tokens_known(c) : c->written - c->read,
        .capacity = c->capacity,
        .peak = c->peak,
        .frame = c->frame,
        .log = c->read_log == NULL ? NULL : c->read_log + c->read,
    };
    if (framed)
        r->beyond = c->written - c->read - r->known;
}

ALWAYS_INLINE void ring_open_output(struct ring *r, const struct channel *c,
                                    int what)
{
    const bool framed = (what & RING_FRAMED) != 0;
    *r = (struct ring){
        .begin = c->slots,
        .end = c->slots + c->capacity,
        .at = c->slots + c->write_at,
        .latency = c->read_latency,
        .known = framed ? channel_places_known(c)
                        : c->capacity - (c->written - c->read),
        .capacity = c->capacity,
        .peak = c->peak,
        .frame = c->frame,
        .log = c->write_log == NULL ? NULL : c->write_log + c->written,
        .read = c->read,
        .other_last = c->last_read,
    };
    r->limit = c->written + r->known;
}

ALWAYS_INLINE int64_t ring_last(const struct ring *r)
{
    return *(r->at == r->begin ? r->end - 1 : r->at - 1);
}

ALWAYS_INLINE void ring_close_input(const struct ring *r, struct channel *c,
                                    uint64_t *starved)
{
    const uint64_t reads = c->written - c->read - r->beyond - r->known;
    *starved += r->waited;
    if (reads == 0)
        return;
    c->last_read = ring_last(r);
    c->read_at = (uint32_t)(r->at - r->begin);
    c->read += reads;
    c->fill += r->fill;
    c->peak = r->peak;
}

ALWAYS_INLINE void ring_close_output(const struct ring *r, struct channel *c,
                                     uint64_t *blocked)
{
    const uint64_t written = r->limit - r->known;
    *blocked += r->waited;
    if (written == c->written)
        return;
    c->last_write = ring_last(r);
    c->write_at = (uint32_t)(r->at - r->begin);
    c->written = written;
    c->peak = r->peak;
}

#endif
