/* hls_laws -- what processes and FIFOs that HLS made cost in LUTs and
 * flip-flops, as fitted to synthesis reports (models/calibration,
 * docs/cost.md).
 *
 * A law is linear in a few features of a process; coefficients are in
 * thousandths.  DSP slices and block RAMs follow rules and have no law. */
#ifndef HEADRACE_DESIGN_HLS_LAWS_H
#define HEADRACE_DESIGN_HLS_LAWS_H

#include <stdbool.h>
#include <stdint.h>

#include "design/hardware.h"

enum hls_feature {
    HLS_PRODUCT,         /* weights that are not zero */
    HLS_SHARED_PRODUCT,  /* those if multipliers are shared; else 0 */
    HLS_HELD_PRODUCT,    /* each as often as a stage holds it */
    HLS_MULTIPLIER,      /* weights by reuse factor */
    HLS_INPUT_BIT,       /* of a window or vector */
    HLS_INPUT_BIT_STAGE, /* each as often as there are stages */
    HLS_OUTPUT_BIT,      /* of a token */
    HLS_HELD_BIT,        /* each as often as a stage holds it */
    HLS_CONSTANT,        /* 1 */
    HLS_FEATURE_COUNT
};
const char *hls_feature_name(enum hls_feature f); /* "input_bit_stage" */

enum { HLS_LAW_KERNELS_MAX = 8 };

/* Of the processes of some kernels. */
struct hls_law {
    bool ff; /* flip-flops; else LUTs */
    uint32_t kernel_count;
    const char *kernels[HLS_LAW_KERNELS_MAX];
    bool any_strategy;
    enum strategy strategy;
    uint32_t milli[HLS_FEATURE_COUNT];
};

/* Of one FIFO. */
struct hls_fifo_law {
    bool vitis; /* else Vivado HLS */
    bool ram;   /* charged as block RAM; else a shift register */
    uint32_t ff_address_bit_milli, ff_constant_milli, lut_constant_milli;
};

struct hls_laws {
    uint32_t law_count;
    const struct hls_law *laws;
    uint32_t fifo_count;
    const struct hls_fifo_law *fifos;
    /* After implementation, in percent of the report: median of designs. */
    uint32_t lut_percent, ff_percent, dsp_percent, bram18_percent;
    /* By how much a design is off that the laws were not fitted to: median,
     * in percent. */
    uint32_t lut_residual_percent, ff_residual_percent;
};

/* NULL: there is none. */
const struct hls_law *hls_law_find(const struct hls_laws *l, bool ff,
                                   const char *kernel, enum strategy strategy);
const struct hls_fifo_law *hls_fifo_law_find(const struct hls_laws *l,
                                             bool vitis, bool ram);

#endif
