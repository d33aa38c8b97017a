/* chosen_format -- a number format that was chosen from data, and what it was
 * chosen from (docs/quantisation.md). */
#ifndef HEADRACE_NETWORK_CHOSEN_FORMAT_H
#define HEADRACE_NETWORK_CHOSEN_FORMAT_H

#include <stdint.h>

#include "base/fixed.h"

struct chosen_format {
    const char *layer;
    const char *values; /* "input", "output", or an array: "kernel" */
    struct format format;
    double min, max;    /* of the values seen */
    uint64_t count;     /* of them */
    uint64_t saturated; /* of those: beyond the format, or at its very end */
};

struct chosen_formats {
    uint32_t count; /* 0: formats were not chosen from data */
    const struct chosen_format *list;
};

#endif
