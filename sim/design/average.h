/* average -- the mean of a window by one multiplication (docs/hardware.md,
 * Numbers): with N values, k = ceil(log2 N) and
 *   R = floor(2^(16+k) / N + 1/2),
 * the mean is sum * R, of a fraction 16 + k bits longer than that of the
 * values.  The model and the RTL both take R and k from here. */
#ifndef HEADRACE_DESIGN_AVERAGE_H
#define HEADRACE_DESIGN_AVERAGE_H

#include <stdint.h>

struct average {
    uint32_t reciprocal; /* R, 2^16 .. 2^17 */
    uint32_t shift;      /* 16 + k: fraction bits that R has */
};

/* Of `count` values, 1 to 2^40. */
struct average average_of(uint64_t count);

/* R of only `count` values of a window that has average.shift `shift`, for the
 * same fraction: floor(2^shift / count + 1/2). */
uint64_t average_reciprocal(uint64_t count, uint32_t shift);

#endif
