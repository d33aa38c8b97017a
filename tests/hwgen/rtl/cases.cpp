#include "groups.h"
#include "values.h"

#include <algorithm>

namespace rtl_test
{

static bool one_divides(int a, int b)
{
    return a % b == 0 || b % a == 0;
}

static test_case draw_conv2d(random_engine &r)
{
    for (;;) {
        static const int channels[] = { 1, 2, 3, 4, 6, 8 };
        test_case c{ kind::conv2d, "conv2d" };
        c.kernel_h = draw(r, 1, 4);
        c.kernel_w = draw(r, 1, 4);
        c.in_h = c.kernel_h + draw(r, 0, 4);
        c.in_w = c.kernel_w + draw(r, 0, 4);
        c.stride_h = draw(r, 1, 3);
        c.stride_w = draw(r, 1, 3);
        c.in_c = channels[r() % 6];
        c.out_c = channels[r() % 6];
        c.in_lanes = divisor(r, c.in_c, 8);
        c.out_lanes = divisor(r, c.out_c, 8);
        c.pe = divisor(r, c.out_c, 8);
        c.simd = divisor(r, c.terms(), 12);
        draw_mac_formats(r, c);
        if (c.pe * c.simd <= 32 && one_divides(c.pe, c.out_lanes) &&
            c.pe <= c.out_lanes * c.sf())
            return c;
    }
}

static test_case draw_dense(random_engine &r)
{
    for (;;) {
        static const int sizes[] = { 1, 2, 3, 4, 6, 8, 12, 24 };
        test_case c{ kind::dense, "dense" };
        c.in_c = sizes[r() % 8];
        c.out_c = sizes[r() % 8];
        c.in_lanes = divisor(r, c.in_c, 12);
        c.out_lanes = divisor(r, c.out_c, 12);
        c.pe = divisor(r, c.out_c, 12);
        c.simd = divisor(r, c.in_c, 24);
        draw_mac_formats(r, c);
        if (c.pe * c.simd <= 48 && one_divides(c.pe, c.out_lanes) &&
            one_divides(c.simd, c.in_lanes) && c.pe <= c.out_lanes * c.sf())
            return c;
    }
}

static test_case draw_maxpool2d(random_engine &r)
{
    test_case c{ kind::maxpool2d, "maxpool2d" };
    c.kernel_h = draw(r, 1, 4);
    c.kernel_w = draw(r, 1, 4);
    c.in_h = c.kernel_h + draw(r, 0, 5);
    c.in_w = c.kernel_w + draw(r, 0, 5);
    c.stride_h = draw(r, 1, 5);
    c.stride_w = draw(r, 1, 5);
    c.in_c = draw(r, 1, 6);
    c.in_lanes = divisor(r, c.in_c, 6);
    c.in = draw_format(r, 8);
    return c;
}

static test_case draw_zeropad2d(random_engine &r)
{
    test_case c{ kind::zeropad2d, "zeropad2d" };
    c.in_h = draw(r, 1, 5);
    c.in_w = draw(r, 1, 5);
    c.in_c = draw(r, 1, 4);
    c.in_lanes = divisor(r, c.in_c, 4);
    c.in = draw_format(r, 8);
    if (draw(r, 0, 1))
        c.pad_value = int(draw_value(r, c.in));
    c.pad_top = draw(r, 0, 3);
    c.pad_bottom = draw(r, 0, 3);
    c.pad_left = draw(r, 0, 3);
    c.pad_right = draw(r, 0, 3);
    return c;
}

static test_case draw_relu(random_engine &r)
{
    test_case c{ kind::relu, "relu" };
    c.in_c = c.in_lanes = c.out_lanes = draw(r, 1, 4);
    auto sample = [&] {
        return std::vector<wide>{ relu_value(c, draw_value(r, c.in)) };
    };
    do {
        c.in = draw_format(r, 12);
        c.out = draw_format(r, 12);
        c.relu = draw(r, 0, 3) != 0;
        c.relu_max = draw_limit(r, c.in.width, c.in.frac);
    } while (!has_life(sample));
    return c;
}

// ---- the table ----

struct conv_row {
    const char *what;
    int h, w, c, oc, kh, kw, sh, sw, in_lanes, out_lanes, pe, simd;
};

static const conv_row conv_rows[] = {
    { "one pixel frame, RF 1", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
    { "one pixel frame, RF 6", 1, 1, 3, 2, 1, 1, 1, 1, 1, 2, 1, 1 },
    { "1x1 kernel, RF 1", 3, 4, 4, 2, 1, 1, 1, 1, 4, 2, 2, 4 },
    { "1x1 kernel, stride 2", 5, 4, 2, 4, 1, 1, 2, 2, 1, 4, 2, 1 },
    { "3x3, fully folded", 5, 6, 2, 3, 3, 3, 1, 1, 2, 3, 1, 1 },
    { "3x3, unfolded, RF 1", 5, 6, 1, 2, 3, 3, 1, 1, 1, 2, 2, 9 },
    { "width = kernel", 6, 3, 2, 2, 3, 3, 1, 1, 1, 1, 1, 6 },
    { "height = kernel", 3, 6, 1, 2, 3, 2, 1, 1, 1, 2, 2, 3 },
    { "frame = kernel", 3, 3, 2, 4, 3, 3, 1, 1, 2, 4, 4, 6 },
    { "width 1, kernel 3x1", 7, 1, 2, 2, 3, 1, 1, 1, 2, 2, 1, 2 },
    { "height 1, kernel 1x3", 1, 7, 2, 2, 1, 3, 1, 1, 1, 2, 1, 3 },
    { "width 2", 5, 2, 1, 2, 2, 2, 1, 1, 1, 1, 1, 4 },
    { "stride > kernel", 8, 9, 2, 2, 2, 2, 3, 4, 1, 2, 1, 4 },
    { "stride > frame", 4, 4, 1, 1, 2, 2, 7, 9, 1, 1, 1, 1 },
    { "stride 2, rest dropped", 7, 8, 1, 2, 3, 3, 2, 2, 1, 2, 1, 3 },
    { "3 tokens a pixel", 4, 4, 6, 2, 2, 2, 1, 1, 2, 2, 1, 12 },
    { "8 tokens a pixel, RF 1", 3, 3, 8, 2, 2, 2, 1, 1, 1, 2, 2, 32 },
    { "PE 4 in 4 tokens, SF 4", 4, 4, 1, 4, 2, 2, 1, 1, 1, 1, 4, 1 },
    { "PE 4 in 2 tokens, SF 2", 4, 4, 2, 8, 2, 2, 1, 1, 2, 2, 4, 4 },
    { "PE 6 in 3 tokens, SF 4", 3, 5, 1, 6, 2, 2, 1, 1, 1, 2, 6, 1 },
    { "4 groups a token", 4, 4, 1, 8, 2, 2, 1, 1, 1, 8, 2, 4 },
    { "2 groups a token", 4, 5, 2, 8, 2, 2, 1, 1, 1, 4, 2, 2 },
    { "odd tree, SIMD 5", 4, 7, 1, 2, 2, 5, 1, 1, 1, 1, 1, 5 },
    { "odd tree, SIMD 7", 4, 9, 1, 2, 2, 7, 1, 1, 1, 2, 2, 7 },
    { "5x5, as in LeNet", 8, 8, 1, 6, 5, 5, 1, 1, 1, 6, 3, 5 },
};

struct dense_row {
    const char *what;
    int inputs, outputs, in_lanes, out_lanes, pe, simd;
};

static const dense_row dense_rows[] = {
    { "one input, one output", 1, 1, 1, 1, 1, 1 },
    { "one input, 4 groups", 1, 4, 1, 2, 1, 1 },
    { "SF 1, NF 1", 8, 4, 8, 4, 4, 8 },
    { "SF 1, NF 3", 8, 3, 8, 1, 1, 8 },
    { "SF 1, NF 4, staged", 8, 4, 2, 4, 1, 8 },
    { "SF 2, NF 3", 8, 3, 4, 1, 1, 4 },
    { "fully folded", 12, 5, 1, 1, 1, 1 },
    { "fully folded, r 4", 12, 4, 4, 4, 1, 1 },
    { "r 2", 16, 4, 8, 2, 2, 4 },
    { "r = SF 6, one token", 6, 4, 6, 2, 2, 1 },
    { "r 3, NF 1", 12, 2, 6, 2, 2, 2 },
    { "q 3", 24, 4, 2, 4, 2, 6 },
    { "q 4, NF 1", 16, 4, 1, 2, 4, 4 },
    { "q 8, SF 1, NF 1", 8, 2, 1, 2, 2, 8 },
    { "PE 4 in 4 tokens, SF 4", 4, 8, 1, 1, 4, 1 },
    { "PE 6 in 2 tokens, SF 2", 6, 12, 3, 3, 6, 3 },
    { "6 groups a token", 6, 6, 2, 6, 1, 2 },
    { "as in a classifier", 24, 10, 4, 10, 2, 8 },
};

struct pool_row {
    const char *what;
    int h, w, c, lanes, kh, kw, sh, sw, is_signed;
};

static const pool_row pool_rows[] = {
    { "one pixel", 1, 1, 1, 1, 1, 1, 1, 1, 1 },
    { "one pixel, 3 tokens", 1, 1, 3, 1, 1, 1, 1, 1, 0 },
    { "2x2", 6, 6, 2, 2, 2, 2, 2, 2, 0 },
    { "2x2, signed, 3 tokens", 4, 6, 6, 2, 2, 2, 2, 2, 1 },
    { "2x2, odd frame", 5, 7, 1, 1, 2, 2, 2, 2, 1 },
    { "3x3 stride 2, overlap", 7, 9, 2, 1, 3, 3, 2, 2, 1 },
    { "3x3 stride 1", 5, 6, 2, 2, 3, 3, 1, 1, 1 },
    { "stride > kernel", 9, 9, 2, 1, 2, 2, 3, 4, 1 },
    { "width 1", 8, 1, 1, 1, 3, 1, 1, 1, 1 },
    { "width 1, 2 tokens", 8, 1, 2, 1, 2, 1, 2, 1, 1 },
    { "width = kernel", 6, 3, 1, 1, 2, 3, 1, 1, 1 },
    { "frame = kernel", 3, 4, 2, 2, 3, 4, 1, 1, 0 },
    { "height 1, kernel 1x2", 1, 8, 2, 1, 1, 2, 1, 2, 1 },
    { "stride only", 5, 5, 2, 1, 1, 1, 2, 3, 1 },
    { "one place a row", 5, 4, 1, 1, 2, 3, 1, 5, 1 },
};

struct pad_row {
    const char *what;
    int h, w, c, lanes, top, bottom, left, right;
};

static const pad_row pad_rows[] = {
    { "none", 3, 3, 1, 1, 0, 0, 0, 0 },
    { "one pixel, none", 1, 1, 1, 1, 0, 0, 0, 0 },
    { "one all round", 4, 4, 1, 1, 1, 1, 1, 1 },
    { "one pixel", 1, 1, 1, 1, 1, 1, 1, 1 },
    { "3 tokens", 2, 3, 3, 1, 1, 1, 1, 1 },
    { "top only", 2, 2, 1, 1, 2, 0, 0, 0 },
    { "bottom only", 2, 2, 2, 1, 0, 3, 0, 0 },
    { "left only", 3, 2, 1, 1, 0, 0, 2, 0 },
    { "right only", 3, 2, 2, 1, 0, 0, 0, 2 },
    { "uneven", 3, 4, 2, 2, 0, 1, 2, 3 },
    { "least", 2, 3, 2, 2, 1, 1, 1, 1 },
};

struct relu_row {
    const char *what;
    int width, frac, is_signed, relu, limit;
};

static const relu_row relu_rows[] = {
    { "relu6", 8, 4, 1, 1, 6 },
    { "relu6, unsigned", 8, 5, 0, 1, 6 },
    { "limit just below the largest", 8, 0, 1, 1, 126 },
    { "limit is the largest", 8, 0, 1, 1, 127 },
    { "limit out of reach", 8, 6, 1, 1, 6 },
    { "limit with bits cut off", 8, -2, 1, 1, 9 },
    { "one bit", 1, 0, 0, 1, 1 },
    { "linear", 8, 4, 1, 0, 0 },
};

static void add_table(std::vector<test_case> &all, random_engine &r)
{
    for (const conv_row &row : conv_rows) {
        test_case c{ kind::conv2d, std::string("conv2d ") + row.what };
        c.in_h = row.h;
        c.in_w = row.w;
        c.in_c = row.c;
        c.out_c = row.oc;
        c.kernel_h = row.kh;
        c.kernel_w = row.kw;
        c.stride_h = row.sh;
        c.stride_w = row.sw;
        c.in_lanes = row.in_lanes;
        c.out_lanes = row.out_lanes;
        c.pe = row.pe;
        c.simd = row.simd;
        draw_mac_formats(r, c);
        all.push_back(c);
    }
    for (const dense_row &row : dense_rows) {
        test_case c{ kind::dense, std::string("dense ") + row.what };
        c.in_c = row.inputs;
        c.out_c = row.outputs;
        c.in_lanes = row.in_lanes;
        c.out_lanes = row.out_lanes;
        c.pe = row.pe;
        c.simd = row.simd;
        draw_mac_formats(r, c);
        all.push_back(c);
    }
    for (const pool_row &row : pool_rows) {
        test_case c{ kind::maxpool2d, std::string("maxpool2d ") + row.what };
        c.in_h = row.h;
        c.in_w = row.w;
        c.in_c = row.c;
        c.in_lanes = row.lanes;
        c.kernel_h = row.kh;
        c.kernel_w = row.kw;
        c.stride_h = row.sh;
        c.stride_w = row.sw;
        c.in.width = 6;
        c.in.is_signed = row.is_signed;
        all.push_back(c);
    }
    for (const pad_row &row : pad_rows) {
        test_case c{ kind::zeropad2d, std::string("zeropad2d ") + row.what };
        c.in_h = row.h;
        c.in_w = row.w;
        c.in_c = row.c;
        c.in_lanes = row.lanes;
        c.pad_top = row.top;
        c.pad_bottom = row.bottom;
        c.pad_left = row.left;
        c.pad_right = row.right;
        c.pad_value = row.what == std::string("least") ? -128 : 0;
        all.push_back(c);
    }
    for (const relu_row &row : relu_rows) {
        test_case c{ kind::relu, std::string("relu ") + row.what };
        c.in_c = c.in_lanes = c.out_lanes = 2;
        c.in.width = row.width;
        c.in.frac = row.frac;
        c.in.is_signed = row.is_signed;
        c.out = c.in;
        c.relu = row.relu;
        c.relu_max = row.limit;
        all.push_back(c);
    }
    static const int depths[] = { 1, 2, 3, 5, 16, 64, 100 };
    for (int depth : depths) {
        test_case c{ kind::fifo_srl, "fifo_srl" };
        c.depth = depth;
        all.push_back(c);
        if (depth > 1) {
            c.kind = kind::fifo_bram;
            c.name = "fifo_bram";
            all.push_back(c);
        }
    }
    for (int tokens : { 1, 2, 7, 16 }) {
        test_case c{ kind::frame_marker, "frame_marker" };
        c.tokens = tokens;
        all.push_back(c);
        c.kind = kind::frame_checker;
        c.name = "frame_checker";
        all.push_back(c);
    }
}

static std::string shape_text(const test_case &c)
{
    if (group_of(c.kind) == group::STREAMS)
        return stream_shape(c);
    if (group_of(c.kind) == group::ARITHMETIC)
        return arithmetic_shape(c);
    auto by = [](int a, int b) {
        return std::to_string(a) + "x" + std::to_string(b);
    };
    std::string lanes = " lanes " + std::to_string(c.in_lanes);
    switch (c.kind) {
    case kind::conv2d:
        return by(c.in_h, c.in_w) + "x" + std::to_string(c.in_c) + " k" +
               by(c.kernel_h, c.kernel_w) + " s" + by(c.stride_h, c.stride_w) +
               " oc" + std::to_string(c.out_c) + lanes + "/" +
               std::to_string(c.out_lanes) + " pe " + std::to_string(c.pe) +
               " simd " + std::to_string(c.simd);
    case kind::dense:
        return by(c.in_c, c.out_c) + lanes + "/" + std::to_string(c.out_lanes) +
               " pe " + std::to_string(c.pe) + " simd " +
               std::to_string(c.simd);
    case kind::maxpool2d:
        return by(c.in_h, c.in_w) + "x" + std::to_string(c.in_c) + " k" +
               by(c.kernel_h, c.kernel_w) + " s" + by(c.stride_h, c.stride_w) +
               lanes;
    case kind::zeropad2d:
        return by(c.in_h, c.in_w) + "x" + std::to_string(c.in_c) + " pad " +
               std::to_string(c.pad_top) + "," + std::to_string(c.pad_bottom) +
               "," + std::to_string(c.pad_left) + "," +
               std::to_string(c.pad_right) + lanes;
    case kind::relu:
        return "w" + std::to_string(c.in.width) + " to w" +
               std::to_string(c.out.width) + lanes +
               (c.relu ? " limit " + std::to_string(c.relu_max) : " linear");
    case kind::fifo_srl:
    case kind::fifo_bram:
        return "depth " + std::to_string(c.depth);
    default:
        return "tokens " + std::to_string(c.tokens);
    }
}

std::vector<test_case> all_cases(unsigned seed, int random_count,
                                 const std::string &only)
{
    std::vector<test_case> all;
    random_engine r(seed);
    add_table(all, r);
    for (int i = 0; i < 12; i++)
        all.push_back(draw_relu(r));
    for (int i = 0; i < random_count; i++) {
        switch (i % 8) {
        case 0:
            all.push_back(draw_maxpool2d(r));
            break;
        case 1:
            all.push_back(draw_zeropad2d(r));
            break;
        case 2:
        case 3:
        case 4:
            all.push_back(draw_dense(r));
            break;
        default:
            all.push_back(draw_conv2d(r));
        }
    }
    add_stream_cases(all, r, random_count);
    add_arithmetic_cases(all, r, random_count);
    for (test_case &c : all) {
        // Those that keep format and lanes.
        if (c.kind == kind::maxpool2d || c.kind == kind::zeropad2d) {
            c.out = c.in;
            c.out_lanes = c.in_lanes;
            c.out_c = c.in_c;
        }
        c.name += " [" + shape_text(c) + "]";
    }
    auto other = [&only](const test_case &c) {
        return c.name.compare(0, only.size(), only) != 0;
    };
    all.erase(std::remove_if(all.begin(), all.end(), other), all.end());
    return all;
}

std::vector<streams> all_streams(const std::vector<test_case> &cases)
{
    std::vector<streams> all{ { 0, 0 } };
    for (const test_case &c : cases)
        all.push_back({ all.back().first_input + size_t(c.inputs),
                        all.back().first_output + size_t(c.outputs) });
    return all;
}

// ---- conversions ----

std::vector<convert_case> convert_cases(void)
{
    struct shape {
        int in_frac, out_width, out_frac;
    };
    // Narrower, wider, all bits dropped, one bit, far above and far below.
    static const shape shapes[] = { { 4, 5, 2 },  { 6, 8, 0 },  { 0, 14, 3 },
                                    { 3, 1, 1 },  { 9, 3, -3 }, { -2, 6, -4 },
                                    { 12, 9, 8 }, { 5, 7, 5 },  { 16, 4, 2 } };
    std::vector<convert_case> all;
    for (const shape &s : shapes)
        for (int in_signed = 0; in_signed < 2; in_signed++)
            for (int out_signed = 0; out_signed < 2; out_signed++)
                for (int mode = 0; mode < 7; mode++) {
                    convert_case c;
                    c.from.width = CONVERT_IN_BITS;
                    c.from.frac = s.in_frac;
                    c.from.is_signed = in_signed;
                    c.to.width = s.out_width;
                    c.to.frac = s.out_frac;
                    c.to.is_signed = out_signed;
                    c.to.quant = mode;
                    c.to.overflow =
                        int(all.size() + size_t(mode)) % (4 + out_signed);
                    all.push_back(c);
                }
    return all;
}

} // namespace rtl_test
