#include "engine/clocked.h"

#include "base/arena.h"
#include "design/stimulus.h"
#include "engine/channel.h"
#include "engine/timing.h"

#include <assert.h>

enum clocked_kind {
    CLOCKED_PROCESS,
    CLOCKED_FIFO,
    CLOCKED_SOURCE,
    CLOCKED_SINK
};

struct clocked {
    enum clocked_kind kind;
    struct stepper process;
    /* The others count cycles themselves. */
    struct channel fifo;
    const struct stimulus *stimulus;
    struct stimulus_cursor cursor;
    bool endless;
    uint64_t tokens_left; /* of a source or sink that ends */
    int64_t earliest;     /* for the next token, but for the grid */
    bool offering;        /* valid was high in an earlier cycle */
    int64_t cycle;
};

struct clocked *clocked_process(struct arena *a, const struct timing_process *p,
                                uint32_t frames)
{
    struct clocked *c = arena_new_item(a, struct clocked);
    c->kind = CLOCKED_PROCESS;
    stepper_start(&c->process, a, p, frames);
    return c;
}

struct clocked *clocked_fifo(struct arena *a, const struct timing_stream *s)
{
    struct clocked *c = arena_new_item(a, struct clocked);
    c->kind = CLOCKED_FIFO;
    c->fifo = (struct channel){
        .slots = arena_new_array(a, int64_t, s->capacity),
        .capacity = s->capacity,
        .frame = (uint32_t)s->frame_tokens,
        .write_latency = s->write_latency,
        .read_latency = s->read_latency,
        .last_write = CHANNEL_NEVER,
        .last_read = CHANNEL_NEVER,
    };
    for (uint32_t i = 0; i < s->capacity; i++)
        c->fifo.slots[i] = CHANNEL_NEVER;
    return c;
}

static struct clocked *new_edge(struct arena *a, enum clocked_kind kind,
                                const struct timing_stream *s, uint32_t frames)
{
    struct clocked *c = arena_new_item(a, struct clocked);
    c->kind = kind;
    c->stimulus = &s->stimulus;
    c->endless = frames == 0;
    c->tokens_left =
        timing_frames(s->copies, s->copy, frames) * s->tokens_per_frame;
    stimulus_start(&c->cursor, c->stimulus, s->tokens_per_frame);
    c->earliest = stimulus_next(&c->cursor);
    return c;
}

struct clocked *clocked_source(struct arena *a, const struct timing_stream *s,
                               uint32_t frames)
{
    return new_edge(a, CLOCKED_SOURCE, s, frames);
}

struct clocked *clocked_sink(struct arena *a, const struct timing_stream *s,
                             uint32_t frames)
{
    return new_edge(a, CLOCKED_SINK, s, frames);
}

/* All times in a FIFO lie in the past, so what the engine calls known is all
 * there is. */
static bool readable(const struct clocked *c)
{
    return channel_token_known(&c->fifo) &&
           channel_token_time(&c->fifo) <= c->cycle;
}

static bool has_room(const struct clocked *c)
{
    return channel_room_known(&c->fifo) &&
           channel_room_time(&c->fifo) <= c->cycle;
}

/* Whether a source offers, or a sink takes, in this cycle. */
static bool edge_is_open(const struct clocked *c)
{
    if (!c->endless && c->tokens_left == 0)
        return false;
    uint64_t cycle = (uint64_t)c->cycle;
    return c->offering || (c->cycle >= c->earliest &&
                           stimulus_on_grid(c->stimulus, cycle) == cycle);
}

struct port_signals clocked_look(const struct clocked *c,
                                 struct port_signals given)
{
    switch (c->kind) {
    case CLOCKED_FIFO:
        return (struct port_signals){ has_room(c), readable(c) };
    case CLOCKED_SOURCE:
        return (struct port_signals){ .out = edge_is_open(c) };
    case CLOCKED_SINK:
        return (struct port_signals){ .in = edge_is_open(c) };
    case CLOCKED_PROCESS:
        break;
    }
    return stepper_look(&c->process, given);
}

static bool clock_fifo(struct clocked *c, struct port_signals given)
{
    struct channel *f = &c->fifo;
    bool write = (given.in & 1U) != 0 && has_room(c);
    bool read = (given.out & 1U) != 0 && readable(c);
    if (write)
        channel_write(f, c->cycle);
    if (read)
        channel_read(f, c->cycle);
    /* A token or a place that comes in this very cycle may pass in it. */
    int64_t now = c->cycle++;
    return write || read || f->last_write + f->write_latency > now ||
           f->last_read + f->read_latency > now;
}

static bool clock_edge(struct clocked *c, bool partner)
{
    bool open = edge_is_open(c);
    bool passes = open && partner;
    c->offering = open && !passes && c->kind == CLOCKED_SOURCE;
    if (passes) {
        if (!c->endless)
            c->tokens_left--;
        c->earliest = c->cycle + 1 + stimulus_next(&c->cursor);
    }
    c->cycle++;
    /* An offer stays, and so does the will to take but for a grid. */
    bool ends = !c->endless && c->tokens_left == 0;
    return passes || (!ends && (c->stimulus->grid > 1 || !open));
}

bool clocked_clock(struct clocked *c, struct port_signals given)
{
    switch (c->kind) {
    case CLOCKED_FIFO:
        return clock_fifo(c, given);
    case CLOCKED_SOURCE:
        return clock_edge(c, (given.out & 1U) != 0);
    case CLOCKED_SINK:
        return clock_edge(c, (given.in & 1U) != 0);
    case CLOCKED_PROCESS:
        break;
    }
    return stepper_clock(&c->process, given);
}

bool clocked_done(const struct clocked *c)
{
    switch (c->kind) {
    case CLOCKED_FIFO:
        return c->fifo.written == c->fifo.read;
    case CLOCKED_SOURCE:
    case CLOCKED_SINK:
        return !c->endless && c->tokens_left == 0;
    case CLOCKED_PROCESS:
        break;
    }
    return stepper_done(&c->process);
}
