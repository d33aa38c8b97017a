/* stream_order -- where the elements of a tensor stand in the stream.
 *
 * A graph numbers the elements of a tensor row by row of its dims; a stream
 * has them in the order (height, width, channels).  Between the two lies a
 * list of factors: the number of an element, written in the mixed radix of
 * their sizes, gives its place as the sum of digits times strides.  Reshapes
 * and transposes change the list, and nothing in hardware.
 *
 *     1x16x5x5, channels first, as 5x5 pixels of 16 channels:
 *         sizes 16, 25   strides 1, 16
 *     flattened to 1x400: the same list */
#ifndef HEADRACE_IMPORT_GRAPH_STREAM_ORDER_H
#define HEADRACE_IMPORT_GRAPH_STREAM_ORDER_H

#include "import/graph/graph.h"

enum { STREAM_FACTORS_MAX = 32 };

struct stream_order {
    uint32_t count;
    struct stream_factor {
        uint64_t size, stride;
    } factors[STREAM_FACTORS_MAX]; /* the slowest first */
};

/* The order of a tensor whose axis i has the stride strides[i]. */
struct stream_order stream_order_new(const struct graph_dims *d,
                                     const uint64_t strides[GRAPH_RANK_MAX]);
/* The stride of each axis of a tensor of these dims (0 for size 1).  False:
 * an axis has no single one. */
bool stream_order_strides(const struct stream_order *o,
                          const struct graph_dims *d,
                          uint64_t strides[GRAPH_RANK_MAX]);
/* The order after a transpose; false: the axes have no places of their
 * own. */
bool stream_order_transpose(const struct stream_order *o,
                            const struct graph_dims *d, const int64_t *axes,
                            struct stream_order *out);
/* Whether an order is that of these strides but for one axis of stride 1 (the
 * channels of pixels), along which values may stand in any order: places[i] is
 * where the i-th is. */
bool stream_order_permuted(const struct stream_order *o,
                           const struct graph_dims *d,
                           const uint64_t strides[GRAPH_RANK_MAX],
                           uint32_t axis, uint64_t *places);
/* The order of another tensor with such strides, which along that axis has
 * the order of the first one (of which the above holds). */
struct stream_order stream_order_like(const struct stream_order *o,
                                      const struct graph_dims *d, uint32_t axis,
                                      const struct graph_dims *other,
                                      const uint64_t strides[GRAPH_RANK_MAX]);
bool stream_order_equal(const struct stream_order *a,
                        const struct stream_order *b);
/* The place of element i. */
uint64_t stream_order_place(const struct stream_order *o, uint64_t i);

#endif
