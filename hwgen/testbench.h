/* testbench -- a small testbench and constraints for a generated design.
 *
 * The testbench plays a memory file into s_axis without pauses, takes every
 * output at once and prints it.  It checks nothing: for that there is
 * `headrace verify`. */
#ifndef HEADRACE_HWGEN_TESTBENCH_H
#define HEADRACE_HWGEN_TESTBENCH_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct design;
struct identifiers;
struct text;

/* Reads stem_stimulus.mem, which holds `frames` frames.  Runtime depths, if
 * the top has them, are set to the depths. */
struct text *testbench_module(struct arena *a, const struct design *d,
                              const struct identifiers *ids, uint32_t frames,
                              bool runtime_depths);

/* Xilinx design constraints: the clock. */
struct text *testbench_constraints(struct arena *a, const struct design *d);

#endif
