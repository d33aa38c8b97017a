/* fit_stages -- a fitted model as stages of a schedule file: who takes and
 * gives which token at each of its steps.
 *
 * What one side waits for of the other becomes a stream inside the process: a
 * token for every event that is waited for, given by that event, taken by the
 * one that waits.  Events before the run are tokens that are there from the
 * beginning. */
#ifndef HEADRACE_TRACES_FIT_STAGES_H
#define HEADRACE_TRACES_FIT_STAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "traces/fit_ticks.h"

struct arena;
struct fit_model;

/* A step of a process that freezes. */
struct fit_frozen_step {
    struct fit_tick_step step;
    bool is_patient;
    bool reads; /* else it only writes, in the tick of the step before */
};

enum fit_step {
    FIT_STEP_TAKES = 1, /* a token of the other side */
    FIT_STEP_GIVES = 2  /* one to the other side */
};

struct fit_stages {
    uint32_t read_count, work_count;
    const uint8_t *read_steps; /* of a unit: enum fit_step, by read */
    const uint8_t *work_steps; /* by write */
    const struct fit_loop *read_loops, *work_loops;
    /* Of one that freezes: what the symbols in read_loops mean. */
    const struct fit_frozen_step *frozen;
    uint32_t data_tokens, space_tokens;   /* of a unit */
    uint32_t data_initial, space_initial; /* before the run */
    size_t size; /* of all programs, in steps and loops */
};

/* False: such waits cannot be written as streams. */
bool fit_stages_make(struct arena *a, const struct fit_model *m,
                     struct fit_stages *out);

#endif
