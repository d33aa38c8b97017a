#include "cli/commands.h"

#include "base/text.h"
#include "cli/load.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "report/explanation.h"
#include "tune/explain.h"

struct explain_options {
    struct design_switches design;
    struct option_u32 frames;
    bool json;
    const char *output;
};

static const struct option_row rows[] = {
    { .name = "frames",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct explain_options, frames),
      .min = 1,
      .max = 10000,
      .help = "compare runs of N frames instead of until the interval is "
              "certified, and at least 16" },
    { .name = "json",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct explain_options, json),
      .help = "print the result as JSON (schema: explanation.schema.json)" },
    { .name = "output",
      .letter = 'o',
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct explain_options, output),
      .help = "write to FILE instead of standard output" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Model", foreign_switch_rows,
      offsetof(struct explain_options, design.foreign) },
    { "Folding", fold_switch_rows,
      offsetof(struct explain_options, design.foreign) },
    { "Design", design_switch_rows, offsetof(struct explain_options, design) },
    { "Run and output", rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage explain_usage = {
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .details =
        "Says why frames come no faster: the critical chain that sets the\n"
        "interval, who waits for whom, and for each FIFO that holds somebody\n"
        "up the depth that ends the wait and what it gains. Of a deadlock:\n"
        "who waits for whom in a circle, and the cheapest depths that cure\n"
        "it, or why none do. Every gain and every cure is simulated.\n"
        "\n"
        "Exit status 1: depths help, or the design deadlocks.",
    .options_size = sizeof(struct explain_options),
    .groups = groups,
};

static void show_stage(void *context, const char *stage, uint64_t done,
                       uint64_t total)
{
    struct progress *bar = context;
    bar->label = stage;
    bar->total = total;
    progress_show(bar, done);
}

int cmd_explain(struct invocation *in, const void *options)
{
    const struct explain_options *o = options;
    const struct design *design = load_design(in->arena, in->operands.items[0],
                                              &o->design, NULL, in->diag);
    if (design == NULL ||
        !load_is_on_one_board(design, "explanation", in->diag))
        return COMMAND_FAILED;
    struct progress bar;
    progress_start(&bar, "explain", 0);
    const struct explain_observer observer = { show_stage, &bar };
    const struct explanation *e =
        explain_design(in->arena, design, o->frames.value, &observer);
    progress_end(&bar);
    struct text *out = text_new(in->arena);
    if (o->json)
        explanation_print_json(e, in->arena, out);
    else
        explanation_print(e, in->arena, out);
    if (!terminal_write(o->output, out, in->diag))
        return COMMAND_FAILED;
    return explanation_found(e) ? COMMAND_FOUND : COMMAND_DONE;
}
