/* hardware -- the options by which a network becomes a design, as the user
 * wrote them.  Zero means "not given". */
#ifndef HEADRACE_DESIGN_HARDWARE_H
#define HEADRACE_DESIGN_HARDWARE_H

#include <stdint.h>

#include "base/diag.h"
#include "design/stimulus.h"

enum fifo_kind { FIFO_AUTO, FIFO_SRL, FIFO_BRAM };
const char *fifo_kind_name(enum fifo_kind k); /* "auto", "srl", "bram" */

enum { FIFO_DEPTH_MAX = 1 << 24, FIFO_AUTO_SRL_MAX = 64 };

struct layer_options {
    const char *layer;
    struct place place;    /* of the object, for diagnostics */
    uint32_t reuse_factor; /* or pe and simd */
    uint32_t pe, simd;
    uint32_t lanes; /* of the layer's output; 0: all channels */
    struct place reuse_factor_place, pe_place, simd_place, lanes_place;
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
    uint32_t input_lanes; /* 0: all channels */
    struct place input_lanes_place;
    uint32_t fifo_depth; /* default of all streams; 0: 16 */
    enum fifo_kind fifo_kind;
    struct place fifo_place; /* of the object with these two */
    uint32_t layer_count;
    const struct layer_options *layers;
    uint32_t fifo_count;
    const struct fifo_options *fifos;
    struct stimulus source, sink;
};

#endif
