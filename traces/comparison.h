/* comparison -- two sides held against each other: handshake by handshake if
 * both are runs, else by the figures that both state.
 *
 * Cycles of two simulations may begin at different moments.  With
 * ALIGN_FIRST the constant offset is taken out: that of the first handshake
 * of any stream that both sides have, the earliest in A.  With ALIGN_NONE
 * cycles are compared as they are. */
#ifndef HEADRACE_TRACES_COMPARISON_H
#define HEADRACE_TRACES_COMPARISON_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/deviation.h"
#include "traces/frame_times.h"
#include "traces/stream_errors.h"

struct arena;
struct diag;
struct figures;
struct pairing;
struct side;

enum alignment { ALIGN_FIRST, ALIGN_NONE };

struct comparison_desc {
    const struct side *a, *b; /* models have been run */
    const struct pairing *pairing;
    enum alignment alignment;
    uint64_t tolerance; /* cycles; of FIFO peaks in reports: tokens */
};

struct comparison {
    const struct side *a, *b;
    const struct pairing *pairing;
    enum alignment alignment;
    uint64_t tolerance;
    struct figures *figures;
    bool by_handshake; /* else by figures, and what follows is empty */

    int64_t offset;                /* B's cycles minus A's, taken out */
    struct stream_errors *streams; /* by pair */
    uint64_t compared, different, missing, beyond;
    int64_t largest;
    uint32_t first_pair;        /* of `first` */
    struct divergence first;    /* in time */
    struct deviation deviation; /* in dataflow order */
    bool has_graph;             /* else that order is a guess */
    uint32_t frame_count;       /* 0: not known */
    struct frame_times times_a, times_b;
    struct frame_errors *frames; /* of all streams; `last` is of the last
                                    stream in dataflow order */
};

/* NULL: said why in d (compare): nothing is in common. */
struct comparison *comparison_new(struct arena *a,
                                  const struct comparison_desc *desc,
                                  struct diag *d);

/* False: of this pair of streams, nothing is on the clocks compared. */
bool comparison_has(const struct comparison *c, uint32_t pair);
/* Within the tolerance: all handshakes if they were compared, else all
 * figures that both sides state. */
bool comparison_equal(const struct comparison *c);

#endif
