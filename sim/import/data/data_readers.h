/* data_readers -- the kinds of files that data comes in, each from memory.
 *
 * None of them is believed: sizes are compared with what a frame of the
 * network has before memory is taken. */
#ifndef HEADRACE_IMPORT_DATA_DATA_READERS_H
#define HEADRACE_IMPORT_DATA_DATA_READERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "network/network.h"

struct arena;
struct diag;
struct npy;

/* Values of all frames together that are held in memory, as in
 * cli/load.c. */
#define DATA_VALUES_MAX (UINT64_C(1) << 28)
enum { DATA_FILE_BYTES_MAX = 1 << 30 };

/* --- .npz ----------------------------------------------------------------- */

/* The array `name` of an archive of .npy files; NULL: the only one, or the
 * first of the NULL-ended `usual` names that is there; none of them is a
 * fault.  NULL: said why; with is_optional, without a word if only the array
 * is missing. */
struct npz_request {
    const char *path; /* for messages */
    const char *name;
    const char *const *usual;
    bool is_optional;
};
struct npy *data_npz_parse(struct arena *a, const struct npz_request *r,
                           const void *bytes, size_t length, struct diag *d);

/* --- .csv ----------------------------------------------------------------- */

/* A line a frame: `values` numbers and perhaps a label.  Separator comma,
 * semicolon or tab, whichever the first line has; a first line with anything
 * but numbers is a header.  Takes at most 24 bytes of the arena per byte of
 * the file.  Values are floats. */
struct csv_request {
    const char *path;
    uint64_t values;          /* of a frame; 0: the file has labels only */
    const char *label_column; /* name or number from 1; NULL: by its name */
};
struct csv_frames {
    uint64_t count;
    double *values;
    int64_t *labels; /* NULL: none */
};
bool data_csv_parse(struct arena *a, const struct csv_request *r,
                    const char *text, size_t length, struct csv_frames *out,
                    struct diag *d);

/* --- images --------------------------------------------------------------- */

/* Pixels of an image of just that shape, in the order (row, column,
 * channel): 1 channel is grey, 3 are red, green, blue.  *max is the value of
 * white.  Pixels are shape_count(shape) numbers, which the caller has.  Of a
 * PNG at most 16 MiB are taken at once, whatever its chunks say. */
struct image_request {
    const char *path;
    struct shape shape;
};
bool data_pnm_parse(const struct image_request *r, const uint8_t *bytes,
                    size_t length, uint16_t *pixels, uint16_t *max,
                    struct diag *d);
bool data_png_parse(const struct image_request *r, const uint8_t *bytes,
                    size_t length, uint16_t *pixels, uint16_t *max,
                    struct diag *d);
/* False, and said so, if it is no image of that shape. */
bool data_image_fits(const struct image_request *r, uint64_t height,
                     uint64_t width, uint32_t channels, struct diag *d);

/* Whether a path ends as images do. */
bool data_is_image(const char *path);
/* The pixels of one file, or of all files of a folder in the order of their
 * names; those of its sub-folders have these as classes.  NULL: said why. */
struct image_frames {
    uint64_t count;
    const uint16_t *pixels;
    const uint16_t *max;   /* of each frame */
    const int64_t *labels; /* NULL: none */
};
bool data_load_images(struct arena *a, const char *path, struct shape shape,
                      struct image_frames *out, struct diag *d);

#endif
