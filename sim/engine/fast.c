/* The common case made fast: steps whose tokens and places are all known.
 * What is written is then placed at once, times are cycles as the front sees
 * them, and the state is in locals.  The compiler has to know how many ports
 * there are and what is asked for, and gets each combination that matters as a
 * function of its own.
 *
 * Most steps are plain: no freeze comes before them, and what they write finds
 * room when it is due.  Then a step is one maximum per token it reads,
 *     t = max(t + pace, token), written at t + delay,
 * and take_plain goes through rows of them in a loop that does nothing else.
 * It stops before a step that is not plain, which take_step can take. */
#include "engine/process.h"

#include <assert.h>

#include "base/bits.h"
#include "base/inline.h"
#include "engine/ring.h"

static const int64_t NEVER = INT64_MAX;

enum { RINGS_MAX = 32 }; /* inputs, and outputs: a bit each in a step */

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

/* What a loop needs of a ring, in locals that no store of a time can be
 * thought to change. */
struct walk {
    int64_t *at, *peak; /* the slot; and that of ring_peak_ahead or _behind */
    int64_t *begin, *end;
    int64_t latency;
};

ALWAYS_INLINE void walk_start(struct walk *w, const struct ring *r)
{
    *w = (struct walk){ r->at, NULL, r->begin, r->end, r->latency };
}

ALWAYS_INLINE int64_t walk_time(const struct walk *w, const struct ring *r,
                                int what)
{
    return (what & RING_FRAMED) != 0 ? ring_time_at(r, w->at, what)
                                     : *w->at + w->latency;
}

ALWAYS_INLINE int64_t *walk_after(const struct walk *w, int64_t *at)
{
    return at + 1 == w->end ? w->begin : at + 1;
}

ALWAYS_INLINE void walk_set(struct walk *w, int64_t time, bool stats)
{
    *w->at = time;
    w->at = walk_after(w, w->at);
    if (stats)
        w->peak = walk_after(w, w->peak);
}

/* Places several tokens of a step in cycle f->cycle on one output. */
ALWAYS_INLINE void write_burst(struct process_state *p, struct front *f,
                               struct ring *r, const struct step *step,
                               int what)
{
    const bool stats = (what & RING_STATS) != 0;
    struct walk to;
    walk_start(&to, r);
    to.peak = stats ? ring_peak_behind(r) : NULL;
    const int64_t spacing = step->spacing;
    int64_t time = f->cycle + f->skew + (int64_t)step->delay;
    int64_t tick = f->cycle - f->frozen + (int64_t)step->delay;
    for (uint32_t left = step->count;;) {
        const int64_t room = walk_time(&to, r, what);
        if (room > time) {
            push_freeze(p, f, tick, room - time);
            r->waited += (uint64_t)(room - time);
            time = room;
        }
        while (stats && *to.peak > time) {
            r->peak++;
            to.peak = to.peak == to.begin ? to.end - 1 : to.peak - 1;
        }
        if ((what & RING_LOG) != 0 && r->log != NULL)
            *r->log++ = (uint64_t)time;
        walk_set(&to, time, stats);
        if (--left == 0)
            break;
        time += spacing;
        tick += spacing;
    }
    f->time = time;
    r->at = to.at;
    r->known -= step->count;
}

/* Places the tokens of a step in cycle f->cycle. */
ALWAYS_INLINE void write_tokens(struct process_state *p, struct front *f,
                                struct ring *out, uint32_t outputs,
                                const struct step *step, int what)
{
    const uint32_t writes = step->writes;
    if (outputs == 1) {
        write_burst(p, f, out, step, what);
        return;
    }
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
        if ((step->writes >> o & 1) == 0 || out[o].known >= times * step->count)
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

/* What the steps of a row have in common. */
struct row {
    int64_t pace;  /* from one step to the next, if nothing holds it up */
    int64_t delay; /* from a step to its write */
    int64_t first; /* when the next step is due */
};

/* How many reads are to be looked at for the peak of an input, and whether
 * any are; the others find no token behind them that is known. */
ALWAYS_INLINE uint64_t reads_alike(const struct ring *r, uint64_t n,
                                   bool *looked_at)
{
    const uint64_t held = r->known + r->beyond;
    *looked_at = held > r->peak;
    return *looked_at && held - r->peak < n ? held - r->peak : n;
}

/* Takes up to n steps that read one token of each of `inputs` rings and write
 * one to each of `outputs`, up to one that is not plain or makes a peak;
 * returns how many. */
ALWAYS_INLINE uint64_t take_plain_part(struct front *f, struct ring *in,
                                       uint32_t inputs, struct ring *out,
                                       uint32_t outputs, struct row *row,
                                       uint64_t n, int what)
{
    const bool stats = (what & RING_STATS) != 0;
    const int64_t freeze_at = f->freeze_at, pace = row->pace;
    const int64_t to_write = f->skew + row->delay;
    struct walk from[2], to[2];
    bool looked_at[2] = { false, false };
    int64_t fill[2] = { 0, 0 };
    uint64_t waited[2] = { 0, 0 };
    for (uint32_t i = 0; i < inputs; i++) {
        walk_start(&from[i], &in[i]);
        from[i].peak = stats ? ring_peak_ahead(&in[i]) : NULL;
        if (stats)
            n = reads_alike(&in[i], n, &looked_at[i]);
    }
    for (uint32_t o = 0; o < outputs; o++) {
        walk_start(&to[o], &out[o]);
        to[o].peak = stats ? ring_peak_behind(&out[o]) : NULL;
    }
    int64_t first = row->first;
    uint64_t done = 0;
    for (; done < n; done++) {
        int64_t t = first;
        uint32_t by = 0;
        for (uint32_t i = 0; i < inputs; i++) {
            const int64_t token = walk_time(&from[i], &in[i], what);
            by = token > t ? i : by;
            t = token > t ? token : t;
        }
        const int64_t due = t + to_write;
        if (t >= freeze_at)
            break;
        bool plain = true;
        for (uint32_t o = 0; o < outputs; o++)
            plain &= walk_time(&to[o], &out[o], what) <= due;
        if (!plain)
            break;
        for (uint32_t i = 0; stats && i < inputs; i++)
            plain &= !looked_at[i] || *from[i].peak >= t;
        for (uint32_t o = 0; stats && o < outputs; o++)
            plain &= *to[o].peak <= due;
        if (!plain)
            break;
        for (uint32_t i = 0; i < inputs; i++) {
            if (stats)
                fill[i] += t - *from[i].at;
            if (inputs > 1)
                waited[i] += by == i ? (uint64_t)(t - first) : 0;
            if ((what & RING_LOG) != 0 && in[i].log != NULL)
                *in[i].log++ = (uint64_t)t;
            walk_set(&from[i], t, stats);
        }
        for (uint32_t o = 0; o < outputs; o++) {
            if ((what & RING_LOG) != 0 && out[o].log != NULL)
                *out[o].log++ = (uint64_t)due;
            walk_set(&to[o], due, stats);
        }
        first = t + pace;
    }
    if (done == 0)
        return 0;
    /* All waits of one input together: what the steps took, less their
     * paces. */
    if (inputs == 1)
        waited[0] = (uint64_t)(first - row->first - (int64_t)done * pace);
    for (uint32_t i = 0; i < inputs; i++) {
        in[i].at = from[i].at;
        in[i].known -= done;
        in[i].fill += fill[i];
        in[i].waited += waited[i];
    }
    for (uint32_t o = 0; o < outputs; o++) {
        out[o].at = to[o].at;
        out[o].known -= done;
    }
    row->first = first;
    f->cycle = first - pace;
    if (outputs != 0)
        f->time = f->cycle + to_write;
    return done;
}

/* The same for all of the reads: a few are looked at, then the rest. */
ALWAYS_INLINE uint64_t take_plain(struct front *f, struct ring *in,
                                  uint32_t inputs, struct ring *out,
                                  uint32_t outputs, struct row *row, uint64_t n,
                                  int what)
{
    uint64_t done = 0, part;
    do {
        part =
            take_plain_part(f, in, inputs, out, outputs, row, n - done, what);
        done += part;
    } while (part != 0 && done < n);
    return done;
}

#define DEFINE_PLAIN(name, inputs, outputs, what)                              \
    static uint64_t name(struct front *f, struct ring *in, struct ring *out,   \
                         struct row *row, uint64_t n)                          \
    {                                                                          \
        return take_plain(f, in, inputs, out, outputs, row, n, what);          \
    }
#define DEFINE_PLAINS(name, inputs, outputs)                                   \
    DEFINE_PLAIN(name, inputs, outputs, 0)                                     \
    DEFINE_PLAIN(name##_stats, inputs, outputs, RING_STATS)                    \
    DEFINE_PLAIN(name##_whatever, inputs, outputs, RING_WHATEVER)

DEFINE_PLAINS(plain_read, 1, 0)
DEFINE_PLAINS(plain_write, 0, 1)
DEFINE_PLAINS(plain_pass, 1, 1)
DEFINE_PLAINS(plain_fork, 1, 2)
DEFINE_PLAINS(plain_join, 2, 1)

#define PLAIN(name, what)                                                      \
    ((what) == 0 ? name : (what) == RING_STATS ? name##_stats : name##_whatever)

/* Takes up to n of the steps in a row, as far as they are plain; 0 as well if
 * there is no loop for such steps. */
ALWAYS_INLINE uint64_t take_all_plain(struct front *f, struct ring *in,
                                      uint32_t inputs, struct ring *out,
                                      uint32_t outputs, const struct step *step,
                                      struct row *row, uint64_t n, int what)
{
    const uint32_t reads = step->reads, writes = step->writes;
    const bool one_read = reads != 0 && (reads & (reads - 1)) == 0;
    const bool one_write = writes != 0 && (writes & (writes - 1)) == 0;
    struct ring *const from = one_read ? &in[bits_lowest(reads)] : in;
    struct ring *const to = one_write ? &out[bits_lowest(writes)] : out;
    if (step->count > 1)
        return 0;
    if (one_read && one_write)
        return PLAIN(plain_pass, what)(f, from, to, row, n);
    if (one_read && writes == 0)
        return PLAIN(plain_read, what)(f, from, to, row, n);
    if (reads == 0 && one_write)
        return PLAIN(plain_write, what)(f, from, to, row, n);
    if (one_read && outputs > 1 && writes == 3)
        return PLAIN(plain_fork, what)(f, from, to, row, n);
    if (inputs > 1 && reads == 3 && one_write)
        return PLAIN(plain_join, what)(f, from, to, row, n);
    return 0;
}

/* Takes a step `times` times in a row. */
ALWAYS_INLINE void take_row(struct process_state *p, struct front *f,
                            struct ring *in, uint32_t inputs, struct ring *out,
                            uint32_t outputs, const struct step *in_memory,
                            uint64_t times, int what)
{
    const struct step copy = *in_memory, *const step = &copy;
    const int64_t hold = (int64_t)step->hold;
    struct row row = { .pace = step->gap, .delay = (int64_t)step->delay };
    row.first = f->cycle + row.pace;
    if (step->needs_datapath) {
        row.pace = hold > row.pace ? hold : row.pace;
        row.first = row.first < f->free ? f->free : row.first;
    }
    for (;;) {
        if (times > 1) {
            times -= take_all_plain(f, in, inputs, out, outputs, step, &row,
                                    times, what);
            if (times == 0)
                break;
        }
        take_step(p, f, in, inputs, out, outputs, step, row.first, what);
        row.first = f->cycle + row.pace;
        if (--times == 0)
            break;
    }
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
        ring_open_input(&in[i], p->inputs[i], what);
    for (uint32_t o = 0; o < outputs; o++)
        ring_open_output(&out[o], p->outputs[o], what);
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
        ring_close_input(&in[i], p->inputs[i], &p->times.starved_by[i]);
    for (uint32_t o = 0; o < outputs; o++)
        ring_close_output(&out[o], p->outputs[o], &p->times.blocked_by[o]);
    return true;
}

/* With the number of ports and what is asked for known to the compiler. */
#define DEFINE_ADVANCE(name, inputs, outputs, what)                            \
    static bool name(struct process_state *p)                                  \
    {                                                                          \
        struct ring in[inputs], out[outputs];                                  \
        return advance(p, in, inputs, out, outputs, what);                     \
    }

DEFINE_ADVANCE(one_to_one, 1, 1, 0)
DEFINE_ADVANCE(one_to_one_stats, 1, 1, RING_STATS)
DEFINE_ADVANCE(one_to_one_whatever, 1, 1, RING_WHATEVER)
DEFINE_ADVANCE(one_to_two, 1, 2, 0)
DEFINE_ADVANCE(one_to_two_stats, 1, 2, RING_STATS)
DEFINE_ADVANCE(two_to_one, 2, 1, 0)
DEFINE_ADVANCE(two_to_one_stats, 2, 1, RING_STATS)

static bool many(struct process_state *p)
{
    struct ring in[RINGS_MAX], out[RINGS_MAX];
    return advance(p, in, p->input_count, out, p->output_count, RING_WHATEVER);
}

/* What is asked for of the rings. */
static int what_of(const struct process_state *p)
{
    int what = 0;
    for (uint32_t i = 0; i < p->input_count + p->output_count; i++) {
        const struct channel *c =
            i < p->input_count ? p->inputs[i] : p->outputs[i - p->input_count];
        if (c->write_log != NULL || c->frame != 0)
            return RING_WHATEVER;
        if (c->stats)
            what = RING_STATS;
    }
    return what;
}

bool (*process_fast_for(const struct process_state *p))(struct process_state *)
{
    const uint32_t inputs = p->input_count, outputs = p->output_count;
    const int what = what_of(p);
    assert(inputs <= RINGS_MAX && outputs <= RINGS_MAX);
    if (inputs == 1 && outputs == 1)
        return what == 0            ? one_to_one
               : what == RING_STATS ? one_to_one_stats
                                    : one_to_one_whatever;
    if (inputs == 1 && outputs == 2 && what != RING_WHATEVER)
        return what == 0 ? one_to_two : one_to_two_stats;
    if (inputs == 2 && outputs == 1 && what != RING_WHATEVER)
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
