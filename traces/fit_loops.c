#include "traces/fit_loops.h"

#include <string.h>

#include "base/arena.h"

struct repeat {
    size_t period, times;
};

/* The best loop that begins at the first symbol. */
static struct repeat best_repeat(const uint8_t *s, size_t count)
{
    struct repeat best = { 1, 1 };
    size_t saved = 0;
    for (size_t period = 1; 2 * period <= count; period++) {
        /* No longer period can save more than what is left of it. */
        if (count - period <= saved)
            break;
        if (s[0] != s[period] || s[period - 1] != s[2 * period - 1] ||
            memcmp(s, s + period, period) != 0)
            continue;
        size_t times = 2;
        while ((times + 1) * period <= count &&
               memcmp(s, s + times * period, period) == 0)
            times++;
        if ((times - 1) * period > saved) {
            saved = (times - 1) * period;
            best = (struct repeat){ period, times };
        }
    }
    return best;
}

const struct fit_loop *fit_loops_find(struct arena *a, const uint8_t *symbols,
                                      size_t count, uint32_t depth)
{
    const struct fit_loop *first = NULL;
    const struct fit_loop **link = &first;
    for (size_t at = 0; at < count;) {
        struct repeat r = best_repeat(symbols + at, count - at);
        if (depth == 0 && r.period > 1) {
            r.period = r.times = 1;
            while (at + r.times < count && symbols[at + r.times] == symbols[at])
                r.times++;
        }
        struct fit_loop *l = arena_new_item(a, struct fit_loop);
        l->times = r.times;
        l->symbol = symbols[at];
        if (r.period > 1)
            l->steps = fit_loops_find(a, symbols + at, r.period, depth - 1);
        *link = l;
        link = &l->next;
        at += r.period * r.times;
    }
    return first;
}

size_t fit_loops_count(const struct fit_loop *l)
{
    size_t count = 0;
    for (; l != NULL; l = l->next)
        count += 1 + fit_loops_count(l->steps);
    return count;
}
