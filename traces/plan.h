/* plan -- what is to be seen in a waveform: which signals make the handshakes
 * of which stream, and by which clock they are sampled.
 *
 * Made by handshake.h (by names) and mapping.h (by the user), carried out by
 * sampler.h. */
#ifndef HEADRACE_TRACES_PLAN_H
#define HEADRACE_TRACES_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "traces/recording.h"

struct arena;
struct waveform;

/* One bit of a signal. */
struct net_bit {
    uint32_t signal;     /* index in the waveform */
    uint32_t from_right; /* 0: its last, lowest bit */
    bool inverted;       /* counts as 1 when it is 0 */
};

/* Holds when all bits are 1. */
enum { CONDITION_BITS_MAX = 8 };
struct condition {
    uint32_t count;
    struct net_bit bits[CONDITION_BITS_MAX];
};

struct clock_plan {
    struct net_bit clock; /* rising edges; inverted: falling ones */
    bool has_reset;
    struct net_bit reset; /* 1: in reset */
};

struct stream_plan {
    const char *name; /* unique in the plan after plan_finish */
    const char *path; /* with its scopes, for streams of the same name */
    enum stream_kind kind;
    bool is_point;                /* no FIFO: a write is the read as well */
    struct condition write, read; /* count 0: not watched */
    uint32_t write_clock, read_clock;
};

struct process_plan {
    const char *name, *path;                    /* as of streams */
    struct condition start, ready, done, go_on; /* go_on.count 0: always */
    uint32_t clock;
};

struct plan {
    struct arena *arena;
    const struct waveform *waveform;
    uint32_t stream_count;
    struct stream_plan *streams;
    uint32_t process_count;
    struct process_plan *processes;
    uint32_t clock_count;
    struct clock_plan *clocks;
};

struct plan *plan_new(struct arena *a, const struct waveform *w);
void plan_add_stream(struct plan *p, const struct stream_plan *s);
void plan_add_process(struct plan *p, const struct process_plan *s);
/* The clock's index, the same for the same nets. */
uint32_t plan_add_clock(struct plan *p, const struct clock_plan *c);

/* The clock of a scope, the first `scope_length` bytes of `path`: by its name
 * in the scope or the nearest one around it, with the reset beside it.
 * NO_CLOCK: there is none. */
uint32_t plan_clock_of_scope(struct plan *p, const char *path,
                             size_t scope_length);
/* The reset in a scope, by its name; false: none. */
bool plan_reset_of_scope(const struct plan *p, const char *path,
                         size_t scope_length, struct net_bit *reset);
/* True if the name of a reset is one that says it is active low. */
bool plan_reset_is_low(const char *leaf);

/* Gives streams and processes that share a name their paths, and drops points
 * that are a side of another stream. */
void plan_finish(struct plan *p);

bool net_bit_same(const struct waveform *w, struct net_bit a, struct net_bit b);

#endif
