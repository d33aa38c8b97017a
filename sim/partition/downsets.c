#include "partition/downsets.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/bits.h"

struct listing {
    struct arena *arena;
    const struct problem *problem;
    struct downsets *out;
    uint32_t most;
    uint32_t *slots; /* hash table: index + 1 */
    uint32_t slot_count;
    const uint32_t **before; /* by item: items that it reads */
    uint32_t *before_count;
};

static void list_inputs(struct listing *l)
{
    const struct problem *p = l->problem;
    uint32_t **before = arena_new_array(l->arena, uint32_t *, p->item_count);
    l->before_count = arena_new_array(l->arena, uint32_t, p->item_count);
    for (uint32_t i = 0; i < p->net_count; i++) {
        const struct net *n = &p->nets[i];
        for (uint32_t k = 0; k < n->reader_count; k++) {
            const uint32_t r = n->readers[k];
            assert(r > n->from);
            before[r] = arena_grow(l->arena, before[r], l->before_count[r],
                                   sizeof **before);
            before[r][l->before_count[r]++] = n->from;
        }
    }
    l->before = (const uint32_t **)before;
}

static uint64_t hash_of(const uint64_t *bits, uint32_t words)
{
    uint64_t h = 0;
    for (uint32_t i = 0; i < words; i++) {
        h = (h ^ bits[i]) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    return h;
}

/* The index of the set, which is added if it is new; UINT32_MAX: there are as
 * many as there may be. */
static uint32_t index_of(struct listing *l, const uint64_t *bits, uint32_t size)
{
    struct downsets *o = l->out;
    uint32_t slot = (uint32_t)hash_of(bits, o->words) & (l->slot_count - 1);
    for (; l->slots[slot] != 0; slot = (slot + 1) & (l->slot_count - 1)) {
        const uint32_t index = l->slots[slot] - 1;
        if (memcmp(o->sets[index].bits, bits, o->words * sizeof *bits) == 0)
            return index;
    }
    if (o->count == l->most)
        return UINT32_MAX;
    uint64_t *copy = arena_new_array(l->arena, uint64_t, o->words);
    memcpy(copy, bits, o->words * sizeof *bits);
    o->sets[o->count] = (struct downset){ .bits = copy, .size = size };
    l->slots[slot] = o->count + 1;
    return o->count++;
}

static bool is_ready(const struct listing *l, const struct downset *d,
                     uint32_t item)
{
    if (downset_has(d, item))
        return false;
    for (uint32_t i = 0; i < l->before_count[item]; i++)
        if (!downset_has(d, l->before[item][i]))
            return false;
    return true;
}

/* False: there are too many. */
static bool list_next(struct listing *l, uint32_t index, uint64_t *bits,
                      bool in_order)
{
    struct downset *d = &l->out->sets[index];
    uint32_t *next = NULL, *item = NULL;
    memcpy(bits, d->bits, l->out->words * sizeof *bits);
    const uint32_t from = in_order ? d->size : 0;
    for (uint32_t i = from; i < l->problem->item_count; i++) {
        if (!is_ready(l, d, i))
            continue;
        bits[i / 64] |= UINT64_C(1) << i % 64;
        const uint32_t k = index_of(l, bits, d->size + 1);
        bits[i / 64] &= ~(UINT64_C(1) << i % 64);
        if (k == UINT32_MAX)
            return false;
        next = arena_grow(l->arena, next, d->next_count, sizeof *next);
        item = arena_grow(l->arena, item, d->next_count, sizeof *item);
        next[d->next_count] = k;
        item[d->next_count++] = i;
        if (in_order)
            break;
    }
    d->next = next;
    d->item = item;
    return true;
}

/* By breadth: sets come by size. */
static bool list_sets(struct listing *l, bool in_order)
{
    struct downsets *o = l->out;
    uint64_t *bits = arena_new_array(l->arena, uint64_t, o->words);
    memset(l->slots, 0, l->slot_count * sizeof *l->slots);
    o->count = 0;
    index_of(l, bits, 0);
    for (uint32_t i = 0; i < o->count; i++)
        if (!list_next(l, i, bits, in_order))
            return false;
    return true;
}

struct downsets *downsets_list(struct arena *a, const struct problem *p,
                               uint32_t most)
{
    if (most < p->item_count + 1)
        most = p->item_count + 1; /* those of the list */
    struct downsets *o = arena_new_item(a, struct downsets);
    o->words = (p->item_count + 63) / 64;
    o->sets = arena_new_array(a, struct downset, most);
    struct listing l = { .arena = a, .problem = p, .out = o, .most = most };
    l.slot_count = 1U << (bits_log2_ceil(most) + 1);
    l.slots = arena_new_array(a, uint32_t, l.slot_count);
    list_inputs(&l);
    o->complete = list_sets(&l, false);
    if (!o->complete) {
        const bool listed = list_sets(&l, true);
        assert(listed);
        (void)listed;
    }
    assert(o->sets[o->count - 1].size == p->item_count);
    return o;
}

bool downset_is_within(const struct downsets *all, const struct downset *a,
                       const struct downset *b)
{
    for (uint32_t i = 0; i < all->words; i++)
        if ((a->bits[i] & ~b->bits[i]) != 0)
            return false;
    return true;
}

uint32_t downset_between(const struct downsets *all, const struct downset *a,
                         const struct downset *b, uint32_t *items)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < all->words; i++) {
        for (uint64_t rest = b->bits[i] & ~a->bits[i]; rest != 0;
             rest &= rest - 1)
            items[count++] = i * 64 + bits_lowest_of_64(rest);
    }
    return count;
}
