/* graph_evaluate -- what a graph computes, in double precision.
 *
 * The reference for everything that a graph is turned into.  Values of
 * integer types are kept as whole numbers and wrap around as their type
 * does. */
#ifndef HEADRACE_IMPORT_GRAPH_GRAPH_EVALUATE_H
#define HEADRACE_IMPORT_GRAPH_GRAPH_EVALUATE_H

#include <stdint.h>

#include "import/graph/graph.h"

/* The output for one input, graph_dims_count(&g->input->dims) values in
 * row-major order; as many as the output has, the arena's.  `watch`, if not
 * NULL, sees every tensor that is computed, once; the values are lent for the
 * call. */
typedef void graph_watch_fn(void *context, const struct graph_value *v,
                            const double *values, uint64_t count);
double *graph_evaluate(const struct graph *g, struct arena *a,
                       const double *input, graph_watch_fn *watch,
                       void *context);

/* The output of one node; inputs[i] are the values of n->inputs[i], NULL for
 * one that is not there.  `out` has room for them. */
void graph_evaluate_node(const struct graph_node *n,
                         const double *const *inputs, double *out,
                         struct arena *scratch);

#endif
