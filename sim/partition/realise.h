/* realise -- a partition made into hardware: FIFO depths, what each board
 * and each link has to bear, and the simulated interval and latency. */
#ifndef HEADRACE_PARTITION_REALISE_H
#define HEADRACE_PARTITION_REALISE_H

#include <stdbool.h>

#include "partition/partition.h"

struct arena;

/* What is to be made. */
struct candidate {
    struct space *space;
    const uint32_t *lanes;               /* by group */
    const struct folding_form *foldings; /* by process of the space */
    const uint32_t *board_of;            /* by item of the space */
    uint32_t board_count;                /* used */
};

/* Fills in all of `out` from its design on: shares, crossings, simulated
 * figures.  False: said why in d. */
bool realise(struct arena *a, const struct candidate *c,
             const struct partition_options *o, struct partition *out,
             struct diag *d);

#endif
