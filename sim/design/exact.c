#include "design/exact.h"

#include <stddef.h>

/* Larger than any magnitude that fits. */
static const uint64_t too_large = UINT64_C(1) << 63;

static uint64_t multiply(uint64_t a, uint64_t b)
{
    if (a != 0 && b > too_large / a)
        return too_large;
    return a * b;
}

static uint64_t add(uint64_t a, uint64_t b)
{
    return a > too_large - b ? too_large : a + b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

struct exact exact_of(struct format f)
{
    int64_t min = format_min(f);
    int64_t max = format_max(f);
    return (struct exact){
        .low = min < 0 ? (uint64_t)-min : 0,
        .high = max > 0 ? (uint64_t)max : 0,
        .fraction = format_fraction(f),
    };
}

struct exact exact_times(struct exact e, uint64_t factor)
{
    e.low = multiply(e.low, factor);
    e.high = multiply(e.high, factor);
    return e;
}

struct exact exact_multiply(struct exact a, struct exact b)
{
    /* Each bound is the larger of two corners. */
    return (struct exact){
        .low = larger(multiply(a.low, b.high), multiply(a.high, b.low)),
        .high = larger(multiply(a.low, b.low), multiply(a.high, b.high)),
        .fraction = a.fraction + b.fraction,
    };
}

/* The same numbers with a fraction that is at least as long. */
static struct exact align(struct exact e, int fraction)
{
    int shift = fraction - e.fraction;
    e = exact_times(e, shift < 63 ? UINT64_C(1) << shift : too_large);
    e.fraction = fraction;
    return e;
}

static int longer_fraction(struct exact a, struct exact b)
{
    return a.fraction > b.fraction ? a.fraction : b.fraction;
}

struct exact exact_add(struct exact a, struct exact b)
{
    int fraction = longer_fraction(a, b);
    a = align(a, fraction);
    b = align(b, fraction);
    return (struct exact){ add(a.low, b.low), add(a.high, b.high), fraction };
}

struct exact exact_subtract(struct exact a, struct exact b)
{
    struct exact minus_b = { b.high, b.low, b.fraction };
    return exact_add(a, minus_b);
}

struct exact exact_either(struct exact a, struct exact b)
{
    int fraction = longer_fraction(a, b);
    a = align(a, fraction);
    b = align(b, fraction);
    return (struct exact){ larger(a.low, b.low), larger(a.high, b.high),
                           fraction };
}

const char *exact_fault(struct exact e)
{
    const uint64_t end = UINT64_C(1) << (FIXED_WIDTH_MAX - 1);
    if (e.low > end || e.high >= end)
        return "needs more than 62 bits";
    if (e.fraction > EXACT_FRACTION_MAX)
        return "has more than 126 bits behind the point";
    if (e.fraction < -EXACT_FRACTION_MAX)
        return "ends more than 126 bits before the point";
    return NULL;
}
