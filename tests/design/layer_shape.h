/* layer_shape -- shape of a layer's output, for networks that tests build
 * without a model file. */
#ifndef HEADRACE_TESTS_DESIGN_LAYER_SHAPE_H
#define HEADRACE_TESTS_DESIGN_LAYER_SHAPE_H

#include <stdbool.h>

#include "network/network.h"

struct diag;
struct kernel_table;

/* l's inputs, type and sizes are set.  Kernels with a padding unit in front
 * see the padded input.  False: its kernel says why in d, or there is none
 * for such a layer. */
bool layer_shape(const struct layer *l, const struct kernel_table *kernels,
                 struct shape *out, struct diag *d);

#endif
