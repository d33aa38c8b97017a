/* fit_freeze -- models of a process that freezes as a whole (fit_ticks.h).
 *
 * A unit in which no write was held shows the program in ticks, and the least
 * that lies between two reads in any run is their gap; or it is 1, and a few
 * before a unit, if they were always read as soon as they were offered.  Which
 * read causes a write does not show there; all delays are tried, with the last
 * read that is so long before it.  A read that comes later than its gap and its
 * token explain waits for the datapath, which the steps that write hold. */
#ifndef HEADRACE_TRACES_FIT_FREEZE_H
#define HEADRACE_TRACES_FIT_FREEZE_H

#include <stdint.h>

#include "traces/fit_model.h"

struct arena;

struct fit_freeze_request {
    const struct fit_run *runs; /* all to fit */
    uint32_t run_count;
    uint32_t reads, writes, units; /* as in struct fit_model */
    uint64_t read_start;
    /* Called with every model that explains every event of all runs, those of
     * FIT_BUBBLES first, and for how many cycles it was frozen in them.  Its
     * steps live until it returns. */
    void (*offer)(void *context, const struct fit_model *m, uint64_t frozen);
    void *context;
};

void fit_freeze_search(const struct fit_freeze_request *q);

#endif
