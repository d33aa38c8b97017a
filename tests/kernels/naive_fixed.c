#include "tests/kernels/naive_fixed.h"

#include <check.h>
#include <math.h>

long double naive_value(int32_t raw, struct format f)
{
    long double x = raw;
    if (!f.is_signed && raw < 0)
        x += 4294967296.0L;
    return ldexpl(x, -format_fraction(f));
}

/* x, a number of steps, to a whole number of them. */
static long double round_steps(long double x, enum fixed_quant quant)
{
    long double below = floorl(x);
    long double rest = x - below; /* 0 .. 1 */
    bool up;
    switch (quant) {
    case FIXED_TRN:
        up = false;
        break;
    case FIXED_TRN_ZERO:
        up = rest > 0 && x < 0;
        break;
    case FIXED_RND:
        up = rest >= 0.5L;
        break;
    case FIXED_RND_ZERO:
        up = rest > 0.5L || (rest == 0.5L && x < 0);
        break;
    case FIXED_RND_INF:
        up = rest > 0.5L || (rest == 0.5L && x > 0);
        break;
    case FIXED_RND_MIN_INF:
        up = rest > 0.5L;
        break;
    case FIXED_RND_CONV:
        up = rest > 0.5L || (rest == 0.5L && fmodl(below, 2) != 0);
        break;
    default:
        ck_abort_msg("no such rounding");
    }
    return up ? below + 1 : below;
}

static long double overflow_steps(long double steps, struct format f)
{
    long double range = ldexpl(1, f.width);
    long double min = f.is_signed ? -range / 2 : 0;
    long double max = f.is_signed ? range / 2 - 1 : range - 1;
    if (f.overflow == FIXED_SAT_SYM && f.is_signed)
        min = -max;
    if (steps >= min && steps <= max)
        return steps;
    switch (f.overflow) {
    case FIXED_WRAP:
        steps -= floorl(steps / range) * range;
        return f.is_signed && steps >= range / 2 ? steps - range : steps;
    case FIXED_SAT:
    case FIXED_SAT_SYM:
        return steps < min ? min : max;
    case FIXED_SAT_ZERO:
        return 0;
    default:
        ck_abort_msg("no such overflow mode");
    }
}

long double naive_convert(long double x, struct format f)
{
    long double steps = ldexpl(x, format_fraction(f));
    steps = overflow_steps(round_steps(steps, f.quant), f);
    return ldexpl(steps, -format_fraction(f));
}

int32_t naive_raw(long double x, struct format f)
{
    long double steps = ldexpl(x, format_fraction(f));
    ck_assert(steps == floorl(steps));
    return (int32_t)(int64_t)steps;
}

void naive_add(struct naive_sum *s, long double x)
{
    s->total = naive_convert(s->total + naive_convert(x, s->accumulator),
                             s->accumulator);
}
