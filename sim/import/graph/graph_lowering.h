/* graph_lowering -- what the files that lower a graph share.
 *
 *   graph_lower.c    the walk along the nodes, tensors and names
 *   lower_channels.c channels in another order
 *   lower_products.c convolutions, matrices, normalisations
 *   lower_pixels.c   windows, pools, pads, concatenation
 *   lower_values.c   values one by one, or two by two
 *   lower_formats.c  formats and quantisers
 *   lower_ranges.c   formats chosen from data */
#ifndef HEADRACE_IMPORT_GRAPH_GRAPH_LOWERING_H
#define HEADRACE_IMPORT_GRAPH_GRAPH_LOWERING_H

#include "import/graph/graph.h"
#include "import/graph/sketch.h"
#include "import/graph/stream_order.h"

/* Where a value of the graph is. */
struct placed {
    struct sketch_tensor *tensor; /* NULL: not lowered */
    struct stream_order order;
};

/* A few bytes of a file can ask for channels in another order: all lists and
 * weights that come of it have at most so many bytes. */
enum { GRAPH_REORDERED_MAX = 1 << 25 };

struct graph_lowering {
    struct graph *g;
    struct sketch *sketch;
    struct arena *arena;
    struct format standard;
    struct placed *placed;    /* by index of the value */
    uint64_t reordered;       /* bytes, see GRAPH_REORDERED_MAX */
    bool failed;              /* something was said */
    uint32_t inexact;         /* quantisers whose scale is no power of two */
    const char *inexact_name; /* the first one */
    double inexact_scale;
    uint32_t dilated;         /* convolutions whose kernels have gaps */
    const char *dilated_name; /* the first one */
};

/* False: said why. */
typedef bool graph_lower_fn(struct graph_lowering *l,
                            const struct graph_node *n);
graph_lower_fn graph_lower_conv, graph_lower_matrix, graph_lower_affine;
graph_lower_fn graph_lower_pool, graph_lower_global_pool, graph_lower_mean,
    graph_lower_slice, graph_lower_pad, graph_lower_upsample,
    graph_lower_concat;
graph_lower_fn graph_lower_relu, graph_lower_clip, graph_lower_leaky_relu,
    graph_lower_prelu, graph_lower_table, graph_lower_softmax,
    graph_lower_argmax, graph_lower_pair;
graph_lower_fn graph_lower_quant, graph_lower_dequantize;

/* Always false. */
bool graph_refuse(struct graph_lowering *l, const struct graph_node *n,
                  const char *format, ...)
    __attribute__((format(printf, 3, 4), nonnull(3)));

/* A layer that reads `input`, with an output of that shape (and the input's
 * format).  NULL: said that a size is too large. */
struct sketch_layer *graph_new_layer(struct graph_lowering *l,
                                     const struct graph_node *n,
                                     const char *type,
                                     const struct sketch_tensor *input,
                                     const uint64_t shape[3]);
/* The output of node n is that of the layer, in the order of the dims of a
 * tensor of pixels (channels first, or last). */
void graph_place_pixels(struct graph_lowering *l, const struct graph_node *n,
                        struct sketch_layer *layer, bool channels_last);
/* The same with the channels in the order that those of its input have. */
void graph_place_like_pixels(struct graph_lowering *l,
                             const struct graph_node *n,
                             struct sketch_layer *layer, bool channels_last);
/* It is that of the layer, in the order of its input. */
void graph_place_like(struct graph_lowering *l, const struct graph_node *n,
                      struct sketch_layer *layer,
                      const struct graph_value *like);

/* Where an input is; NULL: said that it is a constant. */
const struct placed *graph_placed(struct graph_lowering *l,
                                  const struct graph_node *n, uint32_t input);
/* The strides of pixels (height, width, channels) numbered as dims, the axes
 * that these are (0: none) and their sizes.  False: it is no image or sequence
 * in a batch of 1. */
bool graph_pixel_strides(const struct graph_dims *d, bool channels_last,
                         uint64_t strides[GRAPH_RANK_MAX], uint32_t axes[3],
                         uint64_t shape[3]);
/* An input as pixels: a tensor whose shape is (height, width, channels), by
 * a reshape layer if needed.  NULL: said that it cannot be. */
struct sketch_tensor *graph_pixels(struct graph_lowering *l,
                                   const struct graph_node *n, uint32_t input,
                                   bool channels_last);
/* The same, but channels may stand in another order, of which the layer makes
 * something: (*channels)[k] is the channel at place k, NULL: k itself. */
struct sketch_tensor *graph_pixels_of(struct graph_lowering *l,
                                      const struct graph_node *n,
                                      uint32_t input, bool channels_last,
                                      const uint64_t **channels);
/* A tensor of some channels of t: channel k of it is from[k] of t, by a
 * pointwise convolution with ones and zeros.  NULL: said why. */
struct sketch_tensor *graph_select(struct graph_lowering *l,
                                   const struct graph_node *n,
                                   struct sketch_tensor *t, uint64_t count,
                                   const uint64_t *from);
/* Puts channels of the network's output that stand in another order, as a
 * shuffle leaves them, in their own.  False: said why. */
bool graph_sort_output(struct graph_lowering *l);
/* Whether what a value is in hardware has this one reader: views of it are no
 * values of their own. */
bool graph_is_sole(const struct graph_value *v);
/* Whether an axis of an input is the channels of its tensor. */
bool graph_is_channels(struct graph_lowering *l, const struct graph_node *n,
                       const struct placed *p, uint32_t axis);
/* The same, but they may stand in another order: (*channels)[k] is the channel
 * at place k, NULL: k itself. */
bool graph_has_channels(struct graph_lowering *l, const struct graph_node *n,
                        const struct placed *p, uint32_t axis,
                        const uint64_t **channels);
/* An array of a layer; its file is named after both. */
struct sketch_array *graph_new_array(struct graph_lowering *l,
                                     struct sketch_layer *layer, uint32_t i,
                                     const char *key,
                                     const struct graph_value *from);

/* The format of weights, by their quantiser, the ranges or the standard. */
struct format graph_weight_format(struct graph_lowering *l,
                                  const struct graph_node *n,
                                  const struct graph_value *v);
struct format graph_bias_format(struct graph_lowering *l,
                                const struct graph_node *n,
                                const struct graph_value *v);

/* lower_ranges.c.  The format that the ranges choose for a value becomes that
 * of its tensor, unless a quantiser gave one or there are no ranges. */
void graph_choose_format(const struct graph_lowering *l,
                         const struct graph_value *v, struct sketch_tensor *t);
/* Biases whose format was chosen need no finer steps than the products that
 * they are added to, which would only widen the sum: low bits are dropped,
 * once the layer's input and weights have their formats. */
void graph_trim_biases(const struct graph_lowering *l,
                       struct sketch_layer *layer);
/* What was chosen, into the sketch. */
void graph_report_ranges(struct graph_lowering *l);

/* The standard's width, and as many integer bits as the values need. */
struct format graph_fitted_format(const struct graph_lowering *l,
                                  const struct graph_value *v);
struct format graph_fitted_number(const struct graph_lowering *l, double x);
/* A tensor of that format: the tensor itself if nobody else needs it
 * otherwise, else behind a linear layer.  NULL: said why. */
struct sketch_tensor *graph_convert(struct graph_lowering *l,
                                    const struct graph_node *n,
                                    struct sketch_tensor *t, bool sole_reader,
                                    struct format f);
/* The widest accumulator, with all bits behind the point, for layers whose
 * exact one is too wide: it wraps around far above what an output holds. */
void graph_set_accumulators(struct graph_lowering *l);

#endif
