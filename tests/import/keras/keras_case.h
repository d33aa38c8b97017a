/* keras_case -- a Keras file, its inputs and what the framework made of them:
 * NAME.<ending>, NAME_inputs.npy, NAME_outputs.npy. */
#ifndef HEADRACE_TESTS_IMPORT_KERAS_KERAS_CASE_H
#define HEADRACE_TESTS_IMPORT_KERAS_KERAS_CASE_H

#include <stdbool.h>

/* Fails the test where the graph's outputs differ, before and after it is
 * simplified.  `lowers`: it also becomes a network, and that computes the same
 * in floating point; `exact`: in fixed point the framework's outputs to the
 * bit. */
struct keras_case {
    const char *folder, *name, *ending;
    bool lowers, exact;
};
void keras_case_check(const struct keras_case *c);

#endif
