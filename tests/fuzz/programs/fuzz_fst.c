/* Any bytes as FST.  The library that unpacks it runs in a process of its own
 * (traces/fst.h), unseen by the fuzzer: its faults are no findings, what we
 * make of its answers is. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sanitizer/common_interface_defs.h>

#include "tests/fuzz/programs/fuzz_program.h"
#include "tests/fuzz/read_fuzz.h"

/* The first block: its type, and a length of 329. */
static const uint8_t head[] = { 0, 0, 0, 0, 0, 0, 0, 1, 0x49 };

/* Without it the child, too, would write down what it died of. */
static void forget_fuzzer(void)
{
    __sanitizer_set_death_callback(NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    static bool prepared;
    if (!prepared && pthread_atfork(NULL, NULL, forget_fuzzer) != 0)
        abort();
    prepared = true;
    /* Other kinds of traces cost no fork; they would be all that is tried. */
    if (count < sizeof head || memcmp(bytes, head, sizeof head) != 0)
        return 0;
    if (read_fuzz_trace(fuzz_program_file(), bytes, count) == READ_FUZZ_WRONG)
        abort();
    return 0;
}
