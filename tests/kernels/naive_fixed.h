/* naive_fixed -- ap_fixed once more, from its definition and in another way:
 * values are long doubles (64 bits of mantissa hold every sum exactly). */
#ifndef HEADRACE_TESTS_KERNELS_NAIVE_FIXED_H
#define HEADRACE_TESTS_KERNELS_NAIVE_FIXED_H

#include <stdint.h>

#include "base/fixed.h"

/* The number that a raw value stands for. */
long double naive_value(int32_t raw, struct format f);

/* The number of format f that x becomes.  All modes but WRAP_SM. */
long double naive_convert(long double x, struct format f);

/* The raw value of a number of format f. */
int32_t naive_raw(long double x, struct format f);

/* One output of a conv2d or dense: converts each of `count` products
 * (x[i] * w[i]) and the bias, adds, applies the ReLU, converts. */
struct naive_sum {
    struct format accumulator;
    long double total;
};
void naive_add(struct naive_sum *s, long double x);

#endif
