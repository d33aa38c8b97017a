/* trust -- how far the timing of a process can be trusted, and that of a whole
 * design.
 *
 * A bound says by how many cycles of a frame the process may be off: for that
 * of a calibration's row see its bound_ppm.  Outside of the range in which
 * rows were seen there is no bound, only a reason. */
#ifndef HEADRACE_DESIGN_TRUST_H
#define HEADRACE_DESIGN_TRUST_H

#include <stdint.h>

struct design;

enum trust_level {
    TRUST_EXACT,       /* our own kernels: equal to the RTL in every cycle */
    TRUST_CALIBRATED,  /* read from a report or fitted, within a bound */
    TRUST_EXTRAPOLATED /* outside of what was seen, or never seen */
};
const char *trust_level_name(enum trust_level l); /* "calibrated" */

/* All zeros: exact. */
struct trust {
    enum trust_level level;
    uint32_t bound_cycles; /* per frame; TRUST_CALIBRATED */
    uint32_t bound_ppm;    /* and millionths of the process's cycles per frame;
                              TRUST_CALIBRATED */
    const char *reason; /* lent: where the numbers are from, or which one lies
                           outside of what range; NULL: exact */
};

/* The bound in cycles of a process that takes so many per frame, rounded up;
 * 0 unless it is calibrated. */
uint64_t trust_bound(const struct trust *t, uint64_t cycles_per_frame);

struct trust_total {
    enum trust_level level; /* the worst of all processes */
    uint32_t process;       /* index of the first that is as bad, with the
                               largest bound of these */
    uint64_t bound_cycles;  /* TRUST_CALIBRATED */
};

/* Every frame goes through every process or waits for it, so none is left
 * out.  The bound of the total is the sum of those of the processes: a token
 * is late by no more than what all processes in front of it may lose.  This is
 * an estimate, not a proof: freezes of rigid pipelines are not monotone.
 * cycles_per_frame: by process. */
struct trust_total trust_of_design(const struct design *d,
                                   const uint64_t *cycles_per_frame);

#endif
