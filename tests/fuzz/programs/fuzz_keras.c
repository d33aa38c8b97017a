/* Any bytes as a .keras file or an architecture in JSON, without weights. */
#include <stdlib.h>

#include "tests/fuzz/keras_fuzz.h"
#include "tests/fuzz/programs/fuzz_program.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    if (keras_fuzz("fuzz/model.json", bytes, count, true) == READ_FUZZ_WRONG)
        abort();
    return 0;
}
