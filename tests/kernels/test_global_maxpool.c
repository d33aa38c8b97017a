#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/pool_case.h"
#include "tests/kernels/ticks.h"

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it" };
    struct shape out;
    ck_assert(
        kernel_global_maxpool.shape(&l, &(struct shape){ 7, 5, 9 }, &out, d));
    ck_assert_uint_eq(out.h, 1);
    ck_assert_uint_eq(out.w, 1);
    ck_assert_uint_eq(out.c, 9);
    arena_free(a);
}
END_TEST

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_table)
{
    struct arena *a = arena_new();
    /* Two tokens a pixel: those of the last one, 4 and 5, give outputs. */
    struct kernel_case c = { .type = LAYER_GLOBAL_MAXPOOL,
                             .in = { 3, 1, 2 },
                             .in_lanes = 1,
                             .out_lanes = 1 };
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 2, NULL)),
                     "reads 0 1 2 3 4 5 6 7 8 9 10 11 | writes 6 7 12 13");
    const uint64_t late[] = { 0, 1, 2, 3, 4, 9 };
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 1, late)),
                     "reads 0 1 2 3 4 9 | writes 6 11");
    arena_free(a);
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
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_GLOBAL_MAXPOOL,
                             .in = { 224, 224, 1000 },
                             .in_lanes = 1,
                             .out_lanes = 1 };
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_shape,   test_table, test_random_schedules, test_random_arithmetic,
        test_compact, NULL
    };
    return check_main("global_maxpool", tests);
}
