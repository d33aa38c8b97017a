#include "import/foreign.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "import/graph/graph_lower.h"
#include "import/graph/graph_ranges.h"
#include "import/graph/graph_requantise.h"
#include "import/graph/graph_simplify.h"
#include "import/hls4ml/hls4ml_project.h"
#include "import/keras/keras.h"
#include "import/onnx/onnx.h"

/* Of a file of no known kind, which is opened only to say whether it is
 * there. */
enum { UNKNOWN_BYTES_MAX = 1 << 30 };

/* A kind of file: how it is known, and how it becomes a sketch. */
struct reader {
    bool (*is)(const char *path);
    struct sketch *(*load)(struct arena *a, const char *path,
                           const struct foreign_options *o, struct diag *d);
};

static struct format standard_of(const struct foreign_options *o)
{
    /* For the few numbers that no data says anything of: slopes. */
    const struct foreign_calibration *c = &o->calibration;
    if (c->data != NULL)
        return (struct format){
            .width = (uint8_t)foreign_range_options(c).weight_width,
            .integer = 1,
            .is_signed = true,
            .quant = FIXED_RND_CONV,
            .overflow = FIXED_SAT,
        };
    if (o->precision.width != 0)
        return o->precision;
    return (struct format){ .width = 16, .integer = 6, .is_signed = true };
}

/* Whether a name is one that exporters and Keras give by themselves:
 * "main_graph", "sequential_3". */
static bool is_automatic(const char *name)
{
    static const char *const names[] = {
        "main_graph", "torch_jit", "torch-jit-export", "tf2onnx", "sequential",
        "functional", "model"
    };
    if (name[0] == '\0')
        return true;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t length = strlen(names[i]);
        const char *rest = name + length;
        if (strncmp(name, names[i], length) == 0 &&
            (rest[0] == '\0' ||
             (rest[0] == '_' && rest[1] != '\0' &&
              strspn(rest + 1, "0123456789") == strlen(rest + 1))))
            return true;
    }
    return false;
}

/* "net" of "folder/net.onnx" */
static const char *stem_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    const char *stem =
        arena_printf(a, "%.*s",
                     (int)(dot == NULL ? strlen(name) : (size_t)(dot - name)),
                     name);
    /* Names of designs are of letters without accents. */
    return strpbrk(stem, "abcdefghijklmnopqrstuvwxyz"
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == NULL
               ? "network"
               : stem;
}

/* What follows for every reader that makes a graph; NULL: there is none. */
static struct sketch *lower(struct graph *g, const struct foreign_options *o)
{
    if (g == NULL)
        return NULL;
    if (is_automatic(g->name))
        g->name = stem_of(g->arena, g->file);
    graph_simplify(g);
    if (!graph_requantise(g, standard_of(o)) ||
        !foreign_choose_ranges(g, &o->calibration))
        return NULL;
    return graph_lower(g, standard_of(o));
}

/* The input's shape that was asked for; rank 0: none was. */
static struct graph_dims dims_of(const struct foreign_options *o)
{
    struct graph_dims dims = { .rank = o->rank };
    for (uint32_t i = 0; i < o->rank; i++)
        dims.size[i] = o->shape[i];
    return dims;
}

static bool is_onnx(const char *path)
{
    return text_ends_in(path, ".onnx");
}

static struct sketch *load_onnx(struct arena *a, const char *path,
                                const struct foreign_options *o, struct diag *d)
{
    struct onnx_options options = { .input_dims = dims_of(o) };
    return lower(onnx_load(a, path, &options, d), o);
}

static struct sketch *load_keras(struct arena *a, const char *path,
                                 const struct foreign_options *o,
                                 struct diag *d)
{
    struct keras_options options = { .input_dims = dims_of(o) };
    return lower(keras_load(a, path, &options, d), o);
}

/* What is resolved already: there is nothing left to choose. */
static struct sketch *load_hls4ml(struct arena *a, const char *path,
                                  const struct foreign_options *o,
                                  struct diag *d)
{
    if (foreign_options_are_none(o))
        return hls4ml_load(a, path, d);
    diag_error(d, (struct place){ .file = path }, DIAG_OPTION,
               "an hls4ml project has its shape and formats: no default "
               "precision, input shape or calibration changes them");
    return NULL;
}

static const struct reader readers[] = {
    { is_onnx, load_onnx },
    { keras_is, load_keras },
    { hls4ml_is_project, load_hls4ml },
};

static const struct reader *reader_of(const char *path)
{
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
        if (readers[i].is(path))
            return &readers[i];
    return NULL;
}

bool foreign_options_are_none(const struct foreign_options *o)
{
    return o->precision.width == 0 && o->rank == 0 &&
           o->calibration.data == NULL;
}

bool foreign_is(const char *path)
{
    return reader_of(path) != NULL;
}

struct sketch *foreign_load(struct arena *a, const char *path,
                            const struct foreign_options *o, struct diag *d)
{
    const struct reader *r = reader_of(path);
    if (r != NULL)
        return r->load(a, path, o, d);
    if (foreign_is_unread(path, d))
        return NULL;
    size_t length;
    if (file_is_folder(path))
        diag_error(d, (struct place){ .file = path }, DIAG_FILE_OPEN,
                   "the folder is no project of hls4ml: those have "
                   "firmware/parameters.h and firmware/defines.h, and no "
                   "model.json");
    else if (file_read(a, path, UNKNOWN_BYTES_MAX, &length, d) != NULL)
        diag_error(d, (struct place){ .file = path }, DIAG_FILE_OPEN,
                   "this is no model file of another tool: those end in "
                   ".onnx, .keras, .h5 or .hdf5, or are an architecture of "
                   "Keras in .json");
    return NULL;
}
