/* reference -- a slow, obviously right simulation of a timing.
 *
 * Every cycle, every process, source and sink decides what to do from the
 * state that the cycle found (eval); then all of it happens (commit).  With
 * several clocks the same at every time at which one of them has an edge, for
 * all that are clocked by it.  Shares with the engine the description
 * (timing.h, schedule.h, link.h), the idle cycles of a stimulus (stimulus.h)
 * and the edges of clocks (clock.h), and no code beyond that. */
#ifndef HEADRACE_TESTS_REFERENCE_REFERENCE_H
#define HEADRACE_TESTS_REFERENCE_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/timing.h"

struct arena;
struct reference_link;

enum reference_outcome {
    REFERENCE_DONE,       /* every frame went all the way */
    REFERENCE_DEADLOCK,   /* nothing can ever happen again */
    REFERENCE_CYCLE_LIMIT /* given up */
};

struct reference_options {
    uint32_t frames;      /* at least 1 */
    uint64_t cycle_limit; /* 0: none */
    uint64_t shuffle;     /* 0: in the order of the timing; else a seed of the
                             order of evaluation, another one every cycle */
};

struct reference_stream {
    uint64_t written, read;
    const uint64_t *write_times, *read_times; /* cycle of every handshake */
    uint32_t peak; /* most tokens held, sampled after each edge */
};

/* Cycles 0 .. end, each counted once: blocked if a write that was due (or
 * the credit for one) found no room, else starved if the next step was due
 * and lacked a token, else busy. */
struct reference_process_result {
    bool any_event; /* took a step or wrote */
    uint64_t end;   /* cycle of the last time */
    uint64_t busy, starved, blocked;
};

/* Something that holds up a process for ever. */
struct reference_wait {
    uint32_t process; /* TIMING_EDGE: source or sink of the stream */
    uint32_t stream;
    bool for_room; /* else for a token */
    uint64_t held; /* tokens in that stream */
};

struct reference {
    enum reference_outcome outcome;
    uint32_t frames; /* complete at every sink */
    /* Across clock domains these are in fs, else in cycles. */
    uint64_t *frame_start; /* per complete frame: first token in, over all
                              sources; UINT64_MAX: none */
    uint64_t *frame_end;   /* last token out, over all sinks */
    bool any_event;
    uint64_t last_event; /* the last step or handshake */
    uint64_t stopped;    /* cycle after the last one simulated; not in fs */
    uint32_t process_count, stream_count;
    struct reference_process_result *processes;
    struct reference_stream *streams;
    const struct reference_link **links; /* per process; NULL: none */
    uint32_t wait_count;                 /* REFERENCE_DEADLOCK: all there are */
    struct reference_wait *waits;
};

struct reference *reference_run(struct arena *a, const struct timing *t,
                                uint32_t frames, uint64_t cycle_limit);
struct reference *reference_run_with(struct arena *a, const struct timing *t,
                                     const struct reference_options *options);

/* True if the wait is among those of r. */
bool reference_waits_for(const struct reference *r, uint32_t process,
                         uint32_t stream, bool for_room);

#endif
