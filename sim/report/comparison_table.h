/* comparison_table -- what `headrace compare` says: tables for people, JSON
 * for programs (models/schema/comparison.schema.json). */
#ifndef HEADRACE_REPORT_COMPARISON_TABLE_H
#define HEADRACE_REPORT_COMPARISON_TABLE_H

#include <stdint.h>

struct arena;
struct comparison;
struct text;

/* Several: the same two sides, on one clock each. */
void comparison_print(const struct comparison *const *list, uint32_t count,
                      struct arena *a, struct text *out);
void comparison_print_json(const struct comparison *const *list, uint32_t count,
                           struct arena *a, struct text *out);

#endif
