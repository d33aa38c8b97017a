/* table -- columns of text, aligned for the eye. */
#ifndef HEADRACE_REPORT_TABLE_H
#define HEADRACE_REPORT_TABLE_H

#include <stdint.h>

struct arena;
struct table;
struct text;

/* Headings parted by '|'; a heading that begins with '<' is of a column
 * aligned to the left. */
struct table *table_new(struct arena *a, const char *headings);
void table_row(struct table *t); /* begins the next row */
void table_cell(struct table *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "1,234,567" */
void table_cell_number(struct table *t, uint64_t value);
/* "45 %" of the whole; "-" if the whole is 0. */
void table_cell_percent(struct table *t, uint64_t part, uint64_t whole);
void table_print(const struct table *t, struct text *out);

/* "1,234,567"; the arena's. */
const char *number_text(struct arena *a, uint64_t value);

#endif
