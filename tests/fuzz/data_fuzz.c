#include "tests/fuzz/data_fuzz.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/npy.h"
#include "base/zip_reader.h"
#include "import/data/data_readers.h"

/* Of text 24 bytes for each of the file; an archive's entry may be ZIP_FREE
 * bytes whatever the file says, and its array eight times as large; messages
 * and a page or two beside them. */
static size_t memory_bound(char kind, size_t count)
{
    size_t free = (size_t)64 << 10;
    return kind == 'z' ? 9 * (size_t)ZIP_FREE + free : 24 * count + free;
}

static bool read_image(const char *path, char kind, const uint8_t *bytes,
                       size_t count, struct diag *d)
{
    uint16_t pixels[18], max = 0;
    struct image_request r = { path,
                               { 2, 3, kind == 'g' || kind == 'n' ? 1 : 3 } };
    bool is_png = kind == 'n' || kind == 'r';
    bool fine = is_png ? data_png_parse(&r, bytes, count, pixels, &max, d)
                       : data_pnm_parse(&r, bytes, count, pixels, &max, d);
    for (uint32_t i = 0; fine && i < shape_count(r.shape); i++)
        fine = max > 0 && pixels[i] <= max;
    return fine;
}

enum read_fuzz data_fuzz(const char *path, const uint8_t *bytes, size_t count)
{
    static const char *const usual[] = { "x", NULL };
    if (count == 0)
        return READ_FUZZ_REFUSED;
    char kind = (char)*bytes++;
    count--;
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    bool fine = false;
    if (kind == 'z') {
        struct npz_request r = { .path = path, .usual = usual };
        fine = data_npz_parse(a, &r, bytes, count, d) != NULL;
    } else if (kind == 'c' || kind == 'l') {
        struct csv_request r = { path, kind == 'c' ? 4 : 0, NULL };
        struct csv_frames frames;
        fine = data_csv_parse(a, &r, (const char *)bytes, count, &frames, d);
    } else if (kind == 'g' || kind == 'p' || kind == 'n' || kind == 'r') {
        fine = read_image(path, kind, bytes, count, d);
    } else {
        arena_free(a);
        return READ_FUZZ_REFUSED;
    }
    enum read_fuzz result = read_fuzz_verdict(path, a, d, fine, bytes, count);
    if (arena_used(a) > memory_bound(kind, count)) {
        fprintf(stderr, "%s: %zu bytes of memory for a file of %zu\n", path,
                arena_used(a), count);
        result = READ_FUZZ_WRONG;
    }
    arena_free(a);
    return result;
}
