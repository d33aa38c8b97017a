#include "cost/parts.h"

#include "base/bits.h"
#include "cost/bill.h"
#include "cost/memory.h"

#include <assert.h>

void parts_registers(struct bill *b, uint64_t count)
{
    b->ff += count;
}

void parts_counter(struct bill *b, uint64_t count)
{
    if (count <= 1)
        return;
    uint32_t bits = bits_log2_ceil(count);
    b->ff += bits;
    bill_add(b, PART_COUNTER, 1);
    bill_add(b, PART_COUNTER_BIT, bits);
}

void parts_window_axis(struct bill *b, uint32_t size, uint32_t kernel,
                       uint32_t stride)
{
    parts_counter(b, size);
    uint32_t bits = bits_log2_ceil(kernel > stride ? kernel : stride);
    b->ff += bits;
    bill_add(b, PART_AXIS_BIT, bits);
}

void parts_pad_axis(struct bill *b, uint32_t size, uint32_t before,
                    uint32_t after)
{
    uint32_t total = before + size + after;
    parts_counter(b, total);
    if (before + after > 0) {
        b->ff++;
        bill_add(b, PART_AXIS_BIT, 1 + bits_log2_ceil(total) / 2);
    }
}

void parts_run_counter(struct bill *b, uint64_t count)
{
    parts_counter(b, count);
    b->ff++;
    bill_add(b, PART_PORT, 1);
}

void parts_choice(struct bill *b, uint64_t width, uint64_t count)
{
    if (count <= 1)
        return;
    /* Four inputs of a choice fit into one LUT, and LUTs are chosen among in
     * the same way. */
    uint64_t luts = width * ((count + 1) / 3);
    bill_add(b, count <= 16 ? PART_SELECT : PART_WIDE_SELECT, luts);
}

void parts_word_select(struct bill *b, uint64_t width, uint64_t count)
{
    parts_choice(b, width, count);
}

void parts_gather(struct bill *b, uint64_t tokens, uint64_t token_width)
{
    parts_counter(b, tokens);
    if (tokens > 1) {
        b->ff += (tokens - 1) * token_width;
        bill_add(b, PART_PORT, 2);
    }
}

void parts_row_memory(struct bill *b, uint64_t width, uint64_t depth)
{
    if (depth == 1)
        b->ff += width;
    else
        memory_add(b, &(struct memory){ .width = width, .depth = depth });
}

void parts_parameter_rom(struct bill *b, uint64_t width, uint64_t depth)
{
    memory_add(b, &(struct memory){
                      .width = width, .depth = depth, .read_only = true });
}

void parts_table(struct bill *b, uint64_t width, uint64_t depth)
{
    struct bill rom = { 0 };
    parts_parameter_rom(&rom, width, depth);
    uint64_t luts = rom.parts[PART_ROM] + rom.parts[PART_DEEP_ROM];
    rom.parts[PART_ROM] = rom.parts[PART_DEEP_ROM] = 0;
    bill_add(&rom, PART_TABLE, luts);
    bill_add_times(b, &rom, 1);
}

void parts_delay_line(struct bill *b, uint64_t width, uint64_t depth)
{
    if (depth == 0)
        return;
    if (depth > 1) {
        parts_counter(b, depth);
        bill_add(b, PART_MUX_BIT, bits_log2_ceil(depth)); /* the next address */
    }
    parts_row_memory(b, width, depth);
}

void parts_shift_register(struct bill *b, uint64_t width, uint64_t length)
{
    enum { SHIFT_MIN = 3, SRL_BITS = 32 };
    if (length < SHIFT_MIN)
        b->ff += width * length;
    else
        b->memory_lut += width * ((length + SRL_BITS - 1) / SRL_BITS);
}

void parts_largest(struct bill *b, uint64_t count, uint64_t lanes,
                   uint32_t width)
{
    bill_add(b, PART_COMPARED_BIT, (count - 1) * lanes * width);
    bill_add(b, PART_MUX_BIT, (count - 1) * lanes * width);
}

void parts_sum(struct bill *b, uint64_t count, uint64_t lanes, uint32_t width)
{
    /* A heap, as in lane_sum.sv: node n has the leaves count .. 2*count-1
     * below it. */
    for (uint64_t node = 1; node < count; node++) {
        uint32_t grown = bits_log2_ceil((2 * count - 1) / node + 1) - 1;
        bill_add(b, PART_ADDER_BIT, lanes * (width + grown));
    }
}

/* Bits below the new least significant one, or zeros added there. */
static uint32_t dropped(struct number from, struct format to)
{
    int32_t drop = from.fraction - format_fraction(to);
    return drop > 0 ? (uint32_t)drop : 0;
}

static uint32_t added(struct number from, struct format to)
{
    int32_t add = format_fraction(to) - from.fraction;
    return add > 0 ? (uint32_t)add : 0;
}

static bool rounds_by_sign(struct format to)
{
    return to.quant == FIXED_TRN_ZERO || to.quant == FIXED_RND_ZERO ||
           to.quant == FIXED_RND_INF;
}

uint32_t parts_convert_needs(struct number from, struct format to)
{
    bool wraps = to.overflow == FIXED_WRAP || to.overflow == FIXED_WRAP_SM;
    if (!wraps || (dropped(from, to) > 0 && rounds_by_sign(to)))
        return from.width;
    uint32_t bits = to.width + (to.overflow == FIXED_WRAP_SM);
    uint32_t add = added(from, to);
    if (add >= bits)
        return 0;
    bits += dropped(from, to);
    bits -= add;
    return bits < from.width ? bits : from.width;
}

uint32_t parts_rectify_needs(struct number from, bool relu, struct format to)
{
    return relu && from.is_signed ? from.width : parts_convert_needs(from, to);
}

/* Whether no value of the number is outside the format. */
static bool always_fits(struct number from, struct format to, uint32_t kept)
{
    if (from.is_signed)
        return to.is_signed && kept <= to.width;
    return kept + to.is_signed <= to.width;
}

void parts_convert(struct bill *b, uint64_t count, struct number from,
                   struct format to)
{
    uint32_t drop = dropped(from, to), add = added(from, to);
    uint32_t whole = from.width > drop ? from.width - drop : 1;
    uint32_t kept = whole + add;
    bool rounds = drop > 0 && to.quant != FIXED_TRN;
    if (rounds) {
        uint32_t bits = whole < to.width ? whole : to.width;
        bill_add(b, PART_ROUNDED_BIT, count * bits);
        if (to.quant != FIXED_RND)
            bill_add(b, PART_CHECKED_BIT, count * drop);
        kept++;
    }
    if (to.overflow == FIXED_WRAP || always_fits(from, to, kept))
        return;
    if (to.overflow == FIXED_WRAP_SM) {
        bill_add(b, PART_MUX_BIT, count * (to.width - 1U));
        return;
    }
    bill_add(b, PART_SATURATED_BIT, count * to.width);
    bill_add(b, PART_CHECKED_BIT,
             count * (kept > to.width ? kept - to.width + 1 : 1));
    if (to.overflow == FIXED_SAT_SYM && to.is_signed)
        bill_add(b, PART_CHECKED_BIT, count * to.width);
}

void parts_rectify(struct bill *b, uint64_t count, struct number n,
                   uint32_t bits, bool relu, uint32_t relu_max)
{
    if (!relu)
        return;
    if (n.is_signed)
        bill_add(b, PART_RECTIFIED_BIT, count * bits);
    if (relu_max != 0) {
        bill_add(b, PART_COMPARED_BIT, count * n.width);
        bill_add(b, PART_RECTIFIED_BIT, count * bits);
    }
}

void parts_activation(struct bill *b, uint64_t count, struct number from,
                      bool relu, uint32_t relu_max, struct format to)
{
    parts_rectify(b, count, from, to.width, relu, relu_max);
    if (relu)
        from.is_signed = false;
    parts_convert(b, count, from, to);
}
