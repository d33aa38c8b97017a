/* pool -- what the pools share: one value per window and channel, the
 * largest or the mean (docs/hardware.md, Pooling). */
#ifndef HEADRACE_KERNELS_POOL_H
#define HEADRACE_KERNELS_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "network/network.h"

struct diag;
struct process;
struct schedule;

/* kernel.shape of a pool with windows. */
bool pool_shape(const struct layer *layer, const struct shape *in,
                struct shape *out, struct diag *d);

/* The one window of a global pool: all of its input. */
struct window pool_whole(const struct process *p);

/* kernel.shape of a global pool. */
bool pool_whole_shape(const struct layer *layer, const struct shape *in,
                      struct shape *out, struct diag *d);

/* Each token that completes a window is written `delay` ticks after it was
 * read. */
void pool_schedule(const struct process *p, const struct window *w,
                   struct schedule *s, uint32_t delay);

/* The largest value of every window. */
void pool_max(const struct process *p, const struct window *w,
              const int32_t *in, int32_t *out);
void pool_max_float(const struct process *p, const struct window *w,
                    const double *in, double *out);

/* The mean of every window, in which the pads of w do not count; check:
 * whether it can be computed, else format, said why in d. */
bool pool_check_average(const struct process *p, const struct window *w,
                        struct diag *d);
void pool_average(const struct process *p, const struct window *w,
                  const int32_t *in, int32_t *out);
void pool_average_float(const struct process *p, const struct window *w,
                        const double *in, double *out);

#endif
