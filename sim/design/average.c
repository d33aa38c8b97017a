#include "design/average.h"

#include "base/bits.h"

#include <assert.h>

/* R has 16 bits behind its leading one.  2 * 2^(16 + k) + N fits into 64 bits
 * with room to spare. */
enum { RECIPROCAL_BITS = 16, COUNT_BITS_MAX = 40 };

struct average average_of(uint64_t count)
{
    assert(count >= 1 && count <= UINT64_C(1) << COUNT_BITS_MAX);
    uint32_t shift = RECIPROCAL_BITS + bits_log2_ceil(count);
    return (struct average){
        .reciprocal = (uint32_t)average_reciprocal(count, shift),
        .shift = shift,
    };
}

uint64_t average_reciprocal(uint64_t count, uint32_t shift)
{
    assert(count >= 1 && shift <= RECIPROCAL_BITS + COUNT_BITS_MAX);
    uint64_t one = UINT64_C(1) << shift;
    return (2 * one + count) / (2 * count);
}
