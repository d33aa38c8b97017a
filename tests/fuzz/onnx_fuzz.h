/* onnx_fuzz -- any bytes as an ONNX file: read, simplified, lowered and
 * written as a model config.  For the suites and for libFuzzer. */
#ifndef HEADRACE_TESTS_FUZZ_ONNX_FUZZ_H
#define HEADRACE_TESTS_FUZZ_ONNX_FUZZ_H

#include "tests/fuzz/read_fuzz.h"

/* `path` says where files beside it are; it is not written. */
enum read_fuzz onnx_fuzz(const char *path, const uint8_t *bytes, size_t count);

#endif
