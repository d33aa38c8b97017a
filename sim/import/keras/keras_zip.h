/* keras_zip -- the two files that a .keras file consists of.
 *
 * Refused before anything is unpacked: names that leave the folder, more
 * entries than KERAS_ENTRIES_MAX, and more bytes in all than keras_room
 * allows.  base/zip_reader.h says what is refused of the entries that are
 * read. */
#ifndef HEADRACE_IMPORT_KERAS_KERAS_ZIP_H
#define HEADRACE_IMPORT_KERAS_KERAS_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;

struct keras_zip {
    const char *config; /* a NUL follows */
    size_t config_length;
    const uint8_t *weights; /* NULL: there are none */
    size_t weights_length;
};

/* False: said why.  What is unpacked is the arena's. */
bool keras_unzip(struct arena *a, const char *path, const uint8_t *bytes,
                 size_t length, struct keras_zip *out, struct diag *d);

#endif
