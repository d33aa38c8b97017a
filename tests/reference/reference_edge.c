#include "tests/reference/reference_edge.h"

#include <assert.h>

#include "engine/timing.h"

void reference_edge_start(struct reference_edge *e,
                          const struct timing_stream *s,
                          struct reference_fifo *fifo, bool is_source,
                          uint64_t tokens)
{
    *e = (struct reference_edge){
        .stimulus = &s->stimulus,
        .fifo = fifo,
        .is_source = is_source,
        .left = tokens,
    };
    assert(s->stimulus.grid == 0 || s->stimulus.phase < s->stimulus.grid ||
           s->stimulus.phase == 0);
    stimulus_start(&e->cursor, e->stimulus, s->tokens_per_frame);
    e->earliest = stimulus_next(&e->cursor);
}

void reference_edge_eval(struct reference_edge *e, uint64_t cycle)
{
    e->transfers = false;
    e->now_offering = e->offering;
    if (!e->is_source)
        e->fifo->leaves = false;
    if (e->left == 0)
        return;
    uint32_t grid = e->stimulus->grid;
    bool on_grid = grid <= 1 || cycle % grid == e->stimulus->phase;
    if (cycle < e->stimulus->pattern_cycles && !e->stimulus->pattern[cycle])
        on_grid = false;
    bool may = cycle >= e->earliest && on_grid;
    if (e->is_source) {
        /* Only the beginning of an offer is tied to the grid. */
        e->now_offering = e->offering || may;
        e->transfers =
            e->now_offering && reference_fifo_has_room(e->fifo, cycle);
    } else {
        e->transfers = may && reference_fifo_readable(e->fifo, cycle);
        e->fifo->leaves = e->transfers;
    }
}

bool reference_edge_commit(struct reference_edge *e, uint64_t cycle)
{
    e->offering = e->now_offering;
    if (!e->transfers)
        return false;
    if (e->is_source)
        reference_fifo_write(e->fifo, cycle);
    else
        reference_fifo_read(e->fifo, cycle);
    e->offering = false;
    e->left--;
    if (e->in_frame == 0)
        e->frame_first = cycle;
    e->in_frame = (e->in_frame + 1) % e->cursor.tokens_per_frame;
    e->earliest = cycle + 1 + stimulus_next(&e->cursor);
    uint64_t next_frame = e->frame_first + e->stimulus->frame_period;
    if (e->in_frame == 0 && e->stimulus->frame_period != 0 &&
        e->earliest < next_frame)
        e->earliest = next_frame;
    return true;
}

uint64_t reference_edge_ready_by(const struct reference_edge *e)
{
    return e->left == 0
               ? 0
               : e->earliest + e->stimulus->grid + e->stimulus->pattern_cycles;
}
