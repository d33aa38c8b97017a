/* Elastic: nothing stops; tokens wait in an output buffer, and steps for
 * credits. */
#include "engine/process_inside.h"

#include <assert.h>
#include <stddef.h>

/* Places what is due on output o as far as room is known. */
static bool drain_elastic(struct process_state *p, uint32_t o)
{
    struct elastic_output *e = &p->elastic[o];
    struct channel *c = p->outputs[o];
    bool moved = false;
    while (e->queue.count != 0) {
        if (!channel_room_known(c))
            break;
        int64_t due = pending_head(&e->queue)->due;
        int64_t turn = e->written != 0 ? later(due, c->last_write + 1) : due;
        int64_t time = later(turn, channel_room_time(c));
        if (time > due)
            note_wait(p, time, c, c->written,
                      time > turn ? WAIT_ROOM : WAIT_TURN);
        write_token(c, time, pending_head(&e->queue)->caused);
        e->written_at[e->at] = time;
        e->at = e->at + 1 == p->schedule->credits ? 0 : e->at + 1;
        e->written++;
        p->end = later(p->end, time);
        pending_pop_token(&e->queue);
        moved = true;
    }
    return moved;
}

/* The first cycle in which a step that causes `count` tokens finds credits
 * on output o; false: not known. */
static bool credits_ready(struct process_state *p, uint32_t o, uint32_t count,
                          int64_t *cycle)
{
    const struct elastic_output *e = &p->elastic[o];
    uint32_t credits = p->schedule->credits;
    assert(count <= credits);
    *cycle = 0;
    if (e->caused + count <= credits)
        return true;
    uint64_t needed = e->caused + count - credits; /* writes before it */
    if (e->written < needed) {
        p->waiting.room = p->outputs[o];
        return false;
    }
    uint64_t back = e->written - needed; /* writes since that one */
    assert(back < credits);
    uint32_t slot = (uint32_t)((e->at + credits - 1 - back) % credits);
    *cycle = e->written_at[slot] + 1;
    return true;
}

/* The output that was written to last; NULL: none was. */
static const struct channel *last_written(const struct process_state *p)
{
    const struct channel *last = NULL;
    for (uint32_t o = 0; o < p->output_count; o++) {
        const struct channel *c = p->outputs[o];
        if (p->elastic[o].written != 0 &&
            (last == NULL || c->last_write > last->last_write))
            last = c;
    }
    return last;
}

bool process_advance_elastic(struct process_state *p)
{
    bool moved = false;
    for (;;) {
        struct channel *full = NULL;
        for (uint32_t o = 0; o < p->output_count; o++) {
            moved |= drain_elastic(p, o);
            if (p->elastic[o].queue.count != 0)
                full = p->outputs[o];
        }
        /* Tokens in the buffer do not hold up the front unless it is done or
         * has to wait for the end of the frame. */
        bool ends = waits_for_end(p);
        if (front_done(p) || (ends && full != NULL)) {
            p->waiting.room = full;
            return moved;
        }
        const struct step *step = schedule_peek(&p->cursor);
        const struct channel *end = ends ? last_written(p) : NULL;
        if (end != NULL)
            p->last_due = end->last_write;
        int64_t unheld = earliest_step(p, step);
        int64_t ready;
        uint32_t last = 0;
        if (!tokens_ready(p, step, &ready, &last))
            return moved;
        int64_t credit = 0;
        uint32_t blocked_at = 0;
        for (uint32_t m = step->writes; m != 0; m &= m - 1) {
            uint32_t o = bits_lowest(m);
            int64_t cycle;
            if (!credits_ready(p, o, step->count, &cycle))
                return moved;
            if (cycle > credit) {
                credit = cycle;
                blocked_at = o;
            }
        }
        int64_t cycle = later(later(unheld, ready), credit);
        count_wait(p, unheld, blocked_at, credit, last, cycle);
        if (cycle > unheld && cycle == credit)
            note_step_wait(p, cycle, p->outputs[blocked_at],
                           p->elastic[blocked_at].caused + step->count -
                               p->schedule->credits - 1,
                           WAIT_WRITTEN);
        else if (cycle > unheld)
            note_step_wait(p, cycle, p->inputs[last], p->inputs[last]->read,
                           WAIT_TOKEN);
        else if (end != NULL && cycle == end->last_write + p->schedule->restart)
            note_step_wait(p, cycle, end, end->written - 1, WAIT_WRITTEN);
        else
            note_own(p, step, cycle, cycle);
        take_step(p, step, cycle, cycle);
        moved = true;
    }
}
