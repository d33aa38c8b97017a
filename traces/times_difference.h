/* times_difference -- where two records of the same stream part. */
#ifndef HEADRACE_TRACES_TIMES_DIFFERENCE_H
#define HEADRACE_TRACES_TIMES_DIFFERENCE_H

#include "traces/token_times.h"

/* What separates record b from record a.  Handshakes that only b has, behind
 * the last one of a, are counted but are no difference: hardware that is
 * watched longer than it was predicted may go on. */
struct times_difference {
    uint64_t compared;  /* handshakes of a */
    uint64_t different; /* of them: other cycle in b, or not there */
    uint64_t missing;   /* of them: not there */
    uint64_t further;   /* only in b */
    /* The first one that differs, in time (by a's cycles); valid if
     * different > 0. */
    enum token_event event;
    uint64_t token;
    uint64_t cycle_a;
    uint64_t cycle_b; /* UINT64_MAX: not there */
    int64_t largest;  /* largest cycle_b - cycle_a by magnitude */
};

void times_compare(const struct token_times *a, const struct token_times *b,
                   struct times_difference *out);

#endif
