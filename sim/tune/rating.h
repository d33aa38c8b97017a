/* rating -- what given FIFO depths cost and how the design runs with them, to
 * hold the depths that others would choose against those of a search. */
#ifndef HEADRACE_TUNE_RATING_H
#define HEADRACE_TUNE_RATING_H

#include <stdint.h>

#include "tune/trial.h"

struct arena;
struct tuning;

struct rating {
    const char *name;       /* of who chose the depths: "finn", "ours" */
    const uint32_t *depths; /* by stream, as in struct stream */
    struct choice *choices; /* by stream; of those that are not looked for
                               (tune_looks_for) zeros */
    uint64_t bits, price;   /* of all FIFOs that are looked for */
    struct cost cost;
    const struct figures *figures; /* by scenario, goals apart */
};

/* In the scenarios and at the prices of a tuning, which may have failed.  The
 * depths are legal; those of streams that are not looked for do not count. */
struct rating *rating_of(struct arena *a, const struct tuning *t,
                         const char *name, const uint32_t *depths);

/* The depths that were found (TUNE_DONE, TUNE_STOPPED), by stream; all others
 * as the design has them. */
uint32_t *rating_tuned_depths(struct arena *a, const struct tuning *t);

#endif
