/* keras_reader -- what the files that read Keras share.
 *
 *   keras.c          which of the containers a file is
 *   keras_zip.c      .keras: a zip
 *   keras_h5.c       HDF5, in a process of its own
 *   keras_model.c    the config: layers, what they read, their order
 *   keras_unknown.c  layers that are not read, and their remedies
 *   keras_references.c  what a layer says it reads
 *   keras_config.c   the keys of a layer
 *   keras_weights.c  its tensors
 *   keras_layers.c   the table of layers
 *   keras_products.c, keras_windows.c, keras_values.c, keras_shapes.c
 *                    one function a layer: it becomes nodes of the graph
 *   keras_operations.c  operations between layers
 *   keras_quantizers.c  quantisers of QKeras: their names and arguments
 *   keras_quantize.c    what they make of a tensor
 *   keras_scales.c      and of weights
 *   keras_powers.c      of which those are powers of two */
#ifndef HEADRACE_IMPORT_KERAS_KERAS_READER_H
#define HEADRACE_IMPORT_KERAS_KERAS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "import/graph/graph.h"
#include "import/keras/keras.h"
#include "import/keras/keras_h5.h"

struct keras_reader {
    struct arena *arena;
    struct diag *diag;
    struct graph *graph;
    const char *path; /* of the file */
    const struct keras_options *options;
    const struct h5 *weights; /* NULL: there are none */
    const char *tried;        /* why not; NULL: nothing to say */
    bool is_new;              /* Keras 3 */
    uint32_t layer_count;
    struct keras_layer *layers; /* as in the file */
};

struct keras_layer {
    struct keras_reader *reader;
    const struct keras_layer_type *type;
    const char *name, *kind; /* "conv1", "Conv2D" */
    const char *group;       /* of its tensors, in a file by order; NULL */
    struct json entry, config;
    uint32_t input_count;
    uint32_t *sources;           /* layers that it reads */
    struct graph_value **inputs; /* what they compute */
    struct graph_value *output;
    uint32_t readers;
    uint8_t state; /* of the walk through the layers */
    bool failed;   /* something was said about it */
};

/* The output; NULL: said why. */
typedef struct graph_value *keras_layer_fn(struct keras_layer *l);

struct keras_layer_type {
    const char *name;
    uint32_t inputs_min, inputs_max;
    keras_layer_fn *read;
    const char *limits; /* for docs/keras-layers.md: what is not read */
};
/* NULL: there is none. */
const struct keras_layer_type *keras_layer_find(const char *name);

/* keras_model.c: the graph of a config; `file` stands for it in messages.
 * NULL: said why. */
struct graph *keras_read_model(struct keras_reader *r, const char *file,
                               const char *config, size_t length);

/* keras_unknown.c: names all layers that are not known, each class once.
 * False: there are some. */
bool keras_check_types(struct keras_reader *r);

/* A reference to a tensor: the layer's name, which use of it, which of its
 * outputs. */
struct keras_reference {
    const char *layer;
    bool is_first; /* use and output are the first ones */
};
struct keras_references {
    uint32_t count;
    struct keras_reference items[GRAPH_INPUTS_MAX];
    bool too_many;
};
/* keras_references.c: all tensors that are named in a value, in their
 * order. */
void keras_collect(struct keras_references *to, struct json j);
/* The same in a list of their own, the arena's. */
struct keras_references *keras_references_of(struct keras_layer *l,
                                             struct json j);
/* In place of a layer's name: the number behind it is meant. */
#define KERAS_CONSTANT "_CONSTANT_VALUE"

/* keras_config.c: a key of the layer's config, `otherwise` if it is not there
 * or null.  What is of another type or outside is an error, and the result as
 * if it were not there. */
const char *keras_string(struct keras_layer *l, const char *key,
                         const char *otherwise);
double keras_number(struct keras_layer *l, const char *key, double otherwise);
bool keras_flag(struct keras_layer *l, const char *key, bool otherwise);
/* A whole number in -2^31 .. 2^31. */
int64_t keras_whole(struct keras_layer *l, const char *key, int64_t otherwise);
/* `count` numbers in least..2^31, of which one may stand for all; false: the
 * key is not there, or (l->failed) said why not. */
bool keras_sizes(struct keras_layer *l, const char *key, uint32_t count,
                 uint64_t least, uint64_t *out);
/* A value that is there and not null. */
bool keras_has(const struct keras_layer *l, const char *key);
bool keras_is_last(struct keras_layer *l); /* data_format */

/* A text of an object; NULL, and nothing said: there is none. */
const char *keras_text_at(struct json object, const char *key);
/* A value of that kind; without a node if it is not there or another. */
struct json keras_part(struct json object, const char *key,
                       enum json_kind kind);
/* A number in least..most; false, and nothing said: it is none. */
bool keras_number_in(struct json j, double least, double most, double *out);

/* An error about a layer; NULL always. */
struct graph_value *keras_error(struct keras_layer *l, enum diag_code code,
                                const char *format, ...)
    __attribute__((format(printf, 3, 4), nonnull(3)));
/* Adds a node, named as the layer, or with a suffix. */
struct graph_value *keras_add(struct keras_layer *l, enum graph_op op,
                              const char *suffix, uint32_t input_count,
                              struct graph_value *const *inputs,
                              const struct graph_attributes *attributes);
struct graph_value *keras_reshape(struct keras_layer *l, const char *suffix,
                                  struct graph_value *x,
                                  const struct graph_dims *dims);
/* A constant of floats with the numbers, of dims {count}. */
struct graph_value *keras_numbers(struct keras_layer *l, uint64_t count,
                                  const double *numbers);
/* A function by its name, which is all that the layer does; NULL: said why. */
struct graph_value *keras_apply(struct keras_layer *l, const char *name,
                                struct graph_value *x);
/* The tensor behind the layer's activation (if it has one). */
struct graph_value *keras_activate(struct keras_layer *l,
                                   struct graph_value *x);

/* keras_weights.c: the tensor `name` of the layer, which is number `index` of
 * those in `part` ("" or "batchnorm/"), as a constant of the graph.  NULL:
 * said why. */
struct graph_value *keras_weight(struct keras_layer *l, const char *part,
                                 const char *name, uint32_t index,
                                 const struct graph_dims *dims);
/* False: said that a variance and epsilon are not positive together. */
bool keras_check_variance(struct keras_layer *l, const struct graph_value *v,
                          double epsilon);
/* Groups of the layers' tensors, where they are numbered.  False: said why. */
bool keras_find_groups(struct keras_reader *r);

/* keras_quantizers.c */
enum keras_alpha { ALPHA_NONE, ALPHA_NUMBER, ALPHA_AUTO, ALPHA_AUTO_PO2 };
enum keras_quantizer_kind {
    KERAS_BITS,
    KERAS_LINEAR,
    KERAS_RELU,
    KERAS_TANH,
    KERAS_SIGMOID,
    KERAS_TERNARY,
    KERAS_BINARY,
    KERAS_PO2,
    KERAS_RELU_PO2
};
struct keras_quantizer {
    enum keras_quantizer_kind kind;
    const char *name;
    double bits, integer, negative_slope, threshold;
    bool symmetric, keep_negative, use_real, use_01;
    enum keras_alpha alpha;
    double factor;    /* alpha as a number; 1 */
    uint32_t unrolls; /* ternary: steps to the scale */
    /* Powers of two; infinity: there is none. */
    double max_value;
    bool is_quadratic;
};
enum keras_found { KERAS_NONE, KERAS_FOUND, KERAS_WRONG };
/* What the key says: none, a quantiser, or said what is wrong. */
enum keras_found keras_quantizer(struct keras_layer *l, const char *key,
                                 struct keras_quantizer *out);
/* Whether a name is one of QKeras's quantisers (also one that is not read). */
bool keras_is_quantizer(const char *name);
/* keras_quantize.c: x quantised; NULL: said why. */
struct graph_value *keras_quantize(struct keras_layer *l, const char *suffix,
                                   struct graph_value *x,
                                   const struct keras_quantizer *q);
/* A quant node; step: of the integers. */
struct graph_value *keras_quant(struct keras_layer *l, const char *suffix,
                                struct graph_value *x, double step, double bits,
                                const struct graph_attributes *t);

/* keras_scales.c: a constant as the quantiser under `key` makes it; itself if
 * there is none.  is_kernel: alpha None means 'auto_po2', as for what QKeras
 * calls trainable. */
struct graph_value *keras_quantize_weights(struct keras_layer *l,
                                           const char *key, bool is_kernel,
                                           struct graph_value *w);

/* keras_powers.c: a constant as powers of two; NULL: said why. */
struct graph_value *keras_quantize_powers(struct keras_layer *l,
                                          const struct keras_quantizer *q,
                                          const struct graph_value *w);

/* The functions of the layers. */
keras_layer_fn keras_read_nothing, keras_read_dense, keras_read_conv,
    keras_read_depthwise, keras_read_separable, keras_read_batchnorm,
    keras_read_conv_batchnorm, keras_read_depthwise_batchnorm;
keras_layer_fn keras_read_maxpool, keras_read_avgpool, keras_read_quant_avgpool,
    keras_read_global_maxpool, keras_read_global_avgpool,
    keras_read_quant_global_avgpool, keras_read_zeropad, keras_read_crop,
    keras_read_upsample;
keras_layer_fn keras_read_activation, keras_read_relu, keras_read_leaky_relu,
    keras_read_prelu, keras_read_softmax, keras_read_add, keras_read_average,
    keras_read_subtract, keras_read_operation, keras_read_tf_operation,
    keras_read_multiply, keras_read_maximum, keras_read_concatenate,
    keras_read_rescaling, keras_read_normalization;
keras_layer_fn keras_read_flatten, keras_read_reshape, keras_read_permute;

/* Spatial axes of a layer by its name: the 1 or 2 in "Conv1D". */
uint32_t keras_spatial(const struct keras_layer *l);
/* keras_windows.c: the window of a layer that reads dims; false: said why. */
bool keras_window(struct keras_layer *l, const struct graph_dims *x,
                  const uint64_t *kernel, struct graph_window *out);
/* Channels of a tensor by the layer's data_format. */
uint64_t keras_channels(struct keras_layer *l, const struct graph_value *x);
/* False: said that the input has not so many axes. */
bool keras_need_rank(struct keras_layer *l, uint32_t rank);

#endif
