#include "tests/reference/reference_process.h"

#include <assert.h>

#include "base/arena.h"
#include "engine/timing.h"
#include "kernels/schedule.h"
#include "tests/reference/expand.h"

uint32_t reference_frames(uint32_t copies, uint32_t copy, uint32_t frames)
{
    uint32_t count = 0;
    for (uint32_t f = 0; f < frames; f++)
        if (reference_carries(copies, copy, f))
            count++;
    return count;
}

static const struct step *step_ahead(const struct reference_process *p,
                                     uint64_t ahead)
{
    return &p->schedule->instructions[p->frame->at[p->at + ahead]].step;
}

static const struct step *next_step(const struct reference_process *p)
{
    return step_ahead(p, 0);
}

void reference_process_start(struct reference_process *p, struct arena *a,
                             const struct timing_process *t,
                             struct reference_fifo *fifos, uint32_t frames)
{
    *p = (struct reference_process){
        .schedule = t->schedule,
        .frame = expand(a, t->schedule->instructions, t->schedule->count),
        .input_count = t->input_count,
        .output_count = t->output_count,
        .inputs = arena_new_array(a, struct reference_fifo *, t->input_count),
        .outputs = arena_new_array(a, struct reference_fifo *, t->output_count),
        .frames =
            t->turns ? frames : reference_frames(t->copies, t->copy, frames),
        .due = arena_new_array(a, struct cycle_list, t->output_count),
        .last_due_port = arena_new_array(a, uint64_t, t->output_count),
        .due_port_used = arena_new_array(a, bool, t->output_count),
    };
    uint64_t turns = t->turns ? t->copies : 1;
    p->run_frame_steps = p->frame->count / turns;
    assert(p->frame->count > 0 && p->frame->count % turns == 0);
    for (uint32_t i = 0; i < t->input_count; i++)
        p->inputs[i] = &fifos[t->inputs[i]];
    for (uint32_t o = 0; o < t->output_count; o++) {
        p->outputs[o] = &fifos[t->outputs[o]];
        p->due[o].arena = a;
    }
}

/* Outputs whose oldest caused token is due. */
static uint32_t due_writes(const struct reference_process *p)
{
    uint32_t ports = 0;
    for (uint32_t o = 0; o < p->output_count; o++)
        if (!cycle_list_empty(&p->due[o]) &&
            cycle_list_front(&p->due[o]) <= p->tick)
            ports |= UINT32_C(1) << o;
    return ports;
}

static uint32_t without_room(const struct reference_process *p, uint32_t ports,
                             uint64_t cycle)
{
    uint32_t without = 0;
    for (uint32_t o = 0; o < p->output_count; o++)
        if ((ports >> o & 1) != 0 &&
            !reference_fifo_has_room(p->outputs[o], cycle))
            without |= UINT32_C(1) << o;
    return without;
}

static uint32_t without_token(const struct reference_process *p, uint32_t ports,
                              uint64_t cycle)
{
    uint32_t without = 0;
    for (uint32_t i = 0; i < p->input_count; i++)
        if ((ports >> i & 1) != 0 &&
            !reference_fifo_readable(p->inputs[i], cycle))
            without |= UINT32_C(1) << i;
    return without;
}

/* Outputs in whose buffer the next step would find too few places.  The
 * tokens in due[o] are those caused and not written in earlier cycles. */
static uint32_t without_credit(const struct reference_process *p,
                               const struct step *step)
{
    uint32_t without = 0;
    for (uint32_t o = 0; o < p->output_count; o++) {
        uint64_t waiting = p->due[o].count - p->due[o].first;
        if ((step->writes >> o & 1) != 0 &&
            waiting + step->count > p->schedule->credits)
            without |= UINT32_C(1) << o;
    }
    return without;
}

/* OVERLAP_SEQUENTIAL: has the frame before been over for `restart` ticks, if
 * the outputs `leaving` write in this tick? */
static bool frame_may_begin(const struct reference_process *p, uint32_t leaving)
{
    if (!p->started || p->at != 0 || p->schedule->overlap == OVERLAP_PIPELINED)
        return true;
    for (uint32_t o = 0; o < p->output_count; o++) {
        uint64_t inside = p->due[o].count - p->due[o].first;
        if (inside > (leaving >> o & 1))
            return false;
    }
    uint64_t last = leaving != 0 ? p->tick : p->last_event;
    return p->tick >= last + p->schedule->restart;
}

/* Has the tick of the next step come, by gap, hold and restart alone? */
static bool front_is_due(const struct reference_process *p, uint32_t leaving)
{
    if (p->frames == 0)
        return false;
    const struct step *step = next_step(p);
    if (!p->started && p->tick < p->schedule->start)
        return false;
    if (p->started && p->tick < p->last_step + step->gap)
        return false;
    if (step->needs_datapath && p->tick < p->datapath_free)
        return false;
    return frame_may_begin(p, leaving);
}

static void eval_elastic(struct reference_process *p, uint64_t cycle)
{
    uint32_t due = due_writes(p);
    p->passes = true;
    p->writes = due & ~without_room(p, due, cycle);
    if (!front_is_due(p, p->writes))
        return;
    const struct step *step = next_step(p);
    p->starved = without_token(p, step->reads, cycle);
    p->blocked = without_credit(p, step);
    p->steps = p->starved == 0 && p->blocked == 0 ? 1 : 0;
}

static void eval_bubbles(struct reference_process *p, uint64_t cycle)
{
    uint32_t due = due_writes(p);
    bool front_due = front_is_due(p, due);
    if (front_due)
        p->starved = without_token(p, next_step(p)->reads, cycle);
    p->blocked = without_room(p, due, cycle);
    if (p->blocked != 0)
        return;
    p->passes = true;
    p->writes = due;
    p->steps = front_due && p->starved == 0 ? 1 : 0;
}

/* Has the tick of the step behind the next `taken` ones come, when all of those
 * are taken in this cycle? */
static bool follower_is_due(const struct reference_process *p, uint32_t taken)
{
    if (p->at + taken == p->frame->count)
        return false;
    const struct step *before = step_ahead(p, taken - 1);
    const struct step *step = step_ahead(p, taken);
    return step->gap == 0 &&
           !(step->needs_datapath &&
             (before->hold > 0 || p->tick < p->datapath_free));
}

static void eval_rigid(struct reference_process *p, uint64_t cycle)
{
    const uint32_t due = due_writes(p);
    uint32_t writes = due, reads = 0, taken = 0;
    bool stops = false;
    if (p->is_held && p->tick >= p->held_tick) {
        const struct reference_fifo *f = p->outputs[p->held];
        if (reference_fifo_held(f) > (f->leaves ? 1U : 0U)) {
            p->blocked = UINT32_C(1) << p->held;
            return;
        }
        p->is_held = false;
    }
    while (taken == 0 ? front_is_due(p, due) : follower_is_due(p, taken)) {
        const struct step *step = step_ahead(p, taken);
        assert((step->reads & reads) == 0);
        /* A step without delay writes in the tick in which it is taken. */
        uint32_t own = step->delay == 0 ? step->writes : 0;
        uint32_t starved = without_token(p, step->reads, cycle);
        uint32_t blocked = starved == 0 ? without_room(p, own, cycle) : 0;
        if (starved != 0 || blocked != 0) {
            p->starved = starved;
            p->blocked = blocked;
            stops = !step->patient;
            break;
        }
        assert((own & writes) == 0);
        writes |= own;
        reads |= step->reads;
        taken++;
    }
    const uint32_t stuck = without_room(p, due, cycle);
    p->blocked |= stuck;
    if (stuck != 0 || (stops && taken == 0))
        return;
    p->passes = !stops;
    p->writes = writes;
    p->steps = taken;
}

void reference_process_eval(struct reference_process *p, uint64_t cycle)
{
    p->passes = false;
    p->steps = p->writes = p->blocked = p->starved = 0;
    switch (p->schedule->style) {
    case STALL_BUBBLES:
        eval_bubbles(p, cycle);
        break;
    case STALL_RIGID:
        eval_rigid(p, cycle);
        break;
    case STALL_ELASTIC:
        eval_elastic(p, cycle);
        break;
    }
}

/* Token `due` on output o; of one stream they are due one after the other. */
static void cause(struct reference_process *p, uint32_t o, uint64_t due)
{
    assert(!p->due_port_used[o] || due > p->last_due_port[o]);
    p->due_port_used[o] = true;
    p->last_due_port[o] = due;
    cycle_list_append(&p->due[o], due);
}

/* The tokens of a step, all after those of earlier steps. */
static void cause_all(struct reference_process *p, const struct step *step)
{
    uint64_t due = p->tick + step->delay;
    assert(p->schedule->style == STALL_ELASTIC || step->patient ||
           !p->any_due || due > p->last_due);
    for (uint32_t n = 0; n < step->count; n++, due += step->spacing) {
        if (!step->patient) {
            p->any_due = true;
            p->last_due = due;
        }
        for (uint32_t o = 0; o < p->output_count; o++)
            if ((step->writes >> o & 1) != 0)
                cause(p, o, due);
    }
}

static void take_step(struct reference_process *p, uint64_t cycle)
{
    const struct step *step = next_step(p);
    assert(step->gap >= 1 || p->schedule->style == STALL_RIGID);
    assert(step->delay >= 1 || step->writes == 0 ||
           p->schedule->style == STALL_RIGID);
    for (uint32_t i = 0; i < p->input_count; i++)
        if ((step->reads >> i & 1) != 0)
            reference_fifo_read(p->inputs[i], cycle);
    if (step->writes != 0)
        cause_all(p, step);
    if (step->hold > 0)
        p->datapath_free = p->tick + step->hold;
    p->started = true;
    p->last_step = p->tick;
    p->at++;
    if (p->at % p->run_frame_steps == 0)
        p->frames--;
    if (p->at == p->frame->count)
        p->at = 0;
}

static void count_cycle(struct reference_process *p, uint64_t cycle, bool event)
{
    if (p->blocked != 0)
        p->now_blocked++;
    else if (p->starved != 0)
        p->now_starved++;
    else
        p->now_busy++;
    if (!event)
        return;
    p->any_event = true;
    p->end = cycle;
    p->busy_cycles = p->now_busy;
    p->starved_cycles = p->now_starved;
    p->blocked_cycles = p->now_blocked;
}

bool reference_process_commit(struct reference_process *p, uint64_t cycle)
{
    bool event = p->steps != 0 || p->writes != 0;
    count_cycle(p, cycle, event);
    if (!p->passes && !event)
        return false;
    for (uint32_t n = 0; n < p->steps; n++)
        take_step(p, cycle);
    for (uint32_t o = 0; o < p->output_count; o++) {
        if ((p->writes >> o & 1) == 0)
            continue;
        assert(p->schedule->style == STALL_ELASTIC ||
               cycle_list_front(&p->due[o]) == p->tick);
        cycle_list_take(&p->due[o]);
        reference_fifo_write(p->outputs[o], cycle);
        if ((p->schedule->held >> o & 1) != 0) {
            p->is_held = true;
            p->held = o;
            p->held_tick = p->tick + p->schedule->held_ticks;
        }
    }
    if (event)
        p->last_event = p->tick;
    if (p->passes)
        p->tick++;
    return event;
}

bool reference_process_done(const struct reference_process *p)
{
    for (uint32_t o = 0; o < p->output_count; o++)
        if (!cycle_list_empty(&p->due[o]))
            return false;
    return p->frames == 0;
}

uint32_t reference_process_stuck_writes(const struct reference_process *p,
                                        uint64_t cycle)
{
    return without_room(p, due_writes(p), cycle);
}

uint64_t reference_process_patience(const struct reference_process *p)
{
    uint64_t longest = p->schedule->restart;
    if (p->schedule->start > longest)
        longest = p->schedule->start;
    for (uint32_t i = 0; i < p->schedule->count; i++) {
        const struct instruction *in = &p->schedule->instructions[i];
        if (in->kind != INSTRUCTION_STEP)
            continue;
        const struct step *step = &in->step;
        uint64_t tail = step->delay;
        if (step->count > 0)
            tail += (uint64_t)(step->count - 1) * step->spacing;
        if (step->gap > longest)
            longest = step->gap;
        if (step->hold > longest)
            longest = step->hold;
        if (tail > longest)
            longest = tail;
    }
    return longest;
}
