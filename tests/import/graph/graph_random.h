/* graph_random -- graphs of random nodes that hardware has words for. */
#ifndef HEADRACE_TESTS_IMPORT_GRAPH_GRAPH_RANDOM_H
#define HEADRACE_TESTS_IMPORT_GRAPH_GRAPH_RANDOM_H

#include "import/graph/graph.h"

struct rng;

/* Small images through up to ten nodes, in half of the cases to a vector and
 * on.  Its output is complete. */
struct graph *graph_random(struct arena *a, struct rng *rng, struct diag *d);
/* Every tensor and all weights behind quantisers whose scales are powers of
 * two. */
struct graph *graph_random_quantised(struct arena *a, struct rng *rng,
                                     struct diag *d);
/* The same with any scales and zero points, and sums of unlike ones; in one of
 * four the output is no integer. */
struct graph *graph_random_scaled(struct arena *a, struct rng *rng,
                                  struct diag *d);

#endif
