/* Kernels that split, join and reshape streams: clone, elementwise, concat,
 * dispatch, collect, width_converter, reshape. */
#include "base/bits.h"
#include "cost/bill.h"
#include "cost/kernel_costs.h"
#include "cost/multiplier.h"
#include "cost/parts.h"
#include "design/design.h"

static void add_clone(struct bill *b, const struct process *p)
{
    bill_add(b, PART_PROCESS, 1);
    bill_add(b, PART_PORT, p->output_count);
    parts_registers(b, 1 + p->inputs[0]->width_bits);
}

static uint32_t largest(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void add_elementwise(struct bill *b, const struct process *p)
{
    struct format x = p->inputs[0]->format, y = p->inputs[1]->format;
    struct format to = p->outputs[0]->format;
    uint32_t lanes = p->inputs[0]->lanes;
    int32_t x_fraction = format_fraction(x), y_fraction = format_fraction(y);
    bool multiplies = p->operation == OPERATION_MULTIPLY;
    uint32_t x_bits = x.width + !x.is_signed, y_bits = y.width + !y.is_signed;
    /* Zeros below one of them, so that the points are at the same place. */
    uint32_t zeros = 0;
    if (!multiplies && y_fraction > x_fraction)
        zeros = (uint32_t)(y_fraction - x_fraction);
    else if (!multiplies)
        zeros = (uint32_t)(x_fraction - y_fraction);
    if (y_fraction > x_fraction)
        x_bits += zeros;
    else
        y_bits += zeros;
    struct number exact = { .is_signed = true };
    if (multiplies) {
        exact.width = x_bits + y_bits;
        exact.fraction = x_fraction + y_fraction;
        multiplier_add(b, lanes, x.width, x.is_signed, y.width, y.is_signed);
    } else {
        exact.width =
            largest(x_bits, y_bits) + (p->operation != OPERATION_MAXIMUM);
        exact.fraction = x_fraction > y_fraction ? x_fraction : y_fraction;
    }
    uint32_t kept = parts_rectify_needs(exact, p->relu, to);
    uint32_t drop = parts_convert_drops(exact, to);
    struct number positive = parts_rectified(exact, p->relu);
    /* Where one has zeros, the other one passes, and only this one has to be
     * looked at: half of the LUTs of a comparison. */
    if (p->operation == OPERATION_MAXIMUM) {
        if (exact.width > 3)
            bill_add(b, PART_COMPARISON,
                     (uint64_t)lanes *
                         (2 * ((exact.width + 2) / 3) - (zeros + 2) / 3));
        bill_add(b, PART_MUX_BIT, (uint64_t)lanes * (exact.width - zeros));
    } else if (!multiplies && kept > zeros) {
        bill_add(b, PART_ADDER_BIT, (uint64_t)lanes * (kept - zeros));
    }
    kept -= drop < kept ? drop : kept;
    if (multiplies && !x.is_signed && !y.is_signed)
        kept -= kept == exact.width ? 2 : 0; /* never negative */
    parts_registers(b, 2 + (uint64_t)lanes * kept);
    parts_activation(b, lanes, exact, p->relu, p->relu_max, to);
    parts_registers(b, (uint64_t)lanes * parts_convert_yields(positive, to));
    bill_add(b, PART_PROCESS, 1);
    bill_add(b, PART_PORT, 2);
}

static void add_concat(struct bill *b, const struct process *p)
{
    const struct stream *out = p->outputs[0];
    bool parallel = out->lanes == out->shape.c;
    bill_add(b, PART_PROCESS, 1);
    bill_add(b, PART_PORT, p->input_count);
    parts_registers(b, 1 + out->width_bits);
    if (parallel) {
        bill_add(b, PART_PORT, 1); /* all of them at once */
        return;
    }
    uint32_t most = 1;
    for (uint32_t i = 0; i < p->input_count; i++)
        most = largest(most, stream_tokens_per_pixel(p->inputs[i]));
    uint32_t left_bits = bits_log2_ceil(most);
    parts_counter(b, p->input_count);
    parts_registers(b, left_bits);
    bill_add(b, PART_COUNTER_BIT, left_bits);
    parts_choice(b, out->width_bits, p->input_count);
}

static void add_dispatch(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    bill_add(b, PART_PROCESS, 1);
    bill_add(b, PART_PORT, p->output_count);
    parts_counter(b, in->tokens_per_frame);
    parts_counter(b, p->output_count);
    parts_registers(b, p->output_count + in->width_bits);
}

static void add_collect(struct bill *b, const struct process *p)
{
    const struct stream *out = p->outputs[0];
    bill_add(b, PART_PROCESS, 1);
    bill_add(b, PART_PORT, p->input_count);
    parts_counter(b, p->inputs[0]->tokens_per_frame);
    parts_counter(b, p->input_count);
    parts_choice(b, out->width_bits, p->input_count);
    parts_registers(b, 1 + out->width_bits);
}

static void add_width_converter(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0], *out = p->outputs[0];
    uint32_t wide = largest(in->width_bits, out->width_bits);
    bill_add(b, PART_PROCESS, 1);
    parts_counter(b, wide / (in->width_bits + out->width_bits - wide));
    parts_registers(b, 1 + wide);
    if (in->width_bits > out->width_bits) /* parts move down, or come in */
        bill_add(b, PART_MUX_BIT, wide);
}

static void add_reshape(struct bill *b, const struct process *p)
{
    bill_add(b, PART_PROCESS, 1);
    parts_registers(b, 1 + p->inputs[0]->width_bits);
}

const struct kernel_cost costs_streams[] = {
    { "clone", add_clone },     { "elementwise", add_elementwise },
    { "concat", add_concat },   { "dispatch", add_dispatch },
    { "collect", add_collect }, { "width_converter", add_width_converter },
    { "reshape", add_reshape }, { 0 },
};
