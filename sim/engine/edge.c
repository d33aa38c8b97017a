#include "engine/edge.h"

/* The first cycle in which the stimulus lets the next token through. */
static int64_t allowed(struct edge *e)
{
    if (e->always)
        return e->previous + 1;
    if (e->idle < 0)
        e->idle = stimulus_next(&e->cursor);
    return e->previous + 1 + e->idle;
}

static int64_t on_grid(const struct edge *e, int64_t cycle)
{
    return (int64_t)stimulus_on_grid(e->stimulus, (uint64_t)cycle);
}

static void note(struct edge *e, int64_t time)
{
    if (e->in_frame == (e->is_source ? 0 : e->tokens_per_frame - 1))
        e->frame_times[e->tokens / e->tokens_per_frame] = (uint64_t)time;
    e->in_frame = e->in_frame + 1 == e->tokens_per_frame ? 0 : e->in_frame + 1;
    e->previous = time;
    e->idle = -1;
    e->tokens++;
}

bool edge_advance(struct edge *e)
{
    struct channel *c = e->channel;
    uint64_t before = e->tokens;
    if (e->is_source) {
        while (e->tokens < e->token_limit && channel_room_known(c)) {
            int64_t offered = on_grid(e, allowed(e));
            int64_t room = channel_room_time(c);
            int64_t time = room > offered ? room : offered;
            if (room > offered)
                trace_wait(e->trace, (struct wait_event){ time, c, c->written,
                                                          WAIT_ROOM });
            channel_write(c, time);
            note(e, time);
        }
    } else {
        while (e->tokens < e->token_limit && channel_token_known(c)) {
            int64_t ready = allowed(e);
            int64_t token = channel_token_time(c);
            int64_t time = on_grid(e, token > ready ? token : ready);
            if (time > on_grid(e, ready))
                trace_wait(e->trace,
                           (struct wait_event){ time, c, c->read, WAIT_TOKEN });
            channel_read(c, time);
            note(e, time);
        }
    }
    return e->tokens != before;
}
