/* board -- one FPGA of a design that spans several, with its clock
 * (docs/links.md). */
#ifndef HEADRACE_DESIGN_BOARD_H
#define HEADRACE_DESIGN_BOARD_H

#include <stdint.h>

#include "design/clock.h"

struct board {
    const char *name;
    uint32_t index;     /* in design.boards */
    const char *device; /* in the catalogue, or a file; NULL: none is named */
    uint64_t hz_numerator, hz_denominator; /* of its clock without drift */
    struct clock clock;
};

#endif
