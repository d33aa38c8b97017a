#include "partition/fit.h"

#include "base/arena.h"

#include <string.h>

/* Prices of a whole capacity add up to PRICE_SUM; what a unit costs is that
 * over the capacity, with 30 bits behind the point.  A demand is at most the
 * capacity, so that the sum over 10,000 items stays below 2^60. */
enum { PRICE_BITS = 15, PRICE_SUM = 1 << PRICE_BITS, POINT_BITS = 30 };
/* Prices settle within some dozens of rounds; the search goes on only where
 * items nearly fit. */
enum { ROUNDS = 48, NODES = 4000 };

struct prices {
    uint64_t unit[RESOURCE_COUNT];
    uint64_t budget; /* what the capacity is worth */
};

static struct prices prices_of(const struct demand *capacity,
                               const uint64_t *share)
{
    struct prices p = { .budget = 0 };
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (capacity->of[r] == 0)
            continue;
        p.unit[r] = (share[r] << POINT_BITS) / capacity->of[r];
        p.budget += p.unit[r] * capacity->of[r];
    }
    return p;
}

static uint64_t price_of(const struct prices *p, const struct demand *d)
{
    uint64_t sum = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        sum += p->unit[r] * d->of[r];
    return sum;
}

static const struct item_choice *
cheapest(const struct fit_item *item, const struct prices *p, uint64_t *price)
{
    const struct item_choice *best = NULL;
    for (uint32_t i = 0; i < item->count; i++) {
        const uint64_t cost = price_of(p, &item->choices[i]->demand);
        if (best != NULL && cost >= *price)
            continue;
        best = item->choices[i];
        *price = cost;
    }
    return best;
}

/* --- the choices that count ------------------------------------------------
 */

static bool demands_no_more(const struct demand *a, const struct demand *b)
{
    return demand_fits(a, b);
}

static void add_choice(struct fit_item *item, const struct item_choice *c)
{
    for (uint32_t i = 0; i < item->count; i++)
        if (demands_no_more(&item->choices[i]->demand, &c->demand))
            return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < item->count; i++)
        if (!demands_no_more(&c->demand, &item->choices[i]->demand))
            item->choices[kept++] = item->choices[i];
    item->choices[kept++] = c;
    item->count = kept;
}

static void list_choices(struct fit_item *out, struct arena *a,
                         const struct item *item, const struct fit_table *t)
{
    out->choices =
        arena_new_array(a, const struct item_choice *, item->choice_count + 1);
    for (uint32_t i = 0; i < item->choice_count; i++) {
        const struct item_choice *c = &item->choices[i];
        if (c->cycles <= t->limit && demand_fits(&c->demand, &t->capacity))
            add_choice(out, c);
    }
    for (uint32_t i = 0; i < out->count; i++)
        for (int r = 0; r < RESOURCE_COUNT; r++)
            if (i == 0 || out->choices[i]->demand.of[r] < out->least.of[r])
                out->least.of[r] = out->choices[i]->demand.of[r];
}

struct fit_table *fit_table_new(struct arena *a, const struct problem *p,
                                const struct demand *capacity, uint64_t limit)
{
    struct fit_table *t = arena_new_item(a, struct fit_table);
    *t = (struct fit_table){
        .problem = p,
        .limit = limit,
        .capacity = *capacity,
        .items = arena_new_array(a, struct fit_item, p->item_count),
    };
    for (uint32_t i = 0; i < p->item_count; i++)
        list_choices(&t->items[i], a, &p->items[i], t);
    return t;
}

/* --- prices ----------------------------------------------------------------
 */

/* Dearer what is loaded more. */
static void move_prices(uint64_t *share, const struct demand *load,
                        const struct demand *capacity)
{
    uint64_t loads[RESOURCE_COUNT] = { 0 }, most = 1, sum = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (capacity->of[r] != 0)
            loads[r] = (load->of[r] << 10) / capacity->of[r];
        if (loads[r] > most)
            most = loads[r];
    }
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        share[r] = share[r] * (most + 3 * loads[r]) / (4 * most) + 1;
        sum += share[r];
    }
    for (int r = 0; r < RESOURCE_COUNT; r++)
        share[r] = share[r] * PRICE_SUM / sum;
}

/* The cheapest choices, for prices that follow their load.  FIT_NO: they are
 * dearer than the capacity; FIT_YES: they fit; else the prices with which they
 * were dearest. */
static enum fit_answer price_out(const struct fit_table *t,
                                 const uint32_t *items, uint32_t count,
                                 const struct item_choice **chosen,
                                 struct prices *best)
{
    uint64_t share[RESOURCE_COUNT];
    for (int r = 0; r < RESOURCE_COUNT; r++)
        share[r] = PRICE_SUM / RESOURCE_COUNT;
    uint64_t best_gap = UINT64_MAX;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const struct prices p = prices_of(&t->capacity, share);
        struct demand load = { { 0 } };
        uint64_t sum = 0;
        for (uint32_t i = 0; i < count; i++) {
            uint64_t price = 0;
            chosen[i] = cheapest(&t->items[items[i]], &p, &price);
            demand_add(&load, &chosen[i]->demand);
            sum += price;
        }
        if (demand_fits(&load, &t->capacity))
            return FIT_YES;
        if (sum > p.budget)
            return FIT_NO;
        if (p.budget - sum < best_gap) {
            best_gap = p.budget - sum;
            *best = p;
        }
        move_prices(share, &load, &t->capacity);
    }
    return FIT_UNKNOWN;
}

/* Each resource by itself. */
static bool least_fits(const struct fit_table *t, const uint32_t *items,
                       uint32_t count)
{
    struct demand least = { { 0 } };
    for (uint32_t i = 0; i < count; i++) {
        if (t->items[items[i]].count == 0)
            return false;
        demand_add(&least, &t->items[items[i]].least);
    }
    return demand_fits(&least, &t->capacity);
}

/* --- branch and bound ------------------------------------------------------
 */

struct search {
    const struct fit_table *table;
    const struct prices *prices;
    const uint32_t *items;
    uint32_t count;
    const uint64_t *price_behind;       /* cheapest of the items from i on */
    const struct demand *demand_behind; /* least of these, by resource */
    const struct item_choice **chosen;
    uint32_t nodes;
};

static bool could_fit(const struct search *s, uint32_t i,
                      const struct demand *used)
{
    if (price_of(s->prices, used) + s->price_behind[i] > s->prices->budget)
        return false;
    struct demand all = *used;
    demand_add(&all, &s->demand_behind[i]);
    return demand_fits(&all, &s->table->capacity);
}

static bool search_from(struct search *s, uint32_t i, struct demand *used)
{
    if (i == s->count)
        return true;
    const struct fit_item *item = &s->table->items[s->items[i]];
    for (uint32_t k = 0; k < item->count; k++) {
        if (s->nodes == 0)
            return false;
        s->nodes--;
        s->chosen[i] = item->choices[k];
        demand_add(used, &s->chosen[i]->demand);
        if (could_fit(s, i + 1, used) && search_from(s, i + 1, used))
            return true;
        demand_subtract(used, &item->choices[k]->demand);
    }
    return false;
}

static enum fit_answer branch(const struct fit_table *t,
                              const struct prices *prices,
                              const uint32_t *items, uint32_t count,
                              const struct item_choice **chosen)
{
    struct arena *a = arena_new();
    uint64_t *price = arena_new_array(a, uint64_t, count + 1);
    struct demand *demand = arena_new_array(a, struct demand, count + 1);
    for (uint32_t i = count; i-- > 0;) {
        uint64_t least = 0;
        cheapest(&t->items[items[i]], prices, &least);
        price[i] = price[i + 1] + least;
        demand[i] = demand[i + 1];
        demand_add(&demand[i], &t->items[items[i]].least);
    }
    struct search s = { t, prices, items, count, price, demand, chosen, NODES };
    struct demand used = { { 0 } };
    const bool found = search_from(&s, 0, &used);
    arena_free(a);
    if (found)
        return FIT_YES;
    return s.nodes == 0 ? FIT_UNKNOWN : FIT_NO;
}

enum fit_answer fit_decide(const struct fit_table *t, const uint32_t *items,
                           uint32_t count, const struct item_choice **chosen)
{
    if (!least_fits(t, items, count))
        return FIT_NO;
    struct prices best = { .budget = 0 };
    const enum fit_answer answer = price_out(t, items, count, chosen, &best);
    return answer == FIT_UNKNOWN ? branch(t, &best, items, count, chosen)
                                 : answer;
}

enum fit_answer fit_relax(const struct fit_table *t, const uint32_t *items,
                          uint32_t count)
{
    if (!least_fits(t, items, count))
        return FIT_NO;
    struct arena *a = arena_new();
    const struct item_choice **chosen =
        arena_new_array(a, const struct item_choice *, count + 1);
    struct prices best;
    const enum fit_answer answer = price_out(t, items, count, chosen, &best);
    arena_free(a);
    return answer == FIT_NO ? FIT_NO : FIT_UNKNOWN;
}
