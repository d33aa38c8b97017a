/* read_fuzz -- any bytes as a trace or a report: reading them must neither
 * crash nor fail without a word.  For the suites and for the programs of
 * libFuzzer (tests/fuzz/programs). */
#ifndef HEADRACE_TESTS_FUZZ_READ_FUZZ_H
#define HEADRACE_TESTS_FUZZ_READ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum read_fuzz {
    READ_FUZZ_READ,    /* a result that keeps the promises of its header */
    READ_FUZZ_REFUSED, /* errors told */
    READ_FUZZ_WRONG    /* neither: a fault of ours; told on stderr */
};

/* Uses the file `path` for the bytes. */
enum read_fuzz read_fuzz_trace(const char *path, const uint8_t *bytes,
                               size_t count);
/* `path` says where files beside the report are; it is not written. */
enum read_fuzz read_fuzz_report(const char *path, const uint8_t *bytes,
                                size_t count);
/* What to say of another reader that took the bytes (is_read) or refused them:
 * whether the diagnostics fit that. */
struct arena;
struct diag;
enum read_fuzz read_fuzz_verdict(const char *path, struct arena *a,
                                 const struct diag *d, bool is_read,
                                 const uint8_t *bytes, size_t count);

#endif
