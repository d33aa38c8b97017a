/* step_runs -- one frame of a schedule as runs of equal steps.
 *
 * What the other simulators of the benchmark are given instead of nested
 * loops: nothing is cheaper to walk through. */
#ifndef HEADRACE_TESTS_BENCH_STEP_RUNS_H
#define HEADRACE_TESTS_BENCH_STEP_RUNS_H

#include <stdint.h>

#include "kernels/schedule.h"

struct arena;

struct step_run {
    uint64_t times;
    struct step step;
};

struct step_runs {
    uint32_t count;
    struct step_run *items;
};

struct step_runs step_runs_of(struct arena *a, const struct schedule *s);

#endif
