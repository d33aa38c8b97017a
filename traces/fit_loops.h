/* fit_loops -- finds the nested loops in a row of steps.
 *
 * Greedy: at each place the period that leaves out most steps is taken, and
 * the same is done inside of it.  What comes out, gone through in order, is
 * exactly what went in. */
#ifndef HEADRACE_TRACES_FIT_LOOPS_H
#define HEADRACE_TRACES_FIT_LOOPS_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct fit_loop {
    uint64_t times;               /* at least 1 */
    uint8_t symbol;               /* of a step; without steps in it */
    const struct fit_loop *steps; /* of a loop: the first in it; else NULL */
    const struct fit_loop *next;  /* behind it; NULL: the last */
};

/* `depth` loops may be nested at most. */
const struct fit_loop *fit_loops_find(struct arena *a, const uint8_t *symbols,
                                      size_t count, uint32_t depth);
/* Steps and loops in all. */
size_t fit_loops_count(const struct fit_loop *l);

#endif
