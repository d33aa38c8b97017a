/* explain -- why a design is as fast as it is, or why it stands still, and
 * which FIFO depths would change that.
 *
 * Everything that is said to help has been simulated. */
#ifndef HEADRACE_TUNE_EXPLAIN_H
#define HEADRACE_TUNE_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "tune/what_if.h"

struct analysis;
struct arena;
struct design;
struct repair;
struct stalls;

/* A stop of the critical chain, in the order in which it is walked back: from
 * the part of the design that takes the largest share on along the wait that
 * is most frequent. */
struct link_stop {
    bool is_stream; /* else a process, the source or the sink */
    uint32_t index; /* the stream or process; TIMING_EDGE: the source or sink */
    bool is_source; /* of TIMING_EDGE */
    uint64_t cycles; /* of the chain's span */
    uint64_t tokens; /* stream: times that the chain went from a reader that
                        waited for a token to its write */
    uint64_t rooms;  /* from a writer that waited for room to a read */
};

enum cause_kind {
    CAUSE_PACE,   /* it is busy most of the time */
    CAUSE_ROOM,   /* it waits for room in `stream` most of the time */
    CAUSE_SOURCE, /* tokens do not come faster */
    CAUSE_MIXED   /* nothing of that is most of it */
};

/* What a process that waits for tokens waits for in the end: from each process
 * that is mostly starved one goes on to the one that it mostly waits for. */
struct cause {
    enum cause_kind kind;
    uint32_t process; /* where the walk ended; not of CAUSE_SOURCE */
    uint32_t stream;  /* CAUSE_ROOM */
};

struct explanation {
    const struct design *design;
    uint32_t frames;                 /* that every run had */
    const struct analysis *analysis; /* of the design as it is */
    uint32_t stop_count;             /* 0: no chain is known */
    struct link_stop *stops;
    struct cause *causes;          /* by process: of its largest starved_by */
    const struct stalls *stalls;   /* NULL: deadlock */
    const struct repair *repair;   /* NULL: no deadlock */
    struct what_if_figures deep;   /* of a repair: what deeper FIFOs could
                                      make of it (stalls_ideal) */
    const struct what_if *what_if; /* how sizes are counted, and how many runs
                                      were made */
};

struct explain_observer {
    /* total 0: it is not known how much there is to do. */
    void (*progress)(void *context, const char *stage, uint64_t done,
                     uint64_t total);
    void *context;
};

/* `frames` 0: until the interval is certified, but at least
 * EXPLAIN_FRAMES_LEAST; the same for every run that is compared.  The observer
 * may be NULL. */
enum { EXPLAIN_FRAMES_LEAST = 16 };
const struct explanation *explain_design(struct arena *a,
                                         const struct design *d,
                                         uint32_t frames,
                                         const struct explain_observer *o);

/* How the process spent its time: in the last frames of the run, or in all of
 * it if those cannot be told apart. */
const struct process_time *explanation_time(const struct explanation *e,
                                            uint32_t process);

/* True if a depth would help, or nothing comes through. */
bool explanation_found(const struct explanation *e);

#endif
