/* convolution -- what conv2d and depthwise_conv2d share: they take pixels
 * alike, and what differs is how many inputs an output has. */
#ifndef HEADRACE_KERNELS_CONVOLUTION_H
#define HEADRACE_KERNELS_CONVOLUTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/mac.h"

struct diag;
struct layer_options;
struct process;
struct schedule;

/* kernel.fold and kernel.schedule, for `terms` inputs of each output. */
bool convolution_fold(struct process *p, uint32_t terms,
                      const struct layer_options *options, struct diag *d);
void convolution_schedule(const struct process *p, uint32_t terms,
                          struct schedule *s);

/* The values of a window, all channels of its pixels. */
struct mac_window convolution_window(const struct process *p);

/* Index of the first value of the window at output position (y, x). */
size_t convolution_start(const struct process *p, size_t y, size_t x);

#endif
