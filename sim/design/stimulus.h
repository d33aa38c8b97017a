/* stimulus -- when a source offers its tokens and a sink takes them.
 *
 * A stimulus is counted per token, so that it never depends on when earlier
 * tokens got through: before token k there are idle(k) cycles.
 *   source: token k is offered from cycle  a(k-1) + 1 + idle(k)  on, and is
 *           accepted in the first cycle from then on with room;
 *   sink:   token k is taken in the first cycle from  a(k-1) + 1 + idle(k)
 *           on in which it is readable;
 * where a(k-1) is the cycle of the handshake before, and a(-1) = -1.  With a
 * grid, the source begins to offer, and the sink takes, only in cycles c
 * with c % grid == phase.  All zeros: always ready.
 *
 * This is what is done to the hardware from outside; the engine, the
 * reference simulator and the RTL testbench all use this one definition. */
#ifndef HEADRACE_DESIGN_STIMULUS_H
#define HEADRACE_DESIGN_STIMULUS_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

struct stimulus {
    uint32_t gap;       /* idle cycles before every token but the first */
    bool joined;        /* no such gap before the first token of a frame */
    uint32_t burst;     /* tokens in a burst; 0: no bursts */
    uint32_t pause;     /* further idle cycles before each next burst */
    uint32_t frame_gap; /* further idle cycles before each frame but the
                           first */
    uint32_t random;    /* percent of cycles idle at random, 0 .. 95 */
    uint64_t seed;      /* of the random idle cycles */
    uint32_t grid;      /* 0 or 1: every cycle */
    uint32_t phase;     /* below grid */
    /* Of a recorded run: by cycle, whether things may begin then, as on a
     * grid; from pattern_cycles on they always may.  NULL: no pattern. */
    const bool *pattern;
    uint64_t pattern_cycles;
    uint32_t frame_period; /* cycles from the first token of a frame to that of
                              the next, at least; 0: whatever */
};

/* True if the idle cycles do not depend on chance, so that an interval can
 * be certified. */
bool stimulus_is_periodic(const struct stimulus *s);
bool stimulus_is_always(const struct stimulus *s);

/* Walks through the tokens of a stream. */
struct stimulus_cursor {
    const struct stimulus *stimulus;
    struct rng rng;
    uint64_t tokens_per_frame;
    uint64_t in_frame; /* token within the frame that comes next */
    uint64_t in_burst;
    bool started;
};
void stimulus_start(struct stimulus_cursor *c, const struct stimulus *s,
                    uint64_t tokens_per_frame);
/* idle(k) for the next k. */
uint32_t stimulus_next(struct stimulus_cursor *c);
/* The first cycle from `cycle` on that is on the grid, and in the pattern. */
static inline uint64_t stimulus_on_grid(const struct stimulus *s,
                                        uint64_t cycle)
{
    if (s->pattern != NULL) {
        assert(s->grid <= 1);
        while (cycle < s->pattern_cycles && !s->pattern[cycle])
            cycle++;
        return cycle;
    }
    if (s->grid <= 1)
        return cycle;
    uint64_t over = (cycle + s->grid - s->phase) % s->grid;
    return over == 0 ? cycle : cycle + s->grid - over;
}

#endif
