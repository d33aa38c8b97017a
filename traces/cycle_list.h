/* cycle_list -- cycles that come one after the other, as many as there are.
 *
 * What a list outgrows stays in the arena, so it takes at most twice the
 * memory of its cycles. */
#ifndef HEADRACE_TRACES_CYCLE_LIST_H
#define HEADRACE_TRACES_CYCLE_LIST_H

#include <stdint.h>

struct arena;

struct cycle_list {
    uint64_t count, room;
    uint64_t *cycles;
};

void cycle_list_grow(struct cycle_list *l, struct arena *a);

static inline void cycle_list_add(struct cycle_list *l, struct arena *a,
                                  uint64_t cycle)
{
    if (l->count == l->room)
        cycle_list_grow(l, a);
    l->cycles[l->count++] = cycle;
}

#endif
