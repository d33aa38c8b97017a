/* handmade_tuning -- a tuning written down by hand, of a design with two
 * streams in two scenarios, to see what reports make of it. */
#ifndef HEADRACE_TESTS_HANDMADE_TUNING_H
#define HEADRACE_TESTS_HANDMADE_TUNING_H

#include "cost/capacity.h"
#include "design/design.h"
#include "report/tuning.h"

struct arena;

struct handmade {
    struct process process;
    struct stream streams[2];
    struct design design; /* a schedule's: no cost of processes */
    struct scenario scenarios[2];
    struct reference references[2];
    struct goals goals[2];
    struct figures figures[2];
    struct tuned_fifo fifos[2];
    struct tuning tuning;
    struct tune_options asked;
    struct choice choices[2];
    uint32_t depths[2];
    struct rating rating;
    const struct rating *ratings[1];
    struct device device;
    struct tuning_report report;
};

/* Done, locally minimal, priced in bits: "a.out" 5 tokens deep misses the
 * interval of the second scenario at 4, "b.out" has the least depth. */
struct handmade *handmade_new(struct arena *a);

#endif
