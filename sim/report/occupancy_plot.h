/* occupancy_plot -- how many tokens each FIFO holds over time, the two sides
 * of a comparison drawn over each other, one panel for each stream. */
#ifndef HEADRACE_REPORT_OCCUPANCY_PLOT_H
#define HEADRACE_REPORT_OCCUPANCY_PLOT_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct comparison;
struct text;

/* As SVG.  False if no stream has both its writes and its reads watched on
 * both sides, so that nothing can be drawn.  The comparison must be one by
 * handshake. */
bool occupancy_plot(const struct comparison *c, struct arena *a,
                    struct text *out);

/* A step for at most `most` marks on an axis from 0 to `range`: 1, 2 or 5
 * times a power of ten. */
uint64_t axis_step(uint64_t range, uint32_t most);

#endif
