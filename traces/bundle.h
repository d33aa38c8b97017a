/* bundle -- FIFOs that together carry one stream, each of them one channel of
 * every token.
 *
 * Vivado HLS makes of a stream of structs a FIFO per field: hls4ml's
 * "layer2_out_V_data_0_V", "layer2_out_V_data_1_V" and so on, one a channel.
 * They are written and read together, so they are one stream; it has the name
 * of the first. */
#ifndef HEADRACE_TRACES_BUNDLE_H
#define HEADRACE_TRACES_BUNDLE_H

#include <stdint.h>

struct arena;

struct bundle {
    uint32_t count;          /* FIFOs, at least 2 */
    const uint32_t *members; /* by channel: index of their names */
};

/* Of names with "_data_N" in them: those that differ in N only, with all N
 * from 0 on.  *count bundles, the arena's. */
const struct bundle *bundles_of(struct arena *a, const char *const *names,
                                uint32_t name_count, uint32_t *count);

#endif
