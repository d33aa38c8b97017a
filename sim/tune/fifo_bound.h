/* fifo_bound -- how deep one FIFO has to be at least, whatever the others are.
 *
 * Only the processes between the FIFO's two ends are looked at: those on a way
 * from its producer to its consumer.  Around them everything is as good as it
 * can be: tokens are there as soon as they can be taken, outputs are taken at
 * once, and all other FIFOs are unlimited.  The window is run relaxed
 * (run.h), so that what it takes is a lower bound of the time of every real
 * run, and monotone in the depth: if the window misses the goal at a depth,
 * every design with that depth or less there misses it.
 *
 * Proof that the window is a bound: take the times of a real run.  They obey
 * all the rules that a relaxed run has, among them those of the window, which
 * are some of them; the window's own times are the earliest that obey its
 * rules, from which the longest cycle of rules, and so the interval, can only
 * be shorter. */
#ifndef HEADRACE_TUNE_FIFO_BOUND_H
#define HEADRACE_TUNE_FIFO_BOUND_H

#include <stdint.h>

#include "tune/trial.h"

struct arena;

/* The first choice of FIFO `fifo` that does not miss the interval in its
 * window, in any scenario; at most `chosen`, with which a design met it.  0 if
 * none can be shown to miss it.  The choice before `guess`
 * is looked at first: where a design would deadlock, that costs next to
 * nothing.  Goes through at most *tokens tokens, more or
 * less, and takes them off. */
uint32_t fifo_bound(const struct trials *t, uint32_t fifo, uint32_t guess,
                    uint32_t chosen, uint64_t *tokens);

/* What was known after each run, so that several FIFOs can be looked at at once
 * though what one may take is what those before it have left. */
struct bound_log {
    struct arena *arena;
    uint64_t tokens_max; /* to go through, more or less */
    uint64_t tokens;     /* gone through */
    uint32_t count;
    struct bound_entry *entries;
};
struct bound_entry {
    uint64_t tokens; /* gone through so far */
    uint32_t least;
};

/* As fifo_bound, with up to log->tokens_max tokens. */
void fifo_bound_follow(const struct trials *t, uint32_t fifo, uint32_t guess,
                       uint32_t chosen, struct bound_log *log);
/* What fifo_bound finds with *tokens tokens, which are no more than the log's;
 * takes off those that it goes through. */
uint32_t fifo_bound_within(const struct bound_log *log, uint64_t *tokens);

#endif
