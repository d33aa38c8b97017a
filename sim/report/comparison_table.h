/* comparison_table -- what `headrace compare` says: tables for people, JSON
 * for programs (models/schema/comparison.schema.json). */
#ifndef HEADRACE_REPORT_COMPARISON_TABLE_H
#define HEADRACE_REPORT_COMPARISON_TABLE_H

struct arena;
struct comparison;
struct text;

void comparison_print(const struct comparison *c, struct arena *a,
                      struct text *out);
void comparison_print_json(const struct comparison *c, struct arena *a,
                           struct text *out);

#endif
