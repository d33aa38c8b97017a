#include "cli/load.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/rng.h"
#include "design/design.h"
#include "engine/slack.h"
#include "import/foreign.h"
#include "import/graph/graph_ranges.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tune/fold_choice.h"

#define FOREIGN_ROWS(owner, prefix)                                            \
    { .name = "default-precision",                                             \
      .kind = OPTION_STRING,                                                   \
      .argument = "FORMAT",                                                    \
      .offset = offsetof(struct owner, prefix precision),                      \
      .help = "of another tool's file: format where the file gives none "      \
              "(default: fixed<16,6>)" },                                      \
        { .name = "input-shape",                                               \
          .kind = OPTION_STRING,                                               \
          .argument = "N,N,...",                                               \
          .offset = offsetof(struct owner, prefix input_shape),                \
          .help = "of another tool's file: the input's shape, say "            \
                  "1,3,224,224 "                                               \
                  "(default: as in the file)" },                               \
        { .name = "reuse-factor",                                              \
          .kind = OPTION_U32,                                                  \
          .argument = "N",                                                     \
          .offset = offsetof(struct owner, prefix reuse_factor),               \
          .min = 1,                                                            \
          .help = "of all layers with products, instead of the model's: the "  \
                  "nearest legal one of each" },                               \
        { .name = "target-cycles",                                             \
          .kind = OPTION_U64,                                                  \
          .argument = "N",                                                     \
          .offset = offsetof(struct owner, prefix target_cycles),              \
          .min = 1,                                                            \
          .help =                                                              \
              "fold each layer as far as it takes at most so many cycles a "   \
              "frame" },                                                       \
        { .name = "lanes",                                                     \
          .kind = OPTION_U32,                                                  \
          .argument = "N",                                                     \
          .offset = offsetof(struct owner, prefix lanes),                      \
          .min = 1,                                                            \
          .help = "channels per token of the input and of layers with "        \
                  "products: the most that divide and are no more" },          \
        { .name = "calibrate",                                                 \
          .kind = OPTION_STRING,                                               \
          .argument = "DATA",                                                  \
          .offset = offsetof(struct owner, prefix calibrate),                  \
          .help = "of a float model: choose the format of each tensor from "   \
                  "its range on this data (docs/quantisation.md)" },           \
        { .name = "width",                                                     \
          .kind = OPTION_U32,                                                  \
          .argument = "BITS",                                                  \
          .offset = offsetof(struct owner, prefix width),                      \
          .min = RANGES_WIDTH_MIN,                                             \
          .max = RANGES_WIDTH_MAX,                                             \
          .help = "with --calibrate: bits of a value (default: 8)" },          \
        { .name = "weight-width",                                              \
          .kind = OPTION_U32,                                                  \
          .argument = "BITS",                                                  \
          .offset = offsetof(struct owner, prefix weight_width),               \
          .min = RANGES_WIDTH_MIN,                                             \
          .max = RANGES_WIDTH_MAX,                                             \
          .help =                                                              \
              "with --calibrate: bits of a weight (default: as --width)" },    \
        { .name = "range",                                                     \
          .kind = OPTION_STRING,                                               \
          .argument = "max|mse",                                               \
          .offset = offsetof(struct owner, prefix range),                      \
          .help = "with --calibrate: formats hold every value seen, or have "  \
                  "the least mean squared error (default: mse)" },             \
        { .name = "calibrate-frames",                                          \
          .kind = OPTION_U32,                                                  \
          .argument = "N",                                                     \
          .offset = offsetof(struct owner, prefix calibrate_frames),           \
          .min = 1,                                                            \
          .max = 10000000,                                                     \
          .help =                                                              \
              "with --calibrate: only the first N frames (default: all)" },    \
        { .name = "data-scale",                                                \
          .kind = OPTION_STRING,                                               \
          .argument = "raw|number|unit",                                       \
          .offset = offsetof(struct owner, prefix meaning.scale),              \
          .help =                                                              \
              "data are raw values of the input's format, numbers, or "        \
              "unsigned integers divided by their largest (docs/data.md)" },   \
        { .name = "data-layout",                                               \
          .kind = OPTION_STRING,                                               \
          .argument = "hwc|chw",                                               \
          .offset = offsetof(struct owner, prefix meaning.layout),             \
          .help = "channels of data arrays stand last or first (default: "     \
                  "what fits)" },                                              \
    {                                                                          \
        .name = "label-column", .kind = OPTION_STRING, .argument = "NAME|N",   \
        .offset = offsetof(struct owner, prefix meaning.label_column),         \
        .help = "column of a text file that is the class (default: 'label', "  \
                "'y' or 'class')"                                              \
    }

const struct option_row foreign_switch_rows[] = {
    FOREIGN_ROWS(foreign_switches, ),
    { .name = NULL },
};

const struct option_row design_switch_rows[] = {
    FOREIGN_ROWS(design_switches, foreign.),
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

/* Sizes, parted by commas. */
static bool read_shape(const char *text, struct foreign_options *out,
                       struct diag *d)
{
    struct arena *own = arena_new();
    bool fine = true;
    out->rank = 0;
    for (const char *s = text; fine && s != NULL;) {
        const char *comma = strchr(s, ',');
        size_t length = comma == NULL ? strlen(s) : (size_t)(comma - s);
        uint64_t size = 0;
        if (out->rank == FOREIGN_RANK_MAX) {
            diag_error(d, command_line, DIAG_OPTION,
                       "--input-shape '%s' has more than %d sizes", text,
                       FOREIGN_RANK_MAX);
            fine = false;
        } else {
            fine = options_number("--input-shape",
                                  arena_printf(own, "%.*s", (int)length, s), 1,
                                  UINT64_C(1) << 31, &size, d);
            out->shape[out->rank++] = size;
        }
        s = comma == NULL ? NULL : comma + 1;
    }
    arena_free(own);
    return fine;
}

/* A word of a NULL-ended list; NULL is the first one. */
static bool read_word(const char *option, const char *text,
                      const char *const *words, uint32_t *out, struct diag *d)
{
    *out = 0;
    if (text == NULL)
        return true;
    for (uint32_t i = 0; words[i] != NULL; i++) {
        if (strcmp(text, words[i]) == 0) {
            *out = i;
            return true;
        }
    }
    diag_error(d, command_line, DIAG_OPTION, "%s '%s' is not one of its words",
               option, text);
    const char *nearest = nearest_word(words, text);
    if (nearest != NULL)
        diag_hint(d, "did you mean '%s'?", nearest);
    return false;
}

static bool read_meaning(const struct data_meaning *m, struct data_options *out,
                         struct diag *d)
{
    uint32_t scale, layout;
    if (!read_word("--data-scale", m->scale, data_scale_words, &scale, d) ||
        !read_word("--data-layout", m->layout, data_layout_words, &layout, d))
        return false;
    *out = (struct data_options){ .scale = (enum data_scale)scale,
                                  .layout = (enum data_layout)layout,
                                  .label_column = m->label_column };
    return true;
}

static bool read_calibration(const struct foreign_switches *s,
                             struct foreign_calibration *out, struct diag *d)
{
    static const char *const rules[] = { "mse", "max", NULL };
    uint32_t rule;
    if (!read_word("--range", s->range, rules, &rule, d) ||
        !read_meaning(&s->meaning, &out->data_options, d))
        return false;
    const struct {
        bool given;
        const char *name;
    } parts[] = { { s->width.given, "--width" },
                  { s->weight_width.given, "--weight-width" },
                  { s->range != NULL, "--range" },
                  { s->calibrate_frames.given, "--calibrate-frames" } };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (s->calibrate == NULL && parts[i].given) {
            diag_error(d, command_line, DIAG_OPTION,
                       "%s says how formats are chosen from data, and there "
                       "is none: --calibrate DATA",
                       parts[i].name);
            return false;
        }
    }
    if (s->calibrate != NULL && s->precision != NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--calibrate and --default-precision both say which "
                   "formats there are; only one of them can");
        return false;
    }
    out->data = s->calibrate;
    out->frames = s->calibrate_frames.value;
    out->width = s->width.value;
    out->weight_width = s->weight_width.value;
    out->by_max = rule == 1;
    return true;
}

bool load_foreign_options(const struct foreign_switches *s,
                          struct foreign_options *out, struct diag *d)
{
    *out = (struct foreign_options){ 0 };
    if (!read_calibration(s, &out->calibration, d))
        return false;
    if (s->precision != NULL) {
        const char *error = NULL;
        bool fine = format_parse(s->precision, &out->precision, &error);
        if (fine && (!out->precision.is_signed ||
                     out->precision.kind != FIXED_KIND_FIXED ||
                     out->precision.width > FIXED_TENSOR_WIDTH_MAX)) {
            error = "it is to be fixed<W,I> with W at most 32";
            fine = false;
        }
        if (!fine) {
            diag_error(d, command_line, DIAG_OPTION,
                       "--default-precision '%s': %s", s->precision, error);
            return false;
        }
    }
    return s->input_shape == NULL || read_shape(s->input_shape, out, d);
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
    if (!load_foreign_options(s, &foreign, d))
        return NULL;
    if (!foreign_is(path) && s->calibrate != NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--calibrate is for model files of other tools; '%s' has "
                   "its formats",
                   path);
        return NULL;
    }
    struct model *m = model_load_with(a, path, &foreign, kernels_headrace(), d);
    if (m == NULL || m->processes != NULL)
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

bool load_data_switches(const struct data_switches *s,
                        const struct data_meaning *meaning, struct model *m,
                        struct diag *d)
{
    if (s->inputs == NULL && s->labels != NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--labels without --data: labels of which frames?");
        return false;
    }
    bool has_meaning = meaning->scale != NULL || meaning->layout != NULL ||
                       meaning->label_column != NULL;
    struct data_options options;
    if (!read_meaning(meaning, &options, d))
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
