/* stream_errors -- token by token, how far two records of one stream are
 * apart.
 *
 * The error of a handshake is its cycle in B minus its cycle in A, without
 * the constant offset between the two.  A handshake that only one side has
 * counts as different if the other one was still watched then, else not at
 * all; nor do handshakes of frames behind those compared. */
#ifndef HEADRACE_TRACES_STREAM_ERRORS_H
#define HEADRACE_TRACES_STREAM_ERRORS_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/token_times.h"

struct arena;
struct side;

#define ERROR_NEVER UINT64_MAX /* no such handshake on this side */

enum { ERROR_DECILES = 11 }; /* first token, 10 %, ..., last token */

/* One handshake that differs. */
struct divergence {
    bool there; /* there is one at all */
    enum token_event event;
    uint64_t token;
    uint64_t cycle_a, cycle_b; /* each in its own cycles, or ERROR_NEVER */
    uint64_t time; /* in A's cycles, when the earlier side does it */
};

struct frame_errors {
    uint64_t compared, different;
    int64_t largest; /* by magnitude */
    int64_t last;    /* of the frame's last handshake that both have */
};

struct stream_errors {
    uint64_t compared;  /* handshakes that both have, or one lacks */
    uint64_t different; /* of them: beyond the tolerance, or missing */
    uint64_t missing_a, missing_b; /* of them: not there */
    uint64_t beyond; /* further ones, when the other side was not watched */
    int64_t largest;
    uint64_t sum;                   /* of the magnitudes of all errors */
    struct divergence write, read;  /* the first of each in time */
    uint32_t frame_count;           /* 0: frames are not known */
    struct frame_errors *frames;    /* frames of this stream, see copies */
    uint32_t drift_frame;           /* the one with the largest error */
    int64_t deciles[ERROR_DECILES]; /* errors at tokens along it; of its
                                       writes, or else of its reads */
    bool has_deciles;
};

struct errors_desc {
    const struct side *a, *b;
    uint32_t stream_a, stream_b;
    int64_t offset; /* B's cycles minus A's */
    uint64_t tolerance;
};

struct stream_errors stream_errors(struct arena *a,
                                   const struct errors_desc *desc);

/* The earlier of two; `a` if both are in one cycle. */
const struct divergence *divergence_first(const struct divergence *a,
                                          const struct divergence *b);

#endif
