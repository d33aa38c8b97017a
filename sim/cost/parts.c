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
    /* Like a tree that is not deep: a LUT holds 64 bits, and where there are
     * four of them, one more chooses. */
    bill_add(&rom, PART_TABLE, rom.parts[PART_DEEP_ROM] * 5 / 8);
    rom.parts[PART_DEEP_ROM] = 0;
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

void parts_comparison(struct bill *b, uint64_t count, uint32_t width)
{
    /* Two LUTs for three bits of both numbers: equal, larger. */
    bill_add(b, PART_COMPARISON, 2 * count * ((width + 2) / 3));
}

void parts_largest(struct bill *b, uint64_t count, uint64_t lanes,
                   uint32_t width)
{
    uint64_t choices = (count - 1) * lanes;
    /* A bit of the larger one of three bits each is one LUT. */
    if (width > 3)
        parts_comparison(b, choices, width);
    bill_add(b, PART_MUX_BIT, choices * width);
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

static uint32_t tree_width(const struct tree *t, uint32_t level)
{
    return t->width + level < t->most ? t->width + level : t->most;
}

/* A value that an odd number leaves over waits for a partner in a row of
 * registers, one a level. */
uint32_t parts_tree(struct bill *b, const struct tree *t)
{
    uint32_t waiting = 0, waiting_width = 0, level = 0;
    uint32_t nodes = t->leaves, fresh = nodes; /* of these: not passed on */
    for (;; level++) {
        uint32_t width = tree_width(t, level);
        if (level > 0 && t->adds)
            bill_add(b, PART_ADDER_BIT, (uint64_t)fresh * width);
        uint32_t registers = level > 0 || t->leaf_registers ? fresh : 0;
        waiting += fresh < nodes;
        bool left_over = nodes % 2 == 1 && nodes > 1;
        if (left_over && fresh == nodes) {
            waiting_width = width;
            waiting = registers > 0;
            registers -= registers > 0;
        } else if (!left_over) {
            parts_shift_register(b, waiting_width, waiting);
            waiting = 0;
        }
        parts_registers(b, (uint64_t)registers * width);
        if (nodes == 1)
            return width;
        fresh = nodes / 2;
        nodes = (nodes + 1) / 2;
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

/* The mode that a mapper sees: of numbers without sign, several are one. */
static enum fixed_quant quant_of(struct number from, struct format to)
{
    if (!from.is_signed && to.quant == FIXED_TRN_ZERO)
        return FIXED_TRN;
    if (!from.is_signed && to.quant == FIXED_RND_INF)
        return FIXED_RND;
    return (enum fixed_quant)to.quant;
}

static bool rounds_by_sign(struct number from, struct format to)
{
    enum fixed_quant quant = quant_of(from, to);
    return from.is_signed &&
           (quant == FIXED_TRN_ZERO || quant == FIXED_RND_ZERO ||
            quant == FIXED_RND_INF);
}

uint32_t parts_convert_needs(struct number from, struct format to)
{
    bool wraps = to.overflow == FIXED_WRAP || to.overflow == FIXED_WRAP_SM;
    if (!wraps || (dropped(from, to) > 0 && rounds_by_sign(from, to)))
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

uint32_t parts_convert_drops(struct number from, struct format to)
{
    uint32_t drop = dropped(from, to);
    if (quant_of(from, to) == FIXED_TRN)
        return drop;
    /* The highest of the dropped bits says where to round. */
    return quant_of(from, to) == FIXED_RND && drop > 0 ? drop - 1 : 0;
}

static bool rounds(struct number from, struct format to)
{
    return dropped(from, to) > 0 && quant_of(from, to) != FIXED_TRN;
}

/* Bits of the number that has been rounded, without zeros added below.
 * Rounding adds a bit; a second copy of the sign in front of the adder is not
 * seen as one behind it. */
static uint32_t rounded_width(struct number from, struct format to)
{
    uint32_t drop = dropped(from, to);
    uint32_t whole = from.width > drop ? from.width - drop : from.is_signed;
    return rounds(from, to) ? whole + 1 + from.is_signed : whole;
}

/* Whether no value of the number is outside the format. */
static bool always_fits(struct number from, struct format to)
{
    uint32_t width = rounded_width(from, to) + added(from, to);
    if (from.is_signed)
        return to.is_signed && width <= to.width;
    return width + to.is_signed <= to.width;
}

/* Whether there are values that become another one than those next to
 * them. */
static bool saturates(struct number from, struct format to)
{
    return to.overflow != FIXED_WRAP && to.overflow != FIXED_WRAP_SM &&
           !always_fits(from, to);
}

bool parts_convert_is_wires(struct number from, struct format to)
{
    return !rounds(from, to) && !saturates(from, to) &&
           (to.overflow != FIXED_WRAP_SM || always_fits(from, to));
}

bool parts_convert_only_saturates(struct number from, struct format to)
{
    return !rounds(from, to) && saturates(from, to);
}

uint32_t parts_convert_yields(struct number from, struct format to)
{
    uint32_t width = rounded_width(from, to), add = added(from, to);
    uint32_t room = to.width > add ? to.width - add : 0;
    if (!saturates(from, to))
        return width < room ? width : room;
    /* Without sign, and just one bit too wide: the upper end or less. */
    if (!from.is_signed && to.is_signed && width + add == to.width &&
        to.overflow != FIXED_SAT_SYM)
        room--;
    /* Without room for a sign: nothing, or what fits anyway. */
    if (from.is_signed && !to.is_signed && width + add < to.width)
        return width - 1;
    /* Zeros added below all become ones at the upper end. */
    return room + (add > 0 && to.overflow != FIXED_SAT_ZERO);
}

void parts_convert(struct bill *b, uint64_t count, struct number from,
                   struct format to)
{
    uint32_t width = rounded_width(from, to) + added(from, to);
    if (rounds(from, to)) {
        uint32_t bits =
            saturates(from, to) || width < to.width ? width : to.width;
        bill_add(b, PART_ROUNDED_BIT, count * bits);
        if (quant_of(from, to) != FIXED_RND)
            bill_add(b, PART_CHECKED_BIT, count * dropped(from, to));
    }
    if (to.overflow == FIXED_WRAP || always_fits(from, to))
        return;
    if (to.overflow == FIXED_WRAP_SM) {
        bill_add(b, PART_MUX_BIT, count * (to.width - 1U));
        return;
    }
    bill_add(b, PART_SATURATED_BIT, count * parts_convert_yields(from, to));
    bill_add(b, PART_CHECKED_BIT,
             count * (width > to.width ? width - to.width + 1 : 1));
    if (to.overflow == FIXED_SAT_SYM && to.is_signed)
        bill_add(b, PART_CHECKED_BIT, count * to.width);
}

/* Bits of relu_max in steps of the number, if there are fewer than those of
 * the number or as many; else 0: it is no limit. */
static uint32_t limit_bits(struct number n, uint32_t relu_max)
{
    int32_t bits = (int32_t)bits_log2_ceil((uint64_t)relu_max + 1) + n.fraction;
    bool limits = relu_max > 0 && bits <= (int32_t)(n.width - n.is_signed);
    return limits && bits > 0 ? (uint32_t)bits : 0;
}

struct number parts_rectified(struct number n, bool relu)
{
    if (!relu)
        return n;
    n.width -= n.is_signed;
    n.is_signed = false;
    return n;
}

void parts_activation(struct bill *b, uint64_t count, struct number from,
                      bool relu, uint32_t relu_max, struct format to)
{
    struct number n = parts_rectified(from, relu);
    uint32_t limit = relu ? limit_bits(from, relu_max) : 0;
    if (limit > 0) {
        /* Above it? A LUT compares five bits with a constant and passes the
         * result on.  The LUTs that choose also rectify. */
        bill_add(b, PART_COMPARISON, count * ((n.width + 4) / 5));
        bill_add(b, PART_LIMITED_BIT, count * limit);
        n.width = limit;
    }
    parts_convert(b, count, n, to);
    if (!relu || limit > 0)
        return;
    /* LUTs that saturate have an input to spare; adders have none. */
    uint32_t drop = dropped(n, to);
    if (from.is_signed && parts_convert_is_wires(n, to))
        bill_add(b, PART_RECTIFIED_BIT, count * parts_convert_yields(n, to));
    else if (from.is_signed && rounds(n, to) && n.width > drop)
        bill_add(b, PART_RECTIFIED_BIT, count * (n.width - drop));
}
