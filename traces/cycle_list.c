#include "traces/cycle_list.h"

#include "base/arena.h"

#include <string.h>

enum { ROOM_FIRST = 16 };

void cycle_list_grow(struct cycle_list *l, struct arena *a)
{
    uint64_t room = l->room == 0 ? ROOM_FIRST : 2 * l->room;
    uint64_t *grown = arena_new_array(a, uint64_t, room);
    if (l->count > 0)
        memcpy(grown, l->cycles, l->count * sizeof *grown);
    l->cycles = grown;
    l->room = room;
}
