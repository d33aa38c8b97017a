#include "partition/cutting.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "partition/downsets.h"
#include "partition/fit.h"

enum { THOUSAND = 1000 };
enum { NOBODY = UINT32_MAX };
/* Sets from each of which to all others is a matter of a second. */
enum { ALL_WAYS_MOST = 500 };

/* The search at one interval. */
struct reach {
    struct arena *arena; /* of this interval */
    const struct problem *problem;
    const struct downsets *sets;
    uint32_t slots;
    uint64_t interval;
    bool each_reader; /* a copy of a net for each reader behind a cut */
    bool alike;       /* boards and links are all the same, and nothing is
                         pinned: what can follow a set is found once */
    bool all_legal;   /* every cut, at every link, in the worst case: then a
                         larger set is never worse to start from */
    bool unknown;     /* a fit was */
    struct fit_table **tables; /* by board */
    uint32_t **from;           /* by board and set: the set that lay in front;
                                  NOBODY: it was not reached */
    uint64_t **loads;          /* of all links on that way */
    bool *explored;            /* by set: with boards that are alike */
    uint32_t *queue, *visited; /* visited: by set, the last start + 1 */
    uint32_t *items;
    const struct item_choice **chosen;
};

/* --- links -----------------------------------------------------------------
 */

static uint32_t copies_behind(const struct net *n, const struct downset *d,
                              bool each_reader)
{
    if (!downset_has(d, n->from))
        return 0;
    uint32_t behind = 0;
    for (uint32_t i = 0; i < n->reader_count; i++)
        behind += !downset_has(d, n->readers[i]);
    const bool together = behind == n->reader_count && !n->stays;
    return together && !each_reader ? 1 : behind;
}

static uint64_t cut_load(const struct problem *p, const struct downset *d,
                         uint32_t slot, bool each_reader)
{
    struct crossing x = { .streams = 0 };
    for (uint32_t i = 0; i < p->net_count; i++)
        crossing_add(&x, &p->nets[i],
                     copies_behind(&p->nets[i], d, each_reader), slot);
    return crossing_load(&x);
}

static bool all_are_legal(const struct reach *r)
{
    for (uint32_t s = 0; s + 1 < r->slots; s++)
        for (uint32_t i = 0; i < r->sets->count; i++)
            if (cut_load(r->problem, &r->sets->sets[i], s, true) >
                r->interval * THOUSAND)
                return false;
    return true;
}

/* --- boards ----------------------------------------------------------------
 */

static bool slots_are_alike(const struct problem *p, uint32_t slots)
{
    for (uint32_t s = 1; s < slots; s++)
        if (p->slots[s].hz != p->slots[0].hz ||
            memcmp(&p->slots[s].capacity, &p->slots[0].capacity,
                   sizeof p->slots[s].capacity) != 0)
            return false;
    for (uint32_t i = 0; i < p->item_count; i++)
        if (p->items[i].pin != ITEM_ANYWHERE)
            return false;
    for (uint32_t i = 0; i < p->net_count; i++)
        for (uint32_t s = 1; s + 1 < slots; s++)
            if (p->nets[i].loads[s] != p->nets[i].loads[0] ||
                p->nets[i].loads_beside[s] != p->nets[i].loads_beside[0])
                return false;
    return true;
}

static void make_tables(struct reach *r)
{
    const struct problem *p = r->problem;
    r->tables = arena_new_array(r->arena, struct fit_table *, r->slots);
    for (uint32_t s = 0; s < r->slots; s++) {
        const uint64_t limit = problem_limit(p, s, r->interval);
        for (uint32_t k = 0; k < s && r->tables[s] == NULL; k++)
            if (r->tables[k]->limit == limit &&
                memcmp(&p->slots[k].capacity, &p->slots[s].capacity,
                       sizeof p->slots[k].capacity) == 0)
                r->tables[s] = r->tables[k];
        if (r->tables[s] == NULL)
            r->tables[s] =
                fit_table_new(r->arena, p, &p->slots[s].capacity, limit);
    }
}

static bool fits_on(struct reach *r, uint32_t slot, const struct downset *from,
                    const struct downset *to)
{
    const uint32_t count = downset_between(r->sets, from, to, r->items);
    const enum fit_answer answer =
        fit_decide(r->tables[slot], r->items, count, r->chosen);
    r->unknown |= answer == FIT_UNKNOWN;
    return answer == FIT_YES;
}

static bool may_be_on(const struct reach *r, uint32_t item, uint32_t slot)
{
    const uint32_t pin = r->problem->items[item].pin;
    return pin == ITEM_ANYWHERE || pin == slot;
}

/* Keeps the way there that loads the links least. */
static void reach_set(struct reach *r, uint32_t slot, uint32_t from,
                      uint32_t set)
{
    const bool ends = set + 1 == r->sets->count || slot + 1 == r->slots;
    const uint64_t load =
        ends ? 0
             : cut_load(r->problem, &r->sets->sets[set], slot, r->each_reader);
    const uint64_t loads = load + (slot == 0 ? 0 : r->loads[slot - 1][from]);
    if (load > r->interval * THOUSAND ||
        (r->from[slot][set] != NOBODY && loads >= r->loads[slot][set]))
        return;
    r->from[slot][set] = from;
    r->loads[slot][set] = loads;
}

/* All that board `slot` can hold behind the set `start`. */
static void explore(struct reach *r, uint32_t slot, uint32_t start)
{
    const struct downset *sets = r->sets->sets;
    uint32_t head = 0, tail = 0;
    r->queue[tail++] = start;
    const uint32_t stamp = start + 1 + slot * r->sets->count;
    r->visited[start] = stamp;
    while (head < tail) {
        const uint32_t set = r->queue[head++];
        reach_set(r, slot, start, set);
        for (uint32_t k = 0; k < sets[set].next_count; k++) {
            const uint32_t next = sets[set].next[k];
            if (r->visited[next] == stamp ||
                !may_be_on(r, sets[set].item[k], slot))
                continue;
            r->visited[next] = stamp;
            if (fits_on(r, slot, &sets[start], &sets[next]))
                r->queue[tail++] = next;
        }
    }
}

/* Whether a larger set was started from, and is as good. */
static bool is_dominated(const struct reach *r, uint32_t set,
                         const uint32_t *starts, uint32_t count)
{
    for (uint32_t i = 0; r->all_legal && i < count; i++)
        if (downset_is_within(r->sets, &r->sets->sets[set],
                              &r->sets->sets[starts[i]]))
            return true;
    return false;
}

static void explore_board(struct reach *r, uint32_t slot)
{
    if (slot == 0) {
        explore(r, 0, 0);
        r->explored[0] = true;
        return;
    }
    uint32_t *starts = arena_new_array(r->arena, uint32_t, r->sets->count);
    uint32_t count = 0;
    for (uint32_t i = r->sets->count; i-- > 0;) {
        if (r->from[slot - 1][i] == NOBODY)
            continue;
        if (is_dominated(r, i, starts, count)) {
            reach_set(r, slot, i, i); /* the board stays empty */
            continue;
        }
        starts[count++] = i;
        if (r->alike && r->explored[i])
            reach_set(r, slot, i, i);
        else
            explore(r, slot, i);
        r->explored[i] = true;
    }
}

/* --- plans -----------------------------------------------------------------
 */

/* Cycles of the reference clock for so many of another, rounded up. */
static uint64_t in_reference(uint64_t cycles, uint64_t hz, uint64_t reference)
{
    if (hz == reference)
        return cycles;
    return cycles / hz * reference + (cycles % hz * reference + hz - 1) / hz;
}

static void measure(struct plan *plan, const struct problem *p)
{
    plan->interval = 1;
    plan->slots = 1;
    for (uint32_t i = 0; i < p->item_count; i++) {
        const uint32_t slot = plan->board_of[i];
        const uint64_t cycles =
            in_reference(plan->chosen[i]->cycles, p->slots[slot].hz, p->hz);
        if (cycles > plan->interval)
            plan->interval = cycles;
        if (slot >= plan->slots)
            plan->slots = slot + 1;
    }
    for (uint32_t s = 0; s + 1 < plan->slots; s++) {
        const struct crossing x = problem_crossing(p, plan->board_of, s);
        const uint64_t load = (crossing_load(&x) + THOUSAND - 1) / THOUSAND;
        if (load > plan->interval)
            plan->interval = load;
    }
}

static void read_plan(struct reach *r, struct arena *a, uint32_t slot,
                      struct plan *plan)
{
    const struct problem *p = r->problem;
    plan->fits = true;
    plan->board_of = arena_new_array(a, uint32_t, p->item_count);
    plan->chosen =
        arena_new_array(a, const struct item_choice *, p->item_count);
    uint32_t set = r->sets->count - 1;
    for (uint32_t s = slot + 1; s-- > 0;) {
        const uint32_t from = r->from[s][set];
        const struct downset *all = r->sets->sets;
        const bool fits = fits_on(r, s, &all[from], &all[set]);
        assert(fits);
        (void)fits;
        const uint32_t count =
            downset_between(r->sets, &all[from], &all[set], r->items);
        for (uint32_t i = 0; i < count; i++) {
            plan->board_of[r->items[i]] = s;
            plan->chosen[r->items[i]] = r->chosen[i];
        }
        set = from;
    }
    measure(plan, p);
}

static struct plan reach_all(struct reach *r, struct arena *a)
{
    struct plan plan = { .fits = false };
    const uint32_t all = r->sets->count - 1;
    for (uint32_t s = 0; s < r->slots; s++) {
        r->from[s] = arena_new_array(r->arena, uint32_t, r->sets->count);
        memset(r->from[s], 0xff, r->sets->count * sizeof **r->from);
        r->loads[s] = arena_new_array(r->arena, uint64_t, r->sets->count);
        explore_board(r, s);
        if (r->from[s][all] == NOBODY)
            continue;
        read_plan(r, a, s, &plan);
        break;
    }
    plan.proven = r->sets->complete && !r->unknown;
    return plan;
}

/* How a search at one interval is done. */
struct manner {
    bool each_reader;
    bool all_ways; /* to every set, for the one that loads the links least */
};

static struct plan try_at(struct arena *a, const struct problem *p,
                          const struct downsets *sets, uint32_t slots,
                          uint64_t interval, struct manner manner)
{
    struct arena *scratch = arena_new();
    const uint32_t room = sets->count;
    struct reach r = {
        .arena = scratch,
        .problem = p,
        .sets = sets,
        .slots = slots,
        .interval = interval,
        .each_reader = manner.each_reader,
        .alike = !manner.all_ways && slots_are_alike(p, slots),
        .from = arena_new_array(scratch, uint32_t *, slots),
        .loads = arena_new_array(scratch, uint64_t *, slots),
        .explored = arena_new_array(scratch, bool, room),
        .queue = arena_new_array(scratch, uint32_t, room),
        .visited = arena_new_array(scratch, uint32_t, room),
        .items = arena_new_array(scratch, uint32_t, p->item_count),
        .chosen =
            arena_new_array(scratch, const struct item_choice *, p->item_count),
    };
    make_tables(&r);
    r.all_legal = !manner.all_ways && all_are_legal(&r);
    const struct plan plan = reach_all(&r, a);
    arena_free(scratch);
    return plan;
}

struct plan cutting_at(struct arena *a, const struct problem *p,
                       const struct downsets *sets, uint32_t slots,
                       uint64_t interval)
{
    struct manner manner = { .all_ways = false };
    struct plan plan = try_at(a, p, sets, slots, interval, manner);
    if (!plan.fits || plan.interval <= interval)
        return plan;
    manner.each_reader = true;
    plan = try_at(a, p, sets, slots, interval, manner);
    plan.proven = false;
    assert(!plan.fits || plan.interval <= interval);
    return plan;
}

uint64_t cutting_least_load(const struct problem *p,
                            const struct downsets *sets, uint32_t slot)
{
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 1; i + 1 < sets->count; i++) {
        const uint64_t load = cut_load(p, &sets->sets[i], slot, false);
        least = load < least ? load : least;
    }
    return least;
}

/* --- the least interval ----------------------------------------------------
 */

/* Whether prices leave it open that all fits at this interval. */
static bool may_fit(const struct problem *p, uint32_t slots, uint64_t interval)
{
    struct arena *a = arena_new();
    struct demand all = { { 0 } };
    uint64_t limit = 0;
    for (uint32_t s = 0; s < slots; s++) {
        demand_add(&all, &p->slots[s].capacity);
        const uint64_t here = problem_limit(p, s, interval);
        limit = here > limit ? here : limit;
    }
    const struct fit_table *t = fit_table_new(a, p, &all, limit);
    uint32_t *items = arena_new_array(a, uint32_t, p->item_count);
    for (uint32_t i = 0; i < p->item_count; i++)
        items[i] = i;
    const bool may = fit_relax(t, items, p->item_count) != FIT_NO;
    arena_free(a);
    return may;
}

uint64_t cutting_bound(const struct problem *p, uint32_t slots, uint64_t most)
{
    uint64_t low = 0; /* nothing fits */
    uint64_t high = most;
    while (high - low > 1) {
        const uint64_t middle = low + (high - low) / 2;
        if (may_fit(p, slots, middle))
            high = middle;
        else
            low = middle;
    }
    return high;
}

struct halving {
    struct arena *arena;
    const struct problem *problem;
    const struct downsets *sets;
    uint32_t slots;
    const struct cutting_observer *observer;
    struct plan best;
    uint64_t low; /* nothing fits up to there, as far as is known */
    bool proven;  /* and it is known */
};

/* False: stopped. */
static bool halving_try(struct halving *h, uint64_t interval)
{
    if (h->observer != NULL &&
        !h->observer->progress(h->observer->context, interval)) {
        h->proven = false;
        return false;
    }
    const struct plan plan =
        cutting_at(h->arena, h->problem, h->sets, h->slots, interval);
    if (plan.fits) {
        h->best = plan;
    } else {
        h->low = interval;
        h->proven = h->proven && plan.proven;
    }
    return true;
}

/* Of plans with as many boards and this interval, the one that loads the links
 * least in all. */
static void lighten(struct halving *h)
{
    const struct manner manner = { .all_ways = true };
    const struct plan plan = try_at(h->arena, h->problem, h->sets, h->slots,
                                    h->best.interval, manner);
    if (plan.fits && plan.interval <= h->best.interval)
        h->best = plan;
}

struct plan cutting_least(struct arena *a, const struct problem *p,
                          uint32_t slots, uint64_t least, uint64_t most,
                          const struct cutting_observer *o)
{
    struct halving h = {
        .arena = a,
        .problem = p,
        .sets = downsets_list(a, p, DOWNSETS_MOST),
        .slots = slots,
        .observer = o,
        .proven = true,
    };
    const uint64_t bound = cutting_bound(p, slots, most);
    h.low = (bound > least ? bound : least) - 1;
    /* The bound is close as a rule: up from there in growing steps. */
    uint64_t step = 0;
    bool going = h.low < most;
    while (going && !h.best.fits && h.low < most) {
        uint64_t next = h.low + 1 + step;
        next = next > most ? most : next;
        step = step == 0 ? next / 64 + 1 : 2 * step;
        going = halving_try(&h, next);
    }
    while (going && h.best.fits && h.best.interval - h.low > 1)
        going = halving_try(&h, h.low + (h.best.interval - h.low) / 2);
    if (h.best.fits && h.sets->count <= ALL_WAYS_MOST)
        lighten(&h);
    h.best.proven = h.proven;
    return h.best;
}
