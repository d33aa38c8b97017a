/* parallel -- independent pieces of work, on several processors.
 *
 * Which thread does what, and when, is not determined: pieces must neither
 * depend on nor write what another one writes.  An arena belongs to one piece
 * at a time. */
#ifndef HEADRACE_BASE_PARALLEL_H
#define HEADRACE_BASE_PARALLEL_H

#include <stdint.h>

typedef void parallel_work(void *context, uint32_t piece);

/* Does pieces 0 to count - 1, with at most so many threads (0 as 1), the
 * caller's one of them; returns when all are done.  If the system has no more
 * threads to give, fewer do the work.  Signals are the caller's. */
void parallel_run(uint32_t threads, uint32_t count, parallel_work *work,
                  void *context);

/* Processors that are there, as far as the system says. */
uint32_t parallel_processors(void);

#endif
