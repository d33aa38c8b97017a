#include "partition/shortage.h"

#include <string.h>

#include "base/arena.h"
#include "partition/cutting.h"
#include "partition/downsets.h"

struct shortage shortage_of_cycles(struct space *s, uint32_t process,
                                   uint64_t limit)
{
    struct arena *a = arena_new();
    uint32_t *lanes = arena_new_array(a, uint32_t, s->group_count);
    for (uint32_t g = 0; g < s->group_count; g++)
        lanes[g] = s->groups[g].options[s->groups[g].option_count - 1];
    const struct forms *f = space_forms(s, process, lanes);
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < f->count; i++)
        if (f->choices[i].cycles < least)
            least = f->choices[i].cycles;
    arena_free(a);
    return (struct shortage){ .kind = SHORTAGE_CYCLES,
                              .name = s->design->processes[process].name,
                              .needed = least,
                              .available = limit };
}

/* By how much a choice is too large for a board, in thousandths of what the
 * board may give, and of which resource; 0: it is not. */
static uint64_t excess_of(const struct demand *d, const struct demand *room,
                          enum resource *of)
{
    uint64_t most = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (d->of[r] <= room->of[r])
            continue;
        const uint64_t share =
            (d->of[r] - room->of[r]) * 1000 / (room->of[r] + 1) + 1;
        if (share <= most)
            continue;
        most = share;
        *of = (enum resource)r;
    }
    return most;
}

/* The choice that comes closest to fitting, on the board where it does. */
static bool layer_is_too_large(const struct problem *p, const struct item *item,
                               uint64_t interval, struct shortage *out)
{
    uint64_t closest = UINT64_MAX;
    for (uint32_t b = 0; b < p->slot_count; b++) {
        if (item->pin != ITEM_ANYWHERE && item->pin != b)
            continue;
        const uint64_t limit = problem_limit(p, b, interval);
        for (uint32_t i = 0; i < item->choice_count; i++) {
            const struct item_choice *c = &item->choices[i];
            enum resource of = RESOURCE_LUT;
            if (c->cycles > limit)
                continue;
            const uint64_t excess =
                excess_of(&c->demand, &p->slots[b].capacity, &of);
            if (excess == 0)
                return false;
            if (excess >= closest)
                continue;
            closest = excess;
            *out = (struct shortage){
                .kind = SHORTAGE_LAYER,
                .name = item->name,
                .resource = of,
                .needed = c->demand.of[of],
                .available = p->slots[b].capacity.of[of],
            };
        }
    }
    return closest != UINT64_MAX;
}

static uint64_t least_of(const struct item *item, uint64_t limit,
                         enum resource r)
{
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < item->choice_count; i++)
        if (item->choices[i].cycles <= limit &&
            item->choices[i].demand.of[r] < least)
            least = item->choices[i].demand.of[r];
    return least == UINT64_MAX ? 0 : least;
}

static bool total_is_too_large(const struct problem *p, uint64_t interval,
                               struct shortage *out)
{
    uint64_t limit = 0;
    for (uint32_t b = 0; b < p->slot_count; b++)
        if (problem_limit(p, b, interval) > limit)
            limit = problem_limit(p, b, interval);
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        uint64_t needed = 0, available = 0;
        for (uint32_t i = 0; i < p->item_count; i++)
            needed += least_of(&p->items[i], limit, (enum resource)r);
        for (uint32_t b = 0; b < p->slot_count; b++)
            available += p->slots[b].capacity.of[r];
        if (needed <= available)
            continue;
        *out = (struct shortage){ .kind = SHORTAGE_TOTAL,
                                  .resource = (enum resource)r,
                                  .needed = needed,
                                  .available = available };
        return true;
    }
    return false;
}

/* No cut anywhere, on any link. */
static bool links_are_too_slow(const struct problem *p,
                               const struct downsets *sets, uint64_t interval,
                               struct shortage *out)
{
    enum { THOUSAND = 1000 };
    uint64_t least = UINT64_MAX;
    for (uint32_t s = 0; s + 1 < p->slot_count; s++) {
        const uint64_t load = cutting_least_load(p, sets, s);
        least = load < least ? load : least;
    }
    if (p->slot_count < 2 || least <= interval * THOUSAND)
        return false;
    *out = (struct shortage){ .kind = SHORTAGE_LINK,
                              .needed = (least + THOUSAND - 1) / THOUSAND,
                              .available = interval };
    return true;
}

struct shortage shortage_of_problem(const struct problem *p,
                                    const struct downsets *sets,
                                    uint64_t interval)
{
    struct shortage s = { .kind = SHORTAGE_BOARDS };
    for (uint32_t i = 0; i < p->item_count; i++)
        if (layer_is_too_large(p, &p->items[i], interval, &s))
            return s;
    if (!total_is_too_large(p, interval, &s))
        links_are_too_slow(p, sets, interval, &s);
    return s;
}
