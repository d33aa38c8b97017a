#include "cost/memory.h"

#include "base/bits.h"
#include "cost/bill.h"
#include "cost/parts.h"

#include <stddef.h>

/* Costs in units of 1/448: every fraction that the rule knows is whole. */
enum { UNIT = 448 };

/* A shape of one memory cell. */
struct shape_of_cell {
    enum memory_kind kind;
    uint32_t address_bits; /* of a cell one bit wide; LUTRAM: as it is */
    uint32_t widths[8];    /* each halves the depth; 0 ends them */
    uint32_t cost;
    bool by_width; /* only the used part of a cell costs */
    uint32_t bram18;
};

/* In the order in which the mapper tries them. */
static const struct shape_of_cell shapes[] = {
    { MEMORY_LUTRAM, 5, { 14 }, 16, true, 0 },
    { MEMORY_LUTRAM, 6, { 7 }, 16, true, 0 },
    { MEMORY_BRAM, 14, { 1, 2, 4, 9, 18, 36 }, 129, false, 1 },
    { MEMORY_BRAM, 15, { 1, 2, 4, 9, 18, 36, 72 }, 257, false, 2 },
};

static uint64_t divide_up(uint64_t a, uint64_t b)
{
    return (a + b - 1) / b;
}

/* The map for one width of a cell, and its cost. */
static uint64_t try_width(const struct memory *m, const struct shape_of_cell *s,
                          uint32_t which, struct memory_map *map)
{
    uint64_t unit = s->widths[which];
    uint64_t words = (uint64_t)1 << (s->address_bits - which);
    uint64_t banks = divide_up(m->depth, words);
    /* Write enables are for 9 bits of a block RAM, for all of a LUT RAM. */
    uint64_t byte = m->read_only                         ? 1
                    : s->kind == MEMORY_BRAM && unit > 9 ? 9
                                                         : unit;
    uint64_t bits = banks * divide_up(m->width, byte) * byte;
    uint64_t cells = divide_up(bits, unit);
    uint64_t cell = (uint64_t)UNIT * s->cost;
    uint64_t cost = s->by_width ? cell * banks * m->width / unit : cell * cells;
    cost += UNIT / 2 * (banks - 1) * m->width; /* choice for the read port */
    if (!m->read_only && banks > 1)
        cost += UNIT / 2 * banks; /* and of the bank that is written */
    cost += UINT64_C(2) *
            UNIT; /* what the cell's read port lacks of the memory's */
    if (m->combinational)
        cost += UINT64_C(2) * UNIT; /* words that are being written are read */
    *map = (struct memory_map){
        .kind = s->kind,
        .banks = banks,
        .cells = s->kind == MEMORY_LUTRAM ? cells : 0,
        .bram18 = s->bram18 * cells,
    };
    return cost;
}

/* The cheapest width of a cell.  Like the mapper, compares with the whole
 * part of the best cost so far. */
static uint64_t try_shape(const struct memory *m, const struct shape_of_cell *s,
                          struct memory_map *map)
{
    uint64_t best = UINT64_MAX, best_cost = 0;
    for (uint32_t i = 0; i < 8 && s->widths[i] != 0; i++) {
        struct memory_map candidate;
        uint64_t cost = try_width(m, s, i, &candidate);
        if (cost < best) {
            *map = candidate;
            best = cost / UNIT * UNIT;
            best_cost = cost;
        }
    }
    return best_cost;
}

struct memory_map memory_map(const struct memory *m)
{
    struct memory_map best[3] = { [MEMORY_LOGIC] = { MEMORY_LOGIC, 1, 0, 0 } };
    uint64_t costs[3] = { UINT64_MAX, UINT64_MAX, UINT64_MAX };
    costs[MEMORY_LOGIC] = m->read_only ? UNIT / 64 * m->width * m->depth
                                       : UNIT * m->width * m->depth;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct shape_of_cell *s = &shapes[i];
        if (s->kind == MEMORY_LUTRAM && m->read_only)
            continue;
        struct memory_map candidate;
        uint64_t cost = try_shape(m, s, &candidate);
        if (cost < costs[s->kind]) {
            costs[s->kind] = cost;
            best[s->kind] = candidate;
        }
    }
    struct memory_map chosen = best[MEMORY_LOGIC];
    uint64_t least = costs[MEMORY_LOGIC] / UNIT * UNIT;
    for (int kind = MEMORY_LUTRAM; kind <= MEMORY_BRAM; kind++)
        if (costs[kind] < least) {
            least = costs[kind] / UNIT * UNIT;
            chosen = best[kind];
        }
    return chosen;
}

/* How many different columns of `depth` random bits there are among `width`,
 * those that never change left out; in thousandths. */
static uint64_t different_columns(uint64_t width, uint64_t depth)
{
    if (depth > 16)
        return width * 1000;
    uint64_t all = (uint64_t)1 << depth, found = 0;
    for (uint64_t i = 0; i < width && found + 500 < (all - 2) * 1000; i++)
        found += (all - 2) * 1000 / all - found / all;
    return found;
}

static void add_rom_in_logic(struct bill *b, const struct memory *m)
{
    if (m->depth == 1)
        return; /* constants */
    uint64_t columns =
        (different_columns(m->width - m->unused, m->depth) + 500) / 1000;
    uint32_t address_bits = bits_log2_ceil(m->depth);
    if (!m->combinational)
        b->ff += columns;
    if (m->depth > 4) {
        /* Measured: where there is a tree, mappers need a LUT for half of the
         * bits that one could hold. */
        if (m->depth > 64)
            bill_add(b, PART_DEEP_ROM, columns * m->depth / 32);
        else
            bill_add(b, PART_ROM, columns);
    } else {
        /* An address bit, or its inverse, needs no LUT; a function and its
         * inverse may share one, and mostly do. */
        uint64_t wires = UINT64_C(2) * address_bits;
        bill_add(b, PART_ROM, columns > wires ? columns - wires : 0);
    }
}

/* Registers that the cells do not have: of the word, or, measured, a copy of
 * the address of a memory that is read at once. */
static void add_read_register(struct bill *b, const struct memory *m)
{
    b->ff += m->combinational ? bits_log2_ceil(m->depth) : m->width;
}

/* What gives a block RAM's reader the word that is just being written. */
static void add_bypass(struct bill *b, const struct memory *m)
{
    b->ff += m->width + 1;
    bill_add(b, PART_MUX_BIT, m->width);
    bill_add(b, PART_CHECKED_BIT, UINT64_C(2) * bits_log2_ceil(m->depth));
}

static void add_ram_in_logic(struct bill *b, const struct memory *m)
{
    b->ff += m->width * m->depth;
    add_read_register(b, m);
    if (m->depth > 1)
        bill_add(b, PART_BANK, m->depth);
    parts_choice(b, m->width, m->depth);
}

void memory_add(struct bill *b, const struct memory *m)
{
    struct memory_map map = memory_map(m);
    b->bram18 += map.bram18;
    b->memory_lut += 8 * map.cells;
    if (map.kind == MEMORY_LOGIC) {
        if (m->read_only)
            add_rom_in_logic(b, m);
        else
            add_ram_in_logic(b, m);
        return;
    }
    if (map.kind == MEMORY_LUTRAM)
        add_read_register(b, m);
    else if (m->combinational)
        add_bypass(b, m);
    if (map.banks > 1) {
        parts_choice(b, m->width, map.banks);
        if (!m->read_only)
            bill_add(b, PART_BANK, map.banks);
        if (map.kind == MEMORY_BRAM)
            b->ff += bits_log2_ceil(map.banks); /* of the bank that was read */
    }
}

void memory_add_between_clocks(struct bill *b, uint64_t width, uint64_t depth)
{
    const struct memory m = { .width = width,
                              .depth = depth,
                              .combinational = true };
    struct memory_map map = { 0 };
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct memory_map candidate;
        if (shapes[i].kind != MEMORY_LUTRAM)
            continue;
        uint64_t cost = try_shape(&m, &shapes[i], &candidate);
        if (cost < least) {
            least = cost;
            map = candidate;
        }
    }
    b->memory_lut += 8 * map.cells;
    if (map.banks > 1) {
        parts_choice(b, width, map.banks);
        bill_add(b, PART_BANK, map.banks);
    }
}
