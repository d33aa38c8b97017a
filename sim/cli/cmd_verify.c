#include "cli/commands.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/build_folder.h"
#include "cli/load.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/verification.h"
#include "design/design.h"
#include "hwgen/cosim/cosim.h"
#include "import/model.h"
#include "report/table.h"

struct verify_options {
    struct design_switches design;
    struct option_u32 frames;
    struct option_u64 seed;
    const char *build_dir;
};

static const struct option_row rows[] = {
    { .name = "frames",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct verify_options, frames),
      .min = 1,
      .max = 100000,
      .help = "frames to run back to back (default: 3)" },
    { .name = "random-data",
      .kind = OPTION_U64,
      .argument = "SEED",
      .offset = offsetof(struct verify_options, seed),
      .help = "random frames instead of the model's data" },
    { .name = "build-dir",
      .kind = OPTION_STRING,
      .argument = "FOLDER",
      .offset = offsetof(struct verify_options, build_dir),
      .help = "where RTL and build go, to be used again by the next run "
              "(default: in the user's cache)" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Design", design_switch_rows, offsetof(struct verify_options, design) },
    { "Run", rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage verify_usage = {
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .details =
        "Generates the RTL of a model, Verilates it, runs it on real frames,\n"
        "and compares the cycle of every handshake on every stream with the\n"
        "model's and every output bit with those of infer.  Needs Verilator\n"
        "and a C++ compiler.  Exit status 1: something differs.",
    .options_size = sizeof(struct verify_options),
    .groups = groups,
};

enum { FRAMES_DEFAULT = 3 };

/* The design whose RTL serves this one: that of the model file if only
 * depths differ and become smaller, so that a second run with other depths
 * needs no second build. */
static const struct design *built_for(const struct design *design,
                                      const struct design *plain)
{
    for (uint32_t i = 0; i < design->stream_count; i++) {
        if (design->streams[i].kind != plain->streams[i].kind ||
            design->streams[i].depth > plain->streams[i].depth)
            return design;
    }
    return plain;
}

static void print_streams(const struct verification *v, struct arena *a,
                          struct text *out)
{
    struct table *t =
        table_new(a, "<stream|handshakes|different|largest|<first difference");
    for (uint32_t i = 0; i < v->stream_count; i++) {
        const struct times_difference *s = &v->streams[i];
        table_row(t);
        table_cell(t, "%s", v->design->streams[i].name);
        table_cell_number(t, s->compared);
        table_cell_number(t, s->different);
        table_cell(t, "%" PRId64, s->largest);
        if (s->different == 0)
            continue;
        const char *event = s->event == TOKEN_WRITE ? "write" : "read";
        if (s->cycle_b == UINT64_MAX)
            table_cell(t,
                       "%s of token %" PRIu64 ": model %" PRIu64 ", RTL never",
                       event, s->token, s->cycle_a);
        else
            table_cell(t,
                       "%s of token %" PRIu64 ": model %" PRIu64
                       ", RTL %" PRIu64,
                       event, s->token, s->cycle_a, s->cycle_b);
    }
    table_print(t, out);
}

static void print_result(const struct verification *v, uint32_t frames,
                         struct arena *a, struct text *out)
{
    text_printf(out,
                "%s: %" PRIu32 " frames, %s cycles in the model, "
                "%s watched in the RTL\n\n",
                v->design->name, frames, number_text(a, v->model_cycles),
                number_text(a, v->rtl_cycles));
    print_streams(v, a, out);
    text_printf(out, "\nhandshakes     %s compared, %s different\n",
                number_text(a, v->handshakes),
                number_text(a, v->handshakes_different));
    if (v->handshakes_beyond != 0)
        text_printf(
            out, "               %s more in the RTL, behind the last frame\n",
            number_text(a, v->handshakes_beyond));
    text_printf(out, "output values  %s compared, %s different\n",
                number_text(a, v->values), number_text(a, v->values_different));
    if (v->values_different != 0) {
        text_printf(out,
                    "               first: value %" PRIu64 ", infer %" PRId32
                    ", RTL %" PRId32 "\n",
                    v->first_value, v->first_expected, v->first_got);
    }
    if (v->model_previous_end != 0) {
        text_printf(out,
                    "interval       %s cycles in the model, "
                    "%s in the RTL (last two frames)\n",
                    number_text(a, v->model_last_end - v->model_previous_end),
                    number_text(a, v->rtl_last_end - v->rtl_previous_end));
    }
    if (v->last_wrong)
        text_add(out, "m_axis_tlast   wrong on some token\n");
    if (v->frame_error)
        text_add(out, "frame_error    raised by the RTL\n");
    if (v->deadlock)
        text_add(out, "deadlock       in the model\n");
    text_add(out, verification_equal(v)
                      ? "equal: every handshake and every bit\n"
                      : "DIFFERENT\n");
}

/* Model and RTL log every token, 48 bytes each in all. */
static bool logs_fit(const struct design *design, uint32_t frames,
                     struct diag *d)
{
    const uint64_t tokens_max = UINT64_C(1) << 26;
    uint64_t tokens = 0;
    for (uint32_t i = 0; i < design->stream_count; i++)
        tokens += design->streams[i].tokens_per_frame;
    assert(tokens > 0);
    if (frames <= tokens_max / tokens)
        return true;
    diag_error(d, (struct place){ 0 }, DIAG_DATA,
               "%" PRIu32 " frames of %" PRIu64
               " tokens each are more than the 2^26 tokens that can be "
               "compared at once",
               frames, tokens);
    if (tokens <= tokens_max)
        diag_hint(d, "at most %" PRIu64 " frames fit", tokens_max / tokens);
    return false;
}

struct steps {
    struct progress bar;
    uint64_t done;
};

static void show_step(void *context, const char *step)
{
    struct steps *s = context;
    s->bar.label = step;
    progress_announce(&s->bar, s->done++);
}

int cmd_verify(struct invocation *in, const void *options)
{
    const struct verify_options *o = options;
    const char *file = in->operands.items[0];
    struct arena *a = in->arena;
    struct model *model;
    struct design *design = load_design(a, file, &o->design, &model, in->diag);
    if (design == NULL)
        return COMMAND_FAILED;
    struct design *plain =
        load_design(a, file, &(struct design_switches){ 0 }, NULL, in->diag);
    if (plain == NULL)
        return COMMAND_FAILED;

    uint32_t frames = o->frames.given ? o->frames.value : FRAMES_DEFAULT;
    struct option_u64 seed = o->seed;
    if (model->data_inputs == NULL && !seed.given)
        seed = (struct option_u64){ .given = true, .value = 1 };
    struct dataset data = { 0 };
    if (!load_data(a, model, frames, &seed, &data, in->diag) ||
        !logs_fit(design, data.count, in->diag))
        return COMMAND_FAILED;
    struct build_folder folder;
    if (!build_folder_open(&folder, a, o->build_dir, file, design->name,
                           in->diag))
        return COMMAND_FAILED;
    cosim_clean(a, folder.path);

    struct verification_job job = {
        .design = design,
        .built = built_for(design, plain),
        .frames = data.count,
        .inputs = data.inputs,
    };
    struct steps steps = { .done = 0 };
    progress_start(&steps.bar, "verify", 5);
    const struct verification *v =
        verify_designs(a, &job, 1,
                       &(struct verification_options){
                           .folder = folder.path,
                           .fast_run = true,
                           .progress = show_step,
                           .context = &steps,
                       },
                       in->diag);
    progress_end(&steps.bar);
    build_folder_close(&folder);
    if (v == NULL)
        return COMMAND_FAILED;
    struct text *out = text_new(a);
    if (seed.given)
        text_printf(out, "random data, seed %" PRIu64 "\n", seed.value);
    if (o->design.random_stalls.given)
        text_printf(out, "random stalls, seed %" PRIu64 "\n",
                    o->design.random_stalls.value);
    print_result(v, data.count, a, out);
    if (!terminal_write(NULL, out, in->diag))
        return COMMAND_FAILED;
    return verification_equal(v) ? COMMAND_DONE : COMMAND_FOUND;
}
