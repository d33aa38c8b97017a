/* reference -- what a design does if no FIFO is ever full, and what no FIFO
 * can change. */
#ifndef HEADRACE_TUNE_REFERENCE_H
#define HEADRACE_TUNE_REFERENCE_H

#include "tune/trial.h"

struct arena;
struct design;
struct run;
struct timing;

enum { REFERENCE_EDGE = UINT32_MAX };

struct reference {
    uint32_t frames;           /* that were run */
    uint32_t latency_frames;   /* of these, whose latency back to back counts */
    const uint64_t *frame_end; /* cycle in which each of them was out */
    struct figures figures;    /* verdict MET, or DEADLOCK: tokens are missing
                                  that nobody will ever write */
    uint64_t bound_cycles;     /* for `bound_frames` frames: no interval can be
                                  shorter, whatever the depths ... */
    uint32_t bound_frames;
    uint32_t pacing; /* ... because this process takes so long for them alone;
                        REFERENCE_EDGE: the source or the sink does */
};

/* Of a timing of the design, whose own depths do not matter.  `keep` keeps the
 * frames' ends. */
struct reference reference_find(struct arena *keep, const struct design *d,
                                const struct timing *t);

/* The last frame of a run that counts: the last ones of a region are not
 * followed by others, which would have held back what they leave inside. */
uint32_t reference_last_frame(uint32_t frames, const struct timing *t);

/* The interval of a region whose state was not seen to recur, of at least two
 * frames: with stalls the longest of any so many frames as these take to come
 * round. */
void reference_measure_region(const struct run *r, const struct timing *t,
                              struct figures *f);

/* Cycles per frame of the bound, rounded up. */
uint64_t reference_bound(const struct reference *r);

#endif
