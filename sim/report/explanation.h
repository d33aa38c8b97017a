/* explanation -- what `headrace explain` says: sentences and tables for
 * people, JSON for programs (models/schema/explanation.schema.json). */
#ifndef HEADRACE_REPORT_EXPLANATION_H
#define HEADRACE_REPORT_EXPLANATION_H

#include "tune/explain.h"

struct arena;
struct text;

void explanation_print(const struct explanation *e, struct arena *a,
                       struct text *out);
void explanation_print_json(const struct explanation *e, struct arena *a,
                            struct text *out);

/* Why no depth helps a design whose FIFOs are never full. */
const char *explanation_hopeless(const struct explanation *e);

/* The depths of the repair as options of the command line, indented. */
void explanation_print_switches(const struct explanation *e, struct arena *a,
                                struct text *out);

#endif
