/* pose -- the problem (problem.h) of a network with certain lanes on certain
 * boards. */
#ifndef HEADRACE_PARTITION_POSE_H
#define HEADRACE_PARTITION_POSE_H

#include "partition/boards.h"
#include "partition/problem.h"

struct arena;
struct design;
struct space;

struct pose {
    uint64_t hz; /* of the reference clock */
    uint32_t board_count;
    const struct partition_board *boards;
    const struct partition_link *links; /* one less */
    const struct demand *capacities;    /* by board */
    const uint32_t *pins;               /* by item; as in struct item */
    const struct design *fifos; /* with these lanes: its streams' depths count
                                   for the layer that writes them */
};

/* Items are those of the space; the form of a choice is the index in the
 * space_forms of the layer's own process. */
struct problem *pose_problem(struct arena *a, struct space *s,
                             const uint32_t *lanes, const struct pose *p);

#endif
