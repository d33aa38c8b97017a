/* relu -- the layers relu and linear: one token in, one token out, converted
 * to the output format. */
#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "design/limit.h"
#include "kernels/clip.h"
#include "kernels/mac.h"
#include "kernels/shape_rule.h"
#include "kernels/tokens.h"

/* With a limit between two steps, cut down to the lower one, relu6 could make
 * every output 0. */
static bool relu_check(const struct process *p, struct diag *d)
{
    struct format from = p->inputs[0]->format;
    if (!p->relu || p->relu_max == 0 || limit_fits(p->relu_max, from))
        return true;
    char text[FORMAT_TEXT_SIZE], name[SHAPE_RULE_NAME_SIZE];
    diag_error(d, p->layer->place, DIAG_FORMAT,
               "the limit %u of '%s' is no value of its input: %s is %s",
               p->relu_max, p->layer->name, shape_rule_input(p->layer, 0, name),
               format_print(from, text));
    diag_hint(d, "give the input an output_format with no more integer bits "
                 "than bits");
    return false;
}

static void relu_schedule(const struct process *p, struct schedule *s)
{
    tokens_schedule(p, s, 1);
}

static void relu_compute(const struct process *p, const int32_t *const *in,
                         int32_t *const *outputs)
{
    int32_t *out = outputs[0];
    struct format from = p->inputs[0]->format;
    int64_t limit = clip_limit(p->relu_max, format_fraction(from));
    uint64_t count = shape_count(p->inputs[0]->shape);
    for (uint64_t i = 0; i < count; i++) {
        int64_t x = mac_value(in[0][i], from.is_signed);
        if (p->relu)
            x = clip_relu(x, limit);
        out[i] = (int32_t)fixed_cast(x, format_fraction(from),
                                     p->outputs[0]->format);
    }
}

static void relu_compute_float(const struct process *p, const double *const *in,
                               double *const *outputs)
{
    double *out = outputs[0];
    uint64_t count = shape_count(p->inputs[0]->shape);
    for (uint64_t i = 0; i < count; i++)
        out[i] = p->relu ? clip_relu_float(in[0][i], p->relu_max) : in[0][i];
}

const struct kernel kernel_relu = {
    .name = "relu",
    .shape = shape_rule_keep,
    .check = relu_check,
    .schedule = relu_schedule,
    .compute = relu_compute,
    .compute_float = relu_compute_float,
};
