/* Activations with a factor for numbers below zero, and the factors of calls
 * in general: NAME<in, T, out, config>(in, x, out).  Before version 0.8 of
 * hls4ml there was no T, NAME<in, out, config>(in, x, out): factors had the
 * format of the input (data_T::value_type of nnet_activation_stream.h). */
#include "import/hls4ml/hls4ml_reader.h"

#include "import/graph/graph.h"

#include <math.h>

/* False: said why. */
static bool factor_format(struct hls4ml_reader *r, const struct hls4ml_call *c,
                          struct format input, struct format *out)
{
    uint32_t at = c->types[1];
    struct hls4ml_type type = { .format = input };
    bool fine =
        c->type_count == 3 ||
        (c->type_count == 4 && hls4ml_type_at(r, c->source, NULL, &at, &type));
    *out = type.format;
    if (fine)
        return true;
    hls4ml_error(r, c, DIAG_HLS4ML, "the type of its factor is not known");
    return false;
}

/* Factors in a format that is too wide, as they are where hls4ml's automatic
 * types are: in the least signed one that has all of them.  False: said why. */
static bool narrow_factors(struct hls4ml_reader *r, const struct hls4ml_call *c,
                           const double *factors, uint64_t count,
                           struct format *f)
{
    if (f->width <= FIXED_TENSOR_WIDTH_MAX)
        return true;
    int integer = 1, fraction = 0;
    for (uint64_t i = 0; i < count; i++) {
        while (integer < FIXED_WIDTH_MAX &&
               ldexp(1, integer - 1) <= fabs(factors[i]))
            integer++;
        double scaled = ldexp(factors[i], fraction);
        while (fraction < FIXED_WIDTH_MAX && scaled != trunc(scaled))
            scaled = ldexp(factors[i], ++fraction);
    }
    if (integer + fraction > FIXED_TENSOR_WIDTH_MAX) {
        hls4ml_error(r, c, DIAG_FORMAT,
                     "factors of %d bits, numbers of a layer have at most %d",
                     integer + fraction, FIXED_TENSOR_WIDTH_MAX);
        diag_hint(r->diag, "give the layer a 'param' precision in hls4ml's "
                           "configuration");
        return false;
    }
    f->width = (uint8_t)(integer + fraction);
    f->integer = (int16_t)integer;
    f->is_signed = true;
    return true;
}

bool hls4ml_factor(struct hls4ml_reader *r, const struct hls4ml_call *c,
                   struct format input, struct format *format, double *out)
{
    uint32_t at = c->arguments[1];
    if (!factor_format(r, c, input, format))
        return false;
    if (c->argument_count != 3 || !hls4ml_value(r, c->source, NULL, &at, out)) {
        hls4ml_error(r, c, DIAG_HLS4ML, "its factor cannot be told");
        return false;
    }
    *out = hls4ml_in_format(*out, *format);
    return narrow_factors(r, c, out, 1, format);
}

bool hls4ml_leaky(struct hls4ml_reader *r, const struct hls4ml_call *c,
                  struct sketch_tensor *input)
{
    struct format format;
    double alpha;
    if (!hls4ml_factor(r, c, input->format, &format, &alpha))
        return false;
    struct sketch_layer *l = hls4ml_map(r, c, "leaky_relu", 2, input);
    if (l == NULL)
        return false;
    l->has_alpha = true;
    l->alpha = alpha;
    l->weight = format;
    return true;
}

/* An alpha for each value of the tensor, here for each channel. */
bool hls4ml_prelu(struct hls4ml_reader *r, const struct hls4ml_call *c,
                  struct sketch_tensor *input)
{
    struct format format;
    uint64_t values = shape_count(input->shape), channels = input->shape.c;
    if (!factor_format(r, c, input->format, &format))
        return false;
    const struct graph_value *alphas = hls4ml_weights(r, c, 1, format, values);
    if (alphas == NULL)
        return false;
    const double *a = alphas->data;
    for (uint64_t i = channels; i < values; i++)
        if (a[i] != a[i % channels]) {
            hls4ml_error(r, c, DIAG_UNSUPPORTED,
                         "alphas that differ from pixel to pixel");
            return false;
        }
    if (!narrow_factors(r, c, a, channels, &format))
        return false;
    struct sketch_layer *l = hls4ml_map(r, c, "prelu", 2, input);
    if (l == NULL)
        return false;
    l->weight = format;
    hls4ml_set_array(r, l, 0, "alpha", hls4ml_constant(r, a, channels), 1,
                     &channels);
    return true;
}
