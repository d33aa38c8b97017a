/* lanes_history -- finds out whether the state of a lane recurs, as snapshots
 * do (evaluation.h).  Inside the engine. */
#ifndef HEADRACE_ENGINE_LANES_HISTORY_H
#define HEADRACE_ENGINE_LANES_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct group;
struct lane_history;

struct lane_history *lane_history_new(struct arena *a);
/* Another configuration begins. */
void lane_history_clear(struct lane_history *h);
/* Adds the state of a lane after one more frame; at most RUN_FRAMES_MAX times.
 * If it recurred: true, and how many frames and cycles ago. */
bool lane_history_add(struct lane_history *h, const struct group *g,
                      uint32_t lane, uint32_t *period, uint64_t *period_cycles);

/* Whether snapshots of run_timing would all have been kept so far; here they
 * are. */
bool lane_history_is_whole(const struct lane_history *h);

#endif
