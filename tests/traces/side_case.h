/* side_case -- sides of a comparison built by hand, and what tests of them
 * share. */
#ifndef HEADRACE_TESTS_TRACES_SIDE_CASE_H
#define HEADRACE_TESTS_TRACES_SIDE_CASE_H

#include <stdint.h>

#include "traces/side.h"

struct arena;

/* A side without streams, called "left" or the like. */
struct side *side_case_new(struct arena *a, enum side_kind kind,
                           const char *path);
/* A stream of `tokens` tokens: token i is written in write + i * step and
 * read `held` cycles later.  Returns its times, to be changed. */
struct side_case_times {
    uint64_t *writes, *reads;
};
struct side_case_times side_case_stream(struct arena *a, struct side *s,
                                        const char *name, uint64_t tokens,
                                        uint64_t write, uint64_t step,
                                        uint64_t held);
/* A process between two streams of a model. */
void side_case_process(struct arena *a, struct side *s, const char *name,
                       uint32_t input, uint32_t output);

/* model: source.out -> conv -> conv.out -> pool -> pool.out, with 8, 4 and 2
 * tokens a frame; conv writes a token 10 cycles after it read two, pool
 * likewise after 5.  Token i of the source comes in cycle `begin` + 2 i. */
struct side *side_case_chain(struct arena *a, enum side_kind kind,
                             const char *path, uint32_t frames, uint64_t begin);

#endif
