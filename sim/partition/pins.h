/* pins -- the boards that the user wants layers on, by item of the space. */
#ifndef HEADRACE_PARTITION_PINS_H
#define HEADRACE_PARTITION_PINS_H

#include <stdint.h>

struct arena;
struct diag;
struct partition_options;
struct space;

/* By item: a board, or ITEM_ANYWHERE.  A layer that has been folded into the
 * one in front of it is where that one is, and so is its pin.  NULL: a layer is
 * wanted on two boards, or none of it is left, which is said in d. */
const uint32_t *pins_of_items(struct arena *a, const struct space *s,
                              const struct partition_options *o,
                              struct diag *d);

#endif
