/* rng -- splitmix64: the one generator of seeded numbers.
 *
 * Small, fast, the same on every machine.  Source: Steele, Lea, Flood,
 * "Fast splittable pseudorandom number generators", OOPSLA 2014. */
#ifndef HEADRACE_BASE_RNG_H
#define HEADRACE_BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state;
};

static inline uint64_t rng_next(struct rng *r)
{
    uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Uniform in 0 .. bound - 1; bound at least 1.  The bias is below
 * bound / 2^32 for the small bounds that tests and stimuli use. */
static inline uint32_t rng_below(struct rng *r, uint32_t bound)
{
    return (uint32_t)(((rng_next(r) >> 32) * bound) >> 32);
}

#endif
