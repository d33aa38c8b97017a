#include "cli/load.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "design/design.h"
#include "engine/slack.h"
#include "import/foreign.h"
#include "import/model.h"
#include "kernels/kernels.h"

#define FOREIGN_ROWS(owner, prefix)                                            \
    { .name = "default-precision",                                             \
      .kind = OPTION_STRING,                                                   \
      .argument = "FORMAT",                                                    \
      .offset = offsetof(struct owner, prefix precision),                      \
      .help = "of an .onnx file: format where the file gives none "            \
              "(default: fixed<16,6>)" },                                      \
    {                                                                          \
        .name = "input-shape", .kind = OPTION_STRING, .argument = "N,N,...",   \
        .offset = offsetof(struct owner, prefix input_shape),                  \
        .help = "of an .onnx file: the input's shape, say 1,3,224,224 "        \
                "(default: as in the file)"                                    \
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

bool load_foreign_options(const struct foreign_switches *s,
                          struct foreign_options *out, struct diag *d)
{
    *out = (struct foreign_options){ 0 };
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

struct design *load_design(struct arena *a, const char *path,
                           const struct design_switches *s,
                           struct model **model, struct diag *d)
{
    const struct kernel_table *kernels = kernels_headrace();
    struct foreign_options foreign;
    if (!load_foreign_options(&s->foreign, &foreign, d))
        return NULL;
    struct model *m = model_load_with(a, path, &foreign, kernels, d);
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
        diag_hint(d, "--random-data SEED takes random frames");
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
