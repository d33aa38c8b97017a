#include "tests/fuzz/keras_fuzz.h"

#include "base/arena.h"
#include "base/diag.h"
#include "import/keras/keras.h"
#include "tests/fuzz/graph_fuzz.h"

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
    return graph_fuzz(path, a, d, g, bytes, count, memory_bound(count));
}
