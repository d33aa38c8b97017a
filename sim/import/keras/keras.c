#include "import/keras/keras.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "import/keras/keras_reader.h"
#include "import/keras/keras_zip.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Where the key "class_name" of an architecture stands: behind "module" at
 * most. */
enum { HEAD_BYTES = 1024 };

static bool is_config(const char *bytes, size_t length)
{
    static const char key[] = "\"class_name\"";
    size_t at = 0, depth = 0;
    bool inside = false; /* a text */
    for (; at < length; at++) {
        if (!inside && depth == 1 && at + sizeof key - 1 <= length &&
            memcmp(bytes + at, key, sizeof key - 1) == 0)
            return true;
        if (inside && bytes[at] == '\\')
            at++;
        else if (bytes[at] == '"')
            inside = !inside;
        else if (!inside && (bytes[at] == '{' || bytes[at] == '['))
            depth++;
        else if (!inside && (bytes[at] == '}' || bytes[at] == ']'))
            depth -= depth > 0;
    }
    return false;
}

bool keras_is(const char *path)
{
    if (text_ends_in(path, ".keras") || text_ends_in(path, ".h5") ||
        text_ends_in(path, ".hdf5"))
        return true;
    if (!text_ends_in(path, ".json"))
        return false;
    char head[HEAD_BYTES];
    /* A FIFO without a writer would hang; what it is, is said later. */
    struct stat st;
    FILE *f =
        stat(path, &st) == 0 && S_ISREG(st.st_mode) ? fopen(path, "rb") : NULL;
    if (f == NULL)
        return false;
    size_t count = fread(head, 1, sizeof head, f);
    fclose(f);
    return is_config(head, count);
}

uint64_t keras_room(size_t length)
{
    uint64_t room = KERAS_FREE + (uint64_t)KERAS_EACH * length;
    return room < KERAS_MOST ? room : KERAS_MOST;
}

static struct graph *read_archive(struct keras_reader *r, const uint8_t *bytes,
                                  size_t length)
{
    struct keras_zip zip;
    if (!keras_unzip(r->arena, r->path, bytes, length, &zip, r->diag))
        return NULL;
    const char *file = arena_printf(r->arena, "%s (config.json)", r->path);
    if (zip.weights != NULL && !r->options->without_weights) {
        r->weights = keras_h5_read(r->arena, r->path, zip.weights,
                                   zip.weights_length, r->diag);
        if (r->weights == NULL)
            return NULL;
    }
    return keras_read_model(r, file, zip.config, zip.config_length);
}

static struct graph *read_hdf5(struct keras_reader *r, const uint8_t *bytes,
                               size_t length)
{
    struct h5 *h = keras_h5_read(r->arena, r->path, bytes, length, r->diag);
    if (h == NULL)
        return NULL;
    const char *config = keras_h5_text(h, "", "model_config");
    if (config == NULL) {
        diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_KERAS,
                   "the file holds weights, but no model");
        diag_hint(r->diag, "name the architecture (a .json file) beside it, "
                           "or save the model whole");
        return NULL;
    }
    r->weights = h;
    return keras_read_model(
        r, arena_printf(r->arena, "%s (model_config)", r->path), config,
        strlen(config));
}

static struct graph *read_bytes(struct keras_reader *r, const uint8_t *bytes,
                                size_t length)
{
    static const char hdf5[] = "\211HDF\r\n\032\n";
    if (length >= 8 && memcmp(bytes, hdf5, 8) == 0)
        return read_hdf5(r, bytes, length);
    if (length >= 2 && memcmp(bytes, "PK", 2) == 0)
        return read_archive(r, bytes, length);
    const char *what = NULL;
    if (text_ends_in(r->path, ".keras"))
        what = "it is no zip";
    else if (!text_ends_in(r->path, ".json"))
        what = "it is no HDF5 file";
    else if (length > KERAS_CONFIG_MAX)
        what = "a config of more than 16 MiB";
    if (what != NULL) {
        diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_KERAS, "%s",
                   what);
        return NULL;
    }
    char *config = arena_new_array(r->arena, char, length + 1);
    memcpy(config, bytes, length);
    return keras_read_model(r, r->path, config, length);
}

struct graph *keras_parse(struct arena *a, const char *path,
                          const uint8_t *bytes, size_t length,
                          const struct keras_options *o, struct diag *d)
{
    struct keras_reader r = {
        .arena = a, .diag = d, .path = path, .options = o
    };
    return read_bytes(&r, bytes, length);
}

/* The weights beside an architecture; true: there are none, or they are
 * read. */
static bool read_beside(struct keras_reader *r)
{
    static const char *const endings[] = { ".weights.h5", "_weights.h5", ".h5",
                                           ".hdf5" };
    int stem = (int)(strlen(r->path) - strlen(".json"));
    struct text *tried = text_new(r->arena);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const char *path =
            arena_printf(r->arena, "%.*s%s", stem, r->path, endings[i]);
        text_printf(tried, "%s'%s'", i == 0 ? "; there is none of " : ", ",
                    path);
        struct stat info;
        if (stat(path, &info) != 0)
            continue;
        size_t length;
        const char *bytes =
            file_read(r->arena, path, KERAS_MOST, &length, r->diag);
        if (bytes == NULL)
            return false;
        r->weights = keras_h5_read(r->arena, path, (const uint8_t *)bytes,
                                   length, r->diag);
        return r->weights != NULL;
    }
    r->tried = text_string(tried);
    return true;
}

struct graph *keras_load(struct arena *a, const char *path,
                         const struct keras_options *o, struct diag *d)
{
    struct keras_reader r = {
        .arena = a, .diag = d, .path = path, .options = o
    };
    size_t length;
    const char *bytes = file_read(a, path, KERAS_MOST, &length, d);
    if (bytes == NULL)
        return NULL;
    if (text_ends_in(path, ".json") && !o->without_weights && !read_beside(&r))
        return NULL;
    return read_bytes(&r, (const uint8_t *)bytes, length);
}
