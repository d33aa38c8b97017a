#include "import/keras/keras_reader.h"

#include "base/arena.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

static bool fault(struct keras_reader *r, enum diag_code code, const char *text)
{
    diag_error(r->diag, (struct place){ r->path, 0, 0 }, code, "%s", text);
    return false;
}

/* Operations have the names of layers.  HDF5 files of Keras 3 do not say
 * which they are; layers, but not operations, can be trained or not. */
static bool is_operation(const struct keras_layer *l)
{
    const char *module = keras_text_at(l->entry, "module");
    if (module != NULL)
        return strstr(module, ".ops.") != NULL;
    struct json nodes = keras_part(l->entry, "inbound_nodes", JSON_ARRAY);
    return json_exists(nodes) && json_length(nodes) > 0 &&
           json_kind(json_at(nodes, 0)) == JSON_OBJECT &&
           !json_exists(json_get(l->config, "trainable"));
}

/* The layers of the file, without what they read. */
static bool list_layers(struct keras_reader *r, struct json layers)
{
    size_t count = json_length(layers);
    if (count == 0 || count > KERAS_LAYERS_MAX)
        return fault(r, DIAG_KERAS, "the model has not 1 to 10000 layers");
    r->layers = arena_new_array(r->arena, struct keras_layer, count);
    for (uint32_t i = 0; i < count; i++) {
        struct json j = json_at(layers, i);
        struct keras_layer *l = &r->layers[r->layer_count++];
        l->reader = r;
        l->entry = j;
        if (json_kind(j) == JSON_OBJECT) {
            l->kind = keras_text_at(j, "class_name");
            l->config = keras_part(j, "config", JSON_OBJECT);
            l->name = keras_text_at(j, "name");
        }
        if (l->kind == NULL || !json_exists(l->config))
            return fault(r, DIAG_KERAS,
                         "a layer has no 'class_name' or no 'config'");
        if (l->name == NULL)
            l->name = keras_text_at(l->config, "name");
        if (l->name == NULL)
            l->name = arena_printf(r->arena, "layer_%" PRIu32, i);
        if (is_operation(l))
            l->kind = arena_printf(r->arena, "ops.%s", l->kind);
        l->type = keras_layer_find(l->kind);
    }
    return keras_check_types(r);
}

static struct keras_layer *layer_named(struct keras_reader *r, const char *name)
{
    for (uint32_t i = 0; i < r->layer_count; i++)
        if (strcmp(r->layers[i].name, name) == 0)
            return &r->layers[i];
    return NULL;
}

static void set_sources(struct keras_layer *l, uint32_t count)
{
    l->input_count = count;
    l->sources = arena_new_array(l->reader->arena, uint32_t, count);
    l->inputs = arena_new_array(l->reader->arena, struct graph_value *, count);
}

/* What a layer is called with besides tensors would be lost. */
static bool has_tensors_only(struct keras_layer *l, struct json node)
{
    struct json args = keras_part(node, "args", JSON_ARRAY);
    if (strncmp(l->kind, "ops.", 4) == 0 || !json_exists(args))
        return true;
    for (size_t i = 0; i < json_length(args); i++) {
        enum json_kind kind = json_kind(json_at(args, i));
        if (kind == JSON_NUMBER || kind == JSON_STRING) {
            keras_error(l, DIAG_UNSUPPORTED,
                        "its argument %zu is no tensor, which is not read",
                        i + 1);
            return false;
        }
    }
    return true;
}

static bool connect(struct keras_layer *l)
{
    struct keras_reader *r = l->reader;
    struct json nodes = keras_part(l->entry, "inbound_nodes", JSON_ARRAY);
    size_t uses = json_exists(nodes) ? json_length(nodes) : 0;
    if (uses > 1) {
        keras_error(l, DIAG_UNSUPPORTED,
                    "it is used %zu times; a layer of hardware is used once",
                    uses);
        diag_hint(r->diag, "save a model with a layer for each use and the "
                           "same weights in each (set_weights)");
        return false;
    }
    struct keras_references *to =
        keras_references_of(l,
                            uses == 1 ? json_at(nodes, 0) : (struct json){ 0 });
    if (to->too_many) {
        keras_error(l, DIAG_UNSUPPORTED, "it has more than %d inputs",
                    GRAPH_INPUTS_MAX);
        return false;
    }
    if (uses == 1 && !has_tensors_only(l, json_at(nodes, 0)))
        return false;
    set_sources(l, to->count);
    for (uint32_t i = 0; i < to->count; i++) {
        struct keras_layer *from = layer_named(r, to->items[i].layer);
        if (from == NULL) {
            keras_error(l, DIAG_GRAPH_INPUT, "its input '%.80s' is no layer",
                        to->items[i].layer);
            return false;
        }
        if (!to->items[i].is_first) {
            keras_error(l, DIAG_UNSUPPORTED,
                        "its input is a further use or output of layer '%.80s'",
                        from->name);
            return false;
        }
        l->sources[i] = (uint32_t)(from - r->layers);
        from->readers++;
    }
    return true;
}

static bool is_input(const struct keras_layer *l)
{
    return strcmp(l->kind, "InputLayer") == 0;
}

/* A shape with a batch; false: it is none. */
static bool read_shape(struct keras_layer *l, struct json j,
                       struct graph_dims *out)
{
    *out = (struct graph_dims){ .rank = (uint32_t)json_length(j) };
    struct keras_reader *r = l->reader;
    if (json_length(j) < 2 || json_length(j) > GRAPH_RANK_MAX) {
        keras_error(l, DIAG_SHAPE, "its shape has not 2 to 8 dimensions");
        return false;
    }
    for (uint32_t i = 0; i < out->rank; i++) {
        struct json size = json_at(j, i);
        double x = 0;
        bool is_fixed =
            keras_number_in(size, 0, (double)GRAPH_ELEMENTS_MAX, &x) &&
            x == (double)(uint64_t)x;
        out->size[i] = i == 0 ? 1 : (uint64_t)x;
        /* Frames come one by one, whatever the batch was. */
        if (is_fixed || i == 0)
            continue;
        keras_error(l, DIAG_SHAPE, "dimension %u of the input is not fixed",
                    (unsigned)i);
        diag_hint(r->diag, "--input-shape gives all of them, say 1,28,28,1; "
                           "or save the model with a fixed shape");
        return false;
    }
    return true;
}

static enum graph_type input_type(struct keras_layer *l)
{
    static const enum graph_type small[] = { GRAPH_INT8, GRAPH_UINT8,
                                             GRAPH_INT16, GRAPH_UINT16 };
    const char *name = keras_text_at(l->config, "dtype");
    for (size_t i = 0; name != NULL && i < sizeof small / sizeof *small; i++)
        if (strcmp(name, graph_type_name(small[i])) == 0)
            return small[i];
    return GRAPH_FLOAT32;
}

/* The input's tensor; what layers read is floats. */
static bool add_input(struct keras_layer *l, struct json model)
{
    static const char *const keys[] = { "batch_shape", "batch_input_shape" };
    struct keras_reader *r = l->reader;
    struct graph_dims dims = r->options->input_dims;
    struct json shape = { 0 };
    for (size_t i = 0; i < 2 && !json_exists(shape); i++)
        shape = keras_part(l->config, keys[i], JSON_ARRAY);
    if (!json_exists(shape))
        shape = keras_part(model, "build_input_shape", JSON_ARRAY);
    if (dims.rank == 0 && !json_exists(shape)) {
        keras_error(l, DIAG_SHAPE, "the file does not give the input's shape");
        diag_hint(r->diag, "--input-shape gives it, say 1,28,28,1");
        return false;
    }
    if (dims.rank == 0 && !read_shape(l, shape, &dims))
        return false;
    enum graph_type type = is_input(l) ? input_type(l) : GRAPH_FLOAT32;
    struct graph_value *v =
        graph_add_input(r->graph, is_input(l) ? l->name : "input", &dims, type);
    if (v != NULL && type != GRAPH_FLOAT32)
        v = keras_add(l, GRAPH_CAST, "float", 1, &v,
                      &(struct graph_attributes){ .type = GRAPH_FLOAT32 });
    if (is_input(l))
        l->output = v;
    else
        l->inputs[0] = v;
    return v != NULL;
}

/* One layer behind the other. */
static bool connect_sequence(struct keras_reader *r, struct json model)
{
    for (uint32_t i = 0; i < r->layer_count; i++) {
        struct keras_layer *l = &r->layers[i];
        set_sources(l, !is_input(l));
        if (i == 0) {
            if (!add_input(l, model))
                return false;
            continue;
        }
        if (is_input(l)) {
            keras_error(l, DIAG_UNSUPPORTED, "an input behind other layers");
            return false;
        }
        l->sources[0] = i - 1;
        r->layers[i - 1].readers++;
    }
    return true;
}

static bool connect_all(struct keras_reader *r, struct json model)
{
    const struct keras_layer *input = NULL;
    for (uint32_t i = 0; i < r->layer_count; i++) {
        struct keras_layer *l = &r->layers[i];
        if (!connect(l))
            return false;
        if (!is_input(l))
            continue;
        if (input != NULL) {
            keras_error(l, DIAG_UNSUPPORTED,
                        "a second input, beside '%.80s'; a network has one",
                        input->name);
            return false;
        }
        input = l;
        if (!add_input(l, model))
            return false;
    }
    return input != NULL ||
           fault(r, DIAG_GRAPH_INPUT, "the model has no input");
}

static bool read_layer(struct keras_layer *l)
{
    const struct keras_layer_type *t = l->type;
    if (l->input_count < t->inputs_min || l->input_count > t->inputs_max) {
        keras_error(l,
                    l->input_count == 0 ? DIAG_GRAPH_INPUT : DIAG_UNSUPPORTED,
                    "it has %u inputs, not %u to %u", (unsigned)l->input_count,
                    (unsigned)t->inputs_min, (unsigned)t->inputs_max);
        return false;
    }
    /* Rank 0 has no axes that a layer could look for. */
    for (uint32_t i = 0; i < l->input_count; i++)
        if (l->inputs[i]->dims.rank < 2 || l->inputs[i]->dims.size[0] != 1) {
            keras_error(l, DIAG_SHAPE,
                        "its input of %s is no tensor in a batch of 1",
                        graph_dims_text(&l->inputs[i]->dims, l->reader->arena));
            return false;
        }
    l->output = t->read(l);
    return l->output != NULL && !l->failed;
}

/* Whether all that a layer reads is there. */
static bool is_ready(struct keras_reader *r, struct keras_layer *l)
{
    for (uint32_t i = 0; i < l->input_count; i++) {
        if (l->inputs[i] == NULL)
            l->inputs[i] = r->layers[l->sources[i]].output;
        if (l->inputs[i] == NULL)
            return false;
    }
    return true;
}

/* Layers in the order of data: that of the file, mostly. */
static bool read_layers(struct keras_reader *r)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < r->layer_count; i++)
        left += r->layers[i].output == NULL;
    while (left > 0) {
        uint32_t before = left;
        for (uint32_t i = 0; i < r->layer_count; i++) {
            struct keras_layer *l = &r->layers[i];
            if (l->output != NULL || !is_ready(r, l))
                continue;
            if (!read_layer(l))
                return false;
            left--;
        }
        if (left == before)
            return fault(r, DIAG_GRAPH_CYCLE, "layers read each other");
    }
    return true;
}

static bool set_output(struct keras_reader *r, struct keras_layer *out)
{
    bool fine = true;
    for (uint32_t i = 0; i < r->layer_count; i++) {
        struct keras_layer *l = &r->layers[i];
        if (l == out || l->readers > 0)
            continue;
        keras_error(l, DIAG_GRAPH_UNUSED, "nobody reads its output");
        fine = false;
    }
    if (!fine)
        return false;
    r->graph->output = out->output;
    out->output->readers++;
    return true;
}

static struct keras_layer *output_layer(struct keras_reader *r,
                                        struct json model)
{
    struct keras_references *to =
        arena_new_item(r->arena, struct keras_references);
    keras_collect(to, json_get(model, "output_layers"));
    if (to->count != 1) {
        struct text *t = text_new(r->arena);
        for (uint32_t i = 0; i < to->count && i < 20; i++)
            text_printf(t, "%s'%.80s'", i == 0 ? ": " : ", ",
                        to->items[i].layer);
        diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_UNSUPPORTED,
                   "the model has %u outputs%s; a network has one",
                   (unsigned)to->count, text_string(t));
        if (to->count > 1)
            diag_hint(r->diag, "save a model with only the output that counts: "
                               "keras.Model(model.input, "
                               "model.outputs[0])");
        return NULL;
    }
    struct keras_layer *l = layer_named(r, to->items[0].layer);
    if (l == NULL || !to->items[0].is_first)
        fault(r, DIAG_GRAPH_INPUT, "no layer computes the model's output");
    return l != NULL && to->items[0].is_first ? l : NULL;
}

static bool read_config(struct keras_reader *r, struct json root)
{
    const char *class = keras_text_at(root, "class_name");
    struct json model = json_get(root, "config");
    bool is_sequence = class != NULL && strcmp(class, "Sequential") == 0;
    if (class == NULL)
        return fault(r, DIAG_KERAS, "the config has no 'class_name'");
    if (!is_sequence && strcmp(class, "Functional") != 0 &&
        strcmp(class, "Model") != 0) {
        fault(r, DIAG_KERAS,
              arena_printf(r->arena,
                           "a model of class '%.40s' is neither Sequential "
                           "nor Functional",
                           class));
        diag_hint(r->diag, "what a class of one's own does is Python code: "
                           "build the same of layers with keras.Model(input, "
                           "output), or export it to ONNX");
        return false;
    }
    struct json layers = model;
    /* Old sequences are lists without a name. */
    if (json_exists(model) && json_kind(model) == JSON_OBJECT) {
        layers = keras_part(model, "layers", JSON_ARRAY);
        const char *name = keras_text_at(model, "name");
        if (name != NULL)
            r->graph->name = arena_strdup(r->arena, name);
    }
    if (!json_exists(layers) || json_kind(layers) != JSON_ARRAY)
        return fault(r, DIAG_KERAS, "the config has no list of layers");
    if (!list_layers(r, layers) || !keras_find_groups(r))
        return false;
    if (!(is_sequence ? connect_sequence(r, model) : connect_all(r, model)))
        return false;
    struct keras_layer *out =
        is_sequence ? &r->layers[r->layer_count - 1] : output_layer(r, model);
    return out != NULL && read_layers(r) && set_output(r, out);
}

struct graph *keras_read_model(struct keras_reader *r, const char *file,
                               const char *config, size_t length)
{
    struct json root = json_parse(r->arena, file, config, length, r->diag);
    if (!json_exists(root))
        return NULL;
    if (json_kind(root) != JSON_OBJECT) {
        fault(r, DIAG_KERAS, "the config is no object");
        return NULL;
    }
    /* Only Keras 3 writes these. */
    r->is_new = strstr(config, "\"batch_shape\"") != NULL ||
                strstr(config, "\"DTypePolicy\"") != NULL ||
                strstr(config, "\"__keras_tensor__\"") != NULL;
    r->graph = graph_new(r->arena, r->path, "model", r->diag);
    return read_config(r, root) ? r->graph : NULL;
}
