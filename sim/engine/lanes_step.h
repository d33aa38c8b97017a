/* lanes_step -- takes the steps of a group (lanes_group.h).  Included by one
 * file for each set of instructions, which makes a kernel of it.
 *
 * As fast.c does, but for many lanes: what is written is placed at once, and
 * times are cycles as the front sees them.  A freeze that begins in cycle `at`
 * of a front and lasts for `cycles` makes of a step that is due in cycle
 * `first` and finds its tokens in cycle `ready`, if it would come in cycle `at`
 * or later, one that is due in max(first, at) + cycles: if it waits for tokens
 * then, the tick in which the freeze ends is the first that can have it. */
#ifndef HEADRACE_ENGINE_LANES_STEP_H
#define HEADRACE_ENGINE_LANES_STEP_H

#include <assert.h>

#include "base/bits.h"
#include "base/inline.h"
#include "base/simd.h"
#include "engine/lanes_group.h"

/* What moves of a process, in locals. */
struct lane_front {
    struct simd time, free, skew;
    struct lane_freeze *freezes;
    uint32_t freeze_mask, freeze_head, freeze_count;
    bool full;
};

/* One side of a stream: a reader's or a writer's. */
struct lane_port {
    struct lane_row *rows;
    uint64_t mask, at; /* token that comes next */
    uint64_t known;    /* tokens to read, or places to write */
    struct lane_stream *stream;
};

ALWAYS_INLINE struct simd row_load(const struct lane_row *r)
{
    return simd_load(r->at);
}

ALWAYS_INLINE void row_store(struct lane_row *r, struct simd a)
{
    simd_store(r->at, a);
}

ALWAYS_INLINE void open_front(struct lane_front *f,
                              const struct lane_process *p)
{
    *f = (struct lane_front){
        .time = row_load(&p->time),
        .free = row_load(&p->free),
        .skew = row_load(&p->skew),
        .freezes = p->freezes,
        .freeze_mask = p->freeze_mask,
        .freeze_head = p->freeze_head,
        .freeze_count = p->freeze_count,
    };
}

ALWAYS_INLINE void close_front(const struct lane_front *f,
                               struct lane_process *p)
{
    row_store(&p->time, f->time);
    row_store(&p->free, f->free);
    row_store(&p->skew, f->skew);
    p->freeze_head = f->freeze_head;
    p->freeze_count = f->freeze_count;
    p->full |= f->full;
}

ALWAYS_INLINE uint64_t places_known(const struct lane_stream *s)
{
    return s->least - (s->written - s->read);
}

ALWAYS_INLINE void open_input(struct lane_port *i, struct lane_stream *s)
{
    *i = (struct lane_port){ s->rows, s->mask, s->read, s->written - s->read,
                             s };
}

ALWAYS_INLINE void open_output(struct lane_port *o, struct lane_stream *s)
{
    *o = (struct lane_port){ s->rows, s->mask, s->written, places_known(s), s };
}

ALWAYS_INLINE void push_freeze(struct lane_front *f, struct simd at,
                               struct simd cycles)
{
    if (f->freeze_count > f->freeze_mask) {
        f->full = true;
        return;
    }
    struct lane_freeze *const z =
        &f->freezes[(f->freeze_head + f->freeze_count++) & f->freeze_mask];
    row_store(&z->at, at);
    row_store(&z->cycles, cycles);
    f->skew = simd_add(f->skew, cycles);
}

/* The cycle of a step, past the freezes on the way. */
ALWAYS_INLINE struct simd past_freezes(struct lane_front *f, struct simd first,
                                       struct simd ready)
{
    const struct simd one = simd_all(1), zero = simd_all(0);
    struct simd cycle = simd_max(first, ready);
    bool over = true; /* all up to this one, in all lanes */
    uint32_t passed = 0;
    for (uint32_t i = 0; i < f->freeze_count; i++) {
        struct lane_freeze *const z =
            &f->freezes[(f->freeze_head + i) & f->freeze_mask];
        const struct simd at = row_load(&z->at);
        if (!simd_any(simd_greater(simd_add(cycle, one), at)))
            break; /* nor does any lane come to a later one */
        const struct simd_mask before = simd_greater(at, cycle);
        const struct simd cycles = row_load(&z->cycles);
        const struct simd left = simd_choose(before, cycles, zero);
        const struct simd now = simd_sub(cycles, left);
        first = simd_choose(before, first, simd_add(simd_max(first, at), now));
        f->free = simd_add(f->free, now);
        f->skew = simd_sub(f->skew, now);
        cycle = simd_max(first, ready);
        row_store(&z->cycles, left);
        over = over && !simd_any(simd_greater(left, zero));
        passed += over;
    }
    f->freeze_head += passed;
    f->freeze_count -= passed;
    return cycle;
}

/* When the next place of a stream is free. */
ALWAYS_INLINE struct simd room_of(const struct lane_port *o)
{
    const struct lane_alike *const a = o->stream->alike;
    const uint32_t count = o->stream->alike_count;
    struct simd room = row_load(&o->rows[(o->at - a[0].capacity) & o->mask]);
    for (uint32_t i = 1; i < count; i++)
        room = simd_load_where(room, &a[i].where,
                               o->rows[(o->at - a[i].capacity) & o->mask].at);
    return room;
}

ALWAYS_INLINE void place(struct lane_port *o, struct simd time)
{
    const struct lane_stream *const s = o->stream;
    row_store(&o->rows[o->at & o->mask],
              simd_add(time, row_load(&s->write_latency)));
    o->at++;
}

/* Places one token on each output of the mask, due in cycle `due`; returns when
 * they are written. */
ALWAYS_INLINE struct simd write_token(struct lane_front *f,
                                      struct lane_port *out, uint32_t outputs,
                                      uint32_t writes, struct simd due)
{
    struct simd time = due;
    for (uint32_t o = 0; o < outputs; o++)
        if ((writes >> o & 1) != 0)
            time = simd_max(time, room_of(&out[o]));
    if (simd_any(simd_greater(time, due)))
        push_freeze(f, due, simd_sub(time, due));
    for (uint32_t o = 0; o < outputs; o++)
        if ((writes >> o & 1) != 0)
            place(&out[o], time);
    return time;
}

/* Takes a step n times in a row; tokens and places are known for all. */
ALWAYS_INLINE void take_row(struct lane_front *f, struct lane_port *in,
                            uint32_t inputs, uint32_t reads,
                            struct lane_port *out, uint32_t outputs,
                            uint32_t writes, uint32_t count,
                            const struct step *step, uint64_t n)
{
    const int32_t hold = (int32_t)step->hold;
    int32_t gap = (int32_t)step->gap;
    const struct simd delay = simd_all((int32_t)step->delay);
    const struct simd spacing = simd_all((int32_t)step->spacing);
    struct simd first = simd_add(f->time, simd_all(gap));
    if (step->needs_datapath) {
        first = simd_max(first, f->free);
        gap = hold > gap ? hold : gap;
    }
    const struct simd pace = simd_all(gap);
    struct simd written = first; /* if any is */
    for (uint64_t k = 0; k < n; k++) {
        struct simd ready = first;
        for (uint32_t i = 0; i < inputs; i++)
            if ((reads >> i & 1) != 0)
                ready = simd_max(ready,
                                 row_load(&in[i].rows[in[i].at & in[i].mask]));
        const struct simd time =
            f->freeze_count == 0 ? ready : past_freezes(f, first, ready);
        for (uint32_t i = 0; i < inputs; i++)
            if ((reads >> i & 1) != 0) {
                row_store(&in[i].rows[in[i].at & in[i].mask],
                          simd_add(time, simd_all(in[i].stream->read_latency)));
                in[i].at++;
            }
        f->time = time;
        first = simd_add(time, pace);
        if (writes == 0)
            continue;
        struct simd due = simd_add(simd_add(time, f->skew), delay);
        for (uint32_t left = count;;) {
            written = write_token(f, out, outputs, writes, due);
            if (--left == 0)
                break;
            due = simd_add(written, spacing);
        }
    }
    if (hold != 0)
        f->free = simd_add(f->time, simd_all(hold));
    for (uint32_t i = 0; i < inputs; i++)
        if ((reads >> i & 1) != 0)
            in[i].known -= n;
    for (uint32_t o = 0; o < outputs; o++)
        if ((writes >> o & 1) != 0) {
            out[o].known -= n * count;
            row_store(&out[o].stream->last_write, written);
        }
}

/* The same, with what is usual known to the compiler. */
ALWAYS_INLINE void take_known_row(struct lane_front *f, struct lane_port *in,
                                  uint32_t inputs, struct lane_port *out,
                                  uint32_t outputs, const struct step *step,
                                  uint64_t n)
{
    const uint32_t reads = step->reads, writes = step->writes;
    if (inputs > 2 || outputs > 2 || step->count > 1)
        take_row(f, in, inputs, reads, out, outputs, writes, step->count, step,
                 n);
    else if (writes == 0 && reads == 1)
        take_row(f, in, 1, 1, out, 0, 0, 0, step, n);
    else if (reads == 1 && writes == 1)
        take_row(f, in, 1, 1, out, 1, 1, 1, step, n);
    else if (reads == 0 && writes == 1)
        take_row(f, in, 0, 0, out, 1, 1, 1, step, n);
    else if (inputs == 2 && reads == 3 && writes == 1)
        take_row(f, in, 2, 3, out, 1, 1, 1, step, n);
    else if (outputs == 2 && reads == 1 && writes == 3)
        take_row(f, in, 1, 1, out, 2, 3, 1, step, n);
    else
        take_row(f, in, inputs, reads, out, outputs, writes, step->count, step,
                 n);
}

static inline struct lane_pending *pending_at(const struct lane_process *p,
                                              uint32_t i)
{
    return &p->pending[(p->pending_head + i) & p->pending_mask];
}

/* Places what waits, as far as places are known; false: not all of it. */
static bool place_pending(struct lane_process *p, bool *moved)
{
    while (p->pending_count != 0) {
        struct lane_pending *const w = pending_at(p, 0);
        for (uint32_t m = w->outputs; m != 0; m &= m - 1) {
            const struct lane_stream *const s = p->outputs[bits_lowest(m)];
            if (places_known(s) != 0)
                continue;
            p->lack = s;
            p->lack_places = 1;
            return false;
        }
        struct lane_front f;
        open_front(&f, p);
        const struct simd due = row_load(&w->due);
        struct simd time = due;
        for (uint32_t m = w->outputs; m != 0; m &= m - 1) {
            struct lane_port o;
            open_output(&o, p->outputs[bits_lowest(m)]);
            time = simd_max(time, room_of(&o));
        }
        for (uint32_t m = w->outputs; m != 0; m &= m - 1) {
            struct lane_stream *const s = p->outputs[bits_lowest(m)];
            struct lane_port o;
            open_output(&o, s);
            place(&o, time);
            row_store(&s->last_write, time);
            s->written++;
        }
        const struct simd frozen = simd_sub(time, due);
        if (simd_any(simd_greater(time, due))) {
            push_freeze(&f, due, frozen);
            for (uint32_t i = 1; i < p->pending_count; i++) {
                struct lane_pending *const next = pending_at(p, i);
                row_store(&next->due, simd_add(row_load(&next->due), frozen));
            }
        }
        close_front(&f, p);
        row_store(&w->due, simd_add(time, simd_all((int32_t)w->spacing)));
        if (--w->left == 0) {
            p->pending_head++;
            p->pending_count--;
        }
        *moved = true;
    }
    return true;
}

/* Takes one step; what it writes waits to be placed. */
static void step_ahead(struct lane_process *p)
{
    const struct step *const step = schedule_peek(&p->cursor);
    struct lane_port in[GROUP_PORTS_MAX];
    for (uint32_t i = 0; i < p->input_count; i++)
        open_input(&in[i], p->inputs[i]);
    struct lane_front f;
    open_front(&f, p);
    take_row(&f, in, p->input_count, step->reads, NULL, 0, 0, 0, step, 1);
    p->full |= p->pending_count > p->pending_mask;
    if (step->writes != 0 && !p->full) {
        struct lane_pending *const w = pending_at(p, p->pending_count++);
        w->left = step->count;
        w->spacing = step->spacing;
        w->outputs = step->writes;
        row_store(&w->due, simd_add(simd_add(f.time, f.skew),
                                    simd_all((int32_t)step->delay)));
    }
    close_front(&f, p);
    for (uint32_t m = step->reads; m != 0; m &= m - 1)
        p->inputs[bits_lowest(m)]->read++;
    p->at_frame_start = schedule_advance(&p->cursor);
    p->frames += p->at_frame_start;
}

/* How often a step can be taken, up to n times; if it is 0, notes what is
 * lacking. */
ALWAYS_INLINE uint64_t limit_row(struct lane_process *p,
                                 const struct lane_port *in, uint32_t inputs,
                                 const struct lane_port *out, uint32_t outputs,
                                 const struct step *step, uint64_t n)
{
    for (uint32_t i = 0; i < inputs; i++) {
        if ((step->reads >> i & 1) == 0 || in[i].known >= n)
            continue;
        n = in[i].known;
        p->lack = in[i].stream;
        p->lack_places = 0;
    }
    for (uint32_t o = 0; o < outputs; o++) {
        if ((step->writes >> o & 1) == 0 || out[o].known >= n * step->count)
            continue;
        n = step->count == 1 ? out[o].known : out[o].known / step->count;
        p->lack = out[o].stream;
        p->lack_places = step->count;
    }
    return n;
}

ALWAYS_INLINE bool still_lacks(const struct lane_process *p)
{
    const struct lane_stream *const s = p->lack;
    if (s == NULL)
        return false;
    return p->lack_places == 0 ? s->written == s->read
                               : places_known(s) < p->lack_places;
}

/* Some lane never has as many places at once as the step writes. */
ALWAYS_INLINE bool is_crowded(const struct lane_process *p,
                              const struct step *step)
{
    for (uint32_t m = step->writes; m != 0; m &= m - 1)
        if (step->count > p->outputs[bits_lowest(m)]->least)
            return true;
    return false;
}

ALWAYS_INLINE bool tokens_known(const struct lane_process *p,
                                const struct step *step)
{
    for (uint32_t m = step->reads; m != 0; m &= m - 1) {
        const struct lane_stream *const s = p->inputs[bits_lowest(m)];
        if (s->read == s->written)
            return false;
    }
    return true;
}

/* How often the next step can be taken. */
ALWAYS_INLINE uint64_t times_possible(struct lane_process *p,
                                      const struct lane_port *in,
                                      uint32_t inputs,
                                      const struct lane_port *out,
                                      uint32_t outputs)
{
    if (p->at_frame_start && p->frames == p->frame_limit)
        return 0;
    return limit_row(p, in, inputs, out, outputs, schedule_peek(&p->cursor),
                     p->cursor.repeat);
}

/* Rows, as far as there are tokens and places for them. */
ALWAYS_INLINE bool take_rows(struct lane_process *p, struct lane_port *in,
                             uint32_t inputs, struct lane_port *out,
                             uint32_t outputs)
{
    for (uint32_t i = 0; i < inputs; i++)
        open_input(&in[i], p->inputs[i]);
    for (uint32_t o = 0; o < outputs; o++)
        open_output(&out[o], p->outputs[o]);
    uint64_t n = times_possible(p, in, inputs, out, outputs);
    if (n == 0)
        return false;
    struct lane_front f;
    open_front(&f, p);
    do {
        take_known_row(&f, in, inputs, out, outputs, schedule_peek(&p->cursor),
                       n);
        p->at_frame_start = schedule_advance_by(&p->cursor, n);
        p->frames += p->at_frame_start;
        n = times_possible(p, in, inputs, out, outputs);
    } while (n != 0);
    close_front(&f, p);
    for (uint32_t i = 0; i < inputs; i++)
        p->inputs[i]->read = in[i].at;
    for (uint32_t o = 0; o < outputs; o++)
        p->outputs[o]->written = out[o].at;
    return true;
}

#define DEFINE_TAKE_ROWS(name, inputs, outputs)                                \
    static bool name(struct lane_process *p)                                   \
    {                                                                          \
        struct lane_port in[inputs], out[outputs];                             \
        return take_rows(p, in, inputs, out, outputs);                         \
    }
DEFINE_TAKE_ROWS(rows_one_to_one, 1, 1)
DEFINE_TAKE_ROWS(rows_one_to_two, 1, 2)
DEFINE_TAKE_ROWS(rows_two_to_one, 2, 1)

static bool rows_many(struct lane_process *p)
{
    struct lane_port in[GROUP_PORTS_MAX], out[GROUP_PORTS_MAX];
    return take_rows(p, in, p->input_count, out, p->output_count);
}

/* By a table, so that each is compiled by itself: together they have far more
 * state than there are registers. */
static bool take_any_rows(struct lane_process *p)
{
    static bool (*const by_ports[])(struct lane_process *) = {
        [LANE_PORTS_MANY] = rows_many,
        [LANE_PORTS_1_TO_1] = rows_one_to_one,
        [LANE_PORTS_1_TO_2] = rows_one_to_two,
        [LANE_PORTS_2_TO_1] = rows_two_to_one,
    };
    return by_ports[p->ports](p);
}

static bool advance_process(struct lane_process *p)
{
    bool moved = false;
    while (place_pending(p, &moved)) {
        p->lack = NULL;
        moved |= take_any_rows(p);
        const struct step *const step = schedule_peek(&p->cursor);
        if ((p->at_frame_start && p->frames == p->frame_limit) ||
            !is_crowded(p, step) || !tokens_known(p, step))
            break;
        step_ahead(p);
        moved = true;
    }
    return moved;
}

ALWAYS_INLINE bool is_late(struct simd time)
{
    return simd_any(simd_greater(time, simd_all(GROUP_TIME_MAX)));
}

/* Edges */

ALWAYS_INLINE struct simd use_edge_row(struct lane_port *port, bool is_source,
                                       struct simd due)
{
    struct lane_row *const row = &port->rows[port->at & port->mask];
    if (is_source) {
        const struct simd time = simd_max(due, room_of(port));
        place(port, time);
        return time;
    }
    const struct simd time = simd_max(due, row_load(row));
    row_store(row, simd_add(time, simd_all(port->stream->read_latency)));
    port->at++;
    return time;
}

/* One handshake after the other, as soon as they can be.  No two frames are
 * begun in one go: the first one may be the first of a frame, and that is
 * noted. */
ALWAYS_INLINE struct simd run_always(struct lane_edge *e,
                                     struct lane_port *port, bool is_source,
                                     uint64_t n)
{
    const struct simd one = simd_all(1);
    struct simd time =
        use_edge_row(port, is_source, simd_add(row_load(&e->previous), one));
    if (e->in_frame == 0)
        row_store(&e->frame_first, time);
    while (--n != 0)
        time = use_edge_row(port, is_source, simd_add(time, one));
    return time;
}

static struct simd on_grid(const struct stimulus *s, struct simd cycle)
{
    if (s->grid <= 1)
        return cycle;
    struct lane_row r;
    row_store(&r, cycle);
    for (uint32_t l = 0; l < GROUP_LANES; l++)
        r.at[l] = (int32_t)stimulus_on_grid(s, (uint64_t)r.at[l]);
    return row_load(&r);
}

/* The first cycle in which the stimulus lets the next token through. */
static struct simd allowed(struct lane_edge *e, bool is_first)
{
    if (e->idle < 0)
        e->idle = stimulus_next(&e->cursor);
    const int32_t period = (int32_t)e->stimulus->frame_period;
    const struct simd next =
        simd_add(row_load(&e->previous), simd_all((int32_t)e->idle + 1));
    e->idle = -1;
    if (period == 0 || !is_first)
        return next;
    return simd_max(next,
                    simd_add(row_load(&e->frame_first), simd_all(period)));
}

static struct simd run_stalled(struct lane_edge *e, struct lane_port *port,
                               uint64_t n)
{
    struct simd time = row_load(&e->previous);
    for (uint64_t k = 0; k < n; k++) {
        const bool is_first = k == 0 && e->in_frame == 0;
        struct simd due = allowed(e, is_first);
        if (!e->is_source)
            due = simd_max(due, row_load(&port->rows[port->at & port->mask]));
        time = use_edge_row(port, e->is_source, on_grid(e->stimulus, due));
        row_store(&e->previous, time);
        if (is_first)
            row_store(&e->frame_first, time);
    }
    return time;
}

static bool advance_edge(struct lane_edge *e)
{
    struct lane_stream *const s = e->stream;
    struct lane_port port;
    if (e->is_source)
        open_output(&port, s);
    else
        open_input(&port, s);
    uint64_t n = e->token_limit - e->tokens;
    n = port.known < n ? port.known : n;
    if (n == 0)
        return false;
    struct simd time;
    if (!e->always)
        time = run_stalled(e, &port, n);
    else if (e->is_source)
        time = run_always(e, &port, true, n);
    else
        time = run_always(e, &port, false, n);
    row_store(&e->previous, time);
    e->tokens += n;
    e->in_frame = e->tokens % e->tokens_per_frame;
    if (e->is_source) {
        s->written = port.at;
        row_store(&s->last_write, time);
    } else {
        s->read = port.at;
    }
    return true;
}

static void run_group(struct group *g)
{
    bool moved = true;
    while (moved && !g->late) {
        moved = false;
        for (uint32_t i = 0; i < g->process_count && !g->late; i++) {
            struct lane_process *const p = &g->processes[i];
            if (still_lacks(p) || !advance_process(p))
                continue;
            moved = true;
            g->late = p->full ||
                      is_late(simd_add(row_load(&p->time), row_load(&p->skew)));
        }
        for (uint32_t i = 0; i < g->edge_count && !g->late; i++) {
            struct lane_edge *const e = &g->edges[i];
            if (!advance_edge(e))
                continue;
            moved = true;
            g->late = is_late(row_load(&e->previous));
        }
    }
}

#endif
