#include "cli/commands.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "cli/load.h"
#include "cli/terminal.h"
#include "design/design.h"
#include "import/model.h"
#include "report/inference.h"

struct infer_options {
    struct foreign_switches foreign;
    struct data_switches data;
    struct option_u32 frames;
    struct option_u64 seed;
    bool json;
    bool outputs;
    bool float_outputs;
    const char *output, *roc;
};

static const struct option_row rows[] = {
    { .name = "frames",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct infer_options, frames),
      .min = 1,
      .max = 10000000,
      .help = "only the first N frames of the data (default: all)" },
    { .name = "random-data",
      .kind = OPTION_U64,
      .argument = "SEED",
      .offset = offsetof(struct infer_options, seed),
      .help = "random frames instead of the model's data" },
    { .name = "outputs",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct infer_options, outputs),
      .help = "also print the raw output values of every frame" },
    { .name = "float-outputs",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct infer_options, float_outputs),
      .help = "also print the output values in floating point" },
    { .name = "roc",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct infer_options, roc),
      .help = "draw the receiver operating characteristic as SVG; needs "
              "labels" },
    { .name = "json",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct infer_options, json),
      .help = "print the result as JSON (schema: inference.schema.json)" },
    { .name = "output",
      .letter = 'o',
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct infer_options, output),
      .help = "write to FILE instead of standard output" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Model", foreign_switch_rows, offsetof(struct infer_options, foreign) },
    { "Folding", fold_switch_rows, offsetof(struct infer_options, foreign) },
    { "Data", data_switch_rows, offsetof(struct infer_options, data) },
    { "Frames and output", rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage infer_usage = {
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .details = "Computes the outputs of a model on data exactly as the "
               "generated\n"
               "hardware does, and next to it in floating point.  With "
               "labels, both\n"
               "accuracies are printed, and the area under the receiver "
               "operating\n"
               "characteristic (AUC).  A model without data needs --data or "
               "--random-data.",
    .options_size = sizeof(struct infer_options),
    .groups = groups,
};

static bool write_roc(const struct inference *x, const char *path,
                      struct invocation *in)
{
    struct text *svg = text_new(in->arena);
    if (inference_plot(x, in->arena, svg))
        return terminal_write(path, svg, in->diag);
    diag_error(in->diag, (struct place){ 0 }, DIAG_OPTION,
               "--roc: there is no curve: only one class has frames, or the "
               "network ends in an argmax, which has no scores");
    return false;
}

int cmd_infer(struct invocation *in, const void *options)
{
    const struct infer_options *o = options;
    struct model *model;
    struct design_switches switches = { .foreign = o->foreign,
                                        .numbers_only = true };
    switches.foreign.reads_data = true;
    struct design *design = load_design(in->arena, in->operands.items[0],
                                        &switches, &model, in->diag);
    if (design == NULL)
        return COMMAND_FAILED;
    struct dataset data = { 0 };
    if (!load_data_switches(&o->data, &o->foreign, model, in->diag) ||
        !load_data(in->arena, model, o->frames.value, &o->seed, &data,
                   in->diag))
        return COMMAND_FAILED;
    if (o->roc != NULL && data.labels == NULL) {
        diag_error(in->diag, (struct place){ 0 }, DIAG_OPTION,
                   "--roc needs labels: which frames are of which class?");
        return COMMAND_FAILED;
    }
    struct inference x = inference_run(in->arena, design, data.inputs,
                                       data.floats, data.labels, data.count);
    x.formats = model->formats;
    if (o->roc != NULL && !write_roc(&x, o->roc, in))
        return COMMAND_FAILED;
    struct inference_show show = { .outputs = o->outputs,
                                   .float_outputs = o->float_outputs };
    struct text *out = text_new(in->arena);
    if (o->json)
        inference_print_json(&x, &show, in->arena, out);
    else
        inference_print(&x, &show, in->arena, out);
    return terminal_write(o->output, out, in->diag) ? COMMAND_DONE
                                                    : COMMAND_FAILED;
}
