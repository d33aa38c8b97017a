#include "groups.h"
#include "values_arithmetic.h"

#include <algorithm>

namespace rtl_test
{

// ---- the table ----

struct depthwise_row {
    const char *what;
    int h, w, c, kh, kw, sh, sw, in_lanes, out_lanes, pe, simd;
};

static const depthwise_row depthwise_rows[] = {
    { "one pixel frame, RF 1", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
    { "1x1 kernel, NF 3", 3, 3, 3, 1, 1, 1, 1, 3, 3, 1, 1 },
    { "3x3, fully folded", 4, 5, 3, 3, 3, 1, 1, 1, 3, 1, 1 },
    { "3x3, unfolded, RF 1", 4, 5, 2, 3, 3, 1, 1, 2, 2, 2, 9 },
    { "3x3, a row a fold", 5, 5, 4, 3, 3, 1, 1, 2, 4, 2, 3 },
    { "3x3, all channels", 5, 4, 4, 3, 3, 2, 2, 4, 4, 4, 1 },
    { "stride 2, rest dropped", 6, 7, 2, 3, 3, 2, 2, 1, 2, 1, 3 },
    { "3x1, width 1", 7, 1, 2, 3, 1, 1, 1, 2, 1, 1, 3 },
    { "frame = kernel", 2, 4, 4, 2, 4, 1, 1, 2, 2, 2, 4 },
    { "PE 4 in 4 tokens, SF 4", 4, 4, 4, 2, 2, 1, 1, 4, 1, 4, 1 },
    { "PE 6 in 2 tokens, SF 2", 3, 4, 6, 2, 2, 1, 1, 6, 3, 6, 2 },
    { "3 groups a token", 4, 4, 6, 2, 2, 1, 1, 3, 6, 2, 2 },
    { "6 channels, PE 3", 4, 4, 6, 2, 3, 1, 1, 2, 6, 3, 2 },
};

struct mean_row {
    const char *what;
    int h, w, c, lanes, kh, kw, sh, sw;           // h and w with pads
    int top = 0, bottom = 0, left = 0, right = 0; // that do not count
};

static const mean_row mean_rows[] = {
    { "one pixel", 1, 1, 1, 1, 1, 1, 1, 1 },
    { "one value, 3 tokens", 3, 2, 3, 1, 1, 1, 1, 1 },
    { "2x2", 6, 6, 2, 2, 2, 2, 2, 2 },
    { "2x2, 3 tokens", 4, 6, 6, 2, 2, 2, 2, 2 },
    { "3x3, overlap", 7, 9, 2, 1, 3, 3, 2, 2 },
    { "3x3 stride 1", 5, 6, 2, 2, 3, 3, 1, 1 },
    { "5x5", 6, 7, 1, 1, 5, 5, 1, 1 },
    { "1x7", 2, 9, 2, 1, 1, 7, 1, 1 },
    { "7x1, width 1", 9, 1, 1, 1, 7, 1, 1, 1 },
    { "stride > kernel", 9, 9, 2, 1, 2, 3, 3, 4 },
    { "frame = kernel", 3, 4, 2, 2, 3, 4, 1, 1 },
    { "3x3, pads around", 6, 7, 2, 2, 3, 3, 1, 1, 1, 1, 1, 1 },
    { "3x3 stride 2, pads around, 3 tokens", 7, 9, 3, 1, 3, 3, 2, 2, 1, 1, 1,
      1 },
    { "3x3 stride 2, pads behind", 7, 7, 2, 1, 3, 3, 2, 2, 0, 1, 0, 1 },
    { "2x2, pads behind: powers of two", 6, 6, 2, 2, 2, 2, 2, 2, 0, 1, 0, 1 },
    { "5x4, pads on both sides of one pixel", 5, 4, 1, 1, 5, 4, 1, 1, 3, 1, 2,
      1 },
    { "1x7, pads to the right", 1, 9, 2, 1, 1, 7, 1, 1, 0, 0, 0, 5 },
    { "4x1, pads on top, some dropped", 9, 2, 1, 1, 4, 1, 3, 1, 2, 1, 0, 0 },
};

struct global_row {
    int h, w, c, lanes;
};

// Few tokens a pixel are what the memory of the sums could trip over.
static const global_row global_rows[] = {
    { 1, 1, 1, 1 }, { 1, 1, 4, 1 }, { 1, 2, 1, 1 }, { 3, 3, 1, 1 },
    { 2, 3, 2, 1 }, { 2, 2, 3, 1 }, { 3, 2, 4, 1 }, { 2, 2, 6, 2 },
    { 7, 7, 2, 2 }, { 5, 3, 7, 1 }, { 4, 4, 8, 8 },
};

// Channels and lanes of the kernels that know channels.
struct channel_row {
    int c, lanes;
};

static const channel_row channel_rows[] = {
    { 1, 1 },  { 2, 1 },  { 2, 2 },   { 3, 1 },  { 4, 2 },
    { 5, 5 },  { 6, 3 },  { 7, 1 },   { 10, 2 }, { 8, 4 },
    { 10, 5 }, { 12, 3 }, { 10, 10 }, { 33, 1 }, { 24, 2 },
};

// ---- formats ----

static void draw_formats(random_engine &r, test_case &c,
                         const std::function<std::vector<wide>()> &sample)
{
    do {
        c.values_seed = unsigned(r());
        c.in = draw_format(r, 10);
        c.weight = draw_format(r, 8);
        c.acc = draw_format(r, 10);
        c.out = draw_format(r, 10);
    } while (!has_life(sample));
}

// `some` of the `count` values of a window count.
static void draw_mean_formats(random_engine &r, test_case &c, int some,
                              int count)
{
    draw_formats(r, c, [&] {
        wide sum = 0;
        for (int i = 0; i < some; i++)
            sum += draw_value(r, c.in);
        return std::vector<wide>{ mean_of_some(c, sum, some, count) };
    });
}

static void draw_value_formats(random_engine &r, test_case &c)
{
    auto sample = [&] {
        std::vector<wide> values;
        for (int channel = 0; channel < c.in_c; channel++) {
            wide x = draw_value(r, c.in);
            values.push_back(
                c.kind == kind::batchnorm ? batchnorm_value(c, x, channel)
                : c.kind == kind::prelu   ? prelu_value(c, x, channel)
                                          : lookup_value(c, x));
        }
        return values;
    };
    draw_formats(r, c, sample);
}

static void draw_softmax_formats(random_engine &r, test_case &c)
{
    auto sample = [&] {
        std::vector<wide> pixel;
        for (int i = 0; i < c.in_c; i++)
            pixel.push_back(draw_value(r, c.in));
        return softmax_values(c, pixel);
    };
    // Of one channel nothing but one is left.
    int tries = 0;
    do {
        c.values_seed = unsigned(r());
        c.in = draw_format(r, 10);
        c.in.width = std::max(c.in.width, 3);
        c.table_bits = draw(r, 2, 9);
        c.drop = draw(r, 0, 3);
        c.out = draw_format(r, 12);
        c.out.frac = draw(r, 0, c.out.width + 4);
    } while (!has_life(sample) && (c.in_c > 1 || ++tries < 20));
}

// ---- one case each ----

static std::string with_remark(const std::string &name, const std::string &what)
{
    return what.empty() ? name : name + " " + what;
}

static test_case depthwise_case(random_engine &r, const depthwise_row &row)
{
    test_case c{ kind::depthwise_conv2d,
                 with_remark("depthwise_conv2d", row.what) };
    c.in_h = row.h;
    c.in_w = row.w;
    c.in_c = c.out_c = row.c;
    c.kernel_h = row.kh;
    c.kernel_w = row.kw;
    c.stride_h = row.sh;
    c.stride_w = row.sw;
    c.in_lanes = row.in_lanes;
    c.out_lanes = row.out_lanes;
    c.pe = row.pe;
    c.simd = row.simd;
    draw_mac_formats(r, c);
    return c;
}

// Values of the first window that are no pads.
static int first_window(const test_case &c)
{
    int count = 0;
    for (int y = 0; y < c.kernel_h; y++)
        for (int x = 0; x < c.kernel_w; x++)
            count += !c.is_pad(y, x);
    return count;
}

static test_case mean_case(random_engine &r, const mean_row &row)
{
    test_case c{ kind::avgpool2d, with_remark("avgpool2d", row.what) };
    c.in_h = row.h;
    c.in_w = row.w;
    c.in_c = row.c;
    c.in_lanes = c.out_lanes = row.lanes;
    c.kernel_h = row.kh;
    c.kernel_w = row.kw;
    c.stride_h = row.sh;
    c.stride_w = row.sw;
    c.pad_top = row.top;
    c.pad_bottom = row.bottom;
    c.pad_left = row.left;
    c.pad_right = row.right;
    draw_mean_formats(r, c, first_window(c), row.kh * row.kw);
    return c;
}

static test_case global_case(random_engine &r, enum kind k,
                             const global_row &row)
{
    bool is_max = k == kind::global_maxpool;
    test_case c{ k, is_max ? "global_maxpool" : "global_avgpool" };
    c.in_h = row.h;
    c.in_w = row.w;
    c.in_c = row.c;
    c.in_lanes = c.out_lanes = row.lanes;
    draw_mean_formats(r, c, row.h * row.w, row.h * row.w);
    if (is_max) {
        // Of fewer bits nearly every maximum is the largest value there is.
        c.in.width = std::max(c.in.width, 1 + ceil_log2(row.h * row.w));
        c.out = c.in;
    }
    return c;
}

static test_case value_case(random_engine &r, enum kind k, const char *name,
                            const channel_row &row)
{
    test_case c{ k, name };
    c.in_h = draw(r, 1, 3);
    c.in_w = draw(r, 1, 3);
    c.in_c = c.out_c = row.c;
    c.in_lanes = c.out_lanes = row.lanes;
    c.shared = k == kind::prelu && draw(r, 0, 1);
    draw_value_formats(r, c);
    return c;
}

static test_case argmax_case(random_engine &r, const channel_row &row)
{
    test_case c{ kind::argmax, "argmax" };
    c.in_c = row.c;
    c.in_lanes = row.lanes;
    c.in.width = draw(r, 1, 8); // few bits: many are equal
    c.in.is_signed = draw(r, 0, 1);
    c.out.width = std::max(1, ceil_log2(row.c));
    c.out.is_signed = 0;
    return c;
}

static test_case softmax_case(random_engine &r, const channel_row &row)
{
    test_case c{ kind::softmax, "softmax" };
    c.in_w = 2;
    c.in_c = row.c;
    c.in_lanes = c.out_lanes = row.lanes;
    draw_softmax_formats(r, c);
    return c;
}

static test_case draw_depthwise(random_engine &r)
{
    for (;;) {
        depthwise_row row = { "", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
        row.kh = draw(r, 1, 4);
        row.kw = draw(r, 1, 4);
        row.h = row.kh + draw(r, 0, 3);
        row.w = row.kw + draw(r, 0, 3);
        row.sh = draw(r, 1, 3);
        row.sw = draw(r, 1, 3);
        row.c = draw(r, 1, 8);
        row.in_lanes = divisor(r, row.c, 8);
        row.out_lanes = divisor(r, row.c, 8);
        row.pe = divisor(r, row.c, 8);
        row.simd = divisor(r, row.kh * row.kw, 9);
        int folds = row.kh * row.kw / row.simd;
        if (row.pe * row.simd <= 32 && row.pe <= row.out_lanes * folds &&
            (row.pe % row.out_lanes == 0 || row.out_lanes % row.pe == 0))
            return depthwise_case(r, row);
    }
}

static channel_row draw_channels(random_engine &r)
{
    channel_row row;
    row.c = draw(r, 1, 12);
    row.lanes = divisor(r, row.c, 10);
    return row;
}

// Results as wide as they may get, 62 bits.
static void add_wide(std::vector<test_case> &all)
{
    test_case norm{ kind::batchnorm, "batchnorm wide" };
    norm.in.width = norm.weight.width = 30;
    norm.in.frac = 20;
    norm.weight.frac = 12;
    norm.acc.width = 30;
    norm.acc.frac = 3;
    norm.out.width = 32;
    norm.out.frac = 4;
    norm.out.quant = RND_CONV;
    norm.out.overflow = SAT;
    all.push_back(norm);

    test_case wide_prelu{ kind::prelu, "prelu wide" };
    wide_prelu.in.width = wide_prelu.weight.width = 31;
    wide_prelu.in.frac = wide_prelu.weight.frac = 15;
    wide_prelu.out.width = 32;
    wide_prelu.out.frac = 2;
    wide_prelu.out.quant = RND_INF;
    all.push_back(wide_prelu);

    test_case mean{ kind::global_avgpool, "global_avgpool wide" };
    mean.in_h = 5;
    mean.in_w = 7;
    mean.in.width = 32;
    mean.in.frac = 16;
    mean.out.width = 32;
    mean.out.frac = 16;
    mean.out.quant = RND_ZERO;
    all.push_back(mean);
}

// Every case of conv2d and dense whose PE allows it, with packed multipliers.
static void add_packed(std::vector<test_case> &all)
{
    size_t count = all.size();
    for (size_t i = 0; i < count; i++) {
        test_case c = all[i];
        if ((c.kind != kind::conv2d && c.kind != kind::dense) || c.pe % 2 != 0)
            continue;
        c.packed = 1;
        c.name.insert(c.name.find(' ') == std::string::npos ? c.name.size()
                                                            : c.name.find(' '),
                      " packed");
        all.push_back(c);
    }
}

// Each smaller than the kernel, and all together than the image.
static void draw_pads(random_engine &r, mean_row &row)
{
    row.top = draw(r, 0, std::min(row.kh, row.h) - 1);
    row.bottom = draw(r, 0, std::min(row.kh, row.h - row.top) - 1);
    row.left = draw(r, 0, std::min(row.kw, row.w) - 1);
    row.right = draw(r, 0, std::min(row.kw, row.w - row.left) - 1);
}

void add_arithmetic_cases(std::vector<test_case> &all, random_engine &r,
                          int random_count)
{
    add_packed(all);
    for (const depthwise_row &row : depthwise_rows)
        all.push_back(depthwise_case(r, row));
    for (const mean_row &row : mean_rows)
        all.push_back(mean_case(r, row));
    for (const global_row &row : global_rows) {
        all.push_back(global_case(r, kind::global_maxpool, row));
        all.push_back(global_case(r, kind::global_avgpool, row));
    }
    for (const channel_row &row : channel_rows) {
        all.push_back(value_case(r, kind::batchnorm, "batchnorm", row));
        all.push_back(value_case(r, kind::prelu, "prelu", row));
        all.push_back(value_case(r, kind::lookup, "lookup", row));
        all.push_back(argmax_case(r, row));
        all.push_back(softmax_case(r, row));
    }
    add_wide(all);
    for (int i = 0; i < random_count; i++) {
        switch (i % 9) {
        case 0:
            all.push_back(draw_depthwise(r));
            break;
        case 1: {
            int kh = draw(r, 1, 4), kw = draw(r, 1, 4), lanes = draw(r, 1, 3);
            mean_row row = { "",
                             kh + draw(r, 0, 5),
                             kw + draw(r, 0, 5),
                             lanes * draw(r, 1, 4),
                             lanes,
                             kh,
                             kw,
                             draw(r, 1, 5),
                             draw(r, 1, 5) };
            if (i % 2 == 0)
                draw_pads(r, row);
            all.push_back(mean_case(r, row));
            break;
        }
        case 2:
        case 3: {
            int lanes = draw(r, 1, 3);
            all.push_back(global_case(
                r, i % 9 == 2 ? kind::global_maxpool : kind::global_avgpool,
                { draw(r, 1, 6), draw(r, 1, 6), lanes * draw(r, 1, 5),
                  lanes }));
            break;
        }
        case 4:
            all.push_back(
                value_case(r, kind::batchnorm, "batchnorm", draw_channels(r)));
            break;
        case 5:
            all.push_back(
                value_case(r, kind::prelu, "prelu", draw_channels(r)));
            break;
        case 6:
            all.push_back(
                value_case(r, kind::lookup, "lookup", draw_channels(r)));
            break;
        case 7:
            all.push_back(argmax_case(r, draw_channels(r)));
            break;
        default:
            all.push_back(softmax_case(r, draw_channels(r)));
        }
    }
}

// ---- names, parameters, memories ----

std::string arithmetic_shape(const test_case &c)
{
    auto number = [](int n) { return std::to_string(n); };
    auto by = [](int a, int b) {
        return std::to_string(a) + "x" + std::to_string(b);
    };
    std::string image = by(c.in_h, c.in_w) + "x" + number(c.in_c);
    std::string lanes = " lanes " + number(c.in_lanes);
    std::string window =
        " k" + by(c.kernel_h, c.kernel_w) + " s" + by(c.stride_h, c.stride_w);
    switch (c.kind) {
    case kind::depthwise_conv2d:
        return image + window + lanes + "/" + number(c.out_lanes) + " pe " +
               number(c.pe) + " simd " + number(c.simd);
    case kind::avgpool2d:
        if (c.pad_top + c.pad_bottom + c.pad_left + c.pad_right > 0)
            window += " p" + number(c.pad_top) + "," + number(c.pad_bottom) +
                      "," + number(c.pad_left) + "," + number(c.pad_right);
        return image + window + lanes;
    case kind::prelu:
        return image + lanes + (c.shared ? " shared" : "");
    case kind::softmax:
        return number(c.in_c) + lanes + " table " + number(c.table_bits) +
               " drop " + number(c.drop);
    default:
        return image + lanes;
    }
}

static void add_reciprocal(parameter_list &list, int count)
{
    list.add("RECIPROCAL", reciprocal_of(count));
    list.add("RECIPROCAL_FRAC", reciprocal_frac(count));
}

void add_arithmetic_parameters(parameter_list &list, const test_case &c,
                               const std::string &base)
{
    bool is_pool = c.kind == kind::avgpool2d ||
                   c.kind == kind::global_maxpool ||
                   c.kind == kind::global_avgpool;
    bool knows_c = c.kind == kind::argmax || c.kind == kind::softmax ||
                   c.kind == kind::depthwise_conv2d;
    if (is_pool || c.kind == kind::depthwise_conv2d) {
        list.add("H", c.in_h);
        list.add("W", c.in_w);
    }
    if (c.kind == kind::avgpool2d || c.kind == kind::depthwise_conv2d) {
        list.add("KERNEL_H", c.kernel_h);
        list.add("KERNEL_W", c.kernel_w);
        list.add("STRIDE_H", c.stride_h);
        list.add("STRIDE_W", c.stride_w);
    }
    if (knows_c)
        list.add("C", c.in_c);
    else if (c.kind != kind::lookup)
        list.add("TOKENS", c.in_c / c.in_lanes);
    if (c.kind == kind::depthwise_conv2d)
        return; // the rest is that of conv2d
    list.add("LANES", c.in_lanes);
    if (c.kind == kind::global_maxpool || c.kind == kind::argmax) {
        list.add("WIDTH", c.in.width);
        list.add("IS_SIGNED", c.in.is_signed);
        return;
    }
    if (c.kind == kind::softmax) {
        list.add("IN_WIDTH", c.in.width);
        list.add("IN_SIGNED", c.in.is_signed);
    } else {
        list.add_format("IN", c.in, false, false);
    }
    if (c.kind == kind::lookup)
        list.add("OUT_WIDTH", c.out.width);
    else
        list.add_format("OUT", c.out, true, true);
    switch (c.kind) {
    case kind::avgpool2d:
        list.add("PAD_TOP", c.pad_top);
        list.add("PAD_BOTTOM", c.pad_bottom);
        list.add("PAD_LEFT", c.pad_left);
        list.add("PAD_RIGHT", c.pad_right);
        add_reciprocal(list, c.kernel_h * c.kernel_w);
        break;
    case kind::global_avgpool:
        add_reciprocal(list, c.in_h * c.in_w);
        break;
    case kind::batchnorm:
        list.add_format("SCALE", c.weight, false, false);
        list.add_format("OFFSET", c.acc, false, false);
        list.add_file("SCALES_FILE", base + "_scales.hex");
        list.add_file("OFFSETS_FILE", base + "_offsets.hex");
        break;
    case kind::prelu:
        list.add("SHARED", c.shared);
        list.add_format("ALPHA", c.weight, false, false);
        list.add_file("ALPHAS_FILE", base + "_alphas.hex");
        break;
    case kind::lookup:
        list.add_format("INDEX", c.acc, true, true);
        list.add_file("TABLE_FILE", base + "_table.hex");
        break;
    default:
        list.add("TABLE_BITS", c.table_bits);
        list.add("DROP", c.drop);
        list.add_file("EXP_FILE", base + "_exp.hex");
        list.add_file("INVERSE_FILE", base + "_inverse.hex");
    }
}

// 'count' words of one value each.
static void write_table(const std::string &path, const test_case &c, int count,
                        int width, wide (*entry)(const test_case &, int))
{
    memory_writer file(path);
    for (int i = 0; i < count; i++) {
        file.append(entry(c, i), width);
        file.end_word();
    }
}

// A word a token of a pixel.
static void write_channels(const std::string &path, const test_case &c,
                           int width, wide (*value)(const test_case &, int))
{
    memory_writer file(path);
    for (int channel = 0; channel < c.in_c; channel++) {
        file.append(value(c, channel), width);
        if ((channel + 1) % c.in_lanes == 0)
            file.end_word();
    }
}

void write_arithmetic_memories(const test_case &c, const std::string &base)
{
    if (c.kind == kind::batchnorm) {
        write_channels(base + "_scales.hex", c, c.weight.width, scale_of);
        write_channels(base + "_offsets.hex", c, c.acc.width, offset_of);
    } else if (c.kind == kind::prelu && c.shared) {
        write_table(base + "_alphas.hex", c, 1, c.weight.width, alpha_of);
    } else if (c.kind == kind::prelu) {
        write_channels(base + "_alphas.hex", c, c.weight.width, alpha_of);
    } else if (c.kind == kind::lookup) {
        write_table(base + "_table.hex", c, 1 << c.acc.width, c.out.width,
                    lookup_entry);
    } else if (c.kind == kind::softmax) {
        write_table(base + "_exp.hex", c, 1 << c.table_bits, 16, exp_entry);
        write_table(base + "_inverse.hex", c, 1 << c.table_bits, 16,
                    inverse_entry);
    }
}

} // namespace rtl_test
