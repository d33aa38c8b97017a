/* exactness -- random designs through engine, infer and Verilated RTL. */
#ifndef HEADRACE_TESTS_EXACTNESS_EXACTNESS_H
#define HEADRACE_TESTS_EXACTNESS_EXACTNESS_H

#include <stdbool.h>
#include <stdint.h>

struct grid;

enum {
    /* What ctest runs: two minutes of one core.  These seeds, because they
     * reach all that test_random_design lists, and every kernel four times. */
    EXACTNESS_FIRST = 683,
    EXACTNESS_DESIGNS = 32,
    /* What docs/validation.md reports. */
    EXACTNESS_FULL_FIRST = 1000,
    EXACTNESS_FULL_DESIGNS = 500
};

/* Runs the designs of seeds first .. first + count - 1, `batch` in one
 * Verilator build, in sub-folders of `folder` that are removed again unless
 * `keep`.  Prints a line per design that differs, or with `verbose` per
 * design, and counts in g.  False: could not be run, said why on standard
 * error. */
bool exactness_run(uint64_t first, uint32_t count, uint32_t batch,
                   const char *folder, bool keep, bool verbose, struct grid *g);

/* Counts what is in a design, without running it. */
void exactness_draw(uint64_t seed, struct grid *g);

#endif
