#include "engine/process.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/bits.h"

static void grow_pending(struct arena *a, struct pending_queue *q)
{
    uint32_t size = q->size == 0 ? 16 : 2 * q->size;
    struct pending *items = arena_new_array(a, struct pending, size);
    for (uint32_t i = 0; i < q->count; i++)
        items[i] = q->items[(q->head + i) & (q->size - 1)];
    q->items = items;
    q->size = size;
    q->head = 0;
}

static void pending_push(struct arena *a, struct pending_queue *q,
                         struct pending item)
{
    if (q->count == q->size)
        grow_pending(a, q);
    q->items[(q->head + q->count++) & (q->size - 1)] = item;
}

static struct pending *pending_head(const struct pending_queue *q)
{
    return &q->items[q->head];
}

/* One token per output of the head entry has been placed. */
static void pending_pop_token(struct pending_queue *q)
{
    struct pending *head = pending_head(q);
    if (--head->left != 0) {
        head->due += head->spacing;
    } else {
        q->head = (q->head + 1) & (q->size - 1);
        q->count--;
    }
}

void process_freeze_ahead(struct process_state *p, int64_t tick, int64_t cycles)
{
    struct freeze_queue *q = &p->ahead;
    if (q->count == q->size) {
        uint32_t size = q->size == 0 ? 16 : 2 * q->size;
        struct freeze *items = arena_new_array(p->arena, struct freeze, size);
        for (uint32_t i = 0; i < q->count; i++)
            items[i] = q->items[(q->head + i) & (q->size - 1)];
        q->items = items;
        q->size = size;
        q->head = 0;
    }
    q->items[(q->head + q->count++) & (q->size - 1)] =
        (struct freeze){ tick, cycles };
}

int64_t process_catch_up(struct process_state *p, int64_t frozen, int64_t tick)
{
    struct freeze_queue *q = &p->ahead;
    while (q->count != 0 && q->items[q->head].tick <= tick) {
        frozen += q->items[q->head].cycles;
        q->head = (q->head + 1) & (q->size - 1);
        q->count--;
    }
    return frozen;
}

static bool is_plain(const struct process_state *p)
{
    const struct schedule *s = p->schedule;
    if (s->style != STALL_BUBBLES || s->overlap != OVERLAP_PIPELINED)
        return false;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct instruction *in = &s->instructions[i];
        if (in->kind != INSTRUCTION_STEP)
            continue;
        for (uint32_t m = in->step.writes; m != 0; m &= m - 1)
            if (in->step.count > p->outputs[bits_lowest(m)]->capacity)
                return false;
    }
    return true;
}

void process_init(struct process_state *p, struct arena *a,
                  const struct timing_process *t,
                  struct channel *const *channels)
{
    *p = (struct process_state){
        .arena = a,
        .schedule = t->schedule,
        .input_count = t->input_count,
        .output_count = t->output_count,
        .at_frame_start = true,
        .last_due = -1,
        .end = -1,
        .patient_since = INT64_MIN,
    };
    p->turns = t->turns && t->copies > 1 ? t->copies : 1;
    if (p->turns > 1)
        p->schedule = schedule_in_turns(a, t->schedule, p->turns);
    schedule_start(&p->cursor, p->schedule);
    p->inputs = arena_new_array(a, struct channel *, t->input_count);
    p->outputs = arena_new_array(a, struct channel *, t->output_count);
    for (uint32_t i = 0; i < t->input_count; i++)
        p->inputs[i] = channels[t->inputs[i]];
    for (uint32_t i = 0; i < t->output_count; i++)
        p->outputs[i] = channels[t->outputs[i]];
    /* The first step may be taken at the start: as if the step before it had
     * been just early enough. */
    p->previous =
        (int64_t)p->schedule->start - (int64_t)schedule_peek(&p->cursor)->gap;
    if (is_plain(p))
        p->advance_fast = process_fast_for(p);
    p->times.starved_by = arena_new_array(a, uint64_t, t->input_count);
    p->times.blocked_by = arena_new_array(a, uint64_t, t->output_count);
    if (t->schedule->style == STALL_ELASTIC) {
        assert(t->schedule->credits > 0);
        p->elastic = arena_new_array(a, struct elastic_output, t->output_count);
        for (uint32_t o = 0; o < t->output_count; o++) {
            p->elastic[o].written_at =
                arena_new_array(a, int64_t, t->schedule->credits);
        }
    }
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static bool front_done(const struct process_state *p)
{
    return p->at_frame_start && p->frames == p->frame_limit;
}

/* The next step has to wait for the end of a frame of the schedule. */
static bool waits_for_end(const struct process_state *p)
{
    return p->schedule->overlap == OVERLAP_SEQUENTIAL && p->at_frame_start &&
           p->frames > 0 && p->frames % p->turns == 0;
}

/* The first tick of the next step by gap, hold and overlap alone. */
static int64_t earliest_step(const struct process_state *p,
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
static bool tokens_ready(struct process_state *p, const struct step *step,
                         int64_t *cycle, uint32_t *last)
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

static void take_step(struct process_state *p, const struct step *step,
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

static void write_token(struct channel *c, int64_t time, int64_t caused)
{
    if (c->cause_log != NULL)
        c->cause_log[c->written] = caused;
    channel_write(c, time);
}

static void note_wait(struct process_state *p, int64_t cycle,
                      const struct channel *c, uint64_t token,
                      enum wait_kind kind)
{
    trace_wait(p->trace, (struct wait_event){ cycle, c, token, kind, false });
}

static void note_step_wait(struct process_state *p, int64_t cycle,
                           const struct channel *c, uint64_t token,
                           enum wait_kind kind)
{
    note_wait(p, cycle, c, token, kind);
    p->last_wait = cycle;
}

/* A step came as early as it could.  If that is because of a step further
 * back than the one before it, the waits in between decided nothing. */
static void note_own(struct process_state *p, const struct step *step,
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

/* The held tick comes once what was written before it has been read.  False:
 * that is not known. */
static bool release_held(struct process_state *p)
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

static bool is_held(const struct process_state *p, int64_t tick)
{
    return p->held != NULL && p->held_tick <= tick;
}

/* Places the tokens at the head of p->pending, which are due next.  False:
 * room for one of them is not known. */
static bool place_write(struct process_state *p)
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
        p->held_port = bits_lowest(held);
        p->held = p->outputs[p->held_port];
        p->held_tick = head->due + p->schedule->held_ticks;
    }
    pending_pop_token(&p->pending);
    return true;
}

bool process_place_pending(struct process_state *p, bool *moved)
{
    while (p->pending.count != 0) {
        if (!place_write(p))
            return false;
        *moved = true;
    }
    return true;
}

static bool place_writes_until(struct process_state *p, int64_t tick,
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

static bool advance_bubbles(struct process_state *p)
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

/* A step that was held up from cycle `unheld` on: until `room` for lack of
 * room (or credit) on output o, whatever else was missing, and from then until
 * `cycle` for lack of a token on input i. */
static void count_wait(struct process_state *p, int64_t unheld, uint32_t o,
                       int64_t room, uint32_t i, int64_t cycle)
{
    if (room > unheld) {
        p->times.blocked_by[o] += (uint64_t)(room - unheld);
        unheld = room;
    }
    if (cycle > unheld)
        p->times.starved_by[i] += (uint64_t)(cycle - unheld);
}

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
        assert(!"it was known");
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
        assert(!"room was known");
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
        assert(!"room was known");
}

/* Rigid: steps and writes form one chain in the order of their ticks.  The
 * tick of a step does not depend on tokens (unless it is patient), so front
 * and writes always see the same frozen cycles. */
static bool advance_rigid(struct process_state *p)
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
            assert(!"room was known");
    }
    /* No frame follows: the tail leaves by itself. */
    process_place_pending(p, &moved);
    p->ahead.count = 0;
    return moved;
}

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

static bool advance_elastic(struct process_state *p)
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

void process_count_last_wait(struct process_state *p)
{
    /* Nothing came of the last wait for a held output. */
    if (p->held_wait != 0 && p->held_until > p->end)
        p->times.blocked_by[p->held_port] -= (uint64_t)p->held_wait;
    if (p->schedule->style == STALL_RIGID && !front_done(p)) {
        /* Nothing moves while it waits, unless it is patient or waits in the
         * very cycle of the step before it. */
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
        return;
    }
    /* Elastic: credits may be missing as well. */
    if (p->schedule->style != STALL_BUBBLES || front_done(p))
        return;
    const struct step *step = schedule_peek(&p->cursor);
    int64_t first = earliest_step(p, step);
    int64_t tick = p->end + 1 - p->write_frozen; /* the one not taken */
    if (step->reads == 0 || tick <= first)
        return;
    const struct waiting waiting = p->waiting;
    int64_t ready;
    uint32_t last = 0;
    if (!tokens_ready(p, step, &ready, &last)) {
        while (p->inputs[last] != p->waiting.token)
            last++;
    }
    p->waiting = waiting;
    p->times.starved_by[last] += (uint64_t)(tick - first);
}

bool process_advance(struct process_state *p)
{
    p->waiting = (struct waiting){ NULL, NULL };
    p->lack.channel = NULL;
    switch (p->schedule->style) {
    case STALL_BUBBLES:
        return advance_bubbles(p);
    case STALL_RIGID:
        return advance_rigid(p);
    case STALL_ELASTIC:
        return advance_elastic(p);
    }
    assert(!"unknown stall style");
    return false;
}
