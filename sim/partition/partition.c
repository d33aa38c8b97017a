#include "partition/partition.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "engine/slack.h"
#include "partition/cutting.h"
#include "partition/downsets.h"
#include "partition/realise.h"
#include "partition/lane_choice.h"
#include "partition/pose.h"
#include "partition/shortage.h"

static const struct place nowhere = { 0 };

const char *partition_goal_name(enum partition_goal g)
{
    static const char *const names[PARTITION_GOAL_COUNT] = { "interval",
                                                             "latency",
                                                             "boards" };
    return names[g];
}

struct work {
    struct arena *arena;
    struct space *space;
    const struct partition_options *options;
    struct diag *diag;
    struct demand *capacities;   /* by board: what is left to plan with */
    const uint32_t *pins;        /* by item */
    const struct downsets *sets; /* NULL: not listed yet */
    uint64_t least, most;        /* intervals in question */
    struct cutting_observer observer;
    const char *stage;
    bool stopped;
};

/* A problem with lanes chosen for an interval, and what fits there. */
struct attempt {
    uint32_t *lanes;
    struct problem *problem; /* NULL: process `slowest` takes too long with any
                                lanes */
    uint32_t slowest;
    struct plan plan;
};

static bool tell(void *context, uint64_t interval)
{
    struct work *w = context;
    const struct partition_observer *o = w->options->observer;
    w->stopped = w->stopped ||
                 (o != NULL && !o->progress(o->context, w->stage, interval));
    return !w->stopped;
}

/* --- one interval ----------------------------------------------------------
 */

static uint64_t slowest_limit(const struct work *w, uint64_t interval)
{
    const struct problem clocks = { .hz = w->space->design->clock_hz };
    uint64_t least = UINT64_MAX;
    for (uint32_t b = 0; b < w->options->board_count; b++) {
        const struct slot slot = { .hz = w->options->boards[b].hz };
        struct problem p = clocks;
        p.slots = &slot;
        const uint64_t limit = problem_limit(&p, 0, interval);
        least = limit < least ? limit : least;
    }
    return least;
}

/* The design with these lanes, in its smallest folding: for its FIFOs. */
static struct design *design_with(struct work *w, const uint32_t *lanes)
{
    struct arena *a = w->arena;
    struct folding_form *least =
        arena_new_array(a, struct folding_form,
                        w->space->design->process_count);
    for (uint32_t i = 0; i < w->space->design->process_count; i++)
        least[i] = (struct folding_form){ 1, 1, false };
    const struct hardware *h = space_hardware(w->space, a, lanes, least);
    struct design *d = space_lower(w->space, a, h, w->diag);
    assert(d != NULL); /* PE 1 and SIMD 1 go with any lanes */
    slack_fit(d);
    return d;
}

static struct lane_prices prices_of(const struct work *w)
{
    struct demand all = { { 0 } };
    for (uint32_t b = 0; b < w->options->board_count; b++)
        demand_add(&all, &w->capacities[b]);
    return lanes_even_prices(&all);
}

static struct attempt pose_at(struct work *w, uint64_t interval)
{
    struct arena *a = w->arena;
    const struct partition_options *o = w->options;
    struct attempt t = { .problem = NULL };
    t.lanes = arena_new_array(a, uint32_t, w->space->group_count);
    const struct lane_prices prices = prices_of(w);
    if (!lanes_choose(w->space, slowest_limit(w, interval), &prices, t.lanes,
                      &t.slowest))
        return t;
    const struct pose pose = {
        .hz = w->space->design->clock_hz,
        .board_count = o->board_count,
        .boards = o->boards,
        .links = o->links,
        .capacities = w->capacities,
        .pins = w->pins,
        .fifos = design_with(w, t.lanes),
    };
    t.problem = pose_problem(a, w->space, t.lanes, &pose);
    if (w->sets == NULL)
        w->sets = downsets_list(a, t.problem, DOWNSETS_MOST);
    return t;
}

static struct attempt try_at(struct work *w, uint32_t boards, uint64_t interval)
{
    struct attempt t = pose_at(w, interval);
    if (t.problem != NULL)
        t.plan = cutting_at(w->arena, t.problem, w->sets, boards, interval);
    return t;
}

/* --- the least interval ----------------------------------------------------
 */

/* With lanes for each interval: first in steps up, then halved until it is
 * known to a 64th; then exactly, with the lanes of the best. */
static struct attempt least_interval(struct work *w, uint32_t boards)
{
    enum { PRECISION = 64, STEP = 4 };
    struct attempt best = { .problem = NULL };
    uint64_t low = w->least - 1, next = w->least;
    w->stage = "lanes and foldings";
    while (!best.plan.fits && low < w->most && tell(w, next)) {
        const struct attempt t = try_at(w, boards, next);
        if (t.plan.fits) {
            best = t;
            break;
        }
        /* What does not fit at the longest interval fits at none. */
        if (low < w->least && !try_at(w, boards, w->most).plan.fits)
            break;
        low = next;
        next += next / STEP + 1;
        next = next > w->most ? w->most : next;
    }
    while (best.plan.fits && best.plan.interval - low > low / PRECISION + 1) {
        next = low + (best.plan.interval - low) / 2;
        if (!tell(w, next))
            break;
        const struct attempt t = try_at(w, boards, next);
        if (t.plan.fits)
            best = t;
        else
            low = next;
    }
    best.plan.proven = false; /* of other lanes, only that it fits */
    if (!best.plan.fits || w->stopped)
        return best;
    w->stage = "cuts";
    struct plan exact = cutting_least(w->arena, best.problem, boards, w->least,
                                      best.plan.interval, &w->observer);
    if (exact.fits)
        best.plan = exact;
    return best;
}

/* --- results ---------------------------------------------------------------
 */

static bool finish(struct work *w, const struct attempt *t,
                   struct partition *out)
{
    struct space *s = w->space;
    struct folding_form *foldings =
        arena_new_array(w->arena, struct folding_form,
                        s->design->process_count);
    for (uint32_t i = 0; i < s->item_count; i++) {
        const uint32_t p = s->items[i].process;
        if (p != UINT32_MAX)
            foldings[p] =
                space_forms(s, p, t->lanes)->forms[t->plan.chosen[i]->form];
    }
    const struct candidate c = { s, t->lanes, foldings, t->plan.board_of,
                                 t->plan.slots };
    out->hz = s->design->clock_hz;
    out->planned = t->plan.interval;
    out->bound =
        cutting_bound(t->problem, w->options->board_count, t->plan.interval);
    out->optimal = t->plan.proven;
    w->stage = "simulation";
    tell(w, t->plan.interval);
    return realise(w->arena, &c, w->options, out, w->diag);
}

/* By how much boards are fuller than they may be is taken off what they may be
 * planned with; false: none is. */
static bool tighten(struct work *w, const struct attempt *t,
                    const struct partition *p)
{
    bool over = false;
    for (uint32_t b = 0; b < p->board_count; b++) {
        const struct demand room = board_capacity(&w->options->boards[b]);
        if (demand_fits(&p->shares[b].used, &room))
            continue;
        over = true;
        struct demand planned = { { 0 } };
        for (uint32_t i = 0; i < w->space->item_count; i++)
            if (t->plan.board_of[i] == b)
                demand_add(&planned, &t->plan.chosen[i]->demand);
        for (int r = 0; r < RESOURCE_COUNT; r++) {
            const uint64_t used = p->shares[b].used.of[r];
            if (used <= room.of[r])
                continue;
            const uint64_t more = used - planned.of[r];
            uint64_t *left = &w->capacities[b].of[r];
            const uint64_t want = room.of[r] > more ? room.of[r] - more : 0;
            *left = want < *left ? want : *left - (*left > 0);
        }
    }
    return over;
}

static void reset_capacities(struct work *w)
{
    for (uint32_t b = 0; b < w->options->board_count; b++)
        w->capacities[b] = board_capacity(&w->options->boards[b]);
}

/* Says why nothing was found up to the longest interval that is allowed. */
static void give_up(struct work *w, struct partition *out)
{
    out->outcome = PARTITION_INFEASIBLE;
    out->shortage.kind = SHORTAGE_STOPPED;
    if (w->stopped)
        return;
    reset_capacities(w);
    const struct attempt t = pose_at(w, w->most);
    out->shortage = t.problem != NULL
                        ? shortage_of_problem(t.problem, w->sets, w->most)
                        : shortage_of_cycles(w->space, t.slowest,
                                             slowest_limit(w, w->most));
}

/* Plans and evaluates until the boards hold it with the FIFOs it needs. */
static bool solve(struct work *w, uint32_t boards, struct partition *out)
{
    enum { ROUNDS = 4 };
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const struct attempt t = least_interval(w, boards);
        if (!t.plan.fits) {
            give_up(w, out);
            return true;
        }
        if (!finish(w, &t, out))
            return false;
        out->outcome = w->stopped ? PARTITION_STOPPED : PARTITION_DONE;
        if (!tighten(w, &t, out))
            return true;
    }
    give_up(w, out);
    return true;
}

/* --- goals -----------------------------------------------------------------
 */

/* Of as many boards as there are, or fewer, the ones with the shortest
 * simulated latency; of equals the fewest. */
static bool solve_latency(struct work *w, struct partition *out)
{
    struct partition best = { .outcome = PARTITION_INFEASIBLE };
    for (uint32_t boards = 1; boards <= w->options->board_count && !w->stopped;
         boards++) {
        struct partition p = { .outcome = PARTITION_INFEASIBLE };
        reset_capacities(w);
        if (!solve(w, boards, &p))
            return false;
        if (p.outcome != PARTITION_INFEASIBLE &&
            (best.outcome == PARTITION_INFEASIBLE || p.latency < best.latency))
            best = p;
        if (p.outcome != PARTITION_INFEASIBLE && p.board_count < boards)
            break; /* one more does not help, so two more do not */
    }
    *out = best;
    if (best.outcome == PARTITION_INFEASIBLE)
        give_up(w, out);
    if (w->stopped && best.outcome == PARTITION_DONE)
        out->outcome = PARTITION_STOPPED;
    return true;
}

static bool solve_boards(struct work *w, struct partition *out)
{
    for (uint32_t boards = 1; boards <= w->options->board_count; boards++) {
        reset_capacities(w);
        const struct attempt t = try_at(w, boards, w->most);
        if (!t.plan.fits && boards < w->options->board_count)
            continue;
        if (!solve(w, boards, out))
            return false;
        if (out->outcome != PARTITION_INFEASIBLE || w->stopped)
            return true;
    }
    return true;
}

/* --- all -------------------------------------------------------------------
 */

static bool check(const struct hardware *h, struct diag *d)
{
    bool copies = h->copies > 1;
    for (uint32_t i = 0; i < h->layer_count; i++)
        copies |= h->layers[i].copies > 1;
    enum family family;
    if (family_find(h->family, &family) && !family_is_ours(family))
        diag_error(d, nowhere, DIAG_UNSUPPORTED,
                   "only designs of family headrace can be partitioned, not "
                   "of %s",
                   hardware_family_name(h));
    else if (copies)
        diag_error(d, h->copies_place, DIAG_UNSUPPORTED,
                   "a design with copies cannot be partitioned");
    else
        return true;
    return false;
}

/* In their smallest forms all keep this one. */
static uint64_t longest_interval(struct work *w)
{
    struct arena *a = arena_new();
    uint32_t *lanes = arena_new_array(a, uint32_t, w->space->group_count);
    for (uint32_t g = 0; g < w->space->group_count; g++)
        lanes[g] = 1;
    uint64_t most = 1;
    for (uint32_t i = 0; i < w->space->design->process_count; i++) {
        const struct forms *f = space_forms(w->space, i, lanes);
        for (uint32_t k = 0; k < f->count; k++)
            if (f->choices[k].cycles > most)
                most = f->choices[k].cycles;
    }
    arena_free(a);
    const uint64_t hz = w->space->design->clock_hz;
    uint64_t longest = most;
    for (uint32_t b = 0; b < w->options->board_count; b++) {
        const uint64_t of = w->options->boards[b].hz;
        const uint64_t here = most / of * hz + (most % of * hz + of - 1) / of;
        longest = here > longest ? here : longest;
    }
    return longest;
}

static const uint32_t *pins_of(struct work *w)
{
    uint32_t *pins = arena_new_array(w->arena, uint32_t, w->space->item_count);
    for (uint32_t i = 0; i < w->space->item_count; i++) {
        pins[i] = ITEM_ANYWHERE;
        for (uint32_t k = 0; k < w->options->pin_count; k++)
            if (strcmp(w->options->pins[k].layer,
                       w->space->items[i].layer->name) == 0)
                pins[i] = w->options->pins[k].board;
    }
    return pins;
}

/* The most that a board may give of each resource. */
static struct demand largest_board(const struct partition_options *o)
{
    struct demand most = { { 0 } };
    for (uint32_t b = 0; b < o->board_count; b++) {
        const struct demand here = board_capacity(&o->boards[b]);
        for (int r = 0; r < RESOURCE_COUNT; r++)
            if (here.of[r] > most.of[r])
                most.of[r] = here.of[r];
    }
    return most;
}

struct partition *partition_network(struct arena *a, const struct network *n,
                                    const struct hardware *h,
                                    const struct kernel_table *kernels,
                                    const struct partition_options *o,
                                    struct diag *d)
{
    if (!check(h, d))
        return NULL;
    struct work w = { .arena = a, .options = o, .diag = d };
    const struct demand ceiling = largest_board(o);
    w.space = space_new(a, n, h, kernels, &ceiling, d);
    if (w.space == NULL)
        return NULL;
    w.observer = (struct cutting_observer){ tell, &w };
    w.capacities = arena_new_array(a, struct demand, o->board_count);
    w.pins = pins_of(&w);
    reset_capacities(&w);
    w.least = lanes_least_interval(w.space);
    w.most = o->max_interval != 0 ? o->max_interval : longest_interval(&w);
    struct partition *out = arena_new_item(a, struct partition);
    bool ok = true;
    if (w.least > w.most) {
        give_up(&w, out);
    } else if (o->goal == PARTITION_LATENCY) {
        ok = solve_latency(&w, out);
    } else if (o->goal == PARTITION_BOARDS) {
        ok = solve_boards(&w, out);
    } else {
        ok = solve(&w, o->board_count, out);
    }
    return ok ? out : NULL;
}
