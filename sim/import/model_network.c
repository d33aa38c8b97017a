#include "import/model_parts.h"

#include "base/arena.h"

#include <assert.h>

static const char *const network_keys[] = { "input", "layers", "output",
                                            "output_scale", NULL };

/* A scale of integers: any that single precision has. */
#define SCALE_MIN 1e-38
#define SCALE_MAX 1e38
/* Of a zero point: any raw value. */
#define ZERO_MAX 4294967295.0

/* What integers stand for. */
static void read_scales(struct model_reader *r, struct network_draft *n)
{
    struct model *m = r->model;
    struct json scale = json_get(n->input_json, "scale");
    struct json zero = json_get(n->input_json, "zero");
    struct json output = json_get(n->json, "output_scale");
    if (json_exists(scale))
        json_read_double(scale, SCALE_MIN, SCALE_MAX, &m->input_scale);
    if (json_exists(zero))
        json_read_double(zero, -ZERO_MAX, ZERO_MAX, &m->input_zero);
    if (json_exists(output))
        json_read_double(output, SCALE_MIN, SCALE_MAX, &m->output_scale);
}

static void read_input(struct model_reader *r, struct network_draft *n)
{
    static const char *const keys[] = { "name",  "shape", "format",
                                        "scale", "zero",  NULL };
    n->input_json = model_need(n->json, network_keys, "input");
    if (!json_exists(n->input_json) || !json_is_object(n->input_json))
        return;
    model_check_keys(n->input_json, keys);
    struct json name = model_need(n->input_json, keys, "name");
    if (json_exists(name))
        model_read_name(r, name, &n->input.name);

    bool known = true;
    uint32_t size[3] = { 0 };
    struct json shape = model_need(n->input_json, keys, "shape");
    if (json_exists(shape) && json_is_array(shape, 3, 3)) {
        for (uint32_t i = 0; i < 3; i++)
            known &=
                json_read_u32(json_at(shape, i), 1, NETWORK_SIZE_MAX, &size[i]);
    } else {
        known = false;
    }
    n->input.shape = (struct shape){ size[0], size[1], size[2] };
    /* Three sizes of 20 bits fit. */
    if (known && shape_count(n->input.shape) > NETWORK_VALUES_MAX) {
        json_error(shape, DIAG_SHAPE_OVERFLOW,
                   "the input is %u x %u x %u, more than 2^31 values", size[0],
                   size[1], size[2]);
        known = false;
    }
    struct json format = model_need(n->input_json, keys, "format");
    known &= json_exists(format) &&
             model_read_format(r, format, FORMAT_TENSOR, &n->input.format);
    n->input_known = known;
}

static void read_layers(struct model_reader *r, struct network_draft *n)
{
    struct json layers = model_need(n->json, network_keys, "layers");
    if (!json_exists(layers) || !json_is_array(layers, 1, MODEL_LAYERS_MAX))
        return;
    uint32_t count = (uint32_t)json_length(layers);
    n->layers = arena_new_array(r->arena, struct layer_draft, count);
    n->count = count;
    for (uint32_t i = 0; i < count; i++)
        layer_draft_read(r, json_at(layers, i), &n->layers[i]);
}

/* Appends a layer that reads these tensors. */
static struct layer *append(struct network *out, const struct layer *l,
                            const struct tensor *const *inputs)
{
    struct layer *added = &out->layers[out->layer_count++];
    *added = *l;
    added->inputs = inputs;
    return added;
}

/* The layers in topological order, for a draft without faults. */
static void finish(struct model_reader *r, const struct network_draft *n)
{
    struct network *out = &r->model->network;
    out->input = n->input;
    uint32_t count = n->order_count;
    for (uint32_t i = 0; i < n->count; i++)
        count += n->layers[i].ahead != NULL;
    out->layers = arena_new_array(r->arena, struct layer, count);
    const struct layer **finished =
        arena_new_array(r->arena, const struct layer *, n->count);
    for (uint32_t k = 0; k < n->order_count; k++) {
        const struct layer_draft *l = &n->layers[n->order[k]];
        const struct tensor **inputs =
            arena_new_array(r->arena, const struct tensor *, l->input_count);
        for (uint32_t i = 0; i < l->input_count; i++) {
            int32_t source = l->inputs[i].source;
            inputs[i] = source == SOURCE_INPUT ? &out->input
                                               : &finished[source]->output;
        }
        if (l->ahead != NULL) {
            const struct layer *ahead = append(out, &l->ahead->layer, inputs);
            inputs = arena_new_item(r->arena, const struct tensor *);
            inputs[0] = &ahead->output;
        }
        finished[n->order[k]] = append(out, &l->layer, inputs);
    }
    assert(out->layer_count == count);
    out->output = &finished[n->output]->output;
}

void model_read_network(struct model_reader *r, struct json j)
{
    if (!json_is_object(j))
        return;
    size_t errors = diag_error_count(r->diag);
    struct network_draft n = { .json = j };
    model_check_keys(j, network_keys);
    read_input(r, &n);
    read_scales(r, &n);
    read_layers(r, &n);
    if (n.count == 0)
        return;
    network_draft_connect(r, &n);
    network_draft_shape(r, &n);
    network_draft_weigh(r, &n);
    if (diag_error_count(r->diag) == errors)
        finish(r, &n);
}
