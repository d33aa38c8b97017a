/* what_if -- one design with other FIFO depths, simulated.
 *
 * The design itself is left alone: depths are changed in a copy of its timing,
 * each FIFO with the capacity and the latency of the kind that it is then. */
#ifndef HEADRACE_TUNE_WHAT_IF_H
#define HEADRACE_TUNE_WHAT_IF_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/run.h"

struct arena;
struct design;
struct timing;

/* Told before each run; nothing is known of how many there will be. */
struct what_if_observer {
    void (*progress)(void *context, const char *stage, uint64_t runs);
    void *context;
};

struct what_if {
    const struct design *design;
    const struct timing *timing; /* with the depths as they are now */
    uint32_t *depths;            /* by stream; WHAT_IF_UNBOUNDED: never full */
    uint64_t runs;               /* that were simulated */
    uint64_t work;               /* that took: tokens through FIFOs, and places
                                    in FIFOs, some nanoseconds each */
    const struct what_if_observer *observer; /* NULL: nobody */
    const char *stage;                       /* what it is told, lent */
    struct timing_stream *streams;           /* those of the timing */
};

enum { WHAT_IF_UNBOUNDED = 0 };

struct what_if *what_if_new(struct arena *a, const struct design *d);

/* Whether the depth of a stream can be chosen: it is a FIFO of the design, and
 * no stream inside a process. */
bool what_if_can_choose(const struct what_if *w, uint32_t stream);
/* Of a stream that can be chosen. */
void what_if_set(struct what_if *w, uint32_t stream, uint32_t depth);
/* As the design has it. */
void what_if_restore(struct what_if *w, uint32_t stream);
void what_if_restore_all(struct what_if *w);

/* The deepest that makes a difference when so many frames run: all their
 * tokens, or as deep as FIFOs get. */
uint32_t what_if_deepest(const struct what_if *w, uint32_t stream,
                         uint32_t frames);

/* Bits that a stream's FIFO holds at this depth (tune/storage.h, capacity x
 * width); tokens, if the widths of the design are not all known. */
uint64_t what_if_size(const struct what_if *w, uint32_t stream, uint32_t depth);
/* The deepest of `low` to `high` that adds at most `size` to that of `low`. */
uint32_t what_if_deepest_within(const struct what_if *w, uint32_t stream,
                                uint32_t low, uint32_t high, uint64_t size);
/* Whether sizes are tokens. */
bool what_if_counts_tokens(const struct what_if *w);

/* The result is the arena's. */
const struct run *what_if_run(struct what_if *w, struct arena *a,
                              const struct run_options *options);

/* What one run is judged by. */
struct what_if_figures {
    bool deadlock; /* then the rest is 0 */
    bool certified;
    uint32_t period;           /* frames; 0: fewer than two frames */
    uint64_t period_cycles;    /* for them */
    uint64_t isolated_latency; /* cycles; of one frame alone */
    uint64_t back_to_back_latency;
};
/* Over so many frames; 0: as struct run_options. */
struct what_if_figures what_if_measure(struct what_if *w, uint32_t frames);
/* Of a run that has been made, and the latency of a frame alone. */
struct what_if_figures what_if_figures_of(const struct run *r, bool is_region,
                                          uint64_t isolated_latency);

/* Less than 0: frames of a come faster than those of b, 0: as fast. */
int what_if_compare_intervals(const struct what_if_figures *a,
                              const struct what_if_figures *b);

/* True if all of so many frames come through. */
bool what_if_runs(struct what_if *w, uint32_t frames);

#endif
