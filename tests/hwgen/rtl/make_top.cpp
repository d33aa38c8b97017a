// Writes the test top: one instance per case, all with ports of the same width
// side by side, and the memory files of the weights and biases.
//
//   make_top FOLDER SEED RANDOM_COUNT

#include "values.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace rtl_test;

static void print_hex(FILE *f, const std::vector<bool> &bits)
{
    for (size_t digit = (bits.size() + 3) / 4; digit-- > 0;) {
        int v = 0;
        for (size_t b = 0; b < 4; b++)
            if (digit * 4 + b < bits.size() && bits[digit * 4 + b])
                v |= 1 << b;
        std::fprintf(f, "%x", v);
    }
    std::fputc('\n', f);
}

static void append(std::vector<bool> &bits, wide value, int width)
{
    for (int b = 0; b < width; b++)
        bits.push_back(value >> b & 1);
}

static FILE *open_or_die(const std::string &path)
{
    FILE *f = std::fopen(path.c_str(), "w");
    if (!f) {
        std::perror(path.c_str());
        std::exit(2);
    }
    return f;
}

static void write_memories(const std::string &base, const test_case &c)
{
    FILE *w = open_or_die(base + "_weights.hex");
    for (int g = 0; g < c.nf(); g++)
        for (int s = 0; s < c.sf(); s++) {
            std::vector<bool> bits;
            for (int p = 0; p < c.pe; p++)
                for (int i = 0; i < c.simd; i++)
                    append(bits, weight_of(c, g * c.pe + p, s * c.simd + i),
                           c.weight.width);
            print_hex(w, bits);
        }
    std::fclose(w);
    FILE *b = open_or_die(base + "_bias.hex");
    for (int g = 0; g < c.nf(); g++) {
        std::vector<bool> bits;
        for (int p = 0; p < c.pe; p++)
            append(bits, bias_of(c, g * c.pe + p), c.acc.width);
        print_hex(b, bits);
    }
    std::fclose(b);
}

static std::string format_parameters(const char *prefix, const format &f,
                                     bool quant, bool overflow)
{
    std::string p = prefix;
    std::string text = ", ." + p + "_WIDTH(" + std::to_string(f.width) +
                       "), ." + p + "_FRAC(" + std::to_string(f.frac) + ")";
    if (p != "ACC")
        text += ", ." + p + "_SIGNED(" + std::to_string(f.is_signed) + ")";
    if (quant)
        text += ", ." + p + "_QUANT(" + std::to_string(f.quant) + ")";
    if (overflow)
        text += ", ." + p + "_OVERFLOW(" + std::to_string(f.overflow) + ")";
    return text;
}

static std::string parameters(const test_case &c, const std::string &base)
{
    std::string text;
    auto add = [&text](const char *name, int value) {
        text += text.empty() ? "." : ", .";
        text += name;
        text += "(" + std::to_string(value) + ")";
    };
    int tokens = c.in_c / c.in_lanes;
    switch (c.kind) {
    case kind::relu:
        add("LANES", c.in_lanes);
        text += format_parameters("IN", c.in, false, false);
        text += format_parameters("OUT", c.out, true, true);
        break;
    case kind::zeropad2d:
        add("H", c.in_h);
        add("W", c.in_w);
        add("TOKENS", tokens);
        add("PAD_TOP", c.pad_top);
        add("PAD_BOTTOM", c.pad_bottom);
        add("PAD_LEFT", c.pad_left);
        add("PAD_RIGHT", c.pad_right);
        add("TOKEN_WIDTH", c.in_token_bits());
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
        add("RELU", c.relu);
        text += format_parameters("IN", c.in, false, false);
        text += format_parameters("WEIGHT", c.weight, false, false);
        text += format_parameters("ACC", c.acc, true, false);
        text += format_parameters("OUT", c.out, true, true);
        text += ", .WEIGHTS_FILE(\"" + base + "_weights.hex\")";
        text += ", .BIAS_FILE(\"" + base + "_bias.hex\")";
    }
    return text;
}

static const char *module_name(enum kind k)
{
    static const char *const names[] = {
        "relu",     "zeropad2d", "maxpool2d",    "conv2d",       "dense",
        "fifo_srl", "fifo_bram", "frame_marker", "frame_checker"
    };
    return names[int(k)];
}

static void print_instance(FILE *f, const test_case &c, size_t n,
                           const std::string &base)
{
    std::string at = "[" + std::to_string(n) + "]";
    std::string low = "[" + std::to_string(n * DATA_BITS) + "+:";
    std::fprintf(f, "\n    // %s\n    %s #(%s)\n    u%zu (\n", c.name.c_str(),
                 module_name(c.kind), parameters(c, base).c_str(), n);
    std::fprintf(f, "        .clk(clk), .rst(rst),\n");
    if (c.kind == kind::frame_marker || c.kind == kind::frame_checker) {
        // Without a stream of its own: in_valid and out_ready are watched.
        std::fprintf(f, "        .valid(in_valid%s), .ready(out_ready%s),\n",
                     at.c_str(), at.c_str());
        if (c.kind == kind::frame_marker)
            std::fprintf(f, "        .last(out_valid%s)\n", at.c_str());
        else
            std::fprintf(f,
                         "        .last(in_data[%zu]),\n"
                         "        .frame_error(out_valid%s)\n",
                         n * DATA_BITS, at.c_str());
        std::fprintf(f,
                     "    );\n"
                     "    assign in_ready%s = 1'b0;\n"
                     "    assign out_data%s%d] = '0;\n",
                     at.c_str(), low.c_str(), DATA_BITS);
        return;
    }
    if (c.kind == kind::fifo_srl || c.kind == kind::fifo_bram)
        std::fprintf(f, "        .limit(limit[%zu+:32]),\n", n * 32);
    std::fprintf(f,
                 "        .in_data(in_data%s%d]), .in_valid(in_valid%s),\n"
                 "        .in_ready(in_ready%s),\n"
                 "        .out_data(out_data%s%d]), .out_valid(out_valid%s),\n"
                 "        .out_ready(out_ready%s)\n    );\n",
                 low.c_str(), c.in_token_bits(), at.c_str(), at.c_str(),
                 low.c_str(), c.out_token_bits(), at.c_str(), at.c_str());
    if (c.out_token_bits() < DATA_BITS)
        std::fprintf(f, "    assign out_data[%zu+:%d] = '0;\n",
                     n * DATA_BITS + size_t(c.out_token_bits()),
                     DATA_BITS - c.out_token_bits());
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        std::fprintf(stderr, "usage: make_top FOLDER SEED RANDOM_COUNT\n");
        return 2;
    }
    std::string folder = argv[1];
    auto cases = all_cases(unsigned(std::atoi(argv[2])), std::atoi(argv[3]));
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
                 argv[2], argv[3], cases.size() * 32 - 1,
                 cases.size() * DATA_BITS - 1, cases.size() - 1,
                 cases.size() - 1, cases.size() * DATA_BITS - 1,
                 cases.size() - 1, cases.size() - 1, CONVERT_IN_BITS - 1,
                 conversions.size() * 32 - 1);
    for (size_t n = 0; n < cases.size(); n++) {
        std::string base = folder + "/c" + std::to_string(n);
        if (cases[n].has_weights())
            write_memories(base, cases[n]);
        print_instance(f, cases[n], n, base);
    }
    for (size_t n = 0; n < conversions.size(); n++) {
        const convert_case &c = conversions[n];
        std::string from = format_parameters("IN", c.from, false, false);
        std::string to = format_parameters("OUT", c.to, true, true);
        std::fprintf(f,
                     "\n    convert #(%s%s)\n    convert%zu (\n"
                     "        .in(convert_in),\n"
                     "        .out(convert_out[%zu+:%d])\n    );\n"
                     "    assign convert_out[%zu+:%d] = '0;\n",
                     from.c_str() + 2, to.c_str(), n, n * 32, c.to.width,
                     n * 32 + size_t(c.to.width), 32 - c.to.width);
    }
    std::fprintf(f, "\n    // Cases use as much of the ports as they need.\n"
                    "    wire unused = &{1'b0, limit, in_data, in_valid, "
                    "out_ready};\n\nendmodule\n\n`default_nettype wire\n");
    std::fclose(f);
    return 0;
}
