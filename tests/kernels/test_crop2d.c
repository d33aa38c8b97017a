#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/ticks.h"

#include <stdio.h>

static struct window make_cuts(uint32_t top, uint32_t bottom, uint32_t left,
                               uint32_t right)
{
    return (struct window){
        .pad_top = top,
        .pad_bottom = bottom,
        .pad_left = left,
        .pad_right = right,
    };
}

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .window = make_cuts(1, 2, 3, 1) };
    struct shape out;
    ck_assert(kernel_crop2d.shape(&l, &(struct shape){ 5, 6, 7 }, &out, d));
    ck_assert_uint_eq(out.h, 2);
    ck_assert_uint_eq(out.w, 2);
    ck_assert_uint_eq(out.c, 7);
    arena_free(a);
}
END_TEST

static const struct {
    uint32_t top, bottom, left, right;
    const char *text;
} bad_shapes[] = {
    { 3, 2, 0, 0,
      "'it' cuts 5 rows and 0 columns off its input of 5x6: nothing is left" },
    { 0, 1, 2, 4,
      "'it' cuts 1 rows and 6 columns off its input of 5x6: nothing is left" },
    { UINT32_MAX, 2, 0, 0,
      "'it' cuts 4294967297 rows and 0 columns off its input of 5x6: nothing "
      "is left" },
};

START_TEST(test_bad_shape)
{
    for (size_t i = 0; i < sizeof bad_shapes / sizeof bad_shapes[0]; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct layer l = {
            .name = "it",
            .window = make_cuts(bad_shapes[i].top, bad_shapes[i].bottom,
                                bad_shapes[i].left, bad_shapes[i].right)
        };
        struct shape out;
        ck_assert(
            !kernel_crop2d.shape(&l, &(struct shape){ 5, 6, 7 }, &out, d));
        check_one_error(d, DIAG_SHAPE, bad_shapes[i].text, NULL);
        arena_free(a);
    }
}
END_TEST

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_table)
{
    struct arena *a = arena_new();
    /* One row at the top, one column on the left, two tokens a pixel. */
    struct kernel_case c = { .type = LAYER_CROP2D,
                             .in = { 3, 2, 2 },
                             .window = make_cuts(1, 0, 1, 0),
                             .in_lanes = 1,
                             .out_lanes = 1 };
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 2, NULL)),
                     "reads 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 "
                     "20 21 22 23 | writes 7 8 11 12 19 20 23 24");
    /* Below and on the right. */
    c.window = make_cuts(0, 1, 0, 1);
    p = kernel_case_process(a, &c);
    ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 1, NULL)),
                     "reads 0 1 2 3 4 5 6 7 8 9 10 11 | writes 1 2 5 6");
    arena_free(a);
}
END_TEST

static struct kernel_case random_case(struct rng *r)
{
    struct shape left = { random_between(r, 1, 4), random_between(r, 1, 4),
                          random_between(r, 1, 6) };
    struct kernel_case c = {
        .type = LAYER_CROP2D,
        .window = make_cuts(random_between(r, 0, 3), random_between(r, 0, 3),
                            random_between(r, 0, 3), random_between(r, 0, 3)),
    };
    c.in = (struct shape){ left.h + c.window.pad_top + c.window.pad_bottom,
                           left.w + c.window.pad_left + c.window.pad_right,
                           left.c };
    c.in_lanes = c.out_lanes = random_divisor(r, c.in.c);
    c.in_format = c.out_format = random_format(r, 32, false);
    return c;
}

static bool is_cut(const struct kernel_case *c, uint64_t y, uint64_t x)
{
    const struct window *w = &c->window;
    return y < w->pad_top || y + w->pad_bottom >= c->in.h || x < w->pad_left ||
           x + w->pad_right >= c->in.w;
}

START_TEST(test_random)
{
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = random_case(&r);
        const struct process *p = kernel_case_process(a, &c);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);

        uint64_t frame = p->inputs[0]->tokens_per_frame;
        uint64_t *available = ticks_random_arrivals(a, &r, 2 * frame);
        struct ticks *expected =
            ticks_new(a, 2 * frame, 2 * p->outputs[0]->tokens_per_frame);
        for (uint64_t tick = 0; expected->read_count < 2 * frame; tick++) {
            uint64_t k = expected->read_count;
            if (available[k] > tick)
                continue;
            ticks_add_read(expected, tick);
            uint64_t pixel = k % frame * c.in_lanes / c.in.c;
            if (!is_cut(&c, pixel / c.in.w, pixel % c.in.w))
                ticks_add_write(expected, tick + 1);
        }
        ticks_check_equal(ticks_of(a, p, 2, available), expected, what);

        /* What is left, in the order of the input. */
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        uint64_t k = 0;
        for (uint64_t i = 0; i < shape_count(c.in); i++) {
            uint64_t pixel = i / c.in.c;
            if (is_cut(&c, pixel / c.in.w, pixel % c.in.w))
                continue;
            ck_assert_msg(f->out[0][k] == f->in[0][i] &&
                              f->out_float[0][k] == f->in_float[0][i],
                          "%s: output %llu", what, (unsigned long long)k);
            k++;
        }
        ck_assert_uint_eq(k, shape_count(p->outputs[0]->shape));
        arena_free(a);
    }
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .type = LAYER_CROP2D,
                             .in = { 224, 224, 1000 },
                             .window = make_cuts(3, 4, 5, 6),
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
    return check_main("crop2d", tests);
}
