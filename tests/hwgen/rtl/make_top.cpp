// Writes the test top: one instance per case, all with ports of the same width
// side by side, and the memory files of the weights and biases.
//
//   make_top FOLDER SEED RANDOM_COUNT [NAME]
//
// NAME: only cases whose name begins with it.

#include "groups.h"
#include "values.h"

#include <algorithm>
#include <cstdlib>
#include <functional>

using namespace rtl_test;

static void write_memories(const std::string &base, const test_case &c)
{
    if (group_of(c.kind) == group::ARITHMETIC)
        write_arithmetic_memories(c, base);
    if (!c.has_weights())
        return;
    memory_writer weights(base + "_weights.hex");
    for (int g = 0; g < c.nf(); g++)
        for (int s = 0; s < c.sf(); s++) {
            for (int p = 0; p < c.pe; p++)
                for (int i = 0; i < c.simd; i++)
                    weights.append(weight_of(c, g * c.pe + p, s * c.simd + i),
                                   c.weight.width);
            weights.end_word();
        }
    memory_writer bias(base + "_bias.hex");
    for (int g = 0; g < c.nf(); g++) {
        for (int p = 0; p < c.pe; p++)
            bias.append(bias_of(c, g * c.pe + p), c.acc.width);
        bias.end_word();
    }
}

static std::string parameters(const test_case &c, const std::string &base)
{
    parameter_list list;
    auto add = [&list](const char *name, int value) { list.add(name, value); };
    int tokens = c.in_c / c.in_lanes;
    switch (c.kind) {
    case kind::relu:
        add("LANES", c.in_lanes);
        add("RELU", c.relu);
        add("RELU_MAX", c.relu_max);
        list.add_format("IN", c.in, false, false);
        list.add_format("OUT", c.out, true, true);
        break;
    case kind::zeropad2d:
        add("H", c.in_h);
        add("W", c.in_w);
        add("TOKENS", tokens);
        add("PAD_TOP", c.pad_top);
        add("PAD_BOTTOM", c.pad_bottom);
        add("PAD_LEFT", c.pad_left);
        add("PAD_RIGHT", c.pad_right);
        add("PAD_VALUE", c.pad_value);
        add("LANES", c.in_lanes);
        add("WIDTH", c.in.width);
        break;
    case kind::maxpool2d:
        add("H", c.in_h);
        add("W", c.in_w);
        add("TOKENS", tokens);
        add("LANES", c.in_lanes);
        add("WIDTH", c.in.width);
        add("IS_SIGNED", c.in.is_signed);
        break;
    case kind::conv2d:
        add("H", c.in_h);
        add("W", c.in_w);
        add("C", c.in_c);
        add("OC", c.out_c);
        break;
    case kind::dense:
        add("INPUTS", c.in_c);
        add("OUTPUTS", c.out_c);
        break;
    case kind::fifo_srl:
    case kind::fifo_bram:
        add("WIDTH", c.in_token_bits());
        add("DEPTH", c.depth);
        break;
    case kind::frame_marker:
    case kind::frame_checker:
        add("TOKENS", c.tokens);
        break;
    default:
        if (group_of(c.kind) == group::STREAMS)
            add_stream_parameters(list, c);
        else
            add_arithmetic_parameters(list, c, base);
    }
    if (c.kind == kind::conv2d || c.kind == kind::maxpool2d) {
        add("KERNEL_H", c.kernel_h);
        add("KERNEL_W", c.kernel_w);
        add("STRIDE_H", c.stride_h);
        add("STRIDE_W", c.stride_w);
    }
    if (c.has_weights()) {
        add("IN_LANES", c.in_lanes);
        add("OUT_LANES", c.out_lanes);
        add("PE", c.pe);
        add("SIMD", c.simd);
        if (c.kind != kind::depthwise_conv2d)
            add("PACKED", c.packed);
        add("RELU", c.relu);
        add("RELU_MAX", c.relu_max);
        list.add_format("IN", c.in, false, false);
        list.add_format("WEIGHT", c.weight, false, false);
        list.add_format("ACC", c.acc, true, false);
        list.add_format("OUT", c.out, true, true);
        list.add_file("WEIGHTS_FILE", base + "_weights.hex");
        list.add_file("BIAS_FILE", base + "_bias.hex");
    }
    return list.text();
}

static const char *module_name(enum kind k)
{
    static const char *const names[] = { "relu",
                                         "zeropad2d",
                                         "maxpool2d",
                                         "conv2d",
                                         "dense",
                                         "fifo_srl",
                                         "fifo_bram",
                                         "frame_marker",
                                         "frame_checker",
                                         "clone",
                                         "elementwise",
                                         "concat",
                                         "dispatch",
                                         "collect",
                                         "width_converter",
                                         "reshape",
                                         "crop2d",
                                         "upsample2d",
                                         "fifo_frame",
                                         "avgpool2d",
                                         "global_maxpool",
                                         "global_avgpool",
                                         "batchnorm",
                                         "prelu",
                                         "lookup",
                                         "softmax",
                                         "argmax",
                                         "depthwise_conv2d" };
    return names[int(k)];
}

// The parts of a port of the top that belong to the streams of one instance,
// input or output 0 lowest.
static std::string data_of(const char *port, size_t first, int count,
                           const std::function<int(int)> &bits)
{
    std::string parts;
    for (int i = count - 1; i >= 0; i--)
        parts += (parts.empty() ? "" : ", ") + std::string(port) + "[" +
                 std::to_string((first + size_t(i)) * DATA_BITS) +
                 "+:" + std::to_string(bits(i)) + "]";
    return count > 1 ? "{" + parts + "}" : parts;
}

static std::string flags_of(const char *port, size_t first, int count)
{
    return std::string(port) + "[" + std::to_string(first) +
           (count > 1 ? "+:" + std::to_string(count) : "") + "]";
}

// Without a stream of its own: in_valid and out_ready are watched.
static void print_watcher(FILE *f, const test_case &c, const streams &at)
{
    std::string valid = flags_of("in_valid", at.first_input, 1);
    std::string ready = flags_of("out_ready", at.first_output, 1);
    std::string result = flags_of("out_valid", at.first_output, 1);
    std::fprintf(f, "        .valid(%s), .ready(%s),\n", valid.c_str(),
                 ready.c_str());
    if (c.kind == kind::frame_marker)
        std::fprintf(f, "        .last(%s)\n    );\n", result.c_str());
    else
        std::fprintf(f,
                     "        .last(in_data[%zu]),\n"
                     "        .frame_error(%s)\n    );\n",
                     at.first_input * DATA_BITS, result.c_str());
    std::fprintf(f,
                 "    assign in_ready[%zu] = 1'b0;\n"
                 "    assign out_data[%zu+:%d] = '0;\n",
                 at.first_input, at.first_output * DATA_BITS, DATA_BITS);
}

static void print_instance(FILE *f, const test_case &c, size_t n,
                           const streams &at, const std::string &base)
{
    std::fprintf(f, "\n    // %s\n    %s #(%s)\n    u%zu (\n", c.name.c_str(),
                 module_name(c.kind), parameters(c, base).c_str(), n);
    std::fprintf(f, "        .clk(clk), .rst(rst),\n");
    if (c.kind == kind::frame_marker || c.kind == kind::frame_checker) {
        print_watcher(f, c, at);
        return;
    }
    if (c.has_limit())
        std::fprintf(f, "        .limit(limit[%zu+:32]),\n", n * 32);
    auto in_bits = [&c](int i) { return c.in_token_bits(i); };
    auto out_bits = [&c](int) { return c.out_token_bits(); };
    size_t in = at.first_input, out = at.first_output;
    std::fprintf(f,
                 "        .in_data(%s),\n        .in_valid(%s),\n"
                 "        .in_ready(%s),\n        .out_data(%s),\n"
                 "        .out_valid(%s),\n        .out_ready(%s)\n    );\n",
                 data_of("in_data", in, c.inputs, in_bits).c_str(),
                 flags_of("in_valid", in, c.inputs).c_str(),
                 flags_of("in_ready", in, c.inputs).c_str(),
                 data_of("out_data", out, c.outputs, out_bits).c_str(),
                 flags_of("out_valid", out, c.outputs).c_str(),
                 flags_of("out_ready", out, c.outputs).c_str());
    for (int i = 0; i < c.outputs; i++)
        if (c.out_token_bits() < DATA_BITS)
            std::fprintf(f, "    assign out_data[%zu+:%d] = '0;\n",
                         (out + size_t(i)) * DATA_BITS +
                             size_t(c.out_token_bits()),
                         DATA_BITS - c.out_token_bits());
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        std::fprintf(stderr,
                     "usage: make_top FOLDER SEED RANDOM_COUNT [NAME]\n");
        return 2;
    }
    std::string folder = argv[1];
    auto cases = all_cases(unsigned(std::atoi(argv[2])), std::atoi(argv[3]),
                           argc > 4 ? argv[4] : "");
    if (cases.empty()) {
        std::fprintf(stderr, "make_top: no case begins with '%s'\n", argv[4]);
        return 2;
    }
    auto at = all_streams(cases);
    // Ports of fewer bits are no arrays in the bench.
    constexpr size_t LEAST = 65;
    size_t inputs = std::max(at.back().first_input, LEAST);
    size_t outputs = std::max(at.back().first_output, LEAST);
    auto conversions = convert_cases();
    FILE *f = open_or_die(folder + "/top.sv");
    std::fprintf(f,
                 "// made by make_top: seed %s, %s random cases\n"
                 "`default_nettype none\n\n"
                 "module top (\n"
                 "    input  wire clk,\n    input  wire rst,\n"
                 "    input  wire  [%zu:0] limit,\n"
                 "    input  wire  [%zu:0] in_data,\n"
                 "    input  wire  [%zu:0] in_valid,\n"
                 "    output logic [%zu:0] in_ready,\n"
                 "    output logic [%zu:0] out_data,\n"
                 "    output logic [%zu:0] out_valid,\n"
                 "    input  wire  [%zu:0] out_ready,\n"
                 "    input  wire  [%d:0] convert_in,\n"
                 "    output logic [%zu:0] convert_out\n);\n",
                 argv[2], argv[3], std::max(cases.size() * 32, LEAST) - 1,
                 inputs * DATA_BITS - 1, inputs - 1, inputs - 1,
                 outputs * DATA_BITS - 1, outputs - 1, outputs - 1,
                 CONVERT_IN_BITS - 1, conversions.size() * 32 - 1);
    for (size_t n = 0; n < cases.size(); n++) {
        std::string base = folder + "/c" + std::to_string(n);
        write_memories(base, cases[n]);
        print_instance(f, cases[n], n, at[n], base);
    }
    for (size_t n = 0; n < conversions.size(); n++) {
        const convert_case &c = conversions[n];
        parameter_list list;
        list.add_format("IN", c.from, false, false);
        list.add_format("OUT", c.to, true, true);
        std::fprintf(f,
                     "\n    convert #(%s)\n    convert%zu (\n"
                     "        .in(convert_in),\n"
                     "        .out(convert_out[%zu+:%d])\n    );\n"
                     "    assign convert_out[%zu+:%d] = '0;\n",
                     list.text().c_str(), n, n * 32, c.to.width,
                     n * 32 + size_t(c.to.width), 32 - c.to.width);
    }
    std::fprintf(f, "\n    // Cases use as much of the ports as they need.\n"
                    "    wire unused = &{1'b0, limit, in_data, in_valid, "
                    "out_ready};\n\nendmodule\n\n`default_nettype wire\n");
    std::fclose(f);
    return 0;
}
