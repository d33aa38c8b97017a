/* random_design -- seeded designs over all kernels of the headrace family:
 * shapes, strides, pads, folding, lanes, number formats, FIFO kinds and
 * depths, stalls at source and sink, frames. */
#ifndef HEADRACE_TESTS_EXACTNESS_RANDOM_DESIGN_H
#define HEADRACE_TESTS_EXACTNESS_RANDOM_DESIGN_H

#include <stdint.h>

struct arena;
struct design;
struct hardware;

enum { RANDOM_FRAMES_MAX = 4 };

struct random_design {
    uint64_t seed;
    struct design *design;
    const struct hardware *hardware; /* that it was lowered with */
    uint32_t frames;
    const int32_t *inputs; /* raw, frame by frame */
};

/* Always finds one; the arena's. */
struct random_design random_design_new(struct arena *a, uint64_t seed);

/* One line that tells what is in it; the arena's. */
const char *random_design_text(struct arena *a, const struct random_design *r);

#endif
