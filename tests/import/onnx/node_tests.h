/* node_tests -- the tests of single operators that ONNX comes with (Debian:
 * libonnx-testdata): a model, an input, and the output that is right. */
#ifndef HEADRACE_TESTS_IMPORT_ONNX_NODE_TESTS_H
#define HEADRACE_TESTS_IMPORT_ONNX_NODE_TESTS_H

#include <stdint.h>

struct arena;
struct graph;

enum node_result {
    NODE_PASSED,
    NODE_UNSUPPORTED, /* refused, with a reason */
    NODE_UNKNOWN,     /* an operator that is not read at all */
    NODE_FAILED       /* a wrong result */
};

struct node_test {
    const char *group, *name; /* "node", "test_relu" */
    enum node_result result;
    const char *reason; /* of what is not passed */
};

/* All of them, by group and name; the arena's.  NULL: they are not
 * installed. */
struct node_test *node_tests(struct arena *a, uint32_t *count);

/* Runs one: imports the model with all inputs but the first one bound to
 * their data, or if that is refused with all of them, and evaluates it. */
void node_test_run(struct arena *a, struct node_test *t);

#endif
