/* repair_bound -- shows that no repair is cheaper, or finds one (repair.h). */
#ifndef HEADRACE_TUNE_REPAIR_BOUND_H
#define HEADRACE_TUNE_REPAIR_BOUND_H

struct repair_search;

/* s->best come through.  Tries the cheapest depths of which it is not known
 * that they fail, until they come through, are no cheaper than the best, or
 * have taken too long; sets the bound, and leaves the best depths in the
 * what_if. */
void repair_prove(struct repair_search *s);

#endif
