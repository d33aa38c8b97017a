/* occupancy -- how many tokens a stream holds over time: as the engine counts
 * them, after each clock edge, so a token written in cycle c counts from c on
 * and one read in cycle c no more. */
#ifndef HEADRACE_TRACES_OCCUPANCY_H
#define HEADRACE_TRACES_OCCUPANCY_H

#include <stdint.h>

struct token_times;

/* Greatest number held, of the first `tokens` tokens only. */
uint64_t occupancy_peak(const struct token_times *t, uint64_t tokens);

/* The same for `count` equal spans of the `cycles` cycles from `from` on:
 * least and greatest number after any edge in each.  A span without a cycle
 * of its own (count > cycles) has the numbers of the cycle it lies in. */
void occupancy_spans(const struct token_times *t, uint64_t from,
                     uint64_t cycles, uint32_t count, uint64_t *least,
                     uint64_t *most);

#endif
