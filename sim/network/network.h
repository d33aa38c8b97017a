/* network -- the CNN as read: layers, tensors, number formats.
 *
 * No hardware in it.  Layers stand in topological order (an input is the
 * network's input or the output of an earlier layer).  Shapes are those of
 * the tensors in (height, width, channels); a vector is (1, 1, n).  All of
 * it belongs to the arena it was read into and is not changed afterwards. */
#ifndef HEADRACE_NETWORK_NETWORK_H
#define HEADRACE_NETWORK_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/fixed.h"

struct arena;

enum { NETWORK_SIZE_MAX = 1 << 20 }; /* of one dimension */

struct shape {
    uint32_t h, w, c;
};

/* Values of a tensor, and weights of a layer. */
#define NETWORK_VALUES_MAX (UINT64_C(1) << 31)

/* Values in a tensor of this shape; every shape in a network has at most
 * NETWORK_VALUES_MAX of them. */
static inline uint64_t shape_count(struct shape s)
{
    return (uint64_t)s.h * s.w * s.c;
}

struct tensor {
    const char *name; /* the layer's, or the input's */
    struct shape shape;
    struct format format;
};

/* One-dimensional layers are those of height 1; a separable convolution is
 * two layers; a leaky ReLU is a prelu with one alpha, a relu6 a relu with a
 * limit. */
enum layer_type {
    LAYER_CONV2D,
    LAYER_DEPTHWISE_CONV2D,
    LAYER_DENSE,
    LAYER_MAXPOOL2D,
    LAYER_AVGPOOL2D,
    LAYER_GLOBAL_MAXPOOL,
    LAYER_GLOBAL_AVGPOOL,
    LAYER_ADD,
    LAYER_SUBTRACT,
    LAYER_MULTIPLY,
    LAYER_MAXIMUM,
    LAYER_CONCAT,
    LAYER_BATCHNORM,
    LAYER_RELU,
    LAYER_LINEAR, /* a conversion to the output format, nothing else */
    LAYER_PRELU,
    LAYER_SIGMOID,
    LAYER_TANH,
    LAYER_HARD_SIGMOID,
    LAYER_HARD_TANH,
    LAYER_LOOKUP, /* a function that is given by its table */
    LAYER_SOFTMAX,
    LAYER_ARGMAX,
    LAYER_UPSAMPLE2D,
    LAYER_CROP2D,
    LAYER_ZEROPAD2D,
    LAYER_FLATTEN,
    LAYER_RESHAPE,
    LAYER_TRANSPOSE,
    LAYER_TYPE_COUNT
};
const char *layer_type_name(enum layer_type t); /* "conv2d" */

/* Layers that sum products of inputs and weights: conv2d, depthwise_conv2d,
 * dense. */
bool layer_type_has_products(enum layer_type t);
/* Layers in front of which a process of its own puts the pads of their
 * window: convolutions, maxpool2d, avgpool2d. */
bool layer_type_has_padding_unit(enum layer_type t);

/* Where a window lies: rows before columns. */
struct window {
    uint32_t kernel_h, kernel_w;
    uint32_t stride_h, stride_w;
    uint32_t pad_top, pad_bottom, pad_left, pad_right;
};

/* Of a softmax whose tables the model gave (docs/hardware.md, Numbers). */
struct softmax_rule {
    struct format sum;        /* of exponentials and their sum; width 0: none is
                                 given */
    struct format difference; /* of the distance to the largest value, whose
                                 first bits are the address of exp; width 0:
                                 those of the value itself are */
    struct format index;      /* the sum in it, of whose first bits */
    struct format inverse;    /* an entry of this format is the inverse */
    uint32_t exp_bits, inverse_bits; /* of the addresses */
    const int32_t *exp, *inverses;   /* raw; of the sum's format, of inverse */
};

struct layer {
    const char *name;
    enum layer_type type;
    struct place place;   /* in the file, for diagnostics */
    uint32_t input_count; /* 2 for add, subtract, multiply, maximum; at least
                             2 for concat; else 1 */
    const struct tensor *const *inputs; /* a tensor may have many readers */
    struct tensor output;
    struct window window;      /* convolutions, pools, zeropad2d (pads only),
                                  crop2d (rows and columns cut off, as pads);
                                  'same' padding is resolved */
    bool skips_pads;           /* avgpool2d: pads do not count in the mean */
    uint32_t scale_h, scale_w; /* upsample2d: copies of a row and of a pixel */
    uint32_t units;    /* filters of a conv2d, outputs of a dense, channels
                          of a depthwise_conv2d or batchnorm; alphas of a
                          prelu: its channels, or 1 for all of them */
    bool relu;         /* fused behind conv2d, depthwise_conv2d, dense, add,
                          subtract, multiply or maximum; of a relu: true */
    uint32_t relu_max; /* the ReLU cuts values above it; 0: it does not */
    struct format weight, bias, accumulator; /* convolutions, dense */
    /* avgpool2d, global_avgpool: accumulator, if it is given, is that of a
     * mean by division (docs/hardware.md, Numbers). */
    /* batchnorm: weight and bias are the formats of scale and offset;
     * prelu: weight is that of alpha. */
    /* Raw values in their formats (of a 32-bit unsigned format: the bits).
     * conv2d: [kernel row][kernel column] [input channel][filter]; dense:
     * [input][output]; depthwise_conv2d: [kernel row][kernel column]
     * [channel]; batchnorm (scale) and prelu (alpha): [units].
     * Bias (batchnorm: offset): [units]. */
    const int32_t *weights;
    const int32_t *biases;
    /* The same before conversion, where the model gave floats; else NULL. */
    const double *weight_floats;
    const double *bias_floats;
    double alpha, beta;   /* hard_sigmoid: max(0, min(1, alpha*x + beta)) */
    uint32_t table_bits;  /* address bits of sigmoid, tanh, hard_sigmoid,
                             hard_tanh, softmax; 0: chosen */
    struct format index;  /* of a table that the model gave, as in struct
                             lookup_table; width 0: none */
    const int32_t *table; /* its entries, raw in the output's format */
    struct softmax_rule softmax;
    uint32_t permutation[3]; /* transpose: output axis i is input axis
                                permutation[i] of (height, width, channels) */
};

/* Products in one output value of a layer that has products. */
uint64_t layer_terms(const struct layer *l);

struct network {
    const char *name;
    struct tensor input;
    uint32_t layer_count;
    struct layer *layers;
    const struct tensor *output;
};

/* 0 for the network's input, i + 1 for the output of layer i; t is one of
 * these. */
uint32_t network_tensor_index(const struct network *n, const struct tensor *t);

/* Classes that the output tells apart: one for each value; of a single value
 * two, but those of its input if an argmax says which. */
uint64_t network_class_count(const struct network *n);
/* The layer of the output; NULL: the output is the input. */
const struct layer *network_last_layer(const struct network *n);

/* Products of a frame: of all layers that have products. */
uint64_t network_products(const struct network *n);

/* NULL if there is none. */
const struct layer *network_layer(const struct network *n, const char *name);

#endif
