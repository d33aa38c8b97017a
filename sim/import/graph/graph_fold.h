/* graph_fold -- nodes whose inputs are all constant are computed when they are
 * added.
 *
 * What that may take is bounded by what the file holds, so that a small file
 * cannot ask for much: FOLD_FREE elements, and FOLD_EACH for each element of
 * a constant; and FOLD_WORK products for one node. */
#ifndef HEADRACE_IMPORT_GRAPH_GRAPH_FOLD_H
#define HEADRACE_IMPORT_GRAPH_GRAPH_FOLD_H

#include "import/graph/graph.h"

#define FOLD_FREE (UINT64_C(1) << 20)
#define FOLD_EACH 8
#define FOLD_WORK (UINT64_C(1) << 28)

bool graph_is_constant(const struct graph_node *n);
/* Gives n->output its data.  False: said why. */
bool graph_fold(struct graph *g, struct graph_node *n);
/* The integers that a quantize, dequantize or quant node stands for; false:
 * scale, zero point or bits are no constants, or the bits more than 32. */
bool graph_grid_of(const struct graph_node *n, struct graph_grid *out);

#endif
