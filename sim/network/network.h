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

/* Values in a tensor of this shape; every shape in a network has at most
 * 2^31 of them. */
static inline uint64_t shape_count(struct shape s)
{
    return (uint64_t)s.h * s.w * s.c;
}

struct tensor {
    const char *name; /* the layer's, or the input's */
    struct shape shape;
    struct format format;
};

enum layer_type {
    LAYER_CONV2D,
    LAYER_ZEROPAD2D,
    LAYER_MAXPOOL2D,
    LAYER_RELU,
    LAYER_DENSE,
    LAYER_FLATTEN,
    LAYER_TYPE_COUNT
};
const char *layer_type_name(enum layer_type t); /* "conv2d" */

/* Where a window lies: rows before columns. */
struct window {
    uint32_t kernel_h, kernel_w;
    uint32_t stride_h, stride_w;
    uint32_t pad_top, pad_bottom, pad_left, pad_right;
};

struct layer {
    const char *name;
    enum layer_type type;
    struct place place;   /* in the file, for diagnostics */
    uint32_t input_count; /* 1 for all layer types so far */
    const struct tensor *const *inputs;
    struct tensor output;
    struct window window; /* conv2d, maxpool2d, zeropad2d (pads only);
                             'same' padding is resolved */
    uint32_t units;       /* filters of a conv2d, outputs of a dense */
    bool relu;            /* fused behind conv2d or dense */
    struct format weight, bias, accumulator; /* conv2d, dense */
    /* Raw values in their formats (of a 32-bit unsigned format: the bits).
     * conv2d: [kernel row][kernel column] [input channel][filter]; dense:
     * [input][output].  Bias: [units]. */
    const int32_t *weights;
    const int32_t *biases;
    /* The same before conversion, where the model gave floats; else NULL. */
    const double *weight_floats;
    const double *bias_floats;
};

struct network {
    const char *name;
    struct tensor input;
    uint32_t layer_count;
    struct layer *layers;
    const struct tensor *output;
};

/* NULL if there is none. */
const struct layer *network_layer(const struct network *n, const char *name);

#endif
