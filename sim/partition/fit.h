/* fit -- do these items fit on a board, one choice of each?
 *
 * A multiple-choice knapsack in several dimensions.  Prices for the resources
 * are looked for by which the cheapest choice of each item costs more than the
 * whole capacity is worth: a proof that they do not fit (Lagrangian bound, for
 * any prices at all).  On the way there the cheapest choices often fit.  What
 * remains is decided by branch and bound with the best prices found, up to a
 * number of nodes.  Integers only: the proofs are exact. */
#ifndef HEADRACE_PARTITION_FIT_H
#define HEADRACE_PARTITION_FIT_H

#include "partition/problem.h"

struct arena;

/* The choices that an item has on a board at an interval: no slower than the
 * limit, within the capacity, and none with another that demands no more. */
struct fit_item {
    uint32_t count; /* 0: it does not fit there at all */
    const struct item_choice **choices;
    struct demand least; /* of each resource by itself */
};

struct fit_table {
    const struct problem *problem;
    uint64_t limit; /* cycles on the board */
    struct demand capacity;
    struct fit_item *items;
};

/* For boards of this capacity and limit; lends the problem. */
struct fit_table *fit_table_new(struct arena *a, const struct problem *p,
                                const struct demand *capacity, uint64_t limit);

enum fit_answer { FIT_NO, FIT_YES, FIT_UNKNOWN };

/* chosen: by place in `items`, the choice of each; set if the answer is
 * FIT_YES.  FIT_UNKNOWN: neither found within so many nodes. */
enum fit_answer fit_decide(const struct fit_table *t, const uint32_t *items,
                           uint32_t count, const struct item_choice **chosen);

/* Whether prices prove that the items do not even fit into the capacity of all
 * boards together: FIT_NO; else FIT_UNKNOWN.  As fit_decide, but without a
 * search. */
enum fit_answer fit_relax(const struct fit_table *t, const uint32_t *items,
                          uint32_t count);

#endif
