#include "cli/depth_proof.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "hwgen/cosim/cosim.h"
#include "hwgen/cosim/cosim_build.h"
#include "hwgen/farm.h"
#include "report/table.h"

/* What the runs share. */
struct prover {
    struct arena *arena;
    const struct design *design;
    const struct timing *timing; /* as chosen */
    const struct depth_proof_options *options;
    struct diag *diag;
    struct depth_proof *proof;
};

static void tell(const struct prover *p, const char *what, uint64_t done)
{
    if (p->options->progress != NULL)
        p->options->progress(p->options->context, what, done, p->proof->count);
}

static void set_step(struct stream *s, const struct depth_step *step)
{
    fifo_set(s, s->auto_kind ? FIFO_AUTO : s->kind, step->depth);
}

/* The stream as the step has it. */
static struct stream stepped(const struct prover *p,
                             const struct depth_step *step)
{
    struct stream s = p->design->streams[step->stream];
    set_step(&s, step);
    return s;
}

/* --- model ---------------------------------------------------------------- */

static struct timing timing_of(const struct prover *p,
                               const struct depth_step *step)
{
    struct timing t = *p->timing;
    if (step == NULL)
        return t;
    t.streams = arena_new_array(p->arena, struct timing_stream, t.stream_count);
    memcpy(t.streams, p->timing->streams, t.stream_count * sizeof *t.streams);
    const struct stream s = stepped(p, step);
    t.streams[step->stream].capacity = stream_capacity(&s);
    t.streams[step->stream].write_latency = stream_write_latency(&s);
    return t;
}

/* Cycles that each run of a trial took in the model. */
struct spans {
    uint64_t together, alone;
};

static void set_times(struct depth_times *out, const struct run *r)
{
    out->stood_still = r->outcome == RUN_DEADLOCK;
    out->frames = r->frames;
    out->starts = r->frame_start;
    out->ends = r->frame_end;
}

static struct spans run_model(const struct prover *p, struct depth_trial *t)
{
    const struct timing timing = timing_of(p, t->step);
    struct run_options o = { .frames = p->options->frames };
    const struct run *r = run_timing(p->arena, &timing, &o);
    const bool done = r->outcome == RUN_DONE;
    t->frames = o.frames;
    if (t->frames == 0)
        t->frames = done ? r->frames : r->frames + 1;
    if (o.frames == 0 && t->frames > DEPTH_PROOF_FRAMES)
        t->frames = DEPTH_PROOF_FRAMES;
    if (t->step != NULL && t->step->frames > t->frames)
        t->frames = t->step->frames;
    if (done && t->frames > r->period) {
        t->certified = r->certified;
        t->period = r->period;
        t->period_cycles = r->period_cycles;
    }
    o.frames = t->frames;
    r = run_timing(p->arena, &timing, &o);
    set_times(&t->model, r);
    if (done && t->period == 0 && t->frames > 1) {
        t->period = t->frames / 2; /* as a run measures it */
        t->period_cycles = depth_trial_interval(t, &t->model);
    }
    const uint64_t together = r->cycles;
    o.frames = 1;
    r = run_timing(p->arena, &timing, &o);
    t->model.alone_done = r->outcome == RUN_DONE;
    t->model.alone = t->model.alone_done ? run_latency(r, 0) : 0;
    return (struct spans){ together, r->cycles };
}

/* --- RTL ------------------------------------------------------------------ */

/* Designs of one build, each with a trial of its own. */
enum { BATCH_MAX = 8 }; /* more take long to compile */
struct batch {
    const char *folder;
    uint32_t count;
    const struct design *designs[BATCH_MAX]; /* as simulated */
    struct depth_trial *trials[BATCH_MAX];
    struct spans spans[BATCH_MAX];
};

static const uint32_t *limits_of(struct arena *a, const struct design *d,
                                 const struct depth_step *step)
{
    uint32_t *limits = arena_new_array(a, uint32_t, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++)
        limits[i] = d->streams[i].depth;
    if (step != NULL)
        limits[step->stream] = step->depth;
    return limits;
}

/* When each frame began and ended; returns how many ended. */
static uint32_t cut_frames(const struct prover *p, const struct cosim_result *r,
                           uint32_t frames, uint64_t *starts, uint64_t *ends)
{
    const struct stream *in = p->design->input, *out = p->design->output;
    const struct cosim_stream *written = &r->streams[in->index];
    const struct cosim_stream *read = &r->streams[out->index];
    uint32_t done = 0;
    while (done < frames &&
           (done + 1) * out->tokens_per_frame <= read->read_count) {
        starts[done] = written->writes[done * in->tokens_per_frame];
        ends[done] = read->reads[(done + 1) * out->tokens_per_frame - 1];
        done++;
    }
    return done;
}

/* The data, again and again. */
static const int32_t *repeat_inputs(const struct prover *p, struct arena *a,
                                    uint32_t frames)
{
    const struct depth_proof_options *o = p->options;
    assert(o->input_frames > 0);
    if (frames <= o->input_frames)
        return o->inputs;
    const struct stream *in = p->design->input;
    const size_t values = (size_t)in->tokens_per_frame * in->lanes;
    int32_t *all = arena_new_array(a, int32_t, values * frames);
    for (uint32_t f = 0; f < frames; f++)
        memcpy(all + f * values, o->inputs + f % o->input_frames * values,
               values * sizeof *all);
    return all;
}

/* One run of the batch, of the frames of each trial or of one frame; the
 * caller's arena has the logs.  NULL: said why. */
static const struct cosim_run *run_batch_once(const struct prover *p,
                                              struct arena *a,
                                              const struct batch *b, bool alone)
{
    struct cosim_job *jobs = arena_new_array(a, struct cosim_job, b->count);
    for (uint32_t i = 0; i < b->count; i++) {
        const struct depth_trial *t = b->trials[i];
        const uint64_t span = alone ? b->spans[i].alone : b->spans[i].together;
        jobs[i] = (struct cosim_job){
            .design = b->designs[i],
            .limits = limits_of(a, b->designs[i], t->step),
            .frames = alone ? 1 : t->frames,
            .inputs = repeat_inputs(p, a, alone ? 1 : t->frames),
            /* So much longer that lateness shows as lateness. */
            .cycle_limit = span + span / 2 + 1000,
        };
    }
    const struct cosim_run *r =
        cosim_run(a, b->folder, jobs, b->count, p->diag);
    if (r != NULL) {
        p->proof->rtl_cycles += r->cycles;
        p->proof->rtl_ns += r->wall_ns;
    }
    return r;
}

/* False: said why. */
static bool run_batch(const struct prover *p, const struct batch *b)
{
    struct arena *scratch = arena_new();
    const struct cosim_run *r = run_batch_once(p, scratch, b, false);
    for (uint32_t i = 0; r != NULL && i < b->count; i++) {
        struct depth_trial *t = b->trials[i];
        struct depth_times *out = &t->rtl;
        out->starts = arena_new_array(p->arena, uint64_t, t->frames);
        out->ends = arena_new_array(p->arena, uint64_t, t->frames);
        out->frames =
            cut_frames(p, &r->results[i], t->frames, out->starts, out->ends);
        out->stood_still = out->frames < t->frames;
    }
    if (r != NULL)
        r = run_batch_once(p, scratch, b, true);
    for (uint32_t i = 0; r != NULL && i < b->count; i++) {
        struct depth_times *out = &b->trials[i]->rtl;
        uint64_t start, end;
        out->alone_done = cut_frames(p, &r->results[i], 1, &start, &end) == 1;
        out->alone = out->alone_done ? end - start : 0;
        b->trials[i]->run = true;
    }
    arena_free(scratch);
    return r != NULL;
}

/* False: said why. */
static bool build(const struct prover *p, const struct design *const *designs,
                  uint32_t count, const char *folder)
{
    const struct cosim_build_options fast = { .fast_run = true };
    tell(p, "generate", 0);
    if (!hwgen_farm_write(designs, count, folder, p->diag))
        return false;
    tell(p, "build", 0);
    return cosim_build(folder, &fast, p->diag);
}

/* The trials that are other RTL than the design as chosen.  False: said why. */
static bool run_other_kinds(const struct prover *p, const struct spans *spans)
{
    struct batch b = { .folder =
                           file_join(p->arena, p->options->folder, "kinds") };
    for (uint32_t i = 0; i < p->proof->count; i++) {
        struct depth_trial *t = &p->proof->trials[i];
        if (t->other_kind) {
            struct design *d = design_copy(p->arena, p->design);
            set_step(&d->streams[t->step->stream], t->step);
            b.designs[b.count] = d;
            b.trials[b.count] = t;
            b.spans[b.count++] = spans[i];
        }
        if (b.count == 0 || (b.count < BATCH_MAX && i + 1 < p->proof->count))
            continue;
        if (!build(p, b.designs, b.count, b.folder))
            return false;
        tell(p, "run", i);
        if (!run_batch(p, &b))
            return false;
        b.count = 0;
    }
    return true;
}

/* --- all of it ------------------------------------------------------------ */

struct depth_proof *depth_proof_run(struct arena *a, const struct design *d,
                                    const struct depth_step *steps,
                                    uint32_t count,
                                    const struct depth_proof_options *o,
                                    struct diag *diag)
{
    struct depth_proof *proof = arena_new_item(a, struct depth_proof);
    proof->design = d;
    proof->count = count + 1;
    proof->trials = arena_new_array(a, struct depth_trial, (size_t)count + 1);
    const struct prover p = { a, d, timing_from_design(a, d), o, diag, proof };
    const struct design *built = o->built != NULL ? o->built : d;
    if (!build(&p, &built, 1, o->folder))
        return NULL;
    struct spans *spans =
        arena_new_array(a, struct spans, (size_t)proof->count);
    for (uint32_t i = 0; i <= count; i++) {
        struct depth_trial *t = &proof->trials[i];
        t->step = i == 0 ? NULL : &steps[i - 1];
        t->other_kind = t->step != NULL && stepped(&p, t->step).kind !=
                                               d->streams[t->step->stream].kind;
        assert(t->step == NULL || t->other_kind ||
               t->step->depth <= d->streams[t->step->stream].depth);
        tell(&p, "run", i);
        spans[i] = run_model(&p, t);
        const struct batch alone = { .folder = o->folder,
                                     .count = 1,
                                     .designs = { d },
                                     .trials = { t },
                                     .spans = { spans[i] } };
        if (!t->other_kind && !run_batch(&p, &alone))
            return NULL;
    }
    if (o->other_kinds && !run_other_kinds(&p, spans))
        return NULL;
    return proof;
}

bool depth_trial_equal(const struct depth_trial *t)
{
    if (!t->run)
        return true;
    const struct depth_times *m = &t->model, *r = &t->rtl;
    if (m->stood_still != r->stood_still || m->frames != r->frames ||
        m->alone_done != r->alone_done || m->alone != r->alone)
        return false;
    for (uint32_t f = 0; f < m->frames; f++)
        if (m->starts[f] != r->starts[f] || m->ends[f] != r->ends[f])
            return false;
    return true;
}

bool depth_proof_equal(const struct depth_proof *p)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (!depth_trial_equal(&p->trials[i]))
            return false;
    return true;
}

uint64_t depth_trial_interval(const struct depth_trial *t,
                              const struct depth_times *side)
{
    if (side->stood_still || t->period == 0 || side->frames <= t->period)
        return 0;
    return side->ends[side->frames - 1] -
           side->ends[side->frames - 1 - t->period];
}

/* Cycles per frame, "1,234" or of several frames "1,234.5". */
static const char *interval_text(struct arena *a, const struct depth_trial *t,
                                 const struct depth_times *side)
{
    const uint64_t cycles = depth_trial_interval(t, side);
    if (side->stood_still)
        return "stands still";
    if (cycles == 0)
        return "-";
    if (cycles % t->period == 0)
        return number_text(a, cycles / t->period);
    return arena_printf(a, "%s/%" PRIu32, number_text(a, cycles), t->period);
}

static void latency_cell(struct table *table, struct arena *a,
                         const struct depth_times *side)
{
    table_cell(table, "%s",
               side->alone_done ? number_text(a, side->alone) : "stands still");
}

void depth_proof_print(const struct depth_proof *p, struct arena *a,
                       struct text *out)
{
    struct table *t =
        table_new(a, "<fifo|depth|chosen|frames|interval|in the RTL|latency|"
                     "in the RTL|<");
    uint32_t run = 0, different = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        const struct depth_trial *trial = &p->trials[i];
        table_row(t);
        if (trial->step == NULL) {
            table_cell(t, "all as chosen");
            table_cell(t, "-");
            table_cell(t, "-");
        } else {
            const struct stream *s = &p->design->streams[trial->step->stream];
            table_cell(t, "%s", s->name);
            table_cell_number(t, trial->step->depth);
            table_cell_number(t, s->depth);
        }
        table_cell_number(t, trial->frames);
        table_cell(t, "%s", interval_text(a, trial, &trial->model));
        if (!trial->run) {
            table_cell(t, "not run");
            latency_cell(t, a, &trial->model);
            table_cell(t, "not run");
            table_cell(t, "another kind of FIFO: needs a build of its own");
            continue;
        }
        table_cell(t, "%s", interval_text(a, trial, &trial->rtl));
        latency_cell(t, a, &trial->model);
        latency_cell(t, a, &trial->rtl);
        run++;
        if (depth_trial_equal(trial))
            continue;
        different++;
        table_cell(t, "DIFFERENT");
    }
    table_print(t, out);
    text_printf(out,
                "\nRTL            %" PRIu32 " of %" PRIu32
                " depth vectors run, %s cycles; %" PRIu32
                " differ from the model in a frame\n",
                run, p->count, number_text(a, p->rtl_cycles), different);
}
