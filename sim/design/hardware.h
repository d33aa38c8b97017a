/* hardware -- the options by which a network becomes a design, as the user
 * wrote them.  Zero means "not given". */
#ifndef HEADRACE_DESIGN_HARDWARE_H
#define HEADRACE_DESIGN_HARDWARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "design/stimulus.h"

struct arena;

/* FIFO_FRAME: a buffer of whole frames (with two of them: ping-pong).
 * FIFO_RAM: of Vitis HLS, which counts the output register of its memory in
 * the depth. */
enum fifo_kind { FIFO_AUTO, FIFO_SRL, FIFO_BRAM, FIFO_FRAME, FIFO_RAM };
const char *fifo_kind_name(enum fifo_kind k); /* "auto", "srl", "bram",
                                                 "frame", "ram" */

/* Whose hardware the processes are. */
enum family {
    FAMILY_HEADRACE,
    FAMILY_HLS4ML_VIVADO_2019_2,
    FAMILY_HLS4ML_VIVADO_2020_1,
    FAMILY_HLS4ML_VITIS_2023_2,
    FAMILY_HLS4ML_VITIS_2024_2,
    FAMILY_COUNT
};
const char *family_name(enum family f); /* "hls4ml/vitis-2023.2" */
/* False: there is none of that name.  NULL: "headrace". */
bool family_find(const char *name, enum family *out);
/* The names, with commas. */
const char *family_list(struct arena *a);
bool family_is_hls(enum family f);

/* What a synthesis report says of a process that HLS made (docs/hls4ml.md); 0:
 * nothing. */
struct hls_timing {
    bool given;
    uint32_t ii, depth;  /* of its pipelined loop */
    uint32_t idle, fire; /* cycles of an iteration of its other loop: that
                            writes nothing, that writes a token */
    uint32_t latency;    /* of the process */
};

/* BUFFERING_FRAME: layers hand over whole frames. */
enum buffering { BUFFERING_STREAM, BUFFERING_FRAME };

/* MULTIPLIERS_PACKED: two products in one multiplier. */
enum multipliers { MULTIPLIERS_DEFAULT, MULTIPLIERS_PLAIN, MULTIPLIERS_PACKED };

/* More tokens of 8 bits than the block RAM of the largest device in the
 * catalogue holds (99 Mbit); and as many as a distributed RAM of LUTs holds
 * without a choice among several. */
enum { FIFO_DEPTH_MAX = 1 << 24, FIFO_AUTO_SRL_MAX = 64 };

enum strategy { STRATEGY_LATENCY, STRATEGY_RESOURCE };

/* What reports said of processes of a kind (models/calibration): numbers are
 * those of struct hls_timing, and what each reuse factor, token and channel
 * adds to them. */
struct hls_row {
    enum family family;
    const char *kernel; /* of sim/kernels */
    const char *design; /* where that was seen */
    bool any_strategy;
    enum strategy strategy;
    bool pointwise;      /* of a 1x1 convolution */
    bool one_token;      /* a frame of one token */
    uint32_t inputs_max; /* of the product; 0: whatever */
    uint32_t channels;   /* of the input, where that was seen; 0: whatever */
    uint32_t clock_ps;   /* where that was seen */
    struct hls_timing timing;
    uint32_t ii_per_reuse, fire_per_reuse;
    uint32_t latency_per_reuse, latency_per_token, latency_per_channel;
};

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
    enum strategy strategy; /* given by strategy_given */
    bool strategy_given;
    struct hls_timing timing;
    struct place timing_place; /* line 0: none is given */
};

struct fifo_options {
    const char *stream;
    struct place place;
    uint32_t depth; /* tokens; 0: the default */
    enum fifo_kind kind;
};

struct hardware {
    uint64_t clock_hz;
    const char *family;     /* one of family_name; NULL: "headrace" */
    const char *device;     /* in the catalogue, or a file; NULL: none */
    enum strategy strategy; /* of an HLS family */
    uint32_t row_count;     /* of its calibration */
    const struct hls_row *rows;
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
