/* hls4ml_fuzz -- any bytes as an hls4ml project, whose files stand one behind
 * the other, each after a line "=== NAME".  For the suites and for
 * libFuzzer. */
#ifndef HEADRACE_TESTS_FUZZ_HLS4ML_FUZZ_H
#define HEADRACE_TESTS_FUZZ_HLS4ML_FUZZ_H

#include "import/hls4ml/hls4ml_project.h"
#include "tests/fuzz/read_fuzz.h"

/* The files in the bytes, which are lent; the arena's. */
const struct hls4ml_file *hls4ml_fuzz_split(struct arena *a, const char *bytes,
                                            size_t count, uint32_t *files);

/* Read, and written as a model config; within the memory that
 * hls4ml_project.h states. */
enum read_fuzz hls4ml_fuzz(const char *path, const uint8_t *bytes,
                           size_t count);

#endif
