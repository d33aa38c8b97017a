/* cost -- what a design takes of an FPGA of the UltraScale and UltraScale+
 * families: LUTs, flip-flops, DSP slices, block RAMs.
 *
 * Predicted without synthesis.  Where structure decides, it is counted as
 * Yosys' synth_xilinx maps it: registers, multipliers in DSP slices, memories
 * in block RAM, distributed RAM or LUTs, shift registers.  The LUTs of the
 * logic between are a bill of parts (bill.h) at prices that were fitted to
 * synthesised kernels.  How well that works is measured: docs/cost.md.
 * Designs that HLS made are predicted as its report would have them
 * (hls_cost.h). */
#ifndef HEADRACE_COST_COST_H
#define HEADRACE_COST_COST_H

#include <stdbool.h>
#include <stdint.h>

struct design;
struct process;
struct stream;

struct cost {
    uint64_t lut;    /* as logic, memory or shift register */
    uint64_t ff;     /* flip-flops */
    uint64_t dsp;    /* DSP48E2 */
    uint64_t bram18; /* block RAMs of 18 Kbit; one of 36 Kbit is two */
    uint64_t uram;   /* UltraRAMs; the kernels need none */
};

/* Of a process, and of the FIFO of a stream, of the design. */
struct cost cost_of_process(const struct design *d, const struct process *p);
struct cost cost_of_stream(const struct design *d, const struct stream *s);

/* Of the process of a link: its end on the board that sends, or on the one that
 * receives, with the core of the vendor's where that is known.  As a process it
 * is both. */
struct cost cost_of_link_end(const struct process *p, bool receiving);

/* What is on a board of the design, the ends of links with it. */
struct cost cost_of_board(const struct design *d, uint32_t board);

/* All processes and FIFOs, and of our own family what marks frames at the
 * edges. */
struct cost cost_of_design(const struct design *d);

struct cost cost_sum(struct cost a, struct cost b);

#endif
