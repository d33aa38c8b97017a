/* lane_choice -- the lanes of all streams, for a given interval.
 *
 * Lanes tie layers together: what is right for one depends on the next.  So
 * they are chosen before anything else, and the foldings and boards are then
 * the best for these lanes.  From the widest ones, each lane group (space.h) in
 * turn takes the lanes with which its processes, each in its cheapest form
 * that keeps the interval, and its FIFOs cost least, until nothing changes;
 * costs are weighed by prices of the resources. */
#ifndef HEADRACE_PARTITION_LANE_CHOICE_H
#define HEADRACE_PARTITION_LANE_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "partition/problem.h"

struct space;

struct lane_prices {
    uint64_t unit[RESOURCE_COUNT]; /* below 2^40 */
};

/* So that the whole capacity costs the same of each resource. */
struct lane_prices lanes_even_prices(const struct demand *capacity);

/* lanes: by group.  False: process *slowest takes longer than `limit` cycles
 * with any lanes. */
bool lanes_choose(struct space *s, uint64_t limit, const struct lane_prices *p,
                  uint32_t *lanes, uint32_t *slowest);

/* The least interval that the processes allow one by one, with the widest
 * lanes. */
uint64_t lanes_least_interval(struct space *s);

#endif
