/* fuzz_READER FILE...: runs a program of libFuzzer on each file once, where
 * there is no libFuzzer. */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "tests/fuzz/programs/fuzz_program.h"

int main(int argc, char **argv)
{
    const size_t most = (size_t)1 << 30;
    if (argc < 2) {
        fprintf(stderr, "usage: %s FILE...\n", argv[0]);
        return EXIT_FAILURE;
    }
    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        size_t length;
        const char *bytes = file_read(a, argv[i], most, &length, d);
        if (bytes == NULL) {
            fprintf(stderr, "%s\n", diag_format(diag_at(d, 0), a));
            return EXIT_FAILURE;
        }
        printf("%s\n", argv[i]);
        LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
        arena_free(a);
    }
    return EXIT_SUCCESS;
}
