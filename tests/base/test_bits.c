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

int main(void)
{
    const TTest *const tests[] = { lowest_and_log2, magnitude, NULL };
    return check_main("bits", tests);
}
