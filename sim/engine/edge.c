#include "engine/edge.h"

#include "base/inline.h"

/* The first cycle in which the stimulus lets the next token through. */
static int64_t allowed(struct edge *e)
{
    if (e->always)
        return e->previous + 1;
    if (e->idle < 0)
        e->idle = stimulus_next(&e->cursor);
    const int64_t next = e->previous + 1 + e->idle;
    const int64_t period = e->stimulus->frame_period;
    if (period == 0 || e->in_frame != 0 || e->tokens == 0)
        return next;
    return next > e->frame_first + period ? next : e->frame_first + period;
}

static int64_t on_grid(const struct edge *e, int64_t cycle)
{
    return (int64_t)stimulus_on_grid(e->stimulus, (uint64_t)cycle);
}

static void note(struct edge *e, int64_t time)
{
    if (e->in_frame == (e->is_source ? 0 : e->tokens_per_frame - 1))
        e->frame_times[e->tokens / e->tokens_per_frame] = (uint64_t)time;
    if (e->in_frame == 0)
        e->frame_first = time;
    e->in_frame = e->in_frame + 1 == e->tokens_per_frame ? 0 : e->in_frame + 1;
    e->previous = time;
    e->idle = -1;
    e->tokens++;
}

/* The tokens up to the next one whose time is noted, that one included. */
static uint64_t tokens_to_mark(const struct edge *e)
{
    uint64_t mark = e->is_source ? 0 : e->tokens_per_frame - 1;
    uint64_t ahead = mark >= e->in_frame
                         ? mark - e->in_frame
                         : mark + e->tokens_per_frame - e->in_frame;
    return ahead + 1;
}

/* Always ready: `count` handshakes, whose tokens or places are all known, one
 * as soon after the other as it can be.  None of them is noted, but for the
 * last. */
ALWAYS_INLINE void run_always(struct edge *e, struct channel *c, uint64_t count,
                              bool is_source, bool stats, bool log, bool framed)
{
    const int64_t latency = is_source ? c->read_latency : c->write_latency;
    const uint32_t capacity = c->capacity;
    int64_t *const slots = c->slots;
    uint64_t *const times = is_source ? c->write_log : c->read_log;
    uint64_t done = is_source ? c->written : c->read;
    uint32_t at = is_source ? c->write_at : c->read_at;
    uint32_t peak = c->peak;
    int64_t fill = 0, time = e->previous;
    for (uint64_t i = 0; i < count; i++, done++) {
        const uint32_t decisive = framed ? channel_decisive(at, c->frame) : at;
        const int64_t known = slots[decisive] + latency;
        time = known > time + 1 ? known : time + 1;
        if (stats && is_source && c->last_read > time)
            peak = channel_peak_at_write(slots, capacity, peak, at, done,
                                         c->read, time);
        if (stats && !is_source) {
            fill += time - slots[at];
            peak = channel_peak_at_read(slots, capacity, peak, at, done,
                                        c->written, time);
        }
        slots[at] = time;
        if (log)
            times[done] = (uint64_t)time;
        at = at + 1 == capacity ? 0 : at + 1;
    }
    c->peak = peak;
    e->previous = time;
    if (is_source) {
        c->write_at = at;
        c->written = done;
        c->last_write = time;
    } else {
        c->read_at = at;
        c->read = done;
        c->last_read = time;
        c->fill += fill;
    }
}

ALWAYS_INLINE void run_always_as(struct edge *e, struct channel *c,
                                 uint64_t count, bool stats, bool log,
                                 bool framed)
{
    if (e->is_source)
        run_always(e, c, count, true, stats, log, framed);
    else
        run_always(e, c, count, false, stats, log, framed);
}

static bool advance_always(struct edge *e)
{
    struct channel *c = e->channel;
    uint64_t count =
        e->is_source ? channel_places_known(c) : channel_tokens_known(c);
    if (count > e->token_limit - e->tokens)
        count = e->token_limit - e->tokens;
    for (uint64_t left = count; left != 0;) {
        const uint64_t to_mark = tokens_to_mark(e);
        const uint64_t n = left < to_mark ? left : to_mark;
        if (c->write_log != NULL || c->frame != 0)
            run_always_as(e, c, n, true, c->write_log != NULL, true);
        else if (c->stats)
            run_always_as(e, c, n, true, false, false);
        else
            run_always_as(e, c, n, false, false, false);
        e->tokens += n;
        if (n == to_mark)
            e->frame_times[(e->tokens - 1) / e->tokens_per_frame] =
                (uint64_t)e->previous;
        e->in_frame += n;
        if (e->in_frame >= e->tokens_per_frame)
            e->in_frame -= e->tokens_per_frame;
        left -= n;
    }
    return count != 0;
}

bool edge_advance(struct edge *e)
{
    struct channel *c = e->channel;
    uint64_t before = e->tokens;
    if (e->always && e->trace == NULL)
        return advance_always(e);
    if (e->is_source) {
        while (e->tokens < e->token_limit && channel_room_known(c)) {
            int64_t offered = on_grid(e, allowed(e));
            int64_t room = channel_room_time(c);
            int64_t time = room > offered ? room : offered;
            if (room > offered)
                trace_wait(e->trace, (struct wait_event){ time, c, c->written,
                                                          WAIT_ROOM, false });
            channel_write(c, time);
            note(e, time);
        }
    } else {
        while (e->tokens < e->token_limit && channel_token_known(c)) {
            int64_t ready = allowed(e);
            int64_t token = channel_token_time(c);
            int64_t time = on_grid(e, token > ready ? token : ready);
            if (time > on_grid(e, ready))
                trace_wait(e->trace, (struct wait_event){ time, c, c->read,
                                                          WAIT_TOKEN, false });
            channel_read(c, time);
            note(e, time);
        }
    }
    return e->tokens != before;
}
