/* bits -- the few operations on whole numbers that C11 lacks. */
#ifndef HEADRACE_BASE_BITS_H
#define HEADRACE_BASE_BITS_H

#include <stdint.h>

/* Index of the lowest set bit; mask must not be 0. */
static inline uint32_t bits_lowest(uint32_t mask)
{
    return (uint32_t)__builtin_ctz(mask);
}

static inline uint32_t bits_lowest_of_64(uint64_t mask)
{
    return (uint32_t)__builtin_ctzll(mask);
}

/* The smallest n with 2^n >= x; 0 for x = 0 and 1. */
static inline uint32_t bits_log2_ceil(uint64_t x)
{
    uint32_t n = 0;
    while (n < 64 && (UINT64_C(1) << n) < x)
        n++;
    return n;
}

/* |x|, also of the smallest one. */
static inline uint64_t bits_magnitude(int64_t x)
{
    return x < 0 ? -(uint64_t)x : (uint64_t)x;
}

/* The greatest common divisor; the other one if one is 0. */
static inline uint64_t bits_common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

#endif
