/* Any bytes as a report of a tool. */
#include <stdlib.h>

#include "tests/fuzz/programs/fuzz_program.h"
#include "tests/fuzz/read_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    /* There are files of single FIFOs beside this one. */
    if (read_fuzz_report(HEADRACE_SOURCE_DIR
                         "/tests/traces/reports/profile/channel_info.csv",
                         bytes, count) == READ_FUZZ_WRONG)
        abort();
    return 0;
}
