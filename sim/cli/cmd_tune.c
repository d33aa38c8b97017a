#include "cli/commands.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/parallel.h"
#include "base/text.h"
#include "cli/depth_output.h"
#include "cli/load.h"
#include "cli/stall_option.h"
#include "cli/terminal.h"
#include "cli/tune_job.h"
#include "cli/tune_options.h"
#include "cli/tuning_proof.h"
#include "design/design.h"
#include "import/device.h"
#include "import/model.h"
#include "report/pareto_table.h"
#include "report/tuning.h"
#include "tune/pareto.h"

struct tune_switches {
    struct foreign_switches foreign;
    struct option_u64 interval;
    const char *isolated, *back_to_back;
    struct option_list sources, sinks;
    const char *price, *device;
    struct option_list limits;
    const char *method;
    struct option_u32 frames, threads;
    bool thorough, json, time, pareto;
    struct option_u32 points;
    const char *svg;
    const char *output;
    struct depth_output write;
    bool verify;
    struct tune_proof proof;
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
    { .name = "thorough",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct tune_switches, thorough),
      .help = "search from the least depths as well, and longer for a proof "
              "that nothing is cheaper" },
    { .name = "threads",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct tune_switches, threads),
      .min = 1,
      .max = 256,
      .help = "threads to search with (default: one for each processor); the "
              "result is the same with any number" },
    { .name = "frames",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct tune_switches, frames),
      .min = 1,
      .max = 1000,
      .help = "frames that those rules simulate (default: as the tools do)" },
    { .name = NULL },
};

static const struct option_row pareto_rows[] = {
    { .name = "pareto",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct tune_switches, pareto),
      .help = "show what slower frames save: interval against price, and "
              "isolated latency (JSON schema: pareto.schema.json)" },
    { .name = "points",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct tune_switches, points),
      .min = 1,
      .max = 1000,
      .help = "points of each curve at most (default: 8)" },
    { .name = "svg",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct tune_switches, svg),
      .help = "draw the curves" },
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
      .offset = offsetof(struct tune_switches, write.model),
      .help = "write the model with these depths; it belongs into the model's "
              "folder" },
    { .name = "write-hls4ml",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct tune_switches, write.hls4ml),
      .help = "write the depths of each layer's streams, for hls4ml" },
    { .name = "write-finn",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct tune_switches, write.finn),
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
      .offset = offsetof(struct tune_switches, proof.seed),
      .help = "random frames for the RTL instead of the model's data" },
    { .name = "build-dir",
      .kind = OPTION_STRING,
      .argument = "FOLDER",
      .offset = offsetof(struct tune_switches, proof.build_dir),
      .help = "where RTL and build go (default: in the user's cache)" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Model", foreign_switch_rows, offsetof(struct tune_switches, foreign) },
    { "Folding", fold_switch_rows, offsetof(struct tune_switches, foreign) },
    { "Goals", goal_rows, 0 },
    { "Search", search_rows, 0 },
    { "Curves", pareto_rows, 0 },
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

/* --- what is asked for ---------------------------------------------------- */

static bool read_method(struct tune_job *job, const char *name, struct diag *d)
{
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
static bool check_switches(const struct tune_job *job,
                           const struct tune_switches *s, struct diag *d)
{
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
    if (s->verify || (!s->proof.seed.given && s->proof.build_dir == NULL))
        return true;
    diag_error(d, command_line, DIAG_OPTION, "%s is for --verify",
               s->proof.seed.given ? "--random-data" : "--build-dir");
    return false;
}

/* Curves are of a search, over goals of all sizes. */
static bool check_pareto(const struct tune_switches *s, struct diag *d)
{
    const bool goals =
        s->interval.given || s->isolated != NULL || s->back_to_back != NULL;
    const bool files = s->write.model != NULL || s->write.hls4ml != NULL ||
                       s->write.finn != NULL;
    const char *other = goals               ? "goals"
                        : s->method != NULL ? "--method"
                        : s->verify         ? "--verify"
                        : files             ? "files of depths"
                        : s->time           ? "--time"
                                            : NULL;
    if (s->pareto && other != NULL)
        diag_error(d, command_line, DIAG_OPTION,
                   "--pareto looks for many depths; %s are for one search",
                   other);
    else if (!s->pareto && (s->points.given || s->svg != NULL))
        diag_error(d, command_line, DIAG_OPTION, "%s is for --pareto",
                   s->svg != NULL ? "--svg" : "--points");
    else if (s->points.given && s->points.value < 2)
        diag_error(d, command_line, DIAG_OPTION,
                   "--points: a curve has two ends, so at least 2 points");
    else
        return true;
    return false;
}

static bool find_device(struct tune_job *job, const char *name, struct arena *a,
                        struct diag *d)
{
    if (name == NULL)
        name = job->model->hardware.device;
    if (name == NULL)
        return true;
    job->device = device_load(a, name, command_line, d);
    return job->device != NULL;
}

static bool read_goals(struct tune_options *o, const struct tune_switches *s,
                       struct diag *d)
{
    o->interval = s->interval.value;
    const bool isolated = tune_latency("--max-latency", s->isolated,
                                       &o->isolated, &o->any_isolated, d);
    return tune_latency("--max-latency-back-to-back", s->back_to_back,
                        &o->back_to_back, &o->any_back_to_back, d) &&
           isolated;
}

/* False: said why.  All that is wrong is said. */
static bool read_job(struct tune_job *job, const struct tune_switches *s,
                     struct arena *a, struct diag *d)
{
    struct tune_options *o = &job->options;
    bool ok = check_pareto(s, d);
    ok &= read_goals(o, s, d);
    o->scenarios =
        tune_scenarios(a, &s->sources, &s->sinks, &o->scenario_count, d);
    ok &= o->scenario_count == 0 || o->scenarios != NULL;
    ok &= read_method(job, s->method, d);
    job->design =
        load_design(a, job->file,
                    &(struct design_switches){ .foreign = s->foreign },
                    &job->model, d);
    if (job->design == NULL || !ok ||
        (s->write.model != NULL && !depth_output_has_config(job->model, d)) ||
        !load_is_on_one_board(job->design, "tuning", d))
        return false;
    tune_unknown_widths(job->design, d);
    if (!find_device(job, s->device, a, d) || !check_switches(job, s, d) ||
        !tune_pricing(a, s->price, job->device, &o->pricing, d))
        return false;
    job->by_device = s->price != NULL && strcmp(s->price, "device") == 0;
    job->frames = s->frames.value;
    job->time = s->time;
    o->thorough = s->thorough;
    o->threads = s->threads.given ? s->threads.value : parallel_processors();
    o->limit_count = s->limits.count;
    o->limits = tune_limits(a, job->design, &s->limits, d);
    return o->limit_count == 0 || o->limits != NULL;
}

enum { POINTS_DEFAULT = 8 };

static int show_curves(struct invocation *in, const struct tune_job *job,
                       const struct tune_switches *s)
{
    struct arena *a = in->arena;
    const uint32_t points = s->points.given ? s->points.value : POINTS_DEFAULT;
    const struct pareto_report r = {
        .design = job->design,
        .device = job->by_device ? job->device : NULL,
        .curve_count = TUNE_CURVES,
        .curves = tune_job_curves(a, job, points),
    };
    struct text *out = text_new(a), *svg = text_new(a);
    if (s->json)
        pareto_print_json(&r, a, out);
    else
        pareto_print(&r, a, out);
    const bool drawn = s->svg == NULL || pareto_plot(&r, a, svg);
    if ((s->svg != NULL && drawn && !terminal_write(s->svg, svg, in->diag)) ||
        !terminal_write(s->output, out, in->diag))
        return COMMAND_FAILED;
    bool done = drawn;
    for (uint32_t i = 0; i < r.curve_count; i++)
        done = done && r.curves[i]->outcome == TUNE_DONE;
    return done ? COMMAND_DONE : COMMAND_FOUND;
}

int cmd_tune(struct invocation *in, const void *options)
{
    const struct tune_switches *s = options;
    struct arena *a = in->arena;
    struct tune_job job = { .file = in->operands.items[0] };
    if (!read_job(&job, s, a, in->diag))
        return COMMAND_FAILED;
    if (s->pareto)
        return show_curves(in, &job, s);
    struct tuning_report r = tune_job_run(a, &job);
    const struct tuning_proof *proof = NULL;
    struct tune_proof how = s->proof;
    if (s->verify && r.tuning->outcome == TUNE_DONE) {
        proof = tune_job_prove(a, &job, r.tuning, &how, in->diag);
        if (proof == NULL)
            return COMMAND_FAILED;
        r.rtl = tune_job_rtl(a, proof);
    }
    struct text *out = text_new(a);
    if (s->json)
        tuning_print_json(&r, a, out);
    else
        tuning_print(&r, a, out);
    if (!s->json && proof != NULL) {
        text_add(out, "\n");
        if (how.seed.given)
            text_printf(out, "random data, seed %" PRIu64 "\n", how.seed.value);
        tuning_proof_print(proof, a, out);
    }
    if ((r.chosen != NULL &&
         !depth_output_write(&s->write, job.model, job.design, r.chosen->depths,
                             in->diag)) ||
        !terminal_write(s->output, out, in->diag))
        return COMMAND_FAILED;
    const bool good = r.tuning->outcome == TUNE_DONE &&
                      tuning_report_fits(&r) && (r.rtl == NULL || r.rtl->holds);
    return good ? COMMAND_DONE : COMMAND_FOUND;
}
