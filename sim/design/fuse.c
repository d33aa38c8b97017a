#include "design/fuse.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/fixed.h"
#include "design/accumulator.h"
#include "design/hardware.h"
#include "design/limit.h"
#include "network/network.h"

#include <stddef.h>

struct fusing {
    struct arena *arena;
    const struct network *network;
    const struct hardware *hardware;
    struct diag *diag;
    uint32_t *readers; /* by layer + 1 */
    /* By layer + 1: the tensor in the new network that carries it. */
    const struct tensor **carriers;
    struct network *fused;
};

static bool has_relu_built_in(const struct layer *l)
{
    return !l->relu && (layer_type_has_products(l->type) ||
                        l->type == LAYER_ADD || l->type == LAYER_SUBTRACT ||
                        l->type == LAYER_MULTIPLY || l->type == LAYER_MAXIMUM);
}

/* Of what add, subtract, multiply and maximum compute before conversion. */
static int exact_fraction(const struct layer *l)
{
    int a = format_fraction(l->inputs[0]->format);
    int b = format_fraction(l->inputs[1]->format);
    if (l->type == LAYER_MULTIPLY)
        return a + b;
    return a > b ? a : b;
}

/* The limit cuts the same whether it comes before the conversion to the
 * output format or after. */
static bool limit_commutes(const struct layer *front, uint32_t limit)
{
    if (!limit_fits(limit, front->output.format))
        return false;
    if (!layer_type_has_products(front->type))
        return limit_is_exact(limit, exact_fraction(front));
    struct format sums = accumulator_of(front);
    return sums.width != 0 && limit_fits(limit, sums);
}

static bool relu_fits(const struct layer *front, const struct layer *relu)
{
    if (!has_relu_built_in(front) ||
        !format_equal(front->output.format, relu->output.format) ||
        (relu->relu_max != 0 && !limit_commutes(front, relu->relu_max)))
        return false;
    switch ((enum fixed_overflow)front->output.format.overflow) {
    case FIXED_SAT:
    case FIXED_SAT_SYM:
        return true;
    case FIXED_SAT_ZERO: /* beyond the format is zero, not the limit */
        return relu->relu_max == 0;
    case FIXED_WRAP:
    case FIXED_WRAP_SM:
        break;
    }
    return false;
}

static void fold_relu(struct layer *front, const struct layer *relu)
{
    front->relu = true;
    front->relu_max = relu->relu_max;
}

static bool batchnorm_fits(const struct layer *front, const struct layer *norm)
{
    return layer_type_has_products(front->type) && !front->relu &&
           front->weight_floats != NULL &&
           front->weight.kind == FIXED_KIND_FIXED &&
           front->units == norm->units && norm->weight_floats != NULL;
}

/* The bias, or offset, of channel i. */
static double bias_of(const struct layer *l, uint32_t i)
{
    if (l->bias_floats != NULL)
        return l->bias_floats[i];
    return l->biases != NULL ? fixed_to_double(l->biases[i], l->bias) : 0;
}

/* Values as raw ones of f; counts those beyond its ends. */
static const int32_t *converted(struct arena *a, const double *x,
                                uint64_t count, struct format f,
                                uint64_t *beyond)
{
    f.quant = FIXED_RND_CONV;
    f.overflow = FIXED_SAT;
    double low = fixed_to_double(format_min(f), f);
    double high = fixed_to_double(format_max(f), f);
    int32_t *raw = arena_new_array(a, int32_t, count);
    for (uint64_t i = 0; i < count; i++) {
        raw[i] = (int32_t)fixed_from_double(x[i], f);
        *beyond += x[i] < low || x[i] > high;
    }
    return raw;
}

static void fold_batchnorm(const struct fusing *f, struct layer *front,
                           const struct layer *norm)
{
    /* The channel is the last index. */
    uint64_t count = layer_terms(front) * front->units;
    double *w = arena_new_array(f->arena, double, count);
    double *b = arena_new_array(f->arena, double, front->units);
    for (uint64_t i = 0; i < count; i++)
        w[i] = front->weight_floats[i] * norm->weight_floats[i % front->units];
    for (uint32_t i = 0; i < front->units; i++)
        b[i] = bias_of(front, i) * norm->weight_floats[i] + bias_of(norm, i);
    if (front->bias.width == 0)
        front->bias = front->weight;
    uint64_t beyond = 0;
    front->weights = converted(f->arena, w, count, front->weight, &beyond);
    front->biases = converted(f->arena, b, front->units, front->bias, &beyond);
    front->weight_floats = w;
    front->bias_floats = b;
    front->output.format = norm->output.format;
    if (beyond == 0)
        return;
    diag_warning(f->diag, front->place, DIAG_WEIGHTS,
                 "with batchnorm '%s' folded in, %llu weights and biases of "
                 "'%s' are beyond their formats and were cut",
                 norm->name, (unsigned long long)beyond, front->name);
    diag_hint(f->diag, "more integer bits in weight_format or bias_format, or "
                       "\"fold_layers\": false");
}

/* The layer of the new network that can take l in, or NULL. */
static struct layer *find_front(const struct fusing *f, const struct layer *l)
{
    if ((l->type != LAYER_RELU && l->type != LAYER_BATCHNORM) ||
        hardware_layer_options(f->hardware, l->name) != NULL)
        return NULL;
    uint32_t read = network_tensor_index(f->network, l->inputs[0]);
    if (read == 0 || f->readers[read] != 1)
        return NULL;
    const struct tensor *carrier = f->carriers[read];
    uint32_t at = network_tensor_index(f->fused, carrier);
    struct layer *front = &f->fused->layers[at - 1];
    bool fits =
        l->type == LAYER_RELU ? relu_fits(front, l) : batchnorm_fits(front, l);
    return fits ? front : NULL;
}

static void copy_layer(struct fusing *f, const struct layer *l)
{
    struct layer *copy = &f->fused->layers[f->fused->layer_count++];
    *copy = *l;
    const struct tensor **inputs =
        arena_new_array(f->arena, const struct tensor *, l->input_count);
    for (uint32_t i = 0; i < l->input_count; i++)
        inputs[i] = f->carriers[network_tensor_index(f->network, l->inputs[i])];
    copy->inputs = inputs;
}

const struct network *fuse_layers(struct arena *a, const struct network *n,
                                  const struct hardware *h, struct diag *d)
{
    struct fusing f = {
        .arena = a,
        .network = n,
        .hardware = h,
        .diag = d,
        .readers = arena_new_array(a, uint32_t, n->layer_count + 1),
        .carriers =
            arena_new_array(a, const struct tensor *, n->layer_count + 1),
        .fused = arena_new_item(a, struct network),
    };
    for (uint32_t i = 0; i < n->layer_count; i++)
        for (uint32_t k = 0; k < n->layers[i].input_count; k++)
            f.readers[network_tensor_index(n, n->layers[i].inputs[k])]++;
    f.readers[network_tensor_index(n, n->output)]++;

    f.fused->name = n->name;
    f.fused->input = n->input;
    f.fused->layers = arena_new_array(a, struct layer, n->layer_count);
    f.carriers[0] = &f.fused->input;
    for (uint32_t i = 0; i < n->layer_count; i++) {
        const struct layer *l = &n->layers[i];
        struct layer *front = find_front(&f, l);
        if (front == NULL) {
            copy_layer(&f, l);
            front = &f.fused->layers[f.fused->layer_count - 1];
        } else if (l->type == LAYER_RELU) {
            fold_relu(front, l);
        } else {
            fold_batchnorm(&f, front, l);
        }
        f.carriers[i + 1] = &front->output;
    }
    f.fused->output = f.carriers[network_tensor_index(n, n->output)];
    return f.fused->layer_count == n->layer_count ? n : f.fused;
}
