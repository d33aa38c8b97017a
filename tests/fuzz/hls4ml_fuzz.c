#include "tests/fuzz/hls4ml_fuzz.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "import/graph/sketch.h"

/* The first line that begins a file; the end if there is none. */
static const char *next_file(const char *at, const char *end)
{
    for (; end - at >= 4; at++) {
        if (memcmp(at, "=== ", 4) == 0)
            return at;
        at = memchr(at, '\n', (size_t)(end - at));
        if (at == NULL)
            return end;
    }
    return end;
}

const struct hls4ml_file *hls4ml_fuzz_split(struct arena *a, const char *bytes,
                                            size_t count, uint32_t *files)
{
    struct hls4ml_file *list = NULL;
    const char *end = bytes + count;
    *files = 0;
    for (const char *at = next_file(bytes, end); at < end;) {
        const char *name = at + 4;
        const char *line = memchr(name, '\n', (size_t)(end - name));
        if (line == NULL)
            break;
        at = next_file(line + 1, end);
        list = arena_grow(a, list, *files, sizeof *list);
        list[(*files)++] = (struct hls4ml_file){
            .name = arena_printf(a, "%.*s", (int)(line - name), name),
            .text = line + 1,
            .length = (size_t)(at - line - 1),
        };
    }
    return list;
}

/* Calls that make tables: no more than this word is there. */
static size_t calls(const uint8_t *bytes, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i + 6 <= count; i++)
        found += memcmp(bytes + i, "nnet::", 6) == 0;
    return found;
}

enum read_fuzz hls4ml_fuzz(const char *path, const uint8_t *bytes, size_t count)
{
    struct arena *a = arena_new();
    struct arena *held = arena_new();
    struct diag *d = diag_new(a);
    uint32_t files;
    const struct hls4ml_file *list =
        hls4ml_fuzz_split(held, (const char *)bytes, count, &files);
    struct sketch *s = hls4ml_parse(a, path, files, list, d);
    enum read_fuzz result =
        read_fuzz_verdict(path, a, d, s != NULL, bytes, count);
    /* `nnet ::` is a call, too, and takes as much. */
    size_t bound = HLS4ML_MEMORY + HLS4ML_MEMORY_EACH * count +
                   HLS4ML_TABLES * (calls(bytes, count) + 1);
    if (arena_used(a) > bound) {
        fprintf(stderr, "%s: %zu bytes of memory for files of %zu\n", path,
                arena_used(a), count);
        result = READ_FUZZ_WRONG;
    }
    if (s != NULL)
        sketch_write(s, text_new(a));
    arena_free(held);
    arena_free(a);
    return result;
}
