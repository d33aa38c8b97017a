/* sketch -- a network on its way to be a model config: layers by the words of
 * docs/model-config.md, and their weights still where the file has them.
 *
 * What becomes of a graph (graph_lower.h).  It is written as model.json with
 * .npy files beside it, or read at once, as if it had been; either way the
 * reader of model configs has the last word on what is right. */
#ifndef HEADRACE_IMPORT_GRAPH_SKETCH_H
#define HEADRACE_IMPORT_GRAPH_SKETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fixed.h"
#include "import/graph/graph.h"
#include "network/chosen_format.h"
#include "network/network.h"

struct arena;
struct diag;
struct npy;
struct text;

enum { SKETCH_INPUTS_MAX = 32, SKETCH_ARRAYS_MAX = 2 };

/* An array of weights in the order of a model config: element (i, j, ...) is
 * element i * strides[0] + j * strides[1] + ... of a constant. */
struct sketch_array {
    const char *key;  /* "kernel"; NULL: no array */
    const char *file; /* "conv1_kernel.npy" */
    const struct graph_value *from;
    uint32_t rank;
    uint64_t size[4], strides[4];
    const uint64_t *rows;     /* of a dense behind pixels: the row of `from` in
                                 place of i; NULL: i itself */
    const uint64_t *channels; /* the channel (index 2) of `from` in place of
                                 k; NULL: k itself */
    double factor;            /* on every element */
    double step; /* the elements are integers times this, and written as such;
                    0: as numbers */
    /* Of a convolution in groups, that becomes one with zeros: channels and
     * units of a group; 0: one group. */
    uint64_t group_channels, group_units;
    /* Of a kernel with gaps, that becomes one with zeros: steps of rows and
     * columns (indices 0 and 1); 0: none. */
    uint64_t gaps[2];
};

/* A tensor: the input's, or the output of a layer. */
struct sketch_tensor {
    const char *name;
    struct shape shape;
    struct format format;
    bool format_given;                /* a quantiser asked for it */
    uint32_t layer;                   /* index; UINT32_MAX: the input's */
    const struct graph_value *chosen; /* the value that its format was chosen
                                         for; NULL: it was not */
};

struct sketch_layer {
    const char *type; /* "conv2d" */
    struct sketch_tensor *output;
    uint32_t input_count;
    const struct sketch_tensor *inputs[SKETCH_INPUTS_MAX];
    bool can_convert;       /* it has an output_format */
    bool can_activate;      /* and an activation */
    const char *activation; /* NULL: none */
    uint32_t units;  /* filters of a conv2d, units of a dense; 0: no such */
    bool has_kernel; /* kernel and stride of the window */
    bool has_pads;   /* padding, or what a crop2d cuts off */
    bool skips_pads; /* avgpool2d: they do not count */
    struct window window;
    uint32_t scale_h, scale_w; /* upsample2d; 0: no such */
    bool has_shape;            /* reshape: that of the output */
    uint32_t relu_max;
    bool has_alpha;
    double alpha;
    bool has_beta;
    double beta;
    struct format weight, bias; /* width 0: none */
    struct format accumulator;  /* width 0: the exact one */
    /* Of tables that are given; width 0: no such. */
    struct format index, difference, sum, inverse;
    /* Under "hardware"; 0 and NULL: not said. */
    uint64_t reuse_factor;
    uint32_t lanes;
    const char *strategy;
    struct sketch_array arrays[SKETCH_ARRAYS_MAX];
};

/* The depth of one stream's FIFO. */
struct sketch_fifo {
    const char *stream; /* "conv1.out" */
    uint64_t depth;     /* tokens */
};

/* Of the whole design; 0 and NULL: the model config's default. */
struct sketch_hardware {
    const char *family, *strategy, *device;
    const char *reports; /* a folder; not written into another folder */
    uint64_t clock_hz;
    uint32_t input_lanes;
    bool keep_layers; /* "fold_layers": false */
    uint32_t fifo_count;
    const struct sketch_fifo *fifos;
};

struct sketch {
    struct arena *arena;
    const char *name;
    struct sketch_tensor *input, *output;
    /* What the numbers of those two stand for, as in struct graph. */
    double input_scale, input_zero, output_scale;
    uint32_t count;
    struct sketch_layer **layers;
    struct sketch_hardware hardware;
    struct chosen_formats chosen;
};

/* The model config, complete. */
void sketch_write(const struct sketch *s, struct text *out);
/* One array, in C order; the arena's. */
struct npy *sketch_values(const struct sketch_array *a, struct arena *arena);
/* Whether all elements are numbers; else *bad is the first that is none. */
bool sketch_is_finite(const struct sketch_array *a, double *bad);
/* Asked now and then; true: what is being written is to go again. */
typedef bool sketch_stop_fn(void);
/* As a .npy file, made a part at a time: it takes 16 MB at most; stop NULL:
 * never.  False: said why. */
bool sketch_save_array(const struct sketch_array *a, const char *path,
                       sketch_stop_fn *stop, struct diag *d);
/* The array of a file name; NULL: there is none. */
const struct sketch_array *sketch_find(const struct sketch *s,
                                       const char *file);
/* model.json and the arrays, in a folder that is made; each file is whole, the
 * config the last.  False: said why, and none of the files is left, nor a
 * folder that was made. */
bool sketch_save(const struct sketch *s, const char *path, sketch_stop_fn *stop,
                 struct diag *d);

#endif
