/* keras_fuzz -- any bytes as a Keras file: read, simplified, lowered and
 * written as a model config.  For the suites and for libFuzzer. */
#ifndef HEADRACE_TESTS_FUZZ_KERAS_FUZZ_H
#define HEADRACE_TESTS_FUZZ_KERAS_FUZZ_H

#include "tests/fuzz/read_fuzz.h"

/* without_weights: HDF5's library is not asked, all weights are 0. */
enum read_fuzz keras_fuzz(const char *path, const uint8_t *bytes, size_t count,
                          bool without_weights);

#endif
