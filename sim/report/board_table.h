/* board_table -- what `headrace simulate` says about the boards of a design and
 * the links between them: what each takes of its device, what each carries. */
#ifndef HEADRACE_REPORT_BOARD_TABLE_H
#define HEADRACE_REPORT_BOARD_TABLE_H

#include <stdbool.h>

struct arena;
struct design;
struct device;
struct json_out;
struct run;
struct text;

/* devices: by board; NULL: none is named.  With the cycles of each board that
 * the frames of a run take, and how full the FIFOs of links got in it beside
 * what they hold. */
void board_table_print(const struct design *d,
                       const struct device *const *devices, const struct run *r,
                       struct arena *a, struct text *out);

/* Arrays "boards" and "links". */
void board_table_add_json(struct json_out *root, const struct design *d,
                          const struct device *const *devices,
                          const struct run *r);

/* Whether every board has enough of everything. */
bool board_table_fits(const struct design *d,
                      const struct device *const *devices);

#endif
