#include "partition/lane_choice.h"

#include <string.h>

#include "base/arena.h"
#include "cost/cost.h"
#include "design/fifo.h"
#include "partition/space.h"

/* More rounds hardly ever change anything. */
enum { ROUNDS = 4 };

struct lane_prices lanes_even_prices(const struct demand *capacity)
{
    struct lane_prices p = { { 0 } };
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (capacity->of[r] != 0)
            p.unit[r] = (UINT64_C(1) << 40) / (capacity->of[r] + 1);
    return p;
}

static uint64_t price_of(const struct lane_prices *p, const struct demand *d)
{
    uint64_t sum = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        sum += p->unit[r] * d->of[r];
    return sum;
}

/* UINT64_MAX: no form is fast enough. */
static uint64_t process_price(struct space *s, uint32_t process, uint64_t limit,
                              const struct lane_prices *p,
                              const uint32_t *lanes)
{
    const struct forms *f = space_forms(s, process, lanes);
    uint64_t best = UINT64_MAX;
    for (uint32_t i = 0; i < f->count; i++) {
        if (f->choices[i].cycles > limit)
            continue;
        const uint64_t price = price_of(p, &f->choices[i].demand);
        best = price < best ? price : best;
    }
    return best;
}

/* Of a FIFO as deep as those that nobody chose are at least. */
static uint64_t stream_price(const struct space *s, const struct stream *t,
                             uint32_t lanes, const struct lane_prices *p)
{
    enum { TOKENS = 16, PIXELS = 4 };
    struct stream fifo = *t;
    fifo.lanes = lanes;
    fifo.width_bits = lanes * t->format.width;
    fifo.tokens_per_frame = shape_count(t->shape) / lanes;
    uint32_t depth = PIXELS * stream_tokens_per_pixel(&fifo);
    fifo_set(&fifo, FIFO_AUTO, depth > TOKENS ? depth : TOKENS);
    const struct cost cost = cost_of_stream(s->design, &fifo);
    const struct demand d = demand_of_cost(&cost);
    return price_of(p, &d);
}

static uint64_t group_price(struct space *s, uint32_t group, uint64_t limit,
                            const struct lane_prices *p, const uint32_t *lanes)
{
    const struct lane_group *g = &s->groups[group];
    uint64_t sum = 0;
    for (uint32_t i = 0; i < g->process_count; i++) {
        const uint64_t price =
            process_price(s, g->processes[i], limit, p, lanes);
        if (price == UINT64_MAX)
            return UINT64_MAX;
        sum += price;
    }
    for (uint32_t i = 0; i < s->design->stream_count; i++)
        if (s->group_of[i] == group)
            sum += stream_price(s, &s->design->streams[i], lanes[group], p);
    return sum;
}

/* Whether it changed. */
static bool improve(struct space *s, uint32_t group, uint64_t limit,
                    const struct lane_prices *p, uint32_t *lanes)
{
    const struct lane_group *g = &s->groups[group];
    const uint32_t before = lanes[group];
    uint64_t best = group_price(s, group, limit, p, lanes);
    uint32_t chosen = before;
    for (uint32_t i = 0; i < g->option_count; i++) {
        lanes[group] = g->options[i];
        const uint64_t price = group_price(s, group, limit, p, lanes);
        if (price >= best)
            continue;
        best = price;
        chosen = g->options[i];
    }
    lanes[group] = chosen;
    return chosen != before;
}

static void widest(const struct space *s, uint32_t *lanes)
{
    for (uint32_t g = 0; g < s->group_count; g++)
        lanes[g] = s->groups[g].options[s->groups[g].option_count - 1];
}

bool lanes_choose(struct space *s, uint64_t limit, const struct lane_prices *p,
                  uint32_t *lanes, uint32_t *slowest)
{
    widest(s, lanes);
    for (uint32_t i = 0; i < s->design->process_count; i++) {
        if (process_price(s, i, limit, p, lanes) != UINT64_MAX)
            continue;
        *slowest = i;
        return false;
    }
    bool changed = true;
    for (uint32_t round = 0; changed && round < ROUNDS; round++) {
        changed = false;
        for (uint32_t g = 0; g < s->group_count; g++)
            changed |= improve(s, g, limit, p, lanes);
    }
    return true;
}

uint64_t lanes_least_interval(struct space *s)
{
    struct arena *a = arena_new();
    uint32_t *lanes = arena_new_array(a, uint32_t, s->group_count);
    widest(s, lanes);
    uint64_t least = 1;
    for (uint32_t i = 0; i < s->design->process_count; i++) {
        const struct forms *f = space_forms(s, i, lanes);
        uint64_t fastest = UINT64_MAX;
        for (uint32_t k = 0; k < f->count; k++)
            if (f->choices[k].cycles < fastest)
                fastest = f->choices[k].cycles;
        least = fastest > least ? fastest : least;
    }
    arena_free(a);
    return least;
}
