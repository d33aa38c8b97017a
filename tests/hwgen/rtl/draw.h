// draw -- random parameters of cases.
#ifndef TESTS_HWGEN_RTL_DRAW_H
#define TESTS_HWGEN_RTL_DRAW_H

#include "cases.h"

#include <functional>
#include <random>

namespace rtl_test
{

using random_engine = std::mt19937;

int draw(random_engine &r, int least, int most);

// A divisor of 'of' that is at most 'most'.
int divisor(random_engine &r, int of, int most);

// Any format of 1 .. most_width bits with any modes.
format draw_format(random_engine &r, int most_width);

// Any value of a format.
wide draw_value(random_engine &r, const format &f);

// Mostly a limit of a ReLU that numbers of this width and fraction can reach;
// otherwise 0.
int draw_limit(random_engine &r, int width, int frac);

// Whether most of the outputs depend on the inputs: a result that is always the
// largest number, say, tests nothing. 'sample' gives the outputs for one draw
// of inputs.
bool has_life(const std::function<std::vector<wide>()> &sample);

// The formats of conv2d or dense, and the seed of their values.
void draw_mac_formats(random_engine &r, test_case &c);

} // namespace rtl_test

#endif
