/* requantising -- what the files of graph_requantise share.
 *
 *   graph_requantise.c     the walk along the nodes; which need it
 *   requantise_parts.c     integers and what they stand for, new nodes
 *   requantise_round.c     to the integers of a quantiser
 *   requantise_products.c  convolutions and matrices
 *   requantise_values.c    quantisers, ReLUs, pools, what keeps values
 *   requantise_joins.c     sums, products, concatenations of tensors */
#ifndef HEADRACE_IMPORT_GRAPH_REQUANTISING_H
#define HEADRACE_IMPORT_GRAPH_REQUANTISING_H

#include "base/fixed.h"
#include "import/graph/graph.h"

/* Bits behind the point of sums of two scales, and of means: two roundings
 * move a result by 2^-10 of its step. */
enum { REQUANTISE_GUARD = 10 };

/* A value of the old graph: tensor * scale + offset, of a tensor of the new
 * one.  It is plain if all scales are 1 and all offsets 0. */
struct held {
    struct graph_value *tensor; /* NULL: not there yet */
    uint32_t count;             /* scales, and offsets: 1, or one for each */
    uint32_t axis;              /* slice of the tensor along the axis */
    const double *scale, *offset;
    /* What is known of the tensor: multiples of 2^step between two limits, or
     * numbers of the standard format. */
    bool is_whole;
    int step;
    double low, high;
    /* Clipped, by a node that the quantiser behind it, its only reader, makes
     * part of itself. */
    bool is_clipped;
    double clip_low, clip_high;
    bool is_input; /* nothing but views of the graph's input, for one reader */
};

struct requantising {
    struct graph *g;
    struct format standard;
    uint32_t count;           /* values of the old graph */
    struct held *held;        /* by index */
    struct graph_node **next; /* the only reader of a value; NULL: several */
    bool failed;
};

/* The integers of a quantiser. */
struct target {
    double scale, zero, low, high; /* low and high: of the integers */
    uint8_t rounding;
    bool fits_format; /* scale a power of two, zero point 0 */
};

bool requantise_is_power(double x, int *exponent); /* x = 2^exponent */
struct held *requantise_held(const struct requantising *r,
                             const struct graph_value *v);
bool requantise_is_plain(const struct held *h);
/* A new tensor that is what it stands for. */
struct held requantise_plain_held(const struct requantising *r,
                                  struct graph_value *tensor);

/* New nodes; NULL: said why, and failed.  A node with other inputs (and
 * attributes; NULL: its own): */
struct graph_value *requantise_copy(struct requantising *r,
                                    const struct graph_node *n,
                                    struct graph_value *const *inputs,
                                    uint32_t count,
                                    const struct graph_attributes *t);
/* x * scale + offset; the constants get formats. */
struct rescaling {
    const struct held *like; /* how many there are, and along which axis */
    const double *scale, *offset;
    double most;  /* of the tensor, as a magnitude */
    double range; /* of the results that count: beyond they saturate */
    int unit;     /* the results are rounded to 2^unit */
};
struct graph_value *requantise_affine(struct requantising *r,
                                      const struct graph_node *n,
                                      struct graph_value *x,
                                      const struct rescaling *s);
/* A format: so many bits and a step of 2^step. */
struct graph_value *requantise_format(struct requantising *r,
                                      const struct graph_node *n,
                                      struct graph_value *x, uint32_t bits,
                                      bool is_signed, bool narrow, int step,
                                      uint8_t rounding);
/* A ReLU or clip. */
struct graph_value *requantise_clipped(struct requantising *r,
                                       const struct graph_node *n,
                                       struct graph_value *x, double low,
                                       double high);
/* A constant of whole multiples of 2^step, with that format. */
struct graph_value *requantise_constant(struct requantising *r,
                                        const char *name,
                                        const struct graph_dims *dims,
                                        const double *values, bool is_splat,
                                        uint32_t bits, int step);

/* The tensor that has no scale and offset any more; NULL: failed. */
struct graph_value *requantise_plain(struct requantising *r,
                                     const struct graph_node *n,
                                     const struct graph_value *v);
/* The same value with offset 0, its tensor being what was kept less the zero
 * point.  False: its offset is no whole zero point. */
bool requantise_centre(struct requantising *r, const struct graph_node *n,
                       const struct held *h, struct held *out);
/* Rounded to a target, with its clip.  False: there are no words for it. */
bool requantise_to(struct requantising *r, const struct graph_node *n,
                   const struct held *h, const struct target *t,
                   struct held *out);

/* Whether a node is a quantiser, one for all elements. */
bool requantise_target(const struct graph_node *n, struct target *out);
/* The quantiser that is the only reader of v, behind ReLUs, pools and views;
 * clips_only: behind ReLUs alone.  NULL: there is none. */
const struct graph_node *requantise_ahead(const struct requantising *r,
                                          const struct graph_value *v,
                                          bool clips_only);
/* The bits of a signed format with that step; 33: more than 32. */
uint32_t requantise_bits(double low, double high, int step);

/* They compute a node's held output.  False: do as for any other node. */
typedef bool requantise_fn(struct requantising *r, const struct graph_node *n,
                           struct held *out);
requantise_fn requantise_product, requantise_quantiser, requantise_dequantiser,
    requantise_clip, requantise_view, requantise_pad, requantise_pool,
    requantise_mean, requantise_norm, requantise_pair, requantise_concat,
    requantise_argmax;

#endif
