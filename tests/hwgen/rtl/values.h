// values -- the numbers of a case: its weights and biases, and what its
// arithmetic makes of its inputs.
#ifndef TESTS_HWGEN_RTL_VALUES_H
#define TESTS_HWGEN_RTL_VALUES_H

#include "cases.h"

namespace rtl_test
{

// Number 'index' of the case, of so many bits.
wide raw_value(const test_case &c, int width, bool is_signed, uint64_t index);

// Weight of output channel and term (kernel row, kernel column, channel), bias
// of an output channel in the accumulator format: raw values, fixed for a case.
wide weight_of(const test_case &c, int output, int term);
wide bias_of(const test_case &c, int output);

// A raw value behind the activation of the case: none, ReLU, ReLU with a limit
// of which the bits below the fraction are cut off.
wide rectified(const test_case &c, wide v, int frac);

// An output channel of conv2d, depthwise_conv2d or dense for its terms; all
// outputs of conv2d or dense for the terms of one window.
wide mac_value(const test_case &c, int output, const std::vector<wide> &terms);
std::vector<wide> mac_values(const test_case &c,
                             const std::vector<wide> &terms);

wide relu_value(const test_case &c, wide v);
wide elementwise_value(const test_case &c, wide a, wide b);

} // namespace rtl_test

#endif
