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
    struct layer l = { .name = "it", .scale_h = 2, .scale_w = 3 };
    struct shape out;
    ck_assert(kernel_upsample2d.shape(&l, &(struct shape){ 5, 6, 7 }, &out, d));
    ck_assert_uint_eq(out.h, 10);
    ck_assert_uint_eq(out.w, 18);
    ck_assert_uint_eq(out.c, 7);
    arena_free(a);
}
END_TEST

static const struct {
    uint32_t scale_h, scale_w;
    enum diag_code code;
    const char *text;
} bad_shapes[] = {
    { 0, 2, DIAG_SHAPE, "scale 0x2 of 'it' is not at least 1x1" },
    { 2, 0, DIAG_SHAPE, "scale 2x0 of 'it' is not at least 1x1" },
    { 1000000, 2, DIAG_SHAPE_OVERFLOW,
      "a tensor of 'it' would be 5000000x12x7: at most 1048576 each and 2^31 "
      "values" },
    { UINT32_MAX, UINT32_MAX, DIAG_SHAPE_OVERFLOW,
      "a tensor of 'it' would be 21474836475x25769803770x7: at most 1048576 "
      "each and 2^31 values" },
};

START_TEST(test_bad_shape)
{
    for (size_t i = 0; i < sizeof bad_shapes / sizeof bad_shapes[0]; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct layer l = { .name = "it",
                           .scale_h = bad_shapes[i].scale_h,
                           .scale_w = bad_shapes[i].scale_w };
        struct shape out;
        ck_assert(
            !kernel_upsample2d.shape(&l, &(struct shape){ 5, 6, 7 }, &out, d));
        check_one_error(d, bad_shapes[i].code, bad_shapes[i].text, NULL);
        arena_free(a);
    }
}
END_TEST

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_UPSAMPLE2D, .in = { 2, 2, 1 }, .scale_h = 2, .scale_w = 2
    };
    const struct process *p = kernel_case_process(a, &c);
    /* Rows of 4: the first copy of a row reads at every second step. */
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 1, NULL)),
                     "reads 0 2 8 10 | writes 2 3 4 5 6 7 8 9 10 11 12 13 14 "
                     "15 16 17");
    /* The third token is late, and all behind it. */
    const uint64_t late[] = { 0, 1, 20, 21 };
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 1, late)),
                     "reads 0 2 20 22 | writes 2 3 4 5 6 7 8 9 22 23 24 25 26 "
                     "27 28 29");
    /* Two tokens a pixel: both, then both again. */
    c.in = (struct shape){ 1, 2, 2 };
    c.scale_h = 1;
    c.in_lanes = c.out_lanes = 1;
    p = kernel_case_process(a, &c);
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 2, NULL)),
                     "reads 0 1 4 5 8 9 12 13 | writes 2 3 4 5 6 7 8 9 10 11 "
                     "12 13 14 15 16 17");
    arena_free(a);
}
END_TEST

static struct kernel_case random_case(struct rng *r)
{
    struct kernel_case c = {
        .type = LAYER_UPSAMPLE2D,
        .in = { random_between(r, 1, 4), random_between(r, 1, 4),
                random_between(r, 1, 6) },
        .scale_h = random_between(r, 1, 4),
        .scale_w = random_between(r, 1, 4),
    };
    c.in_lanes = c.out_lanes = random_divisor(r, c.in.c);
    c.in_format = c.out_format = random_format(r, 32, false);
    return c;
}

START_TEST(test_random)
{
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = random_case(&r);
        const struct process *p = kernel_case_process(a, &c);
        struct shape out = p->outputs[0]->shape;
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);

        uint64_t in_tokens = 2 * p->inputs[0]->tokens_per_frame;
        uint64_t out_frame = p->outputs[0]->tokens_per_frame;
        uint64_t *available = ticks_random_arrivals(a, &r, in_tokens);
        struct ticks *expected = ticks_new(a, in_tokens, 2 * out_frame);
        /* Tick by tick: the output token whose turn it is. */
        uint64_t turn = 0;
        for (uint64_t tick = 0; turn < 2 * out_frame; tick++) {
            uint64_t pixel = turn % out_frame * c.in_lanes / out.c;
            bool reads = pixel / out.w % c.scale_h == 0 &&
                         pixel % out.w % c.scale_w == 0;
            if (reads && available[expected->read_count] > tick)
                continue;
            if (reads)
                ticks_add_read(expected, tick);
            ticks_add_write(expected, tick + 2);
            turn++;
        }
        ticks_check_equal(ticks_of(a, p, 2, available), expected, what);

        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        for (uint64_t i = 0; i < shape_count(out); i++) {
            uint64_t y = i / out.c / out.w / c.scale_h;
            uint64_t x = i / out.c % out.w / c.scale_w;
            uint64_t from = (y * c.in.w + x) * c.in.c + i % out.c;
            ck_assert_msg(f->out[0][i] == f->in[0][from] &&
                              f->out_float[0][i] == f->in_float[0][from],
                          "%s: output %llu", what, (unsigned long long)i);
        }
        arena_free(a);
    }
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_UPSAMPLE2D,
                             .in = { 224, 224, 1000 },
                             .scale_h = 6,
                             .scale_w = 7,
                             .in_lanes = 1,
                             .out_lanes = 1 };
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_shape,  test_bad_shape, test_table,
                                   test_random, test_compact,   NULL };
    return check_main("upsample2d", tests);
}
