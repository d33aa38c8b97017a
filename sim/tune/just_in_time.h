/* just_in_time -- FIFO depths from one look at when each token is needed.
 *
 * If no FIFO is ever full, a frame leaves at a certain time.  From these times
 * backwards: the latest cycle of every step of every process with which all
 * frames still leave in time.  A run in which every token comes that late needs
 * few places, as none comes before it is asked for; so many as it needs are
 * enough for the latency and the interval, as far as processes are as simple as
 * the rules used here: gaps, holds, delays.  What they do besides (freezes,
 * credits) is left to the search that starts from here.
 *
 * Costs one pass over the tokens of a few frames. */
#ifndef HEADRACE_TUNE_JUST_IN_TIME_H
#define HEADRACE_TUNE_JUST_IN_TIME_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct timing;

/* Frame f may leave frame_end[f] cycles after the end of reset; `frames` is a
 * multiple of timing_round.  Returns by stream the tokens that it has to hold,
 * at least 1; NULL if processes wait for each other in a circle, or tokens are
 * there from the beginning. */
uint32_t *just_in_time_capacities(struct arena *a, const struct timing *t,
                                  const uint64_t *frame_end, uint32_t frames);

#endif
