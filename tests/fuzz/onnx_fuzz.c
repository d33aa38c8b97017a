#include "tests/fuzz/onnx_fuzz.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "import/graph/graph_lower.h"
#include "import/graph/graph_requantise.h"
#include "import/graph/graph_simplify.h"
#include "import/onnx/onnx.h"

/* All that reading may take: what unpacking is given, and then as much again
 * for each byte in constants that were computed, names and messages. */
static size_t memory_bound(size_t count)
{
    return ((size_t)64 << 20) + 4 * (ONNX_MEMORY + ONNX_MEMORY_EACH * count);
}

enum read_fuzz onnx_fuzz(const char *path, const uint8_t *bytes, size_t count)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct onnx_options o = { 0 };
    struct graph *g = onnx_parse(a, path, bytes, count, &o, d);
    enum read_fuzz result =
        read_fuzz_verdict(path, a, d, g != NULL, bytes, count);
    if (g != NULL && result == READ_FUZZ_READ) {
        struct format standard = { .width = 16,
                                   .integer = 6,
                                   .is_signed = true };
        graph_simplify(g);
        struct sketch *s =
            graph_requantise(g, standard) ? graph_lower(g, standard) : NULL;
        result = read_fuzz_verdict(path, a, d, s != NULL, bytes, count);
        if (s != NULL)
            sketch_write(s, text_new(a));
    }
    if (arena_used(a) > memory_bound(count)) {
        fprintf(stderr, "%s: %zu bytes of memory for a file of %zu\n", path,
                arena_used(a), count);
        result = READ_FUZZ_WRONG;
    }
    arena_free(a);
    return result;
}
