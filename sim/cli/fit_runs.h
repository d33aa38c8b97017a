/* fit_runs -- the runs that `headrace calibrate` is called with, opened:
 *     FILE[,KEY=VALUE...]
 * a trace, and what was done to the process in it. */
#ifndef HEADRACE_CLI_FIT_RUNS_H
#define HEADRACE_CLI_FIT_RUNS_H

#include <stdbool.h>

#include "cli/options.h"
#include "traces/fit_run.h"
#include "traces/recording.h"

struct arena;
struct diag;

struct fit_runs_request {
    const struct option_list *fit, *check;
    const struct option_list *inputs, *outputs; /* streams; maybe none */
    struct recording_options recording;
};

struct fit_runs {
    uint32_t count;
    struct fit_run *runs; /* those to fit first */
    uint32_t input_count, output_count;
};

/* False: said why in d. */
bool fit_runs_open(struct arena *a, const struct fit_runs_request *q,
                   struct fit_runs *out, struct diag *d);

#endif
