/* range_table -- the formats that were chosen from data, what they were chosen
 * from, and how much of it they saturate. */
#ifndef HEADRACE_REPORT_RANGE_TABLE_H
#define HEADRACE_REPORT_RANGE_TABLE_H

struct arena;
struct chosen_formats;
struct json_out;
struct text;

/* A line for the input and each array and output of a layer. */
void range_table_print(const struct chosen_formats *f, struct arena *a,
                       struct text *out);
/* The array "formats". */
void range_table_add_json(const struct chosen_formats *f,
                          struct json_out *root);

#endif
