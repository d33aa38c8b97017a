/* mac_case -- the arithmetic of conv2d, depthwise_conv2d and dense, as
 * docs/hardware.md defines it. */
#ifndef HEADRACE_TESTS_KERNELS_MAC_CASE_H
#define HEADRACE_TESTS_KERNELS_MAC_CASE_H

#include "tests/kernels/kernel_case.h"

/* `draw` draws the type, sizes and folding of one of these kernels; formats,
 * weights and biases are drawn here. */

/* Compares the values of random cases with the definition. */
void mac_case_check_fixed(struct kernel_case (*draw)(struct rng *r));

/* Compares the floating-point values with the fixed-point ones where both are
 * exact. */
void mac_case_check_float(struct kernel_case (*draw)(struct rng *r));

#endif
