#include "tune/pareto.h"

#include "base/arena.h"

#include <assert.h>
#include <stddef.h>

static uint64_t cycles_of(const struct figures *f, enum pareto_axis axis)
{
    return axis == PARETO_INTERVAL ? figures_interval(f) : f->isolated;
}

/* The smallest depths with at most `cycles` on the axis; 0: what unlimited
 * FIFOs reach; TUNE_ANY: whatever comes. */
static const uint64_t TUNE_ANY = UINT64_MAX;

static const struct tuning *tune_at(struct arena *a, const struct design *d,
                                    const struct tune_options *given,
                                    enum pareto_axis axis, uint64_t cycles)
{
    struct tune_options o = *given;
    const bool any = cycles == TUNE_ANY;
    const bool by_interval = axis == PARETO_INTERVAL;
    o.any_interval = any || !by_interval;
    o.any_isolated = any || by_interval;
    o.any_back_to_back = true;
    o.back_to_back = 0;
    o.interval = by_interval && !any ? cycles : 0;
    o.isolated = by_interval || any ? 0 : cycles;
    return tune_design(a, d, &o);
}

static void add(struct pareto *p, const struct tuning *t)
{
    struct pareto_point *last = &p->points[p->count - 1];
    const struct pareto_point point = {
        .cycles = cycles_of(&t->figures[0], p->axis),
        .price = t->price,
        .bound_price = t->bound_price,
        .exact = t->certificate == CERTIFICATE_OPTIMAL,
        .tuning = t,
    };
    /* The one before asked for more, and got it at this price or less. */
    if (p->count != 0 && last->price <= point.price)
        return;
    /* This one is as fast all the same. */
    if (p->count != 0 && last->cycles >= point.cycles)
        *last = point;
    else
        p->points[p->count++] = point;
}

/* Goal i of n between the fastest and the slowest, closer to each other where
 * they are fast: there a cycle is worth most. */
static uint64_t goal_at(uint64_t fast, uint64_t slow, uint32_t i, uint32_t n)
{
    return fast + (slow - fast) * i / n * i / n;
}

struct pareto *pareto_find(struct arena *a, const struct design *d,
                           const struct tune_options *o, enum pareto_axis axis,
                           uint32_t points)
{
    assert(points >= 2);
    struct pareto *p = arena_new_item(a, struct pareto);
    p->axis = axis;
    p->points = arena_new_array(a, struct pareto_point, points);
    const struct tuning *best = tune_at(a, d, o, axis, 0);
    p->outcome = best->outcome;
    if (best->outcome != TUNE_DONE)
        return p;
    add(p, best);
    const struct tuning *cheapest = tune_at(a, d, o, axis, TUNE_ANY);
    const uint64_t fast = p->points[0].cycles;
    const uint64_t slow = cheapest->outcome == TUNE_DONE
                              ? cycles_of(&cheapest->figures[0], axis)
                              : fast;
    p->outcome = cheapest->outcome;
    for (uint32_t i = 1; i + 1 < points && p->outcome == TUNE_DONE; i++) {
        const uint64_t goal = goal_at(fast, slow, i, points - 1);
        if (goal <= fast || goal >= slow)
            continue;
        const struct tuning *t = tune_at(a, d, o, axis, goal);
        p->outcome = t->outcome;
        if (t->outcome == TUNE_DONE)
            add(p, t);
    }
    if (p->outcome == TUNE_DONE)
        add(p, cheapest);
    return p;
}
