#include "engine/clocked.h"

#include "base/arena.h"
#include "design/stimulus.h"
#include "engine/channel.h"
#include "engine/timing.h"

#include <assert.h>

/* Places of a FIFO at first; more come as they are needed, for some schedules
 * have FIFOs that are so large that they are never full. */
enum { FIFO_FIRST_SLOTS = 64 };

enum clocked_kind {
    CLOCKED_PROCESS,
    CLOCKED_FIFO,
    CLOCKED_SOURCE,
    CLOCKED_SINK
};

struct clocked {
    struct arena *arena;
    enum clocked_kind kind;
    struct stepper process;
    /* The others count cycles themselves. */
    struct channel fifo;
    uint32_t fifo_capacity; /* its slots may be fewer */
    uint32_t initial;       /* tokens in it at first */
    const struct stimulus *stimulus;
    struct stimulus_cursor cursor;
    bool endless;
    uint64_t tokens_left; /* of a source or sink that ends */
    uint64_t in_frame;    /* token within the frame that comes next */
    uint64_t frame_tokens;
    int64_t frame_first; /* cycle of the frame's first token */
    int64_t earliest;    /* for the next token, but for grid and pattern */
    bool offering;       /* valid was high in an earlier cycle */
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
    c->arena = a;
    c->fifo_capacity = s->capacity;
    c->initial = s->initial;
    uint32_t slots =
        s->initial > FIFO_FIRST_SLOTS ? s->initial : FIFO_FIRST_SLOTS;
    if (s->frame_tokens != 0 || slots > s->capacity)
        slots = s->capacity;
    c->fifo = (struct channel){
        .slots = arena_new_array(a, int64_t, slots),
        .capacity = slots,
        .frame = (uint32_t)s->frame_tokens,
        .write_latency = s->write_latency,
        .read_latency = s->read_latency,
        .last_write = CHANNEL_NEVER,
        .last_read = CHANNEL_NEVER,
        .written = s->initial,
        .write_at = channel_wrap(s->initial, slots),
    };
    for (uint32_t i = 0; i < slots; i++)
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
    c->frame_tokens = s->tokens_per_frame;
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

static bool slot_is_free(const struct clocked *c)
{
    return channel_room_known(&c->fifo) &&
           channel_room_time(&c->fifo) <= c->cycle;
}

static bool has_room(const struct clocked *c)
{
    return c->fifo.capacity < c->fifo_capacity || slot_is_free(c);
}

static bool is_drained(const struct clocked *c, bool reader_is_ready)
{
    const uint64_t held = c->fifo.written - c->fifo.read;
    return held == 0 || (held == 1 && reader_is_ready && readable(c));
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
        return (struct port_signals){
            .in = has_room(c),
            .out = readable(c),
            .drained = is_drained(c, (given.out & 1U) != 0),
        };
    case CLOCKED_SOURCE:
        return (struct port_signals){ .out = edge_is_open(c) };
    case CLOCKED_SINK:
        return (struct port_signals){ .in = edge_is_open(c) };
    case CLOCKED_PROCESS:
        break;
    }
    return stepper_look(&c->process, given);
}

/* Twice the slots, if there may be so many.  New ones, which are free, come
 * before the oldest, which is the next to be written. */
static void grow_fifo(struct clocked *c)
{
    struct channel *f = &c->fifo;
    const uint32_t held = (uint32_t)(f->written - f->read);
    uint32_t size = f->capacity;
    size = size > c->fifo_capacity / 2 ? c->fifo_capacity : 2 * size;
    int64_t *slots = arena_new_array(c->arena, int64_t, size);
    const uint32_t more = size - f->capacity;
    for (uint32_t i = 0; i < more; i++)
        slots[i] = CHANNEL_NEVER;
    for (uint32_t i = 0; i < f->capacity; i++)
        slots[more + i] = f->slots[channel_wrap(f->write_at + i, f->capacity)];
    f->slots = slots;
    f->capacity = size;
    f->write_at = 0;
    f->read_at = channel_wrap(size - held, size);
}

static bool clock_fifo(struct clocked *c, struct port_signals given)
{
    struct channel *f = &c->fifo;
    bool write = (given.in & 1U) != 0 && has_room(c);
    bool read = (given.out & 1U) != 0 && readable(c);
    if (write && !slot_is_free(c))
        grow_fifo(c);
    if (write)
        channel_write(f, c->cycle);
    if (read)
        channel_read(f, c->cycle);
    /* A token or a place that comes in this very cycle may pass in it. */
    int64_t now = c->cycle++;
    return write || read || f->last_write + f->write_latency > now ||
           f->last_read + f->read_latency > now;
}

/* A token has passed in this cycle: when the next one may. */
static void set_earliest(struct clocked *c)
{
    if (c->in_frame == 0)
        c->frame_first = c->cycle;
    c->in_frame = c->in_frame + 1 == c->frame_tokens ? 0 : c->in_frame + 1;
    c->earliest = c->cycle + 1 + stimulus_next(&c->cursor);
    const int64_t next_frame = c->frame_first + c->stimulus->frame_period;
    if (c->in_frame == 0 && c->earliest < next_frame)
        c->earliest = next_frame;
}

static bool clock_edge(struct clocked *c, bool partner)
{
    bool open = edge_is_open(c);
    const struct stimulus *s = c->stimulus;
    bool passes = open && partner;
    c->offering = open && !passes && c->kind == CLOCKED_SOURCE;
    if (passes) {
        if (!c->endless)
            c->tokens_left--;
        set_earliest(c);
    }
    c->cycle++;
    /* An offer stays, and so does the will to take, but cycles that are slept
     * through are not counted. */
    bool counts = s->grid > 1 || (uint64_t)c->cycle < s->pattern_cycles ||
                  c->cycle < c->frame_first + s->frame_period;
    bool ends = !c->endless && c->tokens_left == 0;
    return passes || (!ends && (counts || !open));
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
        return c->fifo.written - c->fifo.read <= c->initial;
    case CLOCKED_SOURCE:
    case CLOCKED_SINK:
        return !c->endless && c->tokens_left == 0;
    case CLOCKED_PROCESS:
        break;
    }
    return stepper_done(&c->process);
}
