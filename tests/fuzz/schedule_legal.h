/* schedule_legal -- does a schedule keep the rules of schedule.h?
 *
 * The distance in ticks between two steps is never less than if nothing holds
 * up the steps from the first of them on; so due ticks are in order in every
 * run if they are in order at these least distances. */
#ifndef HEADRACE_TESTS_FUZZ_SCHEDULE_LEGAL_H
#define HEADRACE_TESTS_FUZZ_SCHEDULE_LEGAL_H

#include <stdbool.h>

struct arena;
struct rng;
struct schedule;

bool schedule_is_legal(struct arena *a, const struct schedule *s);
/* Raises gaps and delays (and restart and credits) until it is. */
void schedule_make_legal(struct arena *a, struct rng *rng, struct schedule *s);

#endif
