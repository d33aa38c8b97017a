#include "engine/process_queue.h"

#include "base/arena.h"

void pending_grow(struct arena *a, struct pending_queue *q)
{
    uint32_t size = q->size == 0 ? 16 : 2 * q->size;
    struct pending *items = arena_new_array(a, struct pending, size);
    for (uint32_t i = 0; i < q->count; i++)
        items[i] = q->items[(q->head + i) & (q->size - 1)];
    q->items = items;
    q->size = size;
    q->head = 0;
}

void process_freeze_ahead(struct process_state *p, int64_t tick, int64_t cycles)
{
    struct freeze_queue *q = &p->ahead;
    if (q->count == q->size) {
        uint32_t size = q->size == 0 ? 16 : 2 * q->size;
        struct freeze *items = arena_new_array(p->arena, struct freeze, size);
        for (uint32_t i = 0; i < q->count; i++)
            items[i] = q->items[(q->head + i) & (q->size - 1)];
        q->items = items;
        q->size = size;
        q->head = 0;
    }
    q->items[(q->head + q->count++) & (q->size - 1)] =
        (struct freeze){ tick, cycles };
}

int64_t process_catch_up(struct process_state *p, int64_t frozen, int64_t tick)
{
    struct freeze_queue *q = &p->ahead;
    while (q->count != 0 && q->items[q->head].tick <= tick) {
        frozen += q->items[q->head].cycles;
        q->head = (q->head + 1) & (q->size - 1);
        q->count--;
    }
    return frozen;
}
