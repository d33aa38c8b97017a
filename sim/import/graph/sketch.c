#include "import/graph/sketch.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/json_write.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static void add_format(struct json_out *to, const char *key, struct format f)
{
    char text[FORMAT_TEXT_SIZE];
    json_add_string(to, key, format_print(f, text));
}

static void add_numbers(struct json_out *to, const char *key, uint32_t count,
                        const uint32_t *numbers)
{
    struct json_out *list = json_add_array(to, key);
    for (uint32_t i = 0; i < count; i++)
        json_add_u64(list, NULL, numbers[i]);
}

static void add_pair(struct json_out *to, const char *key, uint32_t a,
                     uint32_t b)
{
    add_numbers(to, key, 2, (uint32_t[]){ a, b });
}

static void add_inputs(struct json_out *to, const struct sketch_layer *l)
{
    if (l->input_count == 1) {
        json_add_string(to, "input", l->inputs[0]->name);
        return;
    }
    struct json_out *list = json_add_array(to, "inputs");
    for (uint32_t i = 0; i < l->input_count; i++)
        json_add_string(list, NULL, l->inputs[i]->name);
}

static void add_window(struct json_out *to, const struct sketch_layer *l)
{
    const struct window *w = &l->window;
    if (l->has_kernel) {
        add_pair(to, "kernel", w->kernel_h, w->kernel_w);
        add_pair(to, "stride", w->stride_h, w->stride_w);
    }
    if (l->has_pads)
        add_numbers(to, strcmp(l->type, "crop2d") == 0 ? "cropping" : "padding",
                    4,
                    (uint32_t[]){ w->pad_top, w->pad_bottom, w->pad_left,
                                  w->pad_right });
    if (l->skips_pads)
        json_add_bool(to, "count_pads", false);
}

static void add_layer(struct json_out *list, const struct sketch_layer *l)
{
    struct json_out *o = json_add_object(list, NULL);
    json_add_string(o, "name", l->output->name);
    json_add_string(o, "type", l->type);
    add_inputs(o, l);
    if (l->units != 0)
        json_add_u64(o, strcmp(l->type, "dense") == 0 ? "units" : "filters",
                     l->units);
    add_window(o, l);
    if (l->scale_h != 0)
        add_pair(o, "size", l->scale_h, l->scale_w);
    if (l->has_shape)
        add_numbers(o, "shape", 3,
                    (uint32_t[]){ l->output->shape.h, l->output->shape.w,
                                  l->output->shape.c });
    if (l->relu_max != 0)
        json_add_u64(o, "max", l->relu_max);
    if (l->has_alpha)
        json_add_double(o, "alpha", l->alpha);
    if (l->has_beta)
        json_add_double(o, "beta", l->beta);
    if (l->activation != NULL)
        json_add_string(o, "activation", l->activation);
    if (l->weight.width != 0)
        add_format(o, "weight_format", l->weight);
    if (l->bias.width != 0)
        add_format(o, "bias_format", l->bias);
    if (l->accumulator.width != 0)
        add_format(o, "accumulator_format", l->accumulator);
    if (l->can_convert)
        add_format(o, "output_format", l->output->format);
    if (l->difference.width != 0)
        add_format(o, "difference_format", l->difference);
    if (l->sum.width != 0)
        add_format(o, "sum_format", l->sum);
    if (l->index.width != 0)
        add_format(o, "index_format", l->index);
    if (l->inverse.width != 0)
        add_format(o, "inverse_format", l->inverse);
    if (l->arrays[0].key == NULL)
        return;
    struct json_out *weights = json_add_object(o, "weights");
    for (uint32_t i = 0; i < SKETCH_ARRAYS_MAX; i++)
        if (l->arrays[i].key != NULL)
            json_add_string(weights, l->arrays[i].key, l->arrays[i].file);
}

static bool has_options(const struct sketch_layer *l)
{
    return l->reuse_factor != 0 || l->lanes != 0 || l->strategy != NULL;
}

static void add_layer_options(struct json_out *to, const struct sketch *s)
{
    struct json_out *layers = NULL;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct sketch_layer *l = s->layers[i];
        if (!has_options(l))
            continue;
        if (layers == NULL)
            layers = json_add_object(to, "layers");
        struct json_out *o = json_add_object(layers, l->output->name);
        if (l->reuse_factor != 0)
            json_add_u64(o, "reuse_factor", l->reuse_factor);
        if (l->strategy != NULL)
            json_add_string(o, "strategy", l->strategy);
        if (l->lanes != 0)
            json_add_u64(o, "lanes", l->lanes);
    }
}

static void add_fifos(struct json_out *to, const struct sketch_hardware *h)
{
    if (h->fifo_count == 0)
        return;
    struct json_out *fifos = json_add_object(to, "fifos");
    for (uint32_t i = 0; i < h->fifo_count; i++)
        json_add_u64(json_add_object(fifos, h->fifos[i].stream), "depth",
                     h->fifos[i].depth);
}

static bool has_hardware(const struct sketch *s)
{
    const struct sketch_hardware *h = &s->hardware;
    bool has = h->family != NULL || h->strategy != NULL || h->device != NULL ||
               h->clock_hz != 0 || h->input_lanes != 0 || h->keep_layers ||
               h->fifo_count != 0;
    for (uint32_t i = 0; i < s->count; i++)
        has = has || has_options(s->layers[i]);
    return has;
}

static void add_hardware(struct json_out *root, const struct sketch *s)
{
    const struct sketch_hardware *h = &s->hardware;
    if (!has_hardware(s))
        return;
    struct json_out *to = json_add_object(root, "hardware");
    if (h->family != NULL)
        json_add_string(to, "family", h->family);
    if (h->strategy != NULL)
        json_add_string(to, "strategy", h->strategy);
    if (h->device != NULL)
        json_add_string(to, "device", h->device);
    if (h->reports != NULL)
        json_add_string(to, "reports", h->reports);
    if (h->clock_hz != 0)
        json_add_double(to, "clock_mhz", (double)h->clock_hz / 1e6);
    if (h->input_lanes != 0)
        json_add_u64(to, "input_lanes", h->input_lanes);
    if (h->keep_layers)
        json_add_bool(to, "fold_layers", false);
    add_layer_options(to, s);
    add_fifos(to, h);
}

void sketch_write(const struct sketch *s, struct text *out)
{
    struct json_out *root = json_out_new(s->arena);
    json_add_u64(root, "headrace", 1);
    json_add_string(root, "name", s->name);
    struct json_out *network = json_add_object(root, "network");
    struct json_out *input = json_add_object(network, "input");
    json_add_string(input, "name", s->input->name);
    add_numbers(input, "shape", 3,
                (uint32_t[]){ s->input->shape.h, s->input->shape.w,
                              s->input->shape.c });
    add_format(input, "format", s->input->format);
    if (s->input_scale != 0)
        json_add_double(input, "scale", s->input_scale);
    if (s->input_zero != 0)
        json_add_double(input, "zero", s->input_zero);
    struct json_out *layers = json_add_array(network, "layers");
    for (uint32_t i = 0; i < s->count; i++)
        add_layer(layers, s->layers[i]);
    json_add_string(network, "output", s->output->name);
    if (s->output_scale != 0)
        json_add_double(network, "output_scale", s->output_scale);
    add_hardware(root, s);
    json_out_print(root, out);
}

const struct sketch_array *sketch_find(const struct sketch *s, const char *file)
{
    for (uint32_t i = 0; i < s->count; i++)
        for (uint32_t k = 0; k < SKETCH_ARRAYS_MAX; k++) {
            const struct sketch_array *a = &s->layers[i]->arrays[k];
            if (a->key != NULL && strcmp(a->file, file) == 0)
                return a;
        }
    return NULL;
}

/* The reports stay in the folder of the project. */
static struct sketch without_reports(const struct sketch *s, const char *path,
                                     struct diag *d)
{
    struct sketch copy = *s;
    if (s->hardware.reports == NULL)
        return copy;
    copy.hardware.reports = NULL;
    diag_warning(d, (struct place){ .file = path }, DIAG_REPORT,
                 "the synthesis reports in '%s' are not copied: times will be "
                 "those of the rules",
                 s->hardware.reports);
    diag_hint(d, "copy that folder to the model's and give \"reports\" in its "
                 "hardware");
    return copy;
}

/* The folders of a path that are not there; *count is set. */
static const char **missing_folders(struct arena *a, const char *folder,
                                    uint32_t *count)
{
    const char **list = NULL;
    *count = 0;
    while (folder[0] != '\0' && !file_is_folder(folder)) {
        list = arena_grow(a, list, *count, sizeof *list);
        list[(*count)++] = folder;
        folder = file_folder(a, folder);
    }
    return list;
}

bool sketch_save(const struct sketch *s, const char *path, sketch_stop_fn *stop,
                 struct diag *d)
{
    struct arena *a = s->arena;
    const char *folder = file_folder(a, path);
    uint32_t made_count;
    const char **made = missing_folders(a, folder, &made_count);
    const char **written = NULL;
    uint32_t count = 0;
    bool fine = folder[0] == '\0' || file_make_folder(folder, d);
    for (uint32_t i = 0; fine && i < s->count; i++)
        for (uint32_t k = 0; fine && k < SKETCH_ARRAYS_MAX; k++) {
            const struct sketch_array *array = &s->layers[i]->arrays[k];
            if (array->key == NULL)
                continue;
            written = arena_grow(a, written, count, sizeof *written);
            written[count++] = file_join(a, folder, array->file);
            fine = sketch_save_array(array, written[count - 1], stop, d);
        }
    struct text *t = text_new(a);
    struct sketch copy = without_reports(s, path, d);
    sketch_write(&copy, t);
    if (fine && file_write_text(path, t, d))
        return true;
    /* Weights without a config are of no use; the last one was not written. */
    for (uint32_t i = 0; i < count; i++)
        if (fine || i + 1 < count)
            remove(written[i]);
    for (uint32_t i = 0; i < made_count; i++)
        remove(made[i]); /* an empty one */
    return false;
}
