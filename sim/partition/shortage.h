/* shortage -- why a network does not go on these boards, and what is missing.
 *
 * Asked in this order, the first that holds: a process that is too slow in
 * every form; a layer that no board can hold; a resource of which all layers
 * together need more than there is; links that no cut suits.  If none of these
 * holds, boards and links are only too few or too small together. */
#ifndef HEADRACE_PARTITION_SHORTAGE_H
#define HEADRACE_PARTITION_SHORTAGE_H

#include "partition/partition.h"

struct downsets;

/* Process `process` of the space takes longer than `limit` cycles. */
struct shortage shortage_of_cycles(struct space *s, uint32_t process,
                                   uint64_t limit);

/* Of a problem that has no plan at this interval on its boards. */
struct shortage shortage_of_problem(const struct problem *p,
                                    const struct downsets *sets,
                                    uint64_t interval);

#endif
