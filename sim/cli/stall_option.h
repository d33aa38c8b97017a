/* stall_option -- when the source offers and the sink takes, as named on the
 * command line:
 *
 *   always                every cycle
 *   every:K               a token, then at least K - 1 idle cycles
 *   burst:N:P             N tokens, then P idle cycles
 *   random:PERCENT[:SEED] so many percent of the cycles idle, by chance
 *   file:PATH             a recorded pattern (import/stall_pattern.h)
 *
 * Idle cycles are counted per token (design/stimulus.h), so a pattern never
 * depends on when earlier tokens got through. */
#ifndef HEADRACE_CLI_STALL_OPTION_H
#define HEADRACE_CLI_STALL_OPTION_H

#include <stdbool.h>

#include "cli/options.h"

struct arena;
struct design;
struct design_switches;
struct diag;
struct stimulus;

/* Reads one such text; `option` is named in the diagnostics ("--source").
 * False: said why in d. */
bool stall_option_read(struct arena *a, const char *option, const char *text,
                       struct stimulus *out, struct diag *d);

/* What "PATTERN" means in a command's help. */
#define STALL_OPTION_ARGUMENT "PATTERN"
#define STALL_OPTION_KINDS                                                     \
    "always, every:K, burst:N:P, random:PERCENT[:SEED] or file:PATH"

/* --source and --sink of commands that run one design under one pattern. */
struct stall_switches {
    const char *source, *sink; /* NULL: as the model says */
};
extern const struct option_row stall_switch_rows[];

/* Changes the design's source and sink.  False: said why in d. */
bool stall_switches_apply(struct arena *a, const struct stall_switches *s,
                          const struct design_switches *others,
                          struct design *design, struct diag *d);

#endif
