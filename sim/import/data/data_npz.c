#include "import/data/data_readers.h"

#include "base/arena.h"
#include "base/npy.h"
#include "base/text.h"
#include "base/zip_reader.h"

#include <string.h>

/* "x" of "x.npy". */
static const char *array_name(struct arena *a, const struct zip_reader *z,
                              uint32_t entry)
{
    const char *name = zip_reader_name(z, entry);
    if (!text_ends_in(name, ".npy"))
        return arena_strdup(a, name);
    return arena_printf(a, "%.*s", (int)(strlen(name) - 4), name);
}

static bool find_array(struct arena *a, const struct zip_reader *z,
                       const char *name, uint32_t *entry)
{
    return zip_reader_find(z, arena_printf(a, "%s.npy", name), entry) ||
           zip_reader_find(z, name, entry);
}

/* What there is, for a message: "'x', 'y'". */
static const char *names_of(struct arena *a, const struct zip_reader *z)
{
    enum { SHOWN = 8 };
    struct text *t = text_new(a);
    for (uint32_t i = 0; i < zip_reader_count(z) && i < SHOWN; i++)
        text_printf(t, "%s'%.40s'", i == 0 ? "" : ", ", array_name(a, z, i));
    if (zip_reader_count(z) > SHOWN)
        text_add(t, ", ...");
    return text_string(t);
}

static bool choose(struct arena *a, const struct npz_request *r,
                   const struct zip_reader *z, uint32_t *entry, struct diag *d)
{
    struct place place = { .file = r->path };
    if (r->name != NULL) {
        if (find_array(a, z, r->name, entry))
            return true;
        diag_error(d, place, DIAG_DATA,
                   "the archive has no array '%.100s'; it has %s", r->name,
                   names_of(a, z));
        return false;
    }
    for (const char *const *u = r->usual; *u != NULL; u++)
        if (find_array(a, z, *u, entry))
            return true;
    if (r->is_optional)
        return false;
    *entry = 0;
    if (zip_reader_count(z) == 1)
        return true;
    if (zip_reader_count(z) == 0)
        diag_error(d, place, DIAG_DATA, "the archive is empty");
    else
        diag_error(d, place, DIAG_DATA,
                   "which array of the archive is meant? It has %s",
                   names_of(a, z));
    diag_hint(d, "FILE.npz:NAME names one");
    return false;
}

struct npy *data_npz_parse(struct arena *a, const struct npz_request *r,
                           const void *bytes, size_t length, struct diag *d)
{
    struct zip_reader *z =
        zip_reader_parse(r->path, bytes, length, DIAG_DATA, d);
    if (z == NULL)
        return NULL;
    struct arena *own = arena_new();
    struct npy *n = NULL;
    uint32_t entry;
    if (choose(own, r, z, &entry, d)) {
        size_t size = 0;
        const char *content =
            zip_reader_read(z, entry, DATA_FILE_BYTES_MAX, own, &size, d);
        if (content != NULL)
            n = npy_parse(a,
                          arena_printf(own, "%s:%s", r->path,
                                       array_name(own, z, entry)),
                          content, size, DIAG_DATA, d);
    }
    arena_free(own);
    zip_reader_close(z);
    return n;
}
