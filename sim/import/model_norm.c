#include "import/model_weights.h"

#include "base/arena.h"
#include "base/npy.h"

#include <math.h>
#include <stddef.h>

/* Floats of one value a channel; `otherwise` if no file is named.  NULL: said
 * why. */
static const double *load_statistic(struct model_reader *r,
                                    const struct layer_draft *l,
                                    const char *key, const char *file,
                                    double otherwise)
{
    uint32_t units = l->layer.units;
    if (file == NULL) {
        double *values = arena_new_array(r->arena, double, units);
        for (uint32_t i = 0; i < units; i++)
            values[i] = otherwise;
        return values;
    }
    struct weight_shape shape = { 1, { units } };
    struct value_source source;
    struct npy *n = model_weights_load(r, l, key, file, &shape, &source);
    if (n != NULL && !n->is_float)
        diag_error(r->diag, source.place, DIAG_WEIGHTS,
                   "file '%s' holds integers, the %s of '%s' needs floats",
                   file, key, l->layer.name);
    return n != NULL ? n->floats : NULL;
}

static bool check_variance(const struct layer_draft *l, const double *variance)
{
    const struct weights_draft *w = &l->weights;
    for (uint32_t i = 0; i < l->layer.units; i++) {
        if (variance[i] + w->epsilon > 0)
            continue;
        json_error(model_weights_value(l, "variance"), DIAG_WEIGHTS_RANGE,
                   "variance %.9g at (%u,) of '%s' and epsilon %.9g are not "
                   "above 0 together",
                   variance[i], i, w->variance, w->epsilon);
        return false;
    }
    return true;
}

/* Room for one value a channel, as of a file. */
static struct npy new_values(struct model_reader *r, uint32_t units)
{
    return (struct npy){
        .dims = 1,
        .shape = { units },
        .count = units,
        .is_float = true,
        .floats = arena_new_array(r->arena, double, units),
    };
}

/* Scale or offset, computed from the statistics. */
static void convert_computed(struct model_reader *r,
                             const struct layer_draft *l, const char *what,
                             const struct npy *n, struct format f,
                             const int32_t **raw, const double **floats)
{
    struct value_source source = {
        .place = json_place(json_get(l->json, "weights")),
        .file = arena_printf(r->arena, "%s of %s", what, l->layer.name),
        .range_code = DIAG_WEIGHTS_RANGE,
    };
    model_weights_convert(r, n, f, &source, raw, floats);
}

/* The two factors that inference needs of a trained normalisation. */
void model_load_normal(struct model_reader *r, struct layer_draft *l)
{
    const struct weights_draft *w = &l->weights;
    struct layer *layer = &l->layer;
    uint32_t units = layer->units;
    const double *gamma = load_statistic(r, l, "gamma", w->gamma, 1);
    const double *beta = load_statistic(r, l, "beta", w->beta, 0);
    const double *mean = load_statistic(r, l, "mean", w->mean, 0);
    const double *variance = load_statistic(r, l, "variance", w->variance, 1);
    if (gamma == NULL || beta == NULL || mean == NULL || variance == NULL ||
        !check_variance(l, variance))
        return;
    struct npy scale = new_values(r, units), offset = new_values(r, units);
    for (uint32_t i = 0; i < units; i++) {
        scale.floats[i] = gamma[i] / sqrt(variance[i] + w->epsilon);
        offset.floats[i] = beta[i] - mean[i] * scale.floats[i];
    }
    convert_computed(r, l, "scale", &scale, layer->weight, &layer->weights,
                     &layer->weight_floats);
    convert_computed(r, l, "offset", &offset, layer->bias, &layer->biases,
                     &layer->bias_floats);
}
