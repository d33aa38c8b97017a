/* graph_shaping -- what the files of graph_shape share.
 *
 *   graph_shape.c  which rule a node has; windows, products, quantisers
 *   shape_moves.c  nodes that only move values */
#ifndef HEADRACE_IMPORT_GRAPH_GRAPH_SHAPING_H
#define HEADRACE_IMPORT_GRAPH_GRAPH_SHAPING_H

#include "import/graph/graph.h"

/* Says that the first two inputs do not fit together; false. */
bool graph_shape_mismatch(struct graph *g, const struct graph_node *n);

/* The shape of a node's output; *out is that of its first input.  False: said
 * why. */
typedef bool graph_shape_fn(struct graph *g, const struct graph_node *n,
                            struct graph_dims *out);
graph_shape_fn graph_shape_concat, graph_shape_pad, graph_shape_gather,
    graph_shape_transpose, graph_shape_reshape, graph_shape_upsample;

#endif
