#include "report/trust_table.h"

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "design/trust.h"
#include "engine/analysis.h"
#include "report/table.h"

#include <inttypes.h>
#include <string.h>

static const struct trust *trust_at(const struct analysis *x, uint32_t process)
{
    return &x->design->processes[process].trust;
}

static uint64_t bound_at(const struct analysis *x, uint32_t process)
{
    return trust_bound(trust_at(x, process), x->ticks_per_frame[process]);
}

const char *trust_short(const struct analysis *x, uint32_t process,
                        struct arena *a)
{
    const enum trust_level level = trust_at(x, process)->level;
    if (level != TRUST_CALIBRATED)
        return trust_level_name(level);
    return arena_printf(a, "%s +-%" PRIu64, trust_level_name(level),
                        bound_at(x, process));
}

static bool is_alike(const struct analysis *x, uint32_t p, uint32_t q)
{
    const struct trust *a = trust_at(x, p);
    const struct trust *b = trust_at(x, q);
    return a->level == b->level && bound_at(x, p) == bound_at(x, q) &&
           (a->reason == b->reason || (a->reason != NULL && b->reason != NULL &&
                                       strcmp(a->reason, b->reason) == 0));
}

static bool is_first_of_kind(const struct analysis *x, uint32_t process)
{
    for (uint32_t i = 0; i < process; i++)
        if (is_alike(x, i, process))
            return false;
    return true;
}

/* Processes like this one; the first few of many. */
static const char *processes_like(const struct analysis *x, uint32_t process,
                                  struct arena *a)
{
    enum { NAMES_SHOWN = 3 }; /* so that the reason behind stays in sight */
    struct text *names = text_new(a);
    uint32_t count = 0;
    for (uint32_t i = process; i < x->design->process_count; i++)
        if (is_alike(x, i, process) && count++ < NAMES_SHOWN)
            text_printf(names, "%s%s", count == 1 ? "" : ", ",
                        x->design->processes[i].name);
    if (count > NAMES_SHOWN)
        text_printf(names, " and %" PRIu32 " more", count - NAMES_SHOWN);
    return text_string(names);
}

static void print_total(const struct analysis *x, struct text *out)
{
    const struct trust_total total =
        trust_of_design(x->design, x->ticks_per_frame);
    text_printf(out, "trust          %s", trust_level_name(total.level));
    if (total.level == TRUST_EXTRAPOLATED)
        text_printf(out, ": no bound, because of '%s'\n",
                    x->design->processes[total.process].name);
    else if (x->isolated_latency == 0)
        text_printf(out, ": within %" PRIu64 " cycles\n", total.bound_cycles);
    else
        text_printf(out, ": latency within %" PRIu64 " cycles (%.1f %%)\n",
                    total.bound_cycles,
                    100.0 * (double)total.bound_cycles /
                        (double)x->isolated_latency);
}

void trust_table_print(const struct analysis *x, struct arena *a,
                       struct text *out)
{
    const struct design *d = x->design;
    if (trust_of_design(d, x->ticks_per_frame).level == TRUST_EXACT)
        return;
    print_total(x, out);
    struct table *t = table_new(a, "<trust|<processes|<because");
    for (uint32_t i = 0; i < d->process_count; i++) {
        if (!is_first_of_kind(x, i))
            continue;
        const char *reason = trust_at(x, i)->reason;
        table_row(t);
        table_cell(t, "%s", trust_short(x, i, a));
        table_cell(t, "%s", processes_like(x, i, a));
        table_cell(t, "%s", reason != NULL ? reason : "");
    }
    text_add(out, "\n");
    table_print(t, out);
}
