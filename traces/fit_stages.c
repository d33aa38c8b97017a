#include "traces/fit_stages.h"

#include "base/arena.h"
#include "traces/fit_loops.h"
#include "traces/fit_model.h"

enum { LOOPS_MAX = 6 }; /* nested, below the one over the units */

struct wait {
    const int32_t *what;
    uint32_t waiters, givers; /* events of a unit */
    uint8_t *takes, *gives;   /* their steps */
    uint32_t tokens, initial;
};

/* What the last event of a unit waited for, seen from the next unit. */
static int64_t last_of(const struct wait *w)
{
    int64_t last = INT64_MIN;
    for (uint32_t i = 0; i < w->waiters; i++)
        if (w->what[i] != FIT_NONE && w->what[i] > last)
            last = w->what[i];
    return last == INT64_MIN ? last : last - w->givers;
}

static bool add_wait(struct wait *w)
{
    int64_t last = last_of(w);
    for (uint32_t i = 0; i < w->waiters; i++) {
        const int32_t what = w->what[i];
        /* Nothing, or what an event before has waited for already. */
        if (what == FIT_NONE || what <= last)
            continue;
        last = what;
        if (what >= (int64_t)w->givers)
            return false;
        uint32_t units = 0;
        int64_t giver = what;
        while (giver < 0) {
            giver += w->givers;
            units++;
        }
        if ((w->gives[giver] & FIT_STEP_GIVES) != 0)
            return false;
        w->takes[i] |= FIT_STEP_TAKES;
        w->gives[giver] |= FIT_STEP_GIVES;
        w->tokens++;
        w->initial += units;
    }
    return true;
}

static bool is_alike(const struct fit_frozen_step *a,
                     const struct fit_frozen_step *b)
{
    return a->is_patient == b->is_patient && a->reads == b->reads &&
           fit_tick_steps_equal(&a->step, &b->step, 1);
}

/* The symbol of a step, which is new or not; KINDS_MAX: there are too many. */
enum { KINDS_MAX = 255 };

static uint32_t symbol_of(struct fit_frozen_step *kinds, uint32_t *count,
                          struct fit_frozen_step step)
{
    uint32_t i = 0;
    while (i < *count && !is_alike(&kinds[i], &step))
        i++;
    if (i == *count && i < KINDS_MAX)
        kinds[(*count)++] = step;
    return i;
}

static bool make_frozen(struct arena *a, const struct fit_model *m,
                        struct fit_stages *out)
{
    struct fit_frozen_step *kinds =
        arena_new_array(a, struct fit_frozen_step, KINDS_MAX);
    uint8_t *symbols = arena_new_array(a, uint8_t, (size_t)m->reads + 1);
    uint32_t count = 0, length = 0;
    for (uint32_t i = 0; i < m->reads; i++) {
        struct fit_frozen_step s = { .step = m->steps[i],
                                     .is_patient = i == 0 && m->is_patient,
                                     .reads = true };
        const struct fit_tick_step causes = s.step;
        const bool is_split = s.is_patient && causes.writes != 0;
        /* A patient step writes at once or not at all. */
        if (is_split)
            s.step.writes = s.step.delay = s.step.spacing = 0;
        uint32_t symbol = symbol_of(kinds, &count, s);
        symbols[length++] = (uint8_t)symbol;
        if (is_split) {
            symbol = symbol_of(kinds, &count,
                               (struct fit_frozen_step){
                                   .step = { .writes = causes.writes,
                                             .delay = causes.delay,
                                             .spacing = causes.spacing } });
            symbols[length++] = (uint8_t)symbol;
        }
        if (symbol == KINDS_MAX)
            return false;
    }
    out->frozen = kinds;
    out->read_steps = symbols;
    out->read_count = length;
    out->read_loops = fit_loops_find(a, symbols, length, LOOPS_MAX);
    out->size = fit_loops_count(out->read_loops);
    return true;
}

bool fit_stages_make(struct arena *a, const struct fit_model *m,
                     struct fit_stages *out)
{
    *out =
        (struct fit_stages){ .read_count = m->reads, .work_count = m->writes };
    if (fit_model_freezes(m))
        return make_frozen(a, m, out);
    uint8_t *reads = arena_new_array(a, uint8_t, m->reads);
    uint8_t *works = arena_new_array(a, uint8_t, m->writes);
    if (m->kind != FIT_JOINED) {
        struct wait data = { m->data, m->writes, m->reads, works, reads, 0, 0 };
        struct wait space = {
            m->space, m->reads, m->writes, reads, works, 0, 0
        };
        if (!add_wait(&data) || !add_wait(&space))
            return false;
        out->data_tokens = data.tokens;
        out->data_initial = data.initial;
        out->space_tokens = space.tokens;
        out->space_initial = space.initial;
    }
    out->read_steps = reads;
    out->work_steps = works;
    out->read_loops = fit_loops_find(a, reads, m->reads, LOOPS_MAX);
    out->work_loops = fit_loops_find(a, works, m->writes, LOOPS_MAX);
    out->size = fit_loops_count(out->read_loops);
    if (m->kind != FIT_JOINED)
        out->size += fit_loops_count(out->work_loops);
    return true;
}
