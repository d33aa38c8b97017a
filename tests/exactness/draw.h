/* draw -- draws of numbers, number formats and raw values. */
#ifndef HEADRACE_TESTS_EXACTNESS_DRAW_H
#define HEADRACE_TESTS_EXACTNESS_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fixed.h"

struct arena;
struct rng;

/* low and high included. */
uint32_t draw_between(struct rng *r, uint32_t low, uint32_t high);
bool draw_chance(struct rng *r, uint32_t percent);
uint32_t draw_divisor(struct rng *r, uint32_t n);

/* Of at most width_max bits, all rounding and overflow modes. */
struct format draw_format(struct rng *r, uint32_t width_max);
/* Binary and ternary ones too. */
struct format draw_weight_format(struct rng *r);

/* Raw values of f, the extremes more often than others; the arena's. */
const int32_t *draw_values(struct arena *a, struct rng *r, struct format f,
                           uint64_t count);

#endif
