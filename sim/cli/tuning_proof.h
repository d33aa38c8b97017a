/* tuning_proof -- what the tuner found, shown in Verilated RTL: with the chosen
 * depths every goal is met in every scenario, and with any single FIFO at its
 * next cheaper depth the goal is missed that the certificate names.
 *
 * One build; scenarios are stimuli of a run (depth_proof.h). */
#ifndef HEADRACE_CLI_TUNING_PROOF_H
#define HEADRACE_CLI_TUNING_PROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/depth_proof.h"

struct text;
struct tuning;

struct tuning_proof {
    const struct tuning *tuning;
    /* By scenario: the chosen depths, and those cheaper ones that miss a goal
     * in this scenario.  NULL: not run, see below. */
    const struct depth_proof **proofs;
    uint32_t skipped;   /* scenarios with a recorded pattern, which the
                           testbench has not */
    uint32_t met;       /* scenarios in which the RTL meets all goals */
    uint32_t fifos;     /* that have a cheaper depth */
    uint32_t missed;    /* of them: the RTL misses a goal without it */
    uint32_t different; /* depth vectors for which RTL and model differ */
};

/* The tuning is done (TUNE_DONE) and the design of our family.  `built` of the
 * options is not used.  NULL: said why in diag. */
struct tuning_proof *tuning_proof_run(struct arena *a, const struct tuning *t,
                                      const struct depth_proof_options *o,
                                      struct diag *diag);

/* All that was run is as the tuner said. */
bool tuning_proof_holds(const struct tuning_proof *p);

/* A table for each scenario, and one line. */
void tuning_proof_print(const struct tuning_proof *p, struct arena *a,
                        struct text *out);

#endif
