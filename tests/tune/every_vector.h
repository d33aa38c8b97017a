/* every_vector -- trials as a tuner has them, and all vectors of choices below
 * a price held against their goals. */
#ifndef HEADRACE_TESTS_TUNE_EVERY_VECTOR_H
#define HEADRACE_TESTS_TUNE_EVERY_VECTOR_H

#include "tune/trial.h"
#include "tune/tune.h"

enum { EVERY_FRAMES = 32 }; /* of a run: as many as the tuner's last ones */

/* Goals are what unlimited FIFOs reach; NULL as scenarios: source and sink as
 * the design says.  Choices go from the least depth to `most` at most, or to
 * all tokens of two frames (0), and limits narrow them down. */
struct trials *every_trials(struct arena *a, const struct design *d,
                            const struct tune_options *o, uint32_t most);

/* The price of a vector. */
uint64_t every_price(const struct trials *t, const uint32_t *choices);

struct every_vector {
    struct trials *trials;
    uint64_t below;     /* only vectors that cost less */
    uint64_t tried_max; /* gives up when there are more */
    /* Told each vector that meets the goals; may be NULL. */
    void (*met)(void *context, const uint32_t *choices, uint64_t price);
    void *context;
    /* Out. */
    uint64_t tried, met_count;
    uint64_t cheapest; /* of those that meet the goals; none: `below` */
};

/* False: there are too many, and none was run. */
bool every_vector_run(struct every_vector *e);

#endif
