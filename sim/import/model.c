#include "import/model.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "design/design.h"
#include "import/foreign.h"
#include "import/model_parts.h"
#include "import/schedule_model.h"

#include <string.h>

enum { MODEL_VERSION = 1 };

/* The json file that a path stands for: a folder holds a model.json. */
static const char *find_file(struct arena *a, const char *path)
{
    if (!file_is_folder(path))
        return path;
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    return file_join(a, arena_printf(a, "%.*s", (int)length, path),
                     "model.json");
}

static void read_data(struct model_reader *r, struct json j)
{
    struct model *m = r->model;
    if (!json_exists(j) || !json_is_object(j))
        return;
    static const char *const keys[] = { "inputs", "labels",       "scale",
                                        "layout", "label_column", NULL };
    m->data_place = json_place(j);
    m->data_folder = m->folder;
    model_check_keys(j, keys);
    struct json inputs = model_need(j, keys, "inputs");
    if (json_exists(inputs))
        m->data_inputs = model_read_path(r, inputs, DIAG_DATA);
    struct json labels = json_get(j, "labels");
    if (json_exists(labels))
        m->data_labels = model_read_path(r, labels, DIAG_DATA);
    struct json column = json_get(j, "label_column");
    if (json_exists(column))
        m->data_options.label_column = json_read_string(column);
    uint32_t word = 0;
    struct json scale = json_get(j, "scale"), layout = json_get(j, "layout");
    if (json_exists(scale) &&
        model_read_word(r, scale, "scale", data_scale_words, &word))
        m->data_options.scale = (enum data_scale)word;
    if (json_exists(layout) &&
        model_read_word(r, layout, "layout", data_layout_words, &word))
        m->data_options.layout = (enum data_layout)word;
}

static bool is_of_processes(const struct model_reader *r)
{
    enum family family;
    return family_find(r->model->hardware.family, &family) &&
           family == FAMILY_SCHEDULE;
}

/* A config of processes: nothing in it is about a network. */
static void read_processes(struct model_reader *r, struct json root,
                           struct json processes)
{
    static const char *const others[] = { "network", "data", NULL };
    for (const char *const *key = others; *key != NULL; key++)
        if (json_exists(json_get(root, *key)))
            json_error(json_get(root, *key), DIAG_SCHEDULE,
                       "a config has either 'processes' or '%s'", *key);
    schedule_model_read(r, processes);
    model_read_hardware(r, json_get(root, "hardware"));
    if (!is_of_processes(r))
        json_error(processes, DIAG_SCHEDULE,
                   "processes are of the family 'schedule', and hardware "
                   "says '%s'",
                   r->model->hardware.family);
}

/* The config says all itself. */
static void refuse_options(struct model_reader *r)
{
    if (r->foreign != NULL && !foreign_options_are_none(r->foreign))
        diag_error(r->diag, (struct place){ r->model->path, 0, 0 }, DIAG_OPTION,
                   "the config has its formats and shape: a default "
                   "precision, an input shape and calibration are for files "
                   "of other tools");
}

static void read_root(struct model_reader *r, struct json root)
{
    static const char *const keys[] = { "headrace",  "name",     "network",
                                        "processes", "hardware", "data",
                                        NULL };
    if (!json_is_object(root))
        return;
    struct json version = json_need(root, "headrace");
    uint32_t number;
    /* The keys of another version may well be others. */
    if (json_exists(version) &&
        !json_read_u32(version, MODEL_VERSION, MODEL_VERSION, &number))
        return;
    model_check_keys(root, keys);
    struct json name = model_need(root, keys, "name");
    if (json_exists(name))
        model_read_name(r, name, &r->model->network.name);
    struct json processes = json_get(root, "processes");
    if (json_exists(processes)) {
        refuse_options(r);
        read_processes(r, root, processes);
        return;
    }
    struct json network = model_need(root, keys, "network");
    struct json hardware = json_get(root, "hardware");
    if (json_exists(network) && json_is_object(network) &&
        json_exists(json_get(network, "file"))) {
        model_read_foreign(r, network, hardware);
    } else {
        refuse_options(r);
        if (json_exists(network))
            model_read_network(r, network);
        model_read_hardware(r, hardware);
    }
    if (is_of_processes(r))
        json_error(json_get(root, "hardware"), DIAG_SCHEDULE,
                   "family 'schedule' has 'processes' in the place of a "
                   "network");
    read_data(r, json_get(root, "data"));
}

struct model *model_load(struct arena *a, const char *path,
                         const struct kernel_table *kernels, struct diag *d)
{
    return model_load_with(a, path, &(struct foreign_options){ 0 }, kernels, d);
}

struct model *model_load_with(struct arena *a, const char *path,
                              const struct foreign_options *o,
                              const struct kernel_table *kernels,
                              struct diag *d)
{
    if (foreign_is(path)) {
        struct sketch *s = foreign_load(a, path, o, d);
        return s == NULL ? NULL : model_of_sketch(a, path, s, kernels, d);
    }
    if (foreign_is_unread(path, d))
        return NULL;
    size_t errors = diag_error_count(d);
    struct model *m = arena_new_item(a, struct model);
    m->path = find_file(a, path);
    m->folder = file_folder(a, m->path);
    struct model_reader r = {
        .arena = a, .diag = d, .kernels = kernels, .model = m, .foreign = o
    };
    struct json root = json_load(a, m->path, d);
    if (json_exists(root))
        read_root(&r, root);
    return diag_error_count(d) == errors ? m : NULL;
}

bool model_has_network(const struct model *m, struct diag *d)
{
    if (m->processes == NULL)
        return true;
    diag_error(d, (struct place){ m->path, 0, 0 }, DIAG_UNSUPPORTED,
               "'%s' has processes and no network: there are times, but no "
               "numbers and no RTL",
               m->network.name);
    return false;
}

struct design *model_design(struct arena *a, const struct model *m,
                            const struct kernel_table *kernels, struct diag *d)
{
    return m->processes != NULL
               ? schedule_model_design(a, m, d)
               : design_lower(a, &m->network, &m->hardware, kernels, d);
}
