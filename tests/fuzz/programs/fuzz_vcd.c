/* Any bytes as a value change dump. */
#include <stdlib.h>

#include "tests/fuzz/programs/fuzz_program.h"
#include "tests/fuzz/read_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    if (read_fuzz_trace(fuzz_program_file(), bytes, count) == READ_FUZZ_WRONG)
        abort();
    return 0;
}
