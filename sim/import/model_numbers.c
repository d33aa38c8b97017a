#include "import/model_type.h"

#include "base/arena.h"
#include "design/tables.h"

#include <stddef.h>

/* Of alphas and betas. */
static const double factor_max = 1000;

/* A required key of the layer. */
static struct json need(const struct layer_draft *l, const char *key)
{
    return model_need(l->json, l->keys, key);
}

static bool read_factor(struct layer_draft *out, const char *key,
                        double *factor)
{
    struct json value = json_get(out->json, key);
    return !json_exists(value) ||
           json_read_double(value, -factor_max, factor_max, factor);
}

static bool read_activation(struct model_reader *r, struct layer_draft *out)
{
    static const char *const words[] = { "none", "relu", "relu6", NULL };
    struct json activation = json_get(out->json, "activation");
    uint32_t word = 0;
    if (json_exists(activation) &&
        !model_read_word(r, activation, "activation", words, &word))
        return false;
    out->layer.relu = word != 0;
    out->layer.relu_max = word == 2 ? 6 : 0;
    return true;
}

/* --- formats ------------------------------------------------------------- */

bool model_need_format_key(struct model_reader *r, const struct layer_draft *l,
                           const char *key, enum format_use use,
                           struct format *out)
{
    struct json value = need(l, key);
    return json_exists(value) && model_read_format(r, value, use, out);
}

/* Stays as it is if none is given. */
bool model_read_format_key(struct model_reader *r, const struct layer_draft *l,
                           const char *key, enum format_use use,
                           struct format *out)
{
    struct json value = json_get(l->json, key);
    return !json_exists(value) || model_read_format(r, value, use, out);
}

static struct format default_bias_format(struct format weight)
{
    if (weight.kind == FIXED_KIND_FIXED)
        return weight;
    /* What binary and ternary weights are stored in. */
    return (struct format){ .width = 2, .integer = 2, .is_signed = true };
}

static bool read_product_formats(struct model_reader *r,
                                 struct layer_draft *out)
{
    struct layer *l = &out->layer;
    bool ok = model_need_format_key(r, out, "weight_format", FORMAT_WEIGHT,
                                    &l->weight);
    l->bias = default_bias_format(l->weight);
    ok &= model_read_format_key(r, out, "bias_format", FORMAT_BIAS, &l->bias);
    ok &= model_read_format_key(r, out, "accumulator_format", FORMAT_SUM,
                                &l->accumulator);
    ok &= model_need_format_key(r, out, "output_format", FORMAT_TENSOR,
                                &l->output.format);
    return ok;
}

void model_read_converted(struct model_reader *r, struct layer_draft *out)
{
    out->numbers_known &=
        model_read_format_key(r, out, "output_format", FORMAT_TENSOR,
                              &out->layer.output.format);
}

void model_read_linear(struct model_reader *r, struct layer_draft *out)
{
    out->numbers_known &=
        model_need_format_key(r, out, "output_format", FORMAT_TENSOR,
                              &out->layer.output.format);
}

/* --- weights -------------------------------------------------------------- */

/* A key of "weights" that names a file. */
struct file_key {
    const char *key;
    bool is_required;
    const char **file;
};

/* As many as a network has weights at most. */
#define SEEDED_ZEROS_MAX (UINT64_C(1) << 28)

/* Weights that have a seed have nothing else. */
static bool read_seed(struct model_reader *r, struct json weights,
                      const struct file_key *keys, struct weights_draft *out)
{
    out->seeded = true;
    struct json epsilon = json_get(weights, "epsilon");
    struct json other = epsilon;
    for (; keys->key != NULL && !json_exists(other); keys++)
        other = json_get(weights, keys->key);
    if (json_exists(other)) {
        json_error(other, DIAG_WEIGHTS,
                   "weights are given by a file and by a seed");
        diag_hint(r->diag, "remove one of the two");
        return false;
    }
    struct json zeros = json_get(weights, "zeros");
    if (json_exists(zeros) &&
        !json_read_u64(zeros, 0, SEEDED_ZEROS_MAX, &out->zeros))
        return false;
    return json_read_u64(json_get(weights, "seed"), 0, UINT64_MAX, &out->seed);
}

static bool read_files(struct model_reader *r, struct json weights,
                       const struct file_key *keys, bool keys_known)
{
    bool ok = true;
    for (; keys->key != NULL; keys++) {
        struct json value = json_get(weights, keys->key);
        if (json_exists(value)) {
            *keys->file = model_read_path(r, value, DIAG_WEIGHTS);
            ok &= *keys->file != NULL;
        } else if (keys->is_required) {
            ok = false;
            if (!keys_known)
                continue;
            json_need(weights, keys->key);
            diag_hint(r->diag, "\"seed\" makes up weights without a file");
        }
    }
    return ok;
}

/* The object "weights", with keys checked; no value: said why. */
static struct json read_weights_object(const struct layer_draft *l,
                                       const char *const *keys, bool *known)
{
    static const struct json none = { NULL, NULL };
    struct json weights = need(l, "weights");
    if (!json_exists(weights) || !json_is_object(weights))
        return none;
    *known = model_check_keys(weights, keys);
    return weights;
}

static bool read_weights(struct model_reader *r, struct layer_draft *out)
{
    static const char *const keys[] = { "kernel", "bias", "seed", "zeros",
                                        NULL };
    static const char *const separable_keys[] = { "depthwise", "kernel", "bias",
                                                  "seed",      "zeros",  NULL };
    struct weights_draft *w = &out->weights;
    struct layer_draft *ahead = out->ahead;
    bool known = false;
    struct json weights =
        read_weights_object(out, ahead != NULL ? separable_keys : keys, &known);
    if (!json_exists(weights))
        return false;
    w->key = "kernel";
    w->bias_key = "bias";
    const char *unused = NULL;
    struct file_key files[] = {
        { "kernel", true, &w->kernel },
        { "bias", false, &w->bias },
        { ahead != NULL ? "depthwise" : NULL, true,
          ahead != NULL ? &ahead->weights.kernel : &unused },
        { NULL, false, NULL },
    };
    bool ok = json_exists(json_get(weights, "seed"))
                  ? read_seed(r, weights, files, w)
                  : read_files(r, weights, files, known);
    ok &= known;
    if (ahead != NULL) {
        ahead->weights.key = "depthwise";
        ahead->weights.seeded = w->seeded;
        ahead->weights.seed = w->seed;
        ahead->weights.no_bias = true;
        ahead->weights_known = ok;
    }
    return ok;
}

/* --- convolutions and dense ----------------------------------------------- */

/* Moves the window of a separable convolution to a layer of its own. */
static struct layer_draft *split(struct model_reader *r,
                                 struct layer_draft *out)
{
    struct layer_draft *ahead = arena_new_item(r->arena, struct layer_draft);
    *ahead = *out;
    struct layer *l = &ahead->layer;
    l->type = LAYER_DEPTHWISE_CONV2D;
    ahead->numbers_known =
        model_need_format_key(r, out, "depthwise_weight_format", FORMAT_WEIGHT,
                              &l->weight);
    l->bias = default_bias_format(l->weight);
    ahead->numbers_known &=
        model_read_format_key(r, out, "depthwise_accumulator_format",
                              FORMAT_SUM, &l->accumulator);
    ahead->numbers_known &=
        model_need_format_key(r, out, "depthwise_output_format", FORMAT_TENSOR,
                              &l->output.format);
    out->sizes_known = true;
    out->padding = PADDING_GIVEN;
    out->layer.window = (struct window){
        .kernel_h = 1, .kernel_w = 1, .stride_h = 1, .stride_w = 1
    };
    return ahead;
}

void model_read_products(struct model_reader *r, const char *units_key,
                         struct layer_draft *out)
{
    if (out->type->is_separable)
        out->ahead = split(r, out);
    if (units_key != NULL)
        out->sizes_known &= json_read_u32(need(out, units_key), 1,
                                          NETWORK_SIZE_MAX, &out->layer.units);
    bool activation_known = read_activation(r, out);
    out->numbers_known = read_product_formats(r, out) && activation_known;
    out->weights_known = read_weights(r, out);
}

void model_read_dense(struct model_reader *r, struct layer_draft *out)
{
    model_read_products(r, "units", out);
}

/* --- layers that work on single values ------------------------------------ */

void model_read_elementwise(struct model_reader *r, struct layer_draft *out)
{
    out->numbers_known &= read_activation(r, out);
    if (out->layer.type == LAYER_MAXIMUM)
        model_read_converted(r, out);
    else
        model_read_linear(r, out);
}

static bool read_normal(struct model_reader *r, struct json weights, bool known,
                        struct weights_draft *w)
{
    struct file_key files[] = {
        { "gamma", false, &w->gamma }, { "beta", false, &w->beta },
        { "mean", true, &w->mean },    { "variance", true, &w->variance },
        { NULL, false, NULL },
    };
    bool ok = read_files(r, weights, files, known);
    struct json epsilon = json_get(weights, "epsilon");
    if (json_exists(epsilon))
        ok &= json_read_double(epsilon, 0, 1, &w->epsilon);
    return ok;
}

static bool read_norm_weights(struct model_reader *r, struct layer_draft *out)
{
    static const char *const keys[] = { "scale",   "offset", "gamma",
                                        "beta",    "mean",   "variance",
                                        "epsilon", "seed",   NULL };
    static const char *const normal_keys[] = { "gamma",    "beta",    "mean",
                                               "variance", "epsilon", NULL };
    struct weights_draft *w = &out->weights;
    w->key = "scale";
    w->bias_key = "offset";
    w->epsilon = 0.001;
    bool known = false;
    struct json weights = read_weights_object(out, keys, &known);
    if (!json_exists(weights))
        return false;
    struct file_key files[] = {
        { "scale", true, &w->kernel }, { "offset", false, &w->bias },
        { "gamma", false, &w->gamma }, { "beta", false, &w->beta },
        { "mean", false, &w->mean },   { "variance", false, &w->variance },
        { NULL, false, NULL },
    };
    if (json_exists(json_get(weights, "seed")))
        return read_seed(r, weights, files, w) && known;
    for (uint32_t i = 0; normal_keys[i] != NULL; i++)
        w->is_normal |= json_exists(json_get(weights, normal_keys[i]));
    struct json scale = json_get(weights, "scale");
    struct json offset = json_get(weights, "offset");
    if (w->is_normal && (json_exists(scale) || json_exists(offset))) {
        json_error(json_exists(scale) ? scale : offset, DIAG_WEIGHTS,
                   "weights are given as scale and offset and as mean and "
                   "variance");
        diag_hint(r->diag, "remove one of the two");
        return false;
    }
    if (w->is_normal)
        return read_normal(r, weights, known, w) && known;
    files[2].key = NULL;
    return read_files(r, weights, files, known) && known;
}

void model_read_batchnorm(struct model_reader *r, struct layer_draft *out)
{
    struct layer *l = &out->layer;
    bool ok =
        model_need_format_key(r, out, "weight_format", FORMAT_BIAS, &l->weight);
    l->bias = l->weight;
    ok &= model_read_format_key(r, out, "bias_format", FORMAT_BIAS, &l->bias);
    out->numbers_known = ok;
    model_read_linear(r, out);
    out->weights_known = read_norm_weights(r, out);
}

void model_read_relu(struct model_reader *r, struct layer_draft *out)
{
    out->layer.relu = true;
    struct json max = json_get(out->json, "max");
    if (json_exists(max))
        out->numbers_known &=
            json_read_u32(max, 1, NETWORK_SIZE_MAX, &out->layer.relu_max);
    model_read_converted(r, out);
}

void model_read_relu6(struct model_reader *r, struct layer_draft *out)
{
    out->layer.relu = true;
    out->layer.relu_max = 6;
    model_read_converted(r, out);
}

void model_read_leaky_relu(struct model_reader *r, struct layer_draft *out)
{
    struct layer *l = &out->layer;
    out->weights_known =
        json_exists(need(out, "alpha")) && read_factor(out, "alpha", &l->alpha);
    out->numbers_known &=
        model_need_format_key(r, out, "weight_format", FORMAT_BIAS, &l->weight);
    model_read_converted(r, out);
    l->units = 1;
}

void model_read_prelu(struct model_reader *r, struct layer_draft *out)
{
    static const char *const keys[] = { "alpha", "seed", NULL };
    struct weights_draft *w = &out->weights;
    w->key = "alpha";
    w->no_bias = true;
    out->numbers_known &=
        model_need_format_key(r, out, "weight_format", FORMAT_BIAS,
                              &out->layer.weight);
    model_read_converted(r, out);
    bool known = false;
    struct json weights = read_weights_object(out, keys, &known);
    if (!json_exists(weights))
        return;
    struct file_key files[] = {
        { "alpha", true, &w->kernel },
        { NULL, false, NULL },
    };
    out->weights_known = json_exists(json_get(weights, "seed"))
                             ? read_seed(r, weights, files, w)
                             : read_files(r, weights, files, known);
    out->weights_known &= known;
}

void model_read_table(struct model_reader *r, struct layer_draft *out)
{
    struct json bits = json_get(out->json, "table_bits");
    if (json_exists(bits))
        out->numbers_known &=
            json_read_u32(bits, TABLE_BITS_MIN, TABLE_BITS_MAX,
                          &out->layer.table_bits);
    model_read_given_table(r, out);
    model_read_linear(r, out);
}

void model_read_mean(struct model_reader *r, struct layer_draft *out)
{
    out->numbers_known &=
        model_read_format_key(r, out, "accumulator_format", FORMAT_SUM,
                              &out->layer.accumulator);
    model_read_converted(r, out);
}

void model_read_average(struct model_reader *r, struct layer_draft *out)
{
    model_read_pool(r, out);
    bool counts = true;
    struct json value = json_get(out->json, "count_pads");
    if (json_exists(value))
        out->numbers_known &= json_read_bool(value, &counts);
    out->layer.skips_pads = !counts;
    model_read_mean(r, out);
}

void model_read_hard(struct model_reader *r, struct layer_draft *out)
{
    /* As in Keras 2. */
    out->layer.alpha = 0.2;
    out->layer.beta = 0.5;
    out->numbers_known &= read_factor(out, "alpha", &out->layer.alpha);
    out->numbers_known &= read_factor(out, "beta", &out->layer.beta);
    model_read_table(r, out);
}
