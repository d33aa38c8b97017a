/* accumulator -- how wide the sums of a conv2d or dense are
 * (docs/hardware.md, Numbers). */
#ifndef HEADRACE_DESIGN_ACCUMULATOR_H
#define HEADRACE_DESIGN_ACCUMULATOR_H

#include <stdbool.h>

struct diag;
struct process;

/* Sets the accumulator format of p: its layer's, or the exact one if the
 * layer names none.  The input and p's weight and bias formats are set.
 * False: format or unsupported, said why in d. */
bool accumulator_choose(struct process *p, struct diag *d);

#endif
