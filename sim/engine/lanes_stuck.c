#include "engine/lanes_stuck.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/bits.h"
#include "engine/lanes_group.h"

static uint32_t with_room(const struct lane_stream *s)
{
    uint32_t lanes = 0;
    for (uint32_t l = 0; l < GROUP_LANES; l++)
        if (s->capacity[l] > s->written - s->read)
            lanes |= UINT32_C(1) << l;
    return lanes;
}

static const struct lane_pending *next_write(const struct lane_process *p)
{
    return &p->pending[p->pending_head & p->pending_mask];
}

static uint32_t can_place(const struct lane_process *p)
{
    if (p->pending_count == 0)
        return 0;
    uint32_t lanes = UINT32_MAX;
    for (uint32_t m = next_write(p)->outputs; m != 0; m &= m - 1)
        lanes &= with_room(p->outputs[bits_lowest(m)]);
    return lanes;
}

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* The cycle of the next step, as past_freezes finds it. */
static int32_t step_cycle(const struct lane_process *p, const struct step *step,
                          uint32_t lane)
{
    int32_t first = p->time.at[lane] + (int32_t)step->gap;
    if (step->needs_datapath)
        first = later(first, p->free.at[lane]);
    int32_t ready = first;
    for (uint32_t m = step->reads; m != 0; m &= m - 1) {
        const struct lane_stream *const s = p->inputs[bits_lowest(m)];
        ready = later(ready, s->rows[s->read & s->mask].at[lane]);
    }
    for (uint32_t i = 0; i < p->freeze_count; i++) {
        const struct lane_freeze *const z =
            &p->freezes[(p->freeze_head + i) & p->freeze_mask];
        const int32_t at = z->at.at[lane];
        if (later(first, ready) >= at)
            first = later(first, at) + z->cycles.at[lane];
    }
    return later(first, ready);
}

static uint32_t can_step(const struct lane_process *p)
{
    if (p->at_frame_start && p->frames == p->frame_limit)
        return 0;
    const struct step *const step = schedule_peek(&p->cursor);
    for (uint32_t m = step->reads; m != 0; m &= m - 1) {
        const struct lane_stream *const s = p->inputs[bits_lowest(m)];
        if (s->read == s->written)
            return 0;
    }
    if (p->pending_count == 0)
        return UINT32_MAX;
    uint32_t lanes = 0;
    for (uint32_t l = 0; l < GROUP_LANES; l++)
        if (step_cycle(p, step, l) < next_write(p)->due.at[l])
            lanes |= UINT32_C(1) << l;
    return lanes;
}

static uint32_t count_of(uint32_t lanes)
{
    uint32_t count = 0;
    for (; lanes != 0; lanes &= lanes - 1)
        count++;
    return count;
}

static void add_move(struct lanes_moves *m, uint32_t lanes, uint32_t first)
{
    const uint32_t bit = first == GROUP_LANES ? 0 : UINT32_C(1) << first;
    m->any |= lanes;
    if ((lanes & bit) > (m->most & bit) ||
        ((lanes & bit) == (m->most & bit) &&
         count_of(lanes) > count_of(m->most)))
        m->most = lanes;
}

struct lanes_moves lanes_find_moves(const struct group *g, uint32_t lanes,
                                    uint32_t first)
{
    struct lanes_moves m = { .step_ahead = NULL };
    for (uint32_t i = 0; i < g->process_count; i++) {
        struct lane_process *const p = &g->processes[i];
        const uint32_t step = can_step(p) & lanes;
        if (step == lanes) {
            m.step_ahead = p;
            return m;
        }
        add_move(&m, step, first);
        add_move(&m, can_place(p) & lanes, first);
    }
    for (uint32_t i = 0; i < g->edge_count; i++) {
        const struct lane_edge *const e = &g->edges[i];
        if (e->is_source && e->tokens < e->token_limit)
            add_move(&m, with_room(e->stream) & lanes, first);
    }
    return m;
}
