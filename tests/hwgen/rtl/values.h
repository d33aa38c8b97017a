// values -- the numbers of a case: its weights and biases, and what its
// arithmetic makes of its inputs.
#ifndef TESTS_HWGEN_RTL_VALUES_H
#define TESTS_HWGEN_RTL_VALUES_H

#include "cases.h"

namespace rtl_test
{

// Weight of output channel and term (kernel row, kernel column, channel), bias
// of an output channel in the accumulator format: raw values, fixed for a case.
wide weight_of(const test_case &c, int output, int term);
wide bias_of(const test_case &c, int output);

// All outputs of conv2d or dense for the terms of one window.
std::vector<wide> mac_values(const test_case &c,
                             const std::vector<wide> &terms);

wide relu_value(const test_case &c, wide v);

} // namespace rtl_test

#endif
