/* Any bytes as FST.  The library that unpacks it runs in a process of its own
 * (traces/fst.h), unseen by the fuzzer: its faults are no findings, what we
 * make of its answers is. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/programs/fuzz_program.h"
#include "tests/fuzz/read_fuzz.h"

/* The first block: its type, and a length of 329. */
static const uint8_t head[] = { 0, 0, 0, 0, 0, 0, 0, 1, 0x49 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    /* Other kinds of traces cost no fork; they would be all that is tried. */
    if (count < sizeof head || memcmp(bytes, head, sizeof head) != 0)
        return 0;
    if (read_fuzz_trace(fuzz_program_file(), bytes, count) == READ_FUZZ_WRONG)
        abort();
    return 0;
}
