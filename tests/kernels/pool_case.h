/* pool_case -- the pools, tick by tick and value by value, as
 * docs/hardware.md defines them. */
#ifndef HEADRACE_TESTS_KERNELS_POOL_CASE_H
#define HEADRACE_TESTS_KERNELS_POOL_CASE_H

#include <stdint.h>

#include "tests/kernels/kernel_case.h"

/* A pool of this type with random sizes and, if it keeps no format, two
 * random ones of at most `width_max` bits. */
struct kernel_case pool_case_random(struct rng *r, enum layer_type type,
                                    uint32_t width_max);

/* The window of a case; of a global pool all of its input. */
struct window pool_case_window(const struct kernel_case *c);

/* Compares the schedule of random cases under late inputs with the page:
 * outputs `delay` ticks after the token that completes their window. */
void pool_case_check_schedules(enum layer_type type, uint32_t delay);

/* The largest value, or the exact sum, of the window of output value i. */
long double pool_case_largest(const struct kernel_case *c,
                              const struct process *p, const int32_t *in,
                              uint64_t i);
long double pool_case_sum(const struct kernel_case *c, const struct process *p,
                          const int32_t *in, uint64_t i);

/* Compares the values of random cases with these definitions. */
void pool_case_check_largest(enum layer_type type);
void pool_case_check_mean(enum layer_type type);

#endif
