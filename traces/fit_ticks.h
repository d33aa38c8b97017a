/* fit_ticks -- when a process that freezes as a whole reads and writes.
 *
 * Its time is counted in ticks, which do not pass while it is frozen: in ticks
 * it does the same in every run.  Each read is a step (kernels/schedule.h has
 * the rules, of the stall styles too):
 *   step i is due at tick  tick(i-1) + gap(i), and if it needs the datapath,
 *                          not before tick(h) + hold(h) of the last h that
 *                          holds it;
 *   it causes writes at    tick(i) + delay(i) + k * spacing(i).
 * FIT_BUBBLES: a due write without room freezes all; a step that is due and
 * finds no token is taken later, and the ticks pass.  FIT_RIGID: that freezes
 * all as well, but for the first step of a frame if it is patient. */
#ifndef HEADRACE_TRACES_FIT_TICKS_H
#define HEADRACE_TRACES_FIT_TICKS_H

#include <stdbool.h>
#include <stdint.h>

struct fit_model;
struct fit_residual;
struct fit_run;

struct fit_tick_step {
    uint32_t gap;
    uint32_t writes, delay, spacing; /* without writes all 0 */
    uint32_t hold;                   /* 0: the datapath is not taken */
    bool needs_datapath;
};

struct fit_ticks {
    uint64_t explained; /* events before the first different one */
    uint64_t frozen;    /* cycles in which no tick passed */
};

bool fit_tick_steps_equal(const struct fit_tick_step *a,
                          const struct fit_tick_step *b, uint32_t count);

/* Goes through the run, each handshake held against those measured before;
 * `due` has room for all of its writes.  quick: only up to the first that
 * differs. True: none does. */
bool fit_ticks_compare(const struct fit_model *m, const struct fit_run *r,
                       uint64_t *due, bool quick, struct fit_residual *residual,
                       struct fit_ticks *ticks);

#endif
