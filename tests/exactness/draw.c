#include "tests/exactness/draw.h"

#include "base/arena.h"
#include "base/rng.h"

uint32_t draw_between(struct rng *r, uint32_t low, uint32_t high)
{
    return low + rng_below(r, high - low + 1);
}

bool draw_chance(struct rng *r, uint32_t percent)
{
    return rng_below(r, 100) < percent;
}

uint32_t draw_divisor(struct rng *r, uint32_t n)
{
    uint32_t d;
    do
        d = draw_between(r, 1, n);
    while (n % d != 0);
    return d;
}

struct format draw_format(struct rng *r, uint32_t width_max)
{
    struct format f = { 0 };
    f.is_signed = draw_chance(r, 60);
    f.width = (uint8_t)draw_between(r, 1, width_max);
    f.integer = (int16_t)((int)draw_between(r, 0, f.width + 3u) - 1);
    f.quant = (uint8_t)draw_between(r, FIXED_TRN, FIXED_RND_CONV);
    f.overflow =
        (uint8_t)draw_between(r, FIXED_WRAP,
                              f.is_signed ? FIXED_WRAP_SM : FIXED_SAT_SYM);
    return f;
}

struct format draw_weight_format(struct rng *r)
{
    if (draw_chance(r, 80))
        return draw_format(r, 9);
    struct format f = { .width = 2, .integer = 2, .is_signed = true };
    f.kind = draw_chance(r, 50) ? FIXED_KIND_BINARY : FIXED_KIND_TERNARY;
    return f;
}

static int32_t random_value(struct rng *r, struct format f)
{
    if (f.kind == FIXED_KIND_BINARY)
        return draw_chance(r, 50) ? 1 : -1;
    if (f.kind == FIXED_KIND_TERNARY)
        return (int32_t)draw_between(r, 0, 2) - 1;
    uint64_t range = (uint64_t)(format_max(f) - format_min(f)) + 1;
    /* Extremes are where arithmetic breaks. */
    if (draw_chance(r, 10))
        return (int32_t)(draw_chance(r, 50) ? format_min(f) : format_max(f));
    return (int32_t)(format_min(f) + (int64_t)(rng_next(r) % range));
}

const int32_t *draw_values(struct arena *a, struct rng *r, struct format f,
                           uint64_t count)
{
    int32_t *values = arena_new_array(a, int32_t, count);
    for (uint64_t i = 0; i < count; i++)
        values[i] = random_value(r, f);
    return values;
}
