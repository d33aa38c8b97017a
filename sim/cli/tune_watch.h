/* tune_watch -- a search as it is seen from the terminal: a bar with the stage
 * and the best price so far, and Ctrl-C, which takes the best so far. */
#ifndef HEADRACE_CLI_TUNE_WATCH_H
#define HEADRACE_CLI_TUNE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/progress.h"
#include "tune/tune.h"

struct tune_watch {
    struct tune_observer observer; /* to be given to the tuner */
    struct progress bar;
    bool bits;       /* prices are bits */
    char label[128]; /* of the bar */
};

/* From here to tune_watch_end the first interrupt is caught; once each. */
void tune_watch_start(struct tune_watch *w, const struct pricing *p);
/* A stage that tells no price; false: interrupted. */
bool tune_watch_step(struct tune_watch *w, const char *stage, uint64_t done,
                     uint64_t total);
void tune_watch_end(struct tune_watch *w);

/* For the proof in RTL (depth_proof.h); the context is a struct progress. */
void tune_watch_proof(void *context, const char *what, uint64_t done,
                      uint64_t total);

#endif
