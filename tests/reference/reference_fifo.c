#include "tests/reference/reference_fifo.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "engine/timing.h"

void cycle_list_append(struct cycle_list *l, uint64_t cycle)
{
    if (l->count == l->room) {
        /* Those that were taken make way before the list grows. */
        uint64_t live = l->count - l->first;
        uint64_t room = live * 2 < l->room ? l->room : l->room * 2 + 8;
        uint64_t *to = l->cycles;
        if (room != l->room)
            to = arena_new_array(l->arena, uint64_t, room);
        if (live != 0)
            memmove(to, l->cycles + l->first, live * sizeof *to);
        l->cycles = to;
        l->first = 0;
        l->count = live;
        l->room = room;
    }
    l->cycles[l->count++] = cycle;
}

void cycle_list_take(struct cycle_list *l)
{
    assert(!cycle_list_empty(l));
    l->first++;
}

void reference_fifo_start(struct reference_fifo *f, struct arena *a,
                          const struct timing_stream *s)
{
    assert(s->capacity >= 1 && s->write_latency >= 1 && s->read_latency >= 1);
    *f = (struct reference_fifo){
        .write_latency = s->write_latency,
        .read_latency = s->read_latency,
        .frame_tokens = s->frame_tokens == 0 ? 1 : s->frame_tokens,
        .tokens = { .arena = a },
        .places = { .arena = a },
        .writes = { .arena = a },
        .reads = { .arena = a },
    };
    assert(s->capacity % f->frame_tokens == 0);
    for (uint32_t i = s->initial; i < s->capacity; i++)
        cycle_list_append(&f->places, 0);
    for (uint32_t i = 0; i < s->initial; i++)
        cycle_list_append(&f->tokens, 0);
}

static void append_frame(const struct reference_fifo *f, struct cycle_list *l,
                         uint64_t cycle)
{
    for (uint64_t i = 0; i < f->frame_tokens; i++)
        cycle_list_append(l, cycle);
}

void reference_fifo_write(struct reference_fifo *f, uint64_t cycle)
{
    assert(reference_fifo_has_room(f, cycle));
    cycle_list_take(&f->places);
    cycle_list_append(&f->writes, cycle);
    if (f->writes.count % f->frame_tokens == 0)
        append_frame(f, &f->tokens, cycle + f->write_latency);
}

void reference_fifo_read(struct reference_fifo *f, uint64_t cycle)
{
    assert(reference_fifo_readable(f, cycle));
    cycle_list_take(&f->tokens);
    cycle_list_append(&f->reads, cycle);
    if (f->reads.count % f->frame_tokens == 0)
        append_frame(f, &f->places, cycle + f->read_latency);
}

void reference_fifo_sample(struct reference_fifo *f)
{
    if (reference_fifo_held(f) > f->peak)
        f->peak = (uint32_t)reference_fifo_held(f);
}
