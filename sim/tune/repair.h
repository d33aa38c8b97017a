/* repair -- the cheapest FIFO depths with which a design does not deadlock.
 *
 * Where a run stands still, processes wait for each other in a closed cycle,
 * for tokens or for room.  As long as the FIFOs in which room is waited for
 * are no deeper, that cycle closes whatever the others are: each process in it
 * could go on only after the next one has.  So every repair makes one of them
 * deeper (cuts.h), and if there is none, no depth helps.  Depths that satisfy
 * every cut found so far and come through are the cheapest repair.
 *
 * More room never lets a process do less in the end (slack.h, Kahn), so
 * whether all frames come through is monotone in every depth, though the
 * times of the frames are not. */
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
    bool cheapest;           /* proven: nothing less does it */
    uint64_t size_at_least;  /* that any repair adds */
    struct figures figures;  /* of the repaired design, simulated */
};

/* The design deadlocks in so many frames (0: as struct run_options); leaves the
 * depths of w as they are in the repair. */
const struct repair *repair_find(struct arena *a, struct what_if *w,
                                 uint32_t frames);

/* Whether a wait is for room in a FIFO whose depth can be chosen. */
bool repair_can_help(const struct what_if *w, const struct run_wait *wait);

#endif
