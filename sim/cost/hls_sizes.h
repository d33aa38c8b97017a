/* hls_sizes -- the sizes of an hls4ml process that decide its cost. */
#ifndef HEADRACE_COST_HLS_SIZES_H
#define HEADRACE_COST_HLS_SIZES_H

#include <stdbool.h>
#include <stdint.h>

#include "design/hardware.h"

struct process;

struct hls_sizes {
    uint64_t inputs;  /* values of a window or vector */
    uint64_t outputs; /* values of a token written */
    uint64_t terms;   /* weights of a convolution or dense; else 0 */
    uint64_t zeros;   /* of them; not counted in a depthwise convolution, whose
                         weights are not left out */
    uint32_t stages;  /* of the pipeline */
    bool products;    /* a convolution or dense */
    bool depthwise;
};

struct hls_sizes hls_sizes_of(const struct process *p);

/* How its multipliers are built: with reuse factor 1 both strategies are the
 * same. */
enum strategy hls_way(const struct process *p);

/* Quotient, rounded up. */
static inline uint64_t hls_ceil_div(uint64_t a, uint64_t b)
{
    return (a + b - 1) / b;
}

#endif
