#include "import/model_parts.h"

#include "base/arena.h"
#include "base/npy.h"
#include "base/rng.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* The shape of a layer's weights, as in the file. */
struct weight_shape {
    uint32_t dims;
    uint64_t size[4];
};

static struct weight_shape weight_shape(const struct layer *l, struct shape in)
{
    if (l->type == LAYER_DENSE)
        return (struct weight_shape){ 2, { shape_count(in), l->units } };
    return (struct weight_shape){
        4, { l->window.kernel_h, l->window.kernel_w, in.c, l->units }
    };
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

/* Reads one file into *raw and *floats (NULL if it holds raw values). */
static bool load_file(struct model_reader *r, const struct layer_draft *l,
                      const char *key, const char *file,
                      const struct weight_shape *shape, struct format f,
                      const int32_t **raw, const double **floats)
{
    struct value_source source = {
        .place = json_place(json_get(json_get(l->json, "weights"), key)),
        .file = file,
        .shape_code = DIAG_WEIGHTS,
        .range_code = DIAG_WEIGHTS_RANGE,
    };
    struct npy *n =
        model_load_values(r->arena, r->model->folder, &source, r->diag);
    if (n == NULL)
        return false;
    bool fits = n->dims == shape->dims;
    for (uint32_t i = 0; fits && i < n->dims; i++)
        fits = n->shape[i] == shape->size[i];
    if (!fits) {
        diag_error(r->diag, source.place, DIAG_WEIGHTS,
                   "file '%s' has shape %s, the %s of '%s' has %s", file,
                   npy_shape_text(n, r->arena), key, l->layer.name,
                   shape_text(r->arena, shape));
        return false;
    }
    int32_t *values = arena_new_array(r->arena, int32_t, n->count);
    if (!model_convert_values(r->arena, n, n->count, f, &source, values,
                              r->diag))
        return false;
    *raw = values;
    *floats = n->floats;
    return true;
}

/* The largest x with x * x <= n. */
static uint64_t root(uint64_t n)
{
    uint64_t x = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit != 0; bit >>= 1) {
        if ((x + bit) * (x + bit) <= n)
            x += bit;
    }
    return x;
}

/* FNV-1a (Fowler, Noll, Vo), 64 bits. */
static uint64_t name_hash(const char *name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *name != '\0'; name++) {
        hash ^= (unsigned char)*name;
        hash *= UINT64_C(0x100000001b3);
    }
    return hash;
}

/* Draws `count` values by the rule in docs/model-config.md. */
static const int32_t *draw(struct arena *a, struct rng *rng, struct format f,
                           uint64_t terms, uint64_t count)
{
    int64_t min = format_min(f), max = format_max(f);
    uint64_t limit = (uint64_t)max;
    if (terms > 16) {
        /* max * 4 / sqrt(terms) = sqrt(16 * max^2 / terms), without the
         * overflow of 16 * max^2. */
        uint64_t square = limit * limit;
        limit = root(square / terms * 16 + square % terms * 16 / terms);
    }
    if (limit == 0)
        limit = 1;
    int64_t low = min < -(int64_t)limit ? -(int64_t)limit : min;
    int64_t high = max > (int64_t)limit ? (int64_t)limit : max;
    uint32_t choices = (uint32_t)(high - low + 1);
    int32_t *values = arena_new_array(a, int32_t, count);
    if (f.kind == FIXED_KIND_BINARY) {
        for (uint64_t i = 0; i < count; i++)
            values[i] = rng_below(rng, 2) == 0 ? -1 : 1;
        return values;
    }
    for (uint64_t i = 0; i < count; i++)
        values[i] = (int32_t)(low + rng_below(rng, choices));
    return values;
}

static void load_weights(struct model_reader *r, struct layer_draft *l,
                         const struct weight_shape *shape)
{
    struct layer *layer = &l->layer;
    uint64_t count = weight_count(shape);
    if (l->seeded) {
        uint64_t terms = count / layer->units;
        struct rng rng = { l->seed ^ name_hash(layer->name) };
        layer->weights = draw(r->arena, &rng, layer->weight, terms, count);
        layer->biases = draw(r->arena, &rng, layer->bias, terms, layer->units);
        return;
    }
    load_file(r, l, "kernel", l->kernel_file, shape, layer->weight,
              &layer->weights, &layer->weight_floats);
    struct weight_shape bias_shape = { 1, { layer->units } };
    if (l->bias_file != NULL)
        load_file(r, l, "bias", l->bias_file, &bias_shape, layer->bias,
                  &layer->biases, &layer->bias_floats);
    else
        layer->biases = arena_new_array(r->arena, int32_t, layer->units);
}

void network_draft_weigh(struct model_reader *r, struct network_draft *n)
{
    struct weight_shape *shapes =
        arena_new_array(r->arena, struct weight_shape, n->count);
    uint64_t total = 0;
    for (uint32_t k = 0; k < n->order_count; k++) {
        uint32_t i = n->order[k];
        const struct layer_draft *l = &n->layers[i];
        if (!l->shaped || l->layer.units == 0)
            continue;
        shapes[i] = weight_shape(&l->layer,
                                 l->source == SOURCE_INPUT
                                     ? n->input.shape
                                     : n->layers[l->source].layer.output.shape);
        uint64_t count = weight_count(&shapes[i]);
        if (count > MODEL_WEIGHTS_MAX - total) {
            diag_error(r->diag, l->layer.place, DIAG_SHAPE_OVERFLOW,
                       "with the weights of '%s', %s, the network has more "
                       "than 2^28 weights",
                       l->layer.name, shape_text(r->arena, &shapes[i]));
            return;
        }
        total += count;
    }
    for (uint32_t i = 0; i < n->count; i++) {
        struct layer_draft *l = &n->layers[i];
        if (shapes[i].dims != 0 && l->numbers_known && l->weights_known)
            load_weights(r, l, &shapes[i]);
    }
}
