/* expand -- the steps of one frame, written out one by one.
 *
 * A schedule is a program of nested loops; the reference simulator wants a
 * plain list.  This is a second, recursive reading of those loops that shares
 * nothing with schedule_cursor. */
#ifndef HEADRACE_TESTS_REFERENCE_EXPAND_H
#define HEADRACE_TESTS_REFERENCE_EXPAND_H

#include <stdint.h>

#include "kernels/schedule.h"

struct arena;

/* The steps of one frame: step i is that of instructions[at[i]]. */
struct expansion {
    uint64_t count;
    uint32_t *at;
};

struct expansion *expand(struct arena *a, const struct instruction *program,
                         uint32_t count);

#endif
