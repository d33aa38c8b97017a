#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "design/tables.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/naive_fixed.h"
#include "tests/kernels/ticks.h"

#include <math.h>
#include <stdio.h>

/* Drawn by hand from docs/hardware.md: n tokens, n + 7 + levels ticks behind
 * the last one. */
static const struct {
    uint32_t channels, lanes;
    const char *ticks;
} tables[] = {
    { 1, 1, "reads 0 1 2 3 | writes 8 9 10 11" },
    { 4, 4, "reads 0 1 2 3 | writes 10 11 12 13" },
    /* The unit is taken for n ticks, as long as n tokens take to come. */
    { 6, 3, "reads 0 1 2 3 4 5 6 7 | writes 12 13 14 15 16 17 18 19" },
    { 3, 1,
      "reads 0 1 2 3 4 5 6 7 8 9 10 11 | writes 12 13 14 15 16 17 18 19 20 "
      "21 22 23" },
};

START_TEST(test_tables)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct arena *a = arena_new();
        struct kernel_case c = { .type = LAYER_SOFTMAX,
                                 .in = { 1, 2, tables[i].channels },
                                 .in_lanes = tables[i].lanes,
                                 .out_lanes = tables[i].lanes };
        const struct process *p = kernel_case_process(a, &c);
        ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 2, NULL)),
                         tables[i].ticks);
        arena_free(a);
    }
}
END_TEST

/* Late tokens; none waits for the unit, as n tokens take n ticks to come. */
START_TEST(test_late_tokens)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_SOFTMAX, .in = { 1, 2, 3 }, .in_lanes = 1, .out_lanes = 1
    };
    const struct process *p = kernel_case_process(a, &c);
    const uint64_t late[] = { 0, 5, 9, 9, 9, 20 };
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 1, late)),
                     "reads 0 5 9 10 11 20 | writes 19 20 21 30 31 32");
    arena_free(a);
}
END_TEST

static uint32_t levels_of(uint32_t lanes)
{
    uint32_t levels = 0;
    for (; lanes > 1; lanes -= lanes / 2)
        levels++;
    return levels;
}

/* The page, tick by tick. */
static struct port_ticks *model(struct arena *a, const struct process *p,
                                uint32_t frames,
                                const uint64_t *const *available)
{
    const struct stream *in = p->inputs[0];
    uint64_t n = in->shape.c / in->lanes;
    uint64_t unit_free = 0;
    struct port_ticks *t = port_ticks_new(a, p, frames);
    for (uint64_t tick = 0; t->reads[0].count < frames * in->tokens_per_frame;
         tick++) {
        uint64_t k = t->reads[0].count;
        bool last = k % n == n - 1;
        if (available[0][k] > tick || (last && tick < unit_free))
            continue;
        port_ticks_add(&t->reads[0], tick);
        if (!last)
            continue;
        unit_free = tick + n;
        for (uint64_t j = 0; j < n; j++)
            port_ticks_add(&t->writes[0],
                           tick + n + 7 + levels_of(in->lanes) + j);
    }
    return t;
}

/* Step by step as the page has it, in numbers instead of bits. */
static int32_t naive_output(const struct process *p, const int32_t *in,
                            uint32_t channel)
{
    const struct softmax_tables *t = p->softmax;
    struct format from = p->inputs[0]->format;
    uint32_t channels = p->inputs[0]->shape.c;
    long double step = ldexpl(1, -format_fraction(from));
    long double m = naive_value(in[0], from);
    for (uint32_t c = 1; c < channels; c++)
        m = fmaxl(m, naive_value(in[c], from));
    long double sum = 0, own = 0;
    for (uint32_t c = 0; c < channels; c++) {
        long double distance = (m - naive_value(in[c], from)) / step;
        long double address = floorl(ldexpl(distance, -(int)t->drop));
        address = fminl(address, ldexpl(1, (int)t->bits) - 1);
        long double e = t->exp[(uint32_t)address];
        sum += e;
        if (c == channel)
            own = e;
    }
    /* sum = mantissa * 2^power, 1 <= mantissa < 2. */
    int power = 0;
    long double mantissa = 2 * frexpl(sum, &power);
    power--;
    long double behind = floorl(ldexpl(mantissa - 1, (int)t->bits));
    long double inverse = t->inverse[(uint32_t)behind];
    long double y = ldexpl(own * inverse, -16 - power);
    struct format f = p->outputs[0]->format;
    return naive_raw(naive_convert(y, f), f);
}

static bool random_case(struct rng *r, struct kernel_case *c)
{
    *c = (struct kernel_case){
        .type = LAYER_SOFTMAX,
        .in = { random_between(r, 1, 3), random_between(r, 1, 3),
                random_between(r, 1, rng_below(r, 4) ? 12 : 150) },
        .in_format = random_format(r, rng_below(r, 2) ? 32 : 10, false),
        .out_format = random_format(r, 32, false),
        .table_bits = random_between(r, TABLE_BITS_MIN, 12),
    };
    c->in_lanes = c->out_lanes = random_divisor(r, c->in.c);
    /* Only what table_choose_softmax takes. */
    struct arena *a = arena_new();
    struct layer l = { .name = "it", .table_bits = c->table_bits };
    struct stream in = { .format = c->in_format }, *ins[] = { &in };
    struct process p = { .layer = &l, .inputs = ins };
    bool fits = table_choose_softmax(a, &p, diag_new(a));
    arena_free(a);
    return fits;
}

START_TEST(test_random)
{
    uint32_t done = 0;
    for (uint64_t seed = 1; done < 600; seed++) {
        struct rng r = { seed };
        struct kernel_case c;
        if (!random_case(&r, &c))
            continue;
        done++;
        struct arena *a = arena_new();
        const struct process *p = kernel_case_process(a, &c);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        const uint64_t *const *available = port_ticks_arrivals(a, &r, p, 3);
        port_ticks_check_equal(port_ticks_of(a, p, 3, available),
                               model(a, p, 3, available), what);

        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        p->kernel->compute(p, f->in, f->out);
        for (uint32_t i = 0; i < c.in.h * c.in.w; i++) {
            size_t first = (size_t)i * c.in.c;
            for (uint32_t k = 0; k < c.in.c; k++) {
                int32_t expected = naive_output(p, f->in[0] + first, k);
                ck_assert_msg(f->out[0][first + k] == expected,
                              "%s: pixel %u, channel %u is %d instead of %d",
                              what, i, k, f->out[0][first + k], expected);
            }
        }
        arena_free(a);
    }
}
END_TEST

/* All channels equal: each gets its share, all a little too small, as the
 * inverse of 2^p is that of the middle of its entry: 2^16 / (1 + 2^-12) =
 * 65520.004. */
START_TEST(test_equal_channels)
{
    for (uint32_t channels = 1; channels <= 8; channels *= 2) {
        struct arena *a = arena_new();
        struct kernel_case c = {
            .type = LAYER_SOFTMAX,
            .in = { 1, 1, channels },
            .out_format = make_format("ufixed<16,0,TRN,SAT>"),
            .table_bits = 11,
        };
        const struct process *p = kernel_case_process(a, &c);
        const int32_t in[8] = { 5, 5, 5, 5, 5, 5, 5, 5 }, *ins[] = { in };
        int32_t out[8], *outs[] = { out };
        p->kernel->compute(p, ins, outs);
        for (uint32_t k = 0; k < channels; k++)
            ck_assert_int_eq(out[k], 65520 / (int32_t)channels);
        arena_free(a);
    }
}
END_TEST

/* With the default table an error of a few thousandths is left. */
START_TEST(test_close_to_float)
{
    struct arena *a = arena_new();
    struct rng r = { 11 };
    struct kernel_case c = {
        .type = LAYER_SOFTMAX,
        .in = { 20, 20, 10 },
        .in_format = make_format("fixed<12,4>"),
        .out_format = make_format("ufixed<16,0,RND,SAT>"),
    };
    const struct process *p = kernel_case_process(a, &c);
    struct kernel_frame *f = kernel_frame_random(a, &r, p);
    kernel_frame_compute(f, p);
    for (size_t i = 0; i < shape_count(c.in); i += c.in.c) {
        double sum = 0;
        for (size_t k = i; k < i + c.in.c; k++) {
            sum += f->out_float[0][k];
            ck_assert_double_eq_tol(fixed_to_double(f->out[0][k], c.out_format),
                                    f->out_float[0][k], 0.005);
        }
        ck_assert_double_eq_tol(sum, 1, 1e-12);
    }
    arena_free(a);
}
END_TEST

/* Large numbers do not overflow. */
START_TEST(test_float_is_stable)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_SOFTMAX, .in = { 1, 1, 3 } };
    const struct process *p = kernel_case_process(a, &c);
    const double in[] = { 10000, 10000, 9999 }, *ins[] = { in };
    double out[3], *outs[] = { out };
    p->kernel->compute_float(p, ins, outs);
    ck_assert_double_eq_tol(out[0], 1 / (2 + exp(-1)), 1e-12);
    ck_assert_double_eq_tol(out[2], exp(-1) / (2 + exp(-1)), 1e-12);
    arena_free(a);
}
END_TEST

/* The most channels there can be, all of them far from one another and all of
 * them equal: no number overflows. */
START_TEST(test_many_channels)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_SOFTMAX,
        .in = { 1, 1, NETWORK_SIZE_MAX },
        .in_format = make_format("ufixed<32,4>"),
        .out_format = make_format("ufixed<32,0,TRN,SAT>"),
        .table_bits = TABLE_BITS_MAX,
    };
    const struct process *p = kernel_case_process(a, &c);
    int32_t *in = arena_new_array(a, int32_t, c.in.c);
    int32_t *out = arena_new_array(a, int32_t, c.in.c);
    const int32_t *ins[] = { in };
    p->kernel->compute(p, ins, &out);
    /* 2^-20 less the half step of the inverse: 65535 * 2^15 / 2^(16 + 35). */
    for (uint32_t i = 0; i < c.in.c; i += 4097)
        ck_assert_int_eq(out[i], 4095);
    in[7] = -1; /* all bits set: the largest */
    p->kernel->compute(p, ins, &out);
    ck_assert_uint_gt((uint32_t)out[7], 0xfff00000);
    ck_assert_int_eq(out[8], 0);
    arena_free(a);
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_SOFTMAX,
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
        test_tables,         test_late_tokens,    test_random,
        test_equal_channels, test_close_to_float, test_float_is_stable,
        test_many_channels,  test_compact,        NULL
    };
    return check_main("softmax", tests);
}
