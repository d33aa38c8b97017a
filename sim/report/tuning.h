/* tuning -- what `headrace tune` says: which depths, what they cost, which
 * goals they meet and what is proven of them; a table for people, JSON for
 * programs (models/schema/tuning.schema.json). */
#ifndef HEADRACE_REPORT_TUNING_H
#define HEADRACE_REPORT_TUNING_H

#include <stdbool.h>
#include <stdint.h>

#include "tune/rating.h"
#include "tune/tune.h"

struct analysis;
struct arena;
struct device;
struct text;

/* What the RTL did with the depths. */
struct tuning_rtl {
    uint32_t scenarios, skipped; /* skipped: with a recorded pattern, which the
                                    testbench has not */
    uint32_t met;                /* of the others: all goals are met */
    uint32_t fifos, missed;      /* a step cheaper each: a goal is missed */
    uint32_t different;          /* runs in which RTL and model differ */
    bool holds;                  /* all is as the search said */
};

struct tuning_report {
    const struct tuning *tuning;
    const struct tune_options *asked;
    const char *method; /* of another tool: tuned with its depths as limits;
                           NULL: searched for */
    bool by_device;     /* the price is in shares of the device */
    const struct device *device; /* NULL: none */
    const struct rating *chosen; /* NULL: no depths meet the goals */
    uint32_t rating_count;
    const struct rating *const *ratings; /* to be held against each other */
    /* Why there is nothing to choose; NULL where it is not so. */
    const struct rating *deepest; /* TUNE_LIMITED, with limits: as deep as
                                    they allow */
    const struct analysis *stuck; /* TUNE_DEADLOCK: with FIFOs never full */
    const struct tuning_rtl *rtl; /* NULL: not run */
};

/* There are depths, and they meet all goals. */
bool tuning_report_meets(const struct tuning_report *r);
/* The interval holds for ever if the source sends frames at the pace of the
 * goal, whether or not the state recurs with frames back to back. */
bool tuning_report_paced(const struct tuning_report *r, uint32_t scenario);
/* With the depths chosen the whole design fits; true without a device. */
bool tuning_report_fits(const struct tuning_report *r);
/* Of the whole design with them.  The family has a cost. */
struct cost tuning_report_cost(const struct tuning_report *r, struct arena *a);

void tuning_print(const struct tuning_report *r, struct arena *a,
                  struct text *out);
void tuning_print_json(const struct tuning_report *r, struct arena *a,
                       struct text *out);

#endif
