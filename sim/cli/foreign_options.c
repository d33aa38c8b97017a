#include "cli/foreign_options.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/text.h"
#include "import/data/data.h"
#include "import/foreign.h"
#include "import/graph/graph_ranges.h"

const struct option_row foreign_switch_rows[] = {
    { .name = "default-precision",
      .kind = OPTION_STRING,
      .argument = "FORMAT",
      .offset = offsetof(struct foreign_switches, precision),
      .help = "of another tool's file: format where the file gives none "
              "(default: fixed<16,6>)" },
    { .name = "input-shape",
      .kind = OPTION_STRING,
      .argument = "N,N,...",
      .offset = offsetof(struct foreign_switches, input_shape),
      .help = "of another tool's file: the input's shape, say "
              "1,3,224,224 (default: as in the file)" },
    { .name = "calibrate",
      .kind = OPTION_STRING,
      .argument = "DATA",
      .offset = offsetof(struct foreign_switches, calibrate),
      .help = "of a float model: choose the format of each tensor from "
              "its range on this data (docs/quantisation.md)" },
    { .name = "width",
      .kind = OPTION_U32,
      .argument = "BITS",
      .offset = offsetof(struct foreign_switches, width),
      .min = RANGES_WIDTH_MIN,
      .max = RANGES_WIDTH_MAX,
      .help = "with --calibrate: bits of a value (default: 8)" },
    { .name = "weight-width",
      .kind = OPTION_U32,
      .argument = "BITS",
      .offset = offsetof(struct foreign_switches, weight_width),
      .min = RANGES_WIDTH_MIN,
      .max = RANGES_WIDTH_MAX,
      .help = "with --calibrate: bits of a weight (default: as --width)" },
    { .name = "range",
      .kind = OPTION_STRING,
      .argument = "max|mse",
      .offset = offsetof(struct foreign_switches, range),
      .help = "with --calibrate: formats hold every value seen, or have "
              "the least mean squared error (default: mse)" },
    { .name = "calibrate-frames",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct foreign_switches, calibrate_frames),
      .min = 1,
      .max = 10000000,
      .help = "with --calibrate: only the first N frames (default: all)" },
    { .name = "data-scale",
      .kind = OPTION_STRING,
      .argument = "raw|number|unit",
      .offset = offsetof(struct foreign_switches, meaning.scale),
      .help = "data are raw values of the input's format, numbers, or "
              "unsigned integers divided by their largest (docs/data.md)" },
    { .name = "data-layout",
      .kind = OPTION_STRING,
      .argument = "hwc|chw",
      .offset = offsetof(struct foreign_switches, meaning.layout),
      .help = "channels of data arrays stand last or first (default: "
              "what fits)" },
    { .name = "label-column",
      .kind = OPTION_STRING,
      .argument = "NAME|N",
      .offset = offsetof(struct foreign_switches, meaning.label_column),
      .help = "column of a text file that is the class (default: 'label', "
              "'labels', 'y' or 'class')" },
    { .name = NULL },
};

const struct option_row fold_switch_rows[] = {
    { .name = "reuse-factor",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct foreign_switches, reuse_factor),
      .min = 1,
      .help = "of all layers with products, instead of the model's: the "
              "nearest legal one of each" },
    { .name = "target-cycles",
      .kind = OPTION_U64,
      .argument = "N",
      .offset = offsetof(struct foreign_switches, target_cycles),
      .min = 1,
      .help = "fold each layer as far as it takes at most so many cycles a "
              "frame" },
    { .name = "lanes",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct foreign_switches, lanes),
      .min = 1,
      .help = "channels per token of the input and of layers with "
              "products: the most that divide and are no more" },
    { .name = NULL },
};

static const struct place command_line = { 0 };

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
    struct arena *own = arena_new();
    struct text *all = text_new(own);
    for (uint32_t i = 0; words[i] != NULL; i++)
        text_printf(all, "%s%s", i == 0 ? "" : ", ", words[i]);
    diag_error(d, command_line, DIAG_OPTION, "%s '%s' is none of %s", option,
               text, text_string(all));
    arena_free(own);
    const char *nearest = nearest_word(words, text);
    if (nearest != NULL)
        diag_hint(d, "did you mean '%s'?", nearest);
    return false;
}

bool data_meaning_read(const struct data_meaning *m, struct data_options *out,
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

const char *data_meaning_given(const struct data_meaning *m)
{
    return m->scale != NULL          ? "--data-scale"
           : m->layout != NULL       ? "--data-layout"
           : m->label_column != NULL ? "--label-column"
                                     : NULL;
}

bool foreign_switches_given(const struct foreign_switches *s)
{
    return s->precision != NULL || s->input_shape != NULL ||
           s->calibrate != NULL || s->range != NULL || s->width.given ||
           s->weight_width.given || s->calibrate_frames.given ||
           s->reuse_factor.given || s->lanes.given || s->target_cycles.given ||
           data_meaning_given(&s->meaning) != NULL;
}

static bool read_calibration(const struct foreign_switches *s,
                             struct foreign_calibration *out, struct diag *d)
{
    static const char *const rules[] = { "mse", "max", NULL };
    uint32_t rule;
    if (!read_word("--range", s->range, rules, &rule, d) ||
        !data_meaning_read(&s->meaning, &out->data_options, d))
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
    if (s->calibrate == NULL && !s->reads_data &&
        data_meaning_given(&s->meaning) != NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--data-scale, --data-layout and --label-column say how "
                   "data is read, and there is none: --calibrate DATA");
        return false;
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

bool foreign_options_read(const struct foreign_switches *s,
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
