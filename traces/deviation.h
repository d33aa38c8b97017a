/* deviation -- who is the first to behave differently in two runs.
 *
 * A process deviates by itself if it reads or writes in another cycle although
 * everything around it agrees up to then: the tokens that were written to its
 * inputs and the room that was made in its outputs.  Nothing moves in less
 * than a cycle, so the earliest difference of all is always such a one.
 *
 * Where no graph is known, streams take the place of processes, in the
 * order of struct side; a guess, and said to be one. */
#ifndef HEADRACE_TRACES_DEVIATION_H
#define HEADRACE_TRACES_DEVIATION_H

#include <stdint.h>

#include "traces/stream_errors.h"

struct pairing;
struct side;

enum deviation_kind {
    DEVIATION_NONE,
    DEVIATION_PROCESS,
    DEVIATION_SOURCE, /* what feeds an input of the design */
    DEVIATION_SINK,   /* what takes from an output */
    DEVIATION_STREAM  /* no graph: the stream is all that is known */
};

struct deviation {
    enum deviation_kind kind;
    const char *process; /* of DEVIATION_PROCESS */
    uint32_t pair;       /* the stream where it shows first */
    struct divergence event;
    uint32_t unseen; /* streams around it that were not compared, so that the
                        cause may be there */
    uint32_t others; /* further ones that deviate by themselves */
};

/* `graph` is the side whose graph is taken (process_count > 0), or NULL;
 * `errors` by pair. */
struct deviation deviation_first(const struct side *graph, bool graph_is_a,
                                 const struct pairing *p,
                                 const struct stream_errors *errors);

#endif
