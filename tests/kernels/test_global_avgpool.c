#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/pool_case.h"

#include <math.h>

/* Drawn by hand from docs/hardware.md: the tokens of the last pixel, 4 and 5,
 * give outputs. */
START_TEST(test_table)
{
    pool_case_check_global(LAYER_GLOBAL_AVGPOOL,
                           "reads 0 1 2 3 4 5 6 7 8 9 10 11 | writes 8 9 14 15",
                           "reads 0 1 2 3 4 9 | writes 8 13");
}
END_TEST

START_TEST(test_random_schedules)
{
    pool_case_check_schedules(LAYER_GLOBAL_AVGPOOL, 4);
}
END_TEST

START_TEST(test_random_arithmetic)
{
    pool_case_check_mean(LAYER_GLOBAL_AVGPOOL);
}
END_TEST

START_TEST(test_compact)
{
    pool_case_check_compact(LAYER_GLOBAL_AVGPOOL);
}
END_TEST

/* The largest windows: every value an extreme. */
START_TEST(test_largest_sums)
{
    static const char *const formats[] = { "fixed<24,24>", "ufixed<24,24>" };
    for (size_t i = 0; i < 2; i++) {
        struct arena *a = arena_new();
        struct kernel_case c = {
            .type = LAYER_GLOBAL_AVGPOOL,
            .in = { 224, 224, 3 },
            .in_format = make_format(formats[i]),
            .out_format = make_format("fixed<32,26>"),
        };
        const struct process *p = kernel_case_process(a, &c);
        ck_assert(p->kernel->check(p, diag_new(a)));
        int32_t *in = arena_new_array(a, int32_t, shape_count(c.in));
        int32_t *out = arena_new_array(a, int32_t, 3);
        for (uint64_t k = 0; k < shape_count(c.in); k += 3) {
            in[k] = (int32_t)format_min(c.in_format);
            in[k + 1] = (int32_t)format_max(c.in_format);
            in[k + 2] = 1;
        }
        p->kernel->compute(p, (const int32_t *const *)&in, &out);
        for (uint64_t k = 0; k < 3; k++) {
            /* R of 50176 is 85598, of 32 fraction bits; 6 are kept. */
            long double mean = in[k] * 50176.0L * 85598 / 4294967296.0L;
            ck_assert_int_eq(out[k], (int32_t)floorl(mean * 64));
        }
        arena_free(a);
    }
}
END_TEST

/* Sums of 2^16 values and R of 2^16 take 32 bits more than the values; just
 * above a power of two R has one more, and is rounded up here. */
static const struct {
    struct shape in;
    const char *format, *text; /* NULL: fits */
} checks[] = {
    { { 256, 256, 1 }, "fixed<30,5>", NULL },
    { { 256, 256, 1 },
      "fixed<31,5>",
      "the mean of 65536 values of fixed<31,5> in 'it' needs more than 62 bits "
      "before it is rounded" },
    { { 256, 256, 1 }, "ufixed<29,5>", NULL },
    { { 256, 256, 1 },
      "ufixed<30,5>",
      "the mean of 65536 values of ufixed<30,5> in 'it' needs more than 62 "
      "bits before it is rounded" },
    { { 257, 256, 1 }, "fixed<28,5>", NULL },
    { { 257, 256, 1 },
      "fixed<29,5>",
      "the mean of 65792 values of fixed<29,5> in 'it' needs more than 62 bits "
      "before it is rounded" },
    { { 1, 1, 1 }, "fixed<32,-64>", NULL },
    { { 1048576, 2048, 1 },
      "fixed<32,5>",
      "the mean of 2147483648 values of fixed<32,5> in 'it' needs more than 62 "
      "bits before it is rounded" },
    { { 256, 256, 1 }, "fixed<30,-64>", NULL },
    { { 1048576, 2048, 1 }, "fixed<15,-64>", NULL },
};

START_TEST(test_check)
{
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct kernel_case c = {
            .type = LAYER_GLOBAL_AVGPOOL,
            .in = checks[i].in,
            .in_format = make_format(checks[i].format),
        };
        const struct process *p = kernel_case_process(a, &c);
        bool fits = p->kernel->check(p, d);
        ck_assert_msg(fits == (checks[i].text == NULL), "check %zu", i);
        if (checks[i].text != NULL)
            check_one_error(d, DIAG_FORMAT, checks[i].text,
                            "give the layer in front a narrower output_format, "
                            "or put a linear layer between");
        arena_free(a);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_table,   test_random_schedules, test_random_arithmetic,
        test_compact, test_largest_sums,     test_check,
        NULL
    };
    return check_main("global_avgpool", tests);
}
