/* graph_requantise -- quantisers with any scale and zero point in integers, as
 * hardware computes them.
 *
 * A tensor that was quantised with scale s and zero point z is kept as its
 * integers q (or q - z); products are taken of integers with an exact sum,
 * and a node that requantises,
 *
 *     integer = saturate(round(sum * M + z)),   M = sx * sw / sy a channel,
 *
 * becomes an affine node whose constants have a fixed-point format, and a
 * quant with the scale 1.  What comes out is a graph in which every scale is
 * a power of two and every zero point 0, which graph_lower turns into formats
 * exactly; it computes integers, and g->input_scale, input_zero and
 * output_scale say what those at the ends stand for.  A graph that has only
 * such scales already is left alone.
 *
 * How exact it is.  Sums, biases, zero points and pads are exact.  (A bias
 * that is no multiple of sx * sw is rounded to 2^-8 of it; a sum that takes
 * more than 32 bits to these.)  M is rounded to 18 bits, sign included, which
 * is the narrower port of the multipliers in FPGAs (DSP48E1 25 x 18, DSP48E2
 * 27 x 18), and to as many more, 26 at most, as it takes to move no result
 * that is not saturated by more than 1/16 of its step.  Sums of two scales
 * are taken with 10 bits behind the point, means likewise.  So a result is
 * the one that exact arithmetic gives, or, where that is less than an eighth
 * of a step from a tie, perhaps its neighbour; the same for quantisers that
 * round down, near an integer.  Those of signed integers with a zero point
 * that cut towards 0 are a step off at most behind a clip. */
#ifndef HEADRACE_IMPORT_GRAPH_GRAPH_REQUANTISE_H
#define HEADRACE_IMPORT_GRAPH_GRAPH_REQUANTISE_H

#include <stdbool.h>

#include "base/fixed.h"
#include "import/graph/graph.h"

/* Of a graph that was simplified; `standard` is the format of tensors without
 * a quantiser.  False: said why. */
bool graph_requantise(struct graph *g, struct format standard);

#endif
