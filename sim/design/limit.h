/* limit -- the limit of a ReLU, a whole number of at least 1, among the
 * numbers that it cuts (docs/hardware.md, Numbers). */
#ifndef HEADRACE_DESIGN_LIMIT_H
#define HEADRACE_DESIGN_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct format;

/* Whether numbers of this fraction can be equal to the limit. */
bool limit_is_exact(uint32_t limit, int fraction);

/* Whether a value of the format is the limit or above it.  If not, a ReLU is
 * the same with the limit and without. */
bool limit_is_reached(uint32_t limit, struct format f);

/* Whether a ReLU with this limit does to values of the format what it says:
 * the limit is exact, or no value reaches it. */
bool limit_fits(uint32_t limit, struct format f);

#endif
