#include "import/data/data.h"

#include "base/arena.h"
#include "base/npy.h"
#include "base/text.h"
#include "import/data/data_readers.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

const char *const data_scale_words[] = { "auto", "raw", "number", "unit",
                                         NULL };
const char *const data_layout_words[] = { "auto", "hwc", "chw", NULL };

/* The usual names of arrays; Keras' data sets have x_test and the like. */
static const char *const usual_inputs[] = { "x",      "X",      "inputs",
                                            "images", "x_test", NULL };
static const char *const usual_labels[] = { "y", "Y", "labels", "y_test",
                                            NULL };

enum data_kind { DATA_NPY, DATA_NPZ, DATA_TEXT, DATA_IMAGES };

/* A name, taken apart. */
struct data_file {
    const char *shown; /* as written */
    const char *path;
    const char *array; /* behind the colon of a .npz; NULL: none */
    enum data_kind kind;
};

/* What a file holds before its numbers have a meaning. */
struct contents {
    enum data_kind kind;
    struct npy *values;  /* of images: integers */
    const uint16_t *max; /* white, of each image */
};

static struct data_file
take_apart(struct arena *a, const struct data_request *r, const char *name)
{
    struct data_file f = { .shown = name };
    const char *colon = strrchr(name, ':');
    const char *file = name;
    if (colon != NULL && colon - name > 4 &&
        strncmp(colon - 4, ".npz", 4) == 0) {
        file = arena_printf(a, "%.*s", (int)(colon - name), name);
        f.array = colon + 1;
    }
    f.path = file_join(a, r->folder, file);
    if (file_is_folder(f.path) || data_is_image(f.path))
        f.kind = DATA_IMAGES;
    else if (text_ends_in(file, ".npz"))
        f.kind = DATA_NPZ;
    else if (text_ends_in(file, ".csv") || text_ends_in(file, ".tsv") ||
             text_ends_in(file, ".txt"))
        f.kind = DATA_TEXT;
    return f;
}

/* Only the place says which line asks for the file. */
static bool is_there(const struct data_request *r, const struct data_file *f,
                     struct diag *d)
{
    struct stat status;
    if (stat(f->path, &status) == 0)
        return true;
    diag_error(d, r->place, DIAG_DATA, "file '%s' is not there", f->shown);
    return false;
}

/* An array of one dimension, or of frames. */
static struct npy *new_array(struct arena *a, uint64_t frames,
                             const struct shape *s)
{
    struct npy *n = arena_new_item(a, struct npy);
    n->dims = s == NULL ? 1 : 4;
    n->count = n->shape[0] = frames;
    if (s != NULL) {
        n->shape[1] = s->h;
        n->shape[2] = s->w;
        n->shape[3] = s->c;
        n->count *= shape_count(*s);
    }
    return n;
}

static struct npy *label_array(struct arena *a, uint64_t frames,
                               int64_t *labels)
{
    if (labels == NULL)
        return NULL;
    struct npy *n = new_array(a, frames, NULL);
    n->integers = labels;
    return n;
}

/* Arrays of an archive; labels may be NULL. */
static struct npy *load_npz(struct arena *a, const struct data_file *f,
                            const char *const *usual, struct npy **labels,
                            struct diag *d)
{
    struct arena *own = arena_new();
    size_t length = 0, errors = diag_error_count(d);
    const char *bytes =
        file_read(own, f->path, DATA_FILE_BYTES_MAX, &length, d);
    struct npz_request r = { .path = f->path,
                             .name = f->array,
                             .usual = usual };
    struct npy *n =
        bytes == NULL ? NULL : data_npz_parse(a, &r, bytes, length, d);
    if (n != NULL && labels != NULL) {
        r = (struct npz_request){ .path = f->path,
                                  .usual = usual_labels,
                                  .is_optional = true };
        *labels = data_npz_parse(a, &r, bytes, length, d);
    }
    arena_free(own);
    return diag_error_count(d) == errors ? n : NULL;
}

static bool load_text(struct arena *a, const struct data_request *r,
                      const struct data_file *f, uint64_t values,
                      struct csv_frames *out, struct diag *d)
{
    struct arena *own = arena_new();
    struct csv_request q = { f->path, values, r->options.label_column };
    size_t length = 0;
    const char *text = file_read(own, f->path, DATA_FILE_BYTES_MAX, &length, d);
    bool fine = text != NULL && data_csv_parse(a, &q, text, length, out, d);
    arena_free(own);
    return fine;
}

static bool load_inputs(struct arena *a, const struct data_request *r,
                        struct contents *out, struct npy **labels,
                        struct diag *d)
{
    struct data_file f = take_apart(a, r, r->inputs);
    if (!is_there(r, &f, d))
        return false;
    *out = (struct contents){ .kind = f.kind };
    *labels = NULL;
    if (f.kind == DATA_NPY) {
        out->values = npy_load(a, f.path, DIAG_DATA, d);
    } else if (f.kind == DATA_NPZ) {
        out->values = load_npz(a, &f, usual_inputs, labels, d);
    } else if (f.kind == DATA_TEXT) {
        struct csv_frames csv;
        if (!load_text(a, r, &f, shape_count(r->shape), &csv, d))
            return false;
        /* The order of the columns is what the layout says. */
        struct shape shape = r->shape;
        if (r->options.layout == DATA_LAYOUT_CHW)
            shape = (struct shape){ shape.c, shape.h, shape.w };
        out->values = new_array(a, csv.count, &shape);
        out->values->is_float = true;
        out->values->floats = csv.values;
        *labels = label_array(a, csv.count, csv.labels);
    } else {
        struct image_frames images;
        if (!data_load_images(a, f.path, r->shape, &images, d))
            return false;
        struct npy *n = out->values = new_array(a, images.count, &r->shape);
        n->integers = arena_new_array(a, int64_t, n->count);
        for (uint64_t i = 0; i < n->count; i++)
            n->integers[i] = images.pixels[i];
        out->max = images.max;
        *labels = label_array(a, images.count, (int64_t *)images.labels);
    }
    return out->values != NULL;
}

static struct npy *load_labels(struct arena *a, const struct data_request *r,
                               struct diag *d)
{
    struct data_file f = take_apart(a, r, r->labels);
    if (!is_there(r, &f, d))
        return NULL;
    struct csv_frames csv;
    switch (f.kind) {
    case DATA_NPY:
        return npy_load(a, f.path, DIAG_DATA, d);
    case DATA_NPZ:
        return load_npz(a, &f, usual_labels, NULL, d);
    case DATA_TEXT:
        return load_text(a, r, &f, 0, &csv, d)
                   ? label_array(a, csv.count, csv.labels)
                   : NULL;
    default:
        diag_error(
            d, r->place, DIAG_DATA,
            "labels '%s' are a folder or an image, not .npy, .npz or .csv",
            f.shown);
        return NULL;
    }
}

/* Frames as networks of one dimension have them, without a height of 1. */
static bool is_sequence(const struct npy *n, struct shape s)
{
    return n->dims == 3 && s.h == 1 && s.w > 1 && s.c > 1;
}

/* The sizes of one frame in a file: all of the shape, without channels if
 * there is one, without a height of 1, or the channels alone if the input is a
 * vector. */
static bool fits_hwc(const struct npy *n, struct shape s)
{
    if (n->dims == 4)
        return n->shape[1] == s.h && n->shape[2] == s.w && n->shape[3] == s.c;
    if (is_sequence(n, s))
        return n->shape[1] == s.w && n->shape[2] == s.c;
    if (n->dims == 3 && s.h == 1 && n->shape[1] == s.w && n->shape[2] == s.c)
        return true;
    if (n->dims == 3)
        return s.c == 1 && n->shape[1] == s.h && n->shape[2] == s.w;
    return n->dims == 2 && s.h == 1 && s.w == 1 && n->shape[1] == s.c;
}

static bool fits_chw(const struct npy *n, struct shape s)
{
    if (is_sequence(n, s))
        return n->shape[1] == s.c && n->shape[2] == s.w;
    return n->dims == 4 && n->shape[1] == s.c && n->shape[2] == s.h &&
           n->shape[3] == s.w;
}

static void to_channels_last(struct arena *a, struct npy *n, struct shape s)
{
    uint64_t pixels = (uint64_t)s.h * s.w, each = pixels * s.c;
    int64_t *integers =
        n->is_float ? NULL : arena_new_array(a, int64_t, n->count);
    double *floats = n->is_float ? arena_new_array(a, double, n->count) : NULL;
    for (uint64_t i = 0; i < n->count; i++) {
        uint64_t c = i % each / pixels, p = i % pixels;
        uint64_t to = i / each * each + p * s.c + c;
        if (n->is_float)
            floats[to] = n->floats[i];
        else
            integers[to] = n->integers[i];
    }
    n->integers = integers;
    n->floats = floats;
    n->dims = 4;
    n->shape[1] = s.h;
    n->shape[2] = s.w;
    n->shape[3] = s.c;
}

/* The order of the stream, or said why not. */
static bool order(struct arena *a, const struct data_request *r, struct npy *n,
                  struct diag *d)
{
    struct shape s = r->shape;
    enum data_layout layout = r->options.layout;
    bool has_layout = n->dims == 4 || is_sequence(n, s);
    bool hwc = fits_hwc(n, s) && (layout != DATA_LAYOUT_CHW || !has_layout);
    bool chw = fits_chw(n, s) && layout != DATA_LAYOUT_HWC;
    if (hwc && chw && s.c > 1) {
        diag_error(d, r->place, DIAG_DATA,
                   "inputs '%s' have shape %s: are the channels last or "
                   "first?",
                   r->inputs, npy_shape_text(n, a));
        diag_hint(d, "--data-layout hwc or chw, or \"layout\" in the model's "
                     "data, says it");
        return false;
    }
    if (hwc)
        return true;
    if (!chw) {
        diag_error(d, r->place, DIAG_DATA,
                   "inputs '%s' have shape %s, not (frames, %u, %u, %u)",
                   r->inputs, npy_shape_text(n, a), s.h, s.w, s.c);
        return false;
    }
    if (layout == DATA_LAYOUT_AUTO && s.c > 1)
        diag_warning(d, r->place, DIAG_DATA,
                     "inputs '%s' of shape %s are read with channels first",
                     r->inputs, npy_shape_text(n, a));
    to_channels_last(a, n, s);
    return true;
}

static bool refuse_scale(const struct data_request *r, const char *why,
                         struct diag *d)
{
    diag_error(d, r->place, DIAG_DATA, "inputs '%s' %s", r->inputs, why);
    return false;
}

static enum data_scale scale_of(const struct data_request *r,
                                const struct contents *c)
{
    if (r->options.scale != DATA_SCALE_AUTO)
        return r->options.scale;
    if (c->kind == DATA_IMAGES)
        return r->format.width != 0 && format_fraction(r->format) <= 0
                   ? DATA_SCALE_NUMBER
                   : DATA_SCALE_UNIT;
    return c->values->is_float ? DATA_SCALE_NUMBER : DATA_SCALE_RAW;
}

/* Floats that are raw values. */
static bool to_integers(struct arena *a, const struct data_request *r,
                        struct npy *n, struct diag *d)
{
    n->integers = arena_new_array(a, int64_t, n->count);
    for (uint64_t i = 0; i < n->count; i++) {
        double x = n->floats[i];
        if (!(fabs(x) <= 0x1p53) || x != floor(x))
            return refuse_scale(r,
                                arena_printf(a,
                                             "hold %.9g (value %" PRIu64
                                             "), which is no raw value: those "
                                             "are integers",
                                             x, i),
                                d);
        n->integers[i] = (int64_t)x;
    }
    n->is_float = false;
    return true;
}

static void to_floats(struct arena *a, struct npy *n, uint64_t each,
                      const uint16_t *max, double divisor)
{
    n->floats = arena_new_array(a, double, n->count);
    for (uint64_t i = 0; i < n->count; i++) {
        uint64_t frame = i / each;
        n->floats[i] =
            (double)n->integers[i] / (max == NULL ? divisor : max[frame]);
    }
    n->is_float = true;
}

/* Integers on the command line that look like pixels: their type has too few
 * bits for the raw values of the format that they are taken for. */
static void warn_of_pixels(const struct data_request *r, const struct npy *n,
                           struct diag *d)
{
    char format[FORMAT_TEXT_SIZE];
    if (r->place.file != NULL || r->options.scale != DATA_SCALE_AUTO ||
        n->is_float || n->bits >= r->format.width)
        return;
    diag_warning(d, r->place, DIAG_DATA,
                 "inputs '%s' are integers of %u bit%s, taken for raw values "
                 "of %s: 1 stands for %.9g",
                 r->inputs, (unsigned)n->bits, n->bits == 1 ? "" : "s",
                 format_print(r->format, format),
                 ldexp(1, -format_fraction(r->format)));
    diag_hint(d, "--data-scale raw says that they are; number and unit (0 to "
                 "1) say that they are something else");
}

/* Numbers get their meaning. */
static bool scale(struct arena *a, const struct data_request *r,
                  const struct contents *c, struct diag *d)
{
    struct npy *n = c->values;
    uint64_t each = shape_count(r->shape);
    switch (scale_of(r, c)) {
    case DATA_SCALE_RAW:
        if (r->format.width == 0) {
            refuse_scale(r,
                         "are integers, raw values of a format, which is only "
                         "being chosen",
                         d);
            diag_hint(d, "--data-scale unit (0 to 1) or number says what they "
                         "mean");
            return false;
        }
        warn_of_pixels(r, n, d);
        return !n->is_float || to_integers(a, r, n, d);
    case DATA_SCALE_UNIT:
        if (c->max == NULL && (n->is_float || n->is_signed || n->bits > 16))
            return refuse_scale(r,
                                "are no unsigned integers of 8 or 16 bits, "
                                "whose largest would be 1",
                                d);
        to_floats(a, n, each, c->max, ldexp(1, n->bits) - 1);
        return true;
    default:
        if (!n->is_float)
            to_floats(a, n, each, NULL, 1);
        return true;
    }
}

bool data_load(struct arena *a, const struct data_request *r,
               struct data_frames *out, struct diag *d)
{
    struct contents c;
    struct npy *labels = NULL;
    if (!load_inputs(a, r, &c, &labels, d) || !order(a, r, c.values, d))
        return false;
    if (c.values->shape[0] == 0)
        return refuse_scale(r, "have no frames", d);
    if (!scale(a, r, &c, d))
        return false;
    if (r->labels != NULL) {
        labels = load_labels(a, r, d);
        if (labels == NULL)
            return false;
    }
    *out = (struct data_frames){ c.values->shape[0], c.values, labels };
    return true;
}
