#include "import/model_weights.h"

#include "base/arena.h"
#include "base/npy.h"
#include "import/graph/sketch.h"
#include "import/model_type.h"

#include <inttypes.h>

static struct weight_shape weight_shape(const struct layer_draft *l)
{
    const struct layer *layer = &l->layer;
    struct shape in = layer->inputs[0]->shape;
    uint32_t h = layer->window.kernel_h, w = layer->window.kernel_w;
    uint32_t units = layer->units;
    switch (layer->type) {
    case LAYER_DENSE:
        return (struct weight_shape){ 2, { shape_count(in), units } };
    case LAYER_CONV2D:
        if (l->type->is_1d)
            return (struct weight_shape){ 3, { w, in.c, units } };
        return (struct weight_shape){ 4, { h, w, in.c, units } };
    case LAYER_DEPTHWISE_CONV2D:
        if (l->type->is_1d)
            return (struct weight_shape){ 2, { w, in.c } };
        return (struct weight_shape){ 3, { h, w, in.c } };
    default:
        return (struct weight_shape){ 1, { units } };
    }
}

/* Keras gives depthwise kernels a size more, the depth multiplier. */
static bool is_shape(const struct npy *n, const struct weight_shape *s,
                     bool is_depthwise)
{
    bool fits = n->dims == s->dims || (is_depthwise && n->dims == s->dims + 1 &&
                                       n->shape[s->dims] == 1);
    for (uint32_t i = 0; fits && i < s->dims; i++)
        fits = n->shape[i] == s->size[i];
    return fits;
}

/* Values in the shape, or MODEL_WEIGHTS_MAX + 1 if there are more. */
static uint64_t weight_count(const struct weight_shape *s)
{
    uint64_t count = 1;
    for (uint32_t i = 0; i < s->dims; i++) {
        if (s->size[i] > MODEL_WEIGHTS_MAX / count)
            return MODEL_WEIGHTS_MAX + 1;
        count *= s->size[i];
    }
    return count;
}

static const char *shape_text(struct arena *a, const struct weight_shape *s)
{
    if (s->dims == 1)
        return arena_printf(a, "(%" PRIu64 ",)", s->size[0]);
    const char *text = "";
    for (uint32_t i = 0; i < s->dims; i++)
        text = arena_printf(a, "%s%s%" PRIu64, text, i == 0 ? "" : ", ",
                            s->size[i]);
    return arena_printf(a, "(%s)", text);
}

struct json model_weights_value(const struct layer_draft *l, const char *key)
{
    return json_get(json_get(l->json, "weights"), key);
}

struct npy *model_weights_open(struct model_reader *r,
                               const struct value_source *source)
{
    const struct sketch_array *a =
        r->sketch == NULL ? NULL : sketch_find(r->sketch, source->file);
    return a != NULL
               ? sketch_values(a, r->arena)
               : model_load_values(r->arena, r->model->folder, source, r->diag);
}

struct npy *model_weights_load(struct model_reader *r,
                               const struct layer_draft *l, const char *key,
                               const char *file,
                               const struct weight_shape *shape,
                               struct value_source *source)
{
    *source = (struct value_source){
        .place = json_place(model_weights_value(l, key)),
        .file = file,
        .shape_code = DIAG_WEIGHTS,
        .range_code = DIAG_WEIGHTS_RANGE,
    };
    struct npy *n = model_weights_open(r, source);
    if (n == NULL)
        return NULL;
    bool is_depthwise =
        l->layer.type == LAYER_DEPTHWISE_CONV2D && shape->dims > 1;
    if (is_shape(n, shape, is_depthwise))
        return n;
    diag_error(r->diag, source->place, DIAG_WEIGHTS,
               "file '%s' has shape %s, the %s of '%s' has %s", file,
               npy_shape_text(n, r->arena), key, l->layer.name,
               shape_text(r->arena, shape));
    return NULL;
}

void model_weights_convert(struct model_reader *r, const struct npy *n,
                           struct format f, const struct value_source *source,
                           const int32_t **raw, const double **floats)
{
    int32_t *values = arena_new_array(r->arena, int32_t, n->count);
    if (!model_convert_values(r->arena, n, n->count, f, source, values,
                              r->diag))
        return;
    *raw = values;
    *floats = n->floats;
}

static void load_file(struct model_reader *r, const struct layer_draft *l,
                      const char *key, const char *file,
                      const struct weight_shape *shape, struct format f,
                      const int32_t **raw, const double **floats)
{
    struct value_source source;
    struct npy *n = model_weights_load(r, l, key, file, shape, &source);
    if (n != NULL)
        model_weights_convert(r, n, f, &source, raw, floats);
}

/* The one alpha of a leaky ReLU. */
static void convert_alpha(struct model_reader *r, struct layer_draft *l)
{
    double *alpha = arena_new_item(r->arena, double);
    *alpha = l->layer.alpha;
    struct npy n = {
        .dims = 1, .shape = { 1 }, .count = 1, .is_float = true, .floats = alpha
    };
    struct value_source source = {
        .place = json_place(json_get(l->json, "alpha")),
        .file = "alpha",
        .range_code = DIAG_WEIGHTS_RANGE,
    };
    struct layer *layer = &l->layer;
    model_weights_convert(r, &n, layer->weight, &source, &layer->weights,
                          &layer->weight_floats);
    char name[FORMAT_TEXT_SIZE];
    if (layer->weights != NULL && layer->weights[0] == 0 && *alpha != 0)
        diag_warning(r->diag, source.place, DIAG_WEIGHTS_RANGE,
                     "alpha %.9g of '%s' becomes 0 in %s", *alpha, layer->name,
                     format_print(layer->weight, name));
}

static void load_weights(struct model_reader *r, struct layer_draft *l)
{
    struct layer *layer = &l->layer;
    const struct weights_draft *w = &l->weights;
    struct weight_shape shape = weight_shape(l);
    struct weight_shape bias_shape = { 1, { layer->units } };
    if (w->seeded) {
        model_draw_weights(r, l, weight_count(&shape));
    } else if (w->is_normal) {
        model_load_normal(r, l);
    } else if (w->key == NULL) {
        convert_alpha(r, l);
    } else {
        load_file(r, l, w->key, w->kernel, &shape, layer->weight,
                  &layer->weights, &layer->weight_floats);
        if (w->bias != NULL)
            load_file(r, l, w->bias_key, w->bias, &bias_shape, layer->bias,
                      &layer->biases, &layer->bias_floats);
    }
    bool has_biases = layer->type != LAYER_PRELU;
    if (has_biases && layer->biases == NULL)
        layer->biases = arena_new_array(r->arena, int32_t, layer->units);
}

static bool has_weights(const struct layer_draft *l)
{
    return l->shaped && l->layer.units != 0;
}

/* Adds the weights of one layer to the total; false: too many, said so. */
static bool count_weights(struct model_reader *r, const struct layer_draft *l,
                          uint64_t *total)
{
    if (!has_weights(l))
        return true;
    struct weight_shape shape = weight_shape(l);
    uint64_t count = weight_count(&shape);
    if (count > MODEL_WEIGHTS_MAX - *total) {
        diag_error(r->diag, l->layer.place, DIAG_SHAPE_OVERFLOW,
                   "with the weights of '%s', %s, the network has more "
                   "than 2^28 weights",
                   l->layer.name, shape_text(r->arena, &shape));
        return false;
    }
    *total += count;
    return true;
}

void network_draft_weigh(struct model_reader *r, struct network_draft *n)
{
    uint64_t total = 0;
    for (uint32_t k = 0; k < n->order_count; k++) {
        const struct layer_draft *l = &n->layers[n->order[k]];
        if (l->ahead != NULL && !count_weights(r, l->ahead, &total))
            return;
        if (!count_weights(r, l, &total))
            return;
    }
    for (uint32_t i = 0; !r->leaves_weights && i < n->count; i++) {
        struct layer_draft *halves[] = { n->layers[i].ahead, &n->layers[i] };
        for (uint32_t k = 0; k < 2; k++) {
            struct layer_draft *l = halves[k];
            if (l == NULL || !l->shaped || !l->numbers_known ||
                !l->weights_known)
                continue;
            if (l->weights.is_table)
                model_load_tables(r, l);
            else if (has_weights(l))
                load_weights(r, l);
        }
    }
}
