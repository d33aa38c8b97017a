/* fit_infer -- what each event waits for, if the constants of a model are
 * given.
 *
 * An event can wait for no event of the other side that came too late for it
 * in any unit of any run.  The last one that came early enough in all of them
 * is the bound.  Where an event comes later than all else explains, it waits
 * for its bound; where it never does, it waits for nothing.  If that leaves an
 * event unexplained, the constants are wrong. */
#ifndef HEADRACE_TRACES_FIT_INFER_H
#define HEADRACE_TRACES_FIT_INFER_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/fit_model.h"

struct arena;

/* How far an explanation got: the event that it does not explain. */
struct fit_failure {
    uint64_t explained; /* events before it */
    uint32_t run;
    enum token_event event;
    uint64_t token, measured;
    bool is_late; /* it came later than the model says */
};

struct fit_inference {
    const struct fit_run *runs;
    uint32_t run_count;
    struct fit_model model; /* data and space are filled in */
    int32_t *data, *space;
    int32_t *data_bound, *space_bound;
    uint64_t **work;            /* by run */
    struct fit_failure failure; /* of the last attempt */
};

/* Room for models of units of so many events. */
void fit_inference_start(struct fit_inference *x, struct arena *a,
                         const struct fit_run *runs, uint32_t run_count,
                         uint32_t reads, uint32_t writes);

/* The bounds of data; they depend on the units and on how far a write lies
 * behind its data at least. */
void fit_infer_bounds(struct fit_inference *x, uint64_t latency);

/* Fills in x->model.data and space; all else in x->model is set, and the
 * bounds are those of it.  True: every event of all runs is explained. */
bool fit_infer(struct fit_inference *x);

#endif
