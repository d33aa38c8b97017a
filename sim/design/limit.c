#include "design/limit.h"

#include "base/fixed.h"

/* Of a limit. */
enum { LIMIT_BITS = 32 };

bool limit_is_exact(uint32_t limit, int fraction)
{
    if (fraction >= 0)
        return true;
    return fraction > -LIMIT_BITS &&
           (limit & ((UINT32_C(1) << -fraction) - 1)) == 0;
}

bool limit_is_reached(uint32_t limit, struct format f)
{
    int fraction = format_fraction(f);
    uint64_t max = (uint64_t)format_max(f);
    if (fraction >= FIXED_WIDTH_MAX)
        return false; /* all values are below 1 */
    if (fraction >= 0)
        return max >> fraction >= limit;
    /* One step is beyond every limit. */
    if (fraction <= -LIMIT_BITS)
        return max > 0;
    return max << -fraction >= limit;
}

bool limit_fits(uint32_t limit, struct format f)
{
    return limit_is_exact(limit, format_fraction(f)) ||
           !limit_is_reached(limit, f);
}
