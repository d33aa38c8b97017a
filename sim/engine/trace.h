/* trace -- what each process and edge waited for, and when: the raw material
 * of the critical chain.  Kept only when asked for. */
#ifndef HEADRACE_ENGINE_TRACE_H
#define HEADRACE_ENGINE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct channel;

enum wait_kind {
    WAIT_TOKEN,   /* a read waited for token `token` to be written */
    WAIT_ROOM,    /* a write waited for room for token `token` */
    WAIT_HELD,    /* a tick waited for token `token`, written before it, to be
                     read: in that cycle */
    WAIT_TURN,    /* an elastic write waited for that of the token before */
    WAIT_WRITTEN, /* an elastic step waited until token `token` had been
                     written: for a credit, or for the end of a frame */
    WAIT_OWN      /* a step waited for what the step in cycle `since` of the
                     same process had begun: noted only if others have
                     waited in between, which had nothing to do with it */
};

/* A wait that ended in `cycle`: the event then took place. */
struct wait_event {
    int64_t cycle;
    const struct channel *channel;
    uint64_t token; /* of that channel; WAIT_OWN: the cycle `since` */
    enum wait_kind kind;
    bool drains; /* of a patient step: writes went on meanwhile */
};

enum { TRACE_PARTS_MAX = 40 };

/* The waits of one process or edge in the order of their cycles.  They are
 * never moved: each part has room for twice as many as the one before. */
struct trace {
    struct arena *arena;
    size_t count;
    struct wait_event *parts[TRACE_PARTS_MAX];
};

void trace_wait(struct trace *t, struct wait_event event); /* t may be NULL */
/* How many waits ended in `cycle` or before: the last of them is number
 * trace_until - 1. */
size_t trace_until(const struct trace *t, int64_t cycle);
/* Wait number i, from 0. */
const struct wait_event *trace_at(const struct trace *t, size_t i);

#endif
