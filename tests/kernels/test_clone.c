#include "kernels/kernels.h"

#include "base/arena.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/ticks.h"

#include <stdio.h>
#include <string.h>

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .kernel = "clone",
        .in = { 1, 2, 4 },
        .in_lanes = 2,
        .out_lanes = 2,
        .output_count = 3,
    };
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 1, NULL)),
                     "in0 0 1 2 3 | out0 1 2 3 4 | out1 1 2 3 4 | out2 1 2 3 "
                     "4");
    const uint64_t late[] = { 2, 3, 7, 9 };
    const uint64_t *const available[] = { late };
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 1, available)),
                     "in0 2 3 7 9 | out0 3 4 8 10 | out1 3 4 8 10 | out2 3 4 "
                     "8 10");
    arena_free(a);
}
END_TEST

START_TEST(test_random)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = {
            .kernel = "clone",
            .in = { random_between(&r, 1, 5), random_between(&r, 1, 5),
                    random_between(&r, 1, 6) },
            .in_format = random_format(&r, 32, false),
            .output_count = random_between(&r, 2, KERNEL_CASE_PORTS_MAX),
        };
        c.in_lanes = c.out_lanes = random_divisor(&r, c.in.c);
        c.out_format = c.in_format;
        const struct process *p = kernel_case_process(a, &c);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);

        ticks_check_token_by_token(a, &r, p, 1, what);

        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        for (uint32_t o = 0; o < c.output_count; o++)
            for (uint64_t i = 0; i < shape_count(c.in); i++)
                ck_assert_msg(f->out[o][i] == f->in[0][i] &&
                                  f->out_float[o][i] == f->in_float[0][i],
                              "%s: output %u, value %llu", what, o,
                              (unsigned long long)i);
        arena_free(a);
    }
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .kernel = "clone",
                             .in = { 224, 224, 1000 },
                             .in_lanes = 1,
                             .out_lanes = 1,
                             .output_count = 2 };
    ticks_check_compact(a, kernel_case_process(a, &c));
    ck_assert_ptr_null(kernel_clone.shape);
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_table, test_random, test_compact,
                                   NULL };
    return check_main("clone", tests);
}
