// values_arithmetic -- the numbers of a case of the arithmetic group: scales,
// tables, and what becomes of its inputs, written from docs/hardware.md.
#ifndef TESTS_HWGEN_RTL_VALUES_ARITHMETIC_H
#define TESTS_HWGEN_RTL_VALUES_ARITHMETIC_H

#include "values.h"

namespace rtl_test
{

int ceil_log2(int n);

// Raw values, fixed for a case. Channel 0 has the one alpha that is shared.
wide scale_of(const test_case &c, int channel);
wide offset_of(const test_case &c, int channel);
wide alpha_of(const test_case &c, int channel);

// By address. The first exponential is one, the others are at most that.
wide lookup_entry(const test_case &c, int address);
wide exp_entry(const test_case &c, int address);
wide inverse_entry(const test_case &c, int address);

// The reciprocal of the mean of so many values and its fraction.
int reciprocal_of(int count);
int reciprocal_frac(int count);

wide mean_value(const test_case &c, wide sum, int count);
// Of only some of the values of a window of that many.
wide mean_of_some(const test_case &c, wide sum, int some, int count);
wide batchnorm_value(const test_case &c, wide x, int channel);
wide prelu_value(const test_case &c, wide x, int channel);
wide lookup_value(const test_case &c, wide x);
int argmax_value(const std::vector<wide> &pixel);
std::vector<wide> softmax_values(const test_case &c,
                                 const std::vector<wide> &pixel);

} // namespace rtl_test

#endif
