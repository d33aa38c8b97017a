/* chain -- the critical chain: why frames come out no faster than they do.
 *
 * Every event took place when it did because of one other: the step before
 * it in the same process, the token it waited for, or the place it waited
 * for.  Walking back from the last token out, one passes at first through
 * the processes that this frame still had to go through (its latency), then
 * along the chain that sets the pace.  One period of that second part is
 * counted: what each process and edge adds to it is its share of the
 * interval, and making anything else faster changes nothing. */
#ifndef HEADRACE_ENGINE_CHAIN_H
#define HEADRACE_ENGINE_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

struct evaluation;
struct run;
struct timing;

struct chain {
    uint64_t cycles;          /* of the span: one period, or the whole run */
    uint64_t *process_cycles; /* the part of each process */
    uint64_t *stream_cycles;  /* the part of each FIFO: its latencies */
    uint64_t source_cycles, sink_cycles;
    uint64_t *token_hops; /* per stream: how often the chain went from a
                             reader that waited to the token's write */
    uint64_t *room_hops;  /* from a writer that waited to a read */
};

/* Whether the logs and traces of so many frames, at least 1, take no more than
 * half a gigabyte. */
bool chain_is_affordable(const struct timing *t, uint64_t frames);

/* The evaluation has logs and traces, and a steady state that began at least
 * `skip` cycles and a period before the last token out; `skip` is where the
 * first part of the walk ends.  Of a run of one frame, or of one without a
 * steady state: the whole walk back to the end of reset, which is why the last
 * frame takes so long. */
struct chain *chain_find(const struct evaluation *e, const struct run *r,
                         uint64_t skip);

#endif
