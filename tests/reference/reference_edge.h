/* reference_edge -- the source or the sink of a stream at an edge of the
 * design, one cycle at a time; see design/stimulus.h. */
#ifndef HEADRACE_TESTS_REFERENCE_REFERENCE_EDGE_H
#define HEADRACE_TESTS_REFERENCE_REFERENCE_EDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "design/stimulus.h"
#include "tests/reference/reference_fifo.h"

struct timing_stream;

struct reference_edge {
    const struct stimulus *stimulus;
    struct reference_fifo *fifo;
    struct stimulus_cursor cursor;
    bool is_source;
    uint64_t left;        /* tokens to go */
    uint64_t earliest;    /* cycle for the next one: a(k-1) + 1 + idle(k) */
    uint64_t in_frame;    /* tokens done of the present frame */
    uint64_t frame_first; /* cycle of its first token */
    bool offering;        /* source: valid was raised in an earlier cycle */

    bool now_offering; /* eval: source: valid is high in this cycle */
    bool transfers;    /* eval: handshake in this cycle */
};

void reference_edge_start(struct reference_edge *e,
                          const struct timing_stream *s,
                          struct reference_fifo *fifo, bool is_source,
                          uint64_t tokens);
void reference_edge_eval(struct reference_edge *e, uint64_t cycle);
/* True if a token was transferred. */
bool reference_edge_commit(struct reference_edge *e, uint64_t cycle);
/* The cycle by which the wait for the stimulus alone is over. */
uint64_t reference_edge_ready_by(const struct reference_edge *e);

#endif
