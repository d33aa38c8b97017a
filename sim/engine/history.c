#include "engine/history.h"

#include <assert.h>

#include "base/arena.h"
#include "engine/evaluation.h"
#include "engine/link_run.h"
#include "engine/run.h"

/* At one boundary, a process: the cycle in which it stands, with all freezes
 * that are known, and the cycles that it has waited so far at each port. */
struct set {
    uint64_t *written; /* per channel; all of it is read as well */
    int64_t *fill;     /* per channel */
    uint64_t *stand;   /* per process */
    uint32_t *frames;  /* per process: begun and done */
    uint64_t *waited;  /* per process and port: inputs, outputs */
};

struct history {
    uint32_t port_count; /* of all processes */
    struct set sets[RUN_FRAMES_MAX + 1];
};

static const struct set *set_of(const struct history *h, uint32_t frame)
{
    return &h->sets[frame % (RUN_FRAMES_MAX + 1)];
}

struct history *history_new(const struct evaluation *e)
{
    struct history *h = arena_new_item(e->arena, struct history);
    for (uint32_t i = 0; i < e->process_count; i++)
        h->port_count +=
            e->processes[i].input_count + e->processes[i].output_count;
    return h;
}

void history_add(struct history *h, const struct evaluation *e, uint32_t frame)
{
    struct set *s = &h->sets[frame % (RUN_FRAMES_MAX + 1)];
    if (s->written == NULL) {
        s->written = arena_new_array(e->arena, uint64_t, e->channel_count);
        s->fill = arena_new_array(e->arena, int64_t, e->channel_count);
        s->stand = arena_new_array(e->arena, uint64_t, e->process_count);
        s->frames = arena_new_array(e->arena, uint32_t, e->process_count);
        s->waited = arena_new_array(e->arena, uint64_t, h->port_count);
    }
    for (uint32_t i = 0; i < e->channel_count; i++) {
        s->written[i] = e->channels[i].written;
        s->fill[i] = e->channels[i].fill;
    }
    uint64_t *to = s->waited;
    for (uint32_t i = 0; i < e->process_count; i++) {
        const struct process_state *p = &e->processes[i];
        s->stand[i] = p->link != NULL
                          ? link_busy_cycles(p->link)
                          : (uint64_t)(p->previous + p->write_frozen);
        s->frames[i] = p->frames;
        for (uint32_t k = 0; k < p->input_count; k++)
            *to++ = p->times.starved_by[k];
        for (uint32_t k = 0; k < p->output_count; k++)
            *to++ = p->times.blocked_by[k];
    }
}

void history_steady(const struct history *h, const struct evaluation *e,
                    uint32_t frame, uint32_t period, struct run *r)
{
    const struct set *now = set_of(h, frame);
    const struct set *then = set_of(h, frame - period);
    uint32_t port = 0;
    for (uint32_t i = 0; i < e->process_count; i++) {
        const struct process_state *p = &e->processes[i];
        struct process_time *t = &r->processes[i].steady;
        for (uint32_t k = 0; k < p->input_count; k++, port++)
            t->starved_by[k] = now->waited[port] - then->waited[port];
        for (uint32_t k = 0; k < p->output_count; k++, port++)
            t->blocked_by[k] = now->waited[port] - then->waited[port];
        evaluation_add_up(t, now->stand[i] - then->stand[i], p);
    }
}

/* A leap: every time becomes `cycles` later, every count grows by so many
 * periods. */
struct leap {
    const struct set *now, *then;
    uint64_t times;
    uint64_t period_cycles;
    int64_t cycles;
};

static void shift(int64_t *values, uint64_t count, int64_t by)
{
    for (uint64_t i = 0; i < count; i++)
        values[i] += by;
}

/* `more` values from `count` on, each `cycles` more than the one a period of
 * `period` values before. */
static void repeat(uint64_t *values, uint64_t count, uint64_t more,
                   uint64_t period, uint64_t cycles)
{
    assert(period <= count);
    for (uint64_t i = count; i < count + more; i++)
        values[i] = values[i - period] + cycles;
}

static void leap_channel(struct channel *c, const struct leap *l, uint32_t i)
{
    assert(c->written == l->now->written[i]);
    const uint64_t period = c->written - l->then->written[i];
    const uint64_t more = l->times * period;
    if (c->write_log != NULL) {
        repeat(c->write_log, c->written, more, period, l->period_cycles);
        repeat(c->read_log, c->read, more, period, l->period_cycles);
    }
    c->written += more;
    c->read += more;
    c->fill += (int64_t)l->times * (l->now->fill[i] - l->then->fill[i]);
    shift(c->slots, c->capacity, l->cycles);
    c->last_write += l->cycles;
    c->last_read += l->cycles;
}

/* Its clock stays. */
static void leap_relaxed(struct process_state *p, int64_t cycles)
{
    p->previous += cycles;
    p->free += cycles;
    for (uint32_t i = 0; i < p->ahead.count; i++)
        p->ahead.items[(p->ahead.head + i) & (p->ahead.size - 1)].cycles +=
            cycles;
}

/* Ticks of an elastic process are cycles; those of others stay, and more
 * cycles are frozen before them. */
static void leap_process(struct process_state *p, const struct leap *l)
{
    p->end += l->cycles;
    if (p->elastic == NULL) {
        p->front_frozen += l->cycles;
        p->write_frozen += l->cycles;
        if (p->relaxed)
            leap_relaxed(p, l->cycles);
        return;
    }
    p->previous += l->cycles;
    p->free += l->cycles;
    p->last_due += l->cycles;
    for (uint32_t o = 0; o < p->output_count; o++) {
        struct elastic_output *e = &p->elastic[o];
        shift(e->written_at, p->schedule->credits, l->cycles);
        e->caused += p->outputs[o]->written - e->written;
        e->written = p->outputs[o]->written;
    }
}

static void leap_edge(struct edge *e, const struct leap *l, uint64_t period)
{
    const uint64_t more = l->times * period;
    repeat(e->frame_times, e->tokens / e->tokens_per_frame,
           more / e->tokens_per_frame, period / e->tokens_per_frame,
           l->period_cycles);
    e->tokens += more;
    e->previous += l->cycles;
    e->frame_first += l->cycles;
}

void history_leap(const struct history *h, struct evaluation *e,
                  const struct recurrence *r, uint32_t times)
{
    const struct leap l = {
        .now = set_of(h, r->frame),
        .then = set_of(h, r->frame - r->period),
        .times = times,
        .period_cycles = r->cycles,
        .cycles = (int64_t)(times * r->cycles),
    };
    for (uint32_t i = 0; i < e->channel_count; i++)
        leap_channel(&e->channels[i], &l, i);
    uint32_t port = 0;
    for (uint32_t i = 0; i < e->process_count; i++) {
        struct process_state *p = &e->processes[i];
        leap_process(p, &l);
        p->frames += times * (l.now->frames[i] - l.then->frames[i]);
        for (uint32_t k = 0; k < p->input_count; k++, port++)
            p->times.starved_by[k] +=
                times * (l.now->waited[port] - l.then->waited[port]);
        for (uint32_t k = 0; k < p->output_count; k++, port++)
            p->times.blocked_by[k] +=
                times * (l.now->waited[port] - l.then->waited[port]);
    }
    for (uint32_t i = 0; i < e->edge_count; i++) {
        const uint32_t stream = e->edges[i].stream;
        leap_edge(&e->edges[i], &l,
                  l.now->written[stream] - l.then->written[stream]);
    }
}
