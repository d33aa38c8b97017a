/* clock -- the edges of a clock in integer femtoseconds (docs/links.md).
 *
 * Exact: a period is a rational number of femtoseconds, and each edge is
 * rounded down by itself, so that nothing adds up. */
#ifndef HEADRACE_DESIGN_CLOCK_H
#define HEADRACE_DESIGN_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Period numerator / denominator fs, in lowest terms. */
struct clock {
    uint64_t numerator, denominator;
    uint32_t drift_ppm;    /* 0: it does not drift */
    uint32_t drift_cycles; /* K of docs/links.md; 0: it does not drift */
};

enum { CLOCK_HZ_MAX = 2000000000 };

/* Times end here: 2^62 fs, 77 minutes.  Whatever comes later counts as here, so
 * that nothing wraps around; a result with such a time is none. */
#define CLOCK_TIME_MAX (INT64_C(1) << 62)

/* Of so many hertz, a ratio; both above 0. */
struct clock clock_of_hz(uint64_t hz_numerator, uint64_t hz_denominator);

bool clock_is_same(const struct clock *a, const struct clock *b);

/* When edge n is, in fs after edge 0, CLOCK_TIME_MAX at most; n >= 0. */
int64_t clock_edge(const struct clock *c, int64_t n);

/* The first edge at `time` or later; and later than `time`.  0 for times before
 * edge 0. */
int64_t clock_edge_from(const struct clock *c, int64_t time);
int64_t clock_edge_after(const struct clock *c, int64_t time);

#endif
