#include "tests/bench/cycle_stepper.h"

#include <assert.h>

#include "base/arena.h"
#include "base/inline.h"
#include "engine/timing.h"
#include "tests/bench/step_runs.h"

/* A run of equal steps, in 32 bits. */
struct quick_step {
    uint32_t times;
    uint32_t gap, hold;
    uint32_t delay, count, spacing;
    bool reads, writes, needs_datapath;
};

struct fifo {
    uint32_t held; /* tokens */
    uint32_t capacity;
    uint32_t read_in; /* cycle of the last read + 1; 0: none */
};

/* Times are ticks, tick = cycle - frozen, unless they are called cycles. */
struct module {
    uint32_t wake; /* cycle in which it has something to do */
    bool starved;  /* goes on with a token, or to write what it holds */
    bool blocked;  /* goes on with a place */
    uint32_t blocked_since; /* cycle */
    struct fifo *in, *out;
    const struct quick_step *steps, *step, *end;
    uint32_t left;               /* of the present run */
    uint32_t frames;             /* to go */
    uint32_t frozen;             /* cycles */
    uint32_t next;               /* the next step is not before this tick */
    uint32_t free;               /* the datapath is, from this tick on */
    uint32_t due;                /* first token in the pipeline; NEVER: none */
    uint32_t first, count, mask; /* of the ring */
    uint32_t *ring;              /* due ticks of tokens in the pipeline */
};

enum { MODULES_MAX = 30 };
static const uint32_t NEVER = UINT32_MAX / 2;

struct cycle_stepper {
    uint32_t count;
    struct module modules[MODULES_MAX + 2]; /* one that is none at each end */
    struct fifo fifos[MODULES_MAX + 1];     /* i feeds modules[i + 1] */
    uint64_t input_tokens, output_tokens;   /* of a frame */
};

/* Most tokens that can be in the pipeline at once: one is due in a tick. */
static uint64_t ring_size(const struct step_runs *runs)
{
    uint64_t most = 1;
    for (uint32_t i = 0; i < runs->count; i++) {
        const struct step *s = &runs->items[i].step;
        uint64_t span = s->delay + (uint64_t)s->count * s->spacing + 1;
        most = span > most ? span : most;
    }
    uint64_t size = 1;
    while (size < most)
        size *= 2;
    return size;
}

static bool fits(const struct timing *t)
{
    if (t->process_count > MODULES_MAX || t->process_count == 0 ||
        t->stream_count != t->process_count + 1)
        return false;
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct timing_process *p = &t->processes[i];
        if (p->input_count != 1 || p->output_count != 1 ||
            p->schedule->style != STALL_BUBBLES ||
            p->schedule->overlap != OVERLAP_PIPELINED)
            return false;
        if (i > 0 && p->inputs[0] != t->processes[i - 1].outputs[0])
            return false;
    }
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct timing_stream *s = &t->streams[i];
        if (s->write_latency != 1 || s->read_latency != 1 ||
            !stimulus_is_always(&s->stimulus))
            return false;
    }
    return true;
}

static void new_module(struct module *m, struct arena *a,
                       const struct schedule *schedule)
{
    struct step_runs runs = step_runs_of(a, schedule);
    struct quick_step *steps =
        arena_new_array(a, struct quick_step, runs.count);
    for (uint32_t i = 0; i < runs.count; i++) {
        const struct step_run *r = &runs.items[i];
        assert(r->times < NEVER && r->step.hold < NEVER &&
               r->step.delay < NEVER);
        steps[i] = (struct quick_step){
            .times = (uint32_t)r->times,
            .gap = r->step.gap,
            .hold = (uint32_t)r->step.hold,
            .delay = (uint32_t)r->step.delay,
            .count = r->step.count,
            .spacing = r->step.spacing,
            .reads = r->step.reads != 0,
            .writes = r->step.writes != 0,
            .needs_datapath = r->step.needs_datapath,
        };
    }
    uint64_t size = ring_size(&runs);
    assert(size < NEVER);
    m->steps = steps;
    m->end = steps + runs.count;
    m->ring = arena_new_array(a, uint32_t, size);
    m->mask = (uint32_t)(size - 1);
}

struct cycle_stepper *cycle_stepper_new(struct arena *a, const struct timing *t)
{
    if (!fits(t))
        return NULL;
    struct cycle_stepper *s = arena_new_item(a, struct cycle_stepper);
    s->count = t->process_count;
    for (uint32_t i = 0; i < s->count; i++) {
        struct module *m = &s->modules[i + 1];
        new_module(m, a, t->processes[i].schedule);
        m->in = &s->fifos[i];
        m->out = &s->fifos[i + 1];
        s->fifos[i].capacity = t->streams[t->processes[i].inputs[0]].capacity;
    }
    const struct timing_stream *out =
        &t->streams[t->processes[s->count - 1].outputs[0]];
    s->fifos[s->count].capacity = out->capacity;
    s->output_tokens = out->tokens_per_frame;
    s->input_tokens = t->streams[t->processes[0].inputs[0]].tokens_per_frame;
    return s;
}

static void reset(struct cycle_stepper *s, uint32_t frames)
{
    for (uint32_t i = 0; i <= s->count; i++)
        s->fifos[i].held = s->fifos[i].read_in = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        struct module *m = &s->modules[i + 1];
        m->step = m->steps;
        m->left = m->steps[0].times;
        m->frames = frames;
        m->frozen = m->next = m->free = m->first = m->count = 0;
        m->due = NEVER;
        m->wake = 0;
        m->starved = m->blocked = false;
    }
}

/* Modules are visited against the flow.  So what is written in a cycle is
 * seen by the reader in the next one, as it should be; and of what was read
 * in this very cycle the writer must not know yet. */
ALWAYS_INLINE bool has_room(const struct fifo *f, uint32_t cycle)
{
    return f->held + (f->read_in == cycle + 1) < f->capacity;
}

ALWAYS_INLINE void read_token(struct fifo *f, uint32_t cycle)
{
    f->held--;
    f->read_in = cycle + 1;
}

ALWAYS_INLINE void pop_due(struct module *m)
{
    m->first = (m->first + 1) & m->mask;
    m->due = --m->count == 0 ? NEVER : m->ring[m->first];
}

ALWAYS_INLINE void push_due(struct module *m, const struct quick_step *s,
                            uint32_t tick)
{
    uint32_t *const ring = m->ring;
    const uint32_t mask = m->mask;
    uint32_t due = tick + s->delay, left = s->count;
    uint32_t at = m->first + m->count;
    if (m->count == 0)
        m->due = due;
    m->count += left;
    ring[at & mask] = due;
    while (--left != 0)
        ring[++at & mask] = due += s->spacing;
}

static void next_run(struct module *m)
{
    if (++m->step == m->end) {
        m->step = m->steps;
        m->frames--;
    }
    m->left = m->step->times;
}

/* Its neighbour wakes a module that is held up.  One behind it has had its
 * turn in this cycle; one in front may still have it. */
ALWAYS_INLINE void token_written(struct module *reader, uint32_t cycle)
{
    if (reader->starved) {
        reader->starved = false;
        reader->wake = cycle + 1;
    }
}

ALWAYS_INLINE void token_read(struct module *writer, uint32_t cycle)
{
    if (writer->blocked && writer->wake > cycle)
        writer->wake = cycle + 1;
}

/* One cycle of a module that may have something to do; returns the cycle in
 * which it may have next, NEVER if it has to be woken. */
ALWAYS_INLINE uint32_t step_module(struct module *m, uint32_t cycle)
{
    if (m->blocked) {
        m->frozen += cycle - m->blocked_since;
        m->blocked = false;
    }
    uint32_t tick = cycle - m->frozen;
    if (m->due <= tick) {
        struct fifo *out = m->out;
        if (!has_room(out, cycle)) {
            m->blocked = true;
            m->blocked_since = cycle;
            /* A place that came free in this cycle can be used in the next
             * one. */
            return out->held < out->capacity ? cycle + 1 : NEVER;
        }
        out->held++;
        pop_due(m);
        token_written(m + 1, cycle);
    }
    uint32_t next = m->next;
    if (next <= tick) {
        const struct quick_step *s = m->step;
        if (s->reads) {
            if (m->in->held == 0) {
                m->starved = true;
                return m->due == NEVER ? NEVER : m->due + m->frozen;
            }
            read_token(m->in, cycle);
            token_read(m - 1, cycle);
        }
        m->starved = false;
        if (s->hold != 0)
            m->free = tick + s->hold;
        if (s->writes)
            push_due(m, s, tick);
        if (--m->left == 0)
            next_run(m);
        s = m->step;
        next = tick + s->gap;
        if (s->needs_datapath && next < m->free)
            next = m->free;
        if (m->frames == 0)
            next = NEVER;
        m->next = next;
    }
    uint32_t soonest = m->due < next ? m->due : next;
    return soonest + m->frozen;
}

uint64_t cycle_stepper_run(struct cycle_stepper *s, uint32_t frames,
                           uint32_t cycle_limit)
{
    assert(cycle_limit < NEVER);
    reset(s, frames);
    uint64_t to_send = frames * s->input_tokens;
    uint64_t to_take = frames * s->output_tokens;
    struct fifo *first = &s->fifos[0], *last = &s->fifos[s->count];
    struct module *const begin = s->modules + 1, *const end = begin + s->count;
    for (uint32_t cycle = 0; cycle < cycle_limit; cycle++) {
        if (last->held != 0) {
            read_token(last, cycle);
            token_read(end - 1, cycle);
            if (--to_take == 0)
                return (uint64_t)cycle + 1;
        }
        for (struct module *m = end; m-- > begin;) {
            if (m->wake <= cycle)
                m->wake = step_module(m, cycle);
        }
        if (to_send != 0 && has_room(first, cycle)) {
            first->held++;
            to_send--;
            token_written(begin, cycle);
        }
    }
    return 0;
}
