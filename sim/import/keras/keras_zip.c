#include "import/keras/keras_zip.h"

#include "base/diag.h"
#include "base/text.h"
#include "base/zip_reader.h"
#include "import/keras/keras.h"

#include <string.h>

static bool refuse(const char *path, const char *entry, const char *why,
                   struct diag *d)
{
    diag_error(d, (struct place){ path, 0, 0 }, DIAG_KERAS, "%s%.80s%s%s",
               entry[0] ? "entry '" : "", entry, entry[0] ? "' " : "", why);
    return false;
}

/* Also those that are not read: a file with such entries is no honest one. */
static bool check_entries(const struct zip_reader *z, const char *path,
                          size_t length, struct diag *d)
{
    if (zip_reader_count(z) > KERAS_ENTRIES_MAX)
        return refuse(path, "", "the zip has more than 1000 entries", d);
    uint64_t room = keras_room(length);
    for (uint32_t i = 0; i < zip_reader_count(z); i++) {
        const char *name = zip_reader_name(z, i);
        const char *fault = file_path_fault(name);
        if (fault == NULL && strchr(name, '\\') != NULL)
            fault = "has a backslash in it";
        if (fault != NULL)
            return refuse(path, name, fault, d);
        uint64_t size = zip_reader_size(z, i);
        if (size > room)
            return refuse(path, name,
                          "is larger than the file's size justifies "
                          "(64 times, and 1 MiB)",
                          d);
        room -= size;
    }
    return true;
}

static bool read_entries(struct zip_reader *z, const char *path,
                         struct arena *a, struct keras_zip *out, struct diag *d)
{
    uint32_t entry;
    if (!zip_reader_find(z, "config.json", &entry))
        return refuse(path, "", "it holds no 'config.json'", d);
    out->config =
        zip_reader_read(z, entry, KERAS_CONFIG_MAX, a, &out->config_length, d);
    if (out->config == NULL)
        return false;
    if (!zip_reader_find(z, "model.weights.h5", &entry))
        return true;
    out->weights = (const uint8_t *)zip_reader_read(z, entry, KERAS_MOST, a,
                                                    &out->weights_length, d);
    return out->weights != NULL;
}

bool keras_unzip(struct arena *a, const char *path, const uint8_t *bytes,
                 size_t length, struct keras_zip *out, struct diag *d)
{
    *out = (struct keras_zip){ 0 };
    struct zip_reader *z = zip_reader_parse(path, bytes, length, DIAG_KERAS, d);
    bool fine = z != NULL && check_entries(z, path, length, d) &&
                read_entries(z, path, a, out, d);
    zip_reader_close(z);
    return fine;
}
