/* tokens -- what kernels share that work token by token. */
#ifndef HEADRACE_KERNELS_TOKENS_H
#define HEADRACE_KERNELS_TOKENS_H

#include <stdint.h>

#include "kernels/schedule.h"

struct process;
struct stream;

/* A mask of the first `count` inputs or outputs, at most 32. */
uint32_t tokens_mask(uint32_t count);

/* The step, one a tick, that reads a token of each input in `reads` and
 * writes one to each output in `writes`, `delay` ticks later. */
struct step tokens_step(uint32_t reads, uint32_t writes, uint32_t delay);

/* kernel.schedule of one step for each token of input 0: reads one of each
 * input and writes one to each output, `delay` ticks later. */
void tokens_schedule(const struct process *p, struct schedule *s,
                     uint32_t delay);

/* Copies the values of one frame of stream s. */
void tokens_copy(const struct stream *s, const int32_t *from, int32_t *to);
void tokens_copy_float(const struct stream *s, const double *from, double *to);

#endif
