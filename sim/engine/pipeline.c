/* The common case made fast: bubbles, at most one input and one output,
 * frames without a break, no trace.  The rules are those of advance_bubbles in
 * process.c; here the state is in locals, which the compiler keeps in
 * registers although the loop writes times to memory. */
#include "engine/process.h"

#include "base/inline.h"

/* The part of a channel that this side of it uses. */
struct port {
    struct channel *channel;
    int64_t *slots;
    uint64_t *log;
    uint32_t capacity, at, peak;
    uint64_t done;  /* tokens read, or written */
    uint64_t other; /* tokens written, or read: fixed while we run */
    int64_t latency;
    int64_t fill;
    int64_t last, other_last; /* time of our last, of the other side's */
};

ALWAYS_INLINE struct port open_input(struct channel *c)
{
    return (struct port){
        .channel = c,
        .slots = c->slots,
        .log = c->read_log,
        .capacity = c->capacity,
        .at = c->read_at,
        .peak = c->peak,
        .done = c->read,
        .other = c->written,
        .latency = c->write_latency,
        .last = c->last_read,
    };
}

ALWAYS_INLINE void close_input(const struct port *i)
{
    struct channel *c = i->channel;
    c->read_at = i->at;
    c->peak = i->peak;
    c->read = i->done;
    c->fill += i->fill;
    c->last_read = i->last;
}

ALWAYS_INLINE struct port open_output(struct channel *c)
{
    return (struct port){
        .channel = c,
        .slots = c->slots,
        .log = c->write_log,
        .capacity = c->capacity,
        .at = c->write_at,
        .peak = c->peak,
        .done = c->written,
        .other = c->read,
        .latency = c->read_latency,
        .last = c->last_write,
        .other_last = c->last_read,
    };
}

ALWAYS_INLINE void close_output(const struct port *o)
{
    struct channel *c = o->channel;
    c->write_at = o->at;
    c->peak = o->peak;
    c->written = o->done;
    c->last_write = o->last;
}

ALWAYS_INLINE void next_slot(struct port *p)
{
    p->at = p->at + 1 == p->capacity ? 0 : p->at + 1;
    p->done++;
}

ALWAYS_INLINE void port_read(struct port *i, int64_t time, bool stats, bool log)
{
    if (stats) {
        i->fill += time - i->slots[i->at];
        i->peak = channel_peak_at_read(i->slots, i->capacity, i->peak, i->at,
                                       i->done, i->other, time);
    }
    i->slots[i->at] = time;
    if (log)
        i->log[i->done] = (uint64_t)time;
    i->last = time;
    next_slot(i);
}

ALWAYS_INLINE void port_write(struct port *o, int64_t time, bool stats,
                              bool log)
{
    if (stats && o->other_last > time) {
        o->peak = channel_peak_at_write(o->slots, o->capacity, o->peak, o->at,
                                        o->done, o->other, time);
    }
    o->slots[o->at] = time;
    if (log)
        o->log[o->done] = (uint64_t)time;
    o->last = time;
    next_slot(o);
}

/* The front's and the pipeline's place in time. */
struct times {
    int64_t previous, free, last_due;
    int64_t front_frozen, write_frozen;
    int64_t end;
    int64_t freeze_tick; /* of the first freeze ahead; NEVER: none */
    int64_t stop; /* from this tick on nothing is certain: the write that is
                     due then has no known room; NEVER: none */
    uint64_t starved, blocked;
};

static const int64_t NEVER = INT64_MAX;

ALWAYS_INLINE bool room_known(const struct port *o)
{
    return o->done - o->other != o->capacity;
}

/* Places the token due at tick `due`; room for it is known. */
ALWAYS_INLINE void place(struct process_state *p, struct times *t,
                         struct port *o, int64_t due, bool stats, bool log)
{
    int64_t time = due + t->write_frozen;
    int64_t room = o->slots[o->at] + o->latency;
    if (room > time) {
        process_freeze_ahead(p, due, room - time);
        if (t->freeze_tick == NEVER)
            t->freeze_tick = due;
        t->write_frozen += room - time;
        t->blocked += (uint64_t)(room - time);
        time = room;
    }
    port_write(o, time, stats, log);
}

/* Places what is pending, as far as room is known.  The other side of the
 * stream does not move while we run, so what cannot be placed at first
 * cannot be placed later in the same visit. */
ALWAYS_INLINE void place_pending(struct process_state *p, struct times *t,
                                 struct port *o, bool stats, bool log)
{
    struct pending_queue *q = &p->pending;
    while (q->count != 0 && room_known(o)) {
        struct pending *head = &q->items[q->head];
        place(p, t, o, head->due, stats, log);
        if (--head->left != 0) {
            head->due += head->spacing;
        } else {
            q->head = (q->head + 1) & (q->size - 1);
            q->count--;
        }
    }
}

/* Places the tokens of a step; those without known room become pending, and
 * `stop` says from when on. */
ALWAYS_INLINE void place_step(struct process_state *p, struct times *t,
                              struct port *o, const struct step *step,
                              int64_t tick, bool stats, bool log)
{
    int64_t due = tick + (int64_t)step->delay;
    uint32_t left = step->count;
    if (t->stop == NEVER) {
        while (left != 0 && room_known(o)) {
            place(p, t, o, due, stats, log);
            due += step->spacing;
            left--;
        }
        if (left == 0)
            return;
        t->stop = due;
    }
    if (p->pending.count == p->pending.size)
        process_grow_pending(p->arena, &p->pending);
    struct pending_queue *q = &p->pending;
    q->items[(q->head + q->count++) & (q->size - 1)] = (struct pending){
        .due = due, .left = left, .spacing = step->spacing, .outputs = 1
    };
}

ALWAYS_INLINE void catch_up(struct process_state *p, struct times *t,
                            int64_t tick)
{
    t->front_frozen = process_catch_up(p, t->front_frozen, tick);
    t->freeze_tick =
        p->ahead.count == 0 ? NEVER : p->ahead.items[p->ahead.head].tick;
}

/* The tick of the next read, whose token is readable from cycle `ready` on.
 * On the way to it the pipeline drains, and a write without room stops the
 * ticks but not the cycles. */
ALWAYS_INLINE int64_t wait_for_token(struct process_state *p, struct times *t,
                                     int64_t tick, int64_t ready)
{
    for (;;) {
        int64_t next = ready - t->front_frozen;
        if (tick >= next)
            return tick;
        if (t->freeze_tick > next)
            return next;
        tick = t->freeze_tick;
        catch_up(p, t, tick);
    }
}

/* Takes `step` up to `times` times in a row; returns how often it could. */
ALWAYS_INLINE uint64_t take_steps(struct process_state *p, struct times *t,
                                  struct port *in, struct port *out,
                                  const struct step *step, uint64_t times,
                                  bool stats, bool log)
{
    const bool reads = step->reads != 0, writes = step->writes != 0;
    const int64_t hold = (int64_t)step->hold;
    const int64_t gap = step->gap;
    const bool needs_datapath = step->needs_datapath;
    uint64_t done = 0;
    while (done < times) {
        int64_t first = t->previous + gap;
        if (needs_datapath && first < t->free)
            first = t->free;
        if (first >= t->stop)
            break;
        if (first >= t->freeze_tick)
            catch_up(p, t, first);
        int64_t tick = first;
        if (reads) {
            if (in->done == in->other)
                break;
            int64_t ready = in->slots[in->at] + in->latency;
            if (tick + t->front_frozen < ready) {
                tick = wait_for_token(p, t, tick, ready);
                if (tick >= t->stop)
                    break;
                t->starved += (uint64_t)(tick - first);
            }
            port_read(in, tick + t->front_frozen, stats, log);
        }
        if (hold != 0)
            t->free = tick + hold;
        if (writes)
            place_step(p, t, out, step, tick, stats, log);
        t->previous = tick;
        t->end = tick + t->front_frozen;
        done++;
    }
    return done;
}

/* Takes steps until the frame limit or until one cannot be taken. */
ALWAYS_INLINE void run_front(struct process_state *p, struct times *t,
                             struct port *in, struct port *out, bool stats,
                             bool log)
{
    struct schedule_cursor *c = &p->cursor;
    while (!p->at_frame_start || p->frames != p->frame_limit) {
        const struct step step = *schedule_peek(c);
        uint64_t done;
        done = take_steps(p, t, in, out, &step, c->repeat, stats, log);
        if (done != 0) {
            p->at_frame_start = false;
            if (step.writes != 0)
                t->last_due = t->previous + (int64_t)step.delay +
                              (int64_t)(step.count - 1) * step.spacing;
        }
        c->repeat -= done;
        if (c->repeat != 0)
            return;
        p->at_frame_start = schedule_next_instruction(c);
        if (p->at_frame_start)
            p->frames++;
    }
}

ALWAYS_INLINE bool advance(struct process_state *p, bool stats, bool log)
{
    struct channel none = { .capacity = 1 };
    struct port in = open_input(p->input_count != 0 ? p->inputs[0] : &none);
    struct port out = open_output(p->outputs[0]);
    struct times t = {
        .previous = p->previous,
        .free = p->free,
        .last_due = p->last_due,
        .front_frozen = p->front_frozen,
        .write_frozen = p->write_frozen,
        .end = p->end,
        .stop = NEVER,
        .freeze_tick =
            p->ahead.count == 0 ? NEVER : p->ahead.items[p->ahead.head].tick,
    };
    const uint64_t done_before = in.done + out.done;
    place_pending(p, &t, &out, stats, log);
    if (p->pending.count != 0)
        t.stop = p->pending.items[p->pending.head].due;
    run_front(p, &t, &in, &out, stats, log);

    if (p->pending.count != 0)
        p->waiting.room = out.channel;
    if (p->input_count != 0) {
        if (in.done == in.other &&
            (!p->at_frame_start || p->frames != p->frame_limit))
            p->waiting.token = in.channel;
        close_input(&in);
        p->times.starved_by[0] += t.starved;
    }
    close_output(&out);
    p->times.blocked_by[0] += t.blocked;
    p->previous = t.previous;
    p->free = t.free;
    p->last_due = t.last_due;
    p->front_frozen = t.front_frozen;
    p->write_frozen = t.write_frozen;
    p->end = t.end > out.last ? t.end : out.last;
    return in.done + out.done != done_before;
}

static bool advance_any(struct process_state *p)
{
    const struct channel *out = p->outputs[0];
    if (out->write_log != NULL)
        return advance(p, true, true);
    return out->stats ? advance(p, true, false) : advance(p, false, false);
}

bool process_advance_pipeline(struct process_state *p)
{
    if (p->input_count == 0 || p->pending.count != 0 ||
        p->outputs[0]->write_log != NULL)
        return advance_any(p);
    struct channel *in = p->inputs[0];
    const uint64_t before = in->read;
    if (process_advance_fast(p)) {
        p->waiting.token = in;
        return in->read != before;
    }
    return advance_any(p) || in->read != before;
}
