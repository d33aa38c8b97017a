#include "import/graph/requantising.h"

#include "base/arena.h"

#include <math.h>

static double rounded(double x, uint8_t rounding)
{
    return rounding == GRAPH_ROUND_FLOOR  ? floor(x)
           : rounding == GRAPH_ROUND_ZERO ? trunc(x)
           : rounding == GRAPH_ROUND_CEIL ? ceil(x)
                                          : rint(x);
}

/* A range of integers as a format. */
struct range_format {
    uint32_t bits;
    bool is_signed, narrow;
};

/* False: it is none. */
static bool find_format(double low, double high, struct range_format *out)
{
    for (uint32_t bits = 1; bits <= 32; bits++) {
        double half = ldexp(1, (int)bits - 1);
        struct range_format f = { bits, low < 0, low < 0 && low == 1 - half };
        if ((low == 0 && high == 2 * half - 1 && bits < 32) ||
            (low < 0 && high == half - 1 && (low == -half || f.narrow))) {
            *out = f;
            return true;
        }
    }
    return false;
}

bool requantise_to(struct requantising *r, const struct graph_node *n,
                   const struct held *h, const struct target *t,
                   struct held *out)
{
    struct arena *a = r->g->arena;
    double low = t->low - t->zero, high = t->high - t->zero;
    double least = low, most = high;
    /* What is cut towards 0 is the integer, zero point included.  Behind a
     * clip of signed integers it is cut towards value 0, a step off at most:
     * hardware has no clip whose lower end is not 0. */
    uint8_t rounding = t->rounding;
    bool is_cut = rounding == GRAPH_ROUND_ZERO && t->zero != 0;
    bool is_turned = is_cut && t->low < 0 && !h->is_clipped;
    if (is_cut && t->low >= 0)
        rounding = GRAPH_ROUND_FLOOR;
    if (h->is_clipped) {
        /* A clip may lie outside: then one value is left. */
        least = rounded(h->clip_low / t->scale, rounding);
        least = fmin(fmax(low, least), high);
        most = rounded(h->clip_high / t->scale, rounding);
        most = fmin(fmax(low, most), high);
    }
    struct range_format f = { 0 };
    double zero = 0; /* of what is kept */
    bool limited = false;
    if (is_turned && find_format(t->low, t->high, &f)) {
        zero = t->zero;
    } else if (!find_format(least, most, &f)) {
        if (least == low && most == high && find_format(t->low, t->high, &f)) {
            zero = t->zero;
        } else if (most - least <= 1 << 20) {
            /* Counted from the least, and cut above. */
            zero = -least;
            limited = !find_format(0, most - least, &f) && most > least;
            if (limited || most == least)
                find_format(0, ldexp(1, ilogb(most - least + 1) + 1) - 1, &f);
        } else {
            return false;
        }
    }
    /* Already what it is to be. */
    double *offset = arena_new_array(a, double, h->count);
    double *scale = arena_new_array(a, double, h->count);
    bool is_same = true;
    for (uint32_t i = 0; i < h->count; i++) {
        scale[i] = h->scale[i] / t->scale;
        offset[i] = h->offset[i] / t->scale + zero;
        /* Of a clip that leaves one value. */
        if (least == most)
            scale[i] = offset[i] = 0;
        /* Products and quotients of what was written as one number. */
        if (fabs(scale[i] - 1) < 1e-12)
            scale[i] = 1;
        if (fabs(offset[i] - rint(offset[i])) < 1e-9)
            offset[i] = rint(offset[i]);
        is_same = is_same && scale[i] == 1 && offset[i] == 0;
    }
    struct graph_value *x = h->tensor;
    double *unit = arena_new_array(a, double, 2);
    unit[0] = t->scale;
    unit[1] = zero == 0 ? 0 : -zero * t->scale;
    *out = (struct held){ .tensor = x,
                          .count = 1,
                          .scale = &unit[0],
                          .offset = &unit[1],
                          .is_whole = true,
                          .low = least + zero,
                          .high = most + zero };
    if (is_same && h->is_whole && h->step >= 0 && h->low >= out->low &&
        h->high <= out->high)
        return true;
    if (!is_same)
        x = requantise_affine(r, n, x,
                              &(struct rescaling){
                                  .like = h,
                                  .scale = scale,
                                  .offset = offset,
                                  .most = fmax(fabs(h->low), fabs(h->high)),
                                  .range =
                                      fmax(fabs(out->low), fabs(out->high)) + 1,
                              });
    if (x != NULL)
        x = requantise_format(r, n, x, f.bits, f.is_signed, f.narrow, 0,
                              rounding);
    if (x != NULL && limited)
        x = requantise_clipped(r, n, x, 0, most + zero);
    out->tensor = x;
    return x != NULL;
}
