/* graph_making -- random nodes, for the files of graph_random. */
#ifndef HEADRACE_TESTS_IMPORT_GRAPH_GRAPH_MAKING_H
#define HEADRACE_TESTS_IMPORT_GRAPH_GRAPH_MAKING_H

#include <stdbool.h>
#include <stdint.h>

#include "import/graph/graph.h"

struct rng;

struct making {
    struct graph *g;
    struct rng *rng;
    uint32_t nodes; /* so far, for their names */
};

/* Floats in -1..1. */
struct graph_value *making_constant(struct making *m, uint32_t rank,
                                    const uint64_t *sizes);
/* A node; what is refused aborts. */
struct graph_value *making_add(struct making *m, enum graph_op op,
                               uint32_t count,
                               struct graph_value *const *inputs,
                               struct graph_attributes t);
struct graph_value *making_one(struct making *m, enum graph_op op,
                               struct graph_value *x,
                               struct graph_attributes t);
struct graph_value *making_two(struct making *m, enum graph_op op,
                               struct graph_value *x, struct graph_value *y);
/* Of any kernel and stride that fit x. */
struct graph_window making_window(struct making *m, const struct graph_value *x,
                                  bool pads);
struct graph_value *making_norm(struct making *m, struct graph_value *x);
/* A pool; its last window may reach beyond the pads if that is a maximum. */
struct graph_value *making_pool(struct making *m, struct graph_value *x);
struct graph_value *making_pad(struct making *m, struct graph_value *x);

#endif
