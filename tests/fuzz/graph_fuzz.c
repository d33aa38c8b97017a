#include "tests/fuzz/graph_fuzz.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"
#include "import/graph/graph_lower.h"
#include "import/graph/graph_requantise.h"
#include "import/graph/graph_simplify.h"

enum read_fuzz graph_fuzz(const char *path, struct arena *a, struct diag *d,
                          struct graph *g, const uint8_t *bytes, size_t count,
                          size_t bound)
{
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
    if (arena_used(a) > bound) {
        fprintf(stderr, "%s: %zu bytes of memory for a file of %zu\n", path,
                arena_used(a), count);
        result = READ_FUZZ_WRONG;
    }
    arena_free(a);
    return result;
}
