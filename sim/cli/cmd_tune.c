#include "cli/commands.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/build_folder.h"
#include "cli/load.h"
#include "cli/stall_option.h"
#include "cli/terminal.h"
#include "cli/tune_options.h"
#include "cli/tune_watch.h"
#include "cli/tuning_proof.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/analysis.h"
#include "hwgen/cosim/cosim.h"
#include "import/device.h"
#include "import/model.h"
#include "report/depth_files.h"
#include "report/model_depths.h"
#include "report/tuning.h"
#include "tune/baseline.h"

struct tune_switches {
    struct option_u64 interval;
    const char *isolated, *back_to_back;
    struct option_list sources, sinks;
    const char *price, *device;
    struct option_list limits;
    const char *method;
    struct option_u32 frames;
    bool json, time;
    const char *output, *write, *write_hls4ml, *write_finn;
    bool verify;
    struct option_u64 seed;
    const char *build_dir;
};

static const struct option_row goal_rows[] = {
    { .name = "max-interval",
      .kind = OPTION_U64,
      .argument = "N",
      .offset = offsetof(struct tune_switches, interval),
      .min = 1,
      .help = "cycles between frames at most, instead of as many as with "
              "FIFOs that are never full" },
    { .name = "max-latency",
      .kind = OPTION_STRING,
      .argument = "N|any",
      .offset = offsetof(struct tune_switches, isolated),
      .help = "cycles that a frame alone takes at most; any: no goal" },
    { .name = "max-latency-back-to-back",
      .kind = OPTION_STRING,
      .argument = "N|any",
      .offset = offsetof(struct tune_switches, back_to_back),
      .help = "the same for any frame among others" },
    { .name = "source",
      .kind = OPTION_LIST,
      .argument = STALL_OPTION_ARGUMENT,
      .offset = offsetof(struct tune_switches, sources),
      .help = "when tokens are offered: " STALL_OPTION_KINDS
              "; may be repeated, and the goals are met with each" },
    { .name = "sink",
      .kind = OPTION_LIST,
      .argument = STALL_OPTION_ARGUMENT,
      .offset = offsetof(struct tune_switches, sinks),
      .help = "when results are taken, in the same words; the first goes "
              "with the first source, and so on" },
    { .name = NULL },
};

static const struct option_row search_rows[] = {
    { .name = "price",
      .kind = OPTION_STRING,
      .argument = "WHAT",
      .offset = offsetof(struct tune_switches, price),
      .help = "what is to be least: bits (default); device, the share of "
              "the device that LUTs and memories take; or weights of bits, "
              "lut, ff, bram18, uram, such as lut=1,bram18=150.5" },
    { .name = "device",
      .kind = OPTION_STRING,
      .argument = "NAME|FILE",
      .offset = offsetof(struct tune_switches, device),
      .help = "show how much of this device the design takes; a name of the "
              "catalogue, or a file (schema: device.schema.json)" },
    { .name = "limit",
      .kind = OPTION_LIST,
      .argument = "FIFO=MIN..MAX",
      .offset = offsetof(struct tune_switches, limits),
      .help = "depths that this FIFO may have, or FIFO=N the one; may be "
              "repeated" },
    { .name = "method",
      .kind = OPTION_STRING,
      .argument = "NAME",
      .offset = offsetof(struct tune_switches, method),
      .help = "ours (default); or the depths by the rule of another tool: "
              "hls4ml, finn, or max, a frame in each" },
    { .name = "frames",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct tune_switches, frames),
      .min = 1,
      .max = 1000,
      .help = "frames that those rules simulate (default: as the tools do)" },
    { .name = NULL },
};

static const struct option_row output_rows[] = {
    { .name = "json",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct tune_switches, json),
      .help = "print the result as JSON (schema: tuning.schema.json)" },
    { .name = "output",
      .letter = 'o',
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct tune_switches, output),
      .help = "write to FILE instead of standard output" },
    { .name = "time",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct tune_switches, time),
      .help = "tell on standard error how long the search took" },
    { .name = "write",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct tune_switches, write),
      .help = "write the model with these depths; it belongs into the model's "
              "folder" },
    { .name = "write-hls4ml",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct tune_switches, write_hls4ml),
      .help = "write the depths of each layer's streams, for hls4ml" },
    { .name = "write-finn",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct tune_switches, write_finn),
      .help = "write the depths as a folding configuration of FINN" },
    { .name = NULL },
};

static const struct option_row proof_rows[] = {
    { .name = "verify",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct tune_switches, verify),
      .help = "run the tuned design as Verilated RTL, and once more with each "
              "FIFO a step cheaper" },
    { .name = "random-data",
      .kind = OPTION_U64,
      .argument = "SEED",
      .offset = offsetof(struct tune_switches, seed),
      .help = "random frames for the RTL instead of the model's data" },
    { .name = "build-dir",
      .kind = OPTION_STRING,
      .argument = "FOLDER",
      .offset = offsetof(struct tune_switches, build_dir),
      .help = "where RTL and build go (default: in the user's cache)" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Goals", goal_rows, 0 },
    { "Search", search_rows, 0 },
    { "Output", output_rows, 0 },
    { "Proof in RTL", proof_rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage tune_usage = {
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .details =
        "Chooses the depth of every FIFO: the cheapest with which interval\n"
        "and latency are no worse than with FIFOs that are never full, or\n"
        "than asked for.  Shows for each FIFO which goal its next cheaper\n"
        "depth misses, and says whether cheaper depths can exist at all.\n"
        "\n"
        "Ctrl-C ends the search with the best so far, a second one at once.\n"
        "Exit status 1: a goal is missed, the search was interrupted, the\n"
        "design is too large for the device, or the RTL says otherwise.",
    .options_size = sizeof(struct tune_switches),
    .groups = groups,
};

static const struct place command_line = { 0 };

/* What is to be done, read from the switches. */
struct tune_job {
    const struct tune_switches *switches;
    const char *file;
    struct model *model;
    struct design *design;
    const struct device *device; /* NULL: none */
    bool ours;                   /* else by the rule of ... */
    enum baseline_method method;
    struct tune_options options;
};

/* --- what is asked for ---------------------------------------------------- */

static bool read_method(struct tune_job *job, struct diag *d)
{
    const char *name = job->switches->method;
    job->ours = name == NULL || strcmp(name, "ours") == 0;
    if (job->ours || baseline_find(name, &job->method))
        return true;
    const char *words[BASELINE_COUNT + 2] = { "ours" };
    for (int m = 0; m < BASELINE_COUNT; m++)
        words[m + 1] = baseline_name((enum baseline_method)m);
    diag_error(d, command_line, DIAG_OPTION,
               "--method: '%s' is none of ours, hls4ml, finn, max", name);
    const char *nearest = nearest_word(words, name);
    if (nearest != NULL)
        diag_hint(d, "did you mean '%s'?", nearest);
    return false;
}

/* Switches that mean nothing together. */
static bool check_switches(const struct tune_job *job, struct diag *d)
{
    const struct tune_switches *s = job->switches;
    const char *what = NULL;
    if (!job->ours && s->verify)
        what = "--verify proves what a search found";
    else if (!job->ours && s->limits.count != 0)
        what = "--limit is for a search";
    if (what != NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "%s; the rule of '%s' chooses without one", what, s->method);
        return false;
    }
    if (s->verify && !family_is_ours(job->design->family)) {
        diag_error(d, command_line, DIAG_UNSUPPORTED,
                   "--verify: there is no RTL of a design of family %s",
                   design_family_name(job->design));
        return false;
    }
    if (s->verify || (!s->seed.given && s->build_dir == NULL))
        return true;
    diag_error(d, command_line, DIAG_OPTION, "%s is for --verify",
               s->seed.given ? "--random-data" : "--build-dir");
    return false;
}

/* A schedule need not say how wide its tokens are: then FIFOs are compared by
 * the tokens that they hold. */
static void price_unknown_widths(struct design *design, struct diag *d)
{
    const char *first = NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < design->stream_count; i++) {
        struct stream *s = &design->streams[i];
        if (s->width_bits != 0 || s->inner)
            continue;
        s->width_bits = 1;
        first = first == NULL ? s->name : first;
        count++;
    }
    if (count == 0)
        return;
    diag_warning(d, command_line, DIAG_FIFO,
                 "how wide the tokens of '%s'%s are is not known: they are "
                 "priced as 1 bit each",
                 first, count == 1 ? "" : " and other FIFOs");
    diag_hint(d, "width_bits of a port in the kernel's file tells it");
}

static bool find_device(struct tune_job *job, struct arena *a, struct diag *d)
{
    const char *name = job->switches->device;
    if (name == NULL)
        name = job->model->hardware.device;
    if (name == NULL)
        return true;
    job->device = device_load(a, name, command_line, d);
    return job->device != NULL;
}

static bool read_goals(struct tune_job *job, struct diag *d)
{
    const struct tune_switches *s = job->switches;
    struct tune_options *o = &job->options;
    o->interval = s->interval.value;
    const bool isolated = tune_latency("--max-latency", s->isolated,
                                       &o->isolated, &o->any_isolated, d);
    return tune_latency("--max-latency-back-to-back", s->back_to_back,
                        &o->back_to_back, &o->any_back_to_back, d) &&
           isolated;
}

/* False: said why.  All that is wrong is said. */
static bool read_job(struct tune_job *job, struct arena *a, struct diag *d)
{
    const struct tune_switches *s = job->switches;
    struct tune_options *o = &job->options;
    bool ok = read_goals(job, d);
    o->scenarios =
        tune_scenarios(a, &s->sources, &s->sinks, &o->scenario_count, d);
    ok &= o->scenario_count == 0 || o->scenarios != NULL;
    ok &= read_method(job, d);
    job->design = load_design(a, job->file, &(struct design_switches){ 0 },
                              &job->model, d);
    if (job->design == NULL || !ok)
        return false;
    price_unknown_widths(job->design, d);
    if (!find_device(job, a, d) || !check_switches(job, d) ||
        !tune_pricing(a, s->price, job->device, &o->pricing, d))
        return false;
    o->limit_count = s->limits.count;
    o->limits = tune_limits(a, job->design, &s->limits, d);
    return o->limit_count == 0 || o->limits != NULL;
}

/* --- doing it ------------------------------------------------------------- */

static const uint32_t *baseline(struct arena *a, const struct tune_job *job,
                                enum baseline_method m)
{
    return baseline_depths(a, job->design, m, job->switches->frames.value)
        ->depths;
}

/* The tuner with no choice but these depths says which goals they miss. */
static void fix_depths(struct arena *a, const struct tune_job *job,
                       const uint32_t *depths, struct tune_options *o)
{
    const struct design *d = job->design;
    struct depth_limit *limits =
        arena_new_array(a, struct depth_limit, d->stream_count);
    o->limits = limits;
    o->limit_count = 0;
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (tune_looks_for(d, &d->streams[i]))
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
        if (tune_looks_for(deep, &deep->streams[i]))
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
    if (r->tuning->outcome == TUNE_LIMITED && !r->interrupted &&
        job->options.limit_count != 0)
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

static struct tuning_report tune(struct arena *a, struct tune_job *job)
{
    struct tuning_report r = { .asked = &job->options, .device = job->device };
    struct tune_watch watch;
    r.by_device = job->switches->price != NULL &&
                  strcmp(job->switches->price, "device") == 0;
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
    r.interrupted = tune_watch_interrupted(&watch);
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
    if (job->switches->time)
        fprintf(stderr,
                "search %" PRIu64 ".%03" PRIu64 " s, %" PRIu64 " runs\n",
                us / 1000000, us / 1000 % 1000, r.tuning->runs);
    return r;
}

/* --- proof in RTL --------------------------------------------------------- */

enum { PROOF_FRAMES = 3 };

/* NULL: said why. */
static const struct tuning_proof *prove(struct arena *a,
                                        const struct tune_job *job,
                                        const struct tuning *t, struct diag *d)
{
    struct option_u64 seed = job->switches->seed;
    struct dataset data = { 0 };
    struct build_folder folder;
    if (job->model->data_inputs == NULL && !seed.given)
        seed = (struct option_u64){ .given = true, .value = 1 };
    if (!load_data(a, job->model, PROOF_FRAMES, &seed, &data, d) ||
        !build_folder_open(&folder, a, job->switches->build_dir, job->file,
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

static const struct tuning_rtl *rtl_of(struct arena *a,
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

/* --- files ---------------------------------------------------------------- */

/* A model names its weights and kernels by paths from its own folder. */
static void check_folder(const struct tune_job *job, const char *path,
                         struct arena *a, struct diag *d)
{
    struct stat from, to;
    const char *folder = file_folder(a, path);
    if (stat(*folder == '\0' ? "." : folder, &to) != 0 ||
        stat(*job->model->folder == '\0' ? "." : job->model->folder, &from) !=
            0 ||
        (from.st_dev == to.st_dev && from.st_ino == to.st_ino))
        return;
    diag_warning(d, (struct place){ .file = path }, DIAG_FILE_WRITE,
                 "not in the folder of '%s': files that the model names are "
                 "not found from there",
                 job->model->path);
}

static bool write_depths(const struct tune_job *job, const uint32_t *depths,
                         struct arena *a, struct diag *d)
{
    const struct tune_switches *s = job->switches;
    struct text *model = text_new(a), *hls4ml = text_new(a),
                *finn = text_new(a);
    /* First all of them, so that a fault in one leaves no other behind. */
    if ((s->write != NULL && !model_depths_print(a, job->design, depths,
                                                 job->model->path, model, d)) ||
        (s->write_hls4ml != NULL &&
         !depth_files_hls4ml(a, job->design, depths, hls4ml, d)) ||
        (s->write_finn != NULL &&
         !depth_files_finn(a, job->design, depths, finn, d)))
        return false;
    if (s->write != NULL)
        check_folder(job, s->write, a, d);
    return (s->write == NULL || terminal_write(s->write, model, d)) &&
           (s->write_hls4ml == NULL ||
            terminal_write(s->write_hls4ml, hls4ml, d)) &&
           (s->write_finn == NULL || terminal_write(s->write_finn, finn, d));
}

int cmd_tune(struct invocation *in, const void *options)
{
    struct arena *a = in->arena;
    struct tune_job job = { .switches = options,
                            .file = in->operands.items[0] };
    if (!read_job(&job, a, in->diag))
        return COMMAND_FAILED;
    struct tuning_report r = tune(a, &job);
    const struct tuning_proof *proof = NULL;
    if (job.switches->verify && r.tuning->outcome == TUNE_DONE) {
        proof = prove(a, &job, r.tuning, in->diag);
        if (proof == NULL)
            return COMMAND_FAILED;
        r.rtl = rtl_of(a, proof);
    }
    struct text *out = text_new(a);
    if (job.switches->json) {
        tuning_print_json(&r, a, out);
    } else {
        tuning_print(&r, a, out);
        if (proof != NULL) {
            text_add(out, "\n");
            tuning_proof_print(proof, a, out);
        }
    }
    if (r.chosen != NULL && !write_depths(&job, r.chosen->depths, a, in->diag))
        return COMMAND_FAILED;
    if (!terminal_write(job.switches->output, out, in->diag))
        return COMMAND_FAILED;
    const bool good = r.tuning->outcome == TUNE_DONE &&
                      tuning_report_fits(&r) && (r.rtl == NULL || r.rtl->holds);
    return good ? COMMAND_DONE : COMMAND_FOUND;
}
