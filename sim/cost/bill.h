/* bill -- what a module is made of.
 *
 * Registers, DSP slices, block RAMs and LUTs that serve as memory are counted
 * exactly.  Logic is a number of parts, each with a price in LUTs
 * (coefficients.def). */
#ifndef HEADRACE_COST_BILL_H
#define HEADRACE_COST_BILL_H

#include <stdint.h>

#include "cost/cost.h"

enum part {
#define COEFFICIENT(name, millilut) PART_##name,
#include "cost/coefficients.def"
#undef COEFFICIENT
    PART_COUNT
};
const char *part_name(enum part p);

struct bill {
    uint64_t parts[PART_COUNT];
    uint64_t memory_lut; /* distributed RAM and shift registers */
    uint64_t ff, dsp, bram18, uram;
};

static inline void bill_add(struct bill *b, enum part p, uint64_t count)
{
    b->parts[p] += count;
}

/* The larger bill: a, n times. */
void bill_add_times(struct bill *b, const struct bill *a, uint64_t n);

struct cost bill_cost(const struct bill *b);

#endif
