#include "tests/fuzz/schedule_legal.h"

#include <assert.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rng.h"
#include "kernels/schedule.h"
#include "tests/reference/expand.h"

enum { DELAY_RAISES_MAX = 50 };

/* Two writing steps too close to each other. */
struct conflict {
    uint32_t earlier, later; /* instructions */
    uint64_t missing;        /* ticks */
};

static struct step *step_at(const struct schedule *s, const struct expansion *e,
                            uint64_t i)
{
    return &s->instructions[e->at[i % e->count]].step;
}

/* Looks for a step behind step i of the frame that writes too early. */
static bool find_conflict(const struct schedule *s, const struct expansion *e,
                          uint64_t i, struct conflict *found)
{
    const struct step *first = step_at(s, e, i);
    if (first->writes == 0)
        return false;
    uint64_t tail =
        first->delay + (uint64_t)(first->count - 1) * first->spacing;
    uint64_t distance = 0, datapath_free = first->hold;
    for (uint64_t j = i + 1;; j++) {
        /* Sequential frames do not meet. */
        if (s->overlap == OVERLAP_SEQUENTIAL && j == e->count)
            return false;
        const struct step *step = step_at(s, e, j);
        distance += step->gap;
        if (step->needs_datapath && distance < datapath_free)
            distance = datapath_free;
        if (distance > tail)
            return false;
        if (step->hold > 0)
            datapath_free = distance + step->hold;
        if (step->writes == 0)
            continue;
        /* An elastic process keeps the order of each stream only. */
        if ((s->style == STALL_ELASTIC || first->patient || step->patient) &&
            (step->writes & first->writes) == 0)
            continue;
        if (distance + step->delay <= tail) {
            *found = (struct conflict){
                .earlier = e->at[i],
                .later = e->at[j % e->count],
                .missing = tail + 1 - distance - step->delay,
            };
            return true;
        }
    }
}

static bool step_is_legal(const struct schedule *s, const struct step *step)
{
    if ((step->gap < 1 || step->patient) && s->style != STALL_RIGID)
        return false;
    if (step->patient && (step->count > 1 || step->delay != 0))
        return false;
    if ((step->writes != 0) != (step->count != 0) ||
        (step->count > 1 && step->spacing < 1))
        return false;
    if (step->writes == 0)
        return true;
    if (step->delay == 0 &&
        (s->style != STALL_RIGID ||
         (s->overlap == OVERLAP_SEQUENTIAL && s->restart == 0)))
        return false;
    return s->style != STALL_ELASTIC || step->count <= s->credits;
}

/* Step i with gap 0 is taken in the tick of the step before it: not so the
 * first of a frame, nor several behind each other; a stream has one token a
 * cycle. */
static bool may_share_tick(const struct schedule *s, const struct expansion *e,
                           uint64_t i)
{
    const struct step *step = step_at(s, e, i);
    if (step->gap != 0)
        return true;
    const struct step *before = i == 0 ? NULL : step_at(s, e, i - 1);
    return before != NULL && before->gap != 0 && before->hold == 0 &&
           (before->reads & step->reads) == 0 &&
           (before->writes & step->writes) == 0;
}

bool schedule_is_legal(struct arena *a, const struct schedule *s)
{
    const struct expansion *e = expand(a, s->instructions, s->count);
    struct conflict conflict;
    if (e->count == 0)
        return false;
    for (uint64_t i = 0; i < e->count; i++)
        if (!step_is_legal(s, step_at(s, e, i)) || !may_share_tick(s, e, i) ||
            find_conflict(s, e, i, &conflict))
            return false;
    return true;
}

static void make_step_legal(struct schedule *s, struct step *step)
{
    if (s->style != STALL_RIGID) {
        step->patient = false;
        step->gap += step->gap == 0 ? 1 : 0;
    }
    if (step->writes == 0)
        return;
    if (step->delay == 0 && s->style != STALL_RIGID)
        step->delay = 1;
    if (step->delay == 0 && s->restart == 0)
        s->restart = 1;
    if (s->style == STALL_ELASTIC && step->count > s->credits)
        s->credits = step->count;
}

void schedule_make_legal(struct arena *a, struct rng *rng, struct schedule *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->instructions[i].kind == INSTRUCTION_STEP)
            make_step_legal(s, &s->instructions[i].step);

    const struct expansion *e = expand(a, s->instructions, s->count);
    uint32_t raises = 0;
    bool changed;
    do {
        changed = false;
        for (uint64_t i = 0; i < e->count; i++) {
            struct conflict c;
            while (find_conflict(s, e, i, &c)) {
                struct step *step = &s->instructions[c.later].step;
                /* More delay can bring new conflicts, more gap cannot. */
                if (c.later != c.earlier && !step->patient &&
                    raises < DELAY_RAISES_MAX && rng_below(rng, 2) == 0) {
                    step->delay += c.missing;
                    raises++;
                } else {
                    step->gap += (uint32_t)c.missing;
                }
                changed = true;
            }
        }
    } while (changed);
    assert(schedule_is_legal(a, s));
}
