/* graph_lower -- from a graph to layers in streaming order.
 *
 * The graph has been simplified.  Tensors with channels in front become
 * (height, width, channels), a vector (1, 1, n); weights are turned
 * accordingly, and the rows of a dense behind flattened pixels follow their
 * order in the stream.  A reshape or transpose that only says it differently
 * is nothing, and so is one that shuffles channels: what reads them has its
 * weights in their order.  Any other that would reorder values is an error,
 * like every node that hardware has no kernel for.  All of them are reported,
 * not only the first.
 *
 * Formats: what a quantiser says, its scale a power of two or the next one
 * below (with a bit more, and a warning); elsewhere that of the graph's ranges,
 * or without them the standard one. */
#ifndef HEADRACE_IMPORT_GRAPH_GRAPH_LOWER_H
#define HEADRACE_IMPORT_GRAPH_GRAPH_LOWER_H

#include "base/fixed.h"
#include "import/graph/graph.h"
#include "import/graph/sketch.h"
#include "import/graph/stream_order.h"

/* What one frame of the input is in the stream: its shape (height, width,
 * channels), and where each of its elements stands.  False: it is no vector,
 * sequence or image. */
bool graph_input_order(const struct graph *g, struct stream_order *order,
                       uint64_t shape[3]);

/* NULL: said why.  The sketch is the graph's arena's, and reads its
 * constants.  `standard` is signed. */
struct sketch *graph_lower(struct graph *g, struct format standard);

#endif
