/* process_inside -- what the stall styles share: when a step may be taken, what
 * taking it and placing its writes do.  All of it is inline, for runs go
 * through it millions of times.  Inside the engine. */
#ifndef HEADRACE_ENGINE_PROCESS_INSIDE_H
#define HEADRACE_ENGINE_PROCESS_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bits.h"
#include "engine/process.h"
#include "engine/process_queue.h"
#include "kernels/schedule.h"

/* process_advance by style: go on as far as possible; true if it got anywhere.
 */
bool process_advance_bubbles(struct process_state *p);
bool process_advance_rigid(struct process_state *p);
bool process_advance_elastic(struct process_state *p);
bool process_advance_relaxed(struct process_state *p);
/* process_count_last_wait of a rigid process. */
void process_count_last_rigid(struct process_state *p);

static inline int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline bool front_done(const struct process_state *p)
{
    return p->at_frame_start && p->frames == p->frame_limit;
}

/* The next step has to wait for the end of a frame of the schedule. */
static inline bool waits_for_end(const struct process_state *p)
{
    return p->schedule->overlap == OVERLAP_SEQUENTIAL && p->at_frame_start &&
           p->frames > 0 && p->frames % p->turns == 0;
}

/* The first tick of the next step by gap, hold and overlap alone. */
static inline int64_t earliest_step(const struct process_state *p,
                                    const struct step *step)
{
    int64_t at = p->previous + step->gap;
    if (step->needs_datapath)
        at = later(at, p->free);
    if (waits_for_end(p))
        at = later(at, later(p->last_due, p->previous) + p->schedule->restart);
    return at;
}

/* The first cycle in which all inputs of the step have a token, and the
 * input that is last; false: not known (p->waiting says of which). */
static inline bool tokens_ready(struct process_state *p,
                                const struct step *step, int64_t *cycle,
                                uint32_t *last)
{
    *cycle = INT64_MIN;
    for (uint32_t mask = step->reads; mask != 0; mask &= mask - 1) {
        uint32_t i = bits_lowest(mask);
        if (!channel_token_known(p->inputs[i])) {
            p->waiting.token = p->inputs[i];
            return false;
        }
        int64_t time = channel_token_time(p->inputs[i]);
        if (time > *cycle) {
            *cycle = time;
            *last = i;
        }
    }
    return true;
}

/* A step that was held up from cycle `unheld` on: until `room` for lack of
 * room (or credit) on output o, whatever else was missing, and from then until
 * `cycle` for lack of a token on input i. */
static inline void count_wait(struct process_state *p, int64_t unheld,
                              uint32_t o, int64_t room, uint32_t i,
                              int64_t cycle)
{
    if (room > unheld) {
        p->times.blocked_by[o] += (uint64_t)(room - unheld);
        unheld = room;
    }
    if (cycle > unheld)
        p->times.starved_by[i] += (uint64_t)(cycle - unheld);
}

static inline void write_token(struct channel *c, int64_t time, int64_t caused)
{
    if (c->cause_log != NULL)
        c->cause_log[c->written] = caused;
    channel_write(c, time);
}

static inline void note_wait(struct process_state *p, int64_t cycle,
                             const struct channel *c, uint64_t token,
                             enum wait_kind kind)
{
    trace_wait(p->trace, (struct wait_event){ cycle, c, token, kind, false });
}

static inline void note_step_wait(struct process_state *p, int64_t cycle,
                                  const struct channel *c, uint64_t token,
                                  enum wait_kind kind)
{
    note_wait(p, cycle, c, token, kind);
    p->last_wait = cycle;
}

/* A step came as early as it could.  If that is because of a step further
 * back than the one before it, the waits in between decided nothing. */
static inline void note_own(struct process_state *p, const struct step *step,
                            int64_t tick, int64_t cycle)
{
    int64_t since;
    if (tick == p->previous + step->gap)
        return;
    if (step->needs_datapath && tick == p->free)
        since = p->free_since;
    else if (p->last_due > p->previous)
        since = p->due_since;
    else
        return;
    if (p->last_wait > since)
        note_wait(p, cycle, NULL, (uint64_t)since, WAIT_OWN);
}

static inline void take_step(struct process_state *p, const struct step *step,
                             int64_t tick, int64_t cycle)
{
    for (uint32_t mask = step->reads; mask != 0; mask &= mask - 1)
        channel_read(p->inputs[bits_lowest(mask)], cycle);
    if (step->hold != 0) {
        p->free = tick + (int64_t)step->hold;
        p->free_since = cycle;
    }
    if (step->writes != 0) {
        struct pending item = {
            .due = tick + (int64_t)step->delay,
            .left = step->count,
            .spacing = step->spacing,
            .outputs = step->writes,
            .caused = cycle,
        };
        p->last_due = item.due + (int64_t)(item.left - 1) * item.spacing;
        p->due_since = cycle;
        if (p->elastic == NULL) {
            pending_push(p->arena, &p->pending, item);
        } else {
            for (uint32_t m = step->writes; m != 0; m &= m - 1) {
                struct elastic_output *e = &p->elastic[bits_lowest(m)];
                pending_push(p->arena, &e->queue, item);
                e->caused += item.left;
            }
        }
    }
    p->previous = tick;
    p->end = later(p->end, cycle);
    p->at_frame_start = schedule_advance(&p->cursor);
    if (p->at_frame_start)
        p->frames++;
}

static inline bool is_held(const struct process_state *p, int64_t tick)
{
    return p->held != NULL && p->held_tick <= tick;
}

/* The held tick comes once what was written before it has been read.  False:
 * that is not known. */
static inline bool release_held(struct process_state *p)
{
    const struct channel *c = p->held;
    const int64_t unheld = p->held_tick + p->write_frozen;
    if (c->read < c->written) {
        p->waiting.room = p->held;
        return false;
    }
    if (c->last_read > unheld) {
        p->times.blocked_by[p->held_port] += (uint64_t)(c->last_read - unheld);
        note_wait(p, c->last_read, c, c->written - 1, WAIT_HELD);
        p->write_frozen += c->last_read - unheld;
        p->held_until = c->last_read;
        p->held_wait = c->last_read - unheld;
    }
    p->held = NULL;
    return true;
}

/* Places the tokens at the head of p->pending, which are due next.  False:
 * room for one of them is not known. */
static inline bool place_write(struct process_state *p)
{
    const struct pending *head = pending_head(&p->pending);
    if (is_held(p, head->due) && !release_held(p))
        return false;
    int64_t due = head->due + p->write_frozen;
    int64_t time = due;
    uint32_t last = 0;
    for (uint32_t mask = head->outputs; mask != 0; mask &= mask - 1) {
        uint32_t o = bits_lowest(mask);
        if (!channel_room_known(p->outputs[o])) {
            p->waiting.room = p->outputs[o];
            return false;
        }
        int64_t room = channel_room_time(p->outputs[o]);
        if (room > time) {
            time = room;
            last = o;
        }
    }
    for (uint32_t mask = head->outputs; mask != 0; mask &= mask - 1)
        write_token(p->outputs[bits_lowest(mask)], time, head->caused);
    if (time > due) {
        p->times.blocked_by[last] += (uint64_t)(time - due);
        note_wait(p, time, p->outputs[last], p->outputs[last]->written - 1,
                  WAIT_ROOM);
        p->write_frozen += time - due;
        process_freeze_ahead(p, head->due, time - due);
    }
    p->end = later(p->end, time);
    const uint32_t held = head->outputs & p->schedule->held;
    if (held != 0) {
        assert(p->held == NULL);
        assert((held & (held - 1)) == 0); /* schedule.h: one of them a step */
        p->held_port = bits_lowest(held);
        p->held = p->outputs[p->held_port];
        p->held_tick = head->due + p->schedule->held_ticks;
    }
    pending_pop_token(&p->pending);
    return true;
}

static inline bool place_writes_until(struct process_state *p, int64_t tick,
                                      bool *moved)
{
    while (p->pending.count != 0 && pending_head(&p->pending)->due <= tick) {
        if (!place_write(p))
            return false;
        *moved = true;
    }
    p->front_frozen = process_catch_up(p, p->front_frozen, tick);
    return true;
}

#endif
