/* accumulator -- how wide the sums of a conv2d, depthwise_conv2d or dense are
 * (docs/hardware.md, Numbers). */
#ifndef HEADRACE_DESIGN_ACCUMULATOR_H
#define HEADRACE_DESIGN_ACCUMULATOR_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct format;
struct layer;
struct process;

/* The accumulator of a layer that has products: its own, or the exact one if
 * it names none (width 0: there is none, see design_exact_accumulator). */
struct format accumulator_of(const struct layer *l);

/* Sets the accumulator of p to that of its layer.  The weight and bias
 * formats of p and the format of its input are those of the layer.  False:
 * format or unsupported, said why in d. */
bool accumulator_choose(struct process *p, struct diag *d);

#endif
