#include "tests/bench/step_runs.h"

#include <assert.h>

#include "base/arena.h"
#include "tests/reference/expand.h"

static bool same(const struct step *a, const struct step *b)
{
    return a->reads == b->reads && a->writes == b->writes && a->gap == b->gap &&
           a->hold == b->hold && a->needs_datapath == b->needs_datapath &&
           a->delay == b->delay && a->count == b->count &&
           a->spacing == b->spacing;
}

/* Puts the runs into `items`, or only counts them if it is NULL. */
static uint32_t join(const struct schedule *s, const struct expansion *e,
                     struct step_run *items)
{
    uint32_t count = 0;
    const struct step *before = NULL;
    for (uint64_t i = 0; i < e->count; i++) {
        const struct step *step = &s->instructions[e->at[i]].step;
        if (before == NULL || !same(before, step)) {
            if (items != NULL)
                items[count].step = *step;
            assert(count < UINT32_MAX);
            count++;
        }
        if (items != NULL)
            items[count - 1].times++;
        before = step;
    }
    return count;
}

struct step_runs step_runs_of(struct arena *a, const struct schedule *s)
{
    struct arena *scratch = arena_new();
    const struct expansion *e = expand(scratch, s->instructions, s->count);
    struct step_runs runs = { .count = join(s, e, NULL) };
    runs.items = arena_new_array(a, struct step_run, runs.count);
    join(s, e, runs.items);
    arena_free(scratch);
    return runs;
}
