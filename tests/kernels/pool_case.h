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

/* Of a pool with windows: its shape rule, good and bad. */
void pool_case_check_shapes(enum layer_type type);

/* Compares the schedules of a few cases with what was drawn by hand from the
 * page: ticks[i] is, as ticks_text writes it, of
 *   0  overlapping windows of 2x2 over 3x3
 *   1  2x2 with strides of 2 over 3x4, 2 tokens a pixel, 2 frames: the last
 *      row is read and dropped
 *   2  2x1 with a stride of 3 along the row over 3x5: a column is dropped
 *      between windows and one behind them */
enum { POOL_CASE_TABLES = 3 };
void pool_case_check_tables(enum layer_type type,
                            const char *const ticks[POOL_CASE_TABLES]);

/* Of a global pool with two tokens a pixel, 3x1: its shape, and the schedules
 * of two frames and of one whose last token comes at tick 9. */
void pool_case_check_global(enum layer_type type, const char *two_frames,
                            const char *late);

/* Whether the schedule of large frames is short. */
void pool_case_check_compact(enum layer_type type);

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
