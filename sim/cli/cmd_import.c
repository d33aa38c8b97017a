#include "cli/commands.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "cli/load.h"
#include "cli/terminal.h"
#include "import/foreign.h"
#include "import/graph/sketch.h"

struct import_options {
    struct foreign_switches foreign;
    const char *output;
};

static const struct option_row rows[] = {
    { .name = "output",
      .letter = 'o',
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct import_options, output),
      .help = "the model config, or a folder that gets a model.json; the "
              "weights are written beside it (required)" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Model", foreign_switch_rows, offsetof(struct import_options, foreign) },
    { "Output", rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage import_usage = {
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .details = "Reads an .onnx file (docs/onnx.md) or the folder of an hls4ml "
               "project\n"
               "(docs/hls4ml-projects.md) and writes it as a model config with\n"
               "its weights, to which hardware options can be added.  The "
               "other commands\n"
               "take these as they are.",
    .options_size = sizeof(struct import_options),
    .groups = groups,
};

static const struct place command_line = { 0 };

int cmd_import(struct invocation *in, const void *options)
{
    const struct import_options *o = options;
    const char *path = in->operands.items[0];
    struct foreign_options foreign;
    if (!load_foreign_options(&o->foreign, &foreign, in->diag))
        return COMMAND_FAILED;
    struct sketch *s = foreign_load(in->arena, path, &foreign, in->diag);
    if (s == NULL)
        return COMMAND_FAILED;
    if (o->output == NULL) {
        diag_error(in->diag, command_line, DIAG_OPTION,
                   "-o FILE is required: weights are files beside it");
        return COMMAND_FAILED;
    }
    const char *file = text_ends_in(o->output, ".json")
                           ? o->output
                           : file_join(in->arena, o->output, "model.json");
    return sketch_save(s, file, in->diag) ? COMMAND_DONE : COMMAND_FAILED;
}
