/* generate -- a design as SystemVerilog, ready for any tool.
 *
 * Into the folder go, with `name` for the design's name:
 *   name_pkg.sv             all parameters
 *   name.sv                 the top: FIFOs and processes
 *   name_LAYER_weights.mem  weights, biases, scales, tables ... for $readmemh;
 *   name_LAYER_bias.mem     tools look for them in their working folder
 *   conv2d.sv ...           the modules of the kernel library that it needs
 *   name.f                  the list of RTL files, in order
 *   name_tb.sv              a testbench, with name_stimulus.mem
 *   name.xdc                the clock
 *   headrace-files.txt      names of all these files
 * A design that spans boards has, instead of testbench and name.xdc, for each
 * board (board_modules.h)
 *   name_board_BOARD.sv     its module
 *   name_board_BOARD.f      the list of files for its synthesis
 *   name_board_BOARD.xdc    its clocks and the crossings between them
 * and name.sv joins them, for simulation.
 * The folder appears whole or not at all (output_folder.h).  A name that is a
 * keyword of SystemVerilog or a module of the library gets "_design" behind
 * it. */
#ifndef HEADRACE_HWGEN_GENERATE_H
#define HEADRACE_HWGEN_GENERATE_H

#include <stdbool.h>
#include <stdint.h>

struct design;
struct diag;
struct output_folder;

struct generate_options {
    const char *name;      /* of the top; NULL: the design's */
    bool runtime_depths;   /* FIFO limits are an input of the top */
    uint32_t frame_count;  /* for the testbench; 0: one of random values */
    const int32_t *frames; /* raw values in (row, column, channel) order */
};

/* Options may be NULL.  False: said why in diag, the folder is as it was. */
bool hwgen_generate(const struct design *d, const struct generate_options *o,
                    const char *folder, struct diag *diag);

/* Only package, top and memory files, into a folder that is being written. */
bool hwgen_add_rtl(struct output_folder *f, const struct design *d,
                   const char *name, bool runtime_depths, struct diag *diag);

/* The names of the top and, in front of it, of its boards, one a line. */
struct identifiers;
struct text;
void hwgen_list_rtl(struct text *list, const struct design *d,
                    const struct identifiers *ids);

/* The memory files of a process's module. */
struct process;
bool hwgen_add_memory(struct output_folder *f, const struct process *p,
                      const struct identifiers *ids, struct diag *diag);

/* The library files that these designs need, in order, into the folder;
 * their names go to `list`, one a line. */
bool hwgen_add_library(struct output_folder *f,
                       const struct design *const *designs, uint32_t count,
                       struct text *list, struct diag *diag);

#endif
