/* The common case made fast: steps whose tokens and places are all known.
 * What is written is then placed at once, times are cycles as the front sees
 * them, and the state is in locals, most of which the compiler keeps in
 * registers although the loop writes times to memory.  For that it has to know
 * how many ports there are and what is asked for, and gets each combination
 * that matters as a function of its own. */
#include "engine/process.h"

#include <assert.h>

#include "base/inline.h"

static const int64_t NEVER = INT64_MAX;

enum {
    STATS = 1,
    LOG = 2,    /* for rings that have one */
    FRAMED = 4, /* for rings that are frame buffers */
    WHATEVER = STATS | LOG | FRAMED
};

enum { RINGS_MAX = 32 }; /* inputs, and outputs: a bit each in a step */

/* One side of a channel. */
struct ring {
    int64_t *begin, *end, *at;
    int64_t latency;
    uint64_t known; /* tokens to read, or places to write */
    uint32_t capacity, peak;
    uint32_t frame;
    uint64_t *log;      /* where the next time goes; NULL: no log */
    uint64_t waited;    /* ticks for tokens here, or cycles for room */
    int64_t fill;       /* input */
    uint64_t beyond;    /* input: tokens written that are not known */
    uint64_t limit;     /* output: tokens written when no place is known */
    uint64_t read;      /* output: so far, as far as is known */
    int64_t other_last; /* output: the last of these reads */
};

struct front {
    int64_t frozen;    /* cycles, as the front sees them */
    int64_t skew;      /* that a write sees more */
    int64_t freeze_at; /* cycle of the first freeze ahead; NEVER: none */
    int64_t cycle;     /* of the last step */
    int64_t free;      /* from which the datapath is free */
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

/* The cycle of a step that is due in cycle `first` and whose tokens are
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

/* The first cycle in which the next slot can be read or written. */
ALWAYS_INLINE int64_t ring_time(const struct ring *r, int what)
{
    if ((what & FRAMED) == 0)
        return *r->at + r->latency;
    const uint32_t at = (uint32_t)(r->at - r->begin);
    return r->begin[channel_decisive(at, r->frame)] + r->latency;
}

ALWAYS_INLINE void use_slot(struct ring *r, int64_t time, int what)
{
    if ((what & LOG) != 0 && r->log != NULL)
        *r->log++ = (uint64_t)time;
    *r->at = time;
    r->at = r->at + 1 == r->end ? r->begin : r->at + 1;
    r->known--;
}

ALWAYS_INLINE void ring_read(struct ring *r, int64_t cycle, int what)
{
    if ((what & STATS) != 0) {
        r->fill += cycle - *r->at;
        const uint64_t held = r->known + r->beyond;
        if (held > r->peak)
            r->peak = channel_peak_at_read(r->begin, r->capacity, r->peak,
                                           (uint32_t)(r->at - r->begin), 0,
                                           held, cycle);
    }
    use_slot(r, cycle, what);
}

ALWAYS_INLINE void ring_write(struct ring *r, int64_t time, int what)
{
    if ((what & STATS) != 0 && r->peak < r->capacity && r->other_last > time)
        r->peak = channel_peak_at_write(r->begin, r->capacity, r->peak,
                                        (uint32_t)(r->at - r->begin),
                                        r->limit - r->known, r->read, time);
    use_slot(r, time, what);
}

/* Places the tokens of a step in cycle f->cycle. */
ALWAYS_INLINE void write_tokens(struct process_state *p, struct front *f,
                                struct ring *out, uint32_t outputs,
                                const struct step *step, int what)
{
    const uint32_t writes = step->writes;
    const int64_t delay = (int64_t)step->delay;
    int64_t time = f->cycle + f->skew + delay;
    int64_t tick = f->cycle - f->frozen + delay;
    for (uint32_t left = step->count;;) {
        int64_t latest = time;
        uint32_t last = 0;
        for (uint32_t o = 0; o < outputs; o++) {
            if ((writes >> o & 1) == 0)
                continue;
            const int64_t room = ring_time(&out[o], what);
            if (room > latest) {
                latest = room;
                last = o;
            }
        }
        if (latest > time) {
            push_freeze(p, f, tick, latest - time);
            for (uint32_t o = 0; o < outputs; o++)
                out[o].waited += o == last ? (uint64_t)(latest - time) : 0;
            time = latest;
        }
        for (uint32_t o = 0; o < outputs; o++)
            if ((writes >> o & 1) != 0)
                ring_write(&out[o], time, what);
        f->time = time;
        if (--left == 0)
            return;
        time += step->spacing;
        tick += step->spacing;
    }
}

/* A step that is due in cycle `first`. */
ALWAYS_INLINE void take_step(struct process_state *p, struct front *f,
                             struct ring *in, uint32_t inputs, struct ring *out,
                             uint32_t outputs, const struct step *step,
                             int64_t first, int what)
{
    const uint32_t reads = step->reads;
    int64_t ready = INT64_MIN;
    uint32_t last = 0;
    for (uint32_t i = 0; i < inputs; i++) {
        if ((reads >> i & 1) == 0)
            continue;
        const int64_t time = ring_time(&in[i], what);
        if (time > ready) {
            ready = time;
            last = i;
        }
    }
    int64_t cycle = first > ready ? first : ready;
    if (cycle >= f->freeze_at) {
        const int64_t frozen = f->frozen;
        cycle = past_freezes(p, f, first, ready);
        first += f->frozen - frozen;
        f->free += f->frozen - frozen;
    }
    for (uint32_t i = 0; i < inputs; i++) {
        if ((reads >> i & 1) != 0)
            ring_read(&in[i], cycle, what);
        in[i].waited += i == last ? (uint64_t)(cycle - first) : 0;
    }
    f->cycle = cycle;
    if (step->writes != 0)
        write_tokens(p, f, out, outputs, step, what);
}

ALWAYS_INLINE void open_input(struct ring *r, const struct channel *c, int what)
{
    const bool framed = (what & FRAMED) != 0;
    *r = (struct ring){
        .begin = c->slots,
        .end = c->slots + c->capacity,
        .at = c->slots + c->read_at,
        .latency = c->write_latency,
        .known = framed ? channel_tokens_known(c) : c->written - c->read,
        .capacity = c->capacity,
        .peak = c->peak,
        .frame = c->frame,
        .log = c->read_log == NULL ? NULL : c->read_log + c->read,
    };
    if (framed)
        r->beyond = c->written - c->read - r->known;
}

ALWAYS_INLINE void open_output(struct ring *r, const struct channel *c,
                               int what)
{
    const bool framed = (what & FRAMED) != 0;
    *r = (struct ring){
        .begin = c->slots,
        .end = c->slots + c->capacity,
        .at = c->slots + c->write_at,
        .latency = c->read_latency,
        .known = framed ? channel_places_known(c)
                        : c->capacity - (c->written - c->read),
        .capacity = c->capacity,
        .peak = c->peak,
        .frame = c->frame,
        .log = c->write_log == NULL ? NULL : c->write_log + c->written,
        .read = c->read,
        .other_last = c->last_read,
    };
    r->limit = c->written + r->known;
}

ALWAYS_INLINE void close_input(const struct ring *r, struct channel *c,
                               uint64_t *starved)
{
    const uint64_t reads = c->written - c->read - r->beyond - r->known;
    *starved += r->waited;
    if (reads == 0)
        return;
    c->last_read = *(r->at == r->begin ? r->end - 1 : r->at - 1);
    c->read_at = (uint32_t)(r->at - r->begin);
    c->read += reads;
    c->fill += r->fill;
    c->peak = r->peak;
}

ALWAYS_INLINE void close_output(const struct ring *r, struct channel *c,
                                uint64_t *blocked)
{
    const uint64_t written = r->limit - r->known;
    *blocked += r->waited;
    if (written == c->written)
        return;
    c->last_write = *(r->at == r->begin ? r->end - 1 : r->at - 1);
    c->write_at = (uint32_t)(r->at - r->begin);
    c->written = written;
    c->peak = r->peak;
}

/* Takes `times` down to how often a step can be taken; if it is 0 then, notes
 * what is lacking. */
ALWAYS_INLINE uint64_t limit_reads(struct process_state *p,
                                   const struct ring *in, uint32_t inputs,
                                   const struct step *step, uint64_t times)
{
    for (uint32_t i = 0; i < inputs; i++) {
        if ((step->reads >> i & 1) == 0 || in[i].known >= times)
            continue;
        times = in[i].known;
        if (times == 0) {
            p->lack = (struct lack){ .channel = p->inputs[i] };
            break;
        }
    }
    return times;
}

ALWAYS_INLINE uint64_t limit_writes(struct process_state *p,
                                    const struct ring *out, uint32_t outputs,
                                    const struct step *step, uint64_t times)
{
    for (uint32_t o = 0; o < outputs; o++) {
        if ((step->writes >> o & 1) == 0 ||
            out[o].known >= times * step->count)
            continue;
        times = step->count == 1 ? out[o].known : out[o].known / step->count;
        if (times == 0) {
            p->lack = (struct lack){ .channel = p->outputs[o],
                                     .is_room = true,
                                     .places = step->count };
            break;
        }
    }
    return times;
}

/* Takes a step `times` times in a row. */
ALWAYS_INLINE void take_row(struct process_state *p, struct front *f,
                            struct ring *in, uint32_t inputs, struct ring *out,
                            uint32_t outputs, const struct step *in_memory,
                            uint64_t times, int what)
{
    const struct step copy = *in_memory, *const step = &copy;
    const int64_t hold = (int64_t)step->hold;
    int64_t pace = step->gap, first = f->cycle + pace;
    if (step->needs_datapath) {
        pace = hold > pace ? hold : pace;
        first = first < f->free ? f->free : first;
    }
    do {
        take_step(p, f, in, inputs, out, outputs, step, first, what);
        first = f->cycle + pace;
    } while (--times != 0);
    if (hold != 0)
        f->free = f->cycle + hold;
}

/* Tokens on port `port` in a round of two rows. */
ALWAYS_INLINE uint64_t reads_of_round(const struct instruction *i,
                                      uint32_t port)
{
    return (i[0].step.reads >> port & 1) * i[0].times +
           (i[1].step.reads >> port & 1) * i[1].times;
}

ALWAYS_INLINE uint64_t writes_of_round(const struct instruction *i,
                                       uint32_t port)
{
    return (i[0].step.writes >> port & 1) * i[0].times * i[0].step.count +
           (i[1].step.writes >> port & 1) * i[1].times * i[1].step.count;
}

ALWAYS_INLINE uint64_t least(uint64_t rounds, uint64_t each, uint64_t known)
{
    return each * rounds <= known ? rounds : known / each;
}

/* Loops of two rows: the pixels of a window, of a pooling layer, of a
 * concatenation.  If the cursor stands at the beginning of the first row, how
 * many rounds can be taken at once.  The last one is left, so that the cursor
 * need not leave the loop. */
ALWAYS_INLINE uint64_t rounds_possible(const struct schedule_cursor *c,
                                       const struct ring *in, uint32_t inputs,
                                       const struct ring *out, uint32_t outputs)
{
    const struct instruction *const i = &c->schedule->instructions[c->at];
    if (c->repeat != i[0].times || c->at + 2 >= c->schedule->count ||
        i[1].kind != INSTRUCTION_STEP || i[2].kind != INSTRUCTION_END ||
        i[2].loop + 1 != c->at)
        return 0;
    uint64_t rounds = c->left[c->depth - 1] - 1;
    for (uint32_t k = 0; k < inputs; k++)
        rounds = least(rounds, reads_of_round(i, k), in[k].known);
    for (uint32_t k = 0; k < outputs; k++)
        rounds = least(rounds, writes_of_round(i, k), out[k].known);
    return rounds;
}

/* Takes steps until the frame limit or until one lacks something; true if any
 * was taken. */
ALWAYS_INLINE bool advance(struct process_state *p, struct ring *in,
                           uint32_t inputs, struct ring *out, uint32_t outputs,
                           int what)
{
    struct schedule_cursor *const c = &p->cursor;
    for (uint32_t i = 0; i < inputs; i++)
        open_input(&in[i], p->inputs[i], what);
    for (uint32_t o = 0; o < outputs; o++)
        open_output(&out[o], p->outputs[o], what);
    struct front f = {
        .frozen = p->front_frozen,
        .skew = p->write_frozen - p->front_frozen,
        .cycle = p->previous + p->front_frozen,
        .free = p->free + p->front_frozen,
        .time = p->end,
    };
    look_ahead(&f, &p->ahead);
    bool moved = false;
    while (!p->at_frame_start || p->frames != p->frame_limit) {
        const struct instruction *const i = &c->schedule->instructions[c->at];
        uint64_t rounds = rounds_possible(c, in, inputs, out, outputs);
        if (rounds != 0) {
            c->left[c->depth - 1] -= rounds;
            p->at_frame_start = false;
            moved = true;
            do {
                take_row(p, &f, in, inputs, out, outputs, &i[0].step,
                         i[0].times, what);
                take_row(p, &f, in, inputs, out, outputs, &i[1].step,
                         i[1].times, what);
            } while (--rounds != 0);
        }
        uint64_t n = limit_reads(p, in, inputs, &i->step, c->repeat);
        if (n != 0 && i->step.writes != 0)
            n = limit_writes(p, out, outputs, &i->step, n);
        if (n == 0)
            break;
        take_row(p, &f, in, inputs, out, outputs, &i->step, n, what);
        c->repeat -= n;
        p->at_frame_start = false;
        moved = true;
        if (c->repeat == 0) {
            p->at_frame_start = schedule_next_quick(c);
            p->frames += p->at_frame_start;
        }
    }
    if (!moved)
        return false;
    p->previous = f.cycle - f.frozen;
    p->free = f.free - f.frozen;
    p->front_frozen = f.frozen;
    p->write_frozen = f.frozen + f.skew;
    p->end = f.cycle > f.time ? f.cycle : f.time;
    for (uint32_t i = 0; i < inputs; i++)
        close_input(&in[i], p->inputs[i], &p->times.starved_by[i]);
    for (uint32_t o = 0; o < outputs; o++)
        close_output(&out[o], p->outputs[o], &p->times.blocked_by[o]);
    return true;
}

/* With the number of ports and what is asked for known to the compiler. */
#define DEFINE_ADVANCE(name, inputs, outputs, what)       \
    static bool name(struct process_state *p)             \
    {                                                     \
        struct ring in[inputs], out[outputs];             \
        return advance(p, in, inputs, out, outputs, what); \
    }

DEFINE_ADVANCE(one_to_one, 1, 1, 0)
DEFINE_ADVANCE(one_to_one_stats, 1, 1, STATS)
DEFINE_ADVANCE(one_to_one_whatever, 1, 1, WHATEVER)
DEFINE_ADVANCE(one_to_two, 1, 2, 0)
DEFINE_ADVANCE(one_to_two_stats, 1, 2, STATS)
DEFINE_ADVANCE(two_to_one, 2, 1, 0)
DEFINE_ADVANCE(two_to_one_stats, 2, 1, STATS)

static bool many(struct process_state *p)
{
    struct ring in[RINGS_MAX], out[RINGS_MAX];
    return advance(p, in, p->input_count, out, p->output_count, WHATEVER);
}

/* What is asked for of the rings. */
static int what_of(const struct process_state *p)
{
    int what = 0;
    for (uint32_t i = 0; i < p->input_count + p->output_count; i++) {
        const struct channel *c = i < p->input_count
                                      ? p->inputs[i]
                                      : p->outputs[i - p->input_count];
        if (c->write_log != NULL || c->frame != 0)
            return WHATEVER;
        if (c->stats)
            what = STATS;
    }
    return what;
}

bool (*process_fast_for(const struct process_state *p))(struct process_state *)
{
    const uint32_t inputs = p->input_count, outputs = p->output_count;
    const int what = what_of(p);
    assert(inputs <= RINGS_MAX && outputs <= RINGS_MAX);
    if (inputs == 1 && outputs == 1)
        return what == 0       ? one_to_one
               : what == STATS ? one_to_one_stats
                               : one_to_one_whatever;
    if (inputs == 1 && outputs == 2 && what != WHATEVER)
        return what == 0 ? one_to_two : one_to_two_stats;
    if (inputs == 2 && outputs == 1 && what != WHATEVER)
        return what == 0 ? two_to_one : two_to_one_stats;
    return many;
}

static bool still_lacks(const struct lack *l)
{
    if (l->channel == NULL)
        return false;
    return l->is_room ? channel_places_known(l->channel) < l->places
                      : !channel_token_known(l->channel);
}

bool process_advance_fast(struct process_state *p)
{
    if (still_lacks(&p->lack))
        return false;
    p->lack.channel = NULL;
    bool moved = false;
    if (process_place_pending(p, &moved))
        moved |= p->advance_fast(p);
    p->waiting = (struct waiting){ NULL, NULL }; /* not looked into */
    return moved;
}
