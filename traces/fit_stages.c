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

bool fit_stages_make(struct arena *a, const struct fit_model *m,
                     struct fit_stages *out)
{
    *out =
        (struct fit_stages){ .read_count = m->reads, .work_count = m->writes };
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
