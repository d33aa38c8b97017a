/* The commonest of the common case (pipeline.c): steps that read one token
 * and write one or none, while all their tokens and places are known and
 * nothing is pending.  How many such steps there are is known before the
 * first of them, so on the way only times are compared; and times are cycles
 * as the front sees them, so that a token that comes late costs no more than
 * one in time. */
#include "engine/process.h"

#include "base/inline.h"

static const int64_t NEVER = INT64_MAX;

/* One side of a channel. */
struct ring {
    int64_t *begin, *end, *at;
    int64_t latency;
    uint32_t capacity, peak;
};

struct front {
    struct ring in, out;
    uint64_t tokens;        /* known and not read yet */
    uint64_t places;        /* known and not written yet */
    uint64_t written, read; /* out: so far; of those, known as read */
    int64_t last_read;      /* of out, as far as is known */
    int64_t fill;
    int64_t frozen;    /* cycles, as the front sees them */
    int64_t skew;      /* that a write sees more */
    int64_t freeze_at; /* cycle of the first freeze ahead; NEVER: none */
    int64_t cycle;     /* of the last step */
    int64_t time;      /* of the last write */
};

ALWAYS_INLINE void look_ahead(struct front *f, const struct freeze_queue *q)
{
    f->freeze_at = q->count == 0 ? NEVER : q->items[q->head].tick + f->frozen;
}

ALWAYS_INLINE void push_freeze(struct process_state *p, struct front *f,
                               int64_t tick, int64_t cycles)
{
    struct freeze_queue *q = &p->ahead;
    if (q->count == q->size)
        process_freeze_ahead(p, tick, cycles);
    else
        q->items[(q->head + q->count++) & (q->size - 1)] =
            (struct freeze){ tick, cycles };
    if (f->freeze_at == NEVER)
        f->freeze_at = tick + f->frozen;
    f->skew += cycles;
}

/* The cycle of a step that is due in cycle `first` and whose token is
 * readable from `ready` on, when there is a freeze before it.  The pipeline
 * drains while it waits, and a freeze stops the ticks but not the cycles. */
ALWAYS_INLINE int64_t past_freezes(struct process_state *p, struct front *f,
                                   int64_t first, int64_t ready)
{
    struct freeze_queue *q = &p->ahead;
    for (;;) {
        while (first >= f->freeze_at) {
            const int64_t cycles = q->items[q->head].cycles;
            q->head = (q->head + 1) & (q->size - 1);
            q->count--;
            f->frozen += cycles;
            f->skew -= cycles;
            first += cycles;
            look_ahead(f, q);
        }
        if (first >= ready || f->freeze_at > ready)
            return first > ready ? first : ready;
        first = f->freeze_at;
    }
}

ALWAYS_INLINE void next_slot(struct ring *r)
{
    r->at = r->at + 1 == r->end ? r->begin : r->at + 1;
}

/* A step that is due in cycle `first`; tokens and places do not count it any
 * more, nor those of the steps that are left. */
ALWAYS_INLINE void take_step(struct process_state *p, struct front *f,
                             int64_t first, bool writes, int64_t delay,
                             uint64_t reads_left, uint64_t writes_left,
                             bool stats)
{
    const int64_t ready = *f->in.at + f->in.latency;
    int64_t cycle = first > ready ? first : ready;
    if (cycle >= f->freeze_at)
        cycle = past_freezes(p, f, first, ready);
    if (stats) {
        f->fill += cycle - *f->in.at;
        const uint64_t known = f->tokens + reads_left + 1;
        if (known > f->in.peak)
            f->in.peak =
                channel_peak_at_read(f->in.begin, f->in.capacity, f->in.peak,
                                     (uint32_t)(f->in.at - f->in.begin), 0,
                                     known, cycle);
    }
    *f->in.at = cycle;
    next_slot(&f->in);
    f->cycle = cycle;
    if (!writes)
        return;
    int64_t time = cycle + f->skew + delay;
    const int64_t room = *f->out.at + f->out.latency;
    if (room > time) {
        push_freeze(p, f, cycle - f->frozen + delay, room - time);
        time = room;
    }
    if (stats && f->out.peak < f->out.capacity && f->last_read > time)
        f->out.peak =
            channel_peak_at_write(f->out.begin, f->out.capacity, f->out.peak,
                                  (uint32_t)(f->out.at - f->out.begin),
                                  f->written - 1 - writes_left, f->read, time);
    *f->out.at = time;
    next_slot(&f->out);
    f->time = time;
}

ALWAYS_INLINE void open_front(struct front *f, const struct process_state *p)
{
    const struct channel *in = p->inputs[0], *out = p->outputs[0];
    *f = (struct front){
        .in = { in->slots, in->slots + in->capacity, in->slots + in->read_at,
                in->write_latency, in->capacity, in->peak },
        .out = { out->slots, out->slots + out->capacity,
                 out->slots + out->write_at, out->read_latency, out->capacity,
                 out->peak },
        .tokens = in->written - in->read,
        .places = out->capacity - (out->written - out->read),
        .written = out->written,
        .read = out->read,
        .last_read = out->last_read,
        .frozen = p->front_frozen,
        .skew = p->write_frozen - p->front_frozen,
        .cycle = p->end,
        .time = p->end,
    };
    look_ahead(f, &p->ahead);
}

ALWAYS_INLINE void close_front(const struct front *f, struct process_state *p)
{
    struct channel *in = p->inputs[0], *out = p->outputs[0];
    const uint64_t reads = in->written - in->read - f->tokens;
    const uint64_t writes = f->written - out->written;
    if (reads == 0)
        return;
    in->read_at = (uint32_t)(f->in.at - f->in.begin);
    in->read += reads;
    in->last_read = f->cycle;
    in->fill += f->fill;
    in->peak = f->in.peak;
    p->front_frozen = f->frozen;
    p->end = f->cycle > f->time ? f->cycle : f->time;
    if (writes == 0)
        return;
    const int64_t write_frozen = f->frozen + f->skew;
    p->times.blocked_by[0] += (uint64_t)(write_frozen - p->write_frozen);
    p->write_frozen = write_frozen;
    out->write_at = (uint32_t)(f->out.at - f->out.begin);
    out->written = f->written;
    out->last_write = f->time;
    out->peak = f->out.peak;
}

ALWAYS_INLINE bool is_plain(const struct step *s)
{
    return s->reads != 0 && s->count <= 1 && s->hold == 0 && !s->needs_datapath;
}

/* Rows of a pooling layer are a loop of two steps, of which one writes.  If
 * the cursor stands on the first of them: how many rounds can be taken at
 * once.  The last one is left, so that the cursor need not leave the loop. */
ALWAYS_INLINE uint64_t pair_rounds(const struct schedule_cursor *c,
                                   const struct front *f)
{
    const struct instruction *const i = &c->schedule->instructions[c->at];
    if (c->at + 2 >= c->schedule->count || i[0].times != 1 ||
        i[1].kind != INSTRUCTION_STEP || i[1].times != 1 ||
        i[2].kind != INSTRUCTION_END || i[2].loop + 1 != c->at ||
        !is_plain(&i[0].step) || !is_plain(&i[1].step) ||
        (i[0].step.writes != 0) == (i[1].step.writes != 0))
        return 0;
    uint64_t rounds = c->left[c->depth - 1] - 1;
    if (rounds > f->tokens / 2)
        rounds = f->tokens / 2;
    return rounds < f->places ? rounds : f->places;
}

/* Returns the ticks that the steps waited. */
ALWAYS_INLINE uint64_t take_pairs(struct process_state *p, struct front *f,
                                  uint64_t rounds, int64_t *previous,
                                  bool stats)
{
    const struct instruction *const i =
        &p->cursor.schedule->instructions[p->cursor.at];
    const bool first_writes = i[0].step.writes != 0;
    const int64_t delay =
        (int64_t)(first_writes ? i[0].step.delay : i[1].step.delay);
    const int64_t gap = i[0].step.gap, other_gap = i[1].step.gap;
    int64_t first = *previous + gap;
    const int64_t unheld =
        first + (int64_t)rounds * other_gap + (int64_t)(rounds - 1) * gap;
    f->tokens -= 2 * rounds;
    f->places -= rounds;
    f->written += rounds;
    first += f->frozen;
    for (uint64_t left = rounds; left != 0;) {
        left--;
        take_step(p, f, first, first_writes, delay, 2 * left + 1, left, stats);
        if (first_writes)
            p->last_due = f->cycle - f->frozen + delay;
        take_step(p, f, f->cycle + other_gap, !first_writes, delay, 2 * left,
                  left, stats);
        first = f->cycle + gap;
    }
    *previous = f->cycle - f->frozen;
    if (!first_writes)
        p->last_due = *previous + delay;
    return (uint64_t)(*previous - unheld);
}

/* True if a step lacks a known token. */
ALWAYS_INLINE bool advance(struct process_state *p, bool stats)
{
    struct schedule_cursor *const c = &p->cursor;
    struct front f;
    open_front(&f, p);
    int64_t previous = p->previous, free = p->free;
    uint64_t starved = 0;
    bool wants_token = false;
    while (!p->at_frame_start || p->frames != p->frame_limit) {
        const struct step *const step = schedule_peek(c);
        if (step->reads == 0 || step->count > 1)
            break;
        if (c->repeat == 1) {
            const uint64_t rounds = pair_rounds(c, &f);
            if (rounds != 0) {
                starved += take_pairs(p, &f, rounds, &previous, stats);
                c->left[c->depth - 1] -= rounds;
                p->at_frame_start = false;
            }
        }
        const bool writes = step->writes != 0;
        uint64_t n = c->repeat < f.tokens ? c->repeat : f.tokens;
        wants_token = n == 0;
        if (writes && n > f.places)
            n = f.places;
        if (n == 0)
            break;
        const int64_t gap = step->gap, hold = (int64_t)step->hold;
        const int64_t delay = (int64_t)step->delay;
        int64_t pace = gap, first = previous + gap;
        if (step->needs_datapath) {
            pace = hold > gap ? hold : gap;
            first = first < free ? free : first;
        }
        /* What the last one is later than this, they waited. */
        const int64_t unheld = first + (int64_t)(n - 1) * pace;
        c->repeat -= n;
        f.tokens -= n;
        first += f.frozen;
        if (writes) {
            f.places -= n;
            f.written += n;
            do {
                n--;
                take_step(p, &f, first, true, delay, n, n, stats);
                first = f.cycle + pace;
            } while (n != 0);
            p->last_due = f.cycle - f.frozen + delay;
        } else {
            do {
                take_step(p, &f, first, false, 0, --n, 0, stats);
                first = f.cycle + pace;
            } while (n != 0);
        }
        previous = f.cycle - f.frozen;
        starved += (uint64_t)(previous - unheld);
        if (hold != 0)
            free = previous + hold;
        p->at_frame_start = false;
        if (c->repeat == 0) {
            p->at_frame_start = schedule_next_quick(c);
            p->frames += p->at_frame_start;
        }
    }
    p->previous = previous;
    p->free = free;
    p->times.starved_by[0] += starved;
    close_front(&f, p);
    return wants_token;
}

bool process_advance_fast(struct process_state *p)
{
    return p->outputs[0]->stats ? advance(p, true) : advance(p, false);
}
