/* partition_options -- boards, links and goals from the command line and the
 * model. */
#ifndef HEADRACE_CLI_PARTITION_OPTIONS_H
#define HEADRACE_CLI_PARTITION_OPTIONS_H

#include "cli/options.h"

struct arena;
struct diag;
struct model;
struct partition_options;

struct partition_switches {
    struct option_u32 boards;
    struct option_list devices;
    struct option_u32 fill;
    const char *link;
    struct option_list pins; /* LAYER=BOARD */
    const char *goal;
    struct option_u64 max_interval;
};

/* Their offsets are those in struct partition_switches. */
extern const struct option_row partition_board_rows[];
extern const struct option_row partition_goal_rows[];

/* False: said why.  All that is wrong is said. */
bool partition_options_read(const struct partition_switches *s,
                            const struct model *m, struct arena *a,
                            struct partition_options *out, struct diag *d);

#endif
