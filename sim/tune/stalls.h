/* stalls -- FIFOs in which room is waited for: which depth ends the wait, and
 * what that is worth.
 *
 * A wait for room need not cost anything: where the reader is slower, a FIFO
 * fills up however deep it is.  So each FIFO is made deeper alone and the
 * design simulated; what a depth gains is what that run says.  Times are not
 * monotone in depths (kernels/schedule.h): the depths found are such that they
 * do it and one less does not, not that none further down does. */
#ifndef HEADRACE_TUNE_STALLS_H
#define HEADRACE_TUNE_STALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "tune/what_if.h"

struct analysis;
struct arena;
struct process_time;

enum { STALLS_TRIED_MAX = 16 }; /* FIFOs that are made deeper one by one */

struct stall {
    uint32_t stream;
    uint32_t depth;          /* as it is */
    uint32_t process;        /* that waits for room; TIMING_EDGE: the source */
    uint64_t blocked, span;  /* cycles: it waits, of so many; 0 of the source,
                                which is not timed */
    uint64_t critical_rooms; /* times that the critical chain waits there */
    bool tried;              /* else nothing below is known */
    bool fills;              /* it fills up however deep it is */
    uint32_t free_depth;     /* with it nobody waits for room there in eight
                                frames; 0: not found, as if it fills */
    struct what_if_figures free; /* with free_depth */
    uint32_t gain_depth; /* with it frames come as fast as this FIFO alone
                            can make them, and with one less they do not;
                            0: no depth gains anything */
    struct what_if_figures gain; /* with gain_depth */
};

/* Several FIFOs made deeper at once. */
struct stall_depth {
    uint32_t stream, depth, depth_before;
};

struct stalls {
    uint32_t count, tried;
    struct stall *items;        /* by gain, then by what they hold up */
    struct what_if_figures now; /* of the design as it is */
    struct what_if_figures
        ideal; /* with every FIFO in which room was waited for as
                  deep as it ever gets full, but at most two frames */
    /* Depths that do what `ideal` does, with FIFOs that do not matter left as
     * they are; count 0: FIFOs cost nothing. */
    uint32_t together_count;
    struct stall_depth *together;
    struct what_if_figures together_figures;
};

/* `x` is an analysis of so many frames of the design of w. */
const struct stalls *stalls_find(struct arena *a, struct what_if *w,
                                 const struct analysis *x, uint32_t frames);

/* With every FIFO as deep as it ever gets full, but at most two frames; leaves
 * these depths in w. */
struct what_if_figures stalls_ideal(struct what_if *w, uint32_t frames);

/* How a process spent its time: in the last frames, or with one frame in all
 * of it. */
const struct process_time *stalls_time(const struct analysis *x,
                                       uint32_t process);

/* True if frames come faster with a than with b, or as fast and a single one
 * is through earlier. */
bool stalls_is_better(const struct what_if_figures *a,
                      const struct what_if_figures *b);

#endif
