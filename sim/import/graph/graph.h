/* graph -- a neural network as tools exchange it, before it is a network.
 *
 * What stands between the readers of other tools' files (sim/import/onnx,
 * sim/import/keras) and struct network: nodes of few kinds on tensors of up to
 * eight dimensions.  A reader adds nodes in the order of data; each is checked
 * and gets the shape of its output at once, and a node whose inputs are all
 * constant is computed at once, so that what exporters compute from shapes is
 * gone before anybody looks at it.
 *
 *     file --reader--> graph --graph_simplify--> graph --graph_lower--> sketch
 *                        |                                                |
 *                  graph_evaluate                       model config, weights
 *
 * graph_evaluate computes a graph in floating point: it is the reference for
 * what becomes of it.  graph_simplify rewrites what hardware has no word for
 * (pads, normalisations, pairs of quantisers).  graph_lower turns the rest
 * into layers in streaming order (height, width, channels).
 *
 * Meaning of the kinds.  Axis 0 is the batch.  Windows, global pools,
 * batchnorm and upsample take (batch, channels, spatial...), or with
 * channels_last (batch, spatial..., channels), with one to three spatial
 * axes.
 *   conv        x, weights (units, channels / groups, kernel...), biases
 *               (units) or none
 *   gemm        alpha * x * w + beta * bias, x and w matrices, transposed if
 *               transpose_a, transpose_b
 *   matmul      as numpy.matmul
 *   maxpool, avgpool   window; count_pads: pads are zeros in the mean, else
 *               they do not count
 *   mean        over the axes in `list`; they stay with size 1 if keep
 *   batchnorm   x, scale, offset, mean, variance of the channels; epsilon
 *   affine      x * scale + offset, one of each along `axis`
 *   clip        low, high
 *   leaky_relu  alpha;  prelu: x, slopes that broadcast to x
 *   hard_sigmoid  max(0, min(1, alpha * x + beta))
 *   softmax     over `axis`, or from `axis` to the end if flat
 *   argmax      over `axis`; `last`: of equal ones the last; keep
 *   add ... min two tensors with numpy's broadcasting
 *   concat      along `axis`
 *   pad         list: pads before each axis, then those behind (negative ones
 *               cut); mode; value
 *   slice       list: start, step of each axis (normalised)
 *   gather      x, indices, along `axis`
 *   reshape     to the output's dims;  transpose: list is the permutation
 *   upsample    nearest: list: whole factors of each axis
 *   cast        to the output's type; keep: the values are whole already
 *   quantize    x, scale, zero point (of the output's type) or none: saturate
 *               (round(x / scale) + zero), ties to even; along `axis`
 *   dequantize  (x - zero) * scale
 *   quant       x, scale, zero point, bits: a quantize and a dequantize at
 *               once, on integers of so many bits; is_signed, narrow,
 *               rounding; bits 1 and `bipolar`: -scale or scale
 *
 * Everything belongs to the arena of the graph; data of constants may be
 * lent by the reader's, which then has to live as long. */
#ifndef HEADRACE_IMPORT_GRAPH_GRAPH_H
#define HEADRACE_IMPORT_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct arena;

enum { GRAPH_RANK_MAX = 8, GRAPH_INPUTS_MAX = 256, GRAPH_SPATIAL_MAX = 3 };

/* Elements of a tensor; a reader refuses what has more. */
#define GRAPH_ELEMENTS_MAX (UINT64_C(1) << 31)

enum graph_op {
#define GRAPH_OP(id, name, min, max) GRAPH_##id,
#include "import/graph/graph_ops.def"
#undef GRAPH_OP
    GRAPH_OP_COUNT
};
const char *graph_op_name(enum graph_op op); /* "conv" */

enum graph_type {
    GRAPH_FLOAT32,
    GRAPH_FLOAT64,
    GRAPH_INT8,
    GRAPH_UINT8,
    GRAPH_INT16,
    GRAPH_UINT16,
    GRAPH_INT32,
    GRAPH_INT64,
    GRAPH_BOOL,
    GRAPH_TYPE_COUNT
};
const char *graph_type_name(enum graph_type t); /* "float32" */
size_t graph_type_size(enum graph_type t);      /* bytes of an element */
bool graph_type_is_float(enum graph_type t);
/* Least and greatest value of an integer type (as doubles: those of int64
 * are rounded). */
double graph_type_min(enum graph_type t);
double graph_type_max(enum graph_type t);

struct graph_dims {
    uint32_t rank;
    uint64_t size[GRAPH_RANK_MAX];
};
/* Elements; dims of a graph's tensors have at most GRAPH_ELEMENTS_MAX. */
uint64_t graph_dims_count(const struct graph_dims *d);
/* False: more than GRAPH_ELEMENTS_MAX elements, or rank too large. */
bool graph_dims_fit(const struct graph_dims *d);
bool graph_dims_equal(const struct graph_dims *a, const struct graph_dims *b);
/* "1x3x224x224"; the arena's. */
const char *graph_dims_text(const struct graph_dims *d, struct arena *a);

/* The integers that a quantised tensor is made of: value = (integer - zero) *
 * scale.  bits 0: the tensor is not quantised. */
struct graph_grid {
    uint32_t bits;
    bool is_signed, is_bipolar; /* bipolar: -scale or scale */
    bool is_whole;    /* the values are exact multiples of the scale, 2^k */
    uint8_t rounding; /* enum graph_rounding */
    double scale;     /* the smallest, if there is one for each channel */
    double zero;
    /* Those of the slices along an axis; NULL: `scale` is the only one, or
     * `is_mixed`: there are others, and which is whose is not known. */
    const double *scales;
    uint32_t scale_axis;
    bool is_mixed;
};

struct graph_value {
    const char *name; /* as in the file */
    struct graph_dims dims;
    enum graph_type type;
    /* Of a constant, in row-major order and the machine's byte order, not
     * aligned; is_splat: one element that stands for all.  NULL: computed. */
    const void *data;
    bool is_splat;
    /* Of a constant that was quantised; of a computed one, what its integers
     * stand for (graph_requantise.h). */
    struct graph_grid grid;
    struct graph_node *source; /* that computes it; NULL: input or constant */
    uint32_t readers;          /* nodes, and the graph's output */
    uint32_t index;            /* in the graph's values */
};

enum graph_pad_mode { GRAPH_PAD_CONSTANT, GRAPH_PAD_REFLECT, GRAPH_PAD_EDGE };
enum graph_rounding {
    GRAPH_ROUND_EVEN,
    GRAPH_ROUND_FLOOR,
    GRAPH_ROUND_CEIL,
    GRAPH_ROUND_ZERO
};

/* Where a window lies, for each spatial axis. */
struct graph_window {
    uint32_t rank;
    uint64_t kernel[GRAPH_SPATIAL_MAX];
    uint64_t stride[GRAPH_SPATIAL_MAX];
    uint64_t dilation[GRAPH_SPATIAL_MAX];
    uint64_t before[GRAPH_SPATIAL_MAX], behind[GRAPH_SPATIAL_MAX]; /* pads */
};

struct graph_attributes {
    struct graph_window window;
    uint64_t groups;    /* conv; 0: 1 */
    bool channels_last; /* windows, global pools, batchnorm, pad, upsample */
    bool ceil;          /* pools: the last window may reach beyond the pads */
    bool count_pads;
    bool transpose_a, transpose_b;
    bool flat, last, keep;
    bool is_signed, narrow, bipolar;
    uint8_t rounding; /* enum graph_rounding */
    uint8_t mode;     /* enum graph_pad_mode */
    int64_t axis;     /* negative: from the end */
    double alpha, beta, low, high, epsilon, value;
    uint32_t count; /* of list */
    int64_t list[2 * GRAPH_RANK_MAX];
    struct graph_dims dims; /* reshape, slice: of the output */
    enum graph_type type;   /* cast, quantize: of the output */
};

struct graph_node {
    enum graph_op op;
    const char *name, *kind; /* for messages: its name and the file's word for
                                what it does */
    uint32_t input_count;
    struct graph_value **inputs; /* NULL: an optional one is not there */
    struct graph_value *output;
    struct graph_attributes attributes;
};

struct graph {
    struct arena *arena;
    struct diag *diag;
    const char *file; /* for messages */
    const char *name;
    struct graph_value *input, *output;
    uint32_t node_count;
    struct graph_node **nodes; /* in the order of data */
    uint32_t value_count;
    struct graph_value **values;
    /* Elements that constants hold, and that were computed from them
     * (graph_fold.h). */
    uint64_t given, folded;
    /* What the integers stand for that graph_requantise made of the ends:
     * value = (integer - zero) * scale.  Scale 0: the ends are values. */
    double input_scale, input_zero, output_scale;
    /* Formats chosen from data (graph_ranges.h), for graph_lower; NULL:
     * none. */
    const struct graph_ranges *ranges;
};

/* `file` and `name` are copied. */
struct graph *graph_new(struct arena *a, const char *file, const char *name,
                        struct diag *d);

/* NULL: said why (too large).  The graph has one input. */
struct graph_value *graph_add_input(struct graph *g, const char *name,
                                    const struct graph_dims *dims,
                                    enum graph_type type);
/* The data is lent.  NULL: said why. */
struct graph_value *graph_add_constant(struct graph *g, const char *name,
                                       const struct graph_dims *dims,
                                       enum graph_type type, const void *data,
                                       bool is_splat);
/* A constant of one dimension, from doubles. */
struct graph_value *graph_add_numbers(struct graph *g, const char *name,
                                      enum graph_type type, uint64_t count,
                                      const double *numbers);

/* What a node is made of; the graph copies it. */
struct graph_node_desc {
    enum graph_op op;
    const char *name, *kind;
    const char *output; /* the name of the tensor */
    uint32_t input_count;
    struct graph_value *const *inputs;
    struct graph_attributes attributes;
};
/* The output: a constant if all inputs are.  NULL: said why. */
struct graph_value *graph_add(struct graph *g,
                              const struct graph_node_desc *desc);

/* The shape and type of a node's output (graph_shape.c).  False: said why. */
bool graph_shape(struct graph *g, const struct graph_node *n,
                 struct graph_dims *dims, enum graph_type *type);

/* Element i of a constant. */
double graph_element(const struct graph_value *v, uint64_t i);
/* The same as int64, exact. */
int64_t graph_integer(const struct graph_value *v, uint64_t i);
/* All elements, the arena's. */
double *graph_elements(const struct graph_value *v, struct arena *a);
/* Writes x, rounded and saturated to the type, as element i of data. */
void graph_store(enum graph_type t, void *data, uint64_t i, double x);

/* The axis as 0 .. rank - 1; false: said of node n that it is outside. */
bool graph_axis(struct graph *g, const struct graph_node *n, int64_t axis,
                uint32_t rank, uint32_t *out);
/* The axis of the channels of a tensor that a window node reads. */
uint32_t graph_channel_axis(const struct graph_node *n, uint32_t rank);
/* The first of its spatial axes. */
uint32_t graph_spatial_axis(const struct graph_node *n);

/* An error about a node: "node 'conv1' (Conv): ...". */
void graph_error(struct graph *g, const struct graph_node *n,
                 enum diag_code code, const char *format, ...)
    __attribute__((format(printf, 4, 5), nonnull(4)));
/* The place of the file. */
struct place graph_place(const struct graph *g);

#endif
