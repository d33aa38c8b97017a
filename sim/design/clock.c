#include "design/clock.h"

#include <assert.h>

#include "base/bits.h"

enum { PPM = 1000000 };
#define FS_PER_SECOND UINT64_C(1000000000000000)

/* Times of up to 2^62 fs in parts per million of a period: more than 64 bits.
 */
__extension__ typedef unsigned __int128 wide;

struct clock clock_of_hz(uint64_t hz_numerator, uint64_t hz_denominator)
{
    assert(hz_numerator != 0 && hz_denominator != 0);
    const uint64_t common = bits_common_divisor(hz_numerator, hz_denominator);
    const uint64_t numerator = hz_numerator / common;
    const uint64_t with_second = bits_common_divisor(numerator, FS_PER_SECOND);
    const wide period =
        (wide)(FS_PER_SECOND / with_second) * (hz_denominator / common);
    assert(period <= UINT64_MAX);
    return (struct clock){ .numerator = (uint64_t)period,
                           .denominator = numerator / with_second };
}

static bool drifts(const struct clock *c)
{
    return c->drift_ppm != 0 && c->drift_cycles != 0;
}

bool clock_is_same(const struct clock *a, const struct clock *b)
{
    if (a->numerator != b->numerator || a->denominator != b->denominator)
        return false;
    if (!drifts(a) || !drifts(b))
        return !drifts(a) && !drifts(b);
    return a->drift_ppm == b->drift_ppm && a->drift_cycles == b->drift_cycles;
}

/* How far edge n is, in millionths of the period. */
static uint64_t millionths_at(const struct clock *c, uint64_t n)
{
    const uint64_t fast = PPM - c->drift_ppm, slow = PPM + c->drift_ppm;
    const uint64_t half = c->drift_cycles;
    const uint64_t i = n % (2 * half);
    const uint64_t turns = (n - i) * PPM;
    return turns + (i <= half ? i * fast : half * fast + (i - half) * slow);
}

/* The first edge that is so far or further. */
static uint64_t edge_at(const struct clock *c, uint64_t millionths)
{
    const uint64_t fast = PPM - c->drift_ppm, slow = PPM + c->drift_ppm;
    const uint64_t half = c->drift_cycles;
    const uint64_t turn = 2 * half * PPM;
    const uint64_t rest = millionths % turn;
    const uint64_t n = millionths / turn * 2 * half;
    if (rest <= half * fast)
        return n + (rest + fast - 1) / fast;
    return n + half + (rest - half * fast + slow - 1) / slow;
}

int64_t clock_edge(const struct clock *c, int64_t n)
{
    assert(n >= 0);
    const uint64_t edge = (uint64_t)n;
    if (!drifts(c)) {
        if (edge <= UINT32_MAX && c->numerator <= UINT32_MAX)
            return (int64_t)(edge * c->numerator / c->denominator);
        return (int64_t)((wide)edge * c->numerator / c->denominator);
    }
    assert(c->drift_ppm < PPM);
    const wide sum = (wide)millionths_at(c, edge) * c->numerator;
    return (int64_t)(sum / c->denominator / PPM);
}

int64_t clock_edge_from(const struct clock *c, int64_t time)
{
    if (time <= 0)
        return 0;
    /* A time is a whole number: the first edge that is there after rounding
     * down is the first that is there before. */
    const wide scaled = (wide)(uint64_t)time * c->denominator;
    if (!drifts(c)) {
        if (scaled <= UINT64_MAX - c->numerator)
            return (int64_t)(((uint64_t)scaled + c->numerator - 1) /
                             c->numerator);
        return (int64_t)((scaled + c->numerator - 1) / c->numerator);
    }
    assert(c->drift_ppm < PPM);
    const wide whole = scaled / c->numerator * PPM;
    const wide rest = scaled % c->numerator * PPM;
    return (int64_t)edge_at(c, (uint64_t)(whole + (rest + c->numerator - 1) /
                                                      c->numerator));
}

int64_t clock_edge_after(const struct clock *c, int64_t time)
{
    return time < 0 ? 0 : clock_edge_from(c, time + 1);
}
