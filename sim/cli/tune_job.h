/* tune_job -- what `headrace tune` does once it knows what is asked for: the
 * search, or another tool's rule in its place, what it is held against, and
 * the proof in RTL. */
#ifndef HEADRACE_CLI_TUNE_JOB_H
#define HEADRACE_CLI_TUNE_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/options.h"
#include "report/tuning.h"
#include "tune/baseline.h"
#include "tune/tune.h"

struct arena;
struct design;
struct device;
struct diag;
struct model;
struct pareto;
struct tuning_proof;

struct tune_job {
    const char *file; /* as named on the command line */
    struct model *model;
    struct design *design;
    const struct device *device; /* NULL: none */
    bool by_device;              /* priced in shares of it */
    bool ours;                   /* a search; else by the rule of ... */
    enum baseline_method method;
    uint32_t frames; /* that the rules simulate; 0: as the tools do */
    struct tune_options options;
    bool time; /* say on standard error how long the search took */
};

/* With a progress bar; the first Ctrl-C ends it with the best so far. */
struct tuning_report tune_job_run(struct arena *a, const struct tune_job *job);

/* Interval against price, and isolated latency; each with at most `points`.
 * Goals, and a method, do not count. */
const struct pareto *const *
tune_job_curves(struct arena *a, const struct tune_job *job, uint32_t points);
enum { TUNE_CURVES = 2 };

struct tune_proof {
    struct option_u64 seed; /* of random frames; not given: the model's data */
    const char *build_dir;  /* NULL: in the user's cache */
};

/* Of a tuning that is done.  Sets the seed that was taken where the model has
 * no data.  NULL: said why. */
const struct tuning_proof *
tune_job_prove(struct arena *a, const struct tune_job *job,
               const struct tuning *t, struct tune_proof *how, struct diag *d);
/* What came of it, for the report. */
const struct tuning_rtl *tune_job_rtl(struct arena *a,
                                      const struct tuning_proof *p);

#endif
