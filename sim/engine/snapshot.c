#include "engine/evaluation.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "design/clock.h"
#include "design/link.h"
#include "engine/domains.h"
#include "engine/link_run.h"

struct snapshot {
    uint64_t hash; /* only to save comparisons */
    int64_t reference;
    int64_t *values; /* NULL: gave way */
    size_t count;
};

struct snapshots {
    struct evaluation *evaluation;
    int64_t *references; /* by domain: the cycle that all is relative to; at
                            least one */
    uint32_t round; /* frames after which all copies have their turns again */
    uint32_t count;
    size_t bytes;
    uint32_t oldest; /* that has its values */
    struct snapshot items[RUN_FRAMES_MAX + 1];
};

/* Writes values and counts them; or, without room, only counts. */
struct writer {
    int64_t *values;
    size_t count;
};

static void put(struct writer *w, int64_t value)
{
    if (w->values != NULL)
        w->values[w->count] = value;
    w->count++;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void put_channel(struct writer *w, const struct channel *c,
                        int64_t reference)
{
    put(w, (int64_t)(c->written - c->read));
    /* The next write comes after the last one: a place that is free by then
     * holds nobody up, no matter since when. */
    int64_t clip = c->last_write + 1 - c->read_latency;
    /* Only the last place of a bank decides when it is free. */
    const uint32_t step = c->frame == 0 ? 1 : c->frame;
    uint32_t at = c->write_at + (step - 1);
    const uint64_t places = c->capacity - (c->written - c->read);
    for (uint32_t i = 0; i < c->capacity; i += step) {
        /* The last ones hold tokens that were there from the beginning, or
         * others in their stead: since when they can be read. */
        const int64_t time = c->slots[at];
        put(w, (i < places ? later(time, clip) : time) - reference);
        at = channel_wrap(at + step, c->capacity);
    }
}

/* Everything relative to the last step, and that to the reference. */
static void put_relaxed(struct writer *w, const struct process_state *p,
                        int64_t reference)
{
    const int64_t late = p->previous - p->clock;
    put(w, p->previous - reference);
    put(w, later(p->free, p->previous) - p->previous);
    put(w, later(p->clock_free, p->clock) - p->clock);
    put(w, p->write_frozen - late);
    put(w, p->front_frozen - late);
    put(w, p->end - reference);
    put(w, later(p->last_due, p->clock) - p->clock);
    put(w, p->ahead.count);
    for (uint32_t i = 0; i < p->ahead.count; i++) {
        const struct freeze *f =
            &p->ahead.items[(p->ahead.head + i) & (p->ahead.size - 1)];
        put(w, f->tick - p->clock);
        put(w, f->cycles - late);
    }
}

static void put_process(struct writer *w, const struct process_state *p,
                        int64_t reference)
{
    assert(p->pending.count == 0);
    if (p->relaxed) {
        put_relaxed(w, p, reference);
        return;
    }
    /* Freezes ahead of the front are among the frozen cycles of the writes; a
     * rigid process keeps those only. */
    put(w, p->previous + p->write_frozen - reference);
    put(w, later(p->free, p->previous) - p->previous);
    if (p->schedule->overlap == OVERLAP_SEQUENTIAL)
        put(w, later(p->last_due, p->previous) - p->previous);
    if (p->schedule->held != 0) {
        put(w, p->held == NULL ? 0 : p->held_tick - p->previous);
        put(w, p->held == NULL ? 0 : p->held->last_read - reference);
    }
    put(w, p->ahead.count);
    for (uint32_t i = 0; i < p->ahead.count; i++) {
        const struct freeze *f =
            &p->ahead.items[(p->ahead.head + i) & (p->ahead.size - 1)];
        put(w, f->tick - p->previous);
        put(w, f->cycles);
    }
    if (p->elastic == NULL)
        return;
    /* The next step comes after the one before: a credit that is back by
     * then, and a write that is over, hold nobody up. */
    for (uint32_t o = 0; o < p->output_count; o++) {
        const struct elastic_output *e = &p->elastic[o];
        uint32_t at = e->at;
        for (uint32_t i = 0; i < p->schedule->credits; i++) {
            put(w, later(e->written_at[at], p->previous) - reference);
            at = at + 1 == p->schedule->credits ? 0 : at + 1;
        }
        put(w, later(p->outputs[o]->last_write, p->previous) - reference);
    }
}

static void put_edge(struct writer *w, const struct edge *e, int64_t reference)
{
    const struct stimulus *s = e->stimulus;
    put(w, e->previous - reference);
    put(w, s->burst == 0 ? 0 : (int64_t)e->cursor.in_burst);
    put(w, s->grid <= 1 ? 0 : (int64_t)((uint64_t)reference % s->grid));
    put(w, s->frame_period == 0 ? 0 : e->frame_first - reference);
}

static void put_value(void *writer, int64_t value)
{
    put(writer, value);
}

/* How a clock stands to the time that all is relative to: if that recurs, it
 * goes on alike. */
static void put_clock(struct writer *w, const struct clock *c, int64_t cycle,
                      int64_t time)
{
    put(w, clock_edge(c, cycle) - time);
    put(w, (int64_t)((uint64_t)cycle % c->denominator));
    if (c->drift_cycles != 0)
        put(w, cycle % (2 * (int64_t)c->drift_cycles));
}

static void put_link(struct writer *w, const struct evaluation *e, uint32_t i,
                     const int64_t *references, int64_t time)
{
    const struct timing *t = e->timing;
    const struct timing_process *p = &t->processes[i];
    const struct link_type *type = p->link->type;
    struct link_reference r = {
        .sender = references[t->streams[p->inputs[0]].domain],
        .receiver = references[t->streams[p->outputs[0]].domain],
    };
    if (type->kind == LINK_FRAMED) {
        r.line = clock_edge_from(&type->clock, time);
        put_clock(w, &type->clock, r.line, time);
    }
    link_put_state(e->processes[i].link, &r, put_value, w);
}

static void put_all(struct writer *w, const struct evaluation *e,
                    const int64_t *references, int64_t time)
{
    const struct timing *t = e->timing;
    for (uint32_t i = 0; i < t->domain_count; i++)
        put_clock(w, &t->domains[i], references[i], time);
    for (uint32_t i = 0; i < e->channel_count; i++)
        put_channel(w, &e->channels[i], references[t->streams[i].domain]);
    for (uint32_t i = 0; i < e->process_count; i++) {
        if (e->processes[i].link != NULL)
            put_link(w, e, i, references, time);
        else
            put_process(w, &e->processes[i],
                        references[t->processes[i].domain]);
    }
    for (uint32_t i = 0; i < e->edge_count; i++)
        put_edge(w, &e->edges[i],
                 references[t->streams[e->edges[i].stream].domain]);
}

struct snapshots *snapshots_new(struct evaluation *e)
{
    struct snapshots *s = arena_new_item(e->arena, struct snapshots);
    const uint32_t domains = e->timing->domain_count;
    s->evaluation = e;
    s->references =
        arena_new_array(e->arena, int64_t, domains == 0 ? 1 : domains);
    s->round = timing_round(e->timing, RUN_FRAMES_MAX + 1);
    return s;
}

static uint64_t hash_of(const int64_t *values, size_t count)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a, 64 bits a step */
    for (size_t i = 0; i < count; i++)
        h = (h ^ (uint64_t)values[i]) * UINT64_C(0x100000001b3);
    return h;
}

/* Room for `count` values: new, or that of the oldest snapshot once there
 * are too many. */
static int64_t *new_values(struct snapshots *s, size_t count)
{
    size_t bytes = count * sizeof(int64_t);
    if (s->bytes + bytes > SNAPSHOT_BYTES_MAX && s->oldest + 2 < s->count) {
        struct snapshot *old = &s->items[s->oldest++];
        int64_t *values = old->values;
        old->values = NULL;
        if (old->count >= count)
            return values;
        s->bytes -= old->count * sizeof *values;
    }
    s->bytes += bytes;
    return arena_new_array(s->evaluation->arena, int64_t, count);
}

static bool same(const struct snapshot *a, const struct snapshot *b)
{
    return a->values != NULL && a->hash == b->hash && a->count == b->count &&
           memcmp(a->values, b->values, a->count * sizeof *a->values) == 0;
}

/* All is relative to the last edge's last handshake: in every domain to the
 * first cycle from then on.  Returns its time. */
static int64_t set_references(struct snapshots *s, struct snapshot *now)
{
    const struct evaluation *e = s->evaluation;
    const struct timing *t = e->timing;
    const struct edge *last = &e->edges[e->edge_count - 1];
    now->reference = last->previous;
    const int64_t time =
        domains_time(t, t->streams[last->stream].domain, last->previous);
    s->references[0] = domains_cycle(t, 0, time);
    for (uint32_t i = 1; i < t->domain_count; i++)
        s->references[i] = domains_cycle(t, i, time);
    return time;
}

bool snapshots_add(struct snapshots *s, uint32_t *period,
                   uint64_t *period_cycles)
{
    struct evaluation *e = s->evaluation;
    assert(s->count <= RUN_FRAMES_MAX);
    struct snapshot *now = &s->items[s->count++];
    const int64_t time = set_references(s, now);
    struct writer w = { NULL, 0 };
    put_all(&w, e, s->references, time);
    now->count = w.count;
    now->values = new_values(s, w.count);
    w = (struct writer){ now->values, 0 };
    put_all(&w, e, s->references, time);
    assert(w.count == now->count);
    now->hash = hash_of(now->values, now->count);
    for (uint32_t back = s->round; back < s->count; back += s->round) {
        const struct snapshot *then = &s->items[s->count - 1 - back];
        if (same(then, now)) {
            *period = back;
            *period_cycles = (uint64_t)(now->reference - then->reference);
            return true;
        }
    }
    return false;
}
