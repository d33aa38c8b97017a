#include "base/bits.h"

#include "tests/check_main.h"

START_TEST(lowest_and_log2)
{
    ck_assert_uint_eq(bits_lowest(1), 0);
    ck_assert_uint_eq(bits_lowest(0x80000000U), 31);
    ck_assert_uint_eq(bits_log2_ceil(0), 0);
    ck_assert_uint_eq(bits_log2_ceil(1), 0);
    ck_assert_uint_eq(bits_log2_ceil(5), 3);
    ck_assert_uint_eq(bits_log2_ceil(UINT64_MAX), 64);
}
END_TEST

START_TEST(magnitude)
{
    ck_assert_uint_eq(bits_magnitude(0), 0);
    ck_assert_uint_eq(bits_magnitude(-7), 7);
    ck_assert_uint_eq(bits_magnitude(INT64_MAX), INT64_MAX);
    ck_assert_uint_eq(bits_magnitude(INT64_MIN), UINT64_C(1) << 63);
}
END_TEST

START_TEST(common_divisor)
{
    ck_assert_uint_eq(bits_common_divisor(12, 18), 6);
    ck_assert_uint_eq(bits_common_divisor(18, 12), 6);
    ck_assert_uint_eq(bits_common_divisor(7, 16), 1);
    ck_assert_uint_eq(bits_common_divisor(0, 5), 5);
    ck_assert_uint_eq(bits_common_divisor(5, 0), 5);
    ck_assert_uint_eq(bits_common_divisor(UINT64_MAX, UINT64_MAX / 3),
                      UINT64_MAX / 3);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { lowest_and_log2, magnitude, common_divisor,
                                   NULL };
    return check_main("bits", tests);
}
