#include "import/keras/keras_zip.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "import/keras/keras.h"

#include <inttypes.h>
#include <string.h>

#include <zip.h>

struct unzipping {
    struct arena *arena;
    struct diag *diag;
    const char *path;
    zip_t *zip;
    size_t length; /* of the file */
};

static bool refuse(const struct unzipping *u, const char *entry,
                   const char *why)
{
    diag_error(u->diag, (struct place){ u->path, 0, 0 }, DIAG_KERAS,
               "%s%.80s%s%s", entry[0] ? "entry '" : "", entry,
               entry[0] ? "' " : "", why);
    return false;
}

/* Also those that are not read: a file with such entries is no honest one. */
static bool check_entries(const struct unzipping *u)
{
    zip_int64_t count = zip_get_num_entries(u->zip, 0);
    if (count < 0 || count > KERAS_ENTRIES_MAX)
        return refuse(u, "", "the zip has more than 1000 entries");
    uint64_t room = KERAS_FREE + (uint64_t)KERAS_EACH * u->length;
    room = room < KERAS_MOST ? room : KERAS_MOST;
    for (zip_uint64_t i = 0; i < (zip_uint64_t)count; i++) {
        zip_stat_t s;
        zip_uint64_t needed =
            ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
        if (zip_stat_index(u->zip, i, 0, &s) != 0 ||
            (s.valid & needed) != needed)
            return refuse(u, "", "the zip's table is damaged");
        const char *fault = file_path_fault(s.name);
        if (fault != NULL || strchr(s.name, '\\') != NULL)
            return refuse(u, s.name,
                          fault != NULL ? fault : "has a backslash in it");
        if (s.encryption_method != ZIP_EM_NONE)
            return refuse(u, s.name, "is encrypted");
        if (s.size > room)
            return refuse(u, s.name,
                          "is larger than the file's size justifies "
                          "(64 times, and 1 MiB)");
        room -= s.size;
    }
    return true;
}

/* NULL: it is not there, or (*failed) said why it cannot be read. */
static char *unpack(const struct unzipping *u, const char *name, size_t most,
                    size_t *length, bool *failed)
{
    zip_int64_t index = zip_name_locate(u->zip, name, 0);
    zip_stat_t s;
    if (index < 0)
        return NULL;
    *failed = true;
    if (zip_stat_index(u->zip, (zip_uint64_t)index, 0, &s) != 0 ||
        s.size > most) {
        refuse(u, name, "is too large");
        return NULL;
    }
    zip_file_t *f = zip_fopen_index(u->zip, (zip_uint64_t)index, 0);
    if (f == NULL) {
        refuse(u, name, "cannot be unpacked");
        return NULL;
    }
    char *bytes = arena_new_array(u->arena, char, s.size + 1);
    uint64_t got = 0;
    zip_int64_t part = 1;
    while (got < s.size && part > 0) {
        part = zip_fread(f, bytes + got, s.size - got);
        got += part > 0 ? (uint64_t)part : 0;
    }
    char further;
    bool is_whole = got == s.size && zip_fread(f, &further, 1) == 0;
    /* Closing tells whether the checksum was right. */
    if (zip_fclose(f) != 0 || !is_whole) {
        refuse(u, name, "is damaged");
        return NULL;
    }
    *failed = false;
    *length = s.size;
    return bytes;
}

static bool read_entries(const struct unzipping *u, struct keras_zip *out)
{
    bool failed = false;
    if (!check_entries(u))
        return false;
    out->config = unpack(u, "config.json", KERAS_CONFIG_MAX,
                         &out->config_length, &failed);
    if (out->config == NULL)
        return failed ? false : refuse(u, "", "it holds no 'config.json'");
    out->weights = (const uint8_t *)unpack(u, "model.weights.h5", KERAS_MOST,
                                           &out->weights_length, &failed);
    return !failed;
}

bool keras_unzip(struct arena *a, const char *path, const uint8_t *bytes,
                 size_t length, struct keras_zip *out, struct diag *d)
{
    *out = (struct keras_zip){ 0 };
    struct unzipping u = { a, d, path, NULL, length };
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, length, 0, &error);
    if (source != NULL)
        u.zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    bool fine = false;
    if (u.zip != NULL) {
        fine = read_entries(&u, out);
        zip_discard(u.zip);
    } else {
        zip_source_free(source);
        refuse(&u, "",
               arena_printf(a, "it is no zip, or damaged: %s",
                            zip_error_strerror(&error)));
    }
    zip_error_fini(&error);
    return fine;
}
