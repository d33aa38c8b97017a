/* kernel_costs -- the bill of each kernel.
 *
 * To add a kernel: a function in the costs_*.c of its family that follows its
 * module in hwgen/rtl, and a row in the table there; then a sampler in
 * tests/cost/samples.py. */
#ifndef HEADRACE_COST_KERNEL_COSTS_H
#define HEADRACE_COST_KERNEL_COSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bill;
struct process;

struct kernel_cost {
    const char *kernel; /* its name; NULL ends a table */
    void (*add)(struct bill *b, const struct process *p);
};

/* One table a family. */
extern const struct kernel_cost costs_links[];
extern const struct kernel_cost costs_multipliers[];
extern const struct kernel_cost costs_pixels[];
extern const struct kernel_cost costs_streams[];
extern const struct kernel_cost costs_values[];

/* One end of a link, without the vendor's core; a crossing is at its sending
 * end as a whole. */
void costs_link_end(struct bill *b, const struct process *p, bool receiving);

/* NULL: the kernel has no cost yet. */
const struct kernel_cost *kernel_cost_find(const char *kernel);

#endif
