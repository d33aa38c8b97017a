/* fold_choice -- hardware options for all layers from three numbers.
 *
 * For networks whose files say nothing of hardware: one reuse factor for all
 * layers with products, the nearest legal one of each; or the smallest
 * hardware of each layer that takes at most so many cycles a frame; and how
 * many channels a token has.  What a config says of these for single layers is
 * replaced, what else it says is kept.  Layers are folded one by one: which of
 * them set the pace together is for `headrace partition`. */
#ifndef HEADRACE_TUNE_FOLD_CHOICE_H
#define HEADRACE_TUNE_FOLD_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct diag;
struct hardware;
struct kernel_table;
struct network;

/* 0: as the hardware says. */
struct fold_choice {
    uint32_t reuse_factor;
    uint64_t cycles; /* a frame; not together with a reuse factor */
    uint32_t lanes;  /* of the input and of layers with products: the most that
                        divide the channels and are no more */
};
bool fold_choice_is_none(const struct fold_choice *c);

/* Sets options of h, the arena's; a warning names the layers that got another
 * reuse factor, or take more cycles.  False: said why in d (a family whose
 * layers are not folded by PE and SIMD, or the design cannot be built). */
bool fold_choice_apply(struct arena *a, const struct network *n,
                       struct hardware *h, const struct kernel_table *kernels,
                       const struct fold_choice *c, struct diag *d);

#endif
