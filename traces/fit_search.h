/* fit_search -- the simplest model that explains every handshake of some runs.
 *
 * The smallest unit first, since what repeats sooner needs fewer waits; in one
 * unit the model whose program has the fewest steps and loops, with a surcharge
 * for every constant that is there beyond what any process has (a start, a
 * gap, a buffer).  What equally simple models do not agree on is told. */
#ifndef HEADRACE_TRACES_FIT_SEARCH_H
#define HEADRACE_TRACES_FIT_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/fit_infer.h"
#include "traces/fit_model.h"
#include "traces/fit_stages.h"

struct arena;

struct fit_range {
    uint32_t least, most; /* what explains the runs as well */
};

struct fit_result {
    bool found;
    struct fit_model model;
    struct fit_stages stages;
    struct fit_range data_latency, space_latency, buffer;
    /* Of one that freezes: bubbles and rigid explain the runs as well; so do
     * a tail that leaves at the end of a frame and one that stays. */
    bool is_style_open, is_tail_open;
    bool is_room_open;          /* it never was frozen */
    struct fit_range first_gap; /* before its unit */
    struct fit_failure
        failure; /* not found: of the attempt that got furthest */
};

/* Runs that are for checks are left out. */
struct fit_result fit_search(struct arena *a, const struct fit_run *runs,
                             uint32_t run_count, uint32_t frame_reads,
                             uint32_t frame_writes);

#endif
