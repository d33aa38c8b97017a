/* verification -- the same designs as token times and as Verilated RTL,
 * compared handshake by handshake and bit by bit. */
#ifndef HEADRACE_CLI_VERIFICATION_H
#define HEADRACE_CLI_VERIFICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/times_difference.h"

struct arena;
struct cosim_buffer;
struct design;
struct diag;
struct run;

struct verification_job {
    const struct design *design; /* as simulated: depths, source, sink */
    /* The design as built: the same but for larger or equal depths of the
     * same kinds.  NULL: `design` itself. */
    const struct design *built;
    uint32_t frames;
    const int32_t *inputs; /* raw, frame by frame */
    /* Processes, by index in order, that are at RTL; all else is modelled, in
     * SystemC (verify_in_systemc). */
    uint32_t rtl_count;
    const uint32_t *rtl;
};

/* Values of one stream: what infer computes against what was read there. */
struct values_difference {
    uint64_t compared, different;
    uint64_t first; /* index of the first that differs */
    int32_t expected, got;
};

struct verification {
    const struct design *design;
    const struct run *model;
    uint64_t model_cycles, rtl_cycles;
    bool deadlock;     /* in the model; then the RTL stands still as well, or
                          times differ */
    bool rtl_complete; /* the RTL brought out all frames */
    uint32_t stream_count;
    struct times_difference *streams; /* model against RTL */
    uint64_t handshakes;              /* compared, all streams */
    uint64_t handshakes_different;
    uint64_t handshakes_beyond; /* in the RTL behind the last one compared,
                                   and more than the model ever makes */
    uint64_t values;            /* output values compared */
    uint64_t values_different;
    uint64_t first_value; /* index of the first that differs */
    int32_t first_expected, first_got;
    struct values_difference *inner; /* by stream; NULL: not asked for.  In
                                        SystemC: of streams that RTL writes */
    /* Of the streams of links with a clock, by link and port; 0: none. */
    uint32_t buffer_count;
    const struct cosim_buffer *buffers;
    bool overflow;    /* one of them lost a word */
    bool order_only;  /* no times were compared: the
                         synchronisers were metastable */
    uint64_t moved;   /* then: handshakes in another cycle than the model's */
    bool last_wrong;  /* tlast of some token */
    bool frame_error; /* the RTL complained about tlast at its input */
    /* Frame ends at the sink, to measure an interval from either side. */
    uint64_t model_last_end, rtl_last_end;
    uint64_t model_previous_end, rtl_previous_end; /* 0: one frame only */
};

struct verification_options {
    const char *folder; /* for RTL and build; kept and used again, but not
                           by both functions below */
    bool inner;         /* compare the values of every stream, not only those
                           of the output; slower to build and to run */
    bool metastable;    /* synchronisers of links take changes late at random
                           (synchroniser.sv): tokens and their order are
                           compared on every stream, no times */
    uint64_t seed;      /* of that */
    bool fast_run;      /* a large design: optimise the build for running */
    /* Called between the steps; may be NULL. */
    void (*progress)(void *context, const char *step);
    void *context;
};

bool verification_equal(const struct verification *v);

/* One per job, in order; NULL: said why in d. */
struct verification *verify_designs(struct arena *a,
                                    const struct verification_job *jobs,
                                    uint32_t count,
                                    const struct verification_options *o,
                                    struct diag *d);

/* The same for one design with the processes of the job at RTL: values are
 * compared on the streams that these write. */
struct verification *verify_in_systemc(struct arena *a,
                                       const struct verification_job *job,
                                       const struct verification_options *o,
                                       struct diag *d);

#endif
