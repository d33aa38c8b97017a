/* batchnorm -- x * scale[c] + offset[c]; scale and offset are what training
 * made of mean, variance, gamma and beta. */
#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "design/exact.h"
#include "kernels/mac.h"
#include "kernels/tokens.h"

#include <stddef.h>

static bool batchnorm_shape(const struct layer *layer, const struct shape *in,
                            struct shape *out, struct diag *d)
{
    *out = in[0];
    if (layer->units == in[0].c)
        return true;
    diag_error(d, layer->place, DIAG_SHAPE,
               "'%s' has scales for %u channels, its input has %u", layer->name,
               layer->units, in[0].c);
    return false;
}

static bool batchnorm_check(const struct process *p, struct diag *d)
{
    struct exact product =
        exact_multiply(exact_of(p->inputs[0]->format), exact_of(p->weight));
    const char *fault = exact_fault(exact_add(product, exact_of(p->bias)));
    if (fault == NULL)
        return true;
    char in[FORMAT_TEXT_SIZE], scale[FORMAT_TEXT_SIZE],
        offset[FORMAT_TEXT_SIZE];
    diag_error(d, p->layer->place, DIAG_FORMAT,
               "the exact result of batchnorm '%s' %s: its input is %s, scale "
               "%s, offset %s",
               p->layer->name, fault, format_print(p->inputs[0]->format, in),
               format_print(p->weight, scale), format_print(p->bias, offset));
    diag_hint(d, "give it a narrower weight_format or bias_format, or the "
                 "layer in front a narrower output_format");
    return false;
}

static void batchnorm_schedule(const struct process *p, struct schedule *s)
{
    tokens_schedule(p, s, 3);
}

static void batchnorm_compute(const struct process *p, const int32_t *const *in,
                              int32_t *const *outputs)
{
    struct format from = p->inputs[0]->format;
    int product = format_fraction(from) + format_fraction(p->weight);
    int offset = format_fraction(p->bias);
    int fraction = product > offset ? product : offset;
    /* Nothing is lost: check has seen to that. */
    int64_t product_step = INT64_C(1) << (fraction - product);
    int64_t offset_step = INT64_C(1) << (fraction - offset);
    uint32_t channels = p->inputs[0]->shape.c;
    uint64_t count = shape_count(p->inputs[0]->shape);
    for (uint64_t i = 0; i < count; i++) {
        size_t c = i % channels;
        int64_t sum = mac_value(in[0][i], from.is_signed) *
                      mac_value(p->weights[c], p->weight.is_signed) *
                      product_step;
        if (p->biases != NULL)
            sum += mac_value(p->biases[c], p->bias.is_signed) * offset_step;
        outputs[0][i] =
            (int32_t)fixed_cast(sum, fraction, p->outputs[0]->format);
    }
}

static void batchnorm_compute_float(const struct process *p,
                                    const double *const *in,
                                    double *const *outputs)
{
    uint32_t channels = p->inputs[0]->shape.c;
    uint64_t count = shape_count(p->inputs[0]->shape);
    for (uint64_t i = 0; i < count; i++) {
        size_t c = i % channels;
        outputs[0][i] = in[0][i] * mac_weight(p, c) + mac_bias(p, c);
    }
}

const struct kernel kernel_batchnorm = {
    .name = "batchnorm",
    .shape = batchnorm_shape,
    .check = batchnorm_check,
    .schedule = batchnorm_schedule,
    .compute = batchnorm_compute,
    .compute_float = batchnorm_compute_float,
};
