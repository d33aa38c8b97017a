#include "tests/check_main.h"
#include "tests/kernels/pool_case.h"

START_TEST(test_shapes)
{
    pool_case_check_shapes(LAYER_AVGPOOL2D);
}
END_TEST

START_TEST(test_tables)
{
    static const char *const ticks[POOL_CASE_TABLES] = {
        "reads 0 1 2 3 4 5 6 7 8 | writes 8 9 11 12",
        "reads 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 "
        "24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 "
        "47 | writes 14 15 18 19 38 39 42 43",
        "reads 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 | writes 9 12 14 17",
    };
    pool_case_check_tables(LAYER_AVGPOOL2D, ticks);
}
END_TEST

START_TEST(test_random_schedules)
{
    pool_case_check_schedules(LAYER_AVGPOOL2D, 4);
}
END_TEST

START_TEST(test_random_arithmetic)
{
    pool_case_check_mean(LAYER_AVGPOOL2D);
}
END_TEST

START_TEST(test_compact)
{
    pool_case_check_compact(LAYER_AVGPOOL2D);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_shapes,           test_tables,
        test_random_schedules, test_random_arithmetic,
        test_compact,          NULL
    };
    return check_main("avgpool2d", tests);
}
