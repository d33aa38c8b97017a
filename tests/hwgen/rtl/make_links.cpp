// Writes the top module for the cases of link_cases.h.
//
//   make_links FOLDER SEED RANDOM_COUNT
//
// All have the same three clocks: the sender's, the link's and the receiver's.

#include "instance.h"
#include "link_cases.h"

#include <cstdlib>
#include <functional>

using namespace rtl_test;

static std::string list(const link_case &c,
                        const std::function<int(const link_stream &)> &item)
{
    std::string text = "{";
    for (size_t i = c.streams.size(); i-- > 0;)
        text += "32'd" + std::to_string(item(c.streams[i])) + (i ? ", " : "}");
    return text;
}

// The parameters that both ends have.
static void add_common(parameter_list &l, const link_case &c)
{
    int bits = 0;
    for (const link_stream &s : c.streams)
        bits += s.token_width;
    l.add("STREAMS", int(c.streams.size()));
    l.add("TOKEN_BITS", bits);
    l.add("STAGES", c.stages);
    l.add_text("TOKEN_WIDTHS", list(c, [](auto &s) { return s.token_width; }));
}

static std::string sender_text(const link_case &c)
{
    parameter_list l;
    add_common(l, c);
    l.add_text("SEND_WORDS", list(c, [](auto &s) { return s.send_words; }));
    if (c.crossing)
        return l.text();
    l.add("WORD_WIDTH", c.word_width);
    l.add("PACKET_WORDS", c.packet_words);
    l.add("HEADER_WORDS", c.header_words);
    l.add("TRAILER_WORDS", c.trailer_words);
    l.add("PRIORITY", c.priority);
    l.add("STORE_FORWARD", c.store_forward);
    l.add_text("TOKENS", list(c, [](auto &s) { return s.tokens; }));
    return l.text();
}

static std::string receiver_text(const link_case &c)
{
    parameter_list l;
    add_common(l, c);
    l.add("WORD_WIDTH", c.word_width);
    l.add_text("TOKENS", list(c, [](auto &s) { return s.tokens; }));
    l.add_text("RECEIVE_WORDS",
               list(c, [](auto &s) { return s.receive_words; }));
    l.add_text("STOP_AT", list(c, [](auto &s) { return s.stop_at; }));
    l.add_text("GO_AT", list(c, [](auto &s) { return s.go_at; }));
    return l.text();
}

static std::string line_text(const link_case &c)
{
    parameter_list l;
    l.add("STREAMS", int(c.streams.size()));
    l.add("WORD_WIDTH", c.word_width);
    l.add("ACTIVE", c.active);
    l.add("ACTIVE_OF", c.active_of);
    l.add("PAUSE_CYCLES", c.pause_cycles);
    l.add("PAUSE_PERIOD", c.pause_period);
    l.add("LATENCY", c.latency);
    l.add("RETURN_LATENCY", c.return_latency);
    return l.text();
}

// What a framed link has between its streams.
static void print_framed(FILE *f, const link_case &c, size_t n, size_t first)
{
    size_t count = c.streams.size();
    std::fprintf(
        f,
        "    wire [%d:0] l%zu_data, l%zu_came;\n"
        "    wire l%zu_control, l%zu_valid, l%zu_ready;\n"
        "    wire l%zu_came_control, l%zu_came_valid;\n"
        "    wire [%zu:0] l%zu_stops, l%zu_halts;\n"
        "    wire l%zu_stops_valid, l%zu_stops_ready, l%zu_halts_valid;\n",
        c.word_width - 1, n, n, n, n, n, n, n, count - 1, n, n, n, n, n);
    std::fprintf(
        f,
        "    link_sender #(%s) sender%zu (.clk(clk), .rst(rst), "
        ".link_clk(link_clk), .link_rst(rst), .in_data(i%zu), "
        ".in_valid(in_valid[%zu+:%zu]), .in_ready(in_ready[%zu+:%zu]), "
        ".line_data(l%zu_data), .line_control(l%zu_control), "
        ".line_valid(l%zu_valid), .line_ready(l%zu_ready), "
        ".back_data(l%zu_halts), .back_valid(l%zu_halts_valid));\n",
        sender_text(c).c_str(), n, n, first, count, first, count, n, n, n, n, n,
        n);
    std::fprintf(
        f,
        "    link_line #(%s) line%zu (.clk(link_clk), .rst(rst), "
        ".in_data(l%zu_data), .in_control(l%zu_control), "
        ".in_valid(l%zu_valid), .in_ready(l%zu_ready), .out_data(l%zu_came), "
        ".out_control(l%zu_came_control), .out_valid(l%zu_came_valid), "
        ".back_in_data(l%zu_stops), .back_in_valid(l%zu_stops_valid), "
        ".back_in_ready(l%zu_stops_ready), .back_out_data(l%zu_halts), "
        ".back_out_valid(l%zu_halts_valid));\n",
        line_text(c).c_str(), n, n, n, n, n, n, n, n, n, n, n, n, n);
    std::fprintf(
        f,
        "    link_receiver #(%s) receiver%zu (.clk(out_clk), .rst(rst), "
        ".link_clk(link_clk), .link_rst(rst), .line_data(l%zu_came), "
        ".line_control(l%zu_came_control), .line_valid(l%zu_came_valid), "
        ".back_data(l%zu_stops), .back_valid(l%zu_stops_valid), "
        ".back_ready(l%zu_stops_ready), .out_data(o%zu), "
        ".out_valid(out_valid[%zu+:%zu]), .out_ready(out_ready[%zu+:%zu]), "
        ".fill(fill[%zu+:%zu]), .overflow(overflow[%zu]));\n",
        receiver_text(c).c_str(), n, n, n, n, n, n, n, n, first, count, first,
        count, 32 * first, 32 * count, n);
}

static void print_case(FILE *f, const link_case &c, size_t n, size_t first)
{
    size_t count = c.streams.size();
    int bits = 0;
    std::string in;
    for (size_t k = 0; k < count; k++) {
        int width = c.streams[k].token_width;
        size_t at = (first + k) * LINK_TOKEN_BITS;
        in = "in_data[" + std::to_string(at) + "+:" + std::to_string(width) +
             "]" + (k ? ", " : "") + in;
        std::fprintf(f, "    assign out_data[%zu+:%d] = %d'(o%zu[%d+:%d]);\n",
                     at, LINK_TOKEN_BITS, LINK_TOKEN_BITS, n, bits, width);
        bits += width;
    }
    std::fprintf(f,
                 "\n    // %s\n    wire [%d:0] i%zu = {%s};\n"
                 "    wire [%d:0] o%zu;\n",
                 c.name.c_str(), bits - 1, n, in.c_str(), bits - 1, n);
    if (!c.crossing) {
        print_framed(f, c, n, first);
        return;
    }
    std::fprintf(
        f,
        "    link_crossing #(%s) crossing%zu (.in_clk(clk), "
        ".in_rst(rst), .in_data(i%zu), .in_valid(in_valid[%zu+:%zu]), "
        ".in_ready(in_ready[%zu+:%zu]), .out_clk(out_clk), .out_rst(rst), "
        ".out_data(o%zu), .out_valid(out_valid[%zu+:%zu]), "
        ".out_ready(out_ready[%zu+:%zu]));\n"
        "    assign fill[%zu+:%zu] = '0;\n"
        "    assign overflow[%zu] = 1'b0;\n",
        sender_text(c).c_str(), n, n, first, count, first, count, n, first,
        count, first, count, 32 * first, 32 * count, n);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        std::fprintf(stderr, "usage: make_links FOLDER SEED RANDOM_COUNT\n");
        return 2;
    }
    auto cases = link_cases(unsigned(std::atoi(argv[2])), std::atoi(argv[3]));
    size_t streams = 0;
    for (const link_case &c : cases)
        streams += c.streams.size();
    // Ports of at most 64 bits are no arrays in the bench.
    auto bits = [](size_t n) { return (n > 64 ? n : 65) - 1; };
    FILE *f = open_or_die(std::string(argv[1]) + "/links_top.sv");
    std::fprintf(f,
                 "// made by make_links: seed %s, %s random cases\n"
                 "`default_nettype none\n\n"
                 "module links_top (\n"
                 "    input  wire  clk,\n"
                 "    input  wire  link_clk,\n"
                 "    input  wire  out_clk,\n"
                 "    input  wire  rst,\n"
                 "    input  wire  [%zu:0] in_data,\n"
                 "    input  wire  [%zu:0] in_valid,\n"
                 "    output logic [%zu:0] in_ready,\n"
                 "    output logic [%zu:0] out_data,\n"
                 "    output logic [%zu:0] out_valid,\n"
                 "    input  wire  [%zu:0] out_ready,\n"
                 "    output logic [%zu:0] fill,\n"
                 "    output logic [%zu:0] overflow\n);\n",
                 argv[2], argv[3], bits(streams * LINK_TOKEN_BITS),
                 bits(streams), bits(streams), bits(streams * LINK_TOKEN_BITS),
                 bits(streams), bits(streams), bits(32 * streams),
                 bits(cases.size()));
    size_t first = 0;
    for (size_t n = 0; n < cases.size(); n++) {
        print_case(f, cases[n], n, first);
        first += cases[n].streams.size();
    }
    auto pad = [&](const char *port, size_t used) {
        if (bits(used) + 1 > used)
            std::fprintf(f, "    assign %s[%zu:%zu] = '0;\n", port, bits(used),
                         used);
    };
    pad("in_ready", streams);
    pad("out_valid", streams);
    pad("fill", 32 * streams);
    pad("overflow", cases.size());
    std::fprintf(f, "\n    // Cases use as much of the ports as they need.\n"
                    "    wire unused = &{1'b0, link_clk, in_data, in_valid, "
                    "out_ready};\n\nendmodule\n\n`default_nettype wire\n");
    std::fclose(f);
    return 0;
}
