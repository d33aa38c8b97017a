#include "cost/macs.h"

#include "base/bits.h"
#include "cost/bill.h"
#include "cost/memory.h"
#include "cost/multiplier.h"
#include "cost/parts.h"
#include "design/design.h"

/* Formats of a mac_lane.  Widths are those that synthesis keeps: copies of a
 * sign and bits that nothing looks at vanish. */
struct lane {
    struct number product;
    struct number sum; /* the accumulator */
    uint32_t needed;   /* of its bits */
    uint32_t term;     /* bits of a product in accumulator steps */
    uint32_t zeros;    /* of these, low ones that are always 0 */
};

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static struct lane lane_of(const struct process *p)
{
    struct format in = p->inputs[0]->format, to = p->outputs[0]->format;
    struct lane l = {
        .product = { .width = multiplier_product_width(in.width, in.is_signed,
                                                       p->weight.width,
                                                       p->weight.is_signed),
                     .fraction =
                         format_fraction(in) + format_fraction(p->weight),
                     .is_signed = true },
        .sum = { .width = p->accumulator.width,
                 .fraction = format_fraction(p->accumulator),
                 .is_signed = true },
    };
    l.needed = parts_rectify_needs(l.sum, p->relu, to);
    int32_t drop = l.product.fraction - l.sum.fraction;
    l.term = l.product.width;
    if (drop > 0) {
        l.term = l.term > (uint32_t)drop ? l.term - (uint32_t)drop : 1;
        l.term += p->accumulator.quant != FIXED_TRN;
    } else {
        l.zeros = (uint32_t)-drop;
        l.term += l.zeros;
    }
    l.term = least(l.term, l.needed);
    l.zeros = least(l.zeros, l.term);
    return l;
}

static void add_lane(struct bill *b, const struct process *p,
                     const struct macs *m)
{
    struct format to = p->outputs[0]->format;
    struct lane l = lane_of(p);
    parts_convert(b, p->simd, l.product, p->accumulator);
    uint32_t kept = l.needed - l.zeros;
    uint32_t last = parts_tree(b, &(struct tree){ .leaves = p->simd,
                                                  .width = l.term - l.zeros,
                                                  .most = kept,
                                                  .leaf_registers = true,
                                                  .adds = true });
    if (m->sf > 1) {
        parts_registers(b, kept);
        bill_add(b, PART_ACCUMULATOR_BIT, kept);
    } else {
        parts_registers(b, last);
    }
    /* The bias.  Of a few words, many bits are the same in all: there the
     * adder has no LUT. */
    if (m->nf > 1)
        bill_add(b, PART_ADDER_BIT,
                 kept - (m->nf < 32 ? 2ULL * kept >> m->nf : 0));
    parts_activation(b, 1, l.sum, p->relu, p->relu_max, to);
}

static void add_multipliers(struct bill *b, const struct process *p)
{
    struct format in = p->inputs[0]->format;
    uint64_t products = (uint64_t)p->pe * p->simd;
    if (p->packed)
        multiplier_add_pairs(b, products / 2, in.width, in.is_signed,
                             p->weight.width, p->weight.is_signed);
    else
        multiplier_add(b, products, in.width, in.is_signed, p->weight.width,
                       p->weight.is_signed);
}

static void add_bias_rom(struct bill *b, const struct process *p, uint32_t nf)
{
    uint32_t width = p->accumulator.width, needed = lane_of(p).needed;
    memory_add(b,
               &(struct memory){ .width = (uint64_t)p->pe * width,
                                 .depth = nf,
                                 .unused = (uint64_t)p->pe * (width - needed),
                                 .read_only = true });
}

/* token_pack.sv */
static void add_token_pack(struct bill *b, uint32_t pe, uint32_t lanes,
                           uint32_t width)
{
    uint64_t token = (uint64_t)lanes * width;
    uint64_t group = (uint64_t)pe * width;
    parts_registers(b, token + 1);
    bill_add(b, PART_PORT, 1);
    if (lanes >= pe) {
        parts_gather(b, lanes / pe, group);
    } else {
        parts_registers(b, group - token + pe / lanes - 1);
        bill_add(b, PART_MUX_BIT, group);
    }
}

void macs_add(struct bill *b, const struct process *p, const struct macs *m)
{
    struct format in = p->inputs[0]->format;
    uint64_t slots = (uint64_t)m->nf * m->sf;
    parts_counter(b, m->sf); /* of slots */
    parts_counter(b, m->nf);
    parts_counter(b, m->sf); /* of sums */
    parts_counter(b, m->nf);
    parts_counter(b, slots);
    parts_registers(b, 2 + bits_log2_ceil(p->simd) + 1); /* in flight */
    /* Slot and sum are there, last of a fold and of a group. */
    bill_add(b, PART_PORT, 4);
    parts_registers(b, (uint64_t)m->operand_sets * p->simd * in.width);
    parts_parameter_rom(b, (uint64_t)p->pe * p->simd * p->weight.width, slots);
    add_bias_rom(b, p, m->nf);
    add_multipliers(b, p);
    struct bill lane = { 0 };
    add_lane(&lane, p, m);
    bill_add_times(b, &lane, p->pe);
    struct number sum = parts_rectified(lane_of(p).sum, p->relu);
    add_token_pack(b, p->pe, p->outputs[0]->lanes,
                   parts_convert_yields(sum, p->outputs[0]->format));
}
