#include "tests/check_main.h"
#include "tests/kernels/pool_case.h"

/* Drawn by hand from docs/hardware.md: the tokens of the last pixel, 4 and 5,
 * give outputs. */
START_TEST(test_table)
{
    pool_case_check_global(LAYER_GLOBAL_MAXPOOL,
                           "reads 0 1 2 3 4 5 6 7 8 9 10 11 | writes 6 7 12 13",
                           "reads 0 1 2 3 4 9 | writes 6 11");
}
END_TEST

START_TEST(test_random_schedules)
{
    pool_case_check_schedules(LAYER_GLOBAL_MAXPOOL, 2);
}
END_TEST

START_TEST(test_random_arithmetic)
{
    pool_case_check_largest(LAYER_GLOBAL_MAXPOOL);
}
END_TEST

START_TEST(test_compact)
{
    pool_case_check_compact(LAYER_GLOBAL_MAXPOOL);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_table, test_random_schedules,
                                   test_random_arithmetic, test_compact, NULL };
    return check_main("global_maxpool", tests);
}
