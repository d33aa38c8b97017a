/* search -- the walk through the choices: up until the goals are met, then
 * down as far as they are.  Inside tune. */
#ifndef HEADRACE_TUNE_SEARCH_H
#define HEADRACE_TUNE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "tune/trial.h"

struct arena;
struct tune_observer;

struct search {
    struct arena *arena;
    struct trials *trials;
    const struct tune_observer *observer; /* NULL: nobody */
    uint32_t *choices; /* where to start; then the best so far, with which all
                          goals are met once search_up has succeeded */
    uint64_t price;    /* of it */
    uint32_t *floors;  /* below these, one step at a time: where FIFOs are less
                          deep than their need (engine/slack.h), most runs only
                          find out that they deadlock */
    bool careful;      /* smaller steps, more runs */
    uint32_t settled;  /* FIFOs that go no further down */
    bool stopped;      /* by the observer */
    struct miss miss;  /* of the last run */
    /* From search_down, unless it was stopped: each FIFO that can be a step
     * cheaper, run so, the others as chosen.  The search's own arena's. */
    uint32_t certified_count;
    struct certified *certified;
};
struct certified {
    uint32_t fifo, cheaper; /* choice */
    struct miss miss;
};

/* Deepens FIFOs until all goals are met.  False: at the deepest choices that
 * can help, one is still missed; or stopped. */
bool search_up(struct search *s);
/* From choices that meet the goals: as cheap as they can become together, until
 * no FIFO alone can be a step cheaper.  Where not all can, those go down that
 * save most. */
void search_down(struct search *s);

/* The FIFOs by the price of their choices, the dearest first. */
void search_order(const struct search *s, uint32_t *order);

/* The price of a vector. */
uint64_t search_price(const struct search *s, const uint32_t *choices);
/* Tells the observer; false: stop. */
bool search_tell(struct search *s, const char *stage, uint64_t done,
                 uint64_t total);

#endif
