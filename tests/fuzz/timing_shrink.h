/* timing_shrink -- makes a timing that fails a test as small as it can while
 * it still fails: fewer frames, processes and streams, plainer schedules,
 * FIFOs and stimuli. */
#ifndef HEADRACE_TESTS_FUZZ_TIMING_SHRINK_H
#define HEADRACE_TESTS_FUZZ_TIMING_SHRINK_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/timing.h"

struct arena;

typedef bool (*timing_fails)(const struct timing *t, uint32_t frames,
                             void *context);

/* The smallest one found; *frames is changed with it. */
struct timing *timing_shrink(struct arena *a, const struct timing *t,
                             uint32_t *frames, timing_fails fails,
                             void *context);

#endif
