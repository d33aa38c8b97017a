#include "kernels/pool.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"

/* The kernels have tests of their own; here, what they share. */

START_TEST(test_whole)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_GLOBAL_MAXPOOL,
        .in = { 7, 5, 3 },
        .window = make_window(2, 2, 2, 2), /* of no matter */
    };
    struct window w = pool_whole(kernel_case_process(a, &c));
    ck_assert_uint_eq(w.kernel_h, 7);
    ck_assert_uint_eq(w.kernel_w, 5);
    ck_assert_uint_eq(w.stride_h, 1);
    ck_assert_uint_eq(w.stride_w, 1);
    ck_assert_uint_eq(w.pad_top | w.pad_bottom | w.pad_left | w.pad_right, 0);
    arena_free(a);
}
END_TEST

/* Unsigned values of 32 bits use the sign bit, too. */
START_TEST(test_unsigned)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_GLOBAL_MAXPOOL,
        .in = { 1, 3, 2 },
        .in_format = { .width = 32, .integer = 32 },
        .out_format = { .width = 32, .integer = 32 },
    };
    const struct process *p = kernel_case_process(a, &c);
    struct window w = pool_whole(p);
    const int32_t in[] = { 5, -1, -7, 3, 9, -2 };
    int32_t out[2];
    pool_max(p, &w, in, out);
    ck_assert_int_eq(out[0], -7);
    ck_assert_int_eq(out[1], -1);
    arena_free(a);
}
END_TEST

/* The mean of seven ones is one but for the rounding of R. */
START_TEST(test_mean)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_GLOBAL_AVGPOOL,
        .in = { 1, 7, 1 },
        .in_format = make_format("fixed<8,8>"),
        .out_format = make_format("fixed<30,8>"),
    };
    const struct process *p = kernel_case_process(a, &c);
    struct window w = pool_whole(p);
    const int32_t in[] = { 1, 1, 1, 1, 1, 1, 1 };
    int32_t out[1];
    pool_average(p, &w, in, out);
    /* 7 * 74898 = 524286 of 2^19, three bits more behind the point. */
    ck_assert_int_eq(out[0], 524286 * 8);
    double ones[] = { 1, 1, 1, 1, 1, 1, 1 }, mean[1];
    pool_average_float(p, &w, ones, mean);
    ck_assert(mean[0] == 1);
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_whole, test_unsigned, test_mean, NULL };
    return check_main("pool", tests);
}
