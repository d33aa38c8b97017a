/* chain -- a network whose layers follow each other, built by hand. */
#ifndef HEADRACE_TESTS_DESIGN_CHAIN_H
#define HEADRACE_TESTS_DESIGN_CHAIN_H

#include <stdint.h>

#include "network/network.h"

struct arena;

/* A network of copies of `layers`, each reading the one before; those with
 * several inputs read the network's input, too.  What is zero in a layer is
 * filled in: shapes and names of the outputs, formats (fixed<8,3> behind
 * weights, accumulators stay open), and the weights of layers with products
 * (all ones).  The padding of a window is as its layer says. */
struct network *chain_new(struct arena *a, struct shape input,
                          uint32_t layer_count, const struct layer *layers);

#endif
