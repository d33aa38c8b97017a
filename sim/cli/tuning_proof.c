#include "cli/tuning_proof.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "tune/tune.h"

/* The design as it was tuned, in a scenario. */
static struct design *tuned(struct arena *a, const struct tuning *t,
                            uint32_t scenario)
{
    struct design *d = design_copy(a, t->design);
    tuning_apply(t, d);
    d->source = t->scenarios[scenario].source;
    d->sink = t->scenarios[scenario].sink;
    return d;
}

static const struct depth_step *steps_of(struct arena *a,
                                         const struct tuning *t,
                                         uint32_t scenario, uint32_t *count)
{
    struct depth_step *steps =
        arena_new_array(a, struct depth_step, t->fifo_count);
    *count = 0;
    for (uint32_t i = 0; i < t->fifo_count; i++) {
        const struct tuned_fifo *f = &t->fifos[i];
        if (f->has_cheaper && f->scenario == scenario)
            steps[(*count)++] =
                (struct depth_step){ f->stream->index, f->cheaper.depth,
                                     f->without.frames };
    }
    return steps;
}

static uint64_t longest_latency(const struct depth_times *side)
{
    uint64_t most = 0;
    for (uint32_t f = 0; f < side->frames; f++)
        if (side->ends[f] - side->starts[f] > most)
            most = side->ends[f] - side->starts[f];
    return most;
}

/* The RTL of this trial meets all goals. */
static bool meets(const struct depth_trial *t, const struct goals *g)
{
    const struct depth_times *r = &t->rtl;
    if (r->stood_still || !r->alone_done)
        return false;
    if (g->isolated != 0 && r->alone > g->isolated)
        return false;
    if (g->back_to_back != 0 && longest_latency(r) > g->back_to_back)
        return false;
    return g->period == 0 || t->period == 0 ||
           depth_trial_interval(t, r) * g->period <=
               g->period_cycles * t->period;
}

static void count(struct tuning_proof *p, const struct depth_proof *proof,
                  const struct goals *g)
{
    for (uint32_t i = 0; i < proof->count; i++) {
        const struct depth_trial *t = &proof->trials[i];
        if (!depth_trial_equal(t))
            p->different++;
        if (t->step == NULL)
            p->met += meets(t, g) ? 1 : 0;
        else if (t->run && !meets(t, g))
            p->missed++;
    }
}

struct tuning_proof *tuning_proof_run(struct arena *a, const struct tuning *t,
                                      const struct depth_proof_options *o,
                                      struct diag *diag)
{
    assert(t->outcome == TUNE_DONE && family_is_ours(t->design->family));
    struct tuning_proof *p = arena_new_item(a, struct tuning_proof);
    p->tuning = t;
    p->proofs =
        arena_new_array(a, const struct depth_proof *, t->scenario_count);
    struct depth_proof_options each = *o;
    each.built = NULL;
    for (uint32_t i = 0; i < t->scenario_count; i++) {
        const struct scenario *s = &t->scenarios[i];
        uint32_t steps;
        const struct depth_step *step = steps_of(a, t, i, &steps);
        p->fifos += steps;
        if (s->source.pattern != NULL || s->sink.pattern != NULL ||
            s->source.frame_period != 0 || s->sink.frame_period != 0) {
            p->skipped++;
            continue;
        }
        p->proofs[i] =
            depth_proof_run(a, tuned(a, t, i), step, steps, &each, diag);
        if (p->proofs[i] == NULL)
            return NULL;
        count(p, p->proofs[i], &t->goals[i]);
    }
    return p;
}

bool tuning_proof_holds(const struct tuning_proof *p)
{
    uint32_t run = 0;
    for (uint32_t i = 0; i < p->tuning->scenario_count; i++)
        for (uint32_t k = 1; p->proofs[i] != NULL && k < p->proofs[i]->count;
             k++)
            run += p->proofs[i]->trials[k].run ? 1 : 0;
    return p->different == 0 && p->missed == run &&
           p->met == p->tuning->scenario_count - p->skipped;
}

void tuning_proof_print(const struct tuning_proof *p, struct arena *a,
                        struct text *out)
{
    for (uint32_t i = 0; i < p->tuning->scenario_count; i++) {
        text_printf(out, "%s\n", p->tuning->scenarios[i].name);
        if (p->proofs[i] == NULL)
            text_add(out, "not run: the testbench has no recorded pattern\n");
        else
            depth_proof_print(p->proofs[i], a, out);
        text_add(out, "\n");
    }
    text_printf(out,
                "in the RTL     goals met in %" PRIu32 " of %" PRIu32
                " scenarios; missed without %" PRIu32 " of %" PRIu32
                " FIFOs that could be cheaper\n",
                p->met, p->tuning->scenario_count, p->missed, p->fifos);
}
