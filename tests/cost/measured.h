/* measured -- the rows of measurements.csv and unseen.csv: modules of hwgen/rtl
 * as Yosys synthesised them, and the bill that the cost model makes of each. */
#ifndef HEADRACE_TESTS_COST_MEASURED_H
#define HEADRACE_TESTS_COST_MEASURED_H

#include <stdbool.h>
#include <stdint.h>

#include "cost/bill.h"
#include "cost/cost.h"

struct arena;

struct measured {
    const char *module;
    const char *parameters; /* "PE=4 SIMD=9 ..." */
    bool fitted;            /* the prices were fitted to this row */
    struct cost cost;
};

#define MEASURED_CALIBRATION HEADRACE_SOURCE_DIR "/tests/cost/measurements.csv"
#define MEASURED_UNSEEN      HEADRACE_SOURCE_DIR "/tests/cost/unseen.csv"

/* All rows; NULL if the file cannot be read or has none. */
const struct measured *measured_load(struct arena *a, const char *path,
                                     uint32_t *count);

/* False: the model knows no such module. */
bool measured_bill(struct arena *a, const struct measured *m, struct bill *b);

#endif
