/* fuse -- layers that the layer in front of them can do as well.
 *
 * A batchnorm becomes part of the convolution or dense layer in front of it,
 * a relu part of what has a ReLU built in (convolutions, dense, add,
 * subtract, multiply, maximum).  The layer in front keeps its name and takes
 * the output format of the folded one.
 *
 * A layer is folded if the one in front has no other reader and no ReLU yet,
 * neither the network's output lies between the two nor hardware options for
 * the folded layer, and
 *   relu: both output formats are equal and saturate (SAT, SAT_SYM; without
 *     a limit also SAT_ZERO).  A limit is a value of that format and of what
 *     the layer in front converts to it (accumulator; exact sum or product),
 *     or above all of them.  Then conversion and ReLU commute, and the results
 *     are the same bit for bit.
 *   batchnorm: the weights and the scale are given as floats.  w * scale and
 *     b * scale + offset are converted to the weight and bias formats of the
 *     layer in front (the nearest value, ties to even, saturated).  The values
 *     between the two layers are neither rounded nor cut to a format any more,
 *     so results differ a little from those of two layers. */
#ifndef HEADRACE_DESIGN_FUSE_H
#define HEADRACE_DESIGN_FUSE_H

struct arena;
struct diag;
struct hardware;
struct network;

/* The network with what can be folded folded in; n itself if nothing can. */
const struct network *fuse_layers(struct arena *a, const struct network *n,
                                  const struct hardware *h, struct diag *d);

#endif
