#include "partition/problem.h"

#include <stddef.h>

struct demand demand_of_cost(const struct cost *c)
{
    struct demand d;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        d.of[r] = resource_of(c, (enum resource)r);
    return d;
}

void demand_add(struct demand *to, const struct demand *d)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        to->of[r] += d->of[r];
}

void demand_subtract(struct demand *from, const struct demand *d)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        from->of[r] -= d->of[r];
}

bool demand_fits(const struct demand *d, const struct demand *capacity)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (d->of[r] > capacity->of[r])
            return false;
    return true;
}

uint64_t problem_limit(const struct problem *p, uint32_t slot,
                       uint64_t interval)
{
    const uint64_t hz = p->slots[slot].hz;
    if (hz == p->hz)
        return interval;
    /* floor(interval * hz / p->hz) without overflow: clocks are at most 2 GHz
     * (design/clock.h), so the rests multiply to less than 2^62. */
    return interval / p->hz * hz + interval % p->hz * hz / p->hz;
}

uint32_t problem_copies(const struct net *n, const uint32_t *board_of,
                        uint32_t slot)
{
    if (board_of[n->from] > slot)
        return 0;
    bool together = !n->stays && board_of[n->readers[0]] != board_of[n->from];
    uint32_t beyond = 0;
    for (uint32_t i = 0; i < n->reader_count; i++) {
        const uint32_t board = board_of[n->readers[i]];
        beyond += board > slot;
        together = together && board == board_of[n->readers[0]];
    }
    return together && beyond > 0 ? 1 : beyond;
}

void crossing_add(struct crossing *x, const struct net *n, uint32_t copies,
                  uint32_t slot)
{
    x->alone += n->loads[slot] * copies;
    x->beside += n->loads_beside[slot] * copies;
    x->streams += copies;
}

uint64_t crossing_load(const struct crossing *x)
{
    return x->streams > 1 ? x->beside : x->alone;
}

struct crossing problem_crossing(const struct problem *p,
                                 const uint32_t *board_of, uint32_t slot)
{
    struct crossing x = { .streams = 0 };
    for (uint32_t i = 0; i < p->net_count; i++)
        crossing_add(&x, &p->nets[i],
                     problem_copies(&p->nets[i], board_of, slot), slot);
    return x;
}
