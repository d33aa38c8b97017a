#include "groups.h"
#include "values.h"

#include <algorithm>
#include <numeric>

namespace rtl_test
{

// ---- the table ----

struct fan_row {
    int streams, lanes, tokens;
};

// Of clone; and with the tokens of a frame, of dispatch and collect.
static const fan_row fan_rows[] = { { 2, 1, 1 },  { 2, 3, 7 }, { 3, 2, 4 },
                                    { 4, 1, 1 },  { 5, 1, 3 }, { 8, 1, 2 },
                                    { 17, 1, 5 }, { 32, 1, 1 } };

struct concat_row {
    int lanes; // 0: parallel
    std::vector<int> channels;
};

static const concat_row concat_rows[] = {
    { 1, { 1, 1 } },
    { 1, { 3, 1 } },
    { 1, { 1, 3 } },
    { 2, { 2, 8, 4 } },
    { 3, { 9, 9 } },
    { 1, { 1, 1, 1, 1 } },
    { 1, { 5, 4, 3, 2, 1 } },
    { 1, std::vector<int>(32, 1) },
    { 2, std::vector<int>(17, 4) },
    { 0, { 1, 1 } },
    { 0, { 1, 3 } },
    { 0, { 4, 2, 1 } },
    { 0, std::vector<int>(5, 2) },
    { 0, std::vector<int>(16, 1) },
};

struct converter_row {
    int in_lanes, out_lanes;
};

static const converter_row converter_rows[] = { { 1, 1 },  { 3, 3 }, { 1, 2 },
                                                { 2, 1 },  { 1, 3 }, { 3, 1 },
                                                { 2, 8 },  { 8, 2 }, { 1, 12 },
                                                { 12, 1 }, { 2, 6 }, { 6, 3 } };

struct crop_row {
    const char *what;
    int h, w, c, lanes, top, bottom, left, right;
};

static const crop_row crop_rows[] = {
    { "none", 3, 3, 1, 1, 0, 0, 0, 0 },
    { "one pixel, none", 1, 1, 1, 1, 0, 0, 0, 0 },
    { "one all round", 5, 5, 1, 1, 1, 1, 1, 1 },
    { "one pixel is left", 5, 4, 3, 1, 2, 2, 1, 2 },
    { "3 tokens", 3, 4, 3, 1, 1, 1, 1, 1 },
    { "top only", 4, 2, 1, 1, 3, 0, 0, 0 },
    { "bottom only", 4, 2, 2, 1, 0, 3, 0, 0 },
    { "left only", 3, 4, 1, 1, 0, 0, 2, 0 },
    { "right only", 3, 4, 2, 1, 0, 0, 0, 2 },
    { "one row of 6", 1, 6, 2, 2, 0, 0, 1, 3 },
    { "uneven", 6, 9, 2, 2, 0, 1, 2, 3 },
};

struct upsample_row {
    const char *what;
    int h, w, c, lanes, scale_h, scale_w;
};

static const upsample_row upsample_rows[] = {
    { "one pixel, 1x1", 1, 1, 1, 1, 1, 1 },
    { "1x1", 2, 3, 2, 1, 1, 1 },
    { "2x2", 3, 4, 1, 1, 2, 2 },
    { "2x2, 3 tokens", 3, 4, 6, 2, 2, 2 },
    { "one pixel", 1, 1, 2, 2, 2, 2 },
    { "one pixel, 2 tokens", 1, 1, 2, 1, 3, 2 },
    { "width 1", 4, 1, 1, 1, 2, 3 },
    { "width 1, rows only", 4, 1, 1, 1, 2, 1 },
    { "height 1", 1, 5, 2, 1, 2, 2 },
    { "rows only", 3, 3, 2, 1, 3, 1 },
    { "columns only", 3, 3, 4, 1, 1, 4 },
    { "3x5", 2, 3, 2, 2, 3, 5 },
};

struct frame_row {
    int tokens, banks;
};

static const frame_row frame_rows[] = {
    { 1, 1 }, { 1, 2 }, { 1, 3 }, { 2, 1 }, { 2, 2 },  { 5, 1 },
    { 5, 2 }, { 8, 2 }, { 7, 3 }, { 3, 5 }, { 16, 4 }, { 60, 2 }
};

static test_case concat_case(const std::vector<int> &channels, int lanes)
{
    test_case c{ kind::concat, lanes ? "concat serial" : "concat parallel" };
    c.inputs = int(channels.size());
    c.parts = channels;
    c.parallel = lanes == 0;
    c.in_c = c.out_c = std::accumulate(channels.begin(), channels.end(), 0);
    c.in_lanes = c.out_lanes = lanes ? lanes : c.in_c;
    return c;
}

static void add_fans(std::vector<test_case> &all)
{
    for (const fan_row &row : fan_rows) {
        test_case c{ kind::clone, "clone" };
        c.in_lanes = row.lanes;
        c.outputs = row.streams;
        all.push_back(c);
        c.kind = kind::dispatch;
        c.name = "dispatch";
        c.tokens = row.tokens;
        all.push_back(c);
        c.kind = kind::collect;
        c.name = "collect";
        c.outputs = 1;
        c.inputs = row.streams;
        all.push_back(c);
    }
}

static void add_table(std::vector<test_case> &all)
{
    add_fans(all);
    for (const concat_row &row : concat_rows)
        all.push_back(concat_case(row.channels, row.lanes));
    for (const converter_row &row : converter_rows) {
        test_case c{ kind::width_converter, "width_converter" };
        c.in_lanes = row.in_lanes;
        c.out_lanes = row.out_lanes;
        all.push_back(c);
    }
    for (int lanes : { 1, 5 }) {
        test_case c{ kind::reshape, "reshape" };
        c.in_lanes = lanes;
        all.push_back(c);
    }
    for (const crop_row &row : crop_rows) {
        test_case c{ kind::crop2d, std::string("crop2d ") + row.what };
        c.in_h = row.h;
        c.in_w = row.w;
        c.in_c = row.c;
        c.in_lanes = row.lanes;
        c.pad_top = row.top;
        c.pad_bottom = row.bottom;
        c.pad_left = row.left;
        c.pad_right = row.right;
        all.push_back(c);
    }
    for (const upsample_row &row : upsample_rows) {
        test_case c{ kind::upsample2d, std::string("upsample2d ") + row.what };
        c.in_h = row.h;
        c.in_w = row.w;
        c.in_c = row.c;
        c.in_lanes = row.lanes;
        c.scale_h = row.scale_h;
        c.scale_w = row.scale_w;
        all.push_back(c);
    }
    for (const frame_row &row : frame_rows) {
        test_case c{ kind::fifo_frame, "fifo_frame" };
        c.tokens = row.tokens;
        c.depth = row.banks;
        all.push_back(c);
    }
}

// ---- drawn ----

static test_case draw_fan(random_engine &r, enum kind k, const char *name)
{
    test_case c{ k, name };
    int streams = draw(r, 2, 6);
    c.inputs = k == kind::collect ? streams : 1;
    c.outputs = k == kind::collect ? 1 : streams;
    c.in_lanes = draw(r, 1, 3);
    c.in = draw_format(r, 8);
    c.tokens = draw(r, 1, 12);
    return c;
}

static test_case draw_concat(random_engine &r)
{
    int lanes = draw(r, 0, 3);
    std::vector<int> channels(size_t(draw(r, 2, 6)));
    for (int &part : channels)
        part = (lanes ? lanes : 1) * draw(r, 1, 4);
    test_case c = concat_case(channels, lanes);
    c.in = draw_format(r, lanes ? 12 : 5);
    return c;
}

static test_case draw_width_converter(random_engine &r)
{
    test_case c{ kind::width_converter, "width_converter" };
    int fewer = draw(r, 1, 4), more = fewer * draw(r, 1, 5);
    c.in = draw_format(r, 6);
    bool widens = draw(r, 0, 1);
    c.in_lanes = widens ? fewer : more;
    c.out_lanes = widens ? more : fewer;
    return c;
}

static test_case draw_crop2d(random_engine &r)
{
    test_case c{ kind::crop2d, "crop2d" };
    c.pad_top = draw(r, 0, 2);
    c.pad_bottom = draw(r, 0, 2);
    c.pad_left = draw(r, 0, 2);
    c.pad_right = draw(r, 0, 2);
    c.in_h = c.pad_top + c.pad_bottom + draw(r, 1, 4);
    c.in_w = c.pad_left + c.pad_right + draw(r, 1, 4);
    c.in_c = draw(r, 1, 4);
    c.in_lanes = divisor(r, c.in_c, 4);
    c.in = draw_format(r, 8);
    return c;
}

static test_case draw_upsample2d(random_engine &r)
{
    test_case c{ kind::upsample2d, "upsample2d" };
    c.in_h = draw(r, 1, 4);
    c.in_w = draw(r, 1, 6);
    c.in_c = draw(r, 1, 4);
    c.in_lanes = divisor(r, c.in_c, 4);
    c.scale_h = draw(r, 1, 4);
    c.scale_w = draw(r, 1, 4);
    c.in = draw_format(r, 8);
    return c;
}

static test_case draw_fifo_frame(random_engine &r)
{
    test_case c{ kind::fifo_frame, "fifo_frame" };
    c.tokens = draw(r, 1, 40);
    c.depth = draw(r, 1, 4);
    c.in = draw_format(r, 12);
    return c;
}

// operation: 0 .. 3 as in elementwise.sv.
static test_case draw_elementwise(random_engine &r, int operation)
{
    static const char *const names[] = { "add", "subtract", "multiply",
                                         "maximum" };
    test_case c{ kind::elementwise,
                 std::string("elementwise ") + names[operation] };
    auto sample = [&] {
        return std::vector<wide>{ elementwise_value(c, draw_value(r, c.in),
                                                    draw_value(r, c.in_b)) };
    };
    c.inputs = 2;
    c.operation = operation;
    c.in_lanes = c.out_lanes = draw(r, 1, 3);
    do {
        c.in = draw_format(r, 12);
        c.in_b = draw(r, 0, 2) ? draw_format(r, 12) : c.in;
        c.out = draw_format(r, 14);
        c.relu = draw(r, 0, 1);
        c.relu_max = draw_limit(r, std::max(c.in.width, c.in_b.width),
                                std::max(c.in.frac, c.in_b.frac));
    } while (!has_life(sample));
    return c;
}

// ReLU6 of every operation; the limit is in the upper half of the results.
static void add_relu6(std::vector<test_case> &all)
{
    for (int operation : { 0, 1, 2, 3 }) {
        test_case c{ kind::elementwise, "elementwise relu6" };
        c.inputs = 2;
        c.operation = operation;
        c.in.width = c.in_b.width = c.out.width = 8;
        c.in.frac = c.in_b.frac = operation == 2 ? 5 : 4;
        c.out.frac = 4;
        c.relu = 1;
        c.relu_max = 6;
        all.push_back(c);
    }
}

// The widest exact results: 62 bits.
static void add_wide_elementwise(std::vector<test_case> &all)
{
    for (int operation : { 0, 1, 2, 3 }) {
        test_case c{ kind::elementwise, "elementwise wide" };
        c.inputs = 2;
        c.operation = operation;
        c.in.width = 31;
        c.in.frac = 5;
        c.in.is_signed = operation % 2;
        c.in_b.width = 31;
        c.in_b.frac = operation == 2 ? 20 : 5 - 30;
        c.out.width = 32;
        c.out.frac = operation == 2 ? 0 : 5 - 29;
        c.out.quant = RND_CONV;
        c.out.overflow = SAT;
        all.push_back(c);
    }
}

void add_stream_cases(std::vector<test_case> &all, random_engine &r,
                      int random_count)
{
    size_t first = all.size();
    add_table(all);
    for (int operation = 0; operation < 4; operation++)
        for (int i = 0; i < 4; i++)
            all.push_back(draw_elementwise(r, operation));
    add_relu6(all);
    add_wide_elementwise(all);
    for (int i = 0; i < random_count; i++) {
        switch (i % 9) {
        case 0:
            all.push_back(draw_elementwise(r, draw(r, 0, 3)));
            break;
        case 1:
            all.push_back(draw_concat(r));
            break;
        case 2:
            all.push_back(draw_width_converter(r));
            break;
        case 3:
            all.push_back(draw_upsample2d(r));
            break;
        case 4:
            all.push_back(draw_fifo_frame(r));
            break;
        case 5:
            all.push_back(draw_fan(r, kind::dispatch, "dispatch"));
            break;
        case 6:
            all.push_back(draw_fan(r, kind::collect, "collect"));
            break;
        case 7:
            all.push_back(draw_fan(r, kind::clone, "clone"));
            break;
        default:
            all.push_back(draw_crop2d(r));
        }
    }
    for (size_t n = first; n < all.size(); n++) {
        test_case &c = all[n];
        if (c.kind == kind::elementwise)
            continue;
        c.out = c.in;
        if (c.kind != kind::width_converter)
            c.out_lanes = c.in_lanes;
    }
}

// ---- text ----

std::string stream_shape(const test_case &c)
{
    auto number = [](int n) { return std::to_string(n); };
    std::string width = " w" + number(c.in.width);
    std::string lanes = " lanes " + number(c.in_lanes) + width;
    std::string shape =
        number(c.in_h) + "x" + number(c.in_w) + "x" + number(c.in_c);
    std::string parts;
    switch (c.kind) {
    case kind::clone:
        return "to " + number(c.outputs) + lanes;
    case kind::dispatch:
        return "to " + number(c.outputs) + " tokens " + number(c.tokens) +
               lanes;
    case kind::collect:
        return "from " + number(c.inputs) + " tokens " + number(c.tokens) +
               lanes;
    case kind::concat:
        for (size_t i = 0; i < c.parts.size() && i < 6; i++)
            parts += (i ? "," : "") + number(c.parts[i]);
        return number(c.inputs) + " inputs of " + parts + lanes;
    case kind::elementwise:
        return "w" + number(c.in.width) + " f" + number(c.in.frac) + ", w" +
               number(c.in_b.width) + " f" + number(c.in_b.frac) + " to w" +
               number(c.out.width) + " f" + number(c.out.frac) + " relu " +
               number(c.relu) + " limit " + number(c.relu_max);
    case kind::width_converter:
        return number(c.in_lanes) + " to " + number(c.out_lanes) + width;
    case kind::crop2d:
        return shape + " crop " + number(c.pad_top) + "," +
               number(c.pad_bottom) + "," + number(c.pad_left) + "," +
               number(c.pad_right) + lanes;
    case kind::upsample2d:
        return shape + " scale " + number(c.scale_h) + "x" + number(c.scale_w) +
               lanes;
    case kind::fifo_frame:
        return "tokens " + number(c.tokens) + " banks " + number(c.depth) +
               width;
    default:
        return lanes.substr(1);
    }
}

void add_stream_parameters(parameter_list &list, const test_case &c)
{
    int tokens = c.in_c / c.in_lanes;
    std::string parts; // input 0 lowest, so it comes last
    switch (c.kind) {
    case kind::clone:
        list.add("OUTPUTS", c.outputs);
        list.add("TOKEN_WIDTH", c.in_token_bits());
        break;
    case kind::dispatch:
    case kind::collect:
        list.add("COPIES", std::max(c.inputs, c.outputs));
        list.add("TOKENS", c.tokens);
        list.add("TOKEN_WIDTH", c.in_token_bits());
        break;
    case kind::concat:
        list.add("INPUTS", c.inputs);
        list.add("PARALLEL", c.parallel);
        list.add("TOKEN_WIDTH", c.out_token_bits());
        if (c.parallel)
            break;
        for (size_t i = c.parts.size(); i-- > 0;)
            parts += "32'd" + std::to_string(c.parts[i] / c.in_lanes) +
                     (i ? ", " : "");
        list.add_text("TOKENS", "{" + parts + "}");
        break;
    case kind::elementwise:
        list.add("OPERATION", c.operation);
        list.add("LANES", c.in_lanes);
        list.add_format("A", c.in, false, false);
        list.add_format("B", c.in_b, false, false);
        list.add("RELU", c.relu);
        list.add("RELU_MAX", c.relu_max);
        list.add_format("OUT", c.out, true, true);
        break;
    case kind::width_converter:
        list.add("IN_LANES", c.in_lanes);
        list.add("OUT_LANES", c.out_lanes);
        list.add("WIDTH", c.in.width);
        break;
    case kind::crop2d:
        list.add("H", c.in_h);
        list.add("W", c.in_w);
        list.add("TOKENS", tokens);
        list.add("CROP_TOP", c.pad_top);
        list.add("CROP_BOTTOM", c.pad_bottom);
        list.add("CROP_LEFT", c.pad_left);
        list.add("CROP_RIGHT", c.pad_right);
        list.add("TOKEN_WIDTH", c.in_token_bits());
        break;
    case kind::upsample2d:
        list.add("W", c.in_w);
        list.add("TOKENS", tokens);
        list.add("SCALE_H", c.scale_h);
        list.add("SCALE_W", c.scale_w);
        list.add("TOKEN_WIDTH", c.in_token_bits());
        break;
    case kind::fifo_frame:
        list.add("WIDTH", c.in_token_bits());
        list.add("TOKENS", c.tokens);
        list.add("BANKS", c.depth);
        break;
    default: // reshape
        list.add("TOKEN_WIDTH", c.in_token_bits());
    }
}

} // namespace rtl_test
