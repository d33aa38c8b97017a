/* models -- how long the engine takes for a network as users run it. */
#ifndef HEADRACE_TESTS_BENCH_MODELS_H
#define HEADRACE_TESTS_BENCH_MODELS_H

#include <stdbool.h>

struct diag;

/* Prints a table in Markdown: for each of the models (folders or files) the
 * best of some rounds of 3 frames, and of the whole analysis that `simulate`
 * makes.  False: said why in d. */
bool models_measure(const char *const *paths, int count, struct diag *d);

#endif
