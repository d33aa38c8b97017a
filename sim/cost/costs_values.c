/* Kernels that work on values one by one, or on the channels of a pixel:
 * relu, lookup, batchnorm, prelu, argmax, softmax. */
#include "base/bits.h"
#include "cost/bill.h"
#include "cost/kernel_costs.h"
#include "cost/multiplier.h"
#include "cost/parts.h"
#include "design/design.h"
#include "design/tables.h"

static struct number number_of(struct format f)
{
    return (struct number){ .width = f.width,
                            .fraction = format_fraction(f),
                            .is_signed = f.is_signed };
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void add_relu(struct bill *b, const struct process *p)
{
    struct format to = p->outputs[0]->format;
    struct number from = number_of(p->inputs[0]->format);
    uint32_t lanes = p->inputs[0]->lanes;
    bill_add(b, PART_PROCESS, 1);
    parts_activation(b, lanes, from, p->relu, p->relu_max, to);
    from = parts_rectified(from, p->relu);
    parts_registers(b, 1 + (uint64_t)lanes * parts_convert_yields(from, to));
}

static void add_lookup(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0], *out = p->outputs[0];
    bill_add(b, PART_PROCESS, 1);
    parts_convert(b, in->lanes, number_of(in->format), p->lookup->index);
    for (uint32_t i = 0; i < in->lanes; i++)
        parts_parameter_rom(b, out->format.width,
                            (uint64_t)1 << p->lookup->index.width);
    parts_registers(b, 2 + out->width_bits);
}

/* Registers of a product of which a conversion looks at the low `needed`
 * bits, all but the lowest `unused`. */
static void add_product(struct bill *b, uint64_t count, uint32_t needed,
                        uint32_t unused)
{
    parts_registers(b, needed > unused ? count * (needed - unused) : 0);
}

static void add_batchnorm(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0], *out = p->outputs[0];
    uint32_t tokens = stream_tokens_per_pixel(in);
    struct number product = {
        .width =
            multiplier_product_width(in->format.width, in->format.is_signed,
                                     p->weight.width, p->weight.is_signed),
        .fraction = format_fraction(in->format) + format_fraction(p->weight),
        .is_signed = true
    };
    int32_t offset_fraction = format_fraction(p->bias);
    int32_t fraction =
        product.fraction > offset_fraction ? product.fraction : offset_fraction;
    uint32_t product_zeros = (uint32_t)(fraction - product.fraction);
    uint32_t offset_zeros = (uint32_t)(fraction - offset_fraction);
    struct number sum = { .width = larger(product.width + product_zeros,
                                          p->bias.width + 1U + offset_zeros) +
                                   1,
                          .fraction = fraction,
                          .is_signed = true };
    uint32_t needed = parts_convert_needs(sum, out->format);
    uint32_t unseen = parts_convert_drops(sum, out->format);

    bill_add(b, PART_PROCESS, 1);
    parts_counter(b, tokens);
    parts_registers(b, 3 + bits_log2_ceil(tokens) + in->width_bits);
    parts_parameter_rom(b, (uint64_t)in->lanes * p->weight.width, tokens);
    parts_parameter_rom(b, (uint64_t)in->lanes * p->bias.width, tokens);
    multiplier_add(b, in->lanes, in->format.width, in->format.is_signed,
                   p->weight.width, p->weight.is_signed);
    /* Low bits of the product below all of the offset are not added. */
    uint32_t alone = unseen < offset_zeros ? unseen : offset_zeros;
    uint32_t from_product = needed > product_zeros ? needed - product_zeros : 0;
    add_product(b, in->lanes,
                from_product < product.width ? from_product : product.width,
                alone);
    uint32_t added = larger(product_zeros, offset_zeros);
    if (tokens > 1 && needed > added)
        bill_add(b, PART_ADDER_BIT, (uint64_t)in->lanes * (needed - added));
    parts_convert(b, in->lanes, sum, out->format);
    parts_registers(b, (uint64_t)in->lanes *
                           parts_convert_yields(sum, out->format));
}

/* Nothing is negative: alphas and products are not needed. */
static void add_unsigned_prelu(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0], *out = p->outputs[0];
    struct number x = number_of(in->format);
    uint64_t yields =
        (uint64_t)in->lanes * parts_convert_yields(x, out->format);
    if (parts_convert_is_wires(x, out->format))
        parts_shift_register(b, yields, 3);
    else
        parts_registers(b, 2 * (uint64_t)in->width_bits + yields);
    parts_convert(b, in->lanes, x, out->format);
}

static void add_signed_prelu(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0], *out = p->outputs[0];
    bool shared = p->units == 1;
    uint32_t words = shared ? 1 : stream_tokens_per_pixel(in);
    uint32_t alphas = shared ? 1 : in->lanes;
    int32_t alpha_fraction = format_fraction(p->weight);
    uint32_t product_width =
        multiplier_product_width(in->format.width, true, p->weight.width,
                                 p->weight.is_signed);
    uint32_t x_zeros = alpha_fraction > 0 ? (uint32_t)alpha_fraction : 0;
    uint32_t product_zeros = alpha_fraction < 0 ? (uint32_t)-alpha_fraction : 0;
    struct number value = { .width = larger(product_width + product_zeros,
                                            in->format.width + x_zeros),
                            .fraction =
                                format_fraction(in->format) + (int32_t)x_zeros,
                            .is_signed = true };
    uint32_t needed = parts_convert_needs(value, out->format);
    uint32_t unseen = parts_convert_drops(value, out->format);
    parts_counter(b, words);
    parts_parameter_rom(b, (uint64_t)alphas * p->weight.width, words);
    multiplier_add(b, in->lanes, in->format.width, true, p->weight.width,
                   p->weight.is_signed);

    uint32_t from_product = needed > product_zeros ? needed - product_zeros : 0;
    add_product(b, in->lanes,
                from_product < product_width ? from_product : product_width,
                unseen);
    /* The operand, and beside the product what is looked at of it. */
    uint32_t from_x = needed > x_zeros ? needed - x_zeros : 0;
    uint32_t x_unseen = unseen > x_zeros ? unseen - x_zeros : 0;
    uint32_t sign = from_x < in->format.width;
    if (from_x > in->format.width)
        from_x = in->format.width;
    parts_registers(b, in->width_bits);
    parts_registers(b, in->lanes * (uint64_t)sign);
    add_product(b, in->lanes, from_x, x_unseen);

    /* One of both: LUTs that saturate do that, too. */
    uint32_t chosen = needed > unseen ? needed - unseen : 0;
    if (parts_convert_only_saturates(value, out->format))
        chosen -= chosen < out->format.width ? chosen : out->format.width;
    bill_add(b, PART_MUX_BIT, (uint64_t)in->lanes * chosen);
    parts_convert(b, in->lanes, value, out->format);
    parts_registers(b, (uint64_t)in->lanes *
                           parts_convert_yields(value, out->format));
}

static void add_prelu(struct bill *b, const struct process *p)
{
    bill_add(b, PART_PROCESS, 1);
    parts_registers(b, 3); /* operand, product and output valid */
    if (p->inputs[0]->format.is_signed)
        add_signed_prelu(b, p);
    else
        add_unsigned_prelu(b, p);
}

static void add_argmax(struct bill *b, const struct process *p)
{
    const struct stream *in = p->inputs[0];
    uint32_t tokens = stream_tokens_per_pixel(in);
    uint32_t levels = bits_log2_ceil(in->lanes);
    uint32_t channel_bits = p->outputs[0]->format.width;
    bill_add(b, PART_PROCESS, 1);
    bill_add(b, PART_PORT, tokens > 1 ? 2 : 0); /* token done, a better one */
    parts_counter(b, tokens);
    parts_registers(b, levels + 2);
    parts_largest(b, in->lanes, 1, in->format.width);
    parts_tree(b, &(struct tree){ .leaves = in->lanes,
                                  .width = in->format.width,
                                  .most = in->format.width + levels });
    bill_add(b, PART_MUX_BIT, levels * (levels - 1U) / 2);
    if (tokens == 1 && in->lanes > 1) {
        /* Nobody looks at the largest itself. */
        b->ff -= in->format.width;
        b->parts[PART_MUX_BIT] -= in->format.width;
        /* Three registers of the lane in a row; where lanes are missing, all
         * but the highest bit are cleared by a reset. */
        uint32_t alone = in->lanes == 1U << levels ? levels : 1;
        b->ff -= UINT64_C(3) * alone;
        parts_shift_register(b, alone, 3);
    }
    if (tokens > 1) {
        parts_comparison(b, 1, in->format.width);
        parts_registers(b, in->format.width);
        if (in->lanes > 1 && in->lanes != 1U << levels) {
            parts_registers(b, channel_bits); /* the first of a token */
            bill_add(b, PART_ADDER_BIT, 2 * (uint64_t)channel_bits);
        }
    }
    parts_registers(b, 2 * (uint64_t)channel_bits);
}

static void add_softmax(struct bill *b, const struct process *p)
{
    enum { EXP_WIDTH = 16 };
    const struct stream *in = p->inputs[0], *out = p->outputs[0];
    uint32_t tokens = stream_tokens_per_pixel(in), width = in->format.width;
    uint32_t levels = bits_log2_ceil(in->lanes);
    uint32_t most_shift = bits_log2_ceil(in->shape.c);
    uint32_t shift_bits = bits_log2_ceil((uint64_t)most_shift + 1);
    uint32_t sum_width = EXP_WIDTH + most_shift;
    uint32_t bits = p->softmax->bits, drop = p->softmax->drop;
    uint32_t kept = width > drop ? width - drop : 1;
    uint64_t entries = (uint64_t)1 << bits;
    uint64_t exponentials = (uint64_t)in->lanes * EXP_WIDTH;

    /* Control. */
    bill_add(b, PART_PROCESS, 1);
    parts_counter(b, tokens);
    parts_run_counter(b, tokens);
    parts_counter(b, tokens);
    parts_run_counter(b, tokens);
    parts_registers(b, 2 + levels + 2 + 2);

    /* The pixel and its largest value. */
    parts_row_memory(b, in->width_bits, tokens);
    bill_add(b, PART_MUX_BIT, bits_log2_ceil(tokens));
    parts_largest(b, in->lanes, 1, width);
    parts_registers(b, width);
    if (tokens > 1) {
        parts_largest(b, 2, 1, width);
        bill_add(b, PART_MUX_BIT, width);
        parts_registers(b, width);
    }

    /* Exponentials and their sum. */
    bill_add(b, PART_ADDER_BIT, (uint64_t)in->lanes * width);
    parts_registers(b, (uint64_t)in->lanes * (kept < bits ? kept : bits));
    if (kept > bits)
        bill_add(b, PART_CHECKED_BIT, (uint64_t)in->lanes * kept);
    for (uint32_t i = 0; i < in->lanes; i++)
        parts_table(b, EXP_WIDTH, entries);
    parts_tree(b, &(struct tree){ .leaves = in->lanes,
                                  .width = EXP_WIDTH,
                                  .most = EXP_WIDTH + levels,
                                  .adds = true });
    parts_registers(b, sum_width);
    bill_add(b, PART_ACCUMULATOR_BIT, tokens > 1 ? sum_width : 0);

    /* The inverse: moves up what becomes the index, and the result as far;
     * a LUT chooses among four, if it is known from where. */
    bill_add(b, PART_MUX_BIT, (uint64_t)shift_bits * bits + (1U << shift_bits));
    parts_registers(b, bits + 2 * (uint64_t)shift_bits);
    parts_table(b, EXP_WIDTH, entries);
    bill_add(b, PART_MUX_BIT, (uint64_t)(shift_bits + 1) / 2 * sum_width);

    /* Products. */
    parts_delay_line(b, exponentials, tokens + 2U + levels);
    multiplier_add(b, in->lanes, EXP_WIDTH, false, sum_width, false);
    struct number product = { .width = EXP_WIDTH + sum_width,
                              .fraction = (int32_t)(EXP_WIDTH + sum_width) - 1,
                              .is_signed = false };
    uint32_t needed = parts_convert_needs(product, out->format);
    add_product(b, in->lanes, needed,
                parts_convert_drops(product, out->format));
    parts_convert(b, in->lanes, product, out->format);
    parts_registers(b, (uint64_t)in->lanes *
                           parts_convert_yields(product, out->format));
}

const struct kernel_cost costs_values[] = {
    { "relu", add_relu },
    { "lookup", add_lookup },
    { "batchnorm", add_batchnorm },
    { "prelu", add_prelu },
    { "argmax", add_argmax },
    { "softmax", add_softmax },
    { 0 },
};
