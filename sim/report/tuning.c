#include "report/tuning.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"
#include "cost/capacity.h"
#include "design/design.h"
#include "design/fifo.h"
#include "report/table.h"
#include "report/tuning_words.h"

bool tuning_report_meets(const struct tuning_report *r)
{
    const struct tuning *t = r->tuning;
    return t->outcome == TUNE_DONE ||
           (t->outcome == TUNE_STOPPED && t->figures != NULL);
}

bool tuning_report_paced(const struct tuning_report *r, uint32_t scenario)
{
    const struct figures *f = r->tuning->figures;
    return r->method == NULL && f != NULL && f[scenario].paced;
}

struct cost tuning_report_cost(const struct tuning_report *r, struct arena *a)
{
    const struct design *d = r->tuning->design;
    struct design *other = design_copy(a, d);
    /* A FIFO may be in UltraRAM, of which the design knows nothing. */
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (tune_looks_for(&d->streams[i]))
            fifo_set(&other->streams[i],
                     d->streams[i].auto_kind ? FIFO_AUTO : d->streams[i].kind,
                     r->chosen->depths[i]);
    struct cost all = cost_of_design(other);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        if (r->chosen->choices[i].class != STORAGE_URAM)
            continue;
        all.bram18 -= cost_of_stream(other, &other->streams[i]).bram18;
        all.uram += r->chosen->choices[i].cost.uram;
    }
    return all;
}

bool tuning_report_fits(const struct tuning_report *r)
{
    if (r->device == NULL || r->chosen == NULL ||
        !family_has_cost(r->tuning->design->family))
        return true;
    struct arena *a = arena_new();
    const struct cost cost = tuning_report_cost(r, a);
    arena_free(a);
    return capacity_fits(r->device, &cost);
}

static enum trust_level trust_of(const struct design *d)
{
    enum trust_level worst = TRUST_EXACT;
    for (uint32_t i = 0; i < d->process_count; i++)
        if (d->processes[i].trust.level > worst)
            worst = d->processes[i].trust.level;
    return worst;
}

/* --- goals ---------------------------------------------------------------- */

/* One figure of a scenario: of unlimited FIFOs, asked for, reached. */
struct goal_row {
    const char *figure, *unlimited, *goal, *reached;
    const char *note;
};

static void add_goal(struct table *t, const struct goal_row *g)
{
    table_row(t);
    table_cell(t, "  %s", g->figure);
    table_cell(t, "%s", g->unlimited);
    table_cell(t, "%s", g->goal);
    table_cell(t, "%s", g->reached);
    table_cell(t, "%s", g->note);
}

static const char *goal_text(struct arena *a, uint64_t cycles)
{
    return cycles == 0 ? "any" : number_text(a, cycles);
}

static const char *asked_for(bool asked)
{
    return asked ? "asked for" : "";
}

static const char *interval_note(const struct tuning_report *r, uint32_t k,
                                 struct arena *a)
{
    const char *asked = r->asked->interval != 0 ? "asked for; " : "";
    const struct figures *f = r->chosen == NULL ? NULL : &r->chosen->figures[k];
    if (f == NULL || f->verdict == VERDICT_DEADLOCK)
        return asked_for(r->asked->interval != 0);
    if (f->certified)
        return arena_printf(a, "%scertified", asked);
    return arena_printf(a, "%smeasured over %" PRIu32 " frames%s", asked,
                        f->frames,
                        tuning_report_paced(r, k)
                            ? "; certified for frames at the goal's pace"
                            : "");
}

static void add_scenario(struct table *t, const struct tuning_report *r,
                         uint32_t k, struct arena *a)
{
    const struct tuning *x = r->tuning;
    const struct figures *u = &x->references[k].figures;
    const struct goals *g = &x->goals[k];
    const struct figures *f = r->chosen == NULL ? NULL : &r->chosen->figures[k];
    const bool stuck = f != NULL && f->verdict == VERDICT_DEADLOCK;
    const char *none = f == NULL ? "-" : "deadlock";
    const bool known = f != NULL && !stuck;
    table_row(t);
    table_cell(t, "%s", x->scenarios[k].name);
    add_goal(t, &(struct goal_row){ "isolated latency",
                                    number_text(a, u->isolated),
                                    goal_text(a, g->isolated),
                                    known ? number_text(a, f->isolated) : none,
                                    asked_for(r->asked->isolated != 0) });
    add_goal(t, &(struct goal_row){
                    "latency back to back", number_text(a, u->back_to_back),
                    goal_text(a, g->back_to_back),
                    known ? number_text(a, f->back_to_back) : none,
                    asked_for(r->asked->back_to_back != 0) });
    add_goal(
        t,
        &(struct goal_row){
            "interval", tuning_ratio_text(a, u->period_cycles, u->period),
            g->period == 0 ? "any"
                           : tuning_ratio_text(a, g->period_cycles, g->period),
            known ? tuning_ratio_text(a, f->period_cycles, f->period) : none,
            interval_note(r, k, a) });
}

/* How many scenarios were looked at before the tuner gave up. */
static uint32_t scenarios_known(const struct tuning *t)
{
    if (t->outcome == TUNE_DEADLOCK)
        return t->missed_in;
    if (t->outcome == TUNE_UNREACHABLE)
        return t->missed_in + 1;
    return t->scenario_count;
}

static void print_goals(const struct tuning_report *r, struct arena *a,
                        struct text *out)
{
    const uint32_t count = scenarios_known(r->tuning);
    if (count == 0)
        return;
    struct table *t =
        table_new(a, "<scenario, cycles|unlimited FIFOs|goal|reached|<");
    for (uint32_t k = 0; k < count; k++)
        add_scenario(t, r, k, a);
    table_print(t, out);
    text_add(out, "\n");
}

/* --- FIFOs ---------------------------------------------------------------- */

static void add_cost(struct table *t, uint64_t bits, const struct cost *c)
{
    table_cell_number(t, bits);
    table_cell_number(t, c->lut);
    table_cell_number(t, c->ff);
    table_cell_number(t, c->bram18);
    table_cell_number(t, c->uram);
}

/* By how much a FIFO at its next cheaper depth misses the goal. */
static const char *excess_text(const struct tuning *t,
                               const struct tuned_fifo *f, struct arena *a)
{
    const struct figures *w = &f->without;
    const struct goals *g = &t->goals[f->scenario];
    switch (w->verdict) {
    case VERDICT_ISOLATED:
        return arena_printf(a, "+%s",
                            number_text(a, w->isolated - g->isolated));
    case VERDICT_BACK_TO_BACK:
        return arena_printf(a, "+%s",
                            number_text(a, w->back_to_back - g->back_to_back));
    case VERDICT_INTERVAL:
        return arena_printf(a, "+%s",
                            tuning_ratio_text(a,
                                              w->period_cycles * g->period -
                                                  g->period_cycles * w->period,
                                              w->period * g->period));
    default:
        return "";
    }
}

static void add_certificate(struct table *t, const struct tuning *x,
                            const struct tuned_fifo *f, struct arena *a)
{
    if (!f->has_cheaper) {
        table_cell(t, "-");
        table_cell(t, x->certificate == CERTIFICATE_NONE ? "not tried"
                                                         : "least there is");
        table_cell(t, "%s", "");
    } else {
        table_cell_number(t, f->cheaper.depth);
        table_cell(t, "%s", verdict_name(f->without.verdict));
        table_cell(t, "%s", excess_text(x, f, a));
    }
    table_cell_number(t, f->bound_depth);
    if (x->scenario_count > 1 && f->has_cheaper)
        table_cell(t, "%s", x->scenarios[f->scenario].name);
}

static const struct tuned_fifo *find_tuned(const struct tuning *t,
                                           const struct stream *s)
{
    for (uint32_t i = 0; i < t->fifo_count; i++)
        if (t->fifos[i].stream == s)
            return &t->fifos[i];
    return NULL;
}

static void print_fifos(const struct tuning_report *r, struct arena *a,
                        struct text *out)
{
    const struct tuning *x = r->tuning;
    const struct design *d = x->design;
    const bool ours = r->method == NULL;
    struct table *t = table_new(
        a, ours ? "<fifo|depth|width|<kept in|bits|LUT|FF|BRAM18|URAM|next "
                  "cheaper|<then misses|by|bound|<"
                : "<fifo|depth|width|<kept in|bits|LUT|FF|BRAM18|URAM");
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        const struct choice *c = &r->chosen->choices[i];
        if (!tune_looks_for(s))
            continue;
        table_row(t);
        table_cell(t, "%s", s->name);
        table_cell_number(t, c->depth);
        table_cell_number(t, s->width_bits);
        table_cell(t, "%s", storage_class_name(c->class));
        add_cost(t, c->bits, &c->cost);
        const struct tuned_fifo *f = find_tuned(x, s);
        if (ours && f != NULL)
            add_certificate(t, x, f, a);
    }
    table_row(t);
    table_cell(t, "in all");
    table_cell(t, "%s", "");
    table_cell(t, "%s", "");
    table_cell(t, "%s", "");
    add_cost(t, r->chosen->bits, &r->chosen->cost);
    table_print(t, out);
    text_add(out, "\n");
}

/* --- held against each other ---------------------------------------------- */

static void add_figures(struct table *t, const struct figures *f,
                        struct arena *a)
{
    if (f->verdict == VERDICT_DEADLOCK) {
        table_cell(t, "deadlock");
        return;
    }
    table_cell_number(t, f->isolated);
    table_cell_number(t, f->back_to_back);
    table_cell(t, "%s", tuning_ratio_text(a, f->period_cycles, f->period));
}

static void print_ratings(const struct tuning_report *r, struct arena *a,
                          struct text *out)
{
    const struct tuning *x = r->tuning;
    const bool several = x->scenario_count > 1;
    struct table *t = table_new(
        a, several ? "<depths by|bits|LUT|FF|BRAM18|URAM|isolated|back to "
                     "back|interval|<scenario"
                   : "<depths by|bits|LUT|FF|BRAM18|URAM|isolated|back to "
                     "back|interval");
    for (uint32_t i = 0; i < r->rating_count; i++) {
        const struct rating *of = r->ratings[i];
        for (uint32_t k = 0; k < x->scenario_count; k++) {
            table_row(t);
            table_cell(t, "%s", of->name);
            add_cost(t, of->bits, &of->cost);
            add_figures(t, &of->figures[k], a);
            if (several && of->figures[k].verdict != VERDICT_DEADLOCK)
                table_cell(t, "%s", x->scenarios[k].name);
        }
    }
    table_print(t, out);
    text_add(out, "\n");
}

static void print_device(const struct tuning_report *r, struct arena *a,
                         struct text *out)
{
    const struct device *device = r->device;
    const struct cost all = tuning_report_cost(r, a);
    struct table *t = table_new(a, "<cost, estimated|LUT|FF|DSP|BRAM18|URAM");
    const struct cost *rows[] = { &all, &device->capacity };
    const char *const names[] = { "design, in all", device->name };
    for (int i = 0; i < 2; i++) {
        table_row(t);
        table_cell(t, "%s", names[i]);
        for (int n = 0; n < RESOURCE_COUNT; n++)
            table_cell_number(t, resource_of(rows[i], (enum resource)n));
    }
    table_row(t);
    table_cell(t, "share");
    for (int n = 0; n < RESOURCE_COUNT; n++)
        table_cell_percent(t, resource_of(&all, (enum resource)n),
                           resource_of(&device->capacity, (enum resource)n));
    table_print(t, out);
    text_printf(out, "\n%s %s\n",
                capacity_fits(device, &all) ? "fits          "
                                            : "does not fit  ",
                device->name);
}

/* By whom the depths were chosen, and what a price is. */
static void print_head(const struct tuning_report *r, struct text *out)
{
    const struct design *d = r->tuning->design;
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->stream_count; i++)
        count += tune_looks_for(&d->streams[i]) ? 1 : 0;
    text_printf(out, "%s: %" PRIu32 " FIFOs, %s (%s kernels), depths %s%s\n\n",
                d->name, count, trust_level_name(trust_of(d)),
                design_family_name(d),
                r->method == NULL ? "searched for" : "by the rule of ",
                r->method == NULL ? "" : r->method);
}

void tuning_print(const struct tuning_report *r, struct arena *a,
                  struct text *out)
{
    print_head(r, out);
    print_goals(r, a, out);
    if (r->chosen != NULL)
        print_fifos(r, a, out);
    if (r->rating_count != 0)
        print_ratings(r, a, out);
    tuning_print_verdict(r, a, out);
    if (r->device != NULL && r->chosen != NULL &&
        family_has_cost(r->tuning->design->family)) {
        text_add(out, "\n");
        print_device(r, a, out);
    }
}
