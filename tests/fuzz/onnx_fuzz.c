#include "tests/fuzz/onnx_fuzz.h"

#include "base/arena.h"
#include "base/diag.h"
#include "import/onnx/onnx.h"
#include "tests/fuzz/graph_fuzz.h"

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
    return graph_fuzz(path, a, d, g, bytes, count, memory_bound(count));
}
