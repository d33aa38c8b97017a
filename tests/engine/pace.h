/* pace -- chains of processes that take one token every so many ticks: small
 * timings whose behaviour can be told by hand. */
#ifndef HEADRACE_TESTS_ENGINE_PACE_H
#define HEADRACE_TESTS_ENGINE_PACE_H

#include "engine/timing.h"

struct arena;

enum { PACE_PROCESSES_MAX = 6 };

/* source -> p0 -> p1 ... -> sink, all streams of `tokens` a frame, one cycle
 * of latency each way and room for `capacity`; process i reads and writes one
 * token every paces[i] ticks, the write 1 tick after the read. */
struct timing *pace_chain(struct arena *a, uint64_t tokens, uint32_t capacity,
                          uint32_t count, const uint32_t *paces);

/* A fork whose branches meet again: `first` sends each token to both, the
 * long branch holds back its output for `lag` tokens, the short one is a
 * FIFO of the given capacity.  It needs a capacity above `lag`. */
struct timing *pace_fork_join(struct arena *a, uint64_t tokens, uint32_t lag,
                              uint32_t bypass_capacity);

#endif
