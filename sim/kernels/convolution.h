/* convolution -- what conv2d and depthwise_conv2d share: they take pixels
 * alike, and what differs is how many channels an output sums. */
#ifndef HEADRACE_KERNELS_CONVOLUTION_H
#define HEADRACE_KERNELS_CONVOLUTION_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/mac.h"

struct diag;
struct layer_options;
struct process;
struct schedule;

/* kernel.fold and kernel.schedule, for `channels` that an output sums. */
bool convolution_fold(struct process *p, uint32_t channels,
                      const struct layer_options *options, struct diag *d);
void convolution_schedule(const struct process *p, uint32_t channels,
                          struct schedule *s);

/* kernel.compute and kernel.compute_float, where `each` computes the outputs
 * of one window: mac_compute or mac_compute_each, and the same in floating
 * point. */
void convolution_compute(const struct process *p, const int32_t *in,
                         int32_t *out,
                         void (*each)(const struct process *p,
                                      const struct mac_window *w,
                                      const int32_t *in, int32_t *out));
void convolution_compute_float(const struct process *p, const double *in,
                               double *out,
                               void (*each)(const struct process *p,
                                            const struct mac_window *w,
                                            const double *in, double *out));

#endif
