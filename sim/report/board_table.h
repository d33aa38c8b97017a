/* board_table -- what `headrace simulate` says about the boards of a design and
 * the links between them: what each takes of its device, what each carries. */
#ifndef HEADRACE_REPORT_BOARD_TABLE_H
#define HEADRACE_REPORT_BOARD_TABLE_H

#include <stdbool.h>

struct arena;
struct design;
struct device;
struct json_out;
struct text;

/* devices: by board; NULL: none is named. */
void board_table_print(const struct design *d,
                       const struct device *const *devices, struct arena *a,
                       struct text *out);

/* Arrays "boards" and "links". */
void board_table_add_json(struct json_out *root, const struct design *d,
                          const struct device *const *devices);

/* Whether every board has enough of everything. */
bool board_table_fits(const struct design *d,
                      const struct device *const *devices);

#endif
