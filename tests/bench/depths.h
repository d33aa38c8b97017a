/* depths -- how many vectors of FIFO depths are evaluated in a second: one by
 * one, in SIMD lanes, and in lanes by two threads. */
#ifndef HEADRACE_TESTS_BENCH_DEPTHS_H
#define HEADRACE_TESTS_BENCH_DEPTHS_H

#include <stdbool.h>

struct diag;

/* Prints a table in Markdown for networks of models/.  False: said why in d. */
bool depths_measure(struct diag *d);

#endif
