#include "cli/commands.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "cli/progress.h"
#include "cli/sides.h"
#include "cli/terminal.h"
#include "report/comparison_table.h"
#include "report/occupancy_plot.h"
#include "traces/clock_match.h"
#include "traces/comparison.h"
#include "traces/frame_fit.h"
#include "traces/pairing.h"
#include "traces/report.h"
#include "traces/side.h"

/* Lists hold values for both sides, or behind "A:" or "B:" for one. */
enum { FRAMES_MAX = 100000 };

struct compare_options {
    const char *pairs;
    const char *align;
    struct option_u64 tolerance;
    struct option_u32 frames;
    struct option_list fifo_depth, random_stalls;
    struct option_list run, signals, clock, reset, scope;
    struct foreign_switches foreign; /* of models of both sides */
    bool json;
    const char *plot;
    const char *output;
};

static const struct option_row comparison_rows[] = {
    { .name = "pairs",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct compare_options, pairs),
      .help = "which streams are the same where names do not say so: JSON, "
              "{\"streams\": {\"NAME IN A\": \"NAME IN B\"}}" },
    { .name = "align",
      .kind = OPTION_STRING,
      .argument = "first|none",
      .offset = offsetof(struct compare_options, align),
      .help = "first: take out the offset of the first handshake that both "
              "have (default); none: compare cycles as they are" },
    { .name = "tolerance",
      .kind = OPTION_U64,
      .argument = "N",
      .offset = offsetof(struct compare_options, tolerance),
      .max = INT64_MAX,
      .help = "differences of at most N cycles are none (default: 0); of "
              "FIFO peaks in reports, N tokens" },
    { .name = "frames",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct compare_options, frames),
      .min = 1,
      .max = FRAMES_MAX,
      .help = "compare N frames (default: as many as a trace beside a model "
              "holds; 3 of two models); two traces are cut into N" },
    { .name = NULL },
};

static const struct option_row side_rows[] = {
    { .name = "fifo-depth",
      .kind = OPTION_LIST,
      .argument = "[A:|B:]N|FIFO=N",
      .offset = offsetof(struct compare_options, fifo_depth),
      .help = "of a model: depth of all FIFOs, or of one" },
    { .name = "random-stalls",
      .kind = OPTION_LIST,
      .argument = "[A:|B:]SEED",
      .offset = offsetof(struct compare_options, random_stalls),
      .help = "of a model: source and sink pause at random" },
    { .name = "run",
      .kind = OPTION_LIST,
      .argument = "[A:|B:]NAME",
      .offset = offsetof(struct compare_options, run),
      .help = "of a file of events with several runs: the one to take" },
    { .name = "signals",
      .kind = OPTION_LIST,
      .argument = "[A:|B:]FILE",
      .offset = offsetof(struct compare_options, signals),
      .help = "of a waveform: which signals are which stream, as JSON" },
    { .name = "clock",
      .kind = OPTION_LIST,
      .argument = "[A:|B:]SIGNAL",
      .offset = offsetof(struct compare_options, clock),
      .help = "of a waveform: the clock of all streams" },
    { .name = "reset",
      .kind = OPTION_LIST,
      .argument = "[A:|B:]SIGNAL",
      .offset = offsetof(struct compare_options, reset),
      .help = "of a waveform: the reset; '!' in front: active low" },
    { .name = "scope",
      .kind = OPTION_LIST,
      .argument = "[A:|B:]SCOPE",
      .offset = offsetof(struct compare_options, scope),
      .help = "of a waveform: look for streams in and below this" },
    { .name = NULL },
};

static const struct option_row output_rows[] = {
    { .name = "json",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct compare_options, json),
      .help = "print the result as JSON (schema: comparison.schema.json)" },
    { .name = "plot",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct compare_options, plot),
      .help = "draw how many tokens each FIFO holds over time, A and B over "
              "each other, to FILE as SVG" },
    { .name = "output",
      .letter = 'o',
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct compare_options, output),
      .help = "write to FILE instead of standard output" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Comparison", comparison_rows, 0 },
    { "One side; A: or B: in front, else both", side_rows, 0 },
    { "Models of both sides", foreign_switch_rows,
      offsetof(struct compare_options, foreign) },
    { "Folding", fold_switch_rows, offsetof(struct compare_options, foreign) },
    { "Output", output_rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage compare_usage = {
    .operands = "A B",
    .operand_min = 2,
    .operand_max = 2,
    .details =
        "Finds where two runs part: the first handshake that differs in time\n"
        "and in dataflow order, how far each stream is off and whether it\n"
        "drifts, latency, interval and FIFO peaks.  A and B each are a model\n"
        "or another tool's file of one, which is simulated; a trace (VCD, FST, "
        "events as CSV, compact); or a\n"
        "report of a tool, of which its figures are compared.\n"
        "\n"
        "Streams are paired by name, also with '_' for '.', behind scopes and\n"
        "before the endings of HLS tools; if no name fits, by their position\n"
        "in the graph.  Exit status 1: something differs by more than the\n"
        "tolerance.",
    .options_size = sizeof(struct compare_options),
    .groups = groups,
};

/* Options of one side */

/* The value for `side`; NULL: it is for the other one. */
static const char *value_for(char side, const char *text)
{
    if ((text[0] != 'A' && text[0] != 'B') || text[1] != ':')
        return text;
    return text[0] == side ? text + 2 : NULL;
}

static bool all_for(struct arena *a, char side, const char *option,
                    const struct option_list *list, struct option_list *own,
                    struct diag *d)
{
    *own = (struct option_list){ 0, arena_new_array(a, const char *,
                                                    list->count) };
    for (uint32_t i = 0; i < list->count; i++) {
        const char *value = value_for(side, list->items[i]);
        if (value == NULL)
            continue;
        if (value[0] == '\0') {
            diag_error(d, (struct place){ 0 }, DIAG_OPTION,
                       "%s: the value is empty", option);
            return false;
        }
        own->items[own->count++] = value;
    }
    return true;
}

static bool one_for(struct arena *a, char side, const char *option,
                    const struct option_list *list, const char **value,
                    struct diag *d)
{
    struct option_list own;
    if (!all_for(a, side, option, list, &own, d))
        return false;
    *value = own.count > 0 ? own.items[0] : NULL;
    if (own.count <= 1)
        return true;
    diag_error(d, (struct place){ 0 }, DIAG_OPTION,
               "option '%s' is given more than once for %c", option, side);
    return false;
}

static bool request_for(struct arena *a, char side, const char *path,
                        const struct compare_options *o, struct side_request *q,
                        struct diag *d)
{
    const char *seed;
    struct recording_options *r = &q->recording;
    *q = (struct side_request){ .path = path,
                                .design = { .foreign = o->foreign } };
    if (!all_for(a, side, "--fifo-depth", &o->fifo_depth, &q->design.fifo_depth,
                 d) ||
        !one_for(a, side, "--random-stalls", &o->random_stalls, &seed, d) ||
        !one_for(a, side, "--run", &o->run, &r->run, d) ||
        !one_for(a, side, "--signals", &o->signals, &r->mapping, d) ||
        !one_for(a, side, "--clock", &o->clock, &r->clock, d) ||
        !one_for(a, side, "--reset", &o->reset, &r->reset, d) ||
        !one_for(a, side, "--scope", &o->scope, &r->scope, d))
        return false;
    if (seed == NULL)
        return true;
    q->design.random_stalls.given = true;
    return options_number("--random-stalls", seed, 0, UINT64_MAX,
                          &q->design.random_stalls.value, d);
}

/* `align` NULL: the default. */
static bool read_alignment(const char *align, enum alignment *out,
                           struct diag *d)
{
    *out =
        align != NULL && strcmp(align, "none") == 0 ? ALIGN_NONE : ALIGN_FIRST;
    if (align == NULL || *out == ALIGN_NONE || strcmp(align, "first") == 0)
        return true;
    diag_error(d, (struct place){ 0 }, DIAG_OPTION,
               "--align: '%s' is neither 'first' nor 'none'", align);
    return false;
}

/* How many frames a run beside a report has: as many as that is of. */
static uint32_t frames_beside(const struct report *r, uint32_t told)
{
    uint64_t frames = r->frame_count > 0 ? r->frame_count : r->frames;
    if (told != 0)
        return told;
    if (frames == 0 || frames == REPORT_NONE)
        return FRAMES_DEFAULT;
    return frames < FRAMES_MAX ? (uint32_t)frames : FRAMES_MAX;
}

static bool not_so_many(const struct side *s, uint32_t frames, struct diag *d)
{
    diag_error(d, (struct place){ .file = s->path }, DIAG_COMPARE,
               "not every stream has tokens for %u whole frames",
               (unsigned)frames);
    return false;
}

/* Frames and runs of models. */
static bool prepare(struct arena *a, struct opened_side *sides,
                    const struct pairing *p, uint32_t told, struct diag *d)
{
    struct side *l = sides[0].side, *r = sides[1].side;
    if (l->report == NULL && r->report == NULL) {
        if (!pairing_need(a, p, l, r, d) || !frame_fit(l, r, p, told, d))
            return false;
    } else if (l->report == NULL || r->report == NULL) {
        struct side *run = l->report == NULL ? l : r;
        uint32_t frames =
            frames_beside(l->report != NULL ? l->report : r->report, told);
        if (run->kind == SIDE_MODEL)
            run->frames = frames;
        else if (!frame_cut(run, frames) && told != 0)
            return not_so_many(run, told, d);
    }
    struct progress bar;
    bool fine = true;
    progress_start(&bar, "simulate", 2);
    for (int i = 0; i < 2 && fine; i++) {
        progress_show(&bar, (uint64_t)i);
        fine = sides[i].design == NULL || sides_run(a, &sides[i], d);
    }
    progress_end(&bar);
    return fine;
}

/* Tells of clocks on which nothing is compared. */
static void check_clocks(const struct side *s, bool is_a,
                         const struct side *other,
                         const struct clock_match *matches, uint32_t count,
                         struct diag *d)
{
    for (uint32_t k = 0; k < side_clock_count(s); k++) {
        bool matched = side_clock_count(s) == 1;
        uint32_t sides = 0;
        for (uint32_t i = 0; i < count; i++)
            matched |= (is_a ? matches[i].a : matches[i].b) == k;
        for (uint32_t i = 0; i < s->stream_count; i++)
            sides += (s->streams[i].write_clock == k) +
                     (s->streams[i].read_clock == k);
        if (matched || sides == 0)
            continue;
        diag_warning(d, (struct place){ .file = s->path }, DIAG_TRACE_CLOCK,
                     "what happens on the clock '%s' is not compared: no "
                     "clock of '%s' is left for it",
                     s->recording->clocks[k].name, other->path);
    }
}

/* A comparison for each clock, of runs with several; *count.  NULL: said why
 * in d. */
static const struct comparison **compare_clocks(struct arena *a,
                                                struct comparison_desc *desc,
                                                uint32_t *count, struct diag *d)
{
    const struct side *left = desc->a, *right = desc->b;
    const struct clock_match *matches =
        clock_matches(a, left, right, desc->pairing, count);
    const struct comparison **all =
        arena_new_array(a, const struct comparison *, *count);
    check_clocks(left, true, right, matches, *count, d);
    check_clocks(right, false, left, matches, *count, d);
    for (uint32_t i = 0; i < *count; i++) {
        desc->a = side_on_clock(a, left, matches[i].a);
        desc->b = side_on_clock(a, right, matches[i].b);
        all[i] = comparison_new(a, desc, d);
        if (all[i] == NULL)
            return NULL;
    }
    return all;
}

static bool write_plot(const struct comparison *c, const char *path,
                       struct arena *a, struct diag *d)
{
    struct text *drawing = text_new(a);
    if (!c->by_handshake) {
        diag_error(d, (struct place){ 0 }, DIAG_OPTION,
                   "--plot draws two runs, but '%s' is a report",
                   c->a->report != NULL ? c->a->path : c->b->path);
        return false;
    }
    if (!occupancy_plot(c, a, drawing)) {
        diag_error(d, (struct place){ 0 }, DIAG_COMPARE,
                   "there is nothing to plot: no stream has both its writes "
                   "and its reads in both runs");
        return false;
    }
    return terminal_write(path, drawing, d);
}

int cmd_compare(struct invocation *in, const void *options)
{
    const struct compare_options *o = options;
    struct arena *a = in->arena;
    struct comparison_desc desc = { .tolerance = o->tolerance.value };
    struct side_request requests[2];
    struct opened_side sides[2];
    if (!read_alignment(o->align, &desc.alignment, in->diag) ||
        !request_for(a, 'A', in->operands.items[0], o, &requests[0],
                     in->diag) ||
        !request_for(a, 'B', in->operands.items[1], o, &requests[1], in->diag))
        return COMMAND_FAILED;
    for (int i = 0; i < 2; i++)
        if (!sides_open(a, &requests[i], &sides[i], in->diag))
            return COMMAND_FAILED;
    if (sides[0].design == NULL && sides[1].design == NULL &&
        foreign_switches_given(&o->foreign)) {
        diag_error(in->diag, (struct place){ 0 }, DIAG_OPTION,
                   "neither side is a model, which options of models need");
        return COMMAND_FAILED;
    }
    desc.a = sides[0].side;
    desc.b = sides[1].side;
    desc.pairing = pairing_new(a, desc.a, desc.b, o->pairs, in->diag);
    if (desc.pairing == NULL ||
        !prepare(a, sides, desc.pairing, o->frames.value, in->diag))
        return COMMAND_FAILED;
    uint32_t count;
    const struct comparison **all = compare_clocks(a, &desc, &count, in->diag);
    if (all == NULL)
        return COMMAND_FAILED;
    struct text *out = text_new(a);
    if (o->json)
        comparison_print_json(all, count, a, out);
    else
        comparison_print(all, count, a, out);
    if ((o->plot != NULL && !write_plot(all[0], o->plot, a, in->diag)) ||
        !terminal_write(o->output, out, in->diag))
        return COMMAND_FAILED;
    for (uint32_t i = 0; i < count; i++)
        if (!comparison_equal(all[i]))
            return COMMAND_FOUND;
    return COMMAND_DONE;
}
