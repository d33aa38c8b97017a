/* clock_match -- which clock of A is which of B.
 *
 * Cycles of different clocks mean different times.  So what happened on one
 * clock of A is compared with what happened on that clock of B whose sides of
 * streams are most often the same ones; a stream that crosses from one clock
 * to another takes part in both, with one side each. */
#ifndef HEADRACE_TRACES_CLOCK_MATCH_H
#define HEADRACE_TRACES_CLOCK_MATCH_H

#include <stdint.h>

struct arena;
struct pairing;
struct side;

struct clock_match {
    uint32_t a, b;  /* clocks of the recordings; 0 where one does not tell
                       several apart, so that all is on it */
    uint32_t sides; /* of pairs of streams, that are on these */
};

/* The matches, that with most sides first; each clock is in at most one, but
 * for a side that tells none apart.  At least one; *count. */
const struct clock_match *
clock_matches(struct arena *arena, const struct side *a, const struct side *b,
              const struct pairing *p, uint32_t *count);

#endif
