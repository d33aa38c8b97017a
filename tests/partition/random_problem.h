/* random_problem -- small problems of partitioning, and their answer by trying
 * everything. */
#ifndef HEADRACE_TESTS_PARTITION_RANDOM_PROBLEM_H
#define HEADRACE_TESTS_PARTITION_RANDOM_PROBLEM_H

#include "base/rng.h"
#include "partition/problem.h"

struct arena;

struct problem_shape {
    uint32_t items_most, choices_most, slots_most;
    bool chain;       /* each item reads the one in front of it */
    bool unequal;     /* boards have their own sizes and clocks, links their own
                         loads; some items are pinned */
    bool each_reader; /* nets with several readers are cloned where they are
                         written */
};

const struct problem *random_problem(struct arena *a, struct rng *rng,
                                     const struct problem_shape *s);

/* The least interval that any boards and choices have; 0: nothing fits. */
uint64_t try_everything(const struct problem *p);

/* Whether boards and choices keep all that is asked; and their interval. */
bool plan_is_right(const struct problem *p, const uint32_t *board_of,
                   const struct item_choice *const *chosen, uint64_t *interval);

#endif
