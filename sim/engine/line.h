/* line -- in which cycles of its clock a link can send (docs/links.md: the
 * gearbox and clock compensation), walked through without a division. */
#ifndef HEADRACE_ENGINE_LINE_H
#define HEADRACE_ENGINE_LINE_H

#include <stdbool.h>
#include <stdint.h>

struct link_type;

struct line {
    const struct link_type *type;
    bool always; /* every cycle */
    int64_t at;
    uint32_t gear;  /* at * active mod active_of: usable if below active */
    uint32_t phase; /* at mod compensation_period */
};

void line_init(struct line *l, const struct link_type *type);

/* The first usable cycle from n on; n at least 0.  Quick where n is little more
 * than the last answer. */
int64_t line_usable_from(struct line *l, int64_t n);

#endif
