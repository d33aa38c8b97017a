#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/naive_fixed.h"
#include "tests/kernels/ticks.h"

#include <stdio.h>

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct layer l = { .name = "it" };
    struct shape in = { 7, 5, 9 }, out;
    ck_assert(kernel_argmax.shape(&l, &in, &out, diag_new(a)));
    ck_assert_uint_eq(out.h, 7);
    ck_assert_uint_eq(out.w, 5);
    ck_assert_uint_eq(out.c, 1);
    arena_free(a);
}
END_TEST

/* Drawn by hand from docs/hardware.md: the last token of a pixel and two
 * ticks, and one for each level of the tree over the lanes. */
static const struct {
    uint32_t channels, lanes;
    const char *ticks;
} tables[] = {
    { 1, 1, "reads 0 1 2 3 | writes 2 3 4 5" },
    { 3, 1, "reads 0 1 2 3 4 5 6 7 8 9 10 11 | writes 4 7 10 13" },
    { 4, 2, "reads 0 1 2 3 4 5 6 7 | writes 4 6 8 10" },
    { 5, 5, "reads 0 1 2 3 | writes 5 6 7 8" },
    { 8, 4, "reads 0 1 2 3 4 5 6 7 | writes 5 7 9 11" },
};

START_TEST(test_tables)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct arena *a = arena_new();
        struct kernel_case c = { .type = LAYER_ARGMAX,
                                 .in = { 1, 2, tables[i].channels },
                                 .in_lanes = tables[i].lanes };
        const struct process *p = kernel_case_process(a, &c);
        ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 2, NULL)),
                         tables[i].ticks);
        arena_free(a);
    }
}
END_TEST

static const struct {
    const char *format;
    int32_t in[4];
    int32_t index;
} by_hand[] = {
    { "fixed<8,8>", { 3, -7, 9, 2 }, 2 },
    { "fixed<8,8>", { -3, -7, -1, -2 }, 2 },
    /* The first of equals. */
    { "fixed<8,8>", { 4, 5, 5, 5 }, 1 },
    { "fixed<8,8>", { 0, 0, 0, 0 }, 0 },
    { "fixed<8,8>", { -128, -128, -128, 127 }, 3 },
    /* All bits of an unsigned value count. */
    { "ufixed<32,0>", { 7, -1, INT32_MAX, 0 }, 1 },
    { "fixed<32,0>", { 7, -1, INT32_MAX, 0 }, 2 },
};

START_TEST(test_by_hand)
{
    for (size_t i = 0; i < sizeof by_hand / sizeof by_hand[0]; i++) {
        struct arena *a = arena_new();
        struct kernel_case c = { .type = LAYER_ARGMAX,
                                 .in = { 1, 1, 4 },
                                 .in_format = make_format(by_hand[i].format) };
        const struct process *p = kernel_case_process(a, &c);
        const int32_t *ins[] = { by_hand[i].in };
        int32_t out = -1, *outs[] = { &out };
        p->kernel->compute(p, ins, outs);
        ck_assert_int_eq(out, by_hand[i].index);
        arena_free(a);
    }
}
END_TEST

static uint32_t levels_of(uint32_t lanes)
{
    uint32_t levels = 0;
    for (; lanes > 1; lanes -= lanes / 2)
        levels++;
    return levels;
}

START_TEST(test_random)
{
    for (uint64_t seed = 1; seed <= 600; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = {
            .type = LAYER_ARGMAX,
            .in = { random_between(&r, 1, 4), random_between(&r, 1, 4),
                    random_between(&r, 1, 12) },
            /* Few bits: many are equal. */
            .in_format = random_format(&r, rng_below(&r, 2) ? 32 : 3, false),
        };
        c.in_lanes = random_divisor(&r, c.in.c);
        const struct process *p = kernel_case_process(a, &c);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);

        const uint64_t *const *available = port_ticks_arrivals(a, &r, p, 2);
        struct port_ticks *expected = port_ticks_new(a, p, 2);
        uint64_t n = c.in.c / c.in_lanes;
        for (uint64_t tick = 0;
             expected->reads[0].count < 2 * p->inputs[0]->tokens_per_frame;
             tick++) {
            if (available[0][expected->reads[0].count] > tick)
                continue;
            port_ticks_add(&expected->reads[0], tick);
            if (expected->reads[0].count % n == 0)
                port_ticks_add(&expected->writes[0],
                               tick + 2 + levels_of(c.in_lanes));
        }
        port_ticks_check_equal(port_ticks_of(a, p, 2, available), expected,
                               what);

        /* The one that no channel exceeds and none before it equals. */
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        for (uint32_t i = 0; i < c.in.h * c.in.w; i++) {
            const double *x = f->in_float[0] + (size_t)i * c.in.c;
            int32_t best = f->out[0][i];
            ck_assert_int_ge(best, 0);
            ck_assert_int_lt(best, (int32_t)c.in.c);
            for (int32_t k = 0; k < (int32_t)c.in.c; k++)
                ck_assert_msg(k < best ? x[k] < x[best] : x[k] <= x[best],
                              "%s: pixel %u is %d, but %d is larger", what, i,
                              best, k);
            ck_assert(f->out_float[0][i] == best);
        }
        arena_free(a);
    }
}
END_TEST

START_TEST(test_output_format)
{
    static const struct {
        uint32_t channels;
        const char *format;
    } good[] = { { 1, "ufixed<1,1>" },      { 2, "ufixed<1,1>" },
                 { 3, "ufixed<2,2>" },      { 1000, "ufixed<10,10>" },
                 { 1024, "ufixed<10,10>" }, { 1025, "ufixed<11,11>" } };
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct kernel_case c = { .type = LAYER_ARGMAX, .in = { 1, 1, 1 } };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        c.in.c = good[i].channels;
        c.out_format = make_format(good[i].format);
        ck_assert(kernel_argmax.check(kernel_case_process(a, &c), d));
    }
    ck_assert_uint_eq(diag_count(d), 0);
    static const char *const bad[] = { "ufixed<11,11>", "ufixed<10,9>",
                                       "fixed<10,10>" };
    c.in.c = 1000;
    for (size_t i = 0; i < 3; i++) {
        c.out_format = make_format(bad[i]);
        d = diag_new(a);
        ck_assert(!kernel_argmax.check(kernel_case_process(a, &c), d));
        char text[128];
        snprintf(text, sizeof text,
                 "the output of argmax 'it' is %s; the index of one of 1000 "
                 "channels is ufixed<10,10>",
                 bad[i]);
        check_one_error(d, DIAG_FORMAT, text, NULL);
    }
    arena_free(a);
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_ARGMAX,
                             .in = { 224, 224, 1000 },
                             .in_lanes = 1 };
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_shape,         test_tables,  test_by_hand, test_random,
        test_output_format, test_compact, NULL
    };
    return check_main("argmax", tests);
}
