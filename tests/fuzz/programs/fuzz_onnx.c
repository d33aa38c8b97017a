/* Any bytes as an ONNX file. */
#include <stdlib.h>

#include "tests/fuzz/programs/fuzz_program.h"
#include "tests/fuzz/onnx_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    /* Data outside would be beside this file, where there is none. */
    if (onnx_fuzz("fuzz/model.onnx", bytes, count) == READ_FUZZ_WRONG)
        abort();
    return 0;
}
