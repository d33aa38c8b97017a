/* graph_ranges -- formats for a graph in floating point, chosen from what its
 * tensors hold when it runs on data.
 *
 * Every tensor gets the width that is asked for; the choice is where the
 * point stands.  A tensor without negative values gets an unsigned format,
 * weights and biases a signed one.  Of integer bits
 *   by max: as few as hold every value seen;
 *   by the least mean squared error: those, or fewer if saturating the
 *   largest values costs less than the finer step gains.
 * The error is summed by octaves of the values, [2^k, 2^(k+1)), for each of
 * which count, sum and sum of squares are kept: with those the error of what
 * saturates, of what becomes zero or one step, and of what stays as it is, is
 * exact; other values are taken as evenly spread within a step, step^2 / 12.
 * One pass over the data is enough for every candidate.
 *
 * Biases are as wide as a product of the two widths (at most 32 bits), but
 * lowering gives them no finer steps than those of the products: so they cost
 * no wider adder. */
#ifndef HEADRACE_IMPORT_GRAPH_GRAPH_RANGES_H
#define HEADRACE_IMPORT_GRAPH_GRAPH_RANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fixed.h"
#include "import/graph/graph.h"

struct arena;
struct graph_ranges;

/* Bits of a format that is chosen; one for the sign has to have another. */
enum { RANGES_WIDTH_MIN = 2, RANGES_WIDTH_MAX = 31 };

struct range_options {
    uint32_t width, weight_width; /* 2 to 31 */
    bool by_max;
};

/* Of a tensor: what it held, and the format chosen. */
struct range {
    double min, max;
    struct format format;
    uint64_t count;     /* of values seen */
    uint64_t saturated; /* of those: at or beyond the power of two where the
                           format ends, a step above its largest value */
};

/* Of a graph that was simplified; knows nothing yet. */
struct graph_ranges *graph_ranges_new(struct arena *a, const struct graph *g,
                                      const struct range_options *o);
/* Runs the graph on one frame, values as graph_evaluate takes them. */
void graph_ranges_add(struct graph_ranges *r, const double *input);

/* Of a tensor that is computed, or the input. */
struct range graph_ranges_tensor(const struct graph_ranges *r,
                                 const struct graph_value *v);
/* Of a constant: all its elements. */
struct range graph_ranges_weights(const struct graph_ranges *r,
                                  const struct graph_value *v);
struct range graph_ranges_biases(const struct graph_ranges *r,
                                 const struct graph_value *v);

#endif
