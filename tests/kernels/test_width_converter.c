#include "kernels/kernels.h"

#include "base/arena.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/ticks.h"

#include <stdio.h>

/* Drawn by hand from docs/hardware.md. */
static const struct {
    struct shape in;
    uint32_t in_lanes, out_lanes;
    const char *ticks, *late; /* tokens from tick 0 on; at 2 3 8 9 */
} tables[] = {
    /* Widen by 2. */
    { { 1, 2, 2 },
      1,
      2,
      "reads 0 1 2 3 | writes 2 4",
      "reads 2 3 8 9 | writes 4 10" },
    /* Widen by 4. */
    { { 1, 1, 4 },
      1,
      4,
      "reads 0 1 2 3 | writes 4",
      "reads 2 3 8 9 | writes 10" },
    /* Narrow by 2: the next token no earlier than two ticks later. */
    { { 1, 4, 2 },
      2,
      1,
      "reads 0 2 4 6 | writes 1 2 3 4 5 6 7 8",
      "reads 2 4 8 10 | writes 3 4 5 6 9 10 11 12" },
    /* Narrow by 3, two tokens a pixel. */
    { { 1, 2, 6 },
      3,
      1,
      "reads 0 3 6 9 | writes 1 2 3 4 5 6 7 8 9 10 11 12",
      "reads 2 5 8 11 | writes 3 4 5 6 7 8 9 10 11 12 13 14" },
};

START_TEST(test_table)
{
    const uint64_t late[] = { 2, 3, 8, 9 };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct arena *a = arena_new();
        struct kernel_case c = {
            .kernel = "width_converter",
            .in = tables[i].in,
            .in_lanes = tables[i].in_lanes,
            .out_lanes = tables[i].out_lanes,
        };
        const struct process *p = kernel_case_process(a, &c);
        ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 1, NULL)),
                         tables[i].ticks);
        ck_assert_str_eq(ticks_text(a, ticks_of(a, p, 1, late)),
                         tables[i].late);
        arena_free(a);
    }
}
END_TEST

/* Tick by tick: a register that gathers, or one that still holds parts to be
 * written. */
static struct ticks *model(struct arena *a, const struct process *p,
                           uint32_t frames, const uint64_t *available)
{
    uint32_t in_lanes = p->inputs[0]->lanes, out_lanes = p->outputs[0]->lanes;
    uint64_t tokens = frames * p->inputs[0]->tokens_per_frame;
    struct ticks *t =
        ticks_new(a, tokens, frames * p->outputs[0]->tokens_per_frame);
    uint32_t gathered = 0; /* values */
    uint32_t held = 0;     /* parts that are written from the next tick on */
    for (uint64_t tick = 0; t->read_count < tokens || held > 0; tick++) {
        if (held > 0) {
            ticks_add_write(t, tick);
            held--;
        }
        if (held > 0 || t->read_count == tokens ||
            available[t->read_count] > tick)
            continue;
        ticks_add_read(t, tick);
        gathered += in_lanes;
        if (gathered >= out_lanes) {
            held = gathered / out_lanes;
            gathered = 0;
        }
    }
    return t;
}

START_TEST(test_random)
{
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        uint32_t narrow = random_between(&r, 1, 4);
        uint32_t wide = narrow * random_between(&r, 2, 5);
        bool widen = rng_below(&r, 2) != 0;
        struct kernel_case c = {
            .kernel = "width_converter",
            .in = { random_between(&r, 1, 4), random_between(&r, 1, 4),
                    wide * random_between(&r, 1, 3) },
            .in_lanes = widen ? narrow : wide,
            .out_lanes = widen ? wide : narrow,
            .in_format = random_format(&r, 32, false),
        };
        c.out_format = c.in_format;
        const struct process *p = kernel_case_process(a, &c);
        uint64_t *available =
            ticks_random_arrivals(a, &r, 2 * p->inputs[0]->tokens_per_frame);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        ticks_check_equal(ticks_of(a, p, 2, available),
                          model(a, p, 2, available), what);
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
    struct kernel_case c = { .kernel = "width_converter",
                             .in = { 224, 224, 1000 },
                             .in_lanes = 1,
                             .out_lanes = 1000 };
    ticks_check_compact(a, kernel_case_process(a, &c));
    c.in_lanes = 1000;
    c.out_lanes = 1;
    ticks_check_compact(a, kernel_case_process(a, &c));
    ck_assert_ptr_null(kernel_width_converter.shape);
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_table, test_random, test_compact,
                                   NULL };
    return check_main("width_converter", tests);
}
