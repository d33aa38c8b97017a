#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/naive_fixed.h"
#include "tests/kernels/ticks.h"

#include <math.h>
#include <stdio.h>

static const enum layer_type types[] = { LAYER_ADD, LAYER_SUBTRACT,
                                         LAYER_MULTIPLY, LAYER_MAXIMUM };

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .type = LAYER_ADD, .input_count = 2 };
    const struct shape in[] = { { 7, 5, 9 }, { 7, 5, 9 } };
    struct shape out;
    ck_assert(kernel_elementwise.shape(&l, in, &out, d));
    ck_assert_uint_eq(out.h, 7);
    ck_assert_uint_eq(out.w, 5);
    ck_assert_uint_eq(out.c, 9);
    arena_free(a);
}
END_TEST

static const struct {
    enum layer_type type;
    struct shape a, b;
    const char *text;
} bad_shapes[] = {
    { LAYER_ADD,
      { 8, 8, 16 },
      { 4, 4, 16 },
      "add 'it' needs inputs of one shape: 'conv2' is 8x8x16, 'pool1' is "
      "4x4x16" },
    { LAYER_MAXIMUM,
      { 8, 8, 16 },
      { 8, 7, 16 },
      "maximum 'it' needs inputs of one shape: 'conv2' is 8x8x16, 'pool1' is "
      "8x7x16" },
    { LAYER_MULTIPLY,
      { 8, 8, 16 },
      { 8, 8, 1 },
      "multiply 'it' needs inputs of one shape: 'conv2' is 8x8x16, 'pool1' is "
      "8x8x1" },
};

START_TEST(test_bad_shape)
{
    for (size_t i = 0; i < sizeof bad_shapes / sizeof bad_shapes[0]; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        const struct tensor conv = { .name = "conv2" };
        const struct tensor pool = { .name = "pool1" };
        const struct tensor *const inputs[] = { &conv, &pool };
        struct layer l = { .name = "it",
                           .type = bad_shapes[i].type,
                           .place = { "net.json", 3, 7 },
                           .input_count = 2,
                           .inputs = inputs };
        const struct shape in[] = { bad_shapes[i].a, bad_shapes[i].b };
        struct shape out;
        ck_assert(!kernel_elementwise.shape(&l, in, &out, d));
        check_one_error(d, DIAG_SHAPE, bad_shapes[i].text,
                        "a conv2d with kernel [1, 1] in front of one of them "
                        "can change its channels and, with a stride, its size");
        ck_assert_uint_eq(diag_at(d, 0)->place.line, 3);
        arena_free(a);
    }
}
END_TEST

/* Formats at the edge of 62 bits, worked out by hand. */
static const struct {
    enum layer_type type;
    const char *a, *b;
    const char *fault; /* NULL: exact */
} edges[] = {
    /* -2^31 << 29 plus a small number: 61 bits and a carry. */
    { LAYER_ADD, "fixed<32,32>", "fixed<29,0>", NULL },
    { LAYER_ADD, "fixed<32,32>", "fixed<30,0>", "needs more than 62 bits" },
    { LAYER_SUBTRACT, "fixed<32,32>", "fixed<29,0>", NULL },
    { LAYER_SUBTRACT, "fixed<32,32>", "fixed<30,0>",
      "needs more than 62 bits" },
    /* No carry in a maximum. */
    { LAYER_MAXIMUM, "fixed<32,32>", "fixed<30,0>", NULL },
    { LAYER_MAXIMUM, "fixed<32,32>", "fixed<31,0>", "needs more than 62 bits" },
    { LAYER_MAXIMUM, "fixed<4,64>", "fixed<4,-64>", "needs more than 62 bits" },
    { LAYER_ADD, "ufixed<1,64>", "ufixed<1,-64>", "needs more than 62 bits" },
    { LAYER_MULTIPLY, "fixed<31,3>", "fixed<31,9>", NULL },
    { LAYER_MULTIPLY, "fixed<32,3>", "fixed<30,9>", NULL },
    { LAYER_MULTIPLY, "fixed<32,3>", "fixed<31,9>", "needs more than 62 bits" },
    { LAYER_MULTIPLY, "ufixed<31,3>", "ufixed<30,9>", NULL },
    { LAYER_MULTIPLY, "ufixed<31,3>", "ufixed<31,9>",
      "needs more than 62 bits" },
    { LAYER_MULTIPLY, "fixed<30,-33>", "fixed<30,-33>", NULL },
    { LAYER_MULTIPLY, "fixed<30,-34>", "fixed<30,-33>",
      "has more than 126 bits behind the point" },
};

START_TEST(test_check)
{
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct kernel_case c = {
            .type = edges[i].type,
            .in = { 1, 1, 1 },
            .in_format = make_format(edges[i].a),
            .more_in[1].format = make_format(edges[i].b),
        };
        const struct process *p = kernel_case_process(a, &c);
        bool exact = kernel_elementwise.check(p, d);
        ck_assert_msg(exact == (edges[i].fault == NULL), "edge %zu", i);
        if (!exact) {
            char text[300];
            snprintf(text, sizeof text,
                     "the exact result of %s 'it' %s: input 0 is %s, input 1 "
                     "is %s",
                     layer_type_name(edges[i].type), edges[i].fault, edges[i].a,
                     edges[i].b);
            check_one_error(d, DIAG_FORMAT, text,
                            edges[i].type == LAYER_MULTIPLY
                                ? "make one of them narrower, with the "
                                  "output_format of the layer in front or a "
                                  "linear layer"
                                : "bring their points closer together, with "
                                  "the output_format of the layer in front or "
                                  "a linear layer");
        }
        arena_free(a);
    }
}
END_TEST

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_limit_between_results)
{
    static const struct {
        const char *format;
        uint32_t relu_max;
        bool refused;
    } cases[] = {
        { "fixed<8,10>", 6, true },
        { "fixed<8,10>", 8, false },
        { "fixed<8,8>", 7, false },
        { "fixed<8,10>", 0, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct kernel_case c = {
            .type = LAYER_ADD,
            .in = { 1, 1, 1 },
            .relu = true,
            .relu_max = cases[i].relu_max,
            .in_format = make_format(cases[i].format),
            .more_in[1].format = make_format(cases[i].format),
        };
        const struct process *p = kernel_case_process(a, &c);
        ck_assert_msg(p->kernel->check(p, d) != cases[i].refused, "case %zu",
                      i);
        if (cases[i].refused)
            check_one_error(d, DIAG_FORMAT,
                            "the limit 6 of the ReLU in 'it' lies between two "
                            "results, which come in steps of 2^2",
                            "give an input an output_format with no more "
                            "integer bits than bits");
        arena_free(a);
    }
}
END_TEST

START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_ADD, .in = { 1, 2, 4 }, .in_lanes = 2, .out_lanes = 2
    };
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 1, NULL)),
                     "in0 0 1 2 3 | in1 0 1 2 3 | out0 2 3 4 5");
    /* Now the one, now the other is late. */
    const uint64_t first[] = { 3, 4, 5, 6 }, second[] = { 0, 1, 8, 9 };
    const uint64_t *const available[] = { first, second };
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 1, available)),
                     "in0 3 4 8 9 | in1 3 4 8 9 | out0 5 6 10 11");
    arena_free(a);
}
END_TEST

static struct kernel_case random_case(struct rng *r)
{
    struct kernel_case c = {
        .type = types[rng_below(r, 4)],
        .in = { random_between(r, 1, 4), random_between(r, 1, 4),
                random_between(r, 1, 6) },
        .in_format = random_format(r, 32, false),
        .out_format = random_format(r, 32, false),
        .relu = rng_below(r, 2) != 0,
        .relu_max = rng_below(r, 2) * random_between(r, 1, 8),
        .more_in[1].format = random_format(r, 32, false),
    };
    c.in_lanes = c.out_lanes = random_divisor(r, c.in.c);
    return c;
}

START_TEST(test_random_schedules)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = random_case(&r);
        const struct process *p = kernel_case_process(a, &c);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        ticks_check_token_by_token(a, &r, p, 2, what);
        arena_free(a);
    }
}
END_TEST

/* 64 bits of mantissa hold every exact result. */
static long double naive_result(enum layer_type type, long double x,
                                long double y)
{
    switch (type) {
    case LAYER_ADD:
        return x + y;
    case LAYER_SUBTRACT:
        return x - y;
    case LAYER_MULTIPLY:
        return x * y;
    case LAYER_MAXIMUM:
        return x > y ? x : y;
    default:
        ck_abort_msg("no such operation");
    }
}

/* The limit, cut to the fraction of the exact result. */
static long double naive_limit(const struct kernel_case *c)
{
    int a = format_fraction(c->in_format);
    int b = format_fraction(c->more_in[1].format);
    int fraction = a > b ? a : b;
    if (c->type == LAYER_MULTIPLY)
        fraction = a + b;
    return ldexpl(floorl(ldexpl(c->relu_max, fraction)), -fraction);
}

static bool is_near(double a, long double b)
{
    return fabsl((long double)a - b) <= 1e-15L * fabsl(b);
}

START_TEST(test_random_arithmetic)
{
    uint32_t cases = 0;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = random_case(&r);
        const struct process *p = kernel_case_process(a, &c);
        if (!kernel_elementwise.check(p, diag_new(a))) {
            arena_free(a);
            continue;
        }
        cases++;
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        for (uint64_t i = 0; i < shape_count(c.in); i++) {
            long double x = naive_value(f->in[0][i], c.in_format);
            long double y = naive_value(f->in[1][i], c.more_in[1].format);
            long double exact = naive_result(c.type, x, y);
            long double cut = exact, plain = exact;
            if (c.relu) {
                cut = plain = exact < 0 ? 0 : exact;
                if (c.relu_max != 0 && cut > naive_limit(&c))
                    cut = naive_limit(&c);
                if (c.relu_max != 0 && plain > c.relu_max)
                    plain = c.relu_max;
            }
            int32_t expected =
                naive_raw(naive_convert(cut, c.out_format), c.out_format);
            ck_assert_msg(f->out[0][i] == expected &&
                              is_near(f->out_float[0][i], plain),
                          "seed %llu: output %llu", (unsigned long long)seed,
                          (unsigned long long)i);
        }
        arena_free(a);
    }
    ck_assert_uint_gt(cases, 1500);
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_ADD,
                             .in = { 224, 224, 1000 },
                             .in_lanes = 1,
                             .out_lanes = 1 };
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_shape,
                                   test_bad_shape,
                                   test_check,
                                   test_limit_between_results,
                                   test_table,
                                   test_random_schedules,
                                   test_random_arithmetic,
                                   test_compact,
                                   NULL };
    return check_main("elementwise", tests);
}
