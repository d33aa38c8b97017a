/* model_parts -- what the files that read a model config share.
 *
 * Reading goes in four steps, each of which leaves out what an earlier one
 * has complained about, so that one mistake gives one diagnostic:
 *   model_layer.c   the keys of each layer by themselves  -> layer_draft
 *   model_graph.c   who reads whom, and the order         -> network_draft
 *   model_shape.c   shapes, formats and accumulators, along the order
 *   model_weights.c weights and biases, where the shapes are known
 * Whether a model is good is decided once, at the end, by the number of
 * errors reported. */
#ifndef HEADRACE_IMPORT_MODEL_PARTS_H
#define HEADRACE_IMPORT_MODEL_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fixed.h"
#include "base/json.h"
#include "import/model.h"
#include "network/network.h"

struct npy;

enum { MODEL_LAYERS_MAX = 10000, MODEL_NAME_MAX = 64 };

/* Of all layers together: 1 GiB as raw values. */
#define MODEL_WEIGHTS_MAX (UINT64_C(1) << 28)
/* Of one tensor. */
#define MODEL_VALUES_MAX (UINT64_C(1) << 31)

/* What every step needs. */
struct model_reader {
    struct arena *arena;
    struct diag *diag;
    const struct kernel_table *kernels;
    struct model *model; /* being filled; path and folder are set */
};

/* Instead of the index of the layer that a layer reads. */
enum { SOURCE_INPUT = -1, SOURCE_UNKNOWN = -2 };

/* One layer as written. */
struct layer_draft {
    /* Name (NULL: none given), type, place, window, units, relu, and the
     * formats as given (width 0: not given or wrong). */
    struct layer layer;
    struct json json;        /* its object */
    const char *const *keys; /* that it may have */
    bool well_named;         /* layer.name keeps the rule */
    bool sizes_known;        /* type, window and units are right */
    bool numbers_known;      /* so are formats, if the defaults are applied */
    bool weights_known;      /* and the names of the files or the seed */
    bool same_padding;
    bool seeded;
    uint64_t seed;
    const char *kernel_file, *bias_file; /* as written; NULL: none */
    const char *input;                   /* NULL: not given */
    int32_t source; /* index of the layer it reads, or SOURCE_... */
    bool shaped;    /* layer.output is complete */
};

struct network_draft {
    struct json json, input_json; /* the objects */
    struct tensor input;
    bool input_known; /* shape and format */
    uint32_t count;
    struct layer_draft *layers; /* in file order */
    uint32_t order_count;
    uint32_t *order; /* those that the input reaches, sources first */
    int32_t output;  /* index of the last layer, or SOURCE_UNKNOWN */
};

/* model_layer.c */
void layer_draft_read(struct model_reader *r, struct json j,
                      struct layer_draft *out);

/* model_graph.c: sets source, order and output. */
void network_draft_connect(struct model_reader *r, struct network_draft *n);

/* model_shape.c: sets the outputs of the layers in order, resolves 'same'
 * padding and the default formats. */
void network_draft_shape(struct model_reader *r, struct network_draft *n);

/* model_weights.c: fills in the weights of all shaped layers.  Nothing is
 * loaded if all of them together would be too many. */
void network_draft_weigh(struct model_reader *r, struct network_draft *n);

/* model_network.c */
void model_read_network(struct model_reader *r, struct json j);

/* model_hardware.c: what can be said without a design; whether options fit
 * the layers and streams is design_lower's to say. */
void model_read_hardware(struct model_reader *r, struct json j);

/* model_words.c: keys, names, words, formats and paths.  Each returns false or
 * NULL after saying why. */
/* Reports the keys of an object that are not in a NULL-ended list; false if
 * there is one. */
bool model_check_keys(struct json object, const char *const *keys);
/* A required key of an object whose keys were checked.  If it is missing
 * because it was misspelt, that was reported already. */
struct json model_need(struct json object, const char *const *keys,
                       const char *key);
enum format_use { FORMAT_TENSOR, FORMAT_WEIGHT, FORMAT_BIAS, FORMAT_SUM };
bool model_read_format(struct model_reader *r, struct json j,
                       enum format_use use, struct format *out);
/* A name by the rule of docs/model-config.md.  *usable is set to the string
 * even if it breaks the rule, so that references to it can be followed. */
bool model_read_name(struct model_reader *r, struct json j,
                     const char **usable);
/* The index of one of a NULL-ended list of words; what = "activation". */
bool model_read_word(struct model_reader *r, struct json j, const char *what,
                     const char *const *words, uint32_t *out);
/* A path below the model's folder, as written. */
const char *model_read_path(struct model_reader *r, struct json j,
                            enum diag_code code);
/* The string as it may stand in a message: cut if it is very long. */
const char *model_shown(struct model_reader *r, const char *s);
/* model_values.c: from the numbers of a file to raw values. */
struct value_source {
    struct place place; /* of the file's name in the model */
    const char *file;   /* as written there */
    enum diag_code shape_code, range_code;
};
/* NULL: said why.  The file of that name in the model's folder. */
struct npy *model_load_values(struct arena *a, const char *folder,
                              const struct value_source *s, struct diag *d);
/* Converts the first `count` values of n to f: integers must be raw values
 * of f; floats become the nearest value (ties to even), or the outermost one
 * with a warning.  False: said why. */
bool model_convert_values(struct arena *a, const struct npy *n, uint64_t count,
                          struct format f, const struct value_source *s,
                          int32_t *out, struct diag *d);

#endif
