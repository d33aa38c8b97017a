/* simulation -- what `headrace simulate` says about an analysis: a table for
 * people, JSON for programs (models/schema/simulation.schema.json). */
#ifndef HEADRACE_REPORT_SIMULATION_H
#define HEADRACE_REPORT_SIMULATION_H

#include "engine/analysis.h"

struct device;
struct text;

void simulation_print(const struct analysis *x, struct arena *a,
                      struct text *out);
/* With what it costs; devices: by board, one without boards; NULL: none was
 * chosen. */
void simulation_print_json(const struct analysis *x,
                           const struct device *const *devices, struct arena *a,
                           struct text *out);

/* The closed cycle of waits of a deadlock, a sentence a line. */
void simulation_print_deadlock(const struct analysis *x, struct text *out);

#endif
