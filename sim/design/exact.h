/* exact -- how many bits exact results take that are not rounded yet.
 *
 * Ranges of raw values, computed as the hardware computes the values.  What
 * is larger than can be counted stays too large. */
#ifndef HEADRACE_DESIGN_EXACT_H
#define HEADRACE_DESIGN_EXACT_H

#include <stdint.h>

#include "base/fixed.h"

/* Of a value that fixed_cast takes, either way. */
enum { EXACT_FRACTION_MAX = 126 };

/* Raw values -low .. high, with `fraction` bits behind the point. */
struct exact {
    uint64_t low, high;
    int fraction;
};

struct exact exact_of(struct format f);

/* Multiplies all values by an integer. */
struct exact exact_times(struct exact e, uint64_t factor);
/* Of the product of two values. */
struct exact exact_multiply(struct exact a, struct exact b);
/* These three in the larger of the two fractions: of the sum, of a - b, and
 * of one or the other. */
struct exact exact_add(struct exact a, struct exact b);
struct exact exact_subtract(struct exact a, struct exact b);
struct exact exact_either(struct exact a, struct exact b);

/* NULL if all values fit into FIXED_WIDTH_MAX bits, one of them the sign,
 * and their fraction is one that fixed_cast takes.  Else what is wrong, for
 * "the sum ...": "needs more than 62 bits".  A static text. */
const char *exact_fault(struct exact e);

#endif
