#include "engine/trace.h"

#include <assert.h>

#include "base/arena.h"
#include "base/bits.h"

enum { FIRST = 256 }; /* events in the first part */

/* Part p holds the events FIRST * (2^p - 1) and up. */
static uint32_t part_of(size_t i)
{
    uint32_t part = bits_log2_ceil(i / FIRST + 2) - 1;
    assert(part < TRACE_PARTS_MAX);
    return part;
}

static struct wait_event *slot(const struct trace *t, size_t i)
{
    uint32_t part = part_of(i);
    return &t->parts[part][i - FIRST * (((size_t)1 << part) - 1)];
}

static void make_room(struct trace *t)
{
    uint32_t part = part_of(t->count);
    if (t->parts[part] == NULL)
        t->parts[part] =
            arena_new_array(t->arena, struct wait_event, (size_t)FIRST << part);
}

void trace_wait(struct trace *t, struct wait_event event)
{
    if (t == NULL)
        return;
    make_room(t);
    /* Writes placed ahead of the front are entered before waits of the front
     * that end earlier: keep the order. */
    size_t at = t->count++;
    while (at > 0 && slot(t, at - 1)->cycle > event.cycle) {
        *slot(t, at) = *slot(t, at - 1);
        at--;
    }
    *slot(t, at) = event;
}

size_t trace_until(const struct trace *t, int64_t cycle)
{
    size_t low = 0, high = t->count; /* event low - 1 is early enough */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slot(t, middle)->cycle <= cycle)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct wait_event *trace_at(const struct trace *t, size_t i)
{
    assert(i < t->count);
    return slot(t, i);
}
