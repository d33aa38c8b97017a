#include "cost/memory.h"

#include "cost/bill.h"
#include "tests/check_main.h"

/* What Yosys 0.23 made of them. */
static const struct {
    struct memory memory;
    enum memory_kind kind;
    uint64_t cells, bram18;
} mapped[] = {
    /* parameter_rom: width, depth, unused, read_only, combinational */
    { { 72, 36, 0, true, false }, MEMORY_LOGIC, 0, 0 },
    { { 32, 144, 0, true, false }, MEMORY_LOGIC, 0, 0 },
    { { 288, 288, 0, true, false }, MEMORY_BRAM, 0, 8 },
    { { 100, 1024, 0, true, false }, MEMORY_BRAM, 0, 6 },
    { { 144, 1152, 0, true, false }, MEMORY_BRAM, 0, 12 },
    { { 100, 2304, 0, true, false }, MEMORY_BRAM, 0, 14 },
    { { 72, 2304, 0, true, false }, MEMORY_BRAM, 0, 10 },
    { { 100, 4608, 0, true, false }, MEMORY_BRAM, 0, 25 },
    /* row_memory */
    { { 3, 55, 0, false, false }, MEMORY_LUTRAM, 1, 0 },
    { { 128, 16, 0, false, false }, MEMORY_LUTRAM, 10, 0 },
    { { 256, 55, 0, false, false }, MEMORY_LUTRAM, 37, 0 },
    { { 24, 300, 0, false, false }, MEMORY_BRAM, 0, 1 },
    { { 16, 640, 0, false, false }, MEMORY_BRAM, 0, 1 },
    { { 128, 128, 0, false, false }, MEMORY_BRAM, 0, 4 },
    { { 256, 160, 0, false, false }, MEMORY_BRAM, 0, 8 },
    /* fifo_srl, which reads at once */
    { { 4, 2, 0, false, true }, MEMORY_LOGIC, 0, 0 },
    { { 1, 3, 0, false, true }, MEMORY_LOGIC, 0, 0 },
    { { 8, 16, 0, false, true }, MEMORY_LUTRAM, 1, 0 },
    { { 24, 48, 0, false, true }, MEMORY_LUTRAM, 4, 0 },
    { { 128, 100, 0, false, true }, MEMORY_BRAM, 0, 4 },
    { { 32, 512, 0, false, true }, MEMORY_BRAM, 0, 1 },
    { { 8, 2048, 0, false, true }, MEMORY_BRAM, 0, 1 },
};

START_TEST(memories_go_where_yosys_puts_them)
{
    for (size_t i = 0; i < sizeof mapped / sizeof *mapped; i++) {
        const struct memory *m = &mapped[i].memory;
        struct memory_map map = memory_map(m);
        ck_assert_msg(map.kind == mapped[i].kind &&
                          map.cells == mapped[i].cells &&
                          map.bram18 == mapped[i].bram18,
                      "%u x %u: kind %d, %u cells, %u BRAM18",
                      (unsigned)m->width, (unsigned)m->depth, map.kind,
                      (unsigned)map.cells, (unsigned)map.bram18);
    }
}
END_TEST

static struct bill bill_of(struct memory m)
{
    struct bill b = { 0 };
    memory_add(&b, &m);
    return b;
}

START_TEST(a_distributed_ram_has_a_register_behind_it)
{
    struct bill b = bill_of((struct memory){ .width = 24, .depth = 40 });
    ck_assert_uint_eq(b.memory_lut, 32);
    ck_assert_uint_eq(b.ff, 24);
}
END_TEST

START_TEST(a_memory_that_reads_at_once_has_one_at_its_address)
{
    struct bill b = bill_of(
        (struct memory){ .width = 24, .depth = 40, .combinational = true });
    ck_assert_uint_eq(b.ff, 6);
    /* In block RAM: what was written just now and whether to take it. */
    b = bill_of(
        (struct memory){ .width = 128, .depth = 100, .combinational = true });
    ck_assert_uint_eq(b.ff, 129);
    ck_assert_uint_eq(b.bram18, 4);
}
END_TEST

START_TEST(block_rams_one_behind_the_other_are_chosen_among)
{
    struct bill b = bill_of(
        (struct memory){ .width = 100, .depth = 4608, .read_only = true });
    ck_assert_uint_eq(b.bram18, 25);
    ck_assert_uint_eq(b.ff, 4); /* 9 banks */
    ck_assert_uint_eq(b.parts[PART_SELECT], 300);
}
END_TEST

START_TEST(columns_beyond_a_lut_need_one_for_half_of_its_bits)
{
    static const struct {
        uint64_t depth, luts; /* of 32 columns */
    } roms[] = {
        { 16, 32 },   { 64, 32 },   { 72, 72 },
        { 100, 100 }, { 144, 144 }, { 200, 200 },
    };
    for (size_t i = 0; i < sizeof roms / sizeof *roms; i++) {
        struct bill b = bill_of((struct memory){
            .width = 32, .depth = roms[i].depth, .read_only = true });
        ck_assert_uint_eq(b.parts[PART_ROM] + b.parts[PART_DEEP_ROM],
                          roms[i].luts);
    }
}
END_TEST

START_TEST(bits_that_nobody_looks_at_vanish_in_logic_only)
{
    struct memory rom = {
        .width = 40, .depth = 32, .unused = 10, .read_only = true
    };
    struct bill b = bill_of(rom);
    ck_assert_uint_eq(b.parts[PART_ROM], 30);
    ck_assert_uint_eq(b.ff, 30);
    rom.depth = 1024;
    ck_assert_uint_eq(bill_of(rom).bram18, 3); /* as of 40 bits */
}
END_TEST

START_TEST(constants_cost_nothing)
{
    struct bill b =
        bill_of((struct memory){ .width = 64, .depth = 1, .read_only = true });
    ck_assert_uint_eq(b.ff + b.memory_lut + b.bram18 + b.parts[PART_ROM], 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        memories_go_where_yosys_puts_them,
        a_distributed_ram_has_a_register_behind_it,
        a_memory_that_reads_at_once_has_one_at_its_address,
        block_rams_one_behind_the_other_are_chosen_among,
        columns_beyond_a_lut_need_one_for_half_of_its_bits,
        bits_that_nobody_looks_at_vanish_in_logic_only,
        constants_cost_nothing,
        NULL,
    };
    return check_main("memory", tests);
}
