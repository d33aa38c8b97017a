/* cuts -- the smallest depths of which it is known that nothing less will do.
 *
 * A cut says "one of these FIFOs must be at least so deep".  Depths that break
 * a cut are known to fail, so that the smallest ones that satisfy all cuts are
 * a lower bound of what works; and if they work, they are the smallest. */
#ifndef HEADRACE_TUNE_CUTS_H
#define HEADRACE_TUNE_CUTS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct what_if;

struct cut_term {
    uint32_t stream, depth; /* satisfied from this depth on */
};

struct cut {
    uint32_t count; /* at least 1 */
    const struct cut_term *terms;
};

struct cuts {
    uint32_t count;
    struct cut *items;
};

/* The terms are copied. */
void cuts_add(struct cuts *c, struct arena *a, uint32_t count,
              const struct cut_term *terms);

/* By stream: the depths, none below that of the design, that satisfy all cuts
 * with the least size in all (what_if_size); *added is what they take more than
 * the design's.  False: there were too many ways to look at them all. */
bool cuts_solve(const struct cuts *c, const struct what_if *w, uint32_t *depths,
                uint64_t *added);

#endif
