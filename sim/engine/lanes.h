/* lanes -- one timing with many vectors of FIFO capacities at once.
 *
 * What a process does next never depends on when tokens came (run.h), so
 * configurations that differ only in the depths of their FIFOs can go through
 * the same steps in the same order, each in a lane of a SIMD register.  The
 * results are those of run_timing for each configuration by itself.
 *
 * It is for processes that leave bubbles and work on frames without a break,
 * between FIFOs and behind sources and in front of sinks whose stalls recur.
 * Whatever else a timing has, or a configuration that is too large, is given
 * to run_timing: slower, but with the same results.
 *
 * One object, and the arena it was made in, is used by one thread at a time;
 * objects in arenas of their own share nothing but the timing, which nobody
 * changes. */
#ifndef HEADRACE_ENGINE_LANES_H
#define HEADRACE_ENGINE_LANES_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/timing.h"

struct arena;
struct lanes;

enum lane_outcome {
    LANE_DONE,
    LANE_DEADLOCK,
    LANE_TOO_SLOW /* given up after the first frame */
};

struct lanes_options {
    uint32_t frames; /* as run_options.frames: 0: until the interval is
                        certified */
    uint64_t first_latency_max; /* cycles of the first frame from which on a
                                   lane is too slow is one more; 0: none */
};

/* A configuration and what came of it. */
struct lane {
    const uint32_t *capacities;      /* by stream, in tokens; at least 1 */
    const uint32_t *write_latencies; /* by stream; at least 1; NULL: those of
                                        the timing */
    /* By frame, as in struct run; the caller's, with room for
       lanes_frames_max(); NULL: not wanted. */
    uint64_t *frame_start, *frame_end;

    enum lane_outcome outcome;
    uint32_t frames;        /* complete; 1 if too slow */
    uint64_t first_latency; /* of these: from first token in to last one out */
    uint64_t last_latency;  /* both 0 if there are none */
    /* As in struct run; not certified, and 0, unless the outcome is DONE. */
    bool certified;
    uint32_t period;
    uint64_t period_cycles;
};

/* The most frames that a run with these options can have. */
uint32_t lanes_frames_max(const struct lanes_options *o);

/* Whether more than one lane is evaluated at once, at least if the capacities
 * are not too large. */
bool lanes_supported(const struct timing *t);

/* Evaluates configurations of `t`, any number of times.  Memory is allocated
 * when a run needs more than those before it. */
struct lanes *lanes_new(struct arena *a, const struct timing *t,
                        const struct lanes_options *o);
void lanes_run(struct lanes *x, struct lane *lanes, uint32_t count);

/* Inside the engine and its tests: with instructions for all machines only;
 * those for this one are chosen without it. */
enum lanes_code { LANES_PLAIN, LANES_AVX2, LANES_AVX512 };
/* False: this machine, or this program, does not have them. */
bool lanes_use_code(struct lanes *x, enum lanes_code code);

#endif
