#include "cost/macs.h"

#include "cost/bill.h"
#include "design/design.h"
#include "tests/check_main.h"

/* A dense layer of 8 x 8 bits with an exact accumulator; the registers that
 * Yosys made of such arrays are in measurements.csv. */
struct bench {
    struct stream input, output;
    struct stream *inputs[1], *outputs[1];
    struct process process;
};

static struct bill bill_of(uint32_t pe, uint32_t simd, uint32_t nf, uint32_t sf)
{
    struct bench b = {
        .input = { .format = { .width = 8, .integer = 4, .is_signed = true } },
        .output = { .format = { .width = 8,
                                .integer = 4,
                                .is_signed = true,
                                .overflow = FIXED_SAT },
                    .lanes = pe },
    };
    b.inputs[0] = &b.input;
    b.outputs[0] = &b.output;
    b.process = (struct process){
        .inputs = b.inputs,
        .outputs = b.outputs,
        .pe = pe,
        .simd = simd,
        .weight = { .width = 8, .integer = 2, .is_signed = true },
        .accumulator = { .width = 24, .integer = 14, .is_signed = true },
    };
    struct bill bill = { 0 };
    macs_add(&bill, &b.process,
             &(struct macs){ .nf = nf, .sf = sf, .operand_sets = 1 });
    return bill;
}

START_TEST(each_multiplier_is_a_dsp)
{
    ck_assert_uint_eq(bill_of(1, 1, 4, 4).dsp, 1);
    ck_assert_uint_eq(bill_of(4, 9, 4, 4).dsp, 36);
}
END_TEST

START_TEST(a_lane_has_its_tree_and_accumulator)
{
    struct bill one = bill_of(1, 4, 2, 8), two = bill_of(2, 4, 2, 8);
    /* Products of 16 bits, sums of 17 and 18, 24 of the accumulator, 8 of the
     * token; weights and bias out of LUTs are not counted here. */
    uint64_t tree = 4 * 16 + 2 * 17 + 18 + 24 + 8;
    uint64_t weights = 2 * 4 * 8 - 4 * 8, biases = 2;
    ck_assert_uint_ge(two.ff - one.ff, tree);
    ck_assert_uint_le(two.ff - one.ff, tree + weights + biases);
    ck_assert_uint_eq(two.parts[PART_ACCUMULATOR_BIT], 2 * 24);
    ck_assert_uint_eq(two.parts[PART_ADDER_BIT],
                      2 * (2 * 17 + 18 + 12 /* bias: half of it differs */));
}
END_TEST

START_TEST(sums_of_one_slot_are_not_accumulated)
{
    ck_assert_uint_eq(bill_of(1, 4, 8, 1).parts[PART_ACCUMULATOR_BIT], 0);
}
END_TEST

START_TEST(large_weights_are_in_block_ram)
{
    ck_assert_uint_eq(bill_of(1, 1, 64, 128).bram18, 4); /* 64 Kbit */
    ck_assert_uint_eq(bill_of(1, 1, 4, 4).bram18, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        each_multiplier_is_a_dsp,
        a_lane_has_its_tree_and_accumulator,
        sums_of_one_slot_are_not_accumulated,
        large_weights_are_in_block_ram,
        NULL,
    };
    return check_main("macs", tests);
}
