#include "cost/fifo_cost.h"

#include "cost/bill.h"
#include "design/design.h"
#include "tests/check_main.h"

static struct bill bill_of(struct stream s)
{
    struct bill b = { 0 };
    fifo_cost_add(&b, &s);
    return b;
}

START_TEST(registers_are_those_of_the_rtl)
{
    /* Count and two addresses of 4 bits, one address again; ready, valid. */
    struct bill b = bill_of(
        (struct stream){ .kind = FIFO_SRL, .width_bits = 8, .depth = 16 });
    ck_assert_uint_eq(b.ff, 5 + 3 * 4 + 2);
    ck_assert_uint_eq(b.memory_lut, 8);
    /* Stored, too, and the words' register is in the block RAM. */
    b = bill_of(
        (struct stream){ .kind = FIFO_BRAM, .width_bits = 128, .depth = 224 });
    ck_assert_uint_eq(b.ff, 8 + 2 * 8 + 3);
    ck_assert_uint_eq(b.bram18, 4);
}
END_TEST

START_TEST(a_frame_buffer_holds_whole_frames)
{
    struct stream s = { .kind = FIFO_FRAME,
                        .width_bits = 32,
                        .depth = 2,
                        .tokens_per_frame = 1024 };
    struct bill b = bill_of(s);
    ck_assert_uint_eq(b.bram18, 4); /* 2048 words of 32 bits */
    ck_assert_uint_eq(b.ff, 50);
    s.depth = 1;
    ck_assert_uint_eq(bill_of(s).bram18, 2);
}
END_TEST

START_TEST(one_word_is_a_register)
{
    struct bill b = bill_of(
        (struct stream){ .kind = FIFO_SRL, .width_bits = 40, .depth = 1 });
    ck_assert_uint_eq(b.ff, 40 + 1 + 2);
    ck_assert_uint_eq(b.memory_lut + b.bram18, 0);
    b = bill_of((struct stream){ .kind = FIFO_FRAME,
                                 .width_bits = 40,
                                 .depth = 1,
                                 .tokens_per_frame = 1 });
    ck_assert_uint_ge(b.ff, 80);
    ck_assert_uint_eq(b.memory_lut + b.bram18, 0);
}
END_TEST

START_TEST(a_deeper_fifo_is_never_cheaper_in_registers)
{
    for (int kind = FIFO_SRL; kind <= FIFO_BRAM; kind++) {
        uint64_t before = 0;
        for (uint32_t depth = 16; depth <= 64; depth++) {
            struct bill b =
                bill_of((struct stream){ .kind = (enum fifo_kind)kind,
                                         .width_bits = 8,
                                         .depth = depth });
            ck_assert_uint_ge(b.ff, before);
            before = b.ff;
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        registers_are_those_of_the_rtl,
        a_frame_buffer_holds_whole_frames,
        one_word_is_a_register,
        a_deeper_fifo_is_never_cheaper_in_registers,
        NULL,
    };
    return check_main("fifo_cost", tests);
}
