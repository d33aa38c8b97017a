#include "traces/fit_search.h"

#include <string.h>

#include "base/arena.h"
#include "traces/fit_freeze.h"

enum {
    LATENCY_LEAST = 16, /* tried at least, */
    LATENCY_MOST = 256, /* and at most */
    WORKED_MOST = 48,   /* with work between, whose place is searched for too */
    SPACE_LATENCY_MAX = 4,
    GAPS_MAX = 4,   /* of writes, the most frequent ones */
    BUFFER_MAX = 64 /* writes behind the work */
};

struct search {
    struct arena *arena;
    struct fit_inference inference;
    uint32_t frame_reads, frame_writes;
    uint64_t first_read, first_write; /* the least of all runs */
    uint32_t latency_max;
    uint32_t gaps[GAPS_MAX];
    uint32_t gap_count;
    struct fit_result best;
    uint64_t best_cost;
    struct fit_result freeze; /* the best that freezes as a whole, */
    uint64_t freeze_cost;
    uint64_t frozen;   /* and for how many cycles it was frozen */
    uint64_t furthest; /* that any model in this unit explains */
};

static uint64_t cost_of(const struct fit_model *m, const struct fit_stages *s)
{
    /* A process that writes without waiting for what it reads is not one that
     * hardware would need an input for. */
    uint64_t cost = s->size;
    if (fit_model_freezes(m))
        return cost + (m->read_start != 0 ? 1 : 0);
    if (m->kind != FIT_JOINED && s->data_tokens == 0)
        cost += 64;
    cost += m->read_start != 0 ? 1 : 0;
    cost += m->work_start != 0 ? 2 : 0;
    if (m->kind == FIT_WORKED)
        cost += 2 + (m->work_gap != 1 ? 1 : 0) + (m->buffer != 0 ? 1 : 0);
    return cost;
}

/* Other values of the same constants; of one that freezes, another program. */
static bool in_same_class(const struct fit_model *a, const struct fit_model *b)
{
    return a->kind == b->kind && a->reads == b->reads &&
           a->work_gap == b->work_gap && a->work_start == b->work_start &&
           a->is_patient == b->is_patient &&
           !(fit_model_freezes(a) &&
             fit_tick_steps_equal(a->steps, b->steps, a->reads));
}

static void widen(struct fit_range *r, uint32_t value)
{
    r->least = value < r->least ? value : r->least;
    r->most = value > r->most ? value : r->most;
}

static void keep_arrays(struct arena *a, struct fit_model *m)
{
    if (fit_model_freezes(m)) {
        struct fit_tick_step *steps =
            arena_new_array(a, struct fit_tick_step, m->reads);
        memcpy(steps, m->steps, m->reads * sizeof *steps);
        m->steps = steps;
        return;
    }
    int32_t *data = arena_new_array(a, int32_t, m->writes);
    int32_t *space = arena_new_array(a, int32_t, m->reads);
    memcpy(data, m->data, m->writes * sizeof *data);
    memcpy(space, m->space, m->reads * sizeof *space);
    m->data = data;
    m->space = space;
}

/* A model that explains everything: the best so far?  True: it is. */
static bool offer(struct arena *a, struct fit_result *b, uint64_t *best_cost,
                  struct fit_model m)
{
    struct fit_stages stages;
    struct arena *scratch = arena_new();
    const bool fits = fit_stages_make(scratch, &m, &stages);
    const uint64_t cost = fits ? cost_of(&m, &stages) : UINT64_MAX;
    arena_free(scratch);
    if (!fits)
        return false;
    if (b->found && cost == *best_cost && in_same_class(&m, &b->model)) {
        widen(&b->data_latency, m.data_latency);
        widen(&b->space_latency, m.space_latency);
        widen(&b->buffer, m.buffer);
        if (fit_model_freezes(&m))
            widen(&b->first_gap, m.steps[0].gap);
    }
    if (b->found && cost >= *best_cost)
        return false;
    keep_arrays(a, &m);
    *b = (struct fit_result){
        .found = true,
        .model = m,
        .data_latency = { m.data_latency, m.data_latency },
        .space_latency = { m.space_latency, m.space_latency },
        .buffer = { m.buffer, m.buffer },
    };
    if (fit_model_freezes(&m))
        b->first_gap = (struct fit_range){ m.steps[0].gap, m.steps[0].gap };
    fit_stages_make(a, &m, &b->stages);
    *best_cost = cost;
    return true;
}

static bool attempt(struct search *s)
{
    struct fit_inference *x = &s->inference;
    const bool explains = fit_infer(x);
    if (!explains && x->failure.explained > s->furthest)
        s->furthest = x->failure.explained;
    if (explains) {
        offer(s->arena, &s->best, &s->best_cost, x->model);
        return true;
    }
    if (!s->best.found && x->failure.explained >= s->best.failure.explained)
        s->best.failure = x->failure;
    return false;
}

/* Tries all starts of the writing side: none, and the one that was seen. */
static bool attempt_starts(struct search *s, uint64_t latency)
{
    struct fit_model *m = &s->inference.model;
    m->work_start = 0;
    bool any = attempt(s);
    if (s->first_write <= latency)
        return any;
    m->work_start = s->first_write - latency;
    any |= attempt(s);
    m->work_start = 0;
    return any;
}

static void try_joined(struct search *s)
{
    struct fit_inference *x = &s->inference;
    x->model.kind = FIT_JOINED;
    uint64_t explained = 0;
    for (uint32_t i = 0; i < x->run_count; i++) {
        const struct fit_residual r =
            fit_model_compare(&x->model, &x->runs[i], x->work[i]);
        if (r.different != 0)
            return;
        explained += r.events;
    }
    if (explained != 0)
        offer(s->arena, &s->best, &s->best_cost, x->model);
}

static void try_direct(struct search *s)
{
    struct fit_model *m = &s->inference.model;
    m->kind = FIT_DIRECT;
    m->work_gap = 1;
    m->buffer = 0;
    m->result_latency = 0;
    for (m->data_latency = 1; m->data_latency <= s->latency_max;
         m->data_latency++) {
        fit_infer_bounds(&s->inference, m->data_latency);
        for (m->space_latency = 1; m->space_latency <= SPACE_LATENCY_MAX;
             m->space_latency++)
            attempt_starts(s, 0);
    }
}

/* Something came later than it would if there were always room behind the
 * work, in a run in which there was not. */
static bool may_lack_room(const struct search *s)
{
    const struct fit_failure *f = &s->inference.failure;
    const struct fit_run *r = &s->inference.runs[f->run];
    return f->is_late &&
           (r->room != NULL || r->ready != NULL || r->sink_grid > 1) &&
           2 * f->explained >= s->furthest;
}

/* Without a limit behind the work; if that explains nothing, with one. */
static void try_buffers(struct search *s)
{
    struct fit_model *m = &s->inference.model;
    m->buffer = 0;
    if (attempt_starts(s, m->result_latency) || !may_lack_room(s))
        return;
    for (m->buffer = 1; m->buffer <= BUFFER_MAX; m->buffer++)
        attempt_starts(s, m->result_latency);
    m->buffer = 0;
}

static void try_worked(struct search *s)
{
    struct fit_model *m = &s->inference.model;
    m->kind = FIT_WORKED;
    m->space_latency = 1;
    const uint32_t most =
        s->latency_max < WORKED_MOST ? s->latency_max : WORKED_MOST;
    for (uint32_t latency = 2; latency <= most; latency++) {
        fit_infer_bounds(&s->inference, latency);
        for (uint32_t gap = 0; gap < s->gap_count; gap++) {
            m->work_gap = s->gaps[gap];
            for (m->result_latency = 1; m->result_latency < latency;
                 m->result_latency++) {
                m->data_latency = latency - m->result_latency;
                try_buffers(s);
            }
        }
    }
}

/* The gaps between writes, the most frequent ones first; 1 in any case. */
static void find_gaps(struct search *s)
{
    enum { DIFFERENT_MAX = 64 };
    uint64_t gaps[DIFFERENT_MAX], often[DIFFERENT_MAX] = { 0 };
    uint32_t count = 0;
    const struct fit_inference *x = &s->inference;
    for (uint32_t i = 0; i < x->run_count; i++) {
        const struct fit_run *r = &x->runs[i];
        for (uint64_t j = 1; j < r->write_count; j++) {
            const uint64_t gap = r->writes[j] - r->writes[j - 1];
            uint32_t k = 0;
            while (k < count && gaps[k] != gap)
                k++;
            if (k == DIFFERENT_MAX)
                continue;
            if (k == count)
                gaps[count++] = gap;
            often[k]++;
        }
    }
    s->gaps[s->gap_count++] = 1;
    while (s->gap_count < GAPS_MAX) {
        uint32_t most = 0;
        for (uint32_t k = 1; k < count; k++)
            if (often[k] > often[most])
                most = k;
        if (count == 0 || often[most] == 0)
            break;
        often[most] = 0;
        if (gaps[most] != 1 && gaps[most] < UINT32_MAX)
            s->gaps[s->gap_count++] = (uint32_t)gaps[most];
    }
}

static void find_firsts(struct search *s)
{
    const struct fit_inference *x = &s->inference;
    s->first_read = s->first_write = UINT64_MAX;
    uint64_t latency = UINT64_MAX;
    bool waits = false;
    for (uint32_t i = 0; i < x->run_count; i++) {
        const struct fit_run *r = &x->runs[i];
        if (r->read_count == 0 || r->write_count == 0)
            continue;
        waits |= r->offered[0] < r->reads[0];
        if (r->reads[0] < s->first_read)
            s->first_read = r->reads[0];
        if (r->writes[0] < s->first_write)
            s->first_write = r->writes[0];
        const uint64_t first =
            r->writes[0] > r->reads[0] ? r->writes[0] - r->reads[0] : 0;
        latency = first < latency ? first : latency;
    }
    /* Nothing was read before this cycle, though it was offered. */
    s->inference.model.read_start = waits ? s->first_read : 0;
    s->latency_max = latency < LATENCY_LEAST  ? LATENCY_LEAST
                     : latency > LATENCY_MOST ? LATENCY_MOST
                                              : (uint32_t)latency;
}

static void try_units(struct search *s, uint32_t units)
{
    struct fit_model *m = &s->inference.model;
    m->units = units;
    m->reads = s->frame_reads / units;
    m->writes = s->frame_writes / units;
    m->data_latency = m->space_latency = m->result_latency = 0;
    m->buffer = 0;
    m->work_start = 0;
    s->furthest = 0;
    if (m->reads == 1 && m->writes == 1)
        try_joined(s);
    if (s->best.found)
        return;
    try_direct(s);
    try_worked(s);
}

/* Bubbles come first and stop the least: what else explains the runs as well
 * is only told. */
static void offer_freeze(void *context, const struct fit_model *m,
                         uint64_t frozen)
{
    struct search *s = context;
    struct fit_result *b = &s->freeze;
    if (b->found &&
        (m->kind != b->model.kind || m->is_patient != b->model.is_patient)) {
        b->is_style_open |= m->kind != b->model.kind;
        b->is_tail_open |= m->is_patient && b->model.kind == FIT_RIGID;
        return;
    }
    if (offer(s->arena, b, &s->freeze_cost, *m))
        s->frozen = frozen;
}

/* Models that freeze as a whole: the smallest unit that explains the runs.  If
 * something explains them without, that one was frozen has to show, and it has
 * to be simpler. */
static void try_freezes(struct search *s, uint32_t most)
{
    const struct fit_inference *x = &s->inference;
    for (uint32_t units = most; units >= 1 && !s->freeze.found; units--) {
        if (most % units != 0)
            continue;
        fit_freeze_search(
            &(struct fit_freeze_request){ .runs = x->runs,
                                          .run_count = x->run_count,
                                          .reads = s->frame_reads / units,
                                          .writes = s->frame_writes / units,
                                          .units = units,
                                          .read_start = x->model.read_start,
                                          .offer = offer_freeze,
                                          .context = s });
    }
    if (!s->freeze.found)
        return;
    s->freeze.is_room_open = s->frozen == 0;
    if (!s->best.found || (s->frozen != 0 && s->freeze_cost < s->best_cost))
        s->best = s->freeze;
}

static uint32_t greatest_divisor(uint32_t a, uint32_t b)
{
    while (b != 0) {
        const uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

struct fit_result fit_search(struct arena *a, const struct fit_run *runs,
                             uint32_t run_count, uint32_t frame_reads,
                             uint32_t frame_writes)
{
    struct arena *scratch = arena_new();
    struct fit_run *fits = arena_new_array(scratch, struct fit_run, run_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < run_count; i++)
        if (!runs[i].is_check)
            fits[count++] = runs[i];
    struct search s = { .arena = a,
                        .frame_reads = frame_reads,
                        .frame_writes = frame_writes };
    fit_inference_start(&s.inference, scratch, fits, count, frame_reads,
                        frame_writes);
    find_firsts(&s);
    find_gaps(&s);
    const uint32_t most = greatest_divisor(frame_reads, frame_writes);
    for (uint32_t units = most; units >= 1 && !s.best.found; units--)
        if (most % units == 0)
            try_units(&s, units);
    try_freezes(&s, most);
    arena_free(scratch);
    return s.best;
}
