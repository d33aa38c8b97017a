/* Registers that synthesis keeps: rows of measurements.csv, by hand. */
#include "cost/parts.h"

#include "cost/bill.h"
#include "tests/check_main.h"

static struct format format(uint32_t width, uint32_t fraction, bool is_signed,
                            enum fixed_quant quant,
                            enum fixed_overflow overflow)
{
    return (struct format){ .width = (uint8_t)width,
                            .integer = (int16_t)(width - fraction),
                            .is_signed = is_signed,
                            .quant = (uint8_t)quant,
                            .overflow = (uint8_t)overflow };
}

static const struct number s8_4 = { .width = 8,
                                    .fraction = 4,
                                    .is_signed = true };
static const struct number u8_4 = { .width = 8, .fraction = 4 };

START_TEST(zeros_and_copies_of_the_sign_are_no_registers)
{
    /* Into 16 bits with 8 of fraction: the 8 bits of the number. */
    struct format wide = format(16, 8, true, FIXED_TRN, FIXED_SAT);
    ck_assert_uint_eq(parts_convert_yields(s8_4, wide), 8);
    ck_assert_uint_eq(parts_convert_yields(u8_4, wide), 8);
    ck_assert(parts_convert_is_wires(s8_4, wide));
    /* A ReLU leaves no sign. */
    ck_assert_uint_eq(parts_convert_yields(parts_rectified(s8_4, true), wide),
                      7);
}
END_TEST

START_TEST(saturated_results_have_all_bits)
{
    struct format narrow = format(4, 2, true, FIXED_TRN, FIXED_SAT);
    ck_assert_uint_eq(parts_convert_yields(s8_4, narrow), 4);
    ck_assert(!parts_convert_is_wires(s8_4, narrow));
    ck_assert(parts_convert_only_saturates(s8_4, narrow));
    narrow.quant = FIXED_RND;
    ck_assert(!parts_convert_only_saturates(s8_4, narrow));
}
END_TEST

START_TEST(what_a_conversion_looks_at)
{
    struct format f = format(4, 2, true, FIXED_TRN, FIXED_WRAP);
    ck_assert_uint_eq(parts_convert_needs(s8_4, f), 6);
    ck_assert_uint_eq(parts_convert_drops(s8_4, f), 2);
    f.quant = FIXED_RND; /* the highest of the dropped ones counts */
    ck_assert_uint_eq(parts_convert_drops(s8_4, f), 1);
    f.quant = FIXED_RND_CONV;
    ck_assert_uint_eq(parts_convert_drops(s8_4, f), 0);
    f.quant = FIXED_TRN_ZERO; /* the same as TRN if nothing is negative */
    ck_assert_uint_eq(parts_convert_drops(s8_4, f), 0);
    ck_assert_uint_eq(parts_convert_drops(u8_4, f), 2);
    ck_assert_uint_eq(parts_convert_needs(s8_4, f), 8);
    f.overflow = FIXED_SAT;
    ck_assert_uint_eq(parts_convert_needs(u8_4, f), 8);
    /* With a ReLU in front the sign is looked at. */
    f = format(4, 2, true, FIXED_TRN, FIXED_WRAP);
    ck_assert_uint_eq(parts_rectify_needs(s8_4, true, f), 8);
    ck_assert_uint_eq(parts_rectify_needs(s8_4, false, f), 6);
}
END_TEST

START_TEST(a_limit_compares_and_chooses_its_own_bits)
{
    struct format same = format(8, 4, true, FIXED_TRN, FIXED_WRAP);
    struct bill b = { 0 };
    parts_activation(&b, 3, s8_4, true, 6, same);
    /* 6 is 96 sixteenths, 7 bits; above it is a matter of the same 7. */
    ck_assert_uint_eq(b.parts[PART_LIMITED_BIT], 3 * 7);
    ck_assert_uint_eq(b.parts[PART_COMPARISON], 3 * 2);
    ck_assert_uint_eq(b.parts[PART_RECTIFIED_BIT], 0);
    /* Nothing is above 8: only the sign is looked at. */
    b = (struct bill){ 0 };
    parts_activation(&b, 3, s8_4, true, 8, same);
    ck_assert_uint_eq(b.parts[PART_LIMITED_BIT], 0);
    ck_assert_uint_eq(b.parts[PART_RECTIFIED_BIT], 3 * 7);
}
END_TEST

START_TEST(three_registers_in_a_row_are_a_shift_register)
{
    struct bill b = { 0 };
    parts_shift_register(&b, 8, 2);
    ck_assert_uint_eq(b.ff, 16);
    ck_assert_uint_eq(b.memory_lut, 0);
    parts_shift_register(&b, 8, 3);
    ck_assert_uint_eq(b.ff, 16);
    ck_assert_uint_eq(b.memory_lut, 8);
    parts_shift_register(&b, 8, 33);
    ck_assert_uint_eq(b.memory_lut, 8 + 16);
}
END_TEST

START_TEST(a_tree_holds_every_level)
{
    struct bill b = { 0 };
    struct tree t = { .leaves = 4,
                      .width = 16,
                      .most = 24,
                      .leaf_registers = true,
                      .adds = true };
    ck_assert_uint_eq(parts_tree(&b, &t), 18);
    ck_assert_uint_eq(b.ff, 4 * 16 + 2 * 17 + 18);
    ck_assert_uint_eq(b.parts[PART_ADDER_BIT], 2 * 17 + 18);
}
END_TEST

START_TEST(a_value_without_partner_waits_in_a_shift_register)
{
    /* argmax of 10 lanes of 12 bits: 5, 3, 2 and 1 nodes; the last of 5 waits
     * for two levels. */
    struct bill b = { 0 };
    parts_tree(&b, &(struct tree){ .leaves = 10, .width = 12, .most = 16 });
    ck_assert_uint_eq(b.ff, 4 * 13 + 2 * 14 + 15 + 16);
    ck_assert_uint_eq(b.memory_lut, 13);
    /* Too short for one: 3 lanes. */
    b = (struct bill){ 0 };
    parts_tree(&b, &(struct tree){ .leaves = 3, .width = 8, .most = 8 });
    ck_assert_uint_eq(b.ff, 8 + 8 + 8);
    ck_assert_uint_eq(b.memory_lut, 0);
}
END_TEST

START_TEST(counters_that_do_not_count_are_nothing)
{
    struct bill b = { 0 };
    parts_counter(&b, 1);
    ck_assert_uint_eq(b.ff, 0);
    parts_counter(&b, 2);
    parts_counter(&b, 224);
    ck_assert_uint_eq(b.ff, 1 + 8);
    ck_assert_uint_eq(b.parts[PART_COUNTER_BIT], 1 + 8);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        zeros_and_copies_of_the_sign_are_no_registers,
        saturated_results_have_all_bits,
        what_a_conversion_looks_at,
        a_limit_compares_and_chooses_its_own_bits,
        three_registers_in_a_row_are_a_shift_register,
        a_tree_holds_every_level,
        a_value_without_partner_waits_in_a_shift_register,
        counters_that_do_not_count_are_nothing,
        NULL,
    };
    return check_main("parts", tests);
}
