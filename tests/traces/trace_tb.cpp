// trace_tb -- drives the top `net` of a design and dumps all its signals.
//
//     trace_tb FILE TOKENS CYCLES
//
// TOKENS tokens are offered without pauses, every output is taken at once.
// Inputs change while the clock is low.  FILE is FST if the model was built
// with -DTRACE_FST, else VCD.
#include <cstdint>
#include <cstdlib>

#include "Vnet.h"
#include "verilated.h"
#ifdef TRACE_FST
#include "verilated_fst_c.h"
using Dump = VerilatedFstC;
#else
#include "verilated_vcd_c.h"
using Dump = VerilatedVcdC;
#endif

int main(int argc, char **argv)
{
    const int reset_cycles = 5, half_period = 2500;
    if (argc != 4)
        return EXIT_FAILURE;
    const uint64_t tokens = std::strtoull(argv[2], nullptr, 10);
    const uint64_t cycles = std::strtoull(argv[3], nullptr, 10);
    VerilatedContext context;
    context.traceEverOn(true);
    Vnet top(&context);
    Dump dump;
    top.trace(&dump, 99);
    dump.open(argv[1]);
    uint64_t time = 0, sent = 0;
    for (uint64_t i = 0; i < cycles + reset_cycles; i++) {
        top.clk = 0;
        top.rst = i < reset_cycles;
        top.s_axis_tvalid = !top.rst && sent < tokens;
        top.m_axis_tready = 1;
        top.eval();
        sent += top.s_axis_tvalid && top.s_axis_tready;
        dump.dump(time);
        top.clk = 1;
        top.eval();
        dump.dump(time + half_period);
        time += 2 * half_period;
    }
    dump.close();
    return EXIT_SUCCESS;
}
