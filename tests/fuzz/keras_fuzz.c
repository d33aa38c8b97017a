#include "tests/fuzz/keras_fuzz.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "import/graph/graph_lower.h"
#include "import/graph/graph_simplify.h"
#include "import/keras/keras.h"

/* What is unpacked (KERAS_EACH for each byte), its numbers as floats, turned
 * and quantised, each in up to eight bytes and twice while an array of the
 * arena grows; and JSON's values, of some hundred bytes for two in the
 * file. */
static size_t memory_bound(size_t count)
{
    return ((size_t)64 << 20) + 8 * (KERAS_FREE + (size_t)KERAS_EACH * count) +
           256 * count;
}

enum read_fuzz keras_fuzz(const char *path, const uint8_t *bytes, size_t count,
                          bool without_weights)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct keras_options o = { .without_weights = without_weights };
    struct graph *g = keras_parse(a, path, bytes, count, &o, d);
    enum read_fuzz result =
        read_fuzz_verdict(path, a, d, g != NULL, bytes, count);
    if (g != NULL && result == READ_FUZZ_READ) {
        struct format standard = { .width = 16,
                                   .integer = 6,
                                   .is_signed = true };
        graph_simplify(g);
        struct sketch *s = graph_lower(g, standard);
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
