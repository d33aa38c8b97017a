#include "import/model_parts.h"

#include "base/arena.h"
#include "base/text.h"
#include "import/foreign.h"
#include "import/graph/sketch.h"

#include <string.h>

/* The config that a sketch is written as; places are those in it. */
static struct json config_of(struct arena *a, const char *path,
                             const struct sketch *s, struct diag *d)
{
    struct text *t = text_new(a);
    sketch_write(s, t);
    const char *name = arena_printf(a, "%s (as model.json)", path);
    return json_parse(a, name, text_string(t), text_length(t), d);
}

/* As if its config and weights lay beside it. */
static struct model *read_sketch(struct arena *a, const char *path,
                                 const struct sketch *s,
                                 const struct kernel_table *kernels,
                                 bool leaves_weights, struct diag *d)
{
    size_t errors = diag_error_count(d);
    struct model *m = arena_new_item(a, struct model);
    m->path = arena_strdup(a, path);
    m->folder = file_is_folder(path) ? m->path : file_folder(a, path);
    m->formats = s->chosen;
    struct model_reader r = { .arena = a,
                              .diag = d,
                              .kernels = kernels,
                              .model = m,
                              .sketch = s,
                              .leaves_weights = leaves_weights };
    struct json root = config_of(a, path, s, d);
    if (json_exists(root)) {
        m->network.name = s->name;
        model_read_network(&r, json_get(root, "network"));
        model_read_hardware(&r, json_get(root, "hardware"));
    }
    return diag_error_count(d) == errors ? m : NULL;
}

struct model *model_of_sketch(struct arena *a, const char *path,
                              const struct sketch *s,
                              const struct kernel_table *kernels,
                              struct diag *d)
{
    return read_sketch(a, path, s, kernels, false, d);
}

/* Whether an array has numbers only. */
static bool check_array(const char *path, const struct sketch_array *array,
                        struct diag *d)
{
    double bad = 0;
    bool fine = sketch_is_finite(array, &bad);
    if (!fine)
        diag_error(d, (struct place){ path, 0, 0 }, DIAG_WEIGHTS_RANGE,
                   "weights '%s' have %f, which is no number", array->file,
                   bad);
    return fine;
}

bool model_check_sketch(const char *path, const struct sketch *s,
                        const struct kernel_table *kernels, struct diag *d)
{
    struct arena *own = arena_new();
    /* sketch_save leaves reports where they are. */
    struct sketch saved = *s;
    saved.hardware.reports = NULL;
    bool fine = read_sketch(own, path, &saved, kernels, true, d) != NULL;
    arena_free(own);
    for (uint32_t i = 0; i < s->count; i++)
        for (uint32_t k = 0; k < SKETCH_ARRAYS_MAX; k++)
            if (s->layers[i]->arrays[k].key != NULL)
                fine &= check_array(path, &s->layers[i]->arrays[k], d);
    return fine;
}

static struct sketch_layer *find_layer(const struct sketch *s, const char *name)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (strcmp(s->layers[i]->output->name, name) == 0)
            return s->layers[i];
    return NULL;
}

/* One format of a layer; width 0: it has none to change. */
static void read_format(struct model_reader *r, struct json j, const char *key,
                        enum format_use use, bool has_one, struct format *to)
{
    struct json value = json_get(j, key);
    if (!json_exists(value))
        return;
    if (has_one)
        model_read_format(r, value, use, to);
    else
        json_error(value, DIAG_FORMAT, "the layer has no %s", key);
}

/* "formats": those of single layers, instead of what the file says. */
static void read_formats(struct model_reader *r, struct json j,
                         const struct sketch *s)
{
    static const char *const keys[] = { "weight_format", "bias_format",
                                        "accumulator_format", "output_format",
                                        NULL };
    if (!json_exists(j) || !json_is_object(j))
        return;
    for (size_t i = 0; i < json_length(j); i++) {
        struct json member = json_at(j, i);
        json_mark_known(member);
        struct sketch_layer *l = find_layer(s, json_key(member));
        if (l == NULL)
            json_error(member, DIAG_NAME,
                       "the file has no layer '%s'; 'headrace import' shows "
                       "which there are",
                       model_shown(r, json_key(member)));
        if (l == NULL || !json_is_object(member))
            continue;
        model_check_keys(member, keys);
        bool has_sum = l->units != 0 || l->has_kernel;
        read_format(r, member, keys[0], FORMAT_WEIGHT, l->weight.width != 0,
                    &l->weight);
        read_format(r, member, keys[1], FORMAT_BIAS, l->bias.width != 0,
                    &l->bias);
        read_format(r, member, keys[2], FORMAT_SUM,
                    has_sum && l->weight.width != 0, &l->accumulator);
        read_format(r, member, keys[3], FORMAT_TENSOR, l->can_convert,
                    &l->output->format);
        /* Numbers that were raw in the file's format are converted. */
        for (uint32_t k = 0; k < SKETCH_ARRAYS_MAX; k++)
            l->arrays[k].step = 0;
    }
}

/* What the command line does not say of how the file is read. */
static void read_options(struct model_reader *r, struct json j,
                         struct foreign_options *o)
{
    struct json precision = json_get(j, "default_precision");
    struct json shape = json_get(j, "input_shape");
    struct foreign_options own = { 0 };
    if (json_exists(precision) &&
        model_read_format(r, precision, FORMAT_TENSOR, &own.precision) &&
        !own.precision.is_signed)
        json_error(precision, DIAG_FORMAT, "it is to be signed");
    if (json_exists(shape) && json_is_array(shape, 1, FOREIGN_RANK_MAX)) {
        own.rank = (uint32_t)json_length(shape);
        for (uint32_t i = 0; i < own.rank; i++)
            json_read_u64(json_at(shape, i), 1, GRAPH_ELEMENTS_MAX,
                          &own.shape[i]);
    }
    if (r->foreign != NULL)
        *o = *r->foreign;
    if (o->precision.width == 0)
        o->precision = own.precision;
    if (o->rank == 0) {
        o->rank = own.rank;
        memcpy(o->shape, own.shape, sizeof own.shape);
    }
}

void model_read_foreign(struct model_reader *r, struct json network,
                        struct json hardware)
{
    static const char *const keys[] = { "file", "default_precision",
                                        "input_shape", "formats", NULL };
    size_t errors = diag_error_count(r->diag);
    struct foreign_options o = { 0 };
    model_check_keys(network, keys);
    struct json file = json_get(network, "file");
    const char *name = model_read_path(r, file, DIAG_FILE_OPEN);
    read_options(r, network, &o);
    if (json_exists(hardware))
        model_read_hardware(r, hardware);
    if (name == NULL || diag_error_count(r->diag) > errors)
        return;
    const char *path = file_join(r->arena, r->model->folder, name);
    if (!foreign_is(path)) {
        if (foreign_is_unread(path, r->diag))
            return;
        json_error(file, DIAG_FILE_OPEN,
                   "'%s' is no model file of another tool",
                   model_shown(r, name));
        return;
    }
    struct sketch *s = foreign_load(r->arena, path, &o, r->diag);
    if (s == NULL)
        return;
    read_formats(r, json_get(network, "formats"), s);
    /* With formats of its own the config says other than what was chosen. */
    if (!json_exists(json_get(network, "formats")))
        r->model->formats = s->chosen;
    if (diag_error_count(r->diag) > errors)
        return;
    struct json root = config_of(r->arena, path, s, r->diag);
    r->sketch = s;
    model_read_network(r, json_get(root, "network"));
    r->sketch = NULL;
    if (!json_exists(hardware))
        model_read_hardware(r, json_get(root, "hardware"));
}
