/* hls_module -- what a synthesis report says of one function that became
 * hardware, as far as lowering reads it: cycles, of the longest path. */
#ifndef HEADRACE_DESIGN_HLS_MODULE_H
#define HEADRACE_DESIGN_HLS_MODULE_H

#include <stdbool.h>
#include <stdint.h>

struct hls_module {
    const char *name; /* "relu_array_..._relu_config4_s" */
    bool has_latency; /* else the tool did not know it */
    uint32_t latency;
    bool has_loop;  /* the rest is of its first outermost loop */
    bool pipelined; /* iteration_max is the depth of the pipeline */
    uint32_t trips, ii;
    uint32_t iteration_min, iteration_max;
};

#endif
