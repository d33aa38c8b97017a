/* analysis -- the answer to "what will I get": one design, simulated alone
 * and back to back, with the reason for its interval. */
#ifndef HEADRACE_ENGINE_ANALYSIS_H
#define HEADRACE_ENGINE_ANALYSIS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/chain.h"
#include "engine/run.h"

struct arena;
struct design;
struct stream;

enum limit_kind {
    LIMIT_NONE,    /* not known: fewer than two frames, deadlock, or no chain */
    LIMIT_PROCESS, /* a process that cannot go faster: its own pace */
    LIMIT_FIFO,    /* every process could: room in FIFOs is waited for */
    LIMIT_SOURCE,  /* most of the chain: tokens do not come faster */
    LIMIT_SINK     /* most of the chain: tokens are not taken faster */
};

enum { ANALYSIS_NO_STREAM = UINT32_MAX };

struct analysis {
    const struct design *design;
    const struct timing *timing;
    const struct run *run;         /* back to back */
    uint64_t isolated_latency;     /* cycles; of one frame alone */
    uint64_t back_to_back_latency; /* of the last frame of the run */
    /* The same in fs, across clock domains; else 0. */
    int64_t isolated_time, back_to_back_time;
    uint64_t *ticks_per_frame; /* per process: its least interval, in cycles of
                                  its board, of a link in link cycles */
    enum limit_kind limit;
    uint32_t limiting_process; /* LIMIT_PROCESS, LIMIT_FIFO: the process with
                                  the largest share of the chain */
    uint32_t limiting_stream;  /* LIMIT_FIFO: where twice the depth shortens the
                                  interval most; ANALYSIS_NO_STREAM: nowhere,
                                  as long as it is done to one FIFO alone */
    const struct chain *chain; /* NULL: deadlock, a run too long to log, or one
                                  across clock domains */
};

/* Told every millisecond or so what an analysis does and how far it has come
 * with that; the text is lent for ever. */
struct analysis_observer {
    void (*progress)(void *context, const char *stage, uint64_t done,
                     uint64_t total);
    void *context;
};

/* `frames` as in struct run_options. */
struct analysis *analyse_design(struct arena *a, const struct design *d,
                                uint32_t frames);
/* The same; the observer may be NULL. */
struct analysis *analyse_design_watched(struct arena *a, const struct design *d,
                                        uint32_t frames,
                                        const struct analysis_observer *o);

/* The FIFO to make deeper; NULL if it is not FIFOs that limit, or if no FIFO
 * helps alone. */
const struct stream *analysis_limiting_fifo(const struct analysis *x);
/* Cycles per frame, rounded up; 0 if unknown. */
uint64_t analysis_interval(const struct analysis *x);
/* Frames per second in thousandths at the design's clock; 0 if unknown. */
uint64_t analysis_millihertz(const struct analysis *x);

#endif
