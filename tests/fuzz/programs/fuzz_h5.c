/* Any bytes as a model in HDF5, whose library runs in a process of its own. */
#include <stdlib.h>

#include "tests/fuzz/keras_fuzz.h"
#include "tests/fuzz/programs/fuzz_program.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    if (keras_fuzz("fuzz/model.h5", bytes, count, false) == READ_FUZZ_WRONG)
        abort();
    return 0;
}
