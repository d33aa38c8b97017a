#include "report/tuning_words.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"
#include "cost/capacity.h"
#include "design/design.h"
#include "report/simulation.h"
#include "report/table.h"
#include "report/tuning.h"

enum { MILLION = 1000000 };

static bool is_bits(const struct pricing *p)
{
    return p->bit == MILLION && p->lut == 0 && p->ff == 0 && p->bram18 == 0 &&
           p->uram == 0;
}

const char *tuning_price_text(const struct tuning_report *r, uint64_t price,
                              struct arena *a)
{
    /* The whole device is 10^6 units, of 10^6 each. */
    if (r->by_device)
        return arena_printf(a, "%" PRIu64 ".%04" PRIu64 " %% of %s",
                            price / (MILLION * UINT64_C(10000)),
                            price / MILLION % 10000, r->device->name);
    const char *whole = number_text(a, price / MILLION);
    if (is_bits(&r->tuning->pricing))
        return arena_printf(a, "%s bits", whole);
    if (price % MILLION == 0)
        return whole;
    return arena_printf(a, "%s.%03" PRIu64, whole,
                        price % MILLION / (MILLION / 1000));
}

const char *tuning_ratio_text(struct arena *a, uint64_t cycles, uint32_t frames)
{
    if (frames == 0)
        return "-";
    const char *whole = number_text(a, cycles / frames);
    const uint64_t rest = cycles % frames;
    return rest == 0
               ? whole
               : arena_printf(a, "%s.%02" PRIu64, whole, rest * 100 / frames);
}

const struct figures *tuning_report_best(const struct tuning_report *r)
{
    const struct tuning *t = r->tuning;
    const struct rating *with = r->method != NULL ? r->chosen : r->deepest;
    return with != NULL ? &with->figures[t->missed_in]
                        : &t->references[t->missed_in].figures;
}

static const char *in_scenario(const struct tuning *t, struct arena *a)
{
    return t->scenario_count < 2
               ? ""
               : arena_printf(a, " with %s", t->scenarios[t->missed_in].name);
}

static const char *missed_goal(const struct tuning *t, struct arena *a)
{
    const struct goals *g = &t->goals[t->missed_in];
    switch (t->missed) {
    case VERDICT_ISOLATED:
        return arena_printf(a, "isolated latency %s",
                            number_text(a, g->isolated));
    case VERDICT_BACK_TO_BACK:
        return arena_printf(a, "latency back to back %s",
                            number_text(a, g->back_to_back));
    case VERDICT_INTERVAL:
        return arena_printf(a, "interval %s",
                            tuning_ratio_text(a, g->period_cycles, g->period));
    default:
        return "running at all";
    }
}

/* The figure of that goal. */
static const char *missed_figure(const struct tuning *t,
                                 const struct figures *f, struct arena *a)
{
    if (f->verdict == VERDICT_DEADLOCK)
        return "a deadlock";
    switch (t->missed) {
    case VERDICT_ISOLATED:
        return number_text(a, f->isolated);
    case VERDICT_BACK_TO_BACK:
        return number_text(a, f->back_to_back);
    default:
        return tuning_ratio_text(a, f->period_cycles, f->period);
    }
}

static void print_unreachable(const struct tuning_report *r, struct arena *a,
                              struct text *out)
{
    const struct tuning *t = r->tuning;
    const struct reference *f = &t->references[t->missed_in];
    text_printf(out,
                "goal missed    no depth reaches %s%s: ", missed_goal(t, a),
                in_scenario(t, a));
    if (t->missed != VERDICT_INTERVAL)
        text_printf(out, "with FIFOs that are never full it is %s\n",
                    missed_figure(t, &f->figures, a));
    else if (f->pacing == REFERENCE_EDGE)
        text_printf(out, "source or sink alone take %s cycles a frame\n",
                    tuning_ratio_text(a, f->bound_cycles, f->bound_frames));
    else
        text_printf(out, "'%s' alone takes %s cycles a frame\n",
                    t->design->processes[f->pacing].name,
                    tuning_ratio_text(a, f->bound_cycles, f->bound_frames));
}

static void print_limited(const struct tuning_report *r, struct arena *a,
                          struct text *out)
{
    const struct tuning *t = r->tuning;
    text_printf(out, "goal missed    %s%s", missed_goal(t, a),
                in_scenario(t, a));
    text_printf(out, ": it is %s with %s\n",
                missed_figure(t, tuning_report_best(r), a),
                r->method != NULL
                    ? arena_printf(a, "the depths of %s", r->method)
                : r->deepest != NULL
                    ? "FIFOs as deep as the limits allow; without limits "
                      "there is more room"
                    : "FIFOs that are never full");
}

static void print_stuck(const struct tuning_report *r, struct arena *a,
                        struct text *out)
{
    const struct tuning *t = r->tuning;
    text_printf(out,
                "deadlock at every depth%s: even if no FIFO is ever full,\n"
                "processes wait for tokens that nobody writes.\n",
                in_scenario(t, a));
    if (r->stuck != NULL)
        simulation_print_deadlock(r->stuck, out);
}

static void print_certificate(const struct tuning_report *r, struct arena *a,
                              struct text *out)
{
    const struct tuning *t = r->tuning;
    text_printf(out, "price          %s\n",
                tuning_price_text(r, r->chosen->price, a));
    if (r->method != NULL)
        return;
    switch (t->certificate) {
    case CERTIFICATE_OPTIMAL:
        text_add(out, "certificate    optimal: no depths that meet the goals "
                      "are cheaper\n");
        break;
    case CERTIFICATE_LOCAL:
        text_printf(out,
                    "certificate    locally minimal: no FIFO alone can be a "
                    "step cheaper;\n"
                    "               lower bound of all depths that meet the "
                    "goals: %s\n",
                    tuning_price_text(r, t->bound_price, a));
        break;
    case CERTIFICATE_NONE:
        text_add(out, "certificate    none: interrupted; the goals are met, "
                      "but FIFOs may be deeper than they must be\n");
        break;
    }
}

void tuning_print_verdict(const struct tuning_report *r, struct arena *a,
                          struct text *out)
{
    if (r->chosen != NULL)
        print_certificate(r, a, out);
    switch (r->tuning->outcome) {
    case TUNE_DONE:
        break;
    case TUNE_STOPPED:
        if (!tuning_report_meets(r))
            text_add(out, "interrupted    before any depths were found that "
                          "meet the goals\n");
        break;
    case TUNE_UNREACHABLE:
        print_unreachable(r, a, out);
        break;
    case TUNE_LIMITED:
        print_limited(r, a, out);
        break;
    case TUNE_DEADLOCK:
        print_stuck(r, a, out);
        break;
    }
}
