/* graph_fuzz -- what follows for every reader that makes a graph: it is
 * simplified, brought to integers, lowered and written, as the program does
 * with a file (import/foreign.c). */
#ifndef HEADRACE_TESTS_FUZZ_GRAPH_FUZZ_H
#define HEADRACE_TESTS_FUZZ_GRAPH_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "tests/fuzz/read_fuzz.h"

struct arena;
struct diag;
struct graph;

/* g NULL: the reader refused the bytes.  Also wrong: more memory of the arena
 * than `bound` bytes, which then is freed. */
enum read_fuzz graph_fuzz(const char *path, struct arena *a, struct diag *d,
                          struct graph *g, const uint8_t *bytes, size_t count,
                          size_t bound);

#endif
