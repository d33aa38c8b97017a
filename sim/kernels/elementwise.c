/* elementwise -- add, subtract, multiply and maximum of two streams, with
 * a fused ReLU. */
#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "design/exact.h"
#include "design/limit.h"
#include "kernels/clip.h"
#include "kernels/mac.h"
#include "kernels/shape_rule.h"
#include "kernels/tokens.h"

#include <assert.h>
#include <stddef.h>

static bool elementwise_shape(const struct layer *layer,
                              const struct shape *inputs, struct shape *out,
                              struct diag *d)
{
    struct shape a = inputs[0], b = inputs[1];
    if (a.h == b.h && a.w == b.w && a.c == b.c) {
        *out = a;
        return true;
    }
    char name_a[SHAPE_RULE_NAME_SIZE], name_b[SHAPE_RULE_NAME_SIZE];
    diag_error(d, layer->place, DIAG_SHAPE,
               "%s '%s' needs inputs of one shape: %s is %ux%ux%u, %s is "
               "%ux%ux%u",
               layer_type_name(layer->type), layer->name,
               shape_rule_input(layer, 0, name_a), a.h, a.w, a.c,
               shape_rule_input(layer, 1, name_b), b.h, b.w, b.c);
    diag_hint(d, "a conv2d with kernel [1, 1] in front of one of them can "
                 "change its channels and, with a stride, its size");
    return false;
}

/* The exact results: all values and their fraction. */
static struct exact result_of(const struct process *p)
{
    struct exact a = exact_of(p->inputs[0]->format);
    struct exact b = exact_of(p->inputs[1]->format);
    switch (p->operation) {
    case OPERATION_ADD:
        return exact_add(a, b);
    case OPERATION_SUBTRACT:
        return exact_subtract(a, b);
    case OPERATION_MULTIPLY:
        return exact_multiply(a, b);
    case OPERATION_MAXIMUM:
        break;
    }
    return exact_either(a, b);
}

/* As in relu.c: a fused limit is one of the results, or no ReLU has one. */
static bool check_limit(const struct process *p, struct diag *d)
{
    int fraction = result_of(p).fraction;
    if (!p->relu || p->relu_max == 0 || limit_is_exact(p->relu_max, fraction))
        return true;
    diag_error(d, p->layer->place, DIAG_FORMAT,
               "the limit %u of the ReLU in '%s' lies between two results, "
               "which come in steps of 2^%d",
               p->relu_max, p->layer->name, -fraction);
    diag_hint(d, "give an input an output_format with no more integer bits "
                 "than bits");
    return false;
}

static bool elementwise_check(const struct process *p, struct diag *d)
{
    const char *fault = exact_fault(result_of(p));
    if (fault == NULL)
        return check_limit(p, d);
    const struct layer *l = p->layer;
    char name_a[SHAPE_RULE_NAME_SIZE], name_b[SHAPE_RULE_NAME_SIZE];
    char a[FORMAT_TEXT_SIZE], b[FORMAT_TEXT_SIZE];
    diag_error(d, l->place, DIAG_FORMAT,
               "the exact result of %s '%s' %s: %s is %s, %s is %s",
               layer_type_name(l->type), l->name, fault,
               shape_rule_input(l, 0, name_a),
               format_print(p->inputs[0]->format, a),
               shape_rule_input(l, 1, name_b),
               format_print(p->inputs[1]->format, b));
    diag_hint(d, p->operation == OPERATION_MULTIPLY
                     ? "make one of them narrower, with the output_format of "
                       "the layer in front or a linear layer"
                     : "bring their points closer together, with the "
                       "output_format of the layer in front or a linear "
                       "layer");
    return false;
}

static void elementwise_schedule(const struct process *p, struct schedule *s)
{
    assert(p->inputs[0]->lanes == p->inputs[1]->lanes &&
           p->inputs[0]->lanes == p->outputs[0]->lanes);
    tokens_schedule(p, s, 2);
}

/* What both inputs are multiplied by to bring them to one fraction; a
 * product needs no such thing. */
static int64_t scale_to(const struct process *p, struct format from,
                        int fraction)
{
    if (p->operation == OPERATION_MULTIPLY)
        return 1;
    return INT64_C(1) << (fraction - format_fraction(from));
}

static int64_t combine(enum operation operation, int64_t a, int64_t b)
{
    switch (operation) {
    case OPERATION_ADD:
        return a + b;
    case OPERATION_SUBTRACT:
        return a - b;
    case OPERATION_MULTIPLY:
        return a * b;
    case OPERATION_MAXIMUM:
        break;
    }
    return a > b ? a : b;
}

static void elementwise_compute(const struct process *p,
                                const int32_t *const *in,
                                int32_t *const *outputs)
{
    struct exact result = result_of(p);
    assert(exact_fault(result) == NULL);
    struct format format_a = p->inputs[0]->format;
    struct format format_b = p->inputs[1]->format;
    int64_t scale_a = scale_to(p, format_a, result.fraction);
    int64_t scale_b = scale_to(p, format_b, result.fraction);
    int64_t limit = clip_limit(p->relu_max, result.fraction);
    uint64_t count = shape_count(p->outputs[0]->shape);
    for (uint64_t i = 0; i < count; i++) {
        int64_t a = mac_value(in[0][i], format_a.is_signed) * scale_a;
        int64_t b = mac_value(in[1][i], format_b.is_signed) * scale_b;
        int64_t x = combine(p->operation, a, b);
        if (p->relu)
            x = clip_relu(x, limit);
        outputs[0][i] =
            (int32_t)fixed_cast(x, result.fraction, p->outputs[0]->format);
    }
}

static double combine_float(enum operation operation, double a, double b)
{
    switch (operation) {
    case OPERATION_ADD:
        return a + b;
    case OPERATION_SUBTRACT:
        return a - b;
    case OPERATION_MULTIPLY:
        return a * b;
    case OPERATION_MAXIMUM:
        break;
    }
    return a > b ? a : b;
}

static void elementwise_compute_float(const struct process *p,
                                      const double *const *in,
                                      double *const *outputs)
{
    uint64_t count = shape_count(p->outputs[0]->shape);
    for (uint64_t i = 0; i < count; i++) {
        double x = combine_float(p->operation, in[0][i], in[1][i]);
        outputs[0][i] = p->relu ? clip_relu_float(x, p->relu_max) : x;
    }
}

const struct kernel kernel_elementwise = {
    .name = "elementwise",
    .shape = elementwise_shape,
    .check = elementwise_check,
    .schedule = elementwise_schedule,
    .compute = elementwise_compute,
    .compute_float = elementwise_compute_float,
};
