/* Any bytes as the files of an hls4ml project. */
#include <stdlib.h>

#include "import/device.h"
#include "tests/fuzz/hls4ml_fuzz.h"
#include "tests/fuzz/programs/fuzz_program.h"

/* In the place of the catalogue, which is no part of what is fuzzed. */
const char *device_names(struct arena *a)
{
    (void)a;
    return "xc7z020, xcu250";
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    if (hls4ml_fuzz("fuzz/project", bytes, count) == READ_FUZZ_WRONG)
        abort();
    return 0;
}
