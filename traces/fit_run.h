/* fit_run -- one run of one process, as a fit sees it: when it read and wrote,
 * and when it could have.
 *
 * All is held against what was measured before it: token k is offered from
 * offered[k] on, which follows from the stimulus and the handshake before.  So
 * a fit is exact if and only if every single handshake follows from the ones
 * before it, which is to say that a simulation gives the same run. */
#ifndef HEADRACE_TRACES_FIT_RUN_H
#define HEADRACE_TRACES_FIT_RUN_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct diag;
struct recording;

/* What was done to the process from outside; all zeros: always ready. */
struct fit_stimulus {
    uint32_t source_grid, source_phase; /* as in design/stimulus.h */
    uint32_t sink_grid, sink_phase;
    uint64_t offered_cycles, ready_cycles; /* of the patterns */
    const bool *offered, *ready; /* by cycle, as recorded; NULL: no pattern */
    /* Of streams that are FIFOs in the trace. */
    uint32_t latency; /* from write to readable; 0: 1 */
    uint32_t depth;   /* of those at the outputs; 0: not told */
};

struct fit_run {
    const char *name;
    bool is_check; /* kept apart from the fit */
    uint64_t read_count, write_count;
    const uint64_t *reads, *writes; /* cycles, increasing */
    const uint64_t *offered;        /* by read */
    const uint64_t *room;           /* by write; NULL: no FIFO there */
    uint32_t sink_grid, sink_phase;
    const bool *ready; /* by cycle; NULL: no pattern */
    uint64_t ready_cycles;
};

struct fit_request {
    const char *path; /* for diagnostics */
    const struct recording *recording;
    uint32_t input_count, output_count;
    const char *const *inputs, *const *outputs; /* names of streams; "NAME:w"
                                                   and "NAME:r" are one side
                                                   of them, as for a FIFO */
    struct fit_stimulus stimulus;
};

/* The run of the process between these streams.  Several inputs are read
 * together, and several outputs written together, or there is none.  False:
 * said why in d. */
bool fit_run_make(struct arena *a, const struct fit_request *q,
                  struct fit_run *out, struct diag *d);

/* A file of two lines, "in_valid 0110..." and "out_ready 1011...", by cycle. */
bool fit_stimulus_read(struct arena *a, const char *path,
                       struct fit_stimulus *out, struct diag *d);

/* The first cycle from `cycle` on in which write `k` can take place. */
uint64_t fit_run_ready(const struct fit_run *r, uint64_t k, uint64_t cycle);

#endif
