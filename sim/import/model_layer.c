#include "import/model_parts.h"

#include "base/arena.h"
#include "import/model_type.h"

#include <string.h>

static void read_name(struct model_reader *r, struct layer_draft *out)
{
    struct json value = model_need(out->json, out->keys, "name");
    if (!json_exists(value))
        return;
    const char **name = &out->layer.name;
    out->well_named = model_read_name(r, value, name);
    if (!out->well_named)
        return;
    /* Streams are named after layers, and "source.out" is the input's. */
    if (strcmp(*name, "source") == 0 || strcmp(*name, "sink") == 0)
        json_error(value, DIAG_NAME,
                   "name '%s' is reserved for an end of the design", *name);
}

/* NULL: said why. */
static const struct model_type *read_type(struct model_reader *r, struct json j)
{
    uint32_t count = model_type_count();
    const char **words = arena_new_array(r->arena, const char *, count + 1);
    for (uint32_t i = 0; i < count; i++)
        words[i] = model_types[i].name;
    struct json value = json_need(j, "type");
    uint32_t index;
    if (!json_exists(value) ||
        !model_read_word(r, value, "layer type", words, &index))
        return NULL;
    return &model_types[index];
}

static void add_input(struct layer_draft *out, struct json value)
{
    out->inputs[out->input_count++] = (struct input_draft){
        .json = value,
        .name = json_read_string(value),
        .source = SOURCE_UNKNOWN,
    };
}

/* What the layer reads; input_count stays 0 if that cannot be told. */
static void read_inputs(struct model_reader *r, struct layer_draft *out)
{
    const struct model_type *t = out->type;
    if (t->inputs_max == 1) {
        struct json value = model_need(out->json, out->keys, "input");
        if (!json_exists(value))
            return;
        out->inputs = arena_new_item(r->arena, struct input_draft);
        add_input(out, value);
        return;
    }
    struct json list = model_need(out->json, out->keys, "inputs");
    if (!json_exists(list) ||
        !json_is_array(list, t->inputs_min, t->inputs_max))
        return;
    size_t count = json_length(list);
    out->inputs = arena_new_array(r->arena, struct input_draft, count);
    for (size_t i = 0; i < count; i++)
        add_input(out, json_at(list, i));
}

void layer_draft_read(struct model_reader *r, struct json j,
                      struct layer_draft *out)
{
    static const char *const common_keys[] = { "name", "type", "input",
                                               "inputs", NULL };
    *out = (struct layer_draft){ .json = j, .free_size = -1 };
    out->layer.place = json_place(j);
    if (!json_is_object(j))
        return;
    /* Which other keys are right depends on the type. */
    out->type = read_type(r, j);
    out->keys = out->type != NULL ? out->type->keys : common_keys;
    if (out->type != NULL)
        model_check_keys(j, out->keys);
    read_name(r, out);
    if (out->type == NULL)
        return;
    out->layer.type = out->type->type;
    read_inputs(r, out);
    out->sizes_known = true;
    out->numbers_known = true;
    if (out->type->read != NULL)
        out->type->read(r, out);
}
