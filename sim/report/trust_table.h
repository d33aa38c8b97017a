/* trust_table -- how far the figures of a simulation can be trusted, as text.
 */
#ifndef HEADRACE_REPORT_TRUST_TABLE_H
#define HEADRACE_REPORT_TRUST_TABLE_H

#include <stdint.h>

struct analysis;
struct arena;
struct text;

/* For a process in a row of a table: "calibrated +-2", "extrapolated"; lent or
 * the arena's. */
const char *trust_short(const struct analysis *x, uint32_t process,
                        struct arena *a);

/* One line on the total and a table of reasons, each with its processes;
 * nothing at all if every process is exact. */
void trust_table_print(const struct analysis *x, struct arena *a,
                       struct text *out);

#endif
