#include "report/tuning.h"

#include "base/json_write.h"
#include "cost/capacity.h"
#include "design/design.h"
#include "engine/analysis.h"
#include "report/cost_table.h"
#include "report/tuning_words.h"

enum { MILLION = 1000000 };

static const char *outcome_name(const struct tuning_report *r)
{
    static const char *const names[] = {
        [TUNE_DONE] = "done",
        [TUNE_STOPPED] = "interrupted",
        [TUNE_UNREACHABLE] = "unreachable",
        [TUNE_DEADLOCK] = "deadlock",
        [TUNE_LIMITED] = "limited",
    };
    return names[r->tuning->outcome];
}

static const char *certificate_name(const struct tuning_report *r)
{
    static const char *const names[] = {
        [CERTIFICATE_NONE] = "none",
        [CERTIFICATE_LOCAL] = "locally minimal",
        [CERTIFICATE_OPTIMAL] = "optimal",
    };
    return names[r->method != NULL ? CERTIFICATE_NONE : r->tuning->certificate];
}

static const char *goal_name(enum verdict v)
{
    static const char *const names[VERDICT_COUNT] = {
        [VERDICT_MET] = "none",
        [VERDICT_DEADLOCK] = "deadlock",
        [VERDICT_ISOLATED] = "latency",
        [VERDICT_BACK_TO_BACK] = "latency_back_to_back",
        [VERDICT_INTERVAL] = "interval",
    };
    return names[v];
}

/* null for 0: any. */
static void add_goal(struct json_out *to, const char *key, uint64_t cycles,
                     uint64_t divisor)
{
    if (divisor == 0 || cycles == 0)
        json_add_null(to, key);
    else
        json_add_ratio(to, key, cycles, divisor);
}

static void add_figures(struct json_out *to, const char *key,
                        const struct figures *f)
{
    struct json_out *o = json_add_object(to, key);
    const bool stuck = f->verdict == VERDICT_DEADLOCK;
    json_add_bool(o, "deadlock", stuck);
    if (stuck)
        return;
    json_add_u64(o, "latency_cycles", f->isolated);
    json_add_u64(o, "latency_back_to_back_cycles", f->back_to_back);
    add_goal(o, "interval_cycles", f->period_cycles, f->period);
    json_add_bool(o, "interval_certified", f->certified);
}

static void add_asked(struct json_out *to, const struct tuning_report *r)
{
    const struct tune_options *o = r->asked;
    struct json_out *by = json_add_object(to, "goals_asked_for");
    json_add_bool(by, "latency", o->isolated != 0 || o->any_isolated);
    json_add_bool(by, "latency_back_to_back",
                  o->back_to_back != 0 || o->any_back_to_back);
    json_add_bool(by, "interval", o->interval != 0);
}

static void add_scenario(struct json_out *list, const struct tuning_report *r,
                         uint32_t k)
{
    const struct tuning *t = r->tuning;
    const struct reference *f = &t->references[k];
    const struct goals *g = &t->goals[k];
    struct json_out *o = json_add_object(list, NULL);
    json_add_string(o, "name", t->scenarios[k].name);
    struct json_out *goals = json_add_object(o, "goals");
    add_goal(goals, "latency_cycles", g->isolated, 1);
    add_goal(goals, "latency_back_to_back_cycles", g->back_to_back, 1);
    add_goal(goals, "interval_cycles", g->period_cycles, g->period);
    add_figures(o, "unlimited", &f->figures);
    struct json_out *bound = json_add_object(o, "bound");
    json_add_ratio(bound, "interval_cycles", f->bound_cycles, f->bound_frames);
    if (f->pacing == REFERENCE_EDGE)
        json_add_null(bound, "process");
    else
        json_add_string(bound, "process", t->design->processes[f->pacing].name);
    if (r->chosen == NULL)
        json_add_null(o, "reached");
    else
        add_figures(o, "reached", &r->chosen->figures[k]);
    json_add_bool(o, "certified_at_pace", tuning_report_paced(r, k));
}

static void add_scenarios(struct json_out *root, const struct tuning_report *r)
{
    const struct tuning *t = r->tuning;
    struct json_out *list = json_add_array(root, "scenarios");
    uint32_t count = t->scenario_count;
    if (t->outcome == TUNE_DEADLOCK)
        count = t->missed_in;
    if (t->outcome == TUNE_UNREACHABLE)
        count = t->missed_in + 1;
    for (uint32_t k = 0; k < count; k++)
        add_scenario(list, r, k);
}

static void add_missed(struct json_out *root, const struct tuning_report *r)
{
    const struct tuning *t = r->tuning;
    if (tuning_report_meets(r) || t->outcome == TUNE_STOPPED) {
        json_add_null(root, "missed");
        return;
    }
    struct json_out *o = json_add_object(root, "missed");
    json_add_string(o, "goal",
                    goal_name(t->outcome == TUNE_DEADLOCK ? VERDICT_DEADLOCK
                                                          : t->missed));
    json_add_string(o, "scenario", t->scenarios[t->missed_in].name);
    if (t->outcome != TUNE_DEADLOCK)
        add_figures(o, "reached", tuning_report_best(r));
}

static void add_weight(struct json_out *to, const char *key,
                       uint64_t millionths)
{
    json_add_ratio(to, key, millionths, MILLION);
}

static void add_pricing(struct json_out *root, const struct tuning_report *r)
{
    const struct pricing *p = &r->tuning->pricing;
    struct json_out *o = json_add_object(root, "pricing");
    add_weight(o, "bits", p->bit);
    add_weight(o, "lut", p->lut);
    add_weight(o, "ff", p->ff);
    add_weight(o, "bram18", p->bram18);
    add_weight(o, "uram", p->uram);
    if (r->by_device)
        json_add_string(o, "device", r->device->name);
    else
        json_add_null(o, "device");
}

static void add_certificate(struct json_out *o, const struct tuning *t,
                            const struct tuned_fifo *f)
{
    json_add_u64(o, "bound_depth", f->bound_depth);
    if (!f->has_cheaper) {
        json_add_null(o, "cheaper");
        return;
    }
    struct json_out *c = json_add_object(o, "cheaper");
    json_add_u64(c, "depth", f->cheaper.depth);
    json_add_string(c, "misses", goal_name(f->without.verdict));
    json_add_string(c, "scenario", t->scenarios[f->scenario].name);
    add_figures(c, "reached", &f->without);
}

static void add_fifos(struct json_out *root, const struct tuning_report *r)
{
    const struct tuning *t = r->tuning;
    const struct design *d = t->design;
    struct json_out *list = json_add_array(root, "fifos");
    uint32_t next = 0; /* of the tuning: in the order of the design */
    for (uint32_t i = 0; r->chosen != NULL && i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        const struct choice *c = &r->chosen->choices[i];
        if (!tune_looks_for(s))
            continue;
        struct json_out *o = json_add_object(list, NULL);
        json_add_string(o, "name", s->name);
        json_add_u64(o, "depth", c->depth);
        json_add_u64(o, "capacity", c->capacity);
        json_add_u64(o, "width_bits", s->width_bits);
        json_add_string(o, "kept_in", storage_class_name(c->class));
        json_add_u64(o, "bits", c->bits);
        cost_add_json(o, "cost", &c->cost);
        if (next < t->fifo_count && t->fifos[next].stream == s &&
            r->method == NULL)
            add_certificate(o, t, &t->fifos[next]);
        next++;
    }
}

static void add_ratings(struct json_out *root, const struct tuning_report *r)
{
    struct json_out *list = json_add_array(root, "methods");
    for (uint32_t i = 0; i < r->rating_count; i++) {
        const struct rating *of = r->ratings[i];
        struct json_out *o = json_add_object(list, NULL);
        json_add_string(o, "name", of->name);
        json_add_u64(o, "bits", of->bits);
        add_weight(o, "price", of->price);
        cost_add_json(o, "cost", &of->cost);
        struct json_out *by = json_add_object(o, "depths");
        const struct design *d = r->tuning->design;
        for (uint32_t s = 0; s < d->stream_count; s++)
            if (tune_looks_for(&d->streams[s]))
                json_add_u64(by, d->streams[s].name, of->depths[s]);
        struct json_out *all = json_add_array(o, "figures");
        for (uint32_t k = 0; k < r->tuning->scenario_count; k++)
            add_figures(all, NULL, &of->figures[k]);
    }
}

static void add_waits(struct json_out *root, const struct tuning_report *r)
{
    const struct analysis *x = r->stuck;
    if (x == NULL)
        return;
    struct json_out *list = json_add_array(root, "waits");
    for (uint32_t i = 0; i < x->run->wait_count; i++) {
        const struct run_wait *w = &x->run->waits[i];
        struct json_out *o = json_add_object(list, NULL);
        json_add_string(o, "process",
                        w->process != TIMING_EDGE
                            ? x->design->processes[w->process].name
                        : w->for_room ? "source"
                                      : "sink");
        json_add_string(o, "waits_for", w->for_room ? "room" : "token");
        json_add_string(o, "fifo", x->design->streams[w->stream].name);
    }
}

static void add_rtl(struct json_out *root, const struct tuning_rtl *p)
{
    if (p == NULL)
        return;
    struct json_out *o = json_add_object(root, "rtl");
    json_add_bool(o, "holds", p->holds);
    json_add_u64(o, "scenarios", p->scenarios);
    json_add_u64(o, "scenarios_skipped", p->skipped);
    json_add_u64(o, "scenarios_met", p->met);
    json_add_u64(o, "cheaper_fifos", p->fifos);
    json_add_u64(o, "cheaper_missed", p->missed);
    json_add_u64(o, "different", p->different);
}

static void add_device(struct json_out *root, const struct tuning_report *r,
                       struct arena *a)
{
    if (r->device == NULL || r->chosen == NULL ||
        !family_has_cost(r->tuning->design->family)) {
        json_add_null(root, "device");
        return;
    }
    const struct cost all = tuning_report_cost(r, a);
    struct json_out *o = json_add_object(root, "device");
    json_add_string(o, "name", r->device->name);
    json_add_bool(o, "fits", capacity_fits(r->device, &all));
    cost_add_json(o, "cost", &all);
    cost_add_json(o, "capacity", &r->device->capacity);
}

void tuning_print_json(const struct tuning_report *r, struct arena *a,
                       struct text *out)
{
    const struct tuning *t = r->tuning;
    struct json_out *root = json_out_new(a);
    json_add_string(root, "name", t->design->name);
    json_add_string(root, "method", r->method == NULL ? "ours" : r->method);
    json_add_string(root, "outcome", outcome_name(r));
    add_missed(root, r);
    add_asked(root, r);
    add_scenarios(root, r);
    add_pricing(root, r);
    if (r->chosen != NULL) {
        json_add_u64(root, "bits", r->chosen->bits);
        add_weight(root, "price", r->chosen->price);
        if (r->method == NULL)
            add_weight(root, "bound_price", t->bound_price);
        cost_add_json(root, "cost", &r->chosen->cost);
    }
    json_add_string(root, "certificate", certificate_name(r));
    add_fifos(root, r);
    add_ratings(root, r);
    add_device(root, r, a);
    add_waits(root, r);
    add_rtl(root, r->rtl);
    json_out_print(root, out);
}
