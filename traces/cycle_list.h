/* cycle_list -- cycles that come one after the other, as many as there are.
 *
 * What a list outgrows stays in the arena, so it takes at most twice the
 * memory of its cycles. */
#ifndef HEADRACE_TRACES_CYCLE_LIST_H
#define HEADRACE_TRACES_CYCLE_LIST_H

#include <stdint.h>

#include "base/arena.h"

struct cycle_list {
    uint64_t count;
    uint64_t *cycles;
};

static inline void cycle_list_add(struct cycle_list *l, struct arena *a,
                                  uint64_t cycle)
{
    /* Where arena_grow would do something. */
    if ((l->count & (l->count - 1)) == 0)
        l->cycles = arena_grow(a, l->cycles, l->count, sizeof *l->cycles);
    l->cycles[l->count++] = cycle;
}

#endif
