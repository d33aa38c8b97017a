/* macs -- the arithmetic of convolutions and dense: mac_array.sv. */
#ifndef HEADRACE_COST_MACS_H
#define HEADRACE_COST_MACS_H

#include <stdint.h>

struct bill;
struct process;

/* nf groups of sf folds; `operand_sets`: 1, or one for each of the PE
 * channels. */
struct macs {
    uint32_t nf, sf, operand_sets;
};

void macs_add(struct bill *b, const struct process *p, const struct macs *m);

#endif
