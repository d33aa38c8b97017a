#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/naive_fixed.h"
#include "tests/kernels/ticks.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
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

/* A limit M in raw values of the input: bits it does not have are cut off. */
static const struct {
    const char *format;
    uint32_t relu_max;
    int32_t in, out;
    bool refused;
} limits[] = {
    { "fixed<8,4>", 6, 96, 96, false },
    { "fixed<8,4>", 6, 97, 96, false },
    { "fixed<8,4>", 6, 127, 96, false },
    { "fixed<8,4>", 6, -128, 0, false },
    { "fixed<8,4>", 8, 127, 127, false }, /* never reached */
    { "fixed<8,10>", 8, 3, 2, false },
    { "fixed<8,10>", 6, 3, 1, true },        /* 6 / 4 = 1.5 is cut to 1 */
    { "fixed<8,10>", 3, 3, 0, true },        /* to nothing */
    { "fixed<8,10>", 509, 127, 127, false }, /* 127 * 4 is below it */
    { "ufixed<31,64>", 6, 9, 0, true },
    { "fixed<32,-64>", 1, INT32_MAX, INT32_MAX, false },
    { "fixed<32,32>", UINT32_MAX, INT32_MAX, INT32_MAX, false },
    { "fixed<32,32>", 2000000000, INT32_MAX, 2000000000, false },
};

START_TEST(test_limit)
{
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct arena *a = arena_new();
        struct kernel_case c = {
            .type = LAYER_RELU,
            .in = { 1, 1, 1 },
            .relu_max = limits[i].relu_max,
            .in_format = make_format(limits[i].format),
            .out_format = make_format(limits[i].format),
        };
        const struct process *p = kernel_case_process(a, &c);
        const int32_t *in = &limits[i].in;
        int32_t value, *out = &value;
        p->kernel->compute(p, &in, &out);
        ck_assert_msg(value == limits[i].out, "limit %zu: %d", i, value);

        struct diag *d = diag_new(a);
        ck_assert_msg(p->kernel->check(p, d) != limits[i].refused, "limit %zu",
                      i);
        if (limits[i].refused) {
            char text[120];
            snprintf(text, sizeof text,
                     "the limit %u of 'it' is no value of its input: input 0 "
                     "is %s",
                     limits[i].relu_max, limits[i].format);
            check_one_error(d, DIAG_FORMAT, text,
                            "give the input an output_format with no more "
                            "integer bits than bits");
        }
        arena_free(a);
    }
}
END_TEST

START_TEST(test_random_arithmetic)
{
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = {
            .type = rng_below(&r, 4) == 0 ? LAYER_LINEAR : LAYER_RELU,
            .relu_max = rng_below(&r, 2) * random_between(&r, 1, 8),
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
            long double plain = x;
            if (c.type == LAYER_RELU) {
                int fraction = format_fraction(c.in_format);
                long double limit =
                    ldexpl(floorl(ldexpl(c.relu_max, fraction)), -fraction);
                x = plain = x < 0 ? 0 : x;
                if (c.relu_max != 0 && x > limit)
                    x = limit;
                if (c.relu_max != 0 && plain > c.relu_max)
                    plain = c.relu_max;
            }
            int32_t expected =
                naive_raw(naive_convert(x, c.out_format), c.out_format);
            ck_assert_msg(out[i] == expected && out_float[i] == (double)plain,
                          "seed %llu: output %llu", (unsigned long long)seed,
                          (unsigned long long)i);
        }
        arena_free(a);
    }
}
END_TEST

START_TEST(test_random_schedules)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = {
            .type = seed % 2 == 0 ? LAYER_LINEAR : LAYER_RELU,
            .in = { random_between(&r, 1, 5), random_between(&r, 1, 5),
                    random_between(&r, 1, 6) },
        };
        c.in_lanes = c.out_lanes = random_divisor(&r, c.in.c);
        const struct process *p = kernel_case_process(a, &c);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        ticks_check_token_by_token(a, &r, p, 1, what);
        arena_free(a);
    }
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_RELU,
                             .in = { 224, 224, 1000 },
                             .in_lanes = 1,
                             .out_lanes = 1 };
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}
END_TEST

static Suite *relu_suite(void)
{
    Suite *s = suite_create("relu");
    TCase *t = tcase_create("relu");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_shape);
    tcase_add_test(t, test_table);
    tcase_add_test(t, test_limit);
    tcase_add_test(t, test_random_arithmetic);
    tcase_add_test(t, test_random_schedules);
    tcase_add_test(t, test_compact);
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
