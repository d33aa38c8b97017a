/* process_queue -- what one process has caused and not placed yet, and the
 * freezes that lie ahead of its front: two rings that grow.  Inside the engine.
 */
#ifndef HEADRACE_ENGINE_PROCESS_QUEUE_H
#define HEADRACE_ENGINE_PROCESS_QUEUE_H

#include <stdint.h>

#include "engine/process.h"

void pending_grow(struct arena *a, struct pending_queue *q);

static inline void pending_push(struct arena *a, struct pending_queue *q,
                                struct pending item)
{
    if (q->count == q->size)
        pending_grow(a, q);
    q->items[(q->head + q->count++) & (q->size - 1)] = item;
}

static inline struct pending *pending_head(const struct pending_queue *q)
{
    return &q->items[q->head];
}

/* One token per output of the head entry has been placed. */
static inline void pending_pop_token(struct pending_queue *q)
{
    struct pending *head = pending_head(q);
    if (--head->left != 0) {
        head->due += head->spacing;
    } else {
        q->head = (q->head + 1) & (q->size - 1);
        q->count--;
    }
}

#endif
