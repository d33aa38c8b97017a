/* graph_simplify -- says the same with fewer kinds of nodes.
 *
 *   a quantize and the dequantize behind it      -> quant
 *   batchnorm, and sums, differences, products
 *   and quotients with constants of channels     -> affine
 *   affine behind affine                         -> one affine
 *   affine behind conv, gemm, matmul             -> other weights and biases
 *   pad in front of conv, avgpool                -> pads of the window
 *   what changes nothing, what nobody reads      -> nothing
 *
 * The graph computes the same as before, up to the rounding of doubles.
 * Quantised weights are left alone, since others would not be on their
 * grid. */
#ifndef HEADRACE_IMPORT_GRAPH_GRAPH_SIMPLIFY_H
#define HEADRACE_IMPORT_GRAPH_GRAPH_SIMPLIFY_H

#include "import/graph/graph.h"

void graph_simplify(struct graph *g);
/* Counts the readers of every value anew and drops nodes without any. */
void graph_sweep(struct graph *g);

#endif
