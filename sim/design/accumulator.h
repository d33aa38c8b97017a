/* accumulator -- how wide the sums of a conv2d, depthwise_conv2d or dense are
 * (docs/hardware.md, Numbers). */
#ifndef HEADRACE_DESIGN_ACCUMULATOR_H
#define HEADRACE_DESIGN_ACCUMULATOR_H

#include <stdbool.h>
#include <stdint.h>

struct diag;
struct format;
struct process;

/* Sets the accumulator format of p: its layer's, or the exact one if the
 * layer names none.  The input and p's weight and bias formats are set.
 * False: format or unsupported, said why in d. */
bool accumulator_choose(struct process *p, struct diag *d);

/* Whether sums in this format can be cut to 0 .. limit: it is one of their
 * values.  Else the limit is a process of its own; unless it lies above all
 * of them, where leaving it away changes nothing. */
bool accumulator_holds_limit(struct format accumulator, uint32_t limit);

#endif
