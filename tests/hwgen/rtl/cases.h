// cases -- what is built and tested: one module with one set of parameters
// each. The same list makes the top module (make_top.cpp) and the models
// (models.h), so nothing has to be kept equal by hand.
#ifndef TESTS_HWGEN_RTL_CASES_H
#define TESTS_HWGEN_RTL_CASES_H

#include "numbers.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rtl_test
{

// In three groups, which have files of their own: cases.cpp and models.cpp,
// cases_streams.cpp and models_streams.cpp, cases_arithmetic.cpp and
// models_arithmetic.cpp. The names are those of the modules.
enum class kind {
    relu,
    zeropad2d,
    maxpool2d,
    conv2d,
    dense,
    fifo_srl,
    fifo_bram,
    frame_marker,
    frame_checker,

    clone,
    elementwise,
    concat,
    dispatch,
    collect,
    width_converter,
    reshape,
    crop2d,
    upsample2d,
    fifo_frame,

    avgpool2d,
    global_maxpool,
    global_avgpool,
    batchnorm,
    prelu,
    lookup,
    softmax,
    argmax,
    depthwise_conv2d
};

enum class group { BASIC, STREAMS, ARITHMETIC };

inline group group_of(kind k)
{
    return k < kind::clone       ? group::BASIC
           : k < kind::avgpool2d ? group::STREAMS
                                 : group::ARITHMETIC;
}

// Every stream in the test top has a data port of this width; what a module
// does not use is zero.
constexpr int DATA_BITS = 128;

// A module has at most this many input or output streams.
constexpr int MOST_STREAMS = 32;

struct test_case {
    test_case(enum kind k, std::string n) : kind(k), name(std::move(n)) {}

    enum kind kind;
    std::string name;

    // Streams: two inputs of elementwise, N of concat and collect; N outputs
    // of clone and dispatch.
    int inputs = 1, outputs = 1;

    // Shape. dense: in_h = in_w = 1, in_c = inputs, out_c = outputs. FIFOs use
    // only depth, frame_* only tokens, fifo_frame both.
    int in_h = 1, in_w = 1, in_c = 1, out_c = 1;
    int kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1;
    int pad_top = 0, pad_bottom = 0, pad_left = 0, pad_right = 0;
    int pad_value = 0;
    int depth = 1;
    int tokens = 1;               // of a frame
    int scale_h = 1, scale_w = 1; // of upsample2d
    int parallel = 0;             // concat
    std::vector<int> parts;       // concat: channels of every input

    // Folding.
    int in_lanes = 1, out_lanes = 1, pe = 1, simd = 1;
    int packed = 0;               // conv2d and dense: two products a multiplier
    int table_bits = 8, drop = 0; // softmax
    int shared = 0;               // prelu: one alpha for all channels

    // Numbers. in_b: of the second input of elementwise. weight: scales of
    // batchnorm and alphas of prelu; acc: offsets of batchnorm and the index of
    // lookup.
    format in, in_b, weight, acc, out;
    int operation = 0; // elementwise: as in elementwise.sv
    int relu = 0;
    int relu_max = 0;         // 0: no limit
    unsigned values_seed = 0; // of weights and biases

    int in_token_bits(int input = 0) const
    {
        if (kind == kind::elementwise && input == 1)
            return in_lanes * in_b.width;
        if (parallel)
            return parts[size_t(input)] * in.width;
        return in_lanes * in.width;
    }
    int out_token_bits() const { return out_lanes * out.width; }
    int terms() const
    {
        bool own = kind == kind::depthwise_conv2d;
        return kernel_h * kernel_w * (own ? 1 : in_c);
    }
    int nf() const { return out_c / pe; }
    int sf() const { return terms() / simd; }
    bool has_weights() const
    {
        return kind == kind::conv2d || kind == kind::dense ||
               kind == kind::depthwise_conv2d;
    }
    // avgpool2d: pads are a part of its input.
    bool is_pad(int row, int column) const
    {
        return row < pad_top || row >= in_h - pad_bottom || column < pad_left ||
               column >= in_w - pad_right;
    }
    // Of one channel argmax and softmax always make the same.
    bool is_constant() const
    {
        return in_c == 1 && (kind == kind::argmax || kind == kind::softmax);
    }
    bool has_limit() const
    {
        return kind == kind::fifo_srl || kind == kind::fifo_bram ||
               kind == kind::fifo_frame;
    }
};

// The fixed table, then 'random_count' cases of each group drawn from 'seed';
// of these the ones whose name begins with 'only'.
std::vector<test_case> all_cases(unsigned seed, int random_count,
                                 const std::string &only);

// Where the streams of each case are among those of all cases.
struct streams {
    size_t first_input, first_output;
};

// One element a case, and one more with the number of all.
std::vector<streams> all_streams(const std::vector<test_case> &cases);

// One conversion, tested for every input.
struct convert_case {
    format from, to;
};

constexpr int CONVERT_IN_BITS = 10;

std::vector<convert_case> convert_cases(void);

} // namespace rtl_test

#endif
