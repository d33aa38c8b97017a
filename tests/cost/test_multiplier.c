#include "cost/multiplier.h"

#include "cost/bill.h"
#include "tests/check_main.h"

static struct bill one(uint32_t a, bool a_signed, uint32_t b, bool b_signed)
{
    struct bill bill = { 0 };
    multiplier_add(&bill, 1, a, a_signed, b, b_signed);
    return bill;
}

START_TEST(a_product_of_common_widths_is_one_dsp)
{
    for (uint32_t a = 5; a <= 27; a++)
        for (uint32_t b = 4; b <= 18; b++) {
            struct bill bill = one(a, true, b, true);
            ck_assert_uint_eq(bill.dsp, 1);
            ck_assert_uint_eq(bill.parts[PART_SOFT_PRODUCT], 0);
        }
}
END_TEST

START_TEST(small_products_are_luts)
{
    ck_assert_uint_eq(one(4, true, 4, true).dsp, 0); /* 8 bits of result */
    ck_assert_uint_eq(one(4, true, 4, true).parts[PART_SOFT_PRODUCT], 12);
    ck_assert_uint_eq(one(16, true, 1, true).dsp, 0);
}
END_TEST

START_TEST(an_unsigned_factor_has_a_sign_bit_more)
{
    ck_assert_uint_eq(one(27, true, 18, true).dsp, 1);
    ck_assert_uint_eq(one(27, true, 18, false).dsp, 2);
    ck_assert_uint_eq(one(27, false, 18, true).dsp, 2);
    ck_assert_uint_eq(one(4, false, 5, true).dsp, 1);
    ck_assert_uint_eq(one(4, false, 4, true).dsp, 0); /* 8 bits of result */
}
END_TEST

START_TEST(wide_factors_are_cut)
{
    ck_assert_uint_eq(one(44, true, 18, true).dsp, 2);
    ck_assert_uint_eq(one(18, true, 44, true).dsp, 2);
    ck_assert_uint_gt(one(44, true, 18, true).parts[PART_ADDER_BIT], 0);
}
END_TEST

START_TEST(product_width_holds_all_products)
{
    ck_assert_uint_eq(multiplier_product_width(8, true, 8, true), 16);
    ck_assert_uint_eq(multiplier_product_width(8, false, 8, true), 16);
    ck_assert_uint_eq(multiplier_product_width(8, false, 8, false), 17);
}
END_TEST

START_TEST(a_pair_of_8_bits_shares_one_dsp)
{
    for (int x_signed = 0; x_signed <= 1; x_signed++)
        for (int w_signed = 0; w_signed <= 1; w_signed++) {
            struct bill b = { 0 };
            multiplier_add_pairs(&b, 3, 8, x_signed, 8, w_signed);
            ck_assert_uint_eq(b.dsp, 3);
            /* Only unsigned weights and operands need no correction. */
            ck_assert_int_eq(b.parts[PART_ADDER_BIT] > 0, x_signed || w_signed);
        }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_product_of_common_widths_is_one_dsp,
        small_products_are_luts,
        an_unsigned_factor_has_a_sign_bit_more,
        wide_factors_are_cut,
        product_width_holds_all_products,
        a_pair_of_8_bits_shares_one_dsp,
        NULL,
    };
    return check_main("multiplier", tests);
}
