/* prediction -- what the model says of a run of a measured design. */
#ifndef HEADRACE_TESTS_ACCURACY_PREDICTION_H
#define HEADRACE_TESTS_ACCURACY_PREDICTION_H

#include <stdint.h>

#include "engine/run.h"
#include "traces/token_times.h"

struct arena;
struct measured_design;

struct prediction {
    const char *run;
    uint32_t frames;
    uint64_t *start, *ready, *done; /* cycles as in the data */
    uint32_t stream_count;          /* of data */
    const char *const *names;
    const struct run_stream *streams; /* cycles are one less */
};

/* Row `row` of the design's runs. */
struct prediction *predict(struct arena *a, const struct measured_design *m,
                           uint32_t row);

/* How far the predicted frames, tokens and fills are from the measured ones. */
struct deviation {
    uint64_t events, events_off; /* handshakes */
    const char *first_stream;    /* where the earliest is that is off */
    char first_side;             /* 'w' or 'r' */
    uint64_t first_token, first_measured, first_predicted;
    uint64_t frames, frames_off; /* with another latency or interval */
    int64_t latency_off;         /* largest, of frames */
    int64_t interval_off;
    uint64_t latency; /* measured, of the same frame */
    uint64_t interval;
    uint64_t peaks, peaks_off; /* FIFOs; off by more than one */
};

struct deviation *deviate(struct arena *a, const struct measured_design *m,
                          const struct prediction *p);

#endif
