// cases -- what is built and tested: one module with one set of parameters
// each. The same list makes the top module (make_top.cpp) and the models
// (models.h), so nothing has to be kept equal by hand.
#ifndef TESTS_HWGEN_RTL_CASES_H
#define TESTS_HWGEN_RTL_CASES_H

#include "numbers.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rtl_test
{

enum class kind {
    relu,
    zeropad2d,
    maxpool2d,
    conv2d,
    dense,
    fifo_srl,
    fifo_bram,
    frame_marker,
    frame_checker
};

// Every module in the test top has data ports of this width; what a module does
// not use is zero.
constexpr int DATA_BITS = 128;

struct test_case {
    test_case(enum kind k, std::string n) : kind(k), name(std::move(n)) {}

    enum kind kind;
    std::string name;

    // Shape. dense: in_h = in_w = 1, in_c = inputs, out_c = outputs. FIFOs use
    // only depth, frame_* only tokens.
    int in_h = 1, in_w = 1, in_c = 1, out_c = 1;
    int kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1;
    int pad_top = 0, pad_bottom = 0, pad_left = 0, pad_right = 0;
    int depth = 1;
    int tokens = 1;

    // Folding.
    int in_lanes = 1, out_lanes = 1, pe = 1, simd = 1;

    // Numbers.
    format in, weight, acc, out;
    int relu = 0;
    unsigned values_seed = 0; // of weights and biases

    int in_token_bits() const { return in_lanes * in.width; }
    int out_token_bits() const { return out_lanes * out.width; }
    int terms() const { return kernel_h * kernel_w * in_c; }
    int nf() const { return out_c / pe; }
    int sf() const { return terms() / simd; }
    bool has_weights() const
    {
        return kind == kind::conv2d || kind == kind::dense;
    }
};

// The fixed table, then 'random_count' cases drawn from 'seed'.
std::vector<test_case> all_cases(unsigned seed, int random_count);

// One conversion, tested for every input.
struct convert_case {
    format from, to;
};

constexpr int CONVERT_IN_BITS = 10;

std::vector<convert_case> convert_cases(void);

} // namespace rtl_test

#endif
