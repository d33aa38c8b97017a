#include "design/token_words.h"

#include "design/design.h"
#include "tests/check_main.h"

#include <string.h>

enum { VALUES = 12 };

static struct stream stream_of(uint32_t lanes, uint32_t width, bool is_signed)
{
    return (struct stream){
        .lanes = lanes,
        .width_bits = lanes * width,
        .format = { .width = (uint8_t)width, .is_signed = is_signed },
    };
}

START_TEST(the_first_value_lowest)
{
    const struct stream s = stream_of(3, 12, true);
    const int32_t values[] = { 1, -1, 0x123 };
    uint32_t words[2];
    ck_assert_uint_eq(token_words(&s), 2);
    token_pack(&s, values, 1, words);
    ck_assert_uint_eq(words[0], 0x23fff001);
    ck_assert_uint_eq(words[1], 0x1);
}
END_TEST

/* Lanes that cross words, all widths; two tokens. */
START_TEST(packed_and_unpacked)
{
    for (uint32_t width = 1; width <= 32; width++) {
        for (int is_signed = 0; is_signed < 2; is_signed++) {
            const struct stream s =
                stream_of(VALUES / 2, width, is_signed != 0);
            int32_t values[VALUES], back[VALUES];
            uint32_t words[VALUES];
            const int64_t low = is_signed ? -(INT64_C(1) << (width - 1)) : 0;
            for (int i = 0; i < VALUES; i++)
                values[i] = (int32_t)(low + i % (INT64_C(1) << width));
            token_pack(&s, values, 2, words);
            token_unpack(&s, words, 2, back);
            ck_assert_mem_eq(values, back, sizeof values);
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { the_first_value_lowest, packed_and_unpacked,
                                   NULL };
    return check_main("token_words", tests);
}
