/* cutting -- the boards of all items, and a choice for each, at the least
 * interval.
 *
 * At one interval: which downsets (downsets.h) can lie on the first b boards?
 * From each that can on b - 1, items are added for as long as they fit on board
 * b (fit.h) and the cut behind them loads the link by no more than the
 * interval. If the last board reaches all items, they fit.  Nothing is left out
 * but
 * - where fit_decide does not know, and
 * - where a net has several readers: a cut in front of all of them counts one
 *   copy, though the readers may part later.  A plan that breaks a link this
 *   way is looked for again with a copy for each reader.
 * Where either matters, the answer is not proven, and is said to be.  So it is
 * for graphs with more than DOWNSETS_MOST downsets.
 *
 * The least interval is found by halving, as what fits at an interval fits at
 * every longer one. */
#ifndef HEADRACE_PARTITION_CUTTING_H
#define HEADRACE_PARTITION_CUTTING_H

#include "partition/problem.h"

struct arena;
struct downsets;

/* Sets of a graph whose search takes a few seconds. */
enum { DOWNSETS_MOST = 20000 };

struct plan {
    bool fits;
    bool proven;        /* if not: that nothing fits; for a least interval: that
                           nothing fits at less */
    uint64_t interval;  /* what its choices and loads need, at most what was
                           asked for */
    uint32_t slots;     /* boards up to the last one with an item on it */
    uint32_t *board_of; /* by item */
    const struct item_choice **chosen; /* by item */
};

/* On the first `slots` boards; the fewest of them. */
struct plan cutting_at(struct arena *a, const struct problem *p,
                       const struct downsets *sets, uint32_t slots,
                       uint64_t interval);

/* An interval below which nothing fits, whatever is cut where: by items that
 * take longer on any board, and by prices (fit.h) for all boards together.
 * `most` if nothing fits up to there. */
uint64_t cutting_bound(const struct problem *p, uint32_t slots, uint64_t most);

/* The least load, in thousandths of cycles, that a cut between any items puts
 * on the link behind `slot`. */
uint64_t cutting_least_load(const struct problem *p,
                            const struct downsets *sets, uint32_t slot);

/* Told before each interval that is tried; false: stop with the best so far,
 * unproven. */
struct cutting_observer {
    bool (*progress)(void *context, uint64_t interval);
    void *context;
};

/* The least interval, of those from `least` to `most`; with it, on as few of
 * the boards as do, and in small graphs with as little on the links as can be.
 * The observer may be NULL. */
struct plan cutting_least(struct arena *a, const struct problem *p,
                          uint32_t slots, uint64_t least, uint64_t most,
                          const struct cutting_observer *o);

#endif
