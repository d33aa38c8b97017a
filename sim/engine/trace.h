/* trace -- what each process and edge waited for, and when: the raw material
 * of the critical chain.  Kept only when asked for. */
#ifndef HEADRACE_ENGINE_TRACE_H
#define HEADRACE_ENGINE_TRACE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct channel;

enum wait_kind {
    WAIT_TOKEN, /* a read waited for token `token` to be written */
    WAIT_ROOM,  /* a write waited for room for token `token` */
    WAIT_CREDIT /* a step waited until token `token` had been written */
};

/* A wait that ended in `cycle`: the event then took place. */
struct wait_event {
    int64_t cycle;
    const struct channel *channel;
    uint64_t token; /* of that channel */
    enum wait_kind kind;
};

/* The waits of one process or edge in the order of their cycles. */
struct trace {
    struct arena *arena;
    struct wait_event *events;
    size_t count, room;
};

void trace_wait(struct trace *t, struct wait_event event); /* t may be NULL */
/* The last wait that ended in `cycle` or before; NULL: none. */
const struct wait_event *trace_last(const struct trace *t, int64_t cycle);

#endif
