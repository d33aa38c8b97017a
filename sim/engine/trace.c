#include "engine/trace.h"

#include <string.h>

#include "base/arena.h"

void trace_wait(struct trace *t, struct wait_event event)
{
    if (t == NULL)
        return;
    if (t->count == t->room) {
        size_t room = t->room == 0 ? 256 : 2 * t->room;
        struct wait_event *bigger =
            arena_new_array(t->arena, struct wait_event, room);
        if (t->count != 0)
            memcpy(bigger, t->events, t->count * sizeof *bigger);
        t->events = bigger;
        t->room = room;
    }
    /* Writes placed ahead of the front are entered before waits of the front
     * that end earlier: keep the order. */
    size_t at = t->count++;
    while (at > 0 && t->events[at - 1].cycle > event.cycle) {
        t->events[at] = t->events[at - 1];
        at--;
    }
    t->events[at] = event;
}

const struct wait_event *trace_last(const struct trace *t, int64_t cycle)
{
    size_t low = 0, high = t->count; /* events[low - 1] is early enough */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->events[middle].cycle <= cycle)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? NULL : &t->events[low - 1];
}
