/* cycle_stepper -- a simulator as one would write it by hand for speed: every
 * cycle it looks at every module, and nothing is allocated while it runs.
 *
 * For chains only: every process has one input and one output, stalls with
 * bubbles and takes frames without a break; FIFOs have one cycle of latency
 * each way; source and sink are always ready.  Counts cycles and tokens and
 * keeps no statistics.
 *
 * Differs from tests/reference, which says the same as clearly as possible
 * and checks itself, in being fast. */
#ifndef HEADRACE_TESTS_BENCH_CYCLE_STEPPER_H
#define HEADRACE_TESTS_BENCH_CYCLE_STEPPER_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct timing;
struct cycle_stepper;

/* NULL: the timing is no such chain. */
struct cycle_stepper *cycle_stepper_new(struct arena *a,
                                        const struct timing *t);

/* From reset to the last token out; returns the cycles, 0 if they are more
 * than the limit (below 2^31).  May be called again. */
uint64_t cycle_stepper_run(struct cycle_stepper *s, uint32_t frames,
                           uint32_t cycle_limit);

#endif
