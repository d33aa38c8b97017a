#include "cli/tune_job.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "cli/build_folder.h"
#include "cli/load.h"
#include "cli/tune_watch.h"
#include "cli/tuning_proof.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/analysis.h"
#include "hwgen/cosim/cosim.h"
#include "import/model.h"
#include "tune/pareto.h"

static const uint32_t *baseline(struct arena *a, const struct tune_job *job,
                                enum baseline_method m)
{
    return baseline_depths(a, job->design, m, job->frames)->depths;
}

/* The tuner with no choice but these depths says which goals they miss.  No
 * other tool knows a latency among other frames; if FIFOs are never full it
 * grows with every frame. */
static void fix_depths(struct arena *a, const struct tune_job *job,
                       const uint32_t *depths, struct tune_options *o)
{
    const struct design *d = job->design;
    struct depth_limit *limits =
        arena_new_array(a, struct depth_limit, d->stream_count);
    o->limits = limits;
    o->limit_count = 0;
    o->any_back_to_back = o->back_to_back == 0;
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (tune_looks_for(&d->streams[i]))
            limits[o->limit_count++] =
                (struct depth_limit){ i, depths[i], depths[i] };
}

/* Every FIFO as deep as the limits allow; without one, two frames deep. */
static uint32_t *deepest_depths(struct arena *a, const struct tune_job *job)
{
    const struct design *d = job->design;
    uint32_t *depths = arena_new_array(a, uint32_t, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const uint64_t two = 2 * d->streams[i].tokens_per_frame;
        depths[i] = two < FIFO_DEPTH_MAX ? (uint32_t)two : FIFO_DEPTH_MAX;
    }
    for (uint32_t k = 0; k < job->options.limit_count; k++)
        depths[job->options.limits[k].stream] = job->options.limits[k].most;
    return depths;
}

/* Who waits for whom when no FIFO is ever full. */
static const struct analysis *find_stuck(struct arena *a,
                                         const struct tune_job *job)
{
    struct design *deep = design_copy(a, job->design);
    const uint32_t *depths = deepest_depths(a, job);
    for (uint32_t i = 0; i < deep->stream_count; i++)
        if (tune_looks_for(&deep->streams[i]))
            fifo_set(&deep->streams[i],
                     deep->streams[i].auto_kind ? FIFO_AUTO
                                                : deep->streams[i].kind,
                     depths[i]);
    return analyse_design(a, deep, 1);
}

/* The depths by all methods, ours last; of a rule its own only. */
static void rate_all(struct arena *a, const struct tune_job *job,
                     struct tune_watch *watch, struct tuning_report *r)
{
    const struct tuning *t = r->tuning;
    const struct rating **list =
        arena_new_array(a, const struct rating *, BASELINE_COUNT + 1);
    r->ratings = list;
    for (int i = 0; i < BASELINE_COUNT; i++) {
        const enum baseline_method m = (enum baseline_method)i;
        if (!tune_watch_step(watch, baseline_name(m), (uint64_t)i,
                             BASELINE_COUNT))
            return;
        const bool is_chosen =
            r->chosen != NULL && r->method != NULL && m == job->method;
        list[r->rating_count++] =
            is_chosen ? r->chosen
                      : rating_of(a, t, baseline_name(m), baseline(a, job, m));
    }
    if (r->method == NULL && r->chosen != NULL)
        list[r->rating_count++] = r->chosen;
}

static void find_reasons(struct arena *a, const struct tune_job *job,
                         struct tuning_report *r)
{
    if (r->tuning->outcome == TUNE_LIMITED && job->options.limit_count != 0)
        r->deepest = rating_of(a, r->tuning, "deepest", deepest_depths(a, job));
    if (r->tuning->outcome == TUNE_DEADLOCK)
        r->stuck = find_stuck(a, job);
}

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

struct tuning_report tune_job_run(struct arena *a, const struct tune_job *job)
{
    struct tuning_report r = { .asked = &job->options,
                               .device = job->device,
                               .by_device = job->by_device };
    struct tune_watch watch;
    r.method = job->ours ? NULL : baseline_name(job->method);
    tune_watch_start(&watch, &job->options.pricing);
    struct tune_options o = job->options;
    const uint32_t *depths = NULL;
    if (!job->ours) {
        depths = baseline(a, job, job->method);
        fix_depths(a, job, depths, &o);
    }
    o.observer = &watch.observer;
    const uint64_t start = now_us();
    r.tuning = tune_design(a, job->design, &o);
    const uint64_t us = now_us() - start;
    if (job->ours && tuning_report_meets(&r))
        depths = rating_tuned_depths(a, r.tuning);
    const enum tune_outcome outcome = r.tuning->outcome;
    if (depths != NULL && outcome != TUNE_DEADLOCK &&
        outcome != TUNE_UNREACHABLE)
        r.chosen =
            rating_of(a, r.tuning, job->ours ? "ours" : r.method, depths);
    find_reasons(a, job, &r);
    if (outcome != TUNE_DEADLOCK)
        rate_all(a, job, &watch, &r);
    tune_watch_end(&watch);
    if (job->time)
        fprintf(stderr,
                "search %" PRIu64 ".%03" PRIu64 " s, %" PRIu64 " runs\n",
                us / 1000000, us / 1000 % 1000, r.tuning->runs);
    return r;
}

const struct pareto *const *
tune_job_curves(struct arena *a, const struct tune_job *job, uint32_t points)
{
    const struct pareto **curves =
        arena_new_array(a, const struct pareto *, TUNE_CURVES);
    struct tune_options o = job->options;
    struct tune_watch watch;
    tune_watch_start(&watch, &o.pricing);
    o.observer = &watch.observer;
    curves[0] = pareto_find(a, job->design, &o, PARETO_INTERVAL, points);
    curves[1] = pareto_find(a, job->design, &o, PARETO_LATENCY, points);
    tune_watch_end(&watch);
    return curves;
}

/* --- proof in RTL --------------------------------------------------------- */

enum { PROOF_FRAMES = 3 };

const struct tuning_proof *
tune_job_prove(struct arena *a, const struct tune_job *job,
               const struct tuning *t, struct tune_proof *how, struct diag *d)
{
    struct dataset data = { 0 };
    struct build_folder folder;
    if (job->model->data_inputs == NULL && !how->seed.given)
        how->seed = (struct option_u64){ .given = true, .value = 1 };
    if (!load_data(a, job->model, PROOF_FRAMES, &how->seed, &data, d) ||
        !build_folder_open(&folder, a, how->build_dir, job->file,
                           job->design->name, d))
        return NULL;
    cosim_clean(a, folder.path);
    struct progress bar;
    progress_start(&bar, "verify", 1);
    const struct depth_proof_options o = {
        .folder = folder.path,
        .other_kinds = true,
        .inputs = data.inputs,
        .input_frames = data.count,
        .progress = tune_watch_proof,
        .context = &bar,
    };
    const struct tuning_proof *p = tuning_proof_run(a, t, &o, d);
    progress_end(&bar);
    build_folder_close(&folder);
    return p;
}

const struct tuning_rtl *tune_job_rtl(struct arena *a,
                                      const struct tuning_proof *p)
{
    struct tuning_rtl *r = arena_new_item(a, struct tuning_rtl);
    *r = (struct tuning_rtl){
        .scenarios = p->tuning->scenario_count,
        .skipped = p->skipped,
        .met = p->met,
        .fifos = p->fifos,
        .missed = p->missed,
        .different = p->different,
        .holds = tuning_proof_holds(p),
    };
    return r;
}
