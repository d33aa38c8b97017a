/* model_parts -- what the files that read a model config share.
 *
 * Reading goes in four steps, each of which leaves out what an earlier one
 * has complained about, so that one mistake gives one diagnostic:
 *   model_layer.c   the keys of each layer by themselves  -> layer_draft
 *                   (model_type.c, model_window.c, model_numbers.c: those
 *                   that only some types have)
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

struct device;
struct foreign_options;
struct npy;
struct sketch;

enum { MODEL_LAYERS_MAX = 10000, MODEL_NAME_MAX = 64 };

/* Of all layers together: 1 GiB as raw values. */
#define MODEL_WEIGHTS_MAX (UINT64_C(1) << 28)

/* What every step needs. */
struct model_reader {
    struct arena *arena;
    struct diag *diag;
    const struct kernel_table *kernels;
    struct model *model;         /* being filled; path and folder are set */
    const struct device *device; /* of the hardware as a whole; or NULL */
    const struct sketch *sketch; /* whose arrays take the place of files;
                                    NULL: there are files */
    const struct foreign_options *foreign; /* from the command line; or NULL */
    bool leaves_weights; /* sizes and formats are checked, arrays not read */
};

/* Instead of the index of the layer that a layer reads. */
enum { SOURCE_INPUT = -1, SOURCE_UNKNOWN = -2 };

/* A tensor that a layer reads, as written. */
struct input_draft {
    struct json json; /* the name */
    const char *name;
    int32_t source; /* index of the layer it is of, or SOURCE_... */
};

/* Where weights come from: files by their names as written (NULL: none), or a
 * seed. */
struct weights_draft {
    bool seeded;
    uint64_t seed, zeros; /* of so many weights: zero */
    const char *key;      /* of the weights: "kernel", "scale", ... */
    const char *kernel;   /* the file under that key */
    const char *bias_key;
    const char *bias;
    bool is_table; /* kernel and bias are tables, key NULL if there are none */
    bool no_bias;  /* not even a seeded one */
    /* Of a batchnorm, instead of scale and offset. */
    bool is_normal;
    const char *gamma, *beta, *mean, *variance;
    double epsilon;
};

/* PADDING_GIVEN: as the window says. */
enum padding_rule { PADDING_GIVEN, PADDING_SAME, PADDING_CAUSAL };

/* One layer as written. */
struct layer_draft {
    /* Name (NULL: none given), type, place, window, units, relu, and the
     * formats as given (width 0: not given or wrong). */
    struct layer layer;
    const struct model_type *type; /* as written; NULL: unknown */
    struct json json;              /* its object */
    const char *const *keys;       /* that it may have */
    bool well_named;               /* layer.name keeps the rule */
    bool sizes_known;              /* type, window and units are right */
    bool numbers_known; /* so are formats, if the defaults are applied */
    bool weights_known; /* and the names of the files or the seed */
    enum padding_rule padding;
    int32_t free_size; /* of a reshape: 0 to 2: the height, width or channels
                          follow from the rest; -1: none */
    struct weights_draft weights;
    uint32_t input_count; /* 0: not known */
    struct input_draft *inputs;
    /* The depthwise half of a separable convolution, whose pointwise half
     * this is; else NULL.  It has no inputs of its own. */
    struct layer_draft *ahead;
    bool shaped; /* layer.output is complete */
};

struct network_draft {
    struct json json, input_json; /* the objects */
    struct tensor input;
    bool input_known; /* shape and format */
    uint32_t count;
    struct layer_draft *layers; /* in file order */
    uint32_t order_count;
    uint32_t *order; /* those that the input reaches, sources first; in file
                        order if that is one */
    int32_t output;  /* index of the last layer, or SOURCE_UNKNOWN */
};

/* model_layer.c */
void layer_draft_read(struct model_reader *r, struct json j,
                      struct layer_draft *out);

/* model_graph.c: sets the sources, order and output. */
void network_draft_connect(struct model_reader *r, struct network_draft *n);

/* model_shape.c: sets the inputs and outputs of the layers in order, resolves
 * 'same' padding and the default formats. */
void network_draft_shape(struct model_reader *r, struct network_draft *n);

/* model_weights.c: fills in the weights of all shaped layers.  Nothing is
 * loaded if all of them together would be too many. */
void network_draft_weigh(struct model_reader *r, struct network_draft *n);

/* model_tables.c: the entries of tables that the model gives. */
void model_load_tables(struct model_reader *r, struct layer_draft *l);

/* model_network.c */
void model_read_network(struct model_reader *r, struct json j);

/* model_foreign.c: a network that is another tool's file.  `hardware` is that
 * of the config; if there is none, it is the file's. */
void model_read_foreign(struct model_reader *r, struct json network,
                        struct json hardware);

/* model_hardware.c: what can be said without a design; whether options fit
 * the layers and streams is design_lower's to say. */
void model_read_hardware(struct model_reader *r, struct json j);

/* The name of a device, as struct hardware has it, and the device; NULL: said
 * why. */
const char *model_read_device(struct model_reader *r, struct json value,
                              const struct device **device);

/* model_boards.c: boards and links, once device and clock are read. */
void model_read_boards(struct model_reader *r, struct json hardware);
/* A board for each copy; NULL: none are given, or said why not. */
const uint32_t *model_read_copy_boards(struct model_reader *r, struct json j,
                                       uint32_t copies);

/* model_stimulus.c: "source" or "sink". */
void model_read_stimulus(struct model_reader *r, struct json j,
                         struct stimulus *out);

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
