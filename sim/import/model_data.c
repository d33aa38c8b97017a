#include "import/model_parts.h"

#include "base/arena.h"
#include "base/npy.h"
#include "base/rng.h"

#include <inttypes.h>

/* The first frames of what was read, as raw values. */
static bool convert_inputs(struct arena *a, const struct model *m,
                           uint32_t max_frames, const struct data_frames *from,
                           struct dataset *out, struct diag *d)
{
    struct value_source source = { m->data_place, m->data_inputs, DIAG_DATA,
                                   DIAG_DATA };
    const struct tensor *input = &m->network.input;
    uint64_t frames = from->count;
    if (max_frames != 0 && frames > max_frames)
        frames = max_frames;
    if (frames > UINT32_MAX)
        frames = UINT32_MAX;
    uint64_t count = frames * shape_count(input->shape);
    /* In the numbers that the network computes with. */
    struct npy *n = from->inputs;
    if (n->is_float && (m->input_scale != 0 || m->input_zero != 0))
        for (uint64_t i = 0; i < n->count; i++)
            n->floats[i] =
                n->floats[i] / (m->input_scale != 0 ? m->input_scale : 1) +
                m->input_zero;
    int32_t *values = arena_new_array(a, int32_t, count);
    if (!model_convert_values(a, from->inputs, count, input->format, &source,
                              values, d))
        return false;
    out->inputs = values;
    out->floats = from->inputs->is_float ? from->inputs->floats : NULL;
    out->count = (uint32_t)frames;
    return true;
}

static bool convert_labels(struct arena *a, const struct model *m,
                           const struct npy *n, uint64_t frames,
                           struct dataset *out, struct diag *d)
{
    const char *name = m->data_labels != NULL ? m->data_labels : m->data_inputs;
    if (n->is_float) {
        diag_error(d, m->data_place, DIAG_DATA,
                   "labels '%s' are floats, not integers", name);
        return false;
    }
    if (n->dims != 1 || n->shape[0] != frames) {
        diag_error(d, m->data_place, DIAG_DATA,
                   "labels '%s' have shape %s, not one label for each of the "
                   "%" PRIu64 " frames",
                   name, npy_shape_text(n, a), frames);
        return false;
    }
    uint64_t classes = network_class_count(&m->network);
    int32_t *labels = arena_new_array(a, int32_t, out->count);
    for (uint32_t i = 0; i < out->count; i++) {
        int64_t label = n->integers[i];
        if (label < 0 || (uint64_t)label >= classes) {
            diag_error(d, m->data_place, DIAG_DATA,
                       "label %" PRId64
                       " at (%u,) of '%s' is outside 0..%" PRIu64
                       ", the classes of '%s'",
                       label, i, name, classes - 1, m->network.output->name);
            return false;
        }
        labels[i] = (int32_t)label;
    }
    out->labels = labels;
    return true;
}

bool model_load_data(struct arena *a, const struct model *m,
                     uint32_t max_frames, struct dataset *out, struct diag *d)
{
    *out = (struct dataset){ 0 };
    if (m->data_inputs == NULL)
        return true;
    struct data_request request = {
        .place = m->data_place,
        .folder = m->data_folder,
        .inputs = m->data_inputs,
        .labels = m->data_labels,
        .options = m->data_options,
        .shape = m->network.input.shape,
        .format = m->network.input.format,
    };
    struct data_frames frames;
    struct dataset data = { 0 };
    if (!data_load(a, &request, &frames, d) ||
        !convert_inputs(a, m, max_frames, &frames, &data, d))
        return false;
    if (frames.labels != NULL &&
        !convert_labels(a, m, frames.labels, frames.count, &data, d))
        return false;
    *out = data;
    return true;
}

void model_random_data(struct arena *a, const struct network *n,
                       uint32_t frames, uint64_t seed, struct dataset *out)
{
    uint64_t count = frames * shape_count(n->input.shape);
    int64_t min = format_min(n->input.format);
    /* At most 2^32, so that the product below fits. */
    uint64_t choices = (uint64_t)(format_max(n->input.format) - min) + 1;
    struct rng rng = { seed };
    int32_t *values = arena_new_array(a, int32_t, count);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t random = rng_next(&rng) >> 32;
        values[i] = (int32_t)(min + (int64_t)((random * choices) >> 32));
    }
    *out = (struct dataset){ .count = frames, .inputs = values };
}
