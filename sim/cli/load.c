#include "cli/load.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/slack.h"
#include "import/foreign.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tune/fold_choice.h"

const struct option_row design_switch_rows[] = {
    { .name = "fifo-depth",
      .kind = OPTION_LIST,
      .argument = "N|FIFO=N",
      .offset = offsetof(struct design_switches, fifo_depth),
      .help = "depth of all FIFOs, or of one; may be repeated" },
    { .name = "random-stalls",
      .kind = OPTION_U64,
      .argument = "SEED",
      .offset = offsetof(struct design_switches, random_stalls),
      .help = "source and sink pause at random, each seed in another way" },
    { .name = NULL },
};

static const struct place command_line = { 0 };

/* From hardly to hard: some seeds barely disturb a slow design, others stop
 * it for longer than its FIFOs can bridge. */
static void set_random_stalls(struct stimulus *s, struct rng *rng)
{
    *s = (struct stimulus){
        .random = 10 + rng_below(rng, 81),
        .burst = 1 + rng_below(rng, 100),
        .pause = rng_below(rng, 300),
        .seed = rng_next(rng),
    };
}

static bool set_depth(struct design *design, const char *option,
                      struct arena *a, struct diag *d)
{
    const char *equals = strrchr(option, '=');
    uint64_t depth;
    if (!options_number("--fifo-depth", equals == NULL ? option : equals + 1, 1,
                        FIFO_DEPTH_MAX, &depth, d))
        return false;
    if (equals == NULL)
        return design_set_all_depths(design, (uint32_t)depth, command_line, d);
    const char *name = arena_printf(a, "%.*s", (int)(equals - option), option);
    return design_set_depth(design, name, (uint32_t)depth, command_line, d);
}

bool load_folding(struct arena *a, const struct network *n, struct hardware *h,
                  const struct foreign_switches *s, struct diag *d)
{
    struct fold_choice c = { .reuse_factor = s->reuse_factor.value,
                             .cycles = s->target_cycles.value,
                             .lanes = s->lanes.value };
    if (c.reuse_factor == 0 || c.cycles == 0)
        return fold_choice_apply(a, n, h, kernels_headrace(), &c, d);
    diag_error(d, command_line, DIAG_OPTION,
               "--reuse-factor and --target-cycles exclude each other");
    return false;
}

struct model *load_model(struct arena *a, const char *path,
                         const struct foreign_switches *s, struct diag *d)
{
    struct foreign_options foreign;
    if (!foreign_options_read(s, &foreign, d))
        return NULL;
    struct model *m = model_load_with(a, path, &foreign, kernels_headrace(), d);
    if (m == NULL)
        return NULL;
    if (m->processes != NULL &&
        (s->reuse_factor.given || s->target_cycles.given || s->lanes.given)) {
        diag_error(d, command_line, DIAG_OPTION,
                   "'%s' has processes, and no layers that could be folded",
                   m->network.name);
        return NULL;
    }
    if (m->processes != NULL)
        return m;
    return load_folding(a, &m->network, &m->hardware, s, d) ? m : NULL;
}

struct design *load_design(struct arena *a, const char *path,
                           const struct design_switches *s,
                           struct model **model, struct diag *d)
{
    const struct kernel_table *kernels = kernels_headrace();
    struct model *m = load_model(a, path, &s->foreign, d);
    if (m == NULL)
        return NULL;
    m->hardware.numbers_only = s->numbers_only;
    struct design *design = model_design(a, m, kernels, d);
    if (design == NULL)
        return NULL;
    if (!s->numbers_only)
        slack_fit(design);
    for (uint32_t i = 0; i < s->fifo_depth.count; i++) {
        if (!set_depth(design, s->fifo_depth.items[i], a, d))
            return NULL;
    }
    if (s->random_stalls.given) {
        struct rng rng = { s->random_stalls.value };
        set_random_stalls(&design->source, &rng);
        set_random_stalls(&design->sink, &rng);
    }
    if (model != NULL)
        *model = m;
    return design;
}

const struct option_row data_switch_rows[] = {
    { .name = "data",
      .kind = OPTION_STRING,
      .argument = "DATA",
      .offset = offsetof(struct data_switches, inputs),
      .help = "frames in the place of the model's: .npy, .npz, .csv, or a "
              "folder of images (docs/data.md)" },
    { .name = "labels",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct data_switches, labels),
      .help = "the class of each frame: .npy, .npz or .csv (default: those "
              "that come with the frames)" },
    { .name = NULL },
};

static bool is_text(const char *path)
{
    return path != NULL &&
           (text_ends_in(path, ".csv") || text_ends_in(path, ".tsv") ||
            text_ends_in(path, ".txt"));
}

/* False: said that what data mean was given in vain. */
static bool is_meant(const struct data_switches *s,
                     const struct foreign_switches *foreign,
                     const struct model *m, struct diag *d)
{
    const struct data_meaning *meaning = &foreign->meaning;
    const char *given = data_meaning_given(meaning);
    if (given == NULL)
        return true;
    if (s->inputs == NULL && m->data_inputs == NULL &&
        foreign->calibrate == NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "%s says what data mean, and there is none: --data or "
                   "--calibrate",
                   given);
        return false;
    }
    if (meaning->label_column == NULL || s->inputs == NULL ||
        is_text(s->inputs) || is_text(s->labels) || is_text(foreign->calibrate))
        return true;
    diag_error(d, command_line, DIAG_OPTION,
               "--label-column is of text (.csv, .tsv, .txt), and '%s' is none",
               s->labels != NULL ? s->labels : s->inputs);
    return false;
}

bool load_data_switches(const struct data_switches *s,
                        const struct foreign_switches *foreign, struct model *m,
                        struct diag *d)
{
    const struct data_meaning *meaning = &foreign->meaning;
    if (s->inputs == NULL && s->labels != NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--labels without --data: labels of which frames?");
        return false;
    }
    bool has_meaning = data_meaning_given(meaning) != NULL;
    struct data_options options;
    if (!data_meaning_read(meaning, &options, d) || !is_meant(s, foreign, m, d))
        return false;
    if (s->inputs != NULL) {
        m->data_place = command_line;
        m->data_folder = NULL;
        m->data_inputs = s->inputs;
        m->data_labels = s->labels;
    }
    if (s->inputs != NULL || has_meaning)
        m->data_options = options;
    return true;
}

bool load_is_on_one_board(const struct design *design, const char *what,
                          struct diag *d)
{
    if (!design_has_links(design))
        return true;
    diag_error(d, command_line, DIAG_UNSUPPORTED,
               "'%s' is on %u boards; %s of such designs is not supported yet",
               design->name, design->board_count, what);
    return false;
}

bool load_fits(const struct model *m, uint32_t frames, struct diag *d)
{
    if (!model_has_network(m, d))
        return false;
    /* 3 GiB of integers and floating point together. */
    const uint64_t values_max = UINT64_C(1) << 28;
    uint64_t in = shape_count(m->network.input.shape);
    uint64_t out = shape_count(m->network.output->shape);
    uint64_t values = in > out ? in : out;
    if (frames <= values_max / values)
        return true;
    diag_error(d, command_line, DIAG_DATA,
               "%" PRIu32 " frames of %" PRIu64
               " values each are more than 2^28 values in all",
               frames, values);
    if (values <= values_max)
        diag_hint(d, "at most %" PRIu64 " frames fit", values_max / values);
    return false;
}

bool load_data(struct arena *a, const struct model *m, uint32_t frames,
               const struct option_u64 *seed, struct dataset *out,
               struct diag *d)
{
    if (!model_has_network(m, d))
        return false;
    if (seed->given && m->data_inputs != NULL && m->data_place.file == NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--data and --random-data both say which frames there are; "
                   "only one of them can");
        return false;
    }
    if (seed->given) {
        uint32_t count = frames == 0 ? 1 : frames;
        if (!load_fits(m, count, d))
            return false;
        model_random_data(a, &m->network, count, seed->value, out);
        return true;
    }
    if (m->data_inputs == NULL) {
        diag_error(d, (struct place){ m->path, 0, 0 }, DIAG_DATA,
                   "the model names no data");
        diag_hint(d, "--data FILE takes it from there, --random-data SEED "
                     "takes random frames");
        return false;
    }
    if (!model_load_data(a, m, frames, out, d))
        return false;
    if (frames > out->count) {
        diag_warning(d, m->data_place, DIAG_DATA,
                     "the data has %u frames, fewer than the %u asked for",
                     (unsigned)out->count, (unsigned)frames);
    }
    return true;
}
