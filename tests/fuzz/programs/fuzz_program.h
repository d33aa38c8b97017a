/* fuzz_program -- what the programs of libFuzzer have in common. */
#ifndef HEADRACE_TESTS_FUZZ_PROGRAMS_FUZZ_PROGRAM_H
#define HEADRACE_TESTS_FUZZ_PROGRAMS_FUZZ_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's entries; 0 always. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

/* A file that this program alone uses, in $TMPDIR; removed at the end. */
const char *fuzz_program_file(void);

#endif
