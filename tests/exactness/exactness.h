/* exactness -- random designs through engine, infer and Verilated RTL. */
#ifndef HEADRACE_TESTS_EXACTNESS_EXACTNESS_H
#define HEADRACE_TESTS_EXACTNESS_EXACTNESS_H

#include <stdbool.h>
#include <stdint.h>

struct grid;

enum {
    /* What docs/validation.md reports. */
    EXACTNESS_FULL_FIRST = 1000,
    EXACTNESS_FULL_DESIGNS = 500,
    /* What ctest runs: about two minutes of one core. */
    EXACTNESS_DAILY_MAX = 40,
    EXACTNESS_DAILY_LEAST = 2
};

/* Chooses the designs of the daily run among those of the full one: in
 * order, each that has something -- a row of the grid or a graph shape --
 * that those before it have less than EXACTNESS_DAILY_LEAST times.  (Not
 * fixed seeds: what they draw depends on what lowering accepts.)  Returns how
 * many, at most EXACTNESS_DAILY_MAX. */
uint32_t exactness_choose(uint64_t *seeds);

/* Runs the designs of these seeds, `batch` in one Verilator build, in
 * sub-folders of `folder` that are removed again unless `keep`.  Prints a
 * line per design that differs, or with `verbose` per design, and counts in
 * g.  False: could not be run, said why on standard error. */
bool exactness_run(const uint64_t *seeds, uint32_t count, uint32_t batch,
                   const char *folder, bool keep, bool verbose, struct grid *g);

/* Counts what is in a design, without running it. */
void exactness_draw(uint64_t seed, struct grid *g);

#endif
