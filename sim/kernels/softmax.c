/* softmax -- over the channels of each pixel, by two tables
 * (sim/design/tables.h): exponentials of the distance to the largest channel,
 * and the inverse of their sum. */
#include "kernels/kernels.h"

#include "base/bits.h"
#include "design/design.h"
#include "design/tables.h"
#include "kernels/mac.h"
#include "kernels/schedule.h"
#include "kernels/shape_rule.h"
#include "kernels/tokens.h"

#include <math.h>
#include <stddef.h>

enum {
    STAGES = 7,           /* besides the passes over a pixel and the trees */
    EXP_FRACTION = 15,    /* of an exponential: SOFTMAX_ONE */
    INVERSE_FRACTION = 16 /* of an entry of the inverse table */
};

static void softmax_schedule(const struct process *p, struct schedule *s)
{
    uint32_t n = stream_tokens_per_pixel(p->inputs[0]);
    uint32_t levels = bits_log2_ceil(p->inputs[0]->lanes);
    struct step staged = tokens_step(1, 0, 0);
    struct step last = tokens_step(1, 1, n + STAGES + levels);
    last.needs_datapath = true;
    last.hold = n;
    last.count = n;
    struct shape shape = p->inputs[0]->shape;
    schedule_loop(s, (uint64_t)shape.h * shape.w);
    schedule_step(s, n - 1, &staged);
    schedule_step(s, 1, &last);
    schedule_end(s);
}

static int64_t largest(const int32_t *in, uint32_t channels, bool is_signed)
{
    int64_t max = mac_value(in[0], is_signed);
    for (uint32_t c = 1; c < channels; c++) {
        int64_t x = mac_value(in[c], is_signed);
        max = x > max ? x : max;
    }
    return max;
}

/* Of a channel that is `distance` below the largest. */
static uint64_t exponential(const struct softmax_tables *t, int64_t distance)
{
    const int64_t end = (INT64_C(1) << t->bits) - 1;
    int64_t address = distance >> t->drop;
    return (uint64_t)t->exp[address < end ? address : end];
}

static uint32_t leading_one(uint64_t x)
{
    uint32_t position = 0;
    while (x >> position > 1)
        position++;
    return position;
}

static void compute_pixel(const struct process *p, const int32_t *in,
                          int32_t *out)
{
    const struct softmax_tables *t = p->softmax;
    bool is_signed = p->inputs[0]->format.is_signed;
    uint32_t channels = p->inputs[0]->shape.c;
    int64_t max = largest(in, channels, is_signed);
    uint64_t sum = 0;
    for (uint32_t c = 0; c < channels; c++)
        sum += exponential(t, max - mac_value(in[c], is_signed));

    uint32_t position = leading_one(sum);
    uint64_t behind =
        sum >> (position - t->bits) & ((UINT64_C(1) << t->bits) - 1);
    uint64_t inverse = (uint64_t)t->inverse[behind];
    uint32_t top = EXP_FRACTION + bits_log2_ceil(channels);
    for (uint32_t c = 0; c < channels; c++) {
        uint64_t e = exponential(t, max - mac_value(in[c], is_signed));
        uint64_t y = e * inverse << (top - position);
        out[c] = (int32_t)fixed_cast((int64_t)y, INVERSE_FRACTION + (int)top,
                                     p->outputs[0]->format);
    }
}

/* --- tables of the model ------------------------------------------------- */

static int64_t top_bits(int64_t raw, struct format f, uint32_t bits)
{
    uint64_t mask = (UINT64_C(1) << bits) - 1;
    /* A table of more entries than the number has values uses the first of
     * each group. */
    uint64_t address = f.width >= bits ? (uint64_t)raw >> (f.width - bits)
                                       : (uint64_t)raw << (bits - f.width);
    return (int64_t)(address & mask);
}

static int64_t given_exponential(const struct process *p, int64_t x,
                                 int64_t max)
{
    const struct softmax_rule *r = &p->layer->softmax;
    struct format in = p->inputs[0]->format, from = in;
    int64_t number = x;
    if (r->difference.width != 0) {
        from = r->difference;
        number = fixed_cast(max - x, format_fraction(in), from);
    }
    return r->exp[top_bits(number, from, r->exp_bits)];
}

/* The sum of `count` exponentials, by halves: where it saturates the order
 * matters. */
static int64_t given_sum(const struct process *p, const int32_t *in,
                         uint32_t count, int64_t max)
{
    struct format f = p->layer->softmax.sum;
    if (count == 1)
        return given_exponential(
            p, mac_value(in[0], p->inputs[0]->format.is_signed), max);
    uint32_t left = UINT32_C(1) << (bits_log2_ceil(count) - 1);
    int64_t sum = given_sum(p, in, left, max) +
                  given_sum(p, in + left, count - left, max);
    return fixed_cast(sum, format_fraction(f), f);
}

static void compute_given(const struct process *p, const int32_t *in,
                          int32_t *out)
{
    const struct softmax_rule *r = &p->layer->softmax;
    bool is_signed = p->inputs[0]->format.is_signed;
    uint32_t channels = p->inputs[0]->shape.c;
    int64_t max = largest(in, channels, is_signed);
    int64_t sum = given_sum(p, in, channels, max);
    sum = fixed_cast(sum, format_fraction(r->sum), r->index);
    int64_t inverse = r->inverses[top_bits(sum, r->index, r->inverse_bits)];
    int fraction = format_fraction(r->sum) + format_fraction(r->inverse);
    for (uint32_t c = 0; c < channels; c++) {
        int64_t e = given_exponential(p, mac_value(in[c], is_signed), max);
        out[c] =
            (int32_t)fixed_cast(e * inverse, fraction, p->outputs[0]->format);
    }
}

static void softmax_compute(const struct process *p, const int32_t *const *in,
                            int32_t *const *outputs)
{
    uint32_t channels = p->inputs[0]->shape.c;
    uint64_t count = shape_count(p->inputs[0]->shape);
    bool is_given = p->layer->softmax.sum.width != 0;
    for (uint64_t i = 0; i < count; i += channels) {
        if (is_given)
            compute_given(p, in[0] + i, outputs[0] + i);
        else
            compute_pixel(p, in[0] + i, outputs[0] + i);
    }
}

static void softmax_compute_float(const struct process *p,
                                  const double *const *in,
                                  double *const *outputs)
{
    uint32_t channels = p->inputs[0]->shape.c;
    uint64_t count = shape_count(p->inputs[0]->shape);
    for (uint64_t i = 0; i < count; i += channels) {
        const double *x = in[0] + i;
        double *y = outputs[0] + i;
        double max = x[0];
        for (uint32_t c = 1; c < channels; c++)
            max = x[c] > max ? x[c] : max;
        double sum = 0;
        for (uint32_t c = 0; c < channels; c++)
            sum += exp(x[c] - max);
        for (uint32_t c = 0; c < channels; c++)
            y[c] = exp(x[c] - max) / sum;
    }
}

const struct kernel kernel_softmax = {
    .name = "softmax",
    .shape = shape_rule_keep,
    .schedule = softmax_schedule,
    .compute = softmax_compute,
    .compute_float = softmax_compute_float,
};
