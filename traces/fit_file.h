/* fit_file -- a fitted model as a schedule file (docs/calibrate.md). */
#ifndef HEADRACE_TRACES_FIT_FILE_H
#define HEADRACE_TRACES_FIT_FILE_H

#include <stdint.h>

#include "traces/fit_model.h"
#include "traces/fit_search.h"

struct arena;
struct json_out;
struct text;

/* A fit, and what it was made from. */
struct fit_report {
    const char *name;   /* of the process */
    const char *source; /* where the runs are from; NULL: not told */
    uint32_t frame_reads, frame_writes;
    uint32_t input_count, output_count;
    uint32_t run_count;
    const struct fit_run *runs;
    const struct fit_result *result;      /* found */
    const struct fit_residual *residuals; /* by run */
    uint32_t open_count;
    const char *const *open; /* what is not determined, in words */
};

void fit_file_print(struct arena *a, const struct fit_report *f,
                    struct text *out);
/* "measured" of a schedule file, or of a command's result. */
void fit_file_add_measured(struct json_out *to, const struct fit_report *f);

/* What the runs do not determine, and which stimulus would; into an array of
 * the arena.  Returns how many. */
uint32_t fit_file_open(struct arena *a, const struct fit_result *r,
                       const char *const **out);

#endif
