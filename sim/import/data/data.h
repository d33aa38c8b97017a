/* data -- frames and labels, whatever kind of file they come in.
 *
 *   .npy, .npz, .npz:ARRAY   arrays of NumPy
 *   .csv, .tsv, .txt         a line a frame
 *   a folder, .png, .pgm, .ppm, .pnm   images
 *
 * docs/data.md is the manual.  Frames end up in the order of the stream (row,
 * column, channel).  What their numbers mean is a question of its own, since
 * the same file may hold raw values of a format, values, or pixels:
 *   raw     raw values of the input's format (integers only)
 *   number  values, converted to the format
 *   unit    unsigned integers of 8 or 16 bits, or pixels, divided by the
 *           largest: 0 to 1
 *   auto    of arrays: integers raw, floats numbers; of text: numbers; of
 *           images: unit, but numbers if the format has no fraction */
#ifndef HEADRACE_IMPORT_DATA_DATA_H
#define HEADRACE_IMPORT_DATA_DATA_H

#include "base/diag.h"
#include "base/fixed.h"
#include "network/network.h"

struct arena;
struct npy;

enum data_scale {
    DATA_SCALE_AUTO,
    DATA_SCALE_RAW,
    DATA_SCALE_NUMBER,
    DATA_SCALE_UNIT
};
/* Of arrays in four dimensions; auto: channels first only if that alone
 * fits. */
enum data_layout { DATA_LAYOUT_AUTO, DATA_LAYOUT_HWC, DATA_LAYOUT_CHW };

/* Words of options and configs, NULL-ended, in the order of the enums. */
extern const char *const data_scale_words[];  /* "auto", "raw", ... */
extern const char *const data_layout_words[]; /* "auto", "hwc", "chw" */

struct data_options {
    enum data_scale scale;
    enum data_layout layout;
    const char *label_column; /* of text; NULL: by its name */
};

struct data_request {
    struct place place; /* of the names */
    const char *folder; /* names are relative to it; NULL or "": to here */
    const char *inputs, *labels; /* as written; labels NULL: those that come
                                    with the inputs, if any */
    struct data_options options;
    struct shape shape;   /* of a frame */
    struct format format; /* of the input; width 0: it is being chosen, and
                             numbers are wanted */
};

struct data_frames {
    uint64_t count;
    /* (frames, height, width, channels), or fewer dimensions if the file has
     * them; integers are raw. */
    struct npy *inputs;
    struct npy *labels; /* (frames,), integers; NULL: there are none */
};

/* False: said why in d. */
bool data_load(struct arena *a, const struct data_request *r,
               struct data_frames *out, struct diag *d);

#endif
