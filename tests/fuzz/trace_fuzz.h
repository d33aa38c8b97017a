/* trace_fuzz -- any bytes as a trace: reading them must neither crash nor fail
 * without a word.
 *
 * LLVMFuzzerTestOneInput is libFuzzer's entry; compiled and linked with
 * clang's -fsanitize=fuzzer, trace_fuzz.c is a whole program. */
#ifndef HEADRACE_TESTS_FUZZ_TRACE_FUZZ_H
#define HEADRACE_TESTS_FUZZ_TRACE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

enum trace_fuzz_result {
    TRACE_FUZZ_READ,    /* a recording that keeps the promises of its header */
    TRACE_FUZZ_REFUSED, /* errors told */
    TRACE_FUZZ_WRONG    /* neither: a fault of ours; told on stderr */
};

/* Uses the file `path` for the bytes. */
enum trace_fuzz_result trace_fuzz_one(const char *path, const uint8_t *bytes,
                                      size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif
