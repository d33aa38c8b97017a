#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/ticks.h"

#include <stdio.h>

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it",
                       .type = LAYER_RESHAPE,
                       .output.shape = { 2, 3, 20 } };
    struct shape out;
    ck_assert(kernel_reshape.shape(&l, &(struct shape){ 4, 5, 6 }, &out, d));
    ck_assert_uint_eq(out.h, 2);
    ck_assert_uint_eq(out.w, 3);
    ck_assert_uint_eq(out.c, 20);
    arena_free(a);
}
END_TEST

START_TEST(test_bad_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it",
                       .type = LAYER_RESHAPE,
                       .place = { "net.json", 3, 7 },
                       .output.shape = { 4, 4, 3 } };
    struct shape out;
    ck_assert(!kernel_reshape.shape(&l, &(struct shape){ 7, 7, 1 }, &out, d));
    check_one_error(d, DIAG_SHAPE,
                    "'it' cannot make 4x4x3 of 7x7x1: these are 49 values, not "
                    "48",
                    NULL);
    ck_assert_uint_eq(diag_at(d, 0)->place.line, 3);
    arena_free(a);
}
END_TEST

/* A transpose as it is defined: does the k-th value of the output come from
 * the k-th of the input? */
static bool order_stays(const uint32_t *axes, const uint32_t *sizes)
{
    uint32_t out[3] = { sizes[axes[0]], sizes[axes[1]], sizes[axes[2]] };
    uint32_t k = 0;
    for (uint32_t i = 0; i < out[0]; i++) {
        for (uint32_t j = 0; j < out[1]; j++) {
            for (uint32_t m = 0; m < out[2]; m++, k++) {
                uint32_t at[3];
                at[axes[0]] = i;
                at[axes[1]] = j;
                at[axes[2]] = m;
                if ((at[0] * sizes[1] + at[1]) * sizes[2] + at[2] != k)
                    return false;
            }
        }
    }
    return true;
}

START_TEST(test_transpose)
{
    static const uint32_t permutations[6][3] = { { 0, 1, 2 }, { 0, 2, 1 },
                                                 { 1, 0, 2 }, { 1, 2, 0 },
                                                 { 2, 0, 1 }, { 2, 1, 0 } };
    uint32_t possible = 0;
    for (uint32_t n = 0; n < 27 * 6; n++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        const uint32_t *axes = permutations[n % 6];
        const uint32_t sizes[] = { n / 6 % 3 + 1, n / 18 % 3 + 1, n / 54 + 1 };
        struct layer l = { .name = "it",
                           .type = LAYER_TRANSPOSE,
                           .permutation = { axes[0], axes[1], axes[2] } };
        struct shape in = { sizes[0], sizes[1], sizes[2] }, out;
        bool fits = kernel_reshape.shape(&l, &in, &out, d);
        ck_assert_int_eq(fits, order_stays(axes, sizes));
        ck_assert_uint_eq(diag_count(d), fits ? 0 : 1);
        if (fits) {
            possible++;
            ck_assert_uint_eq(out.h, sizes[axes[0]]);
            ck_assert_uint_eq(out.w, sizes[axes[1]]);
            ck_assert_uint_eq(out.c, sizes[axes[2]]);
        }
        arena_free(a);
    }
    /* 1 all axes are 1: 6; 6 with one larger: 6; 12 with two larger: 3; 8
     * with three: 1. */
    ck_assert_uint_eq(possible, 6 + 6 * 6 + 12 * 3 + 8);
}
END_TEST

static const struct {
    uint32_t axes[3];
    struct shape in;
    enum diag_code code;
    const char *text, *hint;
} bad_transposes[] = {
    { { 2, 0, 1 },
      { 4, 4, 3 },
      DIAG_UNSUPPORTED,
      "permutation [2, 0, 1] of 'it' would change the order of the values of "
      "4x4x3, which a stream cannot: only axes of size 1 can be moved",
      "possible for 4x4x3: [0, 1, 2]" },
    { { 0, 2, 1 },
      { 1, 5, 3 },
      DIAG_UNSUPPORTED,
      "permutation [0, 2, 1] of 'it' would change the order of the values of "
      "1x5x3, which a stream cannot: only axes of size 1 can be moved",
      "possible for 1x5x3: [0, 1, 2], [1, 0, 2], [1, 2, 0]" },
    { { 0, 1, 1 },
      { 1, 5, 3 },
      DIAG_SHAPE,
      "permutation [0, 1, 1] of 'it' does not name each of the axes 0, 1 and 2 "
      "once",
      NULL },
    { { 1, 2, 3 },
      { 1, 1, 1 },
      DIAG_SHAPE,
      "permutation [1, 2, 3] of 'it' does not name each of the axes 0, 1 and 2 "
      "once",
      NULL },
};

START_TEST(test_bad_transpose)
{
    for (size_t i = 0; i < sizeof bad_transposes / sizeof bad_transposes[0];
         i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        const uint32_t *axes = bad_transposes[i].axes;
        struct layer l = { .name = "it",
                           .type = LAYER_TRANSPOSE,
                           .permutation = { axes[0], axes[1], axes[2] } };
        struct shape out;
        ck_assert(!kernel_reshape.shape(&l, &bad_transposes[i].in, &out, d));
        check_one_error(d, bad_transposes[i].code, bad_transposes[i].text,
                        bad_transposes[i].hint);
        arena_free(a);
    }
}
END_TEST

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_RESHAPE,
                             .in = { 1, 2, 4 },
                             .target = { 2, 1, 4 },
                             .in_lanes = 2,
                             .out_lanes = 2 };
    const struct process *p = kernel_case_process(a, &c);
    const uint64_t late[] = { 3, 4, 9, 10 };
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 1, late)),
                     "reads 3 4 9 10 | writes 4 5 10 11");
    arena_free(a);
}
END_TEST

START_TEST(test_random)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = {
            .type = LAYER_RESHAPE,
            .in = { random_between(&r, 1, 4), random_between(&r, 1, 4),
                    random_between(&r, 1, 12) },
            .in_format = random_format(&r, 32, false),
        };
        c.in_lanes = c.out_lanes = random_divisor(&r, c.in.c);
        c.out_format = c.in_format;
        uint32_t rows = random_divisor(&r, c.in.h * c.in.w);
        c.target = (struct shape){ rows, c.in.h * c.in.w / rows, c.in.c };
        if (rng_below(&r, 2) != 0) {
            c.target.c *= c.target.w;
            c.target.w = 1;
        }
        const struct process *p = kernel_case_process(a, &c);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        ticks_check_token_by_token(a, &r, p, 1, what);
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        for (uint64_t i = 0; i < shape_count(c.in); i++)
            ck_assert_msg(f->out[0][i] == f->in[0][i] &&
                              f->out_float[0][i] == f->in_float[0][i],
                          "%s: value %llu", what, (unsigned long long)i);
        arena_free(a);
    }
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_RESHAPE,
                             .in = { 224, 224, 1000 },
                             .target = { 1, 50176, 1000 },
                             .in_lanes = 1,
                             .out_lanes = 1 };
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_shape,     test_bad_shape,
                                   test_transpose, test_bad_transpose,
                                   test_table,     test_random,
                                   test_compact,   NULL };
    return check_main("reshape", tests);
}
