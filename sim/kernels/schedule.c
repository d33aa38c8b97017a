#include "kernels/schedule.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

struct schedule *schedule_new(struct arena *a)
{
    struct schedule *s = arena_new_item(a, struct schedule);
    s->arena = a;
    return s;
}

static struct instruction *append(struct schedule *s)
{
    s->instructions = arena_grow(s->arena, s->instructions, s->count,
                                 sizeof *s->instructions);
    return &s->instructions[s->count++];
}

void schedule_step(struct schedule *s, uint64_t times, const struct step *step)
{
    assert(step->gap >= 1 || s->style == STALL_RIGID);
    assert(!step->patient || s->style == STALL_RIGID);
    assert(!step->patient || step->writes == 0 || step->delay == 0);
    assert(!step->patient || step->count <= 1);
    assert((step->writes != 0) == (step->count != 0));
    assert(step->count <= 1 || step->spacing >= 1);
    if (times == 0)
        return;
    struct instruction *i = append(s);
    i->kind = INSTRUCTION_STEP;
    i->times = times;
    i->step = *step;
}

void schedule_loop(struct schedule *s, uint64_t times)
{
    assert(s->open_count < SCHEDULE_DEPTH_MAX);
    s->open[s->open_count++] = s->count;
    struct instruction *i = append(s);
    i->kind = INSTRUCTION_LOOP;
    i->times = times;
}

void schedule_end(struct schedule *s)
{
    assert(s->open_count > 0);
    uint32_t loop = s->open[--s->open_count];
    if (s->instructions[loop].times == 0 || s->count == loop + 1) {
        s->count = loop; /* nothing in it, or never done */
        return;
    }
    /* A loop of one step is that step in a row. */
    if (s->count == loop + 2 &&
        s->instructions[loop + 1].kind == INSTRUCTION_STEP) {
        uint64_t times = s->instructions[loop].times;
        s->instructions[loop] = s->instructions[loop + 1];
        s->instructions[loop].times *= times;
        s->count = loop + 1;
        return;
    }
    struct instruction *i = append(s);
    i->kind = INSTRUCTION_END;
    i->loop = loop;
}

struct schedule *schedule_in_turns(struct arena *a, const struct schedule *s,
                                   uint32_t turns)
{
    const uint64_t steps = schedule_steps(s);
    assert(steps % turns == 0 && steps != 0);
    struct schedule *parts = schedule_new(a);
    parts->style = s->style;
    parts->overlap = s->overlap;
    parts->restart = s->restart;
    parts->credits = s->credits;
    parts->start = s->start;
    parts->held = s->held;
    parts->held_ticks = s->held_ticks;
    uint64_t factor = 1, done = 0;
    uint32_t turn = 0, depth = 0, moved = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct instruction *in = &s->instructions[i];
        if (depth == 0 && done != 0 && done == (turn + 1) * (steps / turns)) {
            append(parts)->kind = INSTRUCTION_TURN;
            turn++;
            moved++;
        }
        struct instruction *copy = append(parts);
        *copy = *in;
        switch (in->kind) {
        case INSTRUCTION_STEP:
            done += factor * in->times;
            break;
        case INSTRUCTION_LOOP:
            factor *= in->times;
            depth++;
            break;
        case INSTRUCTION_END:
            factor /= s->instructions[in->loop].times;
            depth--;
            copy->loop += moved; /* no TURN since its LOOP */
            break;
        case INSTRUCTION_TURN:
            assert(false && "has its turns already");
        }
    }
    assert(turn == turns - 1);
    return parts;
}

/* Moves on from c->at, which is no STEP to be repeated, to the next STEP. */
static bool settle(struct schedule_cursor *c)
{
    const struct schedule *s = c->schedule;
    bool wrapped = false;
    for (;;) {
        if (c->at == s->count) {
            assert(c->depth == 0);
            c->at = 0;
            wrapped = true;
        }
        const struct instruction *i = &s->instructions[c->at];
        switch (i->kind) {
        case INSTRUCTION_STEP:
            c->repeat = i->times;
            return wrapped;
        case INSTRUCTION_LOOP:
            c->left[c->depth++] = i->times;
            c->at++;
            break;
        case INSTRUCTION_END:
            if (--c->left[c->depth - 1] != 0) {
                c->at = i->loop + 1;
            } else {
                c->depth--;
                c->at++;
            }
            break;
        case INSTRUCTION_TURN:
            c->at++;
            wrapped = true;
            break;
        }
    }
}

void schedule_start(struct schedule_cursor *c, const struct schedule *s)
{
    assert(s->open_count == 0 && s->count > 0);
    *c = (struct schedule_cursor){ .schedule = s };
    settle(c);
}

bool schedule_next_instruction(struct schedule_cursor *c)
{
    c->at++;
    return settle(c);
}

/* Sums `value` over the steps of one frame, each loop counted once and
 * multiplied out. */
static uint64_t sum_steps(const struct schedule *s,
                          uint64_t (*value)(const struct step *, uint32_t),
                          uint32_t port)
{
    uint64_t factor = 1, sum = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct instruction *in = &s->instructions[i];
        switch (in->kind) {
        case INSTRUCTION_STEP:
            sum += factor * in->times * value(&in->step, port);
            break;
        case INSTRUCTION_LOOP:
            factor *= in->times;
            break;
        case INSTRUCTION_END:
            factor /= s->instructions[in->loop].times;
            break;
        case INSTRUCTION_TURN:
            break;
        }
    }
    return sum;
}

static uint64_t step_reads(const struct step *step, uint32_t port)
{
    return (step->reads >> port) & 1U;
}

static uint64_t step_writes(const struct step *step, uint32_t port)
{
    return ((step->writes >> port) & 1U) * (uint64_t)step->count;
}

static uint64_t step_one(const struct step *step, uint32_t port)
{
    (void)step;
    (void)port;
    return 1;
}

uint64_t schedule_reads(const struct schedule *s, uint32_t port)
{
    return sum_steps(s, step_reads, port);
}

uint64_t schedule_writes(const struct schedule *s, uint32_t port)
{
    return sum_steps(s, step_writes, port);
}

uint64_t schedule_steps(const struct schedule *s)
{
    return sum_steps(s, step_one, 0);
}

/* A process that is never held up. */
struct unheld {
    const struct schedule *schedule;
    int64_t previous; /* tick of the step before */
    int64_t free, last_due;
    int64_t frame_start;
    bool at_frame_start, any; /* any: not before the first step of all */
};

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Takes a step `times` times in a row. */
static void take_unheld(struct unheld *u, const struct step *step,
                        uint64_t times)
{
    const struct schedule *s = u->schedule;
    const int64_t hold = step->needs_datapath ? (int64_t)step->hold : 0;
    int64_t at = u->any ? u->previous + step->gap : 0;
    if (step->needs_datapath)
        at = later(at, u->free);
    if (u->at_frame_start) {
        if (u->any && s->overlap == OVERLAP_SEQUENTIAL)
            at = later(at, later(u->last_due, u->previous) + s->restart);
        u->frame_start = at;
    }
    u->at_frame_start = false;
    u->any = true;
    /* From the second on, all come at the same pace. */
    u->previous = at + (int64_t)(times - 1) * later(step->gap, hold);
    if (step->hold != 0)
        u->free = u->previous + (int64_t)step->hold;
    if (step->writes != 0)
        u->last_due = u->previous + (int64_t)step->delay +
                      (int64_t)(step->count - 1) * step->spacing;
}

/* True if all that follows is the same after a as after b, but for when. */
static bool alike(const struct unheld *a, const struct unheld *b)
{
    return a->at_frame_start == b->at_frame_start &&
           later(a->free - a->previous, 0) == later(b->free - b->previous, 0) &&
           later(a->last_due - a->previous, 0) ==
               later(b->last_due - b->previous, 0);
}

/* Takes the steps of instructions begin .. end - 1.  Once a round of a loop
 * ends as it began, the others take as long as that one. */
static void walk_unheld(struct unheld *u, uint32_t begin, uint32_t end)
{
    const struct instruction *all = u->schedule->instructions;
    for (uint32_t i = begin; i < end; i++) {
        if (all[i].kind == INSTRUCTION_STEP)
            take_unheld(u, &all[i].step, all[i].times);
        if (all[i].kind != INSTRUCTION_LOOP)
            continue;
        uint32_t last = i + 1;
        while (all[last].kind != INSTRUCTION_END || all[last].loop != i)
            last++;
        for (uint64_t left = all[i].times; left != 0; left--) {
            const struct unheld before = *u;
            walk_unheld(u, i + 1, last);
            if (!alike(&before, u))
                continue;
            const int64_t rest =
                (int64_t)(left - 1) * (u->previous - before.previous);
            u->previous += rest;
            u->free += rest;
            u->last_due += rest;
            break;
        }
        i = last;
    }
}

uint64_t schedule_ticks_per_frame(const struct schedule *s)
{
    /* Three frames on: the first begins without the holds of a frame
     * before it, and a hold of the last steps of a frame delays the second
     * as it delays every later one. */
    struct unheld u = { .schedule = s, .last_due = -1 };
    int64_t start[3];
    for (int frame = 0; frame < 3; frame++) {
        u.at_frame_start = true;
        walk_unheld(&u, 0, s->count);
        start[frame] = u.frame_start;
    }
    return (uint64_t)(start[2] - start[1]);
}
