/* Relaxed: the rules that hold in every run whatever the FIFOs' depths, and no
 * others.
 *
 * A freeze stops what counts down inside a process, so that a deeper FIFO can
 * make a real process later.  Left out is all that depends on which of two
 * things happens to come first.  What stays are lower bounds of one time by
 * others:
 *   step s comes  gap after the step before; hold after the last step that took
 *     the datapath; not before its tokens are readable;
 *   a write comes  delay after its step; not before there is room;
 *   and writes and steps of one process come in the order of their ticks, as
 *     far apart at least as these.
 * The last rule is where a full FIFO holds up the front.  It is used for pairs
 * whose order is certain: let u be the ticks of a process that is never held
 * up.  If step j causes a write due at u(j) + delay and u(s) is no less, then
 * in every run tick(s) - tick(j) >= u(s) - u(j), so that the write comes before
 * step s, and cycle(s) >= cycle(write) + u(s) - u(j) - delay, because a tick
 * takes a cycle at least.  (The distance of ticks is as claimed if a step that
 * writes also waits for the datapath, as every hold then counts from it or
 * after it.  In other schedules, of which none of ours is one, writes hold up
 * no step.)
 *
 * All of these are of the form time >= other time + constant, and a deeper
 * FIFO only takes some of them away: the earliest times that obey them are
 * monotone in the depths, and no run of the real process is earlier. */
#include "engine/process_inside.h"

#include <assert.h>

/* Whether every step that writes waits for the datapath, or nothing holds it.
 */
static bool clock_is_whole(const struct schedule *s)
{
    bool holds = false, free_writes = false;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct instruction *in = &s->instructions[i];
        if (in->kind != INSTRUCTION_STEP)
            continue;
        holds |= in->step.hold != 0;
        free_writes |= in->step.writes != 0 && !in->step.needs_datapath;
    }
    return !holds || !free_writes;
}

void process_relax(struct process_state *p)
{
    assert(p->at_frame_start && p->frames == 0);
    if (p->elastic != NULL)
        return;
    p->relaxed = true;
    p->advance_fast = NULL;
    p->clock = p->previous;
    p->clock_is_whole = clock_is_whole(p->schedule);
}

/* The first cycle with room on all `outputs`; false: not known. */
static bool room_ready(struct process_state *p, uint32_t outputs,
                       int64_t *cycle, uint32_t *last)
{
    for (uint32_t m = outputs; m != 0; m &= m - 1) {
        const uint32_t o = bits_lowest(m);
        if (!channel_room_known(p->outputs[o])) {
            p->waiting.room = p->outputs[o];
            return false;
        }
        const struct channel *c = p->outputs[o];
        const int64_t room = later(channel_room_time(c), c->last_write + 1);
        if (room > *cycle) {
            *cycle = room;
            *last = o;
        }
    }
    return true;
}

/* Places the writes that are due up to clock `until`, as far as room is
 * known. */
static bool place_relaxed(struct process_state *p, int64_t until, bool *moved)
{
    while (p->pending.count != 0 && pending_head(&p->pending)->due <= until) {
        const struct pending *head = pending_head(&p->pending);
        const int64_t due = head->due + later(head->caused, p->write_frozen);
        int64_t time = due;
        uint32_t last = 0;
        if (!room_ready(p, head->outputs, &time, &last))
            return false;
        for (uint32_t m = head->outputs; m != 0; m &= m - 1)
            write_token(p->outputs[bits_lowest(m)], time, head->caused);
        p->times.blocked_by[last] += (uint64_t)(time - due);
        if (p->clock_is_whole && time - head->due > p->write_frozen) {
            p->write_frozen = time - head->due;
            process_freeze_ahead(p, head->due, p->write_frozen);
        }
        p->end = later(p->end, time);
        pending_pop_token(&p->pending);
        *moved = true;
    }
    return true;
}

/* What the writes up to clock u hold up steps from then on. */
static void pass_writes(struct process_state *p, int64_t u)
{
    struct freeze_queue *q = &p->ahead;
    while (q->count != 0 && q->items[q->head].tick <= u) {
        p->front_frozen = later(p->front_frozen, q->items[q->head].cycles);
        q->head = (q->head + 1) & (q->size - 1);
        q->count--;
    }
}

/* Up to when what earlier steps caused goes before what this one writes at
 * once: all of it, but for a patient step only what goes to the same outputs.
 */
static int64_t due_before(const struct process_state *p,
                          const struct step *step)
{
    const struct pending_queue *q = &p->pending;
    if (!step->patient && step->writes != 0)
        return INT64_MAX;
    int64_t most = INT64_MIN, until = INT64_MIN;
    for (uint32_t i = 0; i < q->count; i++) {
        const struct pending *item = &q->items[(q->head + i) & (q->size - 1)];
        most =
            later(most, item->due + (int64_t)(item->left - 1) * item->spacing);
        if ((item->outputs & step->writes) != 0)
            until = most;
    }
    return until;
}

/* What a step at clock u writes: with delay 0 the first token at once, for such
 * a step waits for room itself. */
static void cause_writes(struct process_state *p, const struct step *step,
                         int64_t u, int64_t cycle)
{
    struct pending item = { .due = u + (int64_t)step->delay,
                            .left = step->count,
                            .spacing = step->spacing,
                            .outputs = step->writes,
                            .caused = cycle - u };
    p->last_due = item.due + (int64_t)(item.left - 1) * item.spacing;
    if (step->delay == 0) {
        for (uint32_t m = step->writes; m != 0; m &= m - 1)
            write_token(p->outputs[bits_lowest(m)], cycle, cycle);
        item.due += item.spacing;
        item.left--;
    }
    if (item.left != 0)
        pending_push(p->arena, &p->pending, item);
}

bool process_advance_relaxed(struct process_state *p)
{
    bool moved = false;
    while (!front_done(p)) {
        const struct step *step = schedule_peek(&p->cursor);
        int64_t u = p->clock + step->gap;
        int64_t cycle = p->previous + step->gap;
        if (step->needs_datapath) {
            u = later(u, p->clock_free);
            cycle = later(cycle, p->free);
        }
        if (waits_for_end(p)) {
            /* All that was written before comes before it. */
            if (!place_relaxed(p, INT64_MAX, &moved))
                return moved;
            cycle = later(cycle, p->end + p->schedule->restart);
            u = later(u, later(p->last_due, p->clock) + p->schedule->restart);
        }
        if (p->clock_is_whole) {
            if (!place_relaxed(p, u, &moved))
                return moved;
            pass_writes(p, u);
            cycle = later(cycle, p->front_frozen + u);
        }
        int64_t ready;
        uint32_t last = 0;
        if (!tokens_ready(p, step, &ready, &last))
            break;
        if (ready > cycle) {
            p->times.starved_by[last] += (uint64_t)(ready - cycle);
            cycle = ready;
        }
        if (step->delay == 0) {
            if (!place_relaxed(p, due_before(p, step), &moved))
                return moved;
            int64_t room = cycle;
            if (!room_ready(p, step->writes, &room, &last))
                break;
            /* Else `last` may still be that of an input. */
            if (room > cycle)
                p->times.blocked_by[last] += (uint64_t)(room - cycle);
            cycle = room;
        }
        for (uint32_t m = step->reads; m != 0; m &= m - 1)
            channel_read(p->inputs[bits_lowest(m)], cycle);
        if (step->hold != 0) {
            p->free = cycle + (int64_t)step->hold;
            p->clock_free = u + (int64_t)step->hold;
        }
        if (step->writes != 0)
            cause_writes(p, step, u, cycle);
        p->previous = cycle;
        p->clock = u;
        p->end = later(p->end, cycle);
        p->at_frame_start = schedule_advance(&p->cursor);
        p->frames += p->at_frame_start;
        moved = true;
    }
    place_relaxed(p, INT64_MAX, &moved);
    return moved;
}
