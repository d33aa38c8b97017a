/* by_hand -- what the tests share that know the expected cycles by hand. */
#ifndef HEADRACE_TESTS_REFERENCE_BY_HAND_H
#define HEADRACE_TESTS_REFERENCE_BY_HAND_H

#include <stdint.h>

#include "tests/reference/reference.h"

struct arena;

/* The run, after a check that the order of evaluation does not matter. */
struct reference *run_by_hand(struct arena *a, const struct timing *t,
                              uint32_t frames);

/* All writes or reads of a stream: how many, then the cycle of each. */
void check_writes(const struct reference *r, uint32_t stream, uint32_t count,
                  ...);
void check_reads(const struct reference *r, uint32_t stream, uint32_t count,
                 ...);

#endif
