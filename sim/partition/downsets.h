/* downsets -- the sets of items that can lie in front of a cut.
 *
 * A set of items that has, with an item, all items in front of it.  Boards in
 * a row hold what lies between a downset and a larger one; so the assignments
 * in which no net goes backwards are the rising chains of downsets, cuts
 * through forks, joins and residual branches included.  A chain of n items has
 * n + 1 of them, networks with short branches a few times as many; of graphs
 * with more than the most that are asked for, only those remain that cut the
 * list of items in two. */
#ifndef HEADRACE_PARTITION_DOWNSETS_H
#define HEADRACE_PARTITION_DOWNSETS_H

#include "partition/problem.h"

struct arena;

struct downset {
    const uint64_t *bits; /* by item */
    uint32_t size;
    uint32_t next_count; /* one item more */
    const uint32_t *next, *item;
};

struct downsets {
    bool complete; /* all of them; else those of the list alone */
    uint32_t words;
    uint32_t count;
    struct downset *sets; /* by size: first the empty one, last that of all */
};

struct downsets *downsets_list(struct arena *a, const struct problem *p,
                               uint32_t most);

static inline bool downset_has(const struct downset *d, uint32_t item)
{
    return d->bits[item / 64] >> item % 64 & 1;
}

/* Whether a has no item that b has not. */
bool downset_is_within(const struct downsets *all, const struct downset *a,
                       const struct downset *b);

/* The items that b has and a has not, ascending; their number. */
uint32_t downset_between(const struct downsets *all, const struct downset *a,
                         const struct downset *b, uint32_t *items);

#endif
