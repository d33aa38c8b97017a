/* graph_lower -- from a graph to layers in streaming order.
 *
 * The graph has been simplified.  Tensors with channels in front become
 * (height, width, channels), a vector (1, 1, n); weights are turned
 * accordingly, and the rows of a dense behind flattened pixels follow their
 * order in the stream.  A reshape or transpose that only says it differently
 * is nothing; one that would reorder values is an error, like every node that
 * hardware has no kernel for.  All of them are reported, not only the first.
 *
 * Formats: what a quantiser says, its scale a power of two or the next one
 * below (with a bit more, and a warning); elsewhere the standard one. */
#ifndef HEADRACE_IMPORT_GRAPH_GRAPH_LOWER_H
#define HEADRACE_IMPORT_GRAPH_GRAPH_LOWER_H

#include "base/fixed.h"
#include "import/graph/graph.h"
#include "import/graph/sketch.h"

/* NULL: said why.  The sketch is the graph's arena's, and reads its
 * constants.  `standard` is signed. */
struct sketch *graph_lower(struct graph *g, struct format standard);

#endif
