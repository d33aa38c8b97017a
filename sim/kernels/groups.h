/* groups -- how the output groups of folded kernels leave: assembled to
 * tokens, or split into them (docs/hardware.md, conv2d). */
#ifndef HEADRACE_KERNELS_GROUPS_H
#define HEADRACE_KERNELS_GROUPS_H

#include <stdint.h>

struct process;
struct schedule;
struct step;

/* Groups of outputs, and folds of inputs: NF and SF. */
uint32_t groups_nf(const struct process *p);
uint32_t groups_sf(const struct process *p, uint32_t inputs);

/* Ticks from a slot to the output handshake. */
uint32_t groups_latency(const struct process *p);

/* Appends the step that reads the last token of the data of all groups.
 * Group g could be written `first` + g * sf ticks after it. */
void groups_schedule(const struct process *p, struct schedule *s,
                     const struct step *last, uint64_t first, uint32_t sf);

#endif
