/* prelu -- x if x >= 0, else x * alpha[c]; with one alpha for all channels a
 * leaky ReLU. */
#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "design/exact.h"
#include "kernels/mac.h"
#include "kernels/tokens.h"

#include <stddef.h>

static bool prelu_shape(const struct layer *layer, const struct shape *in,
                        struct shape *out, struct diag *d)
{
    *out = in[0];
    if (layer->units == 1 || layer->units == in[0].c)
        return true;
    diag_error(d, layer->place, DIAG_SHAPE,
               "'%s' has %u alphas; its input of %u channels needs one for "
               "each, or one for all",
               layer->name, layer->units, in[0].c);
    return false;
}

static bool report(const struct process *p, const char *fault, struct diag *d)
{
    char in[FORMAT_TEXT_SIZE], alpha[FORMAT_TEXT_SIZE];
    diag_error(d, p->layer->place, DIAG_FORMAT,
               "the exact result of prelu '%s' %s: its input is %s, alpha %s",
               p->layer->name, fault, format_print(p->inputs[0]->format, in),
               format_print(p->weight, alpha));
    return false;
}

/* x and x * alpha are of one fraction, that of the product. */
static bool prelu_check(const struct process *p, struct diag *d)
{
    if (format_fraction(p->weight) < 0) {
        report(p, "has fewer bits behind the point than its input", d);
        diag_hint(d, "give alpha a weight_format with no more integer bits "
                     "than bits");
        return false;
    }
    struct exact x = exact_of(p->inputs[0]->format);
    struct exact product = exact_multiply(x, exact_of(p->weight));
    const char *fault = exact_fault(exact_either(x, product));
    if (fault == NULL)
        return true;
    report(p, fault, d);
    diag_hint(d, "give alpha a narrower weight_format, or the layer in front "
                 "a narrower output_format");
    return false;
}

static void prelu_schedule(const struct process *p, struct schedule *s)
{
    tokens_schedule(p, s, 3);
}

/* Index of the alpha of value i. */
static size_t alpha_index(const struct process *p, uint64_t i)
{
    return p->units == 1 ? 0 : i % p->inputs[0]->shape.c;
}

static void prelu_compute(const struct process *p, const int32_t *const *in,
                          int32_t *const *outputs)
{
    struct format from = p->inputs[0]->format;
    int fraction = format_fraction(from) + format_fraction(p->weight);
    int64_t one = INT64_C(1) << format_fraction(p->weight);
    uint64_t count = shape_count(p->inputs[0]->shape);
    for (uint64_t i = 0; i < count; i++) {
        int64_t x = mac_value(in[0][i], from.is_signed);
        int64_t alpha =
            mac_value(p->weights[alpha_index(p, i)], p->weight.is_signed);
        outputs[0][i] = (int32_t)fixed_cast(x * (x < 0 ? alpha : one), fraction,
                                            p->outputs[0]->format);
    }
}

static void prelu_compute_float(const struct process *p,
                                const double *const *in, double *const *outputs)
{
    uint64_t count = shape_count(p->inputs[0]->shape);
    for (uint64_t i = 0; i < count; i++) {
        double x = in[0][i];
        outputs[0][i] = x < 0 ? x * mac_weight(p, alpha_index(p, i)) : x;
    }
}

const struct kernel kernel_prelu = {
    .name = "prelu",
    .shape = prelu_shape,
    .check = prelu_check,
    .schedule = prelu_schedule,
    .compute = prelu_compute,
    .compute_float = prelu_compute_float,
};
