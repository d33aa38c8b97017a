/* prove -- that no vector of depths is cheaper, or how much cheaper one could
 * be.
 *
 * Suppose that a vector meets the goals and is cheaper than the best.  What it
 * may spend on one FIFO beyond its lower bound is then limited, as all others
 * cost their bounds at least.  Relaxed runs (run.h) are monotone in the depths
 * and never later than real ones: if one misses a goal with a FIFO at depth c
 * and every other as deep as can be afforded, the FIFO has to be deeper than
 * c.  So bounds rise, what can be spent shrinks, and bounds rise again.  When
 * the bounds together cost as much as the best there is no such vector.  When
 * they stand still before, one FIFO's range is split, and both halves are
 * looked at in the same way. */
#ifndef HEADRACE_TUNE_PROVE_H
#define HEADRACE_TUNE_PROVE_H

#include <stdbool.h>
#include <stdint.h>

#include "tune/trial.h"

struct arena;

struct proof {
    struct trials *trials;
    uint64_t tokens_max; /* to go through in relaxed runs, more or less */
    bool (*keep_on)(void *context); /* NULL: always */
    void *context;
    /* In: what is known.  Out: what is known now. */
    uint32_t *bounds;     /* by FIFO: the least choice of any vector that meets
                             the goals and is cheaper than the best */
    uint64_t best_price;  /* of a vector that meets the goals ... */
    uint32_t *best;       /* ... this one: a cheaper one that was found on the
                             way takes its place */
    uint64_t bound_price; /* out: no vector that meets the goals is cheaper */
};

/* True if it is proven that none is cheaper than the best: bound_price is
 * best_price then. */
bool prove(struct proof *p, struct arena *a);

#endif
