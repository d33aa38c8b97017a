#include "cli/commands.h"

#include "base/arena.h"
#include "base/text.h"
#include "cli/load.h"
#include "cli/progress.h"
#include "cli/stall_option.h"
#include "cli/terminal.h"
#include "cost/capacity.h"
#include "design/design.h"
#include "engine/analysis.h"
#include "import/device.h"
#include "import/model.h"
#include "report/board_table.h"
#include "report/cost_table.h"
#include "report/power_table.h"
#include "report/simulation.h"
#include "traces/recording.h"

struct simulate_options {
    struct design_switches design;
    struct stall_switches stalls;
    struct option_u32 frames;
    bool json;
    const char *device;
    const char *trace;
    const char *output;
};

static const struct option_row rows[] = {
    { .name = "frames",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct simulate_options, frames),
      .min = 1,
      .max = 10000,
      .help = "run N frames instead of until the interval is certified" },
    { .name = "json",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct simulate_options, json),
      .help = "print the result as JSON (schema: simulation.schema.json)" },
    { .name = "device",
      .kind = OPTION_STRING,
      .argument = "NAME|FILE",
      .offset = offsetof(struct simulate_options, device),
      .help = "show how much of this device the design takes, and the power; "
              "a name of the catalogue, or a file (schema: "
              "device.schema.json)" },
    { .name = "trace",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct simulate_options, trace),
      .help = "write the cycle of every handshake to FILE, as CSV "
              "(packed if it ends in .gz) or, if it ends in .hrt, as a "
              "compact trace; compare reads all of them" },
    { .name = "output",
      .letter = 'o',
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct simulate_options, output),
      .help = "write to FILE instead of standard output" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Model", foreign_switch_rows,
      offsetof(struct simulate_options, design.foreign) },
    { "Folding", fold_switch_rows,
      offsetof(struct simulate_options, design.foreign) },
    { "Design", design_switch_rows, offsetof(struct simulate_options, design) },
    { "Source and sink", stall_switch_rows,
      offsetof(struct simulate_options, stalls) },
    { "Run and output", rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage simulate_usage = {
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .details =
        "Counts the cycles of a model: latency of a frame alone and among\n"
        "others, the interval between frames with a certificate that it\n"
        "holds for ever, who is busy, starved or blocked for how long, and\n"
        "how full every FIFO gets; and what the hardware costs, estimated.\n"
        "Exit status 1: the design deadlocks or is too large for the device.",
    .options_size = sizeof(struct simulate_options),
    .groups = groups,
};

static bool write_trace(const struct analysis *x, const char *path,
                        struct arena *a, struct diag *d)
{
    const struct run *r = run_timing(
        a, x->timing,
        &(struct run_options){ .frames = x->run->outcome == RUN_DEADLOCK
                                             ? x->run->frames + 1
                                             : x->run->frames,
                               .log = true });
    struct token_times *streams =
        arena_new_array(a, struct token_times, r->stream_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->stream_count; i++) {
        const struct run_stream *s = &r->streams[i];
        if (i < x->design->stream_count && x->design->streams[i].inner)
            continue;
        streams[count++] =
            (struct token_times){ x->timing->streams[i].name, s->written,
                                  s->tokens, s->write_times, s->read_times };
    }
    return recording_write(path, streams, count, d);
}

/* The device of the command line, or else of the model; NULL: none. */
static bool find_device(const struct simulate_options *o, const struct model *m,
                        const struct device **out, struct arena *a,
                        struct diag *d)
{
    const struct hardware *h = &m->hardware;
    const char *name = h->board_count == 1  ? h->boards[0].device
                       : h->board_count > 1 ? NULL
                                            : h->device;
    if (o->device != NULL)
        name = o->device;
    *out = NULL;
    if (name != NULL)
        *out = device_load(a, name, (struct place){ 0 }, d);
    return name == NULL || *out != NULL;
}

/* By board: its own, or the one of the command line for all; NULL where none is
 * named.  NULL instead of all of them: said why. */
static const struct device **find_devices(const struct design *design,
                                          const struct device *given,
                                          struct arena *a, struct diag *d)
{
    const struct device **devices =
        arena_new_array(a, const struct device *, design->board_count);
    for (uint32_t i = 0; i < design->board_count; i++) {
        const char *name = design->boards[i].device;
        devices[i] = given;
        if (given != NULL || name == NULL)
            continue;
        devices[i] = device_load(a, name, (struct place){ 0 }, d);
        if (devices[i] == NULL)
            return NULL;
    }
    return devices;
}

static void show_stage(void *context, const char *stage, uint64_t done,
                       uint64_t total)
{
    struct progress *bar = context;
    bar->label = stage;
    bar->total = total;
    progress_show(bar, done);
}

int cmd_simulate(struct invocation *in, const void *options)
{
    const struct simulate_options *o = options;
    struct model *model;
    const struct device *device;
    struct design *design = load_design(in->arena, in->operands.items[0],
                                        &o->design, &model, in->diag);
    if (design == NULL ||
        !stall_switches_apply(in->arena, &o->stalls, &o->design, design,
                              in->diag) ||
        !find_device(o, model, &device, in->arena, in->diag))
        return COMMAND_FAILED;
    if (device != NULL && !family_has_cost(design->family)) {
        diag_error(in->diag, (struct place){ 0 }, DIAG_UNSUPPORTED,
                   "how much of a device a design of family %s takes is not "
                   "known",
                   design_family_name(design));
        diag_hint(in->diag, "leave out the device");
        return COMMAND_FAILED;
    }
    const bool linked = design_has_links(design);
    const struct device **devices = &device;
    if (linked)
        devices = find_devices(design, device, in->arena, in->diag);
    if (devices == NULL || (o->trace != NULL &&
                            !load_is_on_one_board(design, "a trace", in->diag)))
        return COMMAND_FAILED;
    struct progress bar;
    progress_start(&bar, "simulate", 1);
    const struct analysis_observer observer = { show_stage, &bar };
    const struct analysis *x =
        analyse_design_watched(in->arena, design, o->frames.value, &observer);
    progress_end(&bar);
    if (!run_is_in_time(x->run, design->name, in->diag))
        return COMMAND_FAILED;
    struct text *out = text_new(in->arena);
    if (o->json) {
        simulation_print_json(x, devices, in->arena, out);
    } else {
        simulation_print(x, in->arena, out);
        if (family_has_cost(design->family)) {
            text_add(out, "\n");
            cost_table_print(design, linked ? NULL : device, in->arena, out);
            if (!linked)
                power_table_print(x, device, in->arena, out);
        }
        if (linked) {
            text_add(out, "\n");
            board_table_print(design, devices, x->run, in->arena, out);
            power_table_print_boards(x, devices, in->arena, out);
        }
    }
    if (o->trace != NULL && !write_trace(x, o->trace, in->arena, in->diag))
        return COMMAND_FAILED;
    if (!terminal_write(o->output, out, in->diag))
        return COMMAND_FAILED;
    bool fits = true;
    if (linked) {
        fits = board_table_fits(design, devices);
    } else if (device != NULL) {
        const struct cost cost = cost_of_design(design);
        fits = capacity_fits(device, &cost);
    }
    return x->run->outcome == RUN_DEADLOCK || !fits ? COMMAND_FOUND
                                                    : COMMAND_DONE;
}
