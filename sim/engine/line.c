#include "engine/line.h"

#include <assert.h>

#include "design/link.h"

enum { STEPS_MAX = 8 }; /* more are worth the divisions of a jump */

static void jump(struct line *l, int64_t n)
{
    const struct link_type *t = l->type;
    const uint64_t cycle = (uint64_t)n;
    l->at = n;
    l->gear = (uint32_t)(cycle % t->active_of * t->active % t->active_of);
    if (t->compensation_period != 0)
        l->phase = (uint32_t)(cycle % t->compensation_period);
}

static void step(struct line *l)
{
    const struct link_type *t = l->type;
    const uint64_t gear = (uint64_t)l->gear + t->active;
    l->at++;
    l->gear = (uint32_t)(gear >= t->active_of ? gear - t->active_of : gear);
    if (t->compensation_period != 0 && ++l->phase == t->compensation_period)
        l->phase = 0;
}

void line_init(struct line *l, const struct link_type *type)
{
    assert(type->active != 0 && type->active <= type->active_of);
    assert(type->compensation_period == 0 ||
           type->compensation_cycles < type->compensation_period);
    *l = (struct line){ .type = type };
    l->always =
        type->active == type->active_of &&
        (type->compensation_period == 0 || type->compensation_cycles == 0);
    jump(l, 0);
}

int64_t line_usable_from(struct line *l, int64_t n)
{
    if (l->always)
        return n;
    const struct link_type *t = l->type;
    if (n < l->at || n > l->at + STEPS_MAX)
        jump(l, n);
    while (l->at < n)
        step(l);
    for (;;) {
        const uint32_t from = t->compensation_period - t->compensation_cycles;
        if (t->compensation_period != 0 && l->phase >= from)
            jump(l, l->at + (t->compensation_period - l->phase));
        else if (l->gear >= t->active)
            step(l);
        else
            return l->at;
    }
}
