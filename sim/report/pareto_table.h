/* pareto_table -- what `headrace tune --pareto` says: interval against price
 * and latency against price, as tables, as JSON
 * (models/schema/pareto.schema.json) and as a drawing. */
#ifndef HEADRACE_REPORT_PARETO_TABLE_H
#define HEADRACE_REPORT_PARETO_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "tune/pareto.h"

struct arena;
struct design;
struct device;
struct text;

struct pareto_report {
    const struct design *design;
    const struct device *device; /* in whose shares the price is; NULL: not */
    uint32_t curve_count;
    const struct pareto *const *curves;
};

void pareto_print(const struct pareto_report *r, struct arena *a,
                  struct text *out);
void pareto_print_json(const struct pareto_report *r, struct arena *a,
                       struct text *out);

/* One panel for each curve that has points: steps, as between two points the
 * price of the faster one is what is known; points that are proven to be exact
 * are filled.  As SVG.  False: no curve has a point. */
bool pareto_plot(const struct pareto_report *r, struct arena *a,
                 struct text *out);

/* "isolated latency". */
const char *pareto_axis_name(enum pareto_axis axis);
/* Of a point, "1,504 bits"; the arena's. */
const char *pareto_price_text(const struct pareto_report *r,
                              const struct pareto_point *p, uint64_t price,
                              struct arena *a);

#endif
