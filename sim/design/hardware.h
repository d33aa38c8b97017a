/* hardware -- the options by which a network becomes a design, as the user
 * wrote them.  Zero means "not given". */
#ifndef HEADRACE_DESIGN_HARDWARE_H
#define HEADRACE_DESIGN_HARDWARE_H

#include <stdint.h>

#include "base/diag.h"
#include "design/stimulus.h"

/* FIFO_FRAME: a buffer of whole frames (with two of them: ping-pong). */
enum fifo_kind { FIFO_AUTO, FIFO_SRL, FIFO_BRAM, FIFO_FRAME };
const char *fifo_kind_name(enum fifo_kind k); /* "auto", "srl", "bram",
                                                 "frame" */

/* BUFFERING_FRAME: layers hand over whole frames. */
enum buffering { BUFFERING_STREAM, BUFFERING_FRAME };

/* MULTIPLIERS_PACKED: two products in one multiplier. */
enum multipliers { MULTIPLIERS_DEFAULT, MULTIPLIERS_PLAIN, MULTIPLIERS_PACKED };

enum { FIFO_DEPTH_MAX = 1 << 24, FIFO_AUTO_SRL_MAX = 64 };

struct layer_options {
    const char *layer;
    struct place place;    /* of the object, for diagnostics */
    uint32_t reuse_factor; /* or pe and simd */
    uint32_t pe, simd;
    uint32_t lanes; /* of the layer's output; 0: all channels of a
                       convolution or dense, those of the input else */
    enum multipliers multipliers;
    uint32_t copies; /* of the layer, which take turns; 0: 1 */
    struct place reuse_factor_place, pe_place, simd_place, lanes_place;
    struct place multipliers_place, copies_place;
};

struct fifo_options {
    const char *stream;
    struct place place;
    uint32_t depth; /* tokens; 0: the default */
    enum fifo_kind kind;
};

struct hardware {
    uint64_t clock_hz;
    const char *family;   /* "headrace" */
    const char *device;   /* in the catalogue, or a file; NULL: none */
    uint32_t input_lanes; /* 0: all channels */
    struct place input_lanes_place;
    uint32_t fifo_depth; /* default of all streams; 0: by their need */
    uint32_t fifo_slack; /* of streams without a depth: room beyond the need,
                            in tokens; 0: a few pixels, at least 16 */
    enum fifo_kind fifo_kind;
    struct place fifo_place; /* of the object with these three */
    enum buffering buffering;
    bool keep_layers; /* do not fold batch norms and activations into the
                         layers in front of them */
    enum multipliers multipliers; /* of all layers that can have them */
    uint32_t copies;              /* of the whole network; 0: 1 */
    struct place copies_place;
    uint32_t layer_count;
    const struct layer_options *layers;
    uint32_t fifo_count;
    const struct fifo_options *fifos;
    struct stimulus source, sink;
};

/* The options of the layer of that name; NULL: none are given. */
const struct layer_options *hardware_layer_options(const struct hardware *h,
                                                   const char *layer);

#endif
