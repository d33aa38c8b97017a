/* graph_check -- what the suites that compare graphs with networks share. */
#ifndef HEADRACE_TESTS_IMPORT_GRAPH_GRAPH_CHECK_H
#define HEADRACE_TESTS_IMPORT_GRAPH_GRAPH_CHECK_H

#include <stdbool.h>

#include "base/fixed.h"
#include "import/graph/graph.h"

/* Channels first to (height, width, channels), or back; the arena's. */
double *graph_turn(struct arena *a, const double *x, const struct graph_dims *d,
                   bool back);
/* A copy of random inputs: the least value of a narrow quantiser's format is
 * none of its own and becomes the next one. */
int32_t *graph_inputs(struct arena *a, struct format f, const int32_t *from,
                      uint64_t count);
/* All that was said, a line each. */
const char *graph_messages(struct arena *a, const struct diag *d);

#endif
