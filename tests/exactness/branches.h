/* branches -- where the branches of a design part and meet again. */
#ifndef HEADRACE_TESTS_EXACTNESS_BRANCHES_H
#define HEADRACE_TESTS_EXACTNESS_BRANCHES_H

#include <stdint.h>

struct arena;
struct design;

/* A join is an elementwise or concat; its block begins with the last process
 * that all ways to it have in common. */
struct branches {
    uint32_t joins;
    uint32_t concats; /* of them */
    uint32_t nested;  /* joins with the whole block of another in their own */
    uint32_t
        unequal; /* joins with branches of different numbers of processes */
};

struct branches branches_of(struct arena *a, const struct design *d);

#endif
