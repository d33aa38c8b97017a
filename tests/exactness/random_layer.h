/* random_layer -- one seeded layer: sizes, formats, weights, folding. */
#ifndef HEADRACE_TESTS_EXACTNESS_RANDOM_LAYER_H
#define HEADRACE_TESTS_EXACTNESS_RANDOM_LAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "design/hardware.h"
#include "network/network.h"

struct arena;
struct kernel_table;
struct rng;

/* Values of a tensor: small enough that a design runs in a few thousand
 * cycles. */
enum { RANDOM_VALUES_MAX = 2000 };

/* Fills l, whose name, type and inputs are set, and its options o.  same: the
 * output has the input's shape (of a convolution or a pool).  False: these
 * draws do not fit together. */
bool random_layer(struct arena *a, struct rng *r,
                  const struct kernel_table *kernels, struct layer *l,
                  struct layer_options *o, bool same);

#endif
