#include "engine/stepper.h"

#include "base/arena.h"
#include "engine/timing.h"

#include <assert.h>
#include <string.h>

enum { QUEUE_FIRST_SIZE = 8 };

static struct due_tokens *queue_front(const struct due_queue *q)
{
    assert(q->count != 0);
    return &q->items[q->head];
}

static void queue_grow(struct due_queue *q, struct arena *a)
{
    uint32_t size = q->size == 0 ? QUEUE_FIRST_SIZE : 2 * q->size;
    struct due_tokens *items = arena_new_array(a, struct due_tokens, size);
    for (uint32_t i = 0; i < q->count; i++)
        items[i] = q->items[(q->head + i) & (q->size - 1)];
    q->items = items;
    q->size = size;
    q->head = 0;
}

static void queue_append(struct due_queue *q, struct arena *a,
                         const struct due_tokens *tokens)
{
    if (q->count == q->size)
        queue_grow(q, a);
    q->items[(q->head + q->count++) & (q->size - 1)] = *tokens;
    q->tokens += tokens->left;
}

static void queue_take(struct due_queue *q)
{
    struct due_tokens *front = queue_front(q);
    q->tokens--;
    front->due += front->spacing;
    if (--front->left == 0) {
        q->head = (q->head + 1) & (q->size - 1);
        q->count--;
    }
}

void stepper_start(struct stepper *s, struct arena *a,
                   const struct timing_process *p, uint32_t frames)
{
    uint64_t steps = schedule_steps(p->schedule);
    uint32_t turns = p->turns ? p->copies : 1;
    *s = (struct stepper){
        .arena = a,
        .schedule = p->schedule,
        .input_count = p->input_count,
        .output_count = p->output_count,
        .run_frame_steps = steps / turns,
        .endless = frames == 0,
        .at_frame_start = true,
        .queues = arena_new_array(a, struct due_queue, p->output_count),
    };
    uint64_t own =
        p->turns ? frames : timing_frames(p->copies, p->copy, frames);
    s->steps_left = own * s->run_frame_steps;
    schedule_start(&s->cursor, p->schedule);
}

/* Outputs with a token that is due. */
static uint32_t due_outputs(const struct stepper *s)
{
    uint32_t due = 0;
    for (uint32_t o = 0; o < s->output_count; o++) {
        const struct due_queue *q = &s->queues[o];
        if (q->count != 0 && queue_front(q)->due <= s->tick)
            due |= UINT32_C(1) << o;
    }
    return due;
}

/* Whether a sequential process may begin a frame when `leaving` is written in
 * this tick. */
static bool frame_may_begin(const struct stepper *s, uint32_t leaving)
{
    for (uint32_t o = 0; o < s->output_count; o++)
        if (s->queues[o].tokens > (leaving >> o & 1))
            return false;
    uint64_t last = leaving != 0 ? s->tick : s->last_event;
    return s->tick >= last + s->schedule->restart;
}

/* Whether the tick of the next step has come. */
static bool front_is_due(const struct stepper *s, uint32_t leaving)
{
    if (!s->endless && s->steps_left == 0)
        return false;
    const struct step *step = schedule_peek(&s->cursor);
    if (s->tick < (s->started ? s->previous + step->gap : s->schedule->start))
        return false;
    if (step->needs_datapath && s->tick < s->free)
        return false;
    return !s->started || !s->at_frame_start ||
           s->schedule->overlap == OVERLAP_PIPELINED ||
           frame_may_begin(s, leaving);
}

/* Outputs in whose buffer the next step would find too few places. */
static uint32_t without_credit(const struct stepper *s, const struct step *step)
{
    uint32_t without = 0;
    for (uint32_t o = 0; o < s->output_count; o++)
        if ((step->writes >> o & 1) != 0 &&
            s->queues[o].tokens + step->count > s->schedule->credits)
            without |= UINT32_C(1) << o;
    return without;
}

/* What happens in a cycle. */
struct outcome {
    bool passes;            /* the tick */
    uint32_t steps;         /* that are taken */
    struct port_signals at; /* ports at which a token is read, or written */
};

static struct outcome with_bubbles(const struct stepper *s, uint32_t due,
                                   struct port_signals given)
{
    struct outcome now = { 0 };
    if ((due & ~given.out) != 0)
        return now;
    now.passes = true;
    now.at.out = due;
    if (!front_is_due(s, due))
        return now;
    uint32_t reads = schedule_peek(&s->cursor)->reads;
    if ((reads & ~given.in) == 0) {
        now.steps = 1;
        now.at.in = reads;
    }
    return now;
}

static struct outcome elastic(const struct stepper *s, uint32_t due,
                              struct port_signals given)
{
    struct outcome now = { .passes = true, .at.out = due & given.out };
    if (!front_is_due(s, now.at.out))
        return now;
    const struct step *step = schedule_peek(&s->cursor);
    if ((step->reads & ~given.in) == 0 && without_credit(s, step) == 0) {
        now.steps = 1;
        now.at.in = step->reads;
    }
    return now;
}

/* The steps of a tick, one after the other, until one of them is not due or
 * lacks something. */
static struct outcome rigid(const struct stepper *s, uint32_t due,
                            struct port_signals given)
{
    struct outcome now = { .at.out = due };
    if (s->tick >= s->held_tick && (s->held & ~given.drained) != 0)
        return (struct outcome){ 0 };
    struct schedule_cursor cursor = s->cursor;
    uint64_t left = s->steps_left;
    uint64_t free = s->free;
    bool stops = false;
    bool is_due = front_is_due(s, due);
    while (is_due) {
        const struct step *step = schedule_peek(&cursor);
        uint32_t own = step->delay == 0 ? step->writes : 0;
        if ((step->reads & ~given.in) != 0 || (own & ~given.out) != 0) {
            stops = !step->patient;
            break;
        }
        now.at.in |= step->reads;
        now.at.out |= own;
        now.steps++;
        if (step->hold > 0)
            free = s->tick + step->hold;
        left--;
        /* The first step of a frame is in a tick of its own. */
        if (schedule_advance(&cursor) || (!s->endless && left == 0))
            break;
        step = schedule_peek(&cursor);
        is_due = step->gap == 0 && !(step->needs_datapath && s->tick < free);
    }
    if ((due & ~given.out) != 0 || (stops && now.steps == 0))
        return (struct outcome){ 0 };
    now.passes = !stops;
    return now;
}

static struct outcome decide(const struct stepper *s, uint32_t due,
                             struct port_signals given)
{
    switch (s->schedule->style) {
    case STALL_BUBBLES:
        return with_bubbles(s, due, given);
    case STALL_ELASTIC:
        return elastic(s, due, given);
    case STALL_RIGID:
        break;
    }
    return rigid(s, due, given);
}

static uint32_t all_ports(uint32_t count)
{
    return count == 0 ? 0 : UINT32_MAX >> (32 - count);
}

/* Ports that a step or a due write may concern; the others are silent in any
 * case.  Several steps of a rigid process may fall into a tick. */
static struct port_signals concerned(const struct stepper *s, uint32_t due)
{
    if (s->schedule->style == STALL_RIGID)
        return (struct port_signals){ .in = all_ports(s->input_count),
                                      .out = all_ports(s->output_count) };
    return (struct port_signals){ .in = schedule_peek(&s->cursor)->reads,
                                  .out = due };
}

struct port_signals stepper_look(const struct stepper *s,
                                 struct port_signals given)
{
    uint32_t due = due_outputs(s);
    struct port_signals at = decide(s, due, given).at;
    struct port_signals ask = concerned(s, due);
    /* A port whose other half is high is answered by that already. */
    ask.in &= ~given.in;
    ask.out &= ~given.out;
    struct port_signals own = { .in = at.in & given.in,
                                .out = at.out & given.out };
    for (uint32_t port = 0; port < 32 && ((ask.in | ask.out) >> port) != 0;
         port++) {
        uint32_t bit = UINT32_C(1) << port;
        struct port_signals more = given;
        more.in |= bit;
        if ((ask.in & bit) != 0)
            own.in |= decide(s, due, more).at.in & bit;
        more = given;
        more.out |= bit;
        if ((ask.out & bit) != 0)
            own.out |= decide(s, due, more).at.out & bit;
    }
    return own;
}

static void take_step(struct stepper *s)
{
    const struct step *step = schedule_peek(&s->cursor);
    const struct due_tokens caused = {
        .due = s->tick + step->delay,
        .left = step->count,
        .spacing = step->spacing,
    };
    for (uint32_t o = 0; o < s->output_count; o++)
        if ((step->writes >> o & 1) != 0)
            queue_append(&s->queues[o], s->arena, &caused);
    if (step->hold > 0)
        s->free = s->tick + step->hold;
    s->started = true;
    s->previous = s->tick;
    s->at_frame_start = schedule_advance(&s->cursor);
    if (!s->endless)
        s->steps_left--;
}

/* Whether time alone can bring something about: a token inside, a step that is
 * not due in this tick, a datapath that is taken, the tick that waits for a
 * held output. */
static bool time_matters(const struct stepper *s)
{
    for (uint32_t o = 0; o < s->output_count; o++)
        if (s->queues[o].count != 0)
            return true;
    if (!s->endless && s->steps_left == 0)
        return false;
    return s->tick < s->free || (s->held != 0 && s->tick < s->held_tick) ||
           !front_is_due(s, 0);
}

/* Waits from now on for what was written on these outputs. */
static void hold(struct stepper *s, uint32_t written)
{
    if (written == 0)
        return;
    assert(s->held == 0);
    s->held = written;
    s->held_tick = s->tick + s->schedule->held_ticks;
}

bool stepper_clock(struct stepper *s, struct port_signals given)
{
    struct outcome now = decide(s, due_outputs(s), given);
    if (!now.passes && now.steps == 0 && now.at.out == 0)
        return false;
    if (s->tick >= s->held_tick)
        s->held = 0;
    for (uint32_t i = 0; i < now.steps; i++)
        take_step(s);
    for (uint32_t o = 0; o < s->output_count; o++)
        if ((now.at.out >> o & 1) != 0)
            queue_take(&s->queues[o]);
    hold(s, now.at.out & s->schedule->held);
    bool event = now.steps != 0 || now.at.out != 0;
    if (event)
        s->last_event = s->tick;
    bool again = event || time_matters(s);
    if (now.passes)
        s->tick++;
    return again;
}

bool stepper_done(const struct stepper *s)
{
    for (uint32_t o = 0; o < s->output_count; o++)
        if (s->queues[o].count != 0)
            return false;
    return !s->endless && s->steps_left == 0;
}
