/* hls_slices -- DSP slices and block RAMs of an hls4ml process. */
#ifndef HEADRACE_COST_HLS_SLICES_H
#define HEADRACE_COST_HLS_SLICES_H

#include <stdint.h>

#include "design/hardware.h"

struct hls_sizes;
struct process;

uint64_t hls_dsp(const struct process *p, const struct hls_sizes *s,
                 enum family family);
uint64_t hls_bram18(const struct process *p, const struct hls_sizes *s,
                    enum family family);

/* BRAM18s of a FIFO that is charged as RAM. */
uint64_t hls_fifo_bram18(uint64_t width_bits, uint64_t depth);

#endif
