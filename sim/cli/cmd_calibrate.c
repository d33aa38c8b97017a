#include "cli/commands.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/json_write.h"
#include "base/text.h"
#include "cli/fit_runs.h"
#include "cli/terminal.h"
#include "report/table.h"
#include "traces/fit_file.h"
#include "traces/fit_search.h"

struct calibrate_options {
    const char *process, *frame, *source;
    struct option_list fit, check, inputs, outputs;
    const char *signals, *clock, *reset, *scope;
    bool accept;
    bool json;
    const char *output;
};

static const struct option_row run_rows[] = {
    { .name = "process",
      .kind = OPTION_STRING,
      .argument = "NAME",
      .offset = offsetof(struct calibrate_options, process),
      .help = "name of the process in the file that is written" },
    { .name = "fit",
      .kind = OPTION_LIST,
      .argument = "FILE[,KEY=VALUE...]",
      .offset = offsetof(struct calibrate_options, fit),
      .help = "a trace to fit, and what was done to the process in it; may be "
              "repeated" },
    { .name = "check",
      .kind = OPTION_LIST,
      .argument = "FILE[,KEY=VALUE...]",
      .offset = offsetof(struct calibrate_options, check),
      .help = "a trace that is only compared with the fit; may be repeated" },
    { .name = "input",
      .kind = OPTION_LIST,
      .argument = "STREAM",
      .offset = offsetof(struct calibrate_options, inputs),
      .help = "what the process reads (NAME:w, NAME:r: one side of a FIFO); "
              "not needed in a trace of two streams; may be repeated" },
    { .name = "output",
      .kind = OPTION_LIST,
      .argument = "STREAM",
      .offset = offsetof(struct calibrate_options, outputs),
      .help = "what it writes; may be repeated" },
    { .name = "frame",
      .kind = OPTION_STRING,
      .argument = "READS:WRITES",
      .offset = offsetof(struct calibrate_options, frame),
      .help = "tokens of one frame; default: what the counts of all runs have "
              "in common" },
    { .name = "source",
      .kind = OPTION_STRING,
      .argument = "TEXT",
      .offset = offsetof(struct calibrate_options, source),
      .help = "where the traces are from; goes into the file" },
    { .name = "accept-undetermined",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct calibrate_options, accept),
      .help = "write the file although the runs do not determine everything; "
              "what is open is written down in it" },
    { .name = NULL },
};

static const struct option_row wave_rows[] = {
    { .name = "signals",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct calibrate_options, signals),
      .help = "of waveforms: which signals are which stream, as JSON" },
    { .name = "clock",
      .kind = OPTION_STRING,
      .argument = "SIGNAL",
      .offset = offsetof(struct calibrate_options, clock),
      .help = "of waveforms: the clock of all streams" },
    { .name = "reset",
      .kind = OPTION_STRING,
      .argument = "SIGNAL",
      .offset = offsetof(struct calibrate_options, reset),
      .help = "of waveforms: the reset; '!' in front: active low" },
    { .name = "scope",
      .kind = OPTION_STRING,
      .argument = "SCOPE",
      .offset = offsetof(struct calibrate_options, scope),
      .help = "of waveforms: look for streams in and below this" },
    { .name = NULL },
};

static const struct option_row output_rows[] = {
    { .name = "json",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct calibrate_options, json),
      .help = "print the residuals as JSON (schema: "
              "calibration-result.schema.json)" },
    { .name = "write",
      .letter = 'o',
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct calibrate_options, output),
      .help = "write the schedule to FILE (schema: schedule.schema.json)" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Process and runs", run_rows, 0 },
    { "Waveforms", wave_rows, 0 },
    { "Output", output_rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage calibrate_usage = {
    .operands = NULL,
    .details =
        "Learns from traces when a process reads and writes and what it waits\n"
        "for, and writes that as a schedule which a model config can use.  A\n"
        "trace is VCD, FST, events as CSV, or compact.  Runs differ in what\n"
        "was done to the process: nothing, gaps at the input, an output that\n"
        "is held; a parameter that no run shows is not guessed.\n"
        "\n"
        "KEY=VALUE: source.grid=N, source.phase=N, sink.grid=N, sink.phase=N\n"
        "(as in a model config), stimulus=FILE (two lines, in_valid and\n"
        "out_ready, a digit a cycle), run=NAME (of a file with several).\n"
        "Where the streams are FIFOs: depth=N of those at the output, and\n"
        "latency=N from write to readable (default: 1).\n"
        "Exit status 1: the fit is not exact, or not all is determined.",
    .options_size = sizeof(struct calibrate_options),
    .groups = groups,
};

static const struct place command_line = { 0 };

struct frame {
    uint64_t reads, writes;
};

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* What the numbers of tokens of all runs have in common. */
static bool guess_frame(const struct fit_runs *x, struct frame *f,
                        struct diag *d)
{
    for (uint32_t i = 0; i < x->count; i++) {
        f->reads = greatest_divisor(f->reads, x->runs[i].read_count);
        f->writes = greatest_divisor(f->writes, x->runs[i].write_count);
    }
    bool ok = f->reads != 0 && f->writes != 0;
    for (uint32_t i = 0; ok && i < x->count; i++)
        ok = x->runs[i].read_count / f->reads ==
             x->runs[i].write_count / f->writes;
    if (ok)
        return true;
    diag_error(d, command_line, DIAG_CALIBRATE,
               "how many tokens a frame has does not follow from the runs: "
               "they have %" PRIu64 " reads and %" PRIu64 " writes in common, "
               "and not equally many of both",
               f->reads, f->writes);
    diag_hint(d, "give it: --frame READS:WRITES");
    return false;
}

static bool read_frame(const struct calibrate_options *o,
                       const struct fit_runs *x, struct frame *f,
                       struct arena *a, struct diag *d)
{
    enum { FRAME_MAX = 1 << 24 };
    *f = (struct frame){ 0 };
    if (o->frame == NULL)
        return guess_frame(x, f, d);
    char *reads = arena_strdup(a, o->frame);
    char *colon = strchr(reads, ':');
    if (colon == NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--frame '%s' is not READS:WRITES", o->frame);
        return false;
    }
    *colon = '\0';
    return options_number("--frame", reads, 1, FRAME_MAX, &f->reads, d) &&
           options_number("--frame", colon + 1, 1, FRAME_MAX, &f->writes, d);
}

/* A run has whole frames, but for what is on the way at its end. */
static bool check_run(const struct fit_run *r, const struct frame *f,
                      struct diag *d)
{
    const struct place where = { .file = r->name };
    const uint64_t in = r->read_count / f->reads;
    const uint64_t out = r->write_count / f->writes;
    if (r->read_count == 0 || r->write_count == 0) {
        diag_error(d, where, DIAG_CALIBRATE,
                   "the process %s nothing in this run",
                   r->read_count == 0 ? "reads" : "writes");
        return false;
    }
    if (in > out + 1 || out > in + 1) {
        diag_error(d, where, DIAG_CALIBRATE,
                   "%" PRIu64 " reads are %" PRIu64 " frames of %" PRIu64
                   ", but %" PRIu64 " writes are %" PRIu64
                   " frames of %" PRIu64,
                   r->read_count, in, f->reads, r->write_count, out, f->writes);
        diag_hint(d, "is this a trace of another process?");
        return false;
    }
    return true;
}

/* What repeats cannot be told from one frame. */
static bool check_runs(const struct fit_runs *x, const struct frame *f,
                       struct diag *d)
{
    bool ok = true;
    uint64_t most = 0;
    for (uint32_t i = 0; i < x->count; i++) {
        ok &= check_run(&x->runs[i], f, d);
        const uint64_t frames = x->runs[i].write_count / f->writes;
        most = !x->runs[i].is_check && frames > most ? frames : most;
    }
    if (ok && most < 2) {
        diag_error(d, command_line, DIAG_CALIBRATE,
                   "no run to fit has two whole frames, so what follows a "
                   "frame does not show");
        diag_hint(d, "record two frames or more");
        ok = false;
    }
    return ok;
}

static bool report_failure(const struct fit_runs *x, const struct fit_result *r,
                           struct diag *d)
{
    const struct fit_failure *f = &r->failure;
    /* Runs to fit are the first ones. */
    diag_error(d, (struct place){ .file = x->runs[f->run].name },
               DIAG_CALIBRATE,
               "no schedule explains %s %" PRIu64 " in cycle %" PRIu64
               ", the furthest that any explains all that comes before",
               f->event == TOKEN_READ ? "read" : "write", f->token,
               f->measured);
    diag_hint(d, "a process that waits for something else than its tokens, or "
                 "whose pace "
                 "depends on the data, is not one of those that can be fitted");
    return false;
}

static void print_text(const struct fit_report *f, struct arena *a,
                       struct text *out)
{
    static const char *const kinds[] = {
        [FIT_JOINED] = "reads and writes in one cycle",
        [FIT_DIRECT] = "reads and writes wait for each other",
        [FIT_WORKED] = "reads, work and writes wait for each other",
        [FIT_BUBBLES] = "freezes as a whole when its output is held (bubbles)",
        [FIT_RIGID] = "freezes as a whole when anything is missing (rigid)",
    };
    const struct fit_model *m = &f->result->model;
    text_printf(out, "%s: %s\n", f->name, kinds[m->kind]);
    text_printf(out,
                "frame          %u reads, %u writes; repeats after %u and %u\n",
                f->frame_reads, f->frame_writes, m->reads, m->writes);
    if (m->kind != FIT_JOINED && f->result->stages.data_tokens != 0)
        text_printf(out, "latency        %u cycles from read to write\n",
                    m->data_latency + m->result_latency);
    if (fit_model_freezes(m) && m->data_latency != 0)
        text_printf(out, "latency        %u ticks from read to write\n",
                    m->data_latency);
    if (m->kind == FIT_WORKED && m->work_gap != 1)
        text_printf(out, "pace           a write every %u cycles\n",
                    m->work_gap);
    if (m->read_start != 0 || m->work_start != 0)
        text_printf(out, "start          cycle %" PRIu64 "\n",
                    m->read_start > m->work_start ? m->read_start
                                                  : m->work_start);
    text_printf(out, "program        %zu steps and loops\n\n",
                f->result->stages.size);
    struct table *t =
        table_new(a, "<run|<use|events|different|largest|<first deviation");
    for (uint32_t i = 0; i < f->run_count; i++) {
        const struct fit_residual *x = &f->residuals[i];
        table_row(t);
        table_cell(t, "%s", f->runs[i].name);
        table_cell(t, "%s", f->runs[i].is_check ? "check" : "fit");
        table_cell_number(t, x->events);
        table_cell_number(t, x->different);
        table_cell_number(t, x->largest);
        if (x->different == 0)
            table_cell(t, "-");
        else
            table_cell(t,
                       "%s %" PRIu64 ": cycle %" PRIu64 ", fit says %" PRIu64,
                       x->event == TOKEN_READ ? "read" : "write", x->token,
                       x->measured, x->predicted);
    }
    table_print(t, out);
    for (uint32_t i = 0; i < f->open_count; i++)
        text_printf(out, "%snot determined %s\n", i == 0 ? "\n" : "",
                    f->open[i]);
}

static void print_json(const struct fit_report *f, struct arena *a,
                       struct text *out)
{
    struct json_out *root = json_out_new(a);
    json_add_string(root, "name", f->name);
    json_add_u64(root, "reads_per_frame", f->frame_reads);
    json_add_u64(root, "writes_per_frame", f->frame_writes);
    json_add_u64(root, "unit_reads", f->result->model.reads);
    json_add_u64(root, "unit_writes", f->result->model.writes);
    json_add_u64(root, "program_size", f->result->stages.size);
    fit_file_add_measured(root, f);
    json_out_print(root, out);
}

static struct fit_residual *compare_runs(struct arena *a,
                                         const struct fit_runs *x,
                                         const struct fit_model *m)
{
    struct fit_residual *out =
        arena_new_array(a, struct fit_residual, x->count);
    struct arena *scratch = arena_new();
    for (uint32_t i = 0; i < x->count; i++)
        out[i] = fit_model_compare(m, &x->runs[i],
                                   arena_new_array(scratch, uint64_t,
                                                   x->runs[i].write_count + 1));
    arena_free(scratch);
    return out;
}

static int finish(const struct calibrate_options *o, const struct fit_report *f,
                  struct arena *a, struct diag *d)
{
    bool exact = true;
    for (uint32_t i = 0; i < f->run_count; i++)
        exact &= f->residuals[i].different == 0;
    const bool writes = f->open_count == 0 || o->accept;
    struct text *out = text_new(a);
    if (o->json)
        print_json(f, a, out);
    else
        print_text(f, a, out);
    if (!terminal_write(NULL, out, d))
        return COMMAND_FAILED;
    if (!writes && o->output != NULL) {
        diag_warning(d, command_line, DIAG_CALIBRATE,
                     "'%s' was not written: the runs do not determine "
                     "everything",
                     o->output);
        diag_hint(d, "add such a run, or --accept-undetermined");
    }
    if (writes && o->output != NULL) {
        struct text *file = text_new(a);
        fit_file_print(a, f, file);
        if (!file_write_text(o->output, file, d))
            return COMMAND_FAILED;
    }
    return exact && f->open_count == 0 ? COMMAND_DONE : COMMAND_FOUND;
}

int cmd_calibrate(struct invocation *in, const void *options)
{
    const struct calibrate_options *o = options;
    struct arena *a = in->arena;
    struct diag *d = in->diag;
    if (o->process == NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "the process has no name: --process NAME is missing");
        return COMMAND_FAILED;
    }
    const struct fit_runs_request q = {
        .fit = &o->fit,
        .check = &o->check,
        .inputs = &o->inputs,
        .outputs = &o->outputs,
        .recording = { .mapping = o->signals,
                       .clock = o->clock,
                       .reset = o->reset,
                       .scope = o->scope },
    };
    struct fit_runs x;
    struct frame frame;
    if (!fit_runs_open(a, &q, &x, d) || !read_frame(o, &x, &frame, a, d) ||
        !check_runs(&x, &frame, d))
        return COMMAND_FAILED;
    const struct fit_result result =
        fit_search(a, x.runs, x.count, (uint32_t)frame.reads,
                   (uint32_t)frame.writes);
    if (!result.found) {
        report_failure(&x, &result, d);
        return COMMAND_FAILED;
    }
    const char *const *open;
    struct fit_report f = {
        .name = o->process,
        .source = o->source,
        .frame_reads = (uint32_t)frame.reads,
        .frame_writes = (uint32_t)frame.writes,
        .input_count = x.input_count,
        .output_count = x.output_count,
        .run_count = x.count,
        .runs = x.runs,
        .result = &result,
        .residuals = compare_runs(a, &x, &result.model),
    };
    f.open_count = fit_file_open(a, &result, &open);
    f.open = open;
    return finish(o, &f, a, d);
}
