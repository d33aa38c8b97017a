/* Bubbles: a missing token lets the pipeline drain, a write without room stops
 * everything. */
#include "engine/process_inside.h"

/* The tick at which the write or freeze next after the front comes. */
static int64_t next_event(const struct process_state *p)
{
    int64_t next = INT64_MAX;
    if (p->pending.count != 0)
        next = pending_head(&p->pending)->due;
    if (p->ahead.count != 0 && p->ahead.items[p->ahead.head].tick < next)
        next = p->ahead.items[p->ahead.head].tick;
    return next;
}

bool process_advance_bubbles(struct process_state *p)
{
    bool moved = false;
    while (!front_done(p)) {
        const struct step *step = schedule_peek(&p->cursor);
        int64_t tick = earliest_step(p, step);
        if (!place_writes_until(p, tick, &moved))
            return moved;
        int64_t ready;
        uint32_t last = 0;
        if (!tokens_ready(p, step, &ready, &last))
            break;
        /* Wait for the token; on the way the pipeline drains, and a write
         * without room stops the ticks but not the cycles. */
        while (tick + p->front_frozen < ready) {
            int64_t next = ready - p->front_frozen;
            int64_t event = next_event(p);
            if (event <= next)
                next = event;
            p->times.starved_by[last] += (uint64_t)(next - tick);
            tick = next;
            if (!place_writes_until(p, tick, &moved)) {
                /* Not certain yet: this wait is counted again later. */
                p->times.starved_by[last] -=
                    (uint64_t)(tick - earliest_step(p, step));
                return moved;
            }
        }
        /* After a freeze on the way, that is what it waited for last. */
        if (tick == earliest_step(p, step))
            note_own(p, step, tick, tick + p->front_frozen);
        else if (tick + p->front_frozen == ready)
            note_step_wait(p, ready, p->inputs[last], p->inputs[last]->read,
                           WAIT_TOKEN);
        take_step(p, step, tick, tick + p->front_frozen);
        moved = true;
    }
    /* The front waits or is done; the pipeline drains meanwhile. */
    process_place_pending(p, &moved);
    return moved;
}
