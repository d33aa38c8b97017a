#include "traces/clock_domain.h"

#include "base/diag.h"

#include <inttypes.h>

static void note_interval(struct clock_domain *c, uint64_t interval)
{
    if (interval > c->longest) {
        c->longest = interval;
        c->longest_from = c->last_time;
    }
    /* Boyer and Moore, "MJRTY: a fast majority vote algorithm", 1981. */
    if (c->votes == 0)
        c->interval = interval;
    if (interval == c->interval)
        c->votes++;
    else
        c->votes--;
}

bool clock_domain_edge(struct clock_domain *c, uint64_t time, uint8_t reset)
{
    if (!c->is_counting) {
        if (reset != LEVEL_0) {
            c->edges_before++;
            return false;
        }
        c->is_counting = true;
        c->zero_time = time;
    } else {
        c->cycle++;
        note_interval(c, time - c->last_time);
    }
    c->last_time = time;
    c->hash = (c->hash ^ time) * UINT64_C(0x9e3779b97f4a7c15);
    if (reset == LEVEL_1 && !c->in_reset && c->resets++ == 0)
        c->reset_cycle = c->cycle;
    c->in_reset = reset == LEVEL_1;
    return reset == LEVEL_0;
}

bool clock_domain_same(const struct clock_domain *a,
                       const struct clock_domain *b)
{
    return a->is_counting == b->is_counting && a->cycle == b->cycle &&
           a->zero_time == b->zero_time && a->last_time == b->last_time &&
           a->hash == b->hash && a->resets == b->resets;
}

static uint64_t in_fs(uint64_t steps, uint64_t unit_fs)
{
    return unit_fs != 0 && steps > UINT64_MAX / unit_fs ? 0 : steps * unit_fs;
}

struct clock_seen clock_domain_seen(const struct clock_domain *c,
                                    const char *name, uint64_t unit_fs)
{
    return (struct clock_seen){
        .name = name,
        .cycles = c->is_counting ? c->cycle + 1 : 0,
        .period_fs = in_fs(c->interval, unit_fs),
        .zero_fs = in_fs(c->zero_time, unit_fs),
    };
}

void clock_domain_report(const struct clock_domain *c, const char *name,
                         const char *path, struct diag *d)
{
    const struct place where = { path, 0, 0 };
    if (!c->is_counting) {
        diag_warning(d, where, DIAG_TRACE_CLOCK,
                     c->edges_before > 0
                         ? "'%s' never leaves reset"
                         : "'%s' has no rising edge after its reset",
                     name);
        return;
    }
    if (c->interval > 0 && c->longest / 2 >= c->interval)
        diag_warning(d, where, DIAG_TRACE_CLOCK,
                     "'%s' has a gap: no rising edge from time %" PRIu64
                     " to %" PRIu64 ", the period is %" PRIu64
                     "; cycles are counted by edges",
                     name, c->longest_from, c->longest_from + c->longest,
                     c->interval);
    if (c->resets > 0)
        diag_warning(d, where, DIAG_TRACE_CLOCK,
                     "the reset of '%s' is active again in cycle %" PRIu64
                     "; handshakes in reset are not counted",
                     name, c->reset_cycle);
}
