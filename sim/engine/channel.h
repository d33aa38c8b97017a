/* channel -- a FIFO or frame buffer in token time: one ring of `capacity`
 * slots.
 *
 * A slot holds the write time of the token in it or, once that token has
 * been read, the time of the read: exactly the two times that the next token
 * in this place and its reader need.  Times are cycles; a slot never used
 * holds a time so early that it holds nobody up.
 *
 * "Known" is about the evaluation, not about the hardware: a token is known
 * once its write time is, a place once the read time of the token that was
 * in it is.
 *
 * Frame buffers.  A bank is as many slots as a frame has tokens.  Whoever
 * reads or writes the first slot of a bank has to wait for the time in its
 * last slot, and must know it.  The other slots of the bank come later anyway
 * and need no care of their own. */
#ifndef HEADRACE_ENGINE_CHANNEL_H
#define HEADRACE_ENGINE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHANNEL_NEVER = -(1 << 20) }; /* earlier than any latency reaches */

struct channel {
    int64_t *slots;
    uint32_t capacity;
    uint32_t frame;             /* tokens of a frame buffer's frame; 0: FIFO */
    uint32_t write_at, read_at; /* slots that come next */
    uint64_t written, read;     /* tokens so far */
    int64_t write_latency, read_latency;
    int64_t last_write, last_read;

    bool stats;
    uint32_t peak; /* most tokens held so far, as far as is known */
    int64_t fill;  /* sum over tokens read of read - write time */

    uint64_t *write_log, *read_log; /* NULL: no log */
    int64_t *cause_log; /* cycle of the step that caused a write; or NULL */
};

/* Of `tokens`, those of whole frames. */
static inline uint64_t channel_whole(uint64_t tokens, uint32_t frame)
{
    return frame == 0 ? tokens : tokens - tokens % frame;
}

/* How many tokens are known and not read. */
static inline uint64_t channel_tokens_known(const struct channel *c)
{
    return channel_whole(c->written, c->frame) - c->read;
}

/* How many places are known and not written. */
static inline uint64_t channel_places_known(const struct channel *c)
{
    return c->capacity + channel_whole(c->read, c->frame) - c->written;
}

static inline bool channel_token_known(const struct channel *c)
{
    return c->frame == 0 ? c->read < c->written : channel_tokens_known(c) != 0;
}

static inline bool channel_room_known(const struct channel *c)
{
    return c->frame == 0 ? c->written - c->read < c->capacity
                         : channel_places_known(c) != 0;
}

/* The slot whose time decides when the one at `at` can be read or written. */
static inline uint32_t channel_decisive(uint32_t at, uint32_t frame)
{
    return frame != 0 && at % frame == 0 ? at + frame - 1 : at;
}

/* First cycle in which the next token can be read; it must be known. */
static inline int64_t channel_token_time(const struct channel *c)
{
    return c->slots[channel_decisive(c->read_at, c->frame)] + c->write_latency;
}

/* First cycle in which the next token can be written; room must be known. */
static inline int64_t channel_room_time(const struct channel *c)
{
    return c->slots[channel_decisive(c->write_at, c->frame)] + c->read_latency;
}

static inline uint32_t channel_after(const struct channel *c, uint32_t at)
{
    return at + 1 == c->capacity ? 0 : at + 1;
}

static inline uint32_t channel_wrap(uint32_t at, uint32_t capacity)
{
    return at >= capacity ? at - capacity : at;
}

/* The most tokens held is reached with a write.  If a later read is known by
 * then, all earlier ones are, and channel_peak_at_write counts right; else
 * the next read to become known comes after that write, and
 * channel_peak_at_read finds it.  Both look only at what is known, so
 * neither counts too many; and because a peak only grows, each needs to look
 * at one slot. */

/* Before the write at `time` is entered: more than `peak` tokens are held
 * after it if the token `peak` places before it is read later. */
static inline uint32_t channel_peak_at_write(const int64_t *slots,
                                             uint32_t capacity, uint32_t peak,
                                             uint32_t write_at,
                                             uint64_t written, uint64_t read,
                                             int64_t time)
{
    while (peak < capacity && peak <= written && written - peak < read &&
           slots[channel_wrap(write_at + capacity - peak, capacity)] > time)
        peak++;
    return peak;
}

/* Before the read at `time` is entered: more than `peak` tokens are held
 * before it if the token `peak` places after it was written earlier. */
static inline uint32_t channel_peak_at_read(const int64_t *slots,
                                            uint32_t capacity, uint32_t peak,
                                            uint32_t read_at, uint64_t read,
                                            uint64_t written, int64_t time)
{
    while (read + peak < written &&
           slots[channel_wrap(read_at + peak, capacity)] < time)
        peak++;
    return peak;
}

static inline void channel_write(struct channel *c, int64_t time)
{
    if (c->stats && c->last_read > time) {
        c->peak = channel_peak_at_write(c->slots, c->capacity, c->peak,
                                        c->write_at, c->written, c->read, time);
    }
    c->slots[c->write_at] = time;
    c->write_at = channel_after(c, c->write_at);
    if (c->write_log != NULL)
        c->write_log[c->written] = (uint64_t)time;
    c->written++;
    c->last_write = time;
}

static inline void channel_read(struct channel *c, int64_t time)
{
    if (c->stats) {
        c->fill += time - c->slots[c->read_at];
        c->peak = channel_peak_at_read(c->slots, c->capacity, c->peak,
                                       c->read_at, c->read, c->written, time);
    }
    c->slots[c->read_at] = time;
    c->read_at = channel_after(c, c->read_at);
    if (c->read_log != NULL)
        c->read_log[c->read] = (uint64_t)time;
    c->read++;
    c->last_read = time;
}

#endif
