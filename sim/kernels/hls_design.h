/* hls_design -- a process of a design of an HLS family, as hls4ml.h sees it. */
#ifndef HEADRACE_KERNELS_HLS_DESIGN_H
#define HEADRACE_KERNELS_HLS_DESIGN_H

#include "kernels/hls4ml.h"

struct design;
struct process;

struct hls_process hls_process_of(const struct design *d,
                                  const struct process *p);

#endif
