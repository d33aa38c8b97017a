#include "traces/sampler.h"

#include "base/arena.h"
#include "base/diag.h"
#include "traces/clock_domain.h"
#include "traces/cycle_list.h"
#include "traces/plan.h"
#include "traces/waveform.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum { NONE = UINT32_MAX };

/* One bit that a condition needs. */
struct watch {
    uint32_t signal, slot, from_right;
    uint32_t next_of_slot; /* NONE: last */
    uint8_t now;           /* enum level: just before the current time */
    uint8_t next;          /* after what is known of the current time */
    bool is_dirty;         /* next is not now */
    uint32_t first_use;    /* in uses; NONE: none */
};

/* A watch as a part of a condition. */
struct use {
    uint32_t condition;
    bool inverted;
    uint32_t next; /* of the same watch; NONE: last */
};

/* A condition while time goes on.  It is open if no part of it is 0; then it
 * holds, unless a part is unknown. */
struct gate {
    uint32_t zeros, unknowns; /* parts that are so now */
    uint32_t clock;
    uint32_t place; /* among the open ones of its clock; NONE: not open */
    bool is_listed; /* open ones are listed: a side of a stream */
    struct cycle_list cycles;
    const struct condition *plan;
    const char *name; /* of the stream or process */
};

struct process_state {
    uint32_t start, ready, done, go_on; /* gates; go_on NONE: always */
    bool is_started, is_done; /* start or done have been counted already */
    struct cycle_list starts, readys, dones;
};

struct clock_state {
    struct clock_domain domain;
    uint32_t clock, reset;     /* watches; reset NONE: none */
    bool clock_low, reset_low; /* inverted */
    uint32_t open_count;
    uint32_t *open; /* gates */
};

struct sampler {
    struct arena *arena;
    const struct plan *plan;
    const struct waveform *waveform;
    struct diag *diag;
    uint64_t time;
    uint32_t watch_count, slot_count, use_count, gate_count, dirty_count;
    struct watch *watches;
    uint32_t *slots; /* first watch of each slot */
    uint64_t *codes; /* by slot */
    struct use *uses;
    struct gate *gates;
    uint32_t *dirty;                    /* watches */
    uint32_t *write_gates, *read_gates; /* by stream; NONE: not watched */
    struct process_state *processes;
    struct clock_state *clocks;
    bool has_unknown; /* reported already: one is enough */
};

/* Values */

static uint8_t level_of(char c)
{
    if (c == '0' || c == 'l' || c == 'L')
        return LEVEL_0;
    return c == '1' || c == 'h' || c == 'H' ? LEVEL_1 : LEVEL_UNKNOWN;
}

static uint8_t inverted(uint8_t level, bool invert)
{
    if (!invert || level == LEVEL_UNKNOWN)
        return level;
    return level == LEVEL_0 ? LEVEL_1 : LEVEL_0;
}

static uint8_t bit_at(const char *bits, size_t count, uint32_t from_right)
{
    if (count == 0)
        return LEVEL_UNKNOWN;
    if (from_right < count)
        return level_of(bits[count - 1 - from_right]);
    return bits[0] == '1' ? LEVEL_0 : level_of(bits[0]);
}

static void open_gate(struct sampler *s, uint32_t g)
{
    struct clock_state *c = &s->clocks[s->gates[g].clock];
    s->gates[g].place = c->open_count;
    c->open[c->open_count++] = g;
}

static void shut_gate(struct sampler *s, uint32_t g)
{
    struct clock_state *c = &s->clocks[s->gates[g].clock];
    uint32_t last = c->open[--c->open_count];
    c->open[s->gates[g].place] = last;
    s->gates[last].place = s->gates[g].place;
    s->gates[g].place = NONE;
}

static void apply_to_gate(struct sampler *s, const struct use *u, uint8_t old,
                          uint8_t level)
{
    struct gate *g = &s->gates[u->condition];
    old = inverted(old, u->inverted);
    level = inverted(level, u->inverted);
    g->zeros -= old == LEVEL_0;
    g->unknowns -= old == LEVEL_UNKNOWN;
    g->zeros += level == LEVEL_0;
    g->unknowns += level == LEVEL_UNKNOWN;
    if (!g->is_listed)
        return;
    if (g->zeros == 0 && g->place == NONE)
        open_gate(s, u->condition);
    else if (g->zeros > 0 && g->place != NONE)
        shut_gate(s, u->condition);
}

static void apply(struct sampler *s, struct watch *w)
{
    for (uint32_t u = w->first_use; u != NONE; u = s->uses[u].next)
        apply_to_gate(s, &s->uses[u], w->now, w->next);
    w->now = w->next;
    w->is_dirty = false;
}

/* Edges */

static void report_unknown(struct sampler *s, const struct gate *g,
                           const struct clock_state *c)
{
    if (s->has_unknown)
        return;
    s->has_unknown = true;
    const char *name = g->name;
    for (uint32_t i = 0; i < g->plan->count; i++)
        for (uint32_t w = 0; w < s->watch_count; w++)
            if (s->watches[w].now == LEVEL_UNKNOWN &&
                s->waveform->signals[s->watches[w].signal].code ==
                    s->waveform->signals[g->plan->bits[i].signal].code &&
                s->watches[w].from_right == g->plan->bits[i].from_right)
                name = s->waveform->signals[g->plan->bits[i].signal].name;
    diag_error(s->diag, (struct place){ s->waveform->path, 0, 0 },
               DIAG_TRACE_UNKNOWN,
               "'%s' is x or z in cycle %" PRIu64 " of '%s' (time %" PRIu64
               "), so a handshake of '%s' is open",
               name, c->domain.cycle,
               s->waveform->signals[s->watches[c->clock].signal].name, s->time,
               g->name);
}

/* True if the gate holds in this cycle. */
static bool holds(struct sampler *s, uint32_t gate, const struct clock_state *c)
{
    const struct gate *g = &s->gates[gate];
    if (g->zeros > 0)
        return false;
    if (g->unknowns > 0)
        report_unknown(s, g, c);
    return g->unknowns == 0;
}

static void sample_process(struct sampler *s, struct process_state *p,
                           const struct clock_state *c)
{
    uint64_t cycle = c->domain.cycle;
    if (holds(s, p->start, c)) {
        if (!p->is_started)
            cycle_list_add(&p->starts, s->arena, cycle);
        p->is_started = true;
        if (holds(s, p->ready, c)) {
            cycle_list_add(&p->readys, s->arena, cycle);
            p->is_started = false;
        }
    }
    if (!holds(s, p->done, c)) {
        p->is_done = false;
        return;
    }
    if (!p->is_done)
        cycle_list_add(&p->dones, s->arena, cycle);
    p->is_done = p->go_on != NONE && !holds(s, p->go_on, c);
}

static void sample(struct sampler *s, uint32_t clock)
{
    struct clock_state *c = &s->clocks[clock];
    uint8_t reset = c->reset == NONE
                        ? LEVEL_0
                        : inverted(s->watches[c->reset].now, c->reset_low);
    if (!clock_domain_edge(&c->domain, s->time, reset))
        return;
    for (uint32_t i = 0; i < c->open_count; i++) {
        struct gate *g = &s->gates[c->open[i]];
        if (g->unknowns > 0)
            report_unknown(s, g, c);
        else
            cycle_list_add(&g->cycles, s->arena, c->domain.cycle);
    }
    for (uint32_t i = 0; i < s->plan->process_count; i++)
        if (s->plan->processes[i].clock == clock)
            sample_process(s, &s->processes[i], c);
}

/* All changes of the current time are known. */
static void end_time(struct sampler *s)
{
    for (uint32_t i = 0; i < s->plan->clock_count; i++) {
        const struct clock_state *c = &s->clocks[i];
        const struct watch *w = &s->watches[c->clock];
        if (w->is_dirty && inverted(w->now, c->clock_low) == LEVEL_0 &&
            inverted(w->next, c->clock_low) == LEVEL_1)
            sample(s, i);
    }
    for (uint32_t i = 0; i < s->dirty_count; i++)
        apply(s, &s->watches[s->dirty[i]]);
    s->dirty_count = 0;
}

static void change(void *context, uint64_t time, uint32_t slot,
                   const char *bits, size_t count)
{
    struct sampler *s = context;
    if (time != s->time) {
        end_time(s);
        s->time = time;
    }
    for (uint32_t i = s->slots[slot]; i != NONE;
         i = s->watches[i].next_of_slot) {
        struct watch *w = &s->watches[i];
        w->next = bit_at(bits, count, w->from_right);
        if (w->next != w->now && !w->is_dirty) {
            w->is_dirty = true;
            s->dirty[s->dirty_count++] = i;
        }
    }
}

/* Setting up */

static uint32_t slot_for(struct sampler *s, uint64_t code)
{
    for (uint32_t i = 0; i < s->slot_count; i++)
        if (s->codes[i] == code)
            return i;
    s->codes[s->slot_count] = code;
    s->slots[s->slot_count] = NONE;
    return s->slot_count++;
}

static uint32_t watch_for(struct sampler *s, struct net_bit bit)
{
    uint32_t slot = slot_for(s, s->waveform->signals[bit.signal].code);
    for (uint32_t i = s->slots[slot]; i != NONE; i = s->watches[i].next_of_slot)
        if (s->watches[i].from_right == bit.from_right)
            return i;
    s->watches[s->watch_count] = (struct watch){
        .signal = bit.signal,
        .slot = slot,
        .from_right = bit.from_right,
        .next_of_slot = s->slots[slot],
        .now = LEVEL_UNKNOWN,
        .next = LEVEL_UNKNOWN,
        .first_use = NONE,
    };
    s->slots[slot] = s->watch_count;
    return s->watch_count++;
}

static uint32_t gate_for(struct sampler *s, const struct condition *condition,
                         uint32_t clock, const char *name, bool is_listed)
{
    if (condition->count == 0)
        return NONE;
    uint32_t index = s->gate_count++;
    s->gates[index] = (struct gate){ .unknowns = condition->count,
                                     .clock = clock,
                                     .place = NONE,
                                     .is_listed = is_listed,
                                     .plan = condition,
                                     .name = name };
    for (uint32_t i = 0; i < condition->count; i++) {
        struct watch *w = &s->watches[watch_for(s, condition->bits[i])];
        s->uses[s->use_count] =
            (struct use){ .condition = index,
                          .inverted = condition->bits[i].inverted,
                          .next = w->first_use };
        w->first_use = s->use_count++;
    }
    if (is_listed)
        open_gate(s, index); /* all unknown */
    return index;
}

static struct sampler *sampler_new(struct arena *a, const struct plan *p,
                                   struct waveform *w, struct diag *d)
{
    struct sampler *s = arena_new_item(a, struct sampler);
    size_t gates = 2 * (size_t)p->stream_count + 4 * (size_t)p->process_count;
    size_t bits = gates * CONDITION_BITS_MAX + 2 * (size_t)p->clock_count;
    *s = (struct sampler){ .arena = a, .plan = p, .waveform = w, .diag = d };
    s->watches = arena_new_array(a, struct watch, bits);
    s->slots = arena_new_array(a, uint32_t, bits);
    s->codes = arena_new_array(a, uint64_t, bits);
    s->dirty = arena_new_array(a, uint32_t, bits);
    s->uses = arena_new_array(a, struct use, bits);
    s->gates = arena_new_array(a, struct gate, gates);
    s->write_gates = arena_new_array(a, uint32_t, p->stream_count);
    s->read_gates = arena_new_array(a, uint32_t, p->stream_count);
    s->processes = arena_new_array(a, struct process_state, p->process_count);
    s->clocks = arena_new_array(a, struct clock_state, p->clock_count);
    for (uint32_t i = 0; i < p->clock_count; i++) {
        const struct clock_plan *c = &p->clocks[i];
        s->clocks[i].clock = watch_for(s, c->clock);
        s->clocks[i].clock_low = c->clock.inverted;
        s->clocks[i].reset = c->has_reset ? watch_for(s, c->reset) : NONE;
        s->clocks[i].reset_low = c->reset.inverted;
        s->clocks[i].open =
            arena_new_array(a, uint32_t, 2 * (size_t)p->stream_count);
    }
    for (uint32_t i = 0; i < p->stream_count; i++) {
        const struct stream_plan *t = &p->streams[i];
        s->write_gates[i] =
            gate_for(s, &t->write, t->write_clock, t->name, true);
        s->read_gates[i] = gate_for(s, &t->read, t->read_clock, t->name, true);
    }
    for (uint32_t i = 0; i < p->process_count; i++) {
        const struct process_plan *t = &p->processes[i];
        s->processes[i] = (struct process_state){
            .start = gate_for(s, &t->start, t->clock, t->name, false),
            .ready = gate_for(s, &t->ready, t->clock, t->name, false),
            .done = gate_for(s, &t->done, t->clock, t->name, false),
            .go_on = gate_for(s, &t->go_on, t->clock, t->name, false),
        };
    }
    return s;
}

/* The result */

static void finish_streams(const struct sampler *s, const uint32_t *merged,
                           struct recording *r)
{
    r->stream_count = s->plan->stream_count;
    r->streams = arena_new_array(s->arena, struct token_times, r->stream_count);
    r->sources =
        arena_new_array(s->arena, struct stream_source, r->stream_count);
    for (uint32_t i = 0; i < r->stream_count; i++) {
        const struct stream_plan *p = &s->plan->streams[i];
        static const struct cycle_list nothing = { 0 };
        const struct cycle_list *w = &nothing, *read = &nothing;
        struct stream_source *source = &r->sources[i];
        *source = (struct stream_source){ p->kind, NO_CLOCK, NO_CLOCK };
        if (s->write_gates[i] != NONE) {
            w = &s->gates[s->write_gates[i]].cycles;
            source->write_clock = merged[p->write_clock];
        }
        if (s->read_gates[i] != NONE) {
            read = &s->gates[s->read_gates[i]].cycles;
            source->read_clock = merged[p->read_clock];
        }
        if (p->is_point) {
            read = w;
            source->read_clock = source->write_clock;
        }
        r->streams[i] = (struct token_times){ p->name, w->count, read->count,
                                              w->cycles, read->cycles };
    }
}

static void finish_processes(const struct sampler *s, const uint32_t *merged,
                             struct recording *r)
{
    r->process_count = s->plan->process_count;
    r->processes =
        arena_new_array(s->arena, struct process_times, r->process_count);
    for (uint32_t i = 0; i < r->process_count; i++) {
        const struct process_state *p = &s->processes[i];
        r->processes[i] = (struct process_times){
            .name = s->plan->processes[i].name,
            .start_count = p->starts.count,
            .ready_count = p->readys.count,
            .done_count = p->dones.count,
            .starts = p->starts.cycles,
            .readys = p->readys.cycles,
            .dones = p->dones.cycles,
            .clock = merged[s->plan->processes[i].clock],
        };
    }
}

/* Clocks that ticked alike are one clock; it has the outermost name. */
static void finish_clocks(const struct sampler *s, uint32_t *merged,
                          struct recording *r)
{
    uint32_t count = s->plan->clock_count;
    const struct signal **signals =
        arena_new_array(s->arena, const struct signal *, count);
    r->clocks = arena_new_array(s->arena, struct clock_seen, count);
    const struct clock_domain **kept =
        arena_new_array(s->arena, const struct clock_domain *, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct clock_domain *own = &s->clocks[i].domain;
        const struct signal *signal =
            &s->waveform->signals[s->plan->clocks[i].clock.signal];
        uint32_t k = 0;
        while (k < r->clock_count && !clock_domain_same(kept[k], own))
            k++;
        merged[i] = k;
        if (k == r->clock_count) {
            kept[r->clock_count++] = own;
            signals[k] = signal;
        } else if (signal->depth < signals[k]->depth) {
            signals[k] = signal;
        }
        r->clocks[k] =
            clock_domain_seen(own, signals[k]->name, s->waveform->unit_fs);
    }
    for (uint32_t k = 0; k < r->clock_count; k++)
        clock_domain_report(kept[k], r->clocks[k].name, s->waveform->path,
                            s->diag);
}

static bool some_clock_runs(const struct sampler *s)
{
    for (uint32_t i = 0; i < s->plan->clock_count; i++)
        if (s->clocks[i].domain.is_counting)
            return true;
    diag_error(s->diag, (struct place){ s->waveform->path, 0, 0 },
               DIAG_TRACE_CLOCK,
               "no clock has a rising edge after its reset, '%s' neither",
               s->waveform->signals[s->plan->clocks[0].clock.signal].name);
    return false;
}

struct recording *sampler_run(const struct plan *p, struct waveform *w,
                              struct diag *d)
{
    assert(p->clock_count > 0);
    struct sampler *s = sampler_new(p->arena, p, w, d);
    const struct waveform_sink sink = { s, change };
    if (!waveform_read(w, s->codes, s->slot_count, &sink, d))
        return NULL;
    end_time(s);
    if (s->has_unknown || !some_clock_runs(s))
        return NULL;
    struct recording *r = arena_new_item(p->arena, struct recording);
    uint32_t *merged = arena_new_array(p->arena, uint32_t, p->clock_count);
    r->is_truncated = w->is_truncated;
    finish_clocks(s, merged, r);
    finish_streams(s, merged, r);
    finish_processes(s, merged, r);
    return r;
}
