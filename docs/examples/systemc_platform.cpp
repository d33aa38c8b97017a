/* A SystemC platform of one's own with a modelled headrace process in it:
 *
 *   camera (ours) -> FIFO -> process (headrace) -> FIFO -> display (ours)
 *
 *   c++ -std=c++17 systemc_platform.cpp -o systemc_platform \
 *       $(pkg-config --cflags --libs headrace) -lsystemc
 *   ./systemc_platform MODEL PROCESS
 *
 * PROCESS has one input and one output, such as conv1 of models/lenet5.  The
 * camera pauses three cycles between pixels; the display tells when the tokens
 * of one frame came. */
#include <headrace_sc.hpp>

#include <cinttypes>
#include <cstdio>

/* Offers the tokens of a frame, one in four cycles.  An offer stays until the
 * edge at which ready is high. */
class camera : public sc_core::sc_module
{
  public:
    sc_core::sc_in<bool> clk, rst;
    headrace::out_port out;

    SC_HAS_PROCESS(camera);
    camera(const sc_core::sc_module_name &name, const headrace_stream_info &to)
        : sc_module(name), to_(to)
    {
        SC_METHOD(edge);
        sensitive << clk.pos();
        dont_initialize();
    }

  private:
    void edge()
    {
        if (rst.read())
            return;
        if (out.valid.read() && out.ready.read()) {
            out.valid.write(false);
            pause_ = 3;
        } else if (pause_ > 0) {
            pause_--;
        }
        if (pause_ == 0 && sent_ < to_.tokens_per_frame) {
            out.data.write(headrace::make_token(
                to_, std::vector<int64_t>(to_.lanes, int64_t(sent_++ % 2))));
            out.valid.write(true);
            pause_ = -1; /* until it is taken */
        }
    }

    headrace_stream_info to_;
    uint64_t sent_ = 0;
    int pause_ = 0;
};

/* Takes whatever comes. */
class display : public sc_core::sc_module
{
  public:
    sc_core::sc_in<bool> clk, rst;
    headrace::in_port in;
    uint64_t tokens = 0, first = 0, last = 0;

    SC_HAS_PROCESS(display);
    display(const sc_core::sc_module_name &name,
            const headrace::cycle_counter &cycles)
        : sc_module(name), cycles_(cycles)
    {
        SC_METHOD(edge);
        sensitive << clk.pos();
        dont_initialize();
    }

  private:
    void edge()
    {
        in.ready.write(true);
        if (rst.read() || !in.valid.read() || !in.ready.read())
            return;
        last = cycles_.now();
        if (tokens++ == 0)
            first = last;
    }

    const headrace::cycle_counter &cycles_;
};

int sc_main(int argc, char **argv)
{
    if (argc != 3) {
        std::fprintf(stderr, "usage: systemc_platform MODEL PROCESS\n");
        return 2;
    }
    char why[1000];
    headrace_model *model = headrace_open(argv[1], why, sizeof why);
    headrace_platform *parts =
        model == nullptr
            ? nullptr
            : headrace_platform_open(model, nullptr, nullptr, why, sizeof why);
    if (parts == nullptr) {
        std::fprintf(stderr, "%s", why);
        return 2;
    }
    size_t number = headrace_find_process(parts, argv[2]);
    if (number == HEADRACE_NONE ||
        headrace_process(parts, number).input_count != 1 ||
        headrace_process(parts, number).output_count != 1) {
        std::fprintf(stderr, "there is no such process with two ports\n");
        return 2;
    }
    headrace_process_info about = headrace_process(parts, number);

    sc_core::sc_clock clk("clk", 5, sc_core::SC_NS);
    sc_core::sc_signal<bool> rst("rst");
    headrace::cycle_counter cycles("cycles");
    camera source("source", headrace_stream(parts, about.inputs[0]));
    headrace::fifo before("before", parts, about.inputs[0]);
    headrace::process process("process", parts, number);
    headrace::fifo behind("behind", parts, about.outputs[0]);
    display sink("sink", cycles);

    headrace::wires a, b, c, d; /* four sides of two streams */
    source.out.bind(a);
    before.in().bind(a);
    before.out().bind(b);
    process.in().bind(b);
    process.out().bind(c);
    behind.in().bind(c);
    behind.out().bind(d);
    sink.in.bind(d);
    cycles.clk(clk);
    cycles.rst(rst);
    source.clk(clk);
    source.rst(rst);
    sink.clk(clk);
    sink.rst(rst);
    for (headrace::block *part : { static_cast<headrace::block *>(&before),
                                   static_cast<headrace::block *>(&process),
                                   static_cast<headrace::block *>(&behind) }) {
        part->clk(clk);
        part->rst(rst);
    }

    rst.write(true);
    sc_core::sc_start(22, sc_core::SC_NS); /* between two edges */
    rst.write(false);
    uint64_t expected =
        headrace_stream(parts, about.outputs[0]).tokens_per_frame;
    while (sink.tokens < expected &&
           sc_core::sc_time_stamp() < sc_core::sc_time(1, sc_core::SC_SEC))
        sc_core::sc_start(1, sc_core::SC_US);
    std::printf("%s: %" PRIu64 " of %" PRIu64
                " tokens, the first in cycle %" PRIu64 ", the last in %" PRIu64
                "\n",
                about.name, sink.tokens, expected, sink.first, sink.last);
    return sink.tokens == expected ? 0 : 1;
}
