/* exactness -- random designs through engine, infer and Verilated RTL. */
#ifndef HEADRACE_TESTS_EXACTNESS_EXACTNESS_H
#define HEADRACE_TESTS_EXACTNESS_EXACTNESS_H

#include <stdbool.h>
#include <stdint.h>

enum { EXACTNESS_KERNELS_MAX = 64 };

/* A row of the grid: processes of one kernel, and the handshakes on their
 * streams. */
struct exactness_kernel {
    const char *name;
    uint32_t configurations;
    uint64_t compared, different;
};

struct exactness_totals {
    uint32_t designs, different_designs, deadlocks;
    uint32_t kernel_count;
    struct exactness_kernel kernels[EXACTNESS_KERNELS_MAX]; /* by name */
    uint64_t handshakes, different_handshakes;
    uint64_t values, different_values;
    uint64_t cycles;
};

/* Runs the designs of seeds first .. first + count - 1, `batch` in one
 * Verilator build, in sub-folders of `folder` that are removed again unless
 * `keep`.  Prints a line per design that differs, or with `verbose` per
 * design.  False: could not be run, said why on standard error. */
bool exactness_run(uint64_t first, uint32_t count, uint32_t batch,
                   const char *folder, bool keep, bool verbose,
                   struct exactness_totals *totals);

/* The grid over all kernels as a table in Markdown. */
void exactness_print_grid(const struct exactness_totals *totals);

#endif
