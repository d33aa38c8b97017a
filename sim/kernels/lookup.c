/* lookup -- functions of one value that are looked up in a table
 * (sim/design/tables.h): sigmoid, tanh, their hard variants, and those that are
 * given by a table alone. */
#include "kernels/kernels.h"

#include "design/design.h"
#include "design/tables.h"
#include "kernels/mac.h"
#include "kernels/shape_rule.h"
#include "kernels/tokens.h"

#include <assert.h>
#include <math.h>

static void lookup_schedule(const struct process *p, struct schedule *s)
{
    tokens_schedule(p, s, 2);
}

static void lookup_compute(const struct process *p, const int32_t *const *in,
                           int32_t *const *outputs)
{
    const struct lookup_table *t = p->lookup;
    struct format from = p->inputs[0]->format;
    uint64_t count = shape_count(p->inputs[0]->shape);
    for (uint64_t i = 0; i < count; i++) {
        int64_t x = mac_value(in[0][i], from.is_signed);
        int64_t index = fixed_cast(x, format_fraction(from), t->index);
        /* The bits of a negative index count from the middle on. */
        outputs[0][i] = t->values[(uint64_t)index & (t->count - 1)];
    }
}

static double hard_sigmoid(const struct layer *l, double x)
{
    return fmax(0, fmin(1, l->alpha * x + l->beta));
}

/* What a given table says of x. */
static double entry_of(const struct process *p, double x)
{
    const struct lookup_table *t = p->lookup;
    uint64_t index = (uint64_t)fixed_from_double(x, t->index);
    return fixed_to_double(t->values[index & (t->count - 1)],
                           p->outputs[0]->format);
}

static double function_of(const struct process *p, double x)
{
    const struct layer *l = p->layer;
    switch (l->type) {
    case LAYER_LOOKUP:
        return entry_of(p, x);
    case LAYER_SIGMOID:
        return 1 / (1 + exp(-x));
    case LAYER_TANH:
        return tanh(x);
    case LAYER_HARD_SIGMOID:
        return hard_sigmoid(l, x);
    case LAYER_HARD_TANH:
        return 2 * hard_sigmoid(l, x) - 1;
    default:
        assert(false && "a layer that is looked up");
        return 0;
    }
}

static void lookup_compute_float(const struct process *p,
                                 const double *const *in,
                                 double *const *outputs)
{
    uint64_t count = shape_count(p->inputs[0]->shape);
    for (uint64_t i = 0; i < count; i++)
        outputs[0][i] = function_of(p, in[0][i]);
}

const struct kernel kernel_lookup = {
    .name = "lookup",
    .shape = shape_rule_keep,
    .schedule = lookup_schedule,
    .compute = lookup_compute,
    .compute_float = lookup_compute_float,
};
