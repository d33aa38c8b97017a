/* Any bytes as a model in HDF5, whose library runs in a process of its own. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/keras_fuzz.h"
#include "tests/fuzz/programs/fuzz_program.h"

static const uint8_t signature[] = { 0x89, 'H', 'D', 'F' };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    /* Other kinds of files cost no process; they would be all that is tried. */
    if (count < sizeof signature ||
        memcmp(bytes, signature, sizeof signature) != 0)
        return 0;
    if (keras_fuzz("fuzz/model.h5", bytes, count, false) == READ_FUZZ_WRONG)
        abort();
    return 0;
}
