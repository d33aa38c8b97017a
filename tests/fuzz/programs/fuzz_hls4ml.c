/* Any bytes as the files of an hls4ml project. */
#include <stdlib.h>

#include "tests/fuzz/hls4ml_fuzz.h"
#include "tests/fuzz/programs/fuzz_program.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    if (hls4ml_fuzz("fuzz/project", bytes, count) == READ_FUZZ_WRONG)
        abort();
    return 0;
}
