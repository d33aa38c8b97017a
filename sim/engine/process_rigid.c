/* Rigid: whatever is missing stops everything, but for steps that wait
 * patiently while the pipeline drains, and for what a register slice holds. */
#include "engine/process_inside.h"

#include <assert.h>

/* Room for all `outputs`: when, and where last; false: not known. */
static bool rooms_ready(struct process_state *p, uint32_t outputs,
                        int64_t *cycle, uint32_t *last)
{
    *cycle = INT64_MIN;
    for (uint32_t mask = outputs; mask != 0; mask &= mask - 1) {
        uint32_t o = bits_lowest(mask);
        if (!channel_room_known(p->outputs[o])) {
            p->waiting.room = p->outputs[o];
            return false;
        }
        if (channel_room_time(p->outputs[o]) > *cycle) {
            *cycle = channel_room_time(p->outputs[o]);
            *last = o;
        }
    }
    return true;
}

/* A patient step that is due waited until `cycle`: for tokens until `ready`,
 * then for room. */
static void count_patience(struct process_state *p, int64_t ready, uint32_t i,
                           uint32_t o, int64_t cycle)
{
    int64_t from = p->patient_since;
    if (cycle <= from)
        return;
    if (ready > cycle)
        ready = cycle;
    if (ready > from) {
        p->times.starved_by[i] += (uint64_t)(ready - from);
        from = ready;
    }
    if (cycle > from)
        p->times.blocked_by[o] += (uint64_t)(cycle - from);
    p->patient_since = cycle;
}

/* The held tick comes while a patient step waits; false: it is not known
 * when. */
static bool wait_held(struct process_state *p, int64_t ready, uint32_t i,
                      uint32_t o)
{
    const int64_t due = p->held_tick + p->write_frozen;
    const int64_t before = p->write_frozen;
    if (p->held->read < p->held->written) {
        p->waiting.room = p->held;
        return false;
    }
    count_patience(p, ready, i, o, due);
    if (!release_held(p))
        assert(false && "it was known");
    p->patient_since = later(p->patient_since, due + p->write_frozen - before);
    return true;
}

/* Places the write that is due next while a patient step waits; false: room
 * for it is not known. */
static bool drain_one(struct process_state *p, int64_t ready, uint32_t i,
                      uint32_t o)
{
    const struct pending *head = pending_head(&p->pending);
    if (is_held(p, head->due) && !wait_held(p, ready, i, o))
        return false;
    int64_t due = head->due + p->write_frozen;
    int64_t before = p->write_frozen;
    int64_t room;
    uint32_t last = 0;
    if (!rooms_ready(p, head->outputs, &room, &last))
        return false;
    count_patience(p, ready, i, o, due);
    if (!place_write(p))
        assert(false && "room was known");
    p->patient_since = later(p->patient_since, due + p->write_frozen - before);
    return true;
}

static void take_patient_step(struct process_state *p, const struct step *step,
                              int64_t cycle)
{
    int64_t tick = cycle - p->write_frozen;
    struct step front = *step;
    front.writes = 0;
    for (uint32_t mask = step->writes; mask != 0; mask &= mask - 1)
        write_token(p->outputs[bits_lowest(mask)], cycle, cycle);
    if (step->writes != 0 && tick > p->last_due) {
        p->last_due = tick;
        p->due_since = cycle;
    }
    take_step(p, &front, tick, cycle);
    p->patient_since = INT64_MIN;
}

/* A patient step.  The pipeline drains while it waits; a write without room on
 * the way stops the step as well. */
static bool advance_patient(struct process_state *p, const struct step *step,
                            bool *moved)
{
    int64_t tick = earliest_step(p, step);
    if (p->patient_since == INT64_MIN) {
        if (!place_writes_until(p, tick, moved) ||
            (is_held(p, tick) && !release_held(p)))
            return false;
        p->patient_since = tick + p->write_frozen;
    }
    int64_t ready, room;
    uint32_t last = 0, blocked_at = 0;
    if (!tokens_ready(p, step, &ready, &last) ||
        !rooms_ready(p, step->writes, &room, &blocked_at))
        return false;
    int64_t due = p->patient_since;
    int64_t cycle = later(due, later(ready, room));
    for (;;) {
        if (is_held(p, cycle - p->write_frozen)) {
            if (!wait_held(p, ready, last, blocked_at))
                return false;
            *moved = true;
            cycle = later(cycle, p->patient_since);
        }
        if (p->pending.count == 0 ||
            pending_head(&p->pending)->due + p->write_frozen > cycle)
            break;
        if (!drain_one(p, ready, last, blocked_at))
            return false;
        *moved = true;
        cycle = later(cycle, p->patient_since);
    }
    count_patience(p, ready, last, blocked_at, cycle);
    if (cycle > due && p->trace != NULL) {
        bool for_room = room > ready;
        const struct channel *c =
            for_room ? p->outputs[blocked_at] : p->inputs[last];
        trace_wait(p->trace, (struct wait_event){
                                 cycle, c, for_room ? c->written : c->read,
                                 for_room ? WAIT_ROOM : WAIT_TOKEN, true });
    }
    take_patient_step(p, step, cycle);
    *moved = true;
    return true;
}

bool process_could_drain(const struct process_state *p, int64_t *cycle)
{
    if (p->patient_since == INT64_MIN || p->pending.count == 0)
        return false;
    const struct pending *head = pending_head(&p->pending);
    *cycle = head->due + p->write_frozen;
    if (is_held(p, head->due)) {
        if (p->held->read < p->held->written)
            return false;
        *cycle += later(p->held->last_read - p->held_tick - p->write_frozen, 0);
    }
    for (uint32_t mask = head->outputs; mask != 0; mask &= mask - 1) {
        const struct channel *c = p->outputs[bits_lowest(mask)];
        if (!channel_room_known(c))
            return false;
        *cycle = later(*cycle, channel_room_time(c));
    }
    return true;
}

/* What a patient step that has come due waits for, as far as is known. */
static int64_t patience_ends(struct process_state *p, uint32_t *i, uint32_t *o)
{
    const struct step *step = schedule_peek(&p->cursor);
    const struct waiting waiting = p->waiting;
    int64_t ready, room;
    if (!tokens_ready(p, step, &ready, i)) {
        while (p->inputs[*i] != p->waiting.token)
            ++*i;
        ready = INT64_MAX;
    } else if (!rooms_ready(p, step->delay == 0 ? step->writes : 0, &room, o)) {
        while (p->outputs[*o] != p->waiting.room)
            ++*o;
    }
    p->waiting = waiting;
    return ready;
}

void process_drain(struct process_state *p)
{
    uint32_t i = 0, o = 0;
    int64_t ready = patience_ends(p, &i, &o);
    if (!drain_one(p, ready, i, o))
        assert(false && "room was known");
}

/* Rigid: steps and writes form one chain in the order of their ticks.  The
 * tick of a step does not depend on tokens (unless it is patient), so front
 * and writes always see the same frozen cycles. */
bool process_advance_rigid(struct process_state *p)
{
    bool moved = false;
    while (!front_done(p)) {
        const struct step *step = schedule_peek(&p->cursor);
        if (step->patient) {
            if (!advance_patient(p, step, &moved))
                return moved;
            continue;
        }
        int64_t tick = earliest_step(p, step);
        if (!place_writes_until(p, tick - 1, &moved) ||
            (is_held(p, tick) && !release_held(p)))
            return moved;
        int64_t ready;
        uint32_t last = 0;
        if (!tokens_ready(p, step, &ready, &last))
            return moved;
        /* A write due in this tick, also one caused by this step with
         * delay 0, takes place in the same cycle or nothing does. */
        int64_t cycle = later(tick + p->write_frozen, ready);
        int64_t room;
        uint32_t outputs = 0, blocked_at = 0;
        bool is_own = false;
        if (p->pending.count != 0 && pending_head(&p->pending)->due == tick) {
            outputs = pending_head(&p->pending)->outputs;
        } else if (step->writes != 0 && step->delay == 0) {
            outputs = step->writes;
            is_own = true;
        }
        if (!rooms_ready(p, outputs, &room, &blocked_at))
            return moved;
        int64_t unheld = tick + p->write_frozen;
        if (room > cycle)
            note_wait(p, room, p->outputs[blocked_at],
                      p->outputs[blocked_at]->written, WAIT_ROOM);
        else if (cycle > unheld)
            note_wait(p, cycle, p->inputs[last], p->inputs[last]->read,
                      WAIT_TOKEN);
        /* What the step itself writes is due once its tokens are there. */
        int64_t due = is_own ? cycle : unheld;
        count_wait(p, unheld, blocked_at, unheld, last, due);
        cycle = later(cycle, room);
        count_wait(p, due, blocked_at, room, last, cycle);
        p->write_frozen += cycle - unheld;
        take_step(p, step, tick, cycle);
        moved = true;
        if (outputs != 0 && !place_write(p))
            assert(false && "room was known");
    }
    /* No frame follows: the tail leaves by itself. */
    process_place_pending(p, &moved);
    p->ahead.count = 0;
    return moved;
}

void process_count_last_rigid(struct process_state *p)
{
    /* Nothing came of the last wait for a held output. */
    if (p->held_wait != 0 && p->held_until > p->end)
        p->times.blocked_by[p->held_port] -= (uint64_t)p->held_wait;
    if (front_done(p))
        return;
    /* Nothing moves while it waits, unless it is patient or waits in the very
     * cycle of the step before it. */
    const struct step *step = schedule_peek(&p->cursor);
    int64_t due = p->patient_since;
    if (!step->patient)
        due = earliest_step(p, step) + p->write_frozen;
    if (due != INT64_MIN && due <= p->end) {
        uint32_t i = 0, o = 0;
        int64_t ready = patience_ends(p, &i, &o);
        p->patient_since = due;
        count_patience(p, ready, i, o, p->end + 1);
    }
}
