/* run -- evaluates a timing to token times.
 *
 * The engine knows no clock: each process runs until it is held up by a
 * token or a place whose time is not known yet.  What a process does next
 * never depends on when tokens came, so any order of evaluation gives the
 * same times; cost is O(1) per token, memory O(capacity) per stream (plus
 * the logs, if asked for). */
#ifndef HEADRACE_ENGINE_RUN_H
#define HEADRACE_ENGINE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/timing.h"

struct arena;
struct chain;
struct link;

enum run_outcome { RUN_DONE, RUN_DEADLOCK };

/* Told every millisecond or so how far a run has come, in tokens at a sink,
 * or another computation made of runs. */
struct run_observer {
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *context;
};

struct run_options {
    uint32_t frames; /* 0: until the interval is certified, at least 2 and at
                        most RUN_FRAMES_MAX, across clock
                        domains RUN_FRAMES_LINKED */
    bool chain; /* find the critical chain; keeps all token times as well; not
                   across clock domains */
    uint64_t chain_skip; /* as chain_find's skip */
    bool log;            /* keep every token time */
    bool beyond;         /* find out what else moves when these frames are done
                            or stuck and no more come; not if frames is 0 */
    bool no_stats;       /* leave out FIFO peaks and fills: fastest */
    const struct run_observer *observer; /* NULL: nobody */
    bool relaxed; /* only what holds for FIFOs of any depth (process.h): times
                     are lower bounds, monotone in the depths */
    uint64_t first_latency_max; /* ends after frame 0 if that took longer; 0:
                                   never */
    uint64_t shuffle; /* 0: evaluate in topological order; else a seed of
                         the order (tests; the result is the same) */
};
enum { RUN_FRAMES_MAX = 64 };
/* Clocks of boards and links rarely come to the same phases again, and such
 * designs are large: the interval is then the average of the last half of these
 * frames. */
enum { RUN_FRAMES_LINKED = 6 };

/* Cycles of one process over a span: busy + starved + blocked = span.  A cycle
 * in which it is held up counts once: as blocked if a write that is due finds
 * no room (or a step no credit), else as starved; and for one port, that of
 * the room or token that comes last. */
struct process_time {
    uint64_t busy; /* of a link: link cycles with a word on the line; what it is
                      starved is in cycles of the sender, blocked in those of
                      the receiver, each port by itself */
    uint64_t starved;     /* sum over inputs */
    uint64_t blocked;     /* sum over outputs */
    uint64_t *starved_by; /* per input port */
    uint64_t *blocked_by; /* per output port */
};

struct run_process {
    struct process_time total;  /* from cycle 0 to its last event */
    struct process_time steady; /* over the frames of the last period (see
                                   below): if certified, period_cycles, else
                                   as long as the process took for them;
                                   total if frames cannot be cut apart */
    uint64_t end;               /* cycle of its last event */
};

struct run_stream {
    uint64_t tokens; /* read */
    uint64_t written;
    uint64_t tokens_ever, written_ever; /* if asked for what is beyond: the
                                           same when all stands still; a
                                           process may begin a frame that
                                           never comes */
    uint32_t peak;        /* most tokens held, sampled after each edge */
    uint64_t fill_cycles; /* sum over tokens of (read - write) */
    const uint64_t *write_times, *read_times; /* log; else NULL */
};

/* Why a process cannot go on. */
struct run_wait {
    uint32_t process; /* TIMING_EDGE: the source or sink of the stream */
    uint32_t stream;
    bool for_room; /* else for a token */
    uint64_t held; /* tokens in that stream */
};

/* The words of one stream on a link; peaks count a word as there until its
 * place is seen to be free on the other side. */
struct run_link_stream {
    uint64_t words; /* sent */
    uint32_t send_peak, receive_peak;
};

struct run_link {
    uint32_t process;
    const struct link *link; /* its bounds are those of its streams */
    uint64_t line_words;     /* with headers and trailers */
    uint64_t line_cycles;    /* link cycles up to the last of them */
    uint32_t stream_count;
    struct run_link_stream *streams; /* by port */
};

/* Across clock domains (timing.h); times are in fs after the end of reset. */
struct run_domains {
    uint32_t source, sink;   /* domains of the first source and the last sink */
    int64_t *start, *end;    /* per frame */
    uint64_t *latency;       /* per frame, in cycles of the sink's domain */
    int64_t last;            /* the last event; -1: none */
    int64_t period_time;     /* of `period` frames */
    uint64_t *period_cycles; /* by domain: the same in cycles; 0: not whole */
};

struct run {
    enum run_outcome outcome;
    uint32_t frames; /* complete at the sink */
    /* Per frame: first token in at a source; 0, the end of reset, if none of
     * its tokens came in; and last token out at the sink.  Across clock domains
     * in cycles of the source's and the sink's. */
    uint64_t *frame_start;
    uint64_t *frame_end;
    uint64_t *frame_ready; /* of a region (timing.h): the cycle in which it was
                              ready for the next start; else NULL */
    uint64_t cycles;       /* last event of the run + 1; of the sink's domain */
    /* Steady state.  certified: the complete relative state recurred, so
     * that `period` frames take `period_cycles` cycles for ever.  Else both
     * are measured over the second half of the run; 0 if frames < 2. */
    bool certified;
    bool apart; /* frames can be cut apart: each comes when it would if no
                   other came after it */
    uint32_t period;
    uint64_t period_cycles;      /* of the sink's domain */
    struct run_domains *domains; /* NULL: one clock */
    uint32_t link_count;
    struct run_link *links;
    uint32_t process_count, stream_count;
    struct run_process *processes;
    struct run_stream *streams;
    /* RUN_DEADLOCK: who waits for whom, a closed cycle. */
    uint32_t wait_count;
    struct run_wait *waits;
    const struct chain *chain; /* NULL: not asked for, or no frame done */
    uint64_t deadlock_cycle;   /* last event before it stood still */
};

struct run *run_timing(struct arena *a, const struct timing *t,
                       const struct run_options *options);

/* Cycles from first token in to last token out, of the sink's domain. */
static inline uint64_t run_latency(const struct run *r, uint32_t frame)
{
    return r->domains != NULL ? r->domains->latency[frame]
                              : r->frame_end[frame] - r->frame_start[frame];
}

/* The same in fs, exactly; 0 with one clock. */
static inline int64_t run_latency_time(const struct run *r, uint32_t frame)
{
    return r->domains != NULL
               ? r->domains->end[frame] - r->domains->start[frame]
               : 0;
}

#endif
