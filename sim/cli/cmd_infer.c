#include "cli/commands.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "base/text.h"
#include "cli/load.h"
#include "cli/terminal.h"
#include "design/design.h"
#include "engine/infer.h"
#include "import/model.h"

struct infer_options {
    struct foreign_switches foreign;
    struct option_u32 frames;
    struct option_u64 seed;
    bool json;
    bool outputs;
    const char *output;
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
    { "Data and output", rows, 0 },
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
               "accuracies are printed.  A model without data needs "
               "--random-data.",
    .options_size = sizeof(struct infer_options),
    .groups = groups,
};

/* What an inference found. */
struct inference {
    const struct design *design;
    const struct dataset *data;
    const int32_t *outputs;
    bool scored; /* there are labels */
    uint32_t correct, correct_float;
    uint32_t same_class; /* fixed and float agree */
};

static void print_outputs(const struct inference *x, struct text *out)
{
    uint64_t count = infer_output_count(x->design);
    for (uint32_t f = 0; f < x->data->count; f++) {
        text_printf(out, "%" PRIu32 ":", f);
        for (uint64_t i = 0; i < count; i++)
            text_printf(out, " %" PRId32, x->outputs[f * count + i]);
        text_add(out, "\n");
    }
}

static void print_score(struct text *out, const char *what, uint32_t correct,
                        uint32_t frames)
{
    text_printf(out, "%-14s %" PRIu32 " of %" PRIu32 " correct (%.2f %%)\n",
                what, correct, frames, 100.0 * correct / frames);
}

static void print_text(const struct inference *x, bool outputs,
                       struct text *out)
{
    char format[FORMAT_TEXT_SIZE];
    text_printf(out, "%s: %" PRIu32 " frames, outputs %s\n", x->design->name,
                x->data->count,
                format_print(x->design->output->format, format));
    if (outputs)
        print_outputs(x, out);
    if (x->scored) {
        print_score(out, "float", x->correct_float, x->data->count);
        print_score(out, "fixed point", x->correct, x->data->count);
    }
    text_printf(out, "%-14s %" PRIu32 " of %" PRIu32 " frames\n", "same class",
                x->same_class, x->data->count);
}

static void print_json(const struct inference *x, bool outputs, struct arena *a,
                       struct text *out)
{
    char format[FORMAT_TEXT_SIZE];
    struct json_out *root = json_out_new(a);
    json_add_string(root, "name", x->design->name);
    json_add_u64(root, "frames", x->data->count);
    json_add_string(root, "output_format",
                    format_print(x->design->output->format, format));
    if (x->scored) {
        json_add_u64(root, "correct_float", x->correct_float);
        json_add_u64(root, "correct_fixed", x->correct);
        json_add_ratio(root, "accuracy_float", x->correct_float,
                       x->data->count);
        json_add_ratio(root, "accuracy_fixed", x->correct, x->data->count);
    }
    json_add_u64(root, "same_class", x->same_class);
    if (outputs) {
        uint64_t count = infer_output_count(x->design);
        struct json_out *list = json_add_array(root, "outputs");
        for (uint32_t f = 0; f < x->data->count; f++) {
            struct json_out *frame = json_add_array(list, NULL);
            for (uint64_t i = 0; i < count; i++)
                json_add_i64(frame, NULL, x->outputs[f * count + i]);
        }
    }
    json_out_print(root, out);
}

static void infer_all(struct inference *x, struct arena *a)
{
    const struct design *d = x->design;
    const struct dataset *data = x->data;
    uint64_t in_count = infer_input_count(d), out_count = infer_output_count(d);
    const double *floats = data->floats;
    if (floats == NULL) {
        floats = infer_to_float(a, d->input->format, data->inputs,
                                in_count * data->count);
    }
    x->outputs = infer_run(a, d, data->inputs, data->count, NULL);
    const double *reference = infer_run_float(a, d, floats, data->count);
    for (uint32_t f = 0; f < data->count; f++) {
        uint32_t fixed = infer_class(d->output->format,
                                     x->outputs + f * out_count, out_count);
        uint32_t real = infer_class_float(reference + f * out_count, out_count);
        x->same_class += fixed == real;
    }
    x->scored = data->labels != NULL;
    if (x->scored) {
        x->correct =
            infer_count_correct(d, x->outputs, data->labels, data->count);
        x->correct_float =
            infer_count_correct_float(d, reference, data->labels, data->count);
    }
}

int cmd_infer(struct invocation *in, const void *options)
{
    const struct infer_options *o = options;
    struct model *model;
    struct design *design =
        load_design(in->arena, in->operands.items[0],
                    &(struct design_switches){ .foreign = o->foreign,
                                               .numbers_only = true },
                    &model, in->diag);
    if (design == NULL)
        return COMMAND_FAILED;
    struct dataset data = { 0 };
    if (!load_data(in->arena, model, o->frames.value, &o->seed, &data,
                   in->diag))
        return COMMAND_FAILED;
    struct inference x = { .design = design, .data = &data };
    infer_all(&x, in->arena);
    struct text *out = text_new(in->arena);
    if (o->json)
        print_json(&x, o->outputs, in->arena, out);
    else
        print_text(&x, o->outputs, out);
    return terminal_write(o->output, out, in->diag) ? COMMAND_DONE
                                                    : COMMAND_FAILED;
}
