#include "tests/bench/subject.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/run.h"
#include "import/model.h"
#include "kernels/kernels.h"

/* Frames: about a million cycles or more each, so that nobody's start
 * counts. */
const struct subject_desc subjects[] = {
    { .model = "pipeline224", .folds = { 4, 16, 16 }, .frames = 3, .rtl = 1 },
    { .model = "svhn", .frames = 100, .rtl = true },
    { .model = "pipeline224", .folds = { 1, 1, 1 }, .frames = 6 },
    { .model = "pipeline224", .folds = { 16, 64, 64 }, .frames = 3 },
    { .model = "pipeline224", .folds = { 48, 192, 192 }, .frames = 3 },
};
const uint32_t subject_count = sizeof subjects / sizeof *subjects;

static void set_folds(struct arena *a, struct hardware *h,
                      const uint32_t *folds)
{
    struct layer_options *layers =
        arena_new_array(a, struct layer_options, h->layer_count);
    memcpy(layers, h->layers, h->layer_count * sizeof *layers);
    for (uint32_t i = 0; i < h->layer_count && i < SUBJECT_FOLDS_MAX; i++) {
        if (folds[i] != 0)
            layers[i].reuse_factor = folds[i];
    }
    h->layers = layers;
}

static const char *name_of(struct arena *a, const struct subject_desc *desc)
{
    if (desc->folds[0] == 0)
        return desc->model;
    return arena_printf(a, "%s %" PRIu32 "/%" PRIu32 "/%" PRIu32, desc->model,
                        desc->folds[0], desc->folds[1], desc->folds[2]);
}

struct subject *subject_load(struct arena *a, const struct subject_desc *desc,
                             const char *folder, struct diag *d)
{
    const struct kernel_table *kernels = kernels_headrace();
    const char *path = file_join(a, HEADRACE_SOURCE_DIR "/models", desc->model);
    struct model *m = model_load(a, path, kernels, d);
    if (m == NULL || !file_make_folder(folder, d))
        return NULL;
    set_folds(a, &m->hardware, desc->folds);
    const struct design *design =
        design_lower(a, &m->network, &m->hardware, kernels, d);
    if (design == NULL)
        return NULL;
    struct subject *s = arena_new_item(a, struct subject);
    *s = (struct subject){
        .desc = desc,
        .name = name_of(a, desc),
        .folder = folder,
        .design = design,
        .timing = timing_from_design(a, design),
    };
    const struct run *r =
        run_timing(a, s->timing,
                   &(struct run_options){ .frames = desc->frames });
    s->cycles = r->cycles;
    for (uint32_t i = 0; i < r->stream_count; i++)
        s->tokens += r->streams[i].tokens;
    return s;
}

void subject_add_inputs(struct arena *a, struct subject *s)
{
    struct dataset data;
    model_random_data(a, s->design->network, s->desc->frames, 1, &data);
    s->inputs = data.inputs;
}
