/* design -- the hardware chosen for a network: processes and the streams
 * between them.  The hub: the timing model and the RTL generator both read
 * it, and it is all they share.  What a process does is written down in
 * docs/hardware.md.
 *
 * Everything belongs to the arena it was lowered into. */
#ifndef HEADRACE_DESIGN_DESIGN_H
#define HEADRACE_DESIGN_DESIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fixed.h"
#include "design/board.h"
#include "design/hardware.h"
#include "design/link.h"
#include "design/trust.h"
#include "network/network.h"

struct arena;
struct diag;
struct kernel;
struct kernel_table;

struct lookup_table;
struct process;
struct schedule;
struct softmax_tables;

/* A FIFO between two processes, or between a process and an edge of the
 * design (producer or consumer NULL). */
struct stream {
    const char *name;   /* "conv1.out", "source.out" */
    uint32_t index;     /* in design.streams */
    struct shape shape; /* of the tensor it carries */
    struct format format;
    uint32_t lanes;            /* values per token */
    uint64_t tokens_per_frame; /* h * w * c / lanes */
    uint32_t width_bits;       /* lanes * format.width */
    enum fifo_kind kind;       /* never FIFO_AUTO */
    bool auto_kind;            /* the kind follows the depth */
    enum fifo_rule rule;       /* by which it does */
    bool auto_depth;           /* nobody asked for this depth */
    uint32_t depth;            /* tokens; FIFO_FRAME: frames */
    uint32_t copies, copy;     /* carries frames f with f % copies == copy */
    /* Of a stream inside a process of the family `schedule`, which is no FIFO
     * that anybody chooses. */
    bool inner;
    uint32_t latency; /* from write to readable; 0: as its kind has */
    uint32_t initial; /* tokens in it before the first cycle */
    uint32_t board;   /* that it is on, with its FIFO; 0 without boards */
    struct process *producer, *consumer;
};

/* Tokens of one pixel: n of docs/hardware.md. */
uint32_t stream_tokens_per_pixel(const struct stream *s);

/* Tokens that the FIFO holds, and the two latencies of its kind. */
uint32_t stream_capacity(const struct stream *s);
uint32_t stream_write_latency(const struct stream *s); /* to readable */
uint32_t stream_read_latency(const struct stream *s);  /* to free */

/* Inputs, and outputs, of one process: a bit each in a step. */
enum { DESIGN_PORTS_MAX = 32 };

/* What an elementwise process does with its inputs a and b. */
enum operation {
    OPERATION_ADD,
    OPERATION_SUBTRACT, /* a - b */
    OPERATION_MULTIPLY,
    OPERATION_MAXIMUM
};

struct process {
    const char *name;
    uint32_t index; /* in design.processes, a topological order */
    const struct kernel *kernel;
    const struct layer *layer; /* it comes from; of a clone, dispatch or
                                  collect of the network's input: its first
                                  reader */
    bool inserted; /* by lowering, not the layer itself: a padding unit, width
                      converter, clone, dispatch or collect */
    uint32_t copies, copy; /* works on frames f with f % copies == copy; of a
                              dispatch or collect: copies is how many it
                              serves, copy 0 */
    uint32_t input_count, output_count;
    struct stream **inputs, **outputs;

    struct window window;      /* convolutions, pools; zeropad2d: pads only,
                                  crop2d: cuts, as pads; avgpool2d: as pads
                                  the part of its input that does not count */
    int32_t pad_value;         /* zeropad2d: raw */
    uint32_t scale_h, scale_w; /* upsample2d */
    enum operation operation;  /* elementwise */
    uint32_t pe, simd;         /* convolutions, dense; else 0 */
    uint32_t reuse_factor;     /* cycles per output position; else 1 */
    enum strategy strategy;    /* of an HLS family */
    bool packed;               /* two products per multiplier */
    bool relu;                 /* also of kernel relu: false for a linear */
    uint32_t relu_max;         /* 0: no limit */
    struct format weight, bias, accumulator;
    const int32_t *weights, *biases; /* as in struct layer; batchnorm: scale
                                        and offset, prelu: alpha */
    const double *weight_floats, *bias_floats; /* before conversion; or NULL */
    uint32_t units;                       /* alphas of a prelu: channels or 1 */
    const struct lookup_table *lookup;    /* lookup */
    const struct softmax_tables *softmax; /* softmax */
    struct hls_timing timing;             /* of an HLS family; else zeros */
    const struct schedule *schedule; /* of the family `schedule`; else NULL */
    struct trust trust;              /* in its timing */
    uint32_t board; /* that it is on; 0 without boards; of a link: the sending
                       one */
    struct link *link; /* of kernel link, which has no schedule; else NULL */
};

struct design {
    const char *name;
    const struct network *network;
    enum family family;
    const char *tool;            /* of a family like it (struct hardware) */
    const struct hls_laws *laws; /* of the cost of an HLS family; or NULL */
    uint64_t clock_hz;    /* with boards: that of the first, rounded down */
    uint32_t board_count; /* 0: one FPGA, of which nothing is said */
    struct board *boards;
    uint32_t link_count;
    struct link *links;
    uint32_t process_count;
    struct process *processes;
    uint32_t stream_count;
    struct stream *streams;
    struct stream *input, *output; /* at s_axis and m_axis */
    struct stimulus source, sink;
};

/* Whether it is on more FPGAs than one, with links between them. */
bool design_has_links(const struct design *d);

/* Whether it is of the kernel of that name, "conv2d". */
bool process_is(const struct process *p, const char *kernel);

/* Chooses the processes and streams of a network.  NULL: said why in d. */
struct design *design_lower(struct arena *a, const struct network *n,
                            const struct hardware *h,
                            const struct kernel_table *kernels, struct diag *d);

/* The family as the user named it. */
const char *design_family_name(const struct design *d);

struct stream *design_stream(const struct design *d, const char *name);
struct process *design_process(const struct design *d, const char *name);

/* Changes a FIFO's depth (and its kind, if it was chosen automatically). */
bool design_set_depth(struct design *design, const char *stream, uint32_t depth,
                      struct place where, struct diag *d);
bool design_set_all_depths(struct design *design, uint32_t depth,
                           struct place where, struct diag *d);

/* The same processes and streams once more, so that FIFOs can be changed in one
 * of the two; weights, tables and schedules are shared. */
struct design *design_copy(struct arena *a, const struct design *d);

/* The accumulator that is exact for `terms` products and one bias
 * (docs/hardware.md, Numbers).  width 0: it would be wider than
 * FIXED_WIDTH_MAX. */
struct format design_exact_accumulator(struct format input,
                                       struct format weight, struct format bias,
                                       uint64_t terms);

#endif
