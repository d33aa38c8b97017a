#include "cli/commands.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/json_write.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/load.h"
#include "cli/terminal.h"
#include "import/foreign.h"
#include "import/graph/sketch.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "report/range_table.h"

struct import_options {
    struct foreign_switches foreign;
    bool json;
    const char *output;
};

static const struct option_row rows[] = {
    { .name = "json",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct import_options, json),
      .help = "print the formats that --calibrate chose as JSON (schema: "
              "import.schema.json)" },
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
    { "Folding", fold_switch_rows, offsetof(struct import_options, foreign) },
    { "Output", rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage import_usage = {
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .details =
        "Reads an .onnx file (docs/onnx.md), a file of Keras or QKeras "
        "(.keras, "
        ".h5,\n"
        ".hdf5, or a .json architecture with its weights beside it; "
        "docs/keras.md), or\n"
        "the folder of an hls4ml project (docs/hls4ml-projects.md), and writes "
        "it as a\n"
        "model config with its weights, to which hardware options can be "
        "added.  The\n"
        "other commands take such files as they are.",
    .options_size = sizeof(struct import_options),
    .groups = groups,
};

static const struct place command_line = { 0 };

/* What the switches say of hardware, in words of the config.  The design that
 * it takes to find reuse factors needs the weights, too. */
static bool set_folding(struct sketch *s, const char *path,
                        const struct foreign_switches *switches, struct diag *d)
{
    if (!switches->reuse_factor.given && !switches->target_cycles.given &&
        !switches->lanes.given)
        return true;
    struct arena *own = arena_new();
    struct model *m = model_of_sketch(own, path, s, kernels_headrace(), d);
    bool fine =
        m != NULL && load_folding(own, &m->network, &m->hardware, switches, d);
    for (uint32_t i = 0; fine && i < s->count; i++) {
        struct sketch_layer *l = s->layers[i];
        const struct layer_options *o =
            hardware_layer_options(&m->hardware, l->output->name);
        if (o == NULL)
            continue;
        l->reuse_factor = o->reuse_factor;
        l->lanes = o->lanes;
    }
    if (fine)
        s->hardware.input_lanes = m->hardware.input_lanes;
    arena_free(own);
    return fine;
}

/* Those that were chosen from data, if they were. */
static void print_formats(const struct sketch *s, bool json, struct arena *a,
                          struct text *out)
{
    if (s->chosen.count > 0 && !json)
        range_table_print(&s->chosen, a, out);
    if (!json)
        return;
    struct json_out *root = json_out_new(a);
    json_add_string(root, "name", s->name);
    range_table_add_json(&s->chosen, root);
    json_out_print(root, out);
}

int cmd_import(struct invocation *in, const void *options)
{
    const struct import_options *o = options;
    const char *path = in->operands.items[0];
    struct foreign_options foreign;
    if (!foreign_options_read(&o->foreign, &foreign, in->diag))
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
    /* Nothing is written that could not be read. */
    if (!model_check_sketch(path, s, kernels_headrace(), in->diag) ||
        !set_folding(s, path, &o->foreign, in->diag))
        return COMMAND_FAILED;
    interrupt_catch_ends();
    bool saved = sketch_save(s, file, interrupt_seen, in->diag);
    interrupt_obey();
    if (!saved)
        return COMMAND_FAILED;
    struct text *out = text_new(in->arena);
    print_formats(s, o->json, in->arena, out);
    return text_length(out) == 0 || terminal_write(NULL, out, in->diag)
               ? COMMAND_DONE
               : COMMAND_FAILED;
}
