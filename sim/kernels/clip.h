/* clip -- what a ReLU does with an exact number: cuts it to 0 .. M
 * (docs/hardware.md, Numbers). */
#ifndef HEADRACE_KERNELS_CLIP_H
#define HEADRACE_KERNELS_CLIP_H

#include <stdint.h>

/* The limit M of a ReLU (0: none) as a raw value of the given fraction, bits
 * that it does not have cut off; INT64_MAX if no number below 2^62 reaches
 * it. */
static inline int64_t clip_limit(uint32_t relu_max, int fraction)
{
    const int64_t reach = INT64_C(1) << 62;
    if (relu_max == 0)
        return INT64_MAX;
    if (fraction < 0)
        return fraction > -32 ? (int64_t)(relu_max >> -fraction) : 0;
    if (fraction >= 62 || (int64_t)relu_max > reach >> fraction)
        return INT64_MAX;
    return (int64_t)relu_max << fraction;
}

static inline int64_t clip_relu(int64_t x, int64_t limit)
{
    if (x < 0)
        return 0;
    return x > limit ? limit : x;
}

/* M is relu_max; 0: none.  Not a number gives 0. */
static inline double clip_relu_float(double x, uint32_t relu_max)
{
    if (!(x > 0))
        return 0;
    return relu_max != 0 && x > relu_max ? relu_max : x;
}

#endif
