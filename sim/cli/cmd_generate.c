#include "cli/commands.h"

#include "base/arena.h"
#include "base/text.h"
#include "cli/load.h"
#include "cli/terminal.h"
#include "design/design.h"
#include "hwgen/generate.h"
#include "import/model.h"

struct generate_command_options {
    struct design_switches design;
    struct data_switches data;
    struct option_u32 frames;
    const char *output;
};

static const struct option_row rows[] = {
    { .name = "frames",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct generate_command_options, frames),
      .min = 1,
      .max = 1000,
      .help = "frames of the model's data for the testbench (default: 1)" },
    { .name = "output",
      .letter = 'o',
      .kind = OPTION_STRING,
      .argument = "FOLDER",
      .offset = offsetof(struct generate_command_options, output),
      .help = "folder for the files (default: NAME_rtl here)" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Model", foreign_switch_rows,
      offsetof(struct generate_command_options, design.foreign) },
    { "Folding", fold_switch_rows,
      offsetof(struct generate_command_options, design.foreign) },
    { "Design", design_switch_rows,
      offsetof(struct generate_command_options, design) },
    { "Data", data_switch_rows,
      offsetof(struct generate_command_options, data) },
    { "Output", rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage generate_usage = {
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .details = "Writes the design of a model as synthesizable SystemVerilog: "
               "a top\n"
               "with AXI4-Stream edges, the kernels it needs, weights as "
               "memory\n"
               "files, a testbench and the clock constraint.  The folder "
               "appears\n"
               "whole or not at all; one that holds other files is refused.",
    .options_size = sizeof(struct generate_command_options),
    .groups = groups,
};

int cmd_generate(struct invocation *in, const void *options)
{
    const struct generate_command_options *o = options;
    struct model *model;
    struct design_switches switches = o->design;
    switches.foreign.reads_data = true;
    struct design *design = load_design(in->arena, in->operands.items[0],
                                        &switches, &model, in->diag);
    if (design == NULL ||
        !load_data_switches(&o->data, &o->design.foreign, model, in->diag))
        return COMMAND_FAILED;
    struct dataset data = { 0 };
    uint32_t frames = o->frames.given ? o->frames.value : 1;
    if (model->data_inputs != NULL &&
        !model_load_data(in->arena, model, frames, &data, in->diag))
        return COMMAND_FAILED;
    if (data.count == 0 && !load_fits(model, frames, in->diag))
        return COMMAND_FAILED;
    if (data.count == 0)
        model_random_data(in->arena, &model->network, frames, 1, &data);
    const char *folder = o->output != NULL
                             ? o->output
                             : arena_printf(in->arena, "%s_rtl", design->name);
    struct generate_options g = {
        .frame_count = data.count,
        .frames = data.inputs,
    };
    if (!hwgen_generate(design, &g, folder, in->diag))
        return COMMAND_FAILED;
    struct text *out = text_new(in->arena);
    text_printf(out, "%s: RTL in '%s'\n", design->name, folder);
    return terminal_write(NULL, out, in->diag) ? COMMAND_DONE : COMMAND_FAILED;
}
