/* graph_kernels -- the arithmetic of graph_evaluate, by kinds of nodes.
 * Each computes all values of a node's output, n->output->dims of them. */
#ifndef HEADRACE_IMPORT_GRAPH_GRAPH_KERNELS_H
#define HEADRACE_IMPORT_GRAPH_GRAPH_KERNELS_H

#include "import/graph/graph.h"

typedef void graph_kernel_fn(const struct graph_node *n,
                             const double *const *inputs, double *out,
                             struct arena *scratch);

/* graph_windows.c */
graph_kernel_fn graph_run_conv, graph_run_pool, graph_run_global_pool;
/* graph_products.c */
graph_kernel_fn graph_run_gemm, graph_run_matmul;
/* graph_elements.c: one by one, or two by two with broadcasting */
graph_kernel_fn graph_run_unary, graph_run_binary, graph_run_normal;
/* graph_axes.c: along one axis */
graph_kernel_fn graph_run_softmax, graph_run_argmax, graph_run_mean;
/* graph_moves.c: the same values elsewhere */
graph_kernel_fn graph_run_concat, graph_run_pad, graph_run_slice,
    graph_run_gather, graph_run_reshape, graph_run_transpose,
    graph_run_upsample;
/* graph_quantizers.c */
graph_kernel_fn graph_run_quantize, graph_run_dequantize, graph_run_quant;

/* Row-major strides; 0 on axes of size 1 that are broadcast to `to` (aligned
 * at the last axis). */
void graph_strides(const struct graph_dims *of, const struct graph_dims *to,
                   uint64_t strides[GRAPH_RANK_MAX]);

#endif
