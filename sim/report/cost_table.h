/* cost_table -- what `headrace simulate` says about silicon: the cost of each
 * process and of all FIFOs, and how much of a device that is. */
#ifndef HEADRACE_REPORT_COST_TABLE_H
#define HEADRACE_REPORT_COST_TABLE_H

#include <stdint.h>

struct arena;
struct cost;
struct design;
struct device;
struct json_out;
struct text;

/* device NULL: none was chosen. */
void cost_table_print(const struct design *d, const struct device *device,
                      struct arena *a, struct text *out);

/* Whether what is on a board fits its device, and if not, where to save. */
void cost_table_print_verdict(const struct design *d, uint32_t board,
                              const struct device *device, struct arena *a,
                              struct text *out);

/* An object with the five resources under `key`. */
void cost_add_json(struct json_out *to, const char *key, const struct cost *c);

/* "device": what it has, and whether that is enough; null if it is NULL. */
void cost_table_add_device(struct json_out *o, const struct device *device,
                           const struct cost *c);

/* The design's cost and the device, null if none was chosen. */
void cost_table_add_json(struct json_out *root, const struct design *d,
                         const struct device *device);

#endif
