// numbers -- fixed-point formats and the conversion between them, written from
// the definitions of the rounding and overflow modes with wide integers. It is
// what the RTL is compared with, so it shares no formula with it.
#ifndef TESTS_HWGEN_RTL_NUMBERS_H
#define TESTS_HWGEN_RTL_NUMBERS_H

#include <cassert>

namespace rtl_test
{

using wide = __int128;

enum quant { TRN, TRN_ZERO, RND, RND_ZERO, RND_INF, RND_MIN_INF, RND_CONV };
enum overflow { WRAP, SAT, SAT_ZERO, SAT_SYM, WRAP_SM };

struct format {
    int width = 8;
    int frac = 0; // the value is raw * 2^-frac
    int is_signed = 1;
    int quant = TRN;
    int overflow = WRAP;
};

inline wide pow2(int n)
{
    assert(n >= 0 && n < 126);
    return wide(1) << n;
}

// Division towards minus infinity, and what is left: 0 <= rest < b.
inline wide floor_div(wide a, wide b)
{
    wide q = a / b;
    return q * b > a ? q - 1 : q;
}

inline wide wrap(wide v, int width, bool is_signed)
{
    wide m = v - floor_div(v, pow2(width)) * pow2(width);
    return is_signed && m >= pow2(width - 1) ? m - pow2(width) : m;
}

// raw * 2^-frac to the nearest number of steps of 2^-to_frac.
inline wide quantise(wide raw, int frac, int to_frac, int mode)
{
    if (frac <= to_frac)
        return raw * pow2(to_frac - frac);
    wide unit = pow2(frac - to_frac);
    wide low = floor_div(raw, unit);
    wide twice_rest = 2 * (raw - low * unit);
    wide high = low + 1;
    if (twice_rest == 0)
        return low;
    if (mode == TRN)
        return low;
    if (mode == TRN_ZERO)
        return raw < 0 ? high : low;
    if (twice_rest != unit)
        return twice_rest > unit ? high : low;
    switch (mode) { // a tie
    case RND:
        return high;
    case RND_ZERO:
        return raw < 0 ? high : low;
    case RND_INF:
        return raw < 0 ? low : high;
    case RND_MIN_INF:
        return low;
    default:
        return low % 2 == 0 ? low : high;
    }
}

inline wide limit(wide v, const format &f)
{
    wide most = pow2(f.width - f.is_signed) - 1;
    wide least = f.is_signed ? -most - 1 : 0;
    wide half = pow2(f.width - 1);
    switch (f.overflow) {
    case WRAP:
        return wrap(v, f.width, f.is_signed);
    case SAT:
        return v > most ? most : v < least ? least : v;
    case SAT_ZERO:
        return v > most || v < least ? 0 : v;
    case SAT_SYM:
        if (f.is_signed)
            least = -most;
        return v > most ? most : v < least ? least : v;
    default: // WRAP_SM: a triangle wave with a period of twice the range
        assert(f.is_signed);
        v = wrap(v, f.width + 1, true);
        if (v >= half)
            return 2 * half - 1 - v;
        if (v < -half)
            return -2 * half - 1 - v;
        return v;
    }
}

inline wide convert(wide raw, int frac, const format &to)
{
    return limit(quantise(raw, frac, to.frac, to.quant), to);
}

} // namespace rtl_test

#endif
