/* pareto -- what a slower goal saves: interval against price, and latency
 * against price.
 *
 * The ends are the goals' best, which unlimited FIFOs reach, and the cheapest
 * design that does not deadlock.  In between goals lie
 * closer together the faster they are; for each the smallest depths are
 * looked for (tune.h), the other goals left open.  What is no cheaper than a
 * faster point is left out. */
#ifndef HEADRACE_TUNE_PARETO_H
#define HEADRACE_TUNE_PARETO_H

#include <stdbool.h>
#include <stdint.h>

#include "tune/tune.h"

enum pareto_axis {
    PARETO_INTERVAL, /* cycles per frame, rounded up; in the first scenario */
    PARETO_LATENCY   /* cycles of a frame alone; in the first scenario */
};

struct pareto_point {
    uint64_t cycles; /* reached, on the axis */
    uint64_t price, bound_price;
    bool exact; /* proven: none is cheaper that is as fast */
    const struct tuning *tuning;
};

struct pareto {
    enum pareto_axis axis;
    enum tune_outcome outcome; /* TUNE_DONE; TUNE_STOPPED: the points so far;
                                  else as tune_design without goals */
    uint32_t count;
    struct pareto_point *points; /* from the fastest to the cheapest */
};

/* At most `points` points, at least 2.  Of the options the goals do not
 * count. */
struct pareto *pareto_find(struct arena *a, const struct design *d,
                           const struct tune_options *o, enum pareto_axis axis,
                           uint32_t points);

#endif
