/* headrace_step -- a design in parts, one clock cycle after the other: for
 * simulators that have a clock of their own.
 *
 *     struct headrace_platform *p = headrace_platform_open(m, NULL, NULL, why,
 *                                                          sizeof why);
 *     struct headrace_machine *conv = headrace_process_machine(
 *         p, headrace_find_process(p, "conv1"));
 *     every cycle:
 *         until no signal changes any more:
 *             driven = headrace_machine_look(conv, given);
 *         headrace_machine_clock(conv, given);
 *
 * Every process, every FIFO, every source and sink of a design is a machine
 * with input and output ports; each port has valid, ready and data, with the
 * rules of AXI4-Stream, and `drained` (docs/systemc.md).  A machine knows
 * times; the data of its outputs are the tokens that headrace_token names, one
 * after the other. SystemC users want headrace_sc.hpp, which wraps all of this.
 *
 * Nothing here prints, exits, or keeps state between calls. */
#ifndef HEADRACE_STEP_H
#define HEADRACE_STEP_H

#include "headrace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A design as processes and streams.  Between two processes, or a process and
 * an edge of the design, there is a stream, and every stream is a FIFO. */
struct headrace_platform;

#define HEADRACE_NONE SIZE_MAX /* no process: an edge of the design */

/* The design of a model with these options (NULL: as the model says).
 * options->frames is how many frames the sources send; 0: without end, which
 * is for times alone.  `inputs` are the raw values of these frames, frame by
 * frame in (row, column, channel) order; NULL: tokens have no values (and of a
 * model of schedule files they never have).  NULL: said why in messages, as
 * headrace_open does. */
HEADRACE_API struct headrace_platform *
headrace_platform_open(const struct headrace_model *m,
                       const struct headrace_options *options,
                       const int32_t *inputs, char *messages, size_t size);
/* What `headrace verify --rtl` hands to the program it builds; NULL: these
 * bytes are none of that, or of another version. */
HEADRACE_API struct headrace_platform *headrace_platform_load(const void *image,
                                                              size_t size);
/* Accepts NULL.  Free the machines first. */
HEADRACE_API void headrace_platform_close(struct headrace_platform *p);

struct headrace_process_info {
    const char *name; /* lent by the platform, as all here */
    size_t input_count, output_count;
    const uint32_t *inputs, *outputs; /* streams, by port */
};

/* Processes come before those that read from them.  Of an HLS family the
 * start and done signals of its region are streams as well, of one token per
 * frame and without data. */
HEADRACE_API size_t headrace_process_count(const struct headrace_platform *p);
HEADRACE_API struct headrace_process_info
headrace_process(const struct headrace_platform *p, size_t process);
/* HEADRACE_NONE: there is none of that name. */
HEADRACE_API size_t headrace_find_process(const struct headrace_platform *p,
                                          const char *name);

struct headrace_stream_info {
    const char *name;
    size_t producer, consumer; /* HEADRACE_NONE: a source, a sink */
    uint32_t capacity;         /* tokens it holds */
    uint32_t initial;          /* tokens in it before cycle 0, without data */
    bool held;                 /* its producer looks at `drained`: it stands
                                  still until what it wrote is read, as behind a
                                  register slice at a port of an HLS design */
    uint32_t width_bits;       /* of a token; 0: it has no data */
    uint32_t lanes;            /* values in it; 0: it is a start, ready or done
                                  signal of an HLS region */
    uint32_t value_bits;       /* of each; value i at bits i * value_bits on */
    bool is_signed;            /* they are */
    uint64_t tokens_per_frame;
};

HEADRACE_API size_t headrace_stream_count(const struct headrace_platform *p);
HEADRACE_API struct headrace_stream_info
headrace_stream(const struct headrace_platform *p, size_t stream);
HEADRACE_API size_t headrace_find_stream(const struct headrace_platform *p,
                                         const char *name);

/* Token number `token` of a stream as 32-bit words, the lowest first; NULL: it
 * has no value, or belongs to no frame that is sent. */
HEADRACE_API const uint32_t *headrace_token(const struct headrace_platform *p,
                                            size_t stream, uint64_t token);

/* A process, or the FIFO, the source or the sink of a stream, at the end of
 * its reset.  A process or FIFO never ends: it begins another frame when it
 * can, as hardware does (but if its schedule is not headrace's own -- of an HLS
 * family, or from files --, it ends with the frames that were asked for, behind
 * which its pipeline drains).  A source has one
 * output, a sink one input, a FIFO one of each. */
struct headrace_machine;
HEADRACE_API struct headrace_machine *
headrace_process_machine(const struct headrace_platform *p, size_t process);
HEADRACE_API struct headrace_machine *
headrace_fifo_machine(const struct headrace_platform *p, size_t stream);
HEADRACE_API struct headrace_machine *
headrace_source_machine(const struct headrace_platform *p, size_t stream);
HEADRACE_API struct headrace_machine *
headrace_sink_machine(const struct headrace_platform *p, size_t stream);
HEADRACE_API void headrace_machine_free(struct headrace_machine *m); /* NULL */
HEADRACE_API void headrace_machine_reset(struct headrace_machine *m);

/* What the neighbours drive; a bit per port, port 0 lowest. */
struct headrace_given {
    uint32_t in_valid, out_ready;
    uint32_t out_drained; /* of a process: all that it wrote there has been
                             read, or is in this cycle; at held streams alone */
};
struct headrace_driven {
    uint32_t in_ready, out_valid;
    uint32_t in_drained; /* of a FIFO: as above; of others 0 */
};

/* What the machine drives in this cycle.  valid and ready of a port do not
 * depend on the other half of the same port; drained of a FIFO depends on ready
 * at its output. */
HEADRACE_API struct headrace_driven
headrace_machine_look(const struct headrace_machine *m,
                      struct headrace_given given);
/* The clock edge at the end of the cycle.  False: it need not be clocked again
 * before what it is given changes. */
HEADRACE_API bool headrace_machine_clock(struct headrace_machine *m,
                                         struct headrace_given given);

#ifdef __cplusplus
}
#endif

#endif
