#include "engine/process.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "engine/process_inside.h"

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
    p->inputs = arena_new_array(a, struct channel *, t->input_count);
    p->outputs = arena_new_array(a, struct channel *, t->output_count);
    for (uint32_t i = 0; i < t->input_count; i++)
        p->inputs[i] = channels[t->inputs[i]];
    for (uint32_t i = 0; i < t->output_count; i++)
        p->outputs[i] = channels[t->outputs[i]];
    p->times.starved_by = arena_new_array(a, uint64_t, t->input_count);
    p->times.blocked_by = arena_new_array(a, uint64_t, t->output_count);
    if (t->link != NULL)
        return;
    p->turns = t->turns && t->copies > 1 ? t->copies : 1;
    if (p->turns > 1)
        p->schedule = schedule_in_turns(a, t->schedule, p->turns);
    schedule_start(&p->cursor, p->schedule);
    /* The first step may be taken at the start: as if the step before it had
     * been just early enough. */
    p->previous =
        (int64_t)p->schedule->start - (int64_t)schedule_peek(&p->cursor)->gap;
    if (is_plain(p))
        p->advance_fast = process_fast_for(p);
    if (t->schedule->style == STALL_ELASTIC) {
        assert(t->schedule->credits > 0);
        p->elastic = arena_new_array(a, struct elastic_output, t->output_count);
        for (uint32_t o = 0; o < t->output_count; o++) {
            p->elastic[o].written_at =
                arena_new_array(a, int64_t, t->schedule->credits);
        }
    }
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

void process_count_last_wait(struct process_state *p)
{
    if (p->link != NULL)
        return;
    if (p->schedule->style == STALL_RIGID)
        process_count_last_rigid(p);
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
    if (p->relaxed)
        return process_advance_relaxed(p);
    switch (p->schedule->style) {
    case STALL_BUBBLES:
        return process_advance_bubbles(p);
    case STALL_RIGID:
        return process_advance_rigid(p);
    case STALL_ELASTIC:
        return process_advance_elastic(p);
    }
    assert(false && "unknown stall style");
    return false;
}
