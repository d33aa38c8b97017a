/* timing_random -- random timings, the same for the same seed on every
 * machine.
 *
 * Chains, nested forks and joins, and copies that take turns, of processes
 * with random legal schedules, or layers of a CNN; every stall style, frame
 * overlap, FIFO property and stimulus, and frame buffers.  Some deadlock. */
#ifndef HEADRACE_TESTS_FUZZ_TIMING_RANDOM_H
#define HEADRACE_TESTS_FUZZ_TIMING_RANDOM_H

#include <stdint.h>

#include "engine/timing.h"

struct arena;

enum { TIMING_RANDOM_FRAMES_MAX = 9 };

/* *frames: how many to run, 1 .. TIMING_RANDOM_FRAMES_MAX. */
struct timing *timing_random(struct arena *a, uint64_t seed, uint32_t *frames);

#endif
