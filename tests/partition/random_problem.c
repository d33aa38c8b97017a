#include "tests/partition/random_problem.h"

#include "base/arena.h"

enum { MOST = 16 };
static const uint64_t HZ = 200000000;

static uint32_t draw(struct rng *rng, uint32_t low, uint32_t high)
{
    return low + rng_below(rng, high - low + 1);
}

static struct item *draw_items(struct arena *a, struct rng *rng,
                               const struct problem_shape *s, uint32_t count,
                               uint32_t slots)
{
    struct item *items = arena_new_array(a, struct item, count);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t n = draw(rng, 1, s->choices_most);
        struct item_choice *c = arena_new_array(a, struct item_choice, n);
        for (uint32_t k = 0; k < n; k++) {
            c[k].demand.of[RESOURCE_LUT] = draw(rng, 1, 40);
            c[k].demand.of[RESOURCE_DSP] = draw(rng, 0, 20);
            c[k].demand.of[RESOURCE_BRAM18] = draw(rng, 0, 3);
            c[k].cycles = draw(rng, 1, 60);
        }
        items[i] = (struct item){ "item", n, c, ITEM_ANYWHERE };
        if (s->unequal && rng_below(rng, 6) == 0)
            items[i].pin = rng_below(rng, slots);
    }
    return items;
}

static uint64_t *draw_loads(struct arena *a, struct rng *rng,
                            const struct problem_shape *s, uint32_t slots)
{
    uint64_t *loads = arena_new_array(a, uint64_t, slots);
    for (uint32_t i = 0; i < slots; i++)
        loads[i] = i == 0 || s->unequal ? draw(rng, 0, 50000) : loads[0];
    return loads;
}

/* A net for each item that is read; item i > 0 reads one or two others. */
static struct net *draw_nets(struct arena *a, struct rng *rng,
                             const struct problem_shape *s, uint32_t items,
                             uint32_t slots, uint32_t *count)
{
    bool reads[MOST][MOST] = { { false } }; /* by writer and reader */
    for (uint32_t i = 1; i < items; i++) {
        reads[s->chain ? i - 1 : rng_below(rng, i)][i] = true;
        if (!s->chain && rng_below(rng, 2) == 0)
            reads[rng_below(rng, i)][i] = true;
    }
    struct net *nets = arena_new_array(a, struct net, items);
    for (uint32_t from = 0; from < items; from++) {
        struct net *n = &nets[*count];
        uint32_t *readers = arena_new_array(a, uint32_t, items);
        *n = (struct net){ .name = "net", .from = from, .readers = readers };
        for (uint32_t to = from + 1; to < items; to++)
            if (reads[from][to])
                readers[n->reader_count++] = to;
        n->stays = s->each_reader && n->reader_count > 1;
        n->loads = draw_loads(a, rng, s, slots);
        uint64_t *beside = arena_new_array(a, uint64_t, slots);
        for (uint32_t i = 0; i < slots; i++)
            beside[i] = n->loads[i] + (s->each_reader ? 0 : n->loads[i] / 8);
        n->loads_beside = beside;
        *count += n->reader_count > 0;
    }
    return nets;
}

const struct problem *random_problem(struct arena *a, struct rng *rng,
                                     const struct problem_shape *s)
{
    struct problem *p = arena_new_item(a, struct problem);
    p->hz = HZ;
    p->item_count = draw(rng, 2, s->items_most);
    p->slot_count = draw(rng, 1, s->slots_most);
    struct slot *slots = arena_new_array(a, struct slot, p->slot_count);
    for (uint32_t i = 0; i < p->slot_count; i++) {
        slots[i] = (struct slot){ .name = "board", .hz = HZ };
        slots[i].capacity.of[RESOURCE_LUT] = draw(rng, 30, 120);
        slots[i].capacity.of[RESOURCE_DSP] = draw(rng, 15, 60);
        slots[i].capacity.of[RESOURCE_BRAM18] = draw(rng, 2, 9);
        if (!s->unequal)
            slots[i] = slots[0];
        else if (rng_below(rng, 2) == 0)
            slots[i].hz = HZ / 3 * draw(rng, 1, 5);
    }
    p->slots = slots;
    p->items = draw_items(a, rng, s, p->item_count, p->slot_count);
    p->nets = draw_nets(a, rng, s, p->item_count, p->slot_count, &p->net_count);
    return p;
}

/* --- trying everything, from the words of problem.h ------------------------
 */

static bool goes_forward(const struct problem *p, const uint32_t *board_of)
{
    for (uint32_t i = 0; i < p->net_count; i++)
        for (uint32_t k = 0; k < p->nets[i].reader_count; k++)
            if (board_of[p->nets[i].readers[k]] < board_of[p->nets[i].from])
                return false;
    for (uint32_t i = 0; i < p->item_count; i++)
        if (p->items[i].pin != ITEM_ANYWHERE && p->items[i].pin != board_of[i])
            return false;
    return true;
}

/* What links need; by streams, one after the other. */
static uint64_t links_need(const struct problem *p, const uint32_t *board_of)
{
    uint64_t most = 0;
    for (uint32_t link = 0; link + 1 < p->slot_count; link++) {
        uint64_t alone = 0, beside = 0;
        uint32_t streams = 0;
        for (uint32_t i = 0; i < p->net_count; i++) {
            const struct net *n = &p->nets[i];
            const uint32_t here = board_of[n->from];
            bool one = n->reader_count > 0 && !n->stays;
            for (uint32_t k = 0; k < n->reader_count; k++)
                one = one &&
                      board_of[n->readers[k]] == board_of[n->readers[0]] &&
                      board_of[n->readers[k]] != here;
            for (uint32_t k = 0; k < (one ? 1 : n->reader_count); k++) {
                if (here > link || board_of[n->readers[k]] <= link)
                    continue;
                alone += n->loads[link];
                beside += n->loads_beside[link];
                streams++;
            }
        }
        const uint64_t load = streams > 1 ? beside : alone;
        most = load > most ? load : most;
    }
    return (most + 999) / 1000;
}

bool plan_is_right(const struct problem *p, const uint32_t *board_of,
                   const struct item_choice *const *chosen, uint64_t *interval)
{
    struct demand used[MOST] = { { { 0 } } };
    *interval = links_need(p, board_of);
    if (*interval == 0)
        *interval = 1;
    for (uint32_t i = 0; i < p->item_count; i++) {
        const uint32_t b = board_of[i];
        demand_add(&used[b], &chosen[i]->demand);
        const uint64_t cycles =
            (chosen[i]->cycles * p->hz + p->slots[b].hz - 1) / p->slots[b].hz;
        *interval = cycles > *interval ? cycles : *interval;
    }
    for (uint32_t b = 0; b < p->slot_count; b++)
        for (int r = 0; r < RESOURCE_COUNT; r++)
            if (used[b].of[r] > p->slots[b].capacity.of[r])
                return false;
    return goes_forward(p, board_of);
}

/* The next of all vectors whose place i counts from 0 to below ends[i]. */
static bool count_on(uint32_t *at, const uint32_t *ends, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (++at[i] < ends[i])
            return true;
        at[i] = 0;
    }
    return false;
}

static uint64_t best_choices(const struct problem *p, const uint32_t *board_of)
{
    uint32_t at[MOST] = { 0 }, ends[MOST];
    uint64_t best = 0;
    for (uint32_t i = 0; i < p->item_count; i++)
        ends[i] = p->items[i].choice_count;
    do {
        const struct item_choice *chosen[MOST];
        uint64_t interval;
        for (uint32_t i = 0; i < p->item_count; i++)
            chosen[i] = &p->items[i].choices[at[i]];
        if (plan_is_right(p, board_of, chosen, &interval) &&
            (best == 0 || interval < best))
            best = interval;
    } while (count_on(at, ends, p->item_count));
    return best;
}

uint64_t try_everything(const struct problem *p)
{
    uint32_t board_of[MOST] = { 0 }, ends[MOST];
    uint64_t best = 0;
    for (uint32_t i = 0; i < p->item_count; i++)
        ends[i] = p->slot_count;
    do {
        if (!goes_forward(p, board_of))
            continue;
        const uint64_t here = best_choices(p, board_of);
        if (here != 0 && (best == 0 || here < best))
            best = here;
    } while (count_on(board_of, ends, p->item_count));
    return best;
}
