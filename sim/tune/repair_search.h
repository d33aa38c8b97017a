/* repair_search -- what the search for a repair (repair.h) is made of: runs of
 * a design with other depths that come through or do not. */
#ifndef HEADRACE_TUNE_REPAIR_SEARCH_H
#define HEADRACE_TUNE_REPAIR_SEARCH_H

#include "tune/cuts.h"
#include "tune/what_if.h"

struct arena;

struct repair_search {
    struct arena *arena;
    struct what_if *what_if;
    uint32_t streams;
    uint32_t frames; /* that are run to see whether they come through */
    uint32_t *hints; /* by stream: a depth that got past a deadlock; 0: none */
    struct cuts cuts;
    uint32_t *best; /* by stream: depths that come through */
    uint64_t best_added;
    uint64_t least_added; /* by every repair */
    bool proven;
};

/* With the depths as they are. */
const struct run *repair_run(struct repair_search *s, struct arena *scratch);
bool repair_is_stuck(struct repair_search *s);
/* How far a run got: tokens that were read. */
uint64_t repair_progress_of(const struct run *r);
/* The FIFOs of the closed cycle in which room is waited for; there is a place
 * for each wait. */
uint32_t repair_rooms_of(const struct repair_search *s, const struct run *r,
                         uint32_t *rooms);

/* Of all FIFOs that can be chosen. */
void repair_set_all(struct repair_search *s, const uint32_t *depths);
void repair_set_all_unbounded(struct repair_search *s);
void repair_set_all_deepest(struct repair_search *s); /* what_if_deepest */

/* Whether a FIFO of this depth gets the run at least so far; 0 tokens: through
 * all frames.  The FIFO is left with it. */
bool repair_gets_to(struct repair_search *s, uint32_t stream, uint32_t depth,
                    uint64_t progress);
/* The least depth above `low` that gets there, at most `high`, which does; the
 * FIFO is left with it. */
uint32_t repair_least_depth(struct repair_search *s, uint32_t stream,
                            uint32_t low, uint32_t high, uint64_t progress);
/* Through all frames; for a depth that is expected to be little below
 * `high`. */
uint32_t repair_least_depth_below(struct repair_search *s, uint32_t stream,
                                  uint32_t low, uint32_t high);

#endif
