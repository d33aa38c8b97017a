/* roc -- how well a score tells two classes apart, over all thresholds.
 *
 * The receiver operating characteristic is the line of (frames of the other
 * class, frames of the class) whose score is at least a threshold, as the
 * threshold falls from above all scores.  The area under it is the share of
 * pairs, one frame of either class, in which the one of the class has the
 * higher score, equal scores counting half (Mann and Whitney).  It is counted
 * in halves of pairs, so it is exact. */
#ifndef HEADRACE_ENGINE_ROC_H
#define HEADRACE_ENGINE_ROC_H

#include <stdint.h>

struct arena;

struct roc_point {
    uint32_t others, hits; /* frames at or above the threshold */
};

struct roc {
    uint32_t positives, negatives; /* frames of the class, and others */
    /* Twice the pairs in the right order, a tie being one; of
     * 2 * positives * negatives. */
    uint64_t half_pairs;
    uint32_t count; /* of points: from (0, 0) to all, one a distinct score */
    const struct roc_point *points;
};

/* Of one score a frame; the frames of the class are those of that label.
 * Scores are finite.  The points are the arena's. */
struct roc roc_of_integers(struct arena *a, const int64_t *scores,
                           const int32_t *labels, int32_t label,
                           uint32_t frames);
struct roc roc_of_numbers(struct arena *a, const double *scores,
                          const int32_t *labels, int32_t label,
                          uint32_t frames);

/* The area, 0 to 1; 0.5 if a class has no frame. */
double roc_area(const struct roc *r);

#endif
