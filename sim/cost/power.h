/* power -- what a board takes of power, estimated from resources, how busy they
 * are, clock and device.
 *
 * Dynamic power is energy a cycle times clock: of the clock tree in every
 * cycle, of all else in those in which the process is busy.  The energies are
 * those of the device file, fitted to reports of routed designs; docs/power.md
 * says how, and how wrong they are.  Integers all through: microwatts. */
#ifndef HEADRACE_COST_POWER_H
#define HEADRACE_COST_POWER_H

#include <stdbool.h>
#include <stdint.h>

#include "cost/cost.h"

/* In percent of the estimate: 9 of 10 designs lie above `least`, and 9 of 10
 * below `most`. */
struct power_range {
    uint32_t least, most;
};

/* Of a device.  Energies in femtojoules. */
struct power_model {
    uint64_t clock_fj; /* clock tree, a cycle and flip-flop */
    /* Of one that is busy, a cycle; net: what a LUT or flip-flop drives. */
    uint64_t lut_fj, net_fj, dsp_fj, bram18_fj, uram_fj;
    struct power_range dynamic_range;
    uint64_t static_mw; /* of the logic, and of processors if there are any */
    struct power_range static_range;
    uint64_t processors_mw; /* dynamic; 0: the device has none */
    bool processors_on;
    struct power_range processors_range;
    uint64_t lane_fj; /* of a transceiver, a bit of its line rate; both ways;
                         0: not known */
    struct power_range lane_range;
};

enum power_part {
    POWER_STATIC,
    POWER_PROCESSORS,
    POWER_CLOCKS,
    POWER_LOGIC,
    POWER_NETS,
    POWER_DSP,
    POWER_BRAM,
    POWER_URAM,
    POWER_LINKS,
    POWER_PART_COUNT
};
const char *power_part_name(enum power_part p); /* "BRAM" */

/* A process or FIFO of the board. */
struct power_load {
    struct cost cost;
    uint64_t clock_hz;
    uint32_t busy_ppm; /* cycles in which it works, of a million */
};
enum { POWER_BUSY_ALWAYS = 1000000 };

struct power {
    uint64_t parts_uw[POWER_PART_COUNT];
    uint64_t total_uw, least_uw, most_uw;
};

/* Of one board with these loads; lane_bits_per_second: line rates of all its
 * transceivers together, each counted once for both ways.  The bounds are
 * sums of those of the parts, so they are wider than each of these. */
struct power power_of_board(const struct power_model *m,
                            const struct power_load *loads, uint32_t count,
                            uint64_t lane_bits_per_second);

/* Of several boards together. */
struct power power_sum(struct power a, struct power b);

#endif
