/* repair -- the cheapest FIFO depths with which a design does not deadlock.
 *
 * Where a run stands still, processes wait for each other in a closed cycle,
 * for tokens or for room.  Each of them goes on only after the next one has,
 * so that of the FIFOs in which room is waited for one has to be deeper: a cut
 * (cuts.h).  How deep they may be is simulated, with all others never full, or
 * if that ends the deadlock, with those as they are that matter as well.  The
 * smallest depths that satisfy all cuts are tried until they come through, or
 * are no smaller than others that do.
 *
 * What that shows: whatever is cheaper has no FIFO deeper than a choice that
 * was seen to deadlock.  More room lets nobody do less in the end as far as
 * reads and writes are in a fixed order (slack.h; Kahn).  A pipeline that
 * reads on while a write is not yet due is not quite that: how much it has
 * read when it is held up depends on when tokens came.  So less depth might
 * come through where more does not; none did in the tests, which try all that
 * is cheaper. */
#ifndef HEADRACE_TUNE_REPAIR_H
#define HEADRACE_TUNE_REPAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "tune/what_if.h"

struct arena;

struct deepening {
    uint32_t stream;
    uint32_t depth, depth_before;
    bool one_less_deadlocks; /* this FIFO less deep by one, the others as they
                                are; simulated */
};

struct repair {
    const struct run *stuck; /* of the design as it is; its waits */
    bool possible;
    const struct run *stuck_unbounded; /* not possible: the same with no FIFO
                                          ever full; else NULL */
    uint32_t count;
    struct deepening *items; /* by stream */
    uint64_t size;           /* that the repair adds: bits, or tokens if the
                                what_if counts those */
    bool cheapest;           /* shown by cuts: nothing less does it */
    uint64_t size_at_least;  /* that any repair adds, by the same cuts */
    struct what_if_figures figures; /* of the repaired design, simulated */
};

/* The design deadlocks in so many frames (0: as struct run_options); leaves the
 * depths of w as they are in the repair. */
const struct repair *repair_find(struct arena *a, struct what_if *w,
                                 uint32_t frames);

/* Whether a wait is for room in a FIFO whose depth can be chosen. */
bool repair_can_help(const struct what_if *w, const struct run_wait *wait);

#endif
