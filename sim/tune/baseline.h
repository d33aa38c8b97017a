/* baseline -- FIFO depths by the rules of other tools, to show what a search
 * saves.
 *
 *   max     hls4ml without FIFO optimisation: every FIFO holds the tokens of a
 *           frame, height x width with all channels in one.  (hls4ml,
 *           backends/fpga/fpga_types.py, StreamVariableConverter, commit
 *           03e902d: the tensor's size over its last dimension.)
 *   hls4ml  its FIFO depth optimisation: one simulation with FIFOs so deep
 *           (100,000) that none is ever full, and then the most tokens seen,
 *           plus one for Vivado HLS (backends/vivado/passes/
 *           fifo_depth_optimization.py, 03e902d), as they are for Vitis HLS
 *           (backends/vitis/passes/fifo_depth_optimization.py, 0292649).
 *           Small FIFOs are treated as large ones.  Frames: the user's test
 *           data, at least two (the same file); here two.
 *   finn    InsertAndSetFIFODepths, "largefifo_rtlsim" (FINN,
 *           transformation/fpgadataflow/set_fifo_depths.py, 0171d5c): one
 *           simulation with FIFOs that are never full, and then the most
 *           tokens seen; up to 2 of them become 2, up to 32 become 32.  Two
 *           frames if there are sliding windows, else half as many as there
 *           are nodes and FIFOs.  The source is throttled (option
 *           fifosim_input_throttle, on by default, read in FINN+, the same
 *           file, 0dd9278): a frame begins no earlier than the slowest node
 *           allows, in cycles per frame, behind the one before.
 *
 * In either simulation the source always offers and the sink always takes;
 * the stalls of the design count for nothing, because neither tool knows any.
 *
 * hls4ml has no FIFOs at its ports and profiles none; where the design has to
 * have one, it gets the two tokens of an AXI stream's register.  FINN puts one
 * there and sizes it.  FINN's caps and roundings behind that -- a power of two
 * for what becomes a Vivado FIFO (above 256), split_large_fifos, off by
 * default, and default_swg_exception, off by default -- are left out: the
 * depths are those that FINN reports.
 *
 * What is no FIFO of theirs stays as it is: frame buffers, streams inside a
 * process.  Kinds that nobody chose follow the depth; in the simulation they
 * are what the tools put there, block RAM for hls4ml, shift registers for
 * FINN. */
#ifndef HEADRACE_TUNE_BASELINE_H
#define HEADRACE_TUNE_BASELINE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct design;
struct run;

enum baseline_method {
    BASELINE_MAX,
    BASELINE_HLS4ML,
    BASELINE_FINN,
    BASELINE_COUNT
};
const char *baseline_name(enum baseline_method m); /* "hls4ml" */
/* False: there is none of that name. */
bool baseline_find(const char *name, enum baseline_method *out);

struct baseline {
    enum baseline_method method;
    uint32_t *depths;      /* by stream, as in struct stream; legal ones */
    uint32_t frames;       /* simulated to find them; 0: none */
    uint32_t throttle;     /* least cycles from frame to frame then; 0: none */
    const struct run *run; /* with FIFOs that are never full; NULL: none */
};

/* frames: simulated, instead of as many as the tool takes (0).  The design
 * stays as it is.  A run that stands still does so because of frame buffers,
 * whatever the depths; these are then of what was seen. */
struct baseline *baseline_depths(struct arena *a, const struct design *d,
                                 enum baseline_method m, uint32_t frames);

#endif
