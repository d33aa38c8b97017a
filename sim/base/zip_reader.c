#include "base/zip_reader.h"

#include "base/arena.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>
#include <zip.h>

enum { FILE_BYTES_MAX = 1 << 30 };

struct zip_reader {
    struct arena *arena; /* its own */
    const char *path;
    enum diag_code code;
    zip_t *zip;
    uint32_t count;
    size_t length; /* of the archive */
};

static struct place place_of(const char *path)
{
    return (struct place){ .file = path };
}

static zip_t *open_bytes(const void *bytes, size_t length, zip_error_t *error)
{
    zip_source_t *source =
        zip_source_buffer_create(bytes, (zip_uint64_t)length, 0, error);
    if (source == NULL)
        return NULL;
    zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, error);
    if (zip == NULL)
        zip_source_free(source);
    return zip;
}

/* Takes the arena over. */
static struct zip_reader *open_in(struct arena *a, const char *path,
                                  const void *bytes, size_t length,
                                  enum diag_code code, struct diag *d)
{
    struct zip_reader *z = arena_new_item(a, struct zip_reader);
    *z = (struct zip_reader){ .arena = a,
                              .path = arena_strdup(a, path),
                              .code = code,
                              .length = length };
    zip_error_t error;
    zip_error_init(&error);
    /* To libzip, nothing is an empty archive. */
    if (length == 0)
        zip_error_set(&error, ZIP_ER_NOZIP, 0);
    else
        z->zip = open_bytes(bytes, length, &error);
    if (z->zip == NULL)
        diag_error(d, place_of(path), code, "not a zip archive, or damaged: %s",
                   zip_error_strerror(&error));
    zip_error_fini(&error);
    zip_int64_t count = z->zip == NULL ? 0 : zip_get_num_entries(z->zip, 0);
    z->count = count < 0 ? 0 : (uint32_t)count;
    if (z->zip != NULL)
        return z;
    arena_free(a);
    return NULL;
}

struct zip_reader *zip_reader_open(const char *path, enum diag_code code,
                                   struct diag *d)
{
    struct arena *a = arena_new();
    size_t length = 0;
    const char *bytes = file_read(a, path, FILE_BYTES_MAX, &length, d);
    if (bytes != NULL)
        return open_in(a, path, bytes, length, code, d);
    arena_free(a);
    return NULL;
}

struct zip_reader *zip_reader_parse(const char *path, const void *bytes,
                                    size_t length, enum diag_code code,
                                    struct diag *d)
{
    return open_in(arena_new(), path, bytes, length, code, d);
}

void zip_reader_close(struct zip_reader *z)
{
    if (z == NULL)
        return;
    zip_discard(z->zip);
    arena_free(z->arena);
}

uint32_t zip_reader_count(const struct zip_reader *z)
{
    return z->count;
}

const char *zip_reader_name(const struct zip_reader *z, uint32_t entry)
{
    const char *name = zip_get_name(z->zip, entry, ZIP_FL_ENC_RAW);
    return name == NULL ? "" : name;
}

bool zip_reader_find(const struct zip_reader *z, const char *name,
                     uint32_t *entry)
{
    for (uint32_t i = 0; i < z->count; i++) {
        if (strcmp(zip_reader_name(z, i), name) == 0) {
            *entry = i;
            return true;
        }
    }
    return false;
}

uint64_t zip_reader_size(const struct zip_reader *z, uint32_t entry)
{
    zip_stat_t s;
    bool says = zip_stat_index(z->zip, entry, 0, &s) == 0 &&
                (s.valid & ZIP_STAT_SIZE) != 0;
    return says ? s.size : 0;
}

/* Whether an entry may be unpacked, by what the directory says. */
static bool is_fine(const struct zip_reader *z, uint32_t entry,
                    uint64_t max_bytes, uint64_t *size, struct diag *d)
{
    zip_stat_t s;
    const char *name = zip_reader_name(z, entry);
    if (zip_stat_index(z->zip, entry, 0, &s) != 0 ||
        (s.valid & ZIP_STAT_SIZE) == 0 || (s.valid & ZIP_STAT_COMP_SIZE) == 0) {
        diag_error(d, place_of(z->path), z->code,
                   "entry '%.100s' of the zip archive has no size", name);
        return false;
    }
    if ((s.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
        s.encryption_method != ZIP_EM_NONE) {
        diag_error(d, place_of(z->path), z->code,
                   "entry '%.100s' of the zip archive is encrypted", name);
        return false;
    }
    *size = s.size;
    if (s.size > max_bytes) {
        diag_error(d, place_of(z->path), z->code,
                   "entry '%.100s' of the zip archive has %" PRIu64
                   " bytes, more than %" PRIu64,
                   name, s.size, max_bytes);
        return false;
    }
    uint64_t packed = s.comp_size < z->length ? s.comp_size : z->length;
    if (s.size > ZIP_FREE && s.size / ZIP_RATIO > packed) {
        diag_error(d, place_of(z->path), z->code,
                   "entry '%.100s' of the zip archive unpacks %" PRIu64
                   " bytes to %" PRIu64 ", more than %d times as many",
                   name, packed, s.size, ZIP_RATIO);
        diag_hint(d, "if it is no zip bomb, store it without compression");
        return false;
    }
    return true;
}

/* Also finds out whether something is left, and checks the sum. */
static bool unpack(zip_file_t *f, char *bytes, uint64_t size)
{
    uint64_t done = 0;
    while (done < size) {
        zip_int64_t got = zip_fread(f, bytes + done, size - done);
        if (got <= 0)
            return false;
        done += (uint64_t)got;
    }
    char more;
    return zip_fread(f, &more, 1) == 0;
}

char *zip_reader_read(struct zip_reader *z, uint32_t entry, uint64_t max_bytes,
                      struct arena *a, size_t *length, struct diag *d)
{
    uint64_t size = 0;
    if (!is_fine(z, entry, max_bytes, &size, d))
        return NULL;
    zip_file_t *f = zip_fopen_index(z->zip, entry, 0);
    char *bytes = NULL;
    bool is_whole = false;
    if (f != NULL) {
        bytes = arena_new_array(a, char, (size_t)size + 1);
        is_whole = unpack(f, bytes, size);
        zip_fclose(f);
    }
    *length = (size_t)size;
    if (is_whole)
        return bytes;
    diag_error(d, place_of(z->path), z->code,
               "entry '%.100s' of the zip archive cannot be unpacked: it is "
               "damaged, or packed in a way that is not known",
               zip_reader_name(z, entry));
    return NULL;
}
