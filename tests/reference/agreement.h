/* agreement -- does the engine say what the reference simulator says?
 *
 * One question for the fuzz test and for the shrinker: NULL, or the first
 * difference in words. */
#ifndef HEADRACE_TESTS_REFERENCE_AGREEMENT_H
#define HEADRACE_TESTS_REFERENCE_AGREEMENT_H

#include <stdint.h>

struct arena;
struct timing;

/* What was seen, to show that a fuzz run was worth something. */
struct agreement_counts {
    uint64_t done, deadlocks;
    uint64_t tokens; /* compared, of the run with the log on */
    uint64_t certified, not_certified; /* runs until certified */
    uint64_t not_certified_periodic;   /* although no stimulus is random */
    uint64_t long_period;              /* certified with more than one frame */
    uint64_t framed, framed_deadlocks; /* runs with frame buffers */
    uint64_t copied, copied_deadlocks; /* runs with copies that take turns */
    uint64_t copied_certified;
    uint64_t leapt; /* runs that went on after the state had recurred */
    uint64_t waits_named, longest_wait; /* wait-for cycles of deadlocks */
    uint64_t forks,
        joins; /* graphs with a process of several outputs, inputs */
};

/* Runs `frames` frames in the reference and, with all its options, in the
 * engine; then until the interval is certified, and checks that it repeats.
 * The text is the arena's.  Adds to counts. */
const char *agreement_check(struct arena *a, const struct timing *t,
                            uint32_t frames, uint64_t seed,
                            struct agreement_counts *counts);

#endif
