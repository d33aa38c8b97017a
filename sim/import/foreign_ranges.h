/* foreign_ranges -- formats for a float model, chosen from data
 * (docs/quantisation.md). */
#ifndef HEADRACE_IMPORT_FOREIGN_RANGES_H
#define HEADRACE_IMPORT_FOREIGN_RANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "import/data/data.h"

struct graph;
struct range_options;

/* What the formats are chosen from, and how. */
struct foreign_calibration {
    const char *data; /* NULL: formats are not chosen */
    struct data_options data_options;
    uint32_t frames;              /* the first ones; 0: all */
    uint32_t width, weight_width; /* 0: 8; as `width` */
    bool by_max;                  /* else by the least squared error */
};

/* The widths and the rule, defaults filled in. */
struct range_options foreign_range_options(const struct foreign_calibration *c);

/* Gives a simplified graph its ranges, if the calibration has data.  False:
 * said why. */
bool foreign_choose_ranges(struct graph *g,
                           const struct foreign_calibration *c);

#endif
