#include "import/model_parts.h"

#include "base/arena.h"
#include "base/npy.h"
#include "base/rng.h"

#include <inttypes.h>

/* The sizes of one frame in a file: all of the shape, without channels if
 * there is one, or the channels alone if the input is a vector. */
static bool frame_fits(const struct npy *n, struct shape s)
{
    if (n->dims == 4)
        return n->shape[1] == s.h && n->shape[2] == s.w && n->shape[3] == s.c;
    if (n->dims == 3)
        return s.c == 1 && n->shape[1] == s.h && n->shape[2] == s.w;
    return n->dims == 2 && s.h == 1 && s.w == 1 && n->shape[1] == s.c;
}

static bool load_inputs(struct arena *a, const struct model *m,
                        uint32_t max_frames, struct dataset *out,
                        uint64_t *frames_in_file, struct diag *d)
{
    struct value_source source = { m->data_place, m->data_inputs, DIAG_DATA,
                                   DIAG_DATA };
    struct npy *n = model_load_values(a, m->folder, &source, d);
    if (n == NULL)
        return false;
    const struct tensor *input = &m->network.input;
    struct shape s = input->shape;
    if (!frame_fits(n, s)) {
        diag_error(d, m->data_place, DIAG_DATA,
                   "inputs '%s' have shape %s, not (frames, %u, %u, %u)",
                   m->data_inputs, npy_shape_text(n, a), s.h, s.w, s.c);
        return false;
    }
    if (n->shape[0] == 0) {
        diag_error(d, m->data_place, DIAG_DATA, "inputs '%s' have no frames",
                   m->data_inputs);
        return false;
    }
    *frames_in_file = n->shape[0];
    uint64_t frames = n->shape[0];
    if (max_frames != 0 && frames > max_frames)
        frames = max_frames;
    if (frames > UINT32_MAX)
        frames = UINT32_MAX;
    uint64_t count = frames * shape_count(s);
    /* In the numbers that the network computes with. */
    if (n->is_float && (m->input_scale != 0 || m->input_zero != 0))
        for (uint64_t i = 0; i < n->count; i++)
            n->floats[i] =
                n->floats[i] / (m->input_scale != 0 ? m->input_scale : 1) +
                m->input_zero;
    int32_t *values = arena_new_array(a, int32_t, count);
    if (!model_convert_values(a, n, count, input->format, &source, values, d))
        return false;
    out->inputs = values;
    out->floats = n->floats;
    out->count = (uint32_t)frames;
    return true;
}

static bool load_labels(struct arena *a, const struct model *m, uint64_t frames,
                        struct dataset *out, struct diag *d)
{
    struct value_source source = { m->data_place, m->data_labels, DIAG_DATA,
                                   DIAG_DATA };
    struct npy *n = model_load_values(a, m->folder, &source, d);
    if (n == NULL)
        return false;
    if (n->is_float) {
        diag_error(d, m->data_place, DIAG_DATA,
                   "labels '%s' are floats, not integers", m->data_labels);
        return false;
    }
    if (n->dims != 1 || n->shape[0] != frames) {
        diag_error(d, m->data_place, DIAG_DATA,
                   "labels '%s' have shape %s, not one label for each of the "
                   "%" PRIu64 " frames",
                   m->data_labels, npy_shape_text(n, a), frames);
        return false;
    }
    /* One output value tells two classes apart. */
    uint64_t classes = shape_count(m->network.output->shape);
    if (classes == 1)
        classes = 2;
    int32_t *labels = arena_new_array(a, int32_t, out->count);
    for (uint32_t i = 0; i < out->count; i++) {
        int64_t label = n->integers[i];
        if (label < 0 || (uint64_t)label >= classes) {
            diag_error(d, m->data_place, DIAG_DATA,
                       "label %" PRId64
                       " at (%u,) of '%s' is outside 0..%" PRIu64
                       ", the classes of '%s'",
                       label, i, m->data_labels, classes - 1,
                       m->network.output->name);
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
    uint64_t frames = 0;
    struct dataset data = { 0 };
    if (!load_inputs(a, m, max_frames, &data, &frames, d))
        return false;
    if (m->data_labels != NULL && !load_labels(a, m, frames, &data, d))
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
