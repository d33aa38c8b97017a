/* partition_table -- what `headrace partition` says: boards, links and the
 * interval as a table, as JSON (models/schema/partition.schema.json) and as a
 * drawing; or why it cannot be done. */
#ifndef HEADRACE_REPORT_PARTITION_TABLE_H
#define HEADRACE_REPORT_PARTITION_TABLE_H

#include <stdint.h>

struct arena;
struct partition;
struct partition_options;
struct text;

struct partition_report {
    const char *name; /* of the network */
    const struct partition_options *options;
    const struct partition *partition;
};

void partition_print(const struct partition_report *r, struct arena *a,
                     struct text *out);
void partition_print_json(const struct partition_report *r, struct arena *a,
                          struct text *out);

/* Boards as boxes in a row with how full they are, links between them with
 * their streams and loads, as SVG.  Not if it cannot be done. */
void partition_plot(const struct partition_report *r, struct arena *a,
                    struct text *out);

/* The one sentence that says why not: "'conv1' needs ..."; the arena's. */
const char *partition_shortage_text(const struct partition_report *r,
                                    struct arena *a);

#endif
