/* hls_rules -- what processes that HLS made take, from their sizes alone: each
 * number of a report is a base, which the calibration holds, and terms, each
 * with a reason in the hardware (docs/hls4ml.md, Rules). */
#ifndef HEADRACE_DESIGN_HLS_RULES_H
#define HEADRACE_DESIGN_HLS_RULES_H

#include <stdint.h>

#include "design/hardware.h"

struct process;

/* By enum hls_term. */
struct hls_terms {
    uint32_t values[HLS_TERM_COUNT];
};

/* Of a process whose reuse factor is set.  Times in picoseconds. */
struct hls_terms hls_terms_of(const struct process *p, enum family family,
                              const struct hls_delays *delays,
                              uint32_t clock_ps);

/* Numbers of a report by a row of the calibration. */
struct hls_timing hls_timing_by(const struct hls_row *row,
                                const struct hls_terms *terms);

/* Inputs of one output of a product that are multiplied: what is multiplied by
 * zero costs nothing.  1 for kernels without products. */
uint32_t hls_inputs_of(const struct process *p);

#endif
