/* Any bytes as data. */
#include <stdlib.h>

#include "tests/fuzz/data_fuzz.h"
#include "tests/fuzz/programs/fuzz_program.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    if (data_fuzz("fuzz/data", bytes, count) == READ_FUZZ_WRONG)
        abort();
    return 0;
}
