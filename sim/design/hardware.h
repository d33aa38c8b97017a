/* hardware -- the options by which a network becomes a design, as the user
 * wrote them.  Zero means "not given". */
#ifndef HEADRACE_DESIGN_HARDWARE_H
#define HEADRACE_DESIGN_HARDWARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "design/link.h"
#include "design/stimulus.h"

struct arena;
struct hls_laws;

/* FIFO_FRAME: a buffer of whole frames (with two of them: ping-pong).
 * FIFO_RAM: of Vitis HLS, which counts the output register of its memory in
 * the depth. */
enum fifo_kind { FIFO_AUTO, FIFO_SRL, FIFO_BRAM, FIFO_FRAME, FIFO_RAM };
const char *fifo_kind_name(enum fifo_kind k); /* "auto", "srl", "bram",
                                                 "frame", "ram" */

/* How FIFO_AUTO becomes a kind: hwgen's rule, those of the two HLS tools, and
 * what a design by HLS has at a port, a register slice of two beats. */
enum fifo_rule {
    FIFO_RULE_OURS,
    FIFO_RULE_VITIS,
    FIFO_RULE_VIVADO,
    FIFO_RULE_PORT
};

/* Whose hardware the processes are. */
enum family {
    FAMILY_HEADRACE,
    FAMILY_HLS4ML_VIVADO_2019_2,
    FAMILY_HLS4ML_VIVADO_2020_1,
    FAMILY_HLS4ML_VITIS_2023_2,
    FAMILY_HLS4ML_VITIS_2024_2,
    FAMILY_SCHEDULE, /* processes that files describe, without a network */
    FAMILY_COUNT
};
const char *family_name(enum family f); /* "hls4ml/vitis-2023.2" */
/* False: there is none of that name.  NULL: "headrace". */
bool family_find(const char *name, enum family *out);
/* The names, with commas. */
const char *family_list(struct arena *a);
/* Whether it is a name as those of HLS families are, of this list or not:
 * "hls4ml/TOOL". */
bool family_names_hls(const char *name);
bool family_is_hls(enum family f);
bool family_is_vitis(enum family f); /* else Vivado, or not HLS */
/* Our own hardware, whose RTL and cost are known. */
bool family_is_ours(enum family f);
/* Whose area is known: all but processes that files describe. */
bool family_has_cost(enum family f);

/* What a synthesis report says of a process that HLS made (docs/hls4ml.md); 0:
 * nothing. */
struct hls_timing {
    bool given;
    bool fitted;         /* by the calibration; else from a report */
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

/* What a number of a report is made of besides its base (hls_rules.h). */
enum hls_term {
    HLS_TERM_REUSE,    /* the reuse factor */
    HLS_TERM_TOKENS,   /* read per frame */
    HLS_TERM_PRODUCT,  /* states of a sum of products computed at once */
    HLS_TERM_HELPER,   /* the same in a function of its own */
    HLS_TERM_STAGES,   /* of a multiplier in a loop over the reuse factor */
    HLS_TERM_LEVELS,   /* of the adders in such a loop */
    HLS_TERM_COMPARES, /* of the comparisons of a pooling */
    HLS_TERM_TURNS,    /* rounds of few multipliers after the first */
    HLS_TERM_COUNT
};
const char *hls_term_name(enum hls_term t); /* "reuse" */

struct hls_sum {
    bool given;
    int32_t base;
    uint32_t terms; /* a bit for each hls_term */
};

enum hls_answer { HLS_EITHER, HLS_NO, HLS_YES };

/* What reports say of processes of a kind, in one tool at one clock
 * (models/calibration). */
struct hls_row {
    enum family family;  /* whose processes behave so */
    const char *tool;    /* its name, or that of a family like it */
    const char *kernel;  /* of sim/kernels */
    const char *designs; /* where that was seen */
    bool any_strategy;
    enum strategy strategy;
    enum hls_answer reuses;              /* a reuse factor above 1 */
    bool pointwise;                      /* of a 1x1 convolution */
    bool one_token;                      /* a frame of one token */
    bool one_row;                        /* seen with images of one row only */
    uint32_t clock_ps;                   /* 0: it does not matter */
    uint32_t inputs_min, inputs_max;     /* of the products; 0: none has any */
    uint32_t channels_min, channels_max; /* of the input; 0: whatever */
    struct hls_sum ii, depth, idle, fire, latency;
    uint32_t rows, holds; /* reports, and for how many it is right */
    bool measured;        /* one of them in a waveform */
    uint32_t bound_ppm;   /* nine of ten are off by at most so much */
};

/* What decides how many states a path takes (models/calibration). */
struct hls_delays {
    uint32_t usable_permille;        /* of the clock period, for logic */
    int64_t add_ps;                  /* of a level of a tree of adders */
    int64_t product_least_ps;        /* of any product */
    int64_t product_ps;              /* of what else is in a sum of products */
    int64_t loop_add_ps, compare_ps; /* of an adder, a comparison, in a loop */
    int64_t multiply_ps;             /* of a multiplier in a loop */
};

struct layer_options {
    const char *layer;
    struct place place;    /* of the object, for diagnostics */
    uint32_t reuse_factor; /* or pe and simd */
    uint32_t pe, simd;
    uint32_t lanes; /* of the layer's output; 0: all channels of a
                       convolution or dense, those of the input else */
    enum multipliers multipliers;
    uint32_t copies;        /* of the layer, which take turns; 0: 1 */
    const uint32_t *boards; /* of the copies; NULL: that of the layer */
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

/* A word of the user's with its place. */
struct named_place {
    const char *name;
    struct place place;
};

struct board_options {
    const char *name;
    struct place place;
    const char *device; /* in the catalogue, or a file; NULL: none */
    uint64_t hz_numerator, hz_denominator;
    struct clock clock;
    uint32_t layer_count;
    const struct named_place *layers; /* that are on it */
};

struct link_options {
    const char *name;
    struct place place;
    const struct link_type *type;
    const char *type_word; /* in the catalogue, or a file; NULL: not known */
    uint32_t from, to;     /* boards */
    uint64_t cable_ps;
    enum link_order order;
    uint32_t packet_words; /* 0: as its type has */
    struct link_sizes sizes;
    struct place packet_place, send_place, receive_place, stop_place, go_place;
    uint32_t stream_count;
    const struct named_place *streams; /* it carries, the most urgent first */
};

struct hardware {
    uint64_t clock_hz;
    const char *family; /* one of family_name; NULL: "headrace" */
    const char *tool;   /* of a family that only its calibration knows, which
                           is like `family`: its name; else NULL */
    const char *device; /* in the catalogue, or a file; NULL: none */
    enum strategy strategy; /* of an HLS family */
    uint32_t row_count;     /* of the calibration, all families */
    const struct hls_row *rows;
    const struct hls_laws *laws; /* of its cost; NULL: none are known */
    struct hls_delays delays;    /* of its family */
    uint32_t module_count; /* in its synthesis reports; 0: none are given */
    const struct hls_module *modules; /* design/hls_module.h */
    struct place reports_place;
    uint32_t input_lanes; /* 0: all channels */
    struct place input_lanes_place;
    uint32_t fifo_depth; /* default of all streams; 0: by their need */
    uint32_t fifo_slack; /* of streams without a depth: room beyond the need,
                            in tokens; 0: a few pixels, at least 16 */
    enum fifo_kind fifo_kind;
    struct place fifo_place; /* of the object with these three */
    enum buffering buffering;
    bool numbers_only; /* nobody asks for times: those of an HLS family need
                          not be known */
    bool keep_layers;  /* do not fold batch norms and activations into the
                          layers in front of them */
    enum multipliers multipliers; /* of all layers that can have them */
    uint32_t copies;              /* of the whole network; 0: 1 */
    struct place copies_place;
    const uint32_t *copy_boards; /* of these copies; NULL: as boards say */
    uint32_t board_count;        /* 0: one FPGA */
    const struct board_options *boards;
    uint32_t link_count;
    const struct link_options *links; /* without loops */
    uint32_t layer_count;
    const struct layer_options *layers;
    uint32_t fifo_count;
    const struct fifo_options *fifos;
    struct stimulus source, sink;
};

/* The family as the user named it. */
const char *hardware_family_name(const struct hardware *h);

/* The options of the layer of that name; NULL: none are given. */
const struct layer_options *hardware_layer_options(const struct hardware *h,
                                                   const char *layer);

#endif
