/* shape_rule -- what the shape rules of several kernels share. */
#ifndef HEADRACE_KERNELS_SHAPE_RULE_H
#define HEADRACE_KERNELS_SHAPE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "network/network.h"

struct diag;

/* kernel.shape of kernels whose output has the shape of their input. */
bool shape_rule_keep(const struct layer *layer, const struct shape *in,
                     struct shape *out, struct diag *d);

enum { SHAPE_RULE_NAME_SIZE = 80 };

/* The name of input i for a sentence, "'conv1'"; "input 1" where the layer
 * does not know its inputs yet.  Returns `text`. */
char *shape_rule_input(const struct layer *layer, uint32_t i,
                       char text[SHAPE_RULE_NAME_SIZE]);

#endif
