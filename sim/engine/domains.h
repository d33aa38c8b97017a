/* domains -- what a run says across clock domains: the same moment in cycles of
 * each, and in femtoseconds. */
#ifndef HEADRACE_ENGINE_DOMAINS_H
#define HEADRACE_ENGINE_DOMAINS_H

#include <stdint.h>

#include "engine/evaluation.h"

struct run;

/* When a cycle of a domain begins, in fs; with one clock the cycle itself. */
int64_t domains_time(const struct timing *t, uint32_t domain, int64_t cycle);

/* The first cycle of a domain at this time or later; with one clock the time.
 */
int64_t domains_cycle(const struct timing *t, uint32_t domain, int64_t time);

/* Of a timing with domains, after a run: when its frames began and ended. */
void domains_set_frames(struct run *r, const struct evaluation *e);

/* And what `period` frames took, up to the last one. */
void domains_set_period(struct run *r, const struct evaluation *e);

#endif
