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
#include "design/hardware.h"
#include "network/network.h"

struct arena;
struct diag;
struct kernel;
struct kernel_table;

struct process;

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
    uint32_t depth;            /* tokens */
    struct process *producer, *consumer;
};

/* Tokens that the FIFO holds, and the two latencies of its kind. */
uint32_t stream_capacity(const struct stream *s);
uint32_t stream_write_latency(const struct stream *s); /* to readable */
uint32_t stream_read_latency(const struct stream *s);  /* to free */

struct process {
    const char *name;
    uint32_t index; /* in design.processes, a topological order */
    const struct kernel *kernel;
    const struct layer *layer; /* it comes from */
    uint32_t input_count, output_count;
    struct stream **inputs, **outputs;

    struct window window;  /* conv2d, maxpool2d; zeropad2d: pads only */
    uint32_t pe, simd;     /* conv2d, dense; else 0 */
    uint32_t reuse_factor; /* cycles per output position; else 1 */
    bool relu;
    struct format weight, bias, accumulator;
    const int32_t *weights, *biases; /* as in struct layer */
};

struct design {
    const char *name;
    const struct network *network;
    uint64_t clock_hz;
    uint32_t process_count;
    struct process *processes;
    uint32_t stream_count;
    struct stream *streams;
    struct stream *input, *output; /* at s_axis and m_axis */
    struct stimulus source, sink;
};

/* Chooses the processes and streams of a network.  NULL: said why in d. */
struct design *design_lower(struct arena *a, const struct network *n,
                            const struct hardware *h,
                            const struct kernel_table *kernels, struct diag *d);

struct stream *design_stream(const struct design *d, const char *name);
struct process *design_process(const struct design *d, const char *name);

/* Changes a FIFO's depth (and its kind, if it was chosen automatically). */
bool design_set_depth(struct design *design, const char *stream, uint32_t depth,
                      struct place where, struct diag *d);
bool design_set_all_depths(struct design *design, uint32_t depth,
                           struct place where, struct diag *d);

/* The accumulator that is exact for `terms` products and one bias
 * (docs/hardware.md, Numbers).  width 0: it would be wider than
 * FIXED_WIDTH_MAX. */
struct format design_exact_accumulator(struct format input,
                                       struct format weight, struct format bias,
                                       uint64_t terms);

#endif
