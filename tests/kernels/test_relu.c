#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/naive_fixed.h"
#include "tests/kernels/ticks.h"

#include <check.h>
#include <stdlib.h>

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it" };
    struct shape out;
    ck_assert(kernel_relu.shape(&l, &(struct shape){ 7, 5, 9 }, &out, d));
    ck_assert_uint_eq(out.h, 7);
    ck_assert_uint_eq(out.w, 5);
    ck_assert_uint_eq(out.c, 9);
    ck_assert_ptr_null(kernel_relu.fold);
    arena_free(a);
}
END_TEST

START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_RELU, .in = { 1, 2, 4 }, .in_lanes = 2, .out_lanes = 2
    };
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 2, NULL)),
                     "reads 0 1 2 3 4 5 6 7 | writes 1 2 3 4 5 6 7 8");
    const uint64_t late[] = { 3, 4, 9, 10 };
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 1, late)),
                     "reads 3 4 9 10 | writes 4 5 10 11");
    arena_free(a);
}
END_TEST

START_TEST(test_random_arithmetic)
{
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = {
            .type = LAYER_RELU,
            .in = { random_between(&r, 1, 4), random_between(&r, 1, 4),
                    random_between(&r, 1, 4) },
            .in_format = random_format(&r, 32, false),
            .out_format = random_format(&r, 32, false),
        };
        const struct process *p = kernel_case_process(a, &c);
        uint64_t count = shape_count(c.in);
        const int32_t *in = random_values(&r, a, c.in_format, count);
        double *in_float = arena_new_array(a, double, count);
        for (uint64_t i = 0; i < count; i++)
            in_float[i] = (double)naive_value(in[i], c.in_format);
        int32_t *out = arena_new_array(a, int32_t, count);
        double *out_float = arena_new_array(a, double, count);
        p->kernel->compute(p, &in, &out);
        p->kernel->compute_float(p, (const double *const *)&in_float,
                                 &out_float);
        for (uint64_t i = 0; i < count; i++) {
            long double x = naive_value(in[i], c.in_format);
            x = x < 0 ? 0 : x;
            int32_t expected =
                naive_raw(naive_convert(x, c.out_format), c.out_format);
            ck_assert_msg(out[i] == expected && out_float[i] == (double)x,
                          "seed %llu: output %llu", (unsigned long long)seed,
                          (unsigned long long)i);
        }
        arena_free(a);
    }
}
END_TEST

static Suite *relu_suite(void)
{
    Suite *s = suite_create("relu");
    TCase *t = tcase_create("relu");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_shape);
    tcase_add_test(t, test_table);
    tcase_add_test(t, test_random_arithmetic);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(relu_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
