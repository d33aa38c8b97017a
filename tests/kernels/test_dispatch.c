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
        .kernel = "dispatch",
        .in = { 1, 2, 2 },
        .in_lanes = 2,
        .out_lanes = 2,
        .output_count = 3,
    };
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 2, NULL)),
                     "in0 0 1 2 3 4 5 6 7 8 9 10 11 | out0 1 2 7 8 | "
                     "out1 3 4 9 10 | out2 5 6 11 12");
    const uint64_t late[] = { 0, 4, 5, 6, 9, 10 };
    const uint64_t *const available[] = { late };
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 1, available)),
                     "in0 0 4 5 6 9 10 | out0 1 5 | out1 6 7 | out2 10 11");
    arena_free(a);
}
END_TEST

/* Tick by tick: the frame decides which of the many ends it is. */
static struct port_ticks *model(struct arena *a, const struct process *p,
                                uint32_t rounds,
                                const uint64_t *const *available)
{
    struct port_ticks *t = port_ticks_new(a, p, rounds);
    uint64_t frame_tokens = p->inputs[0]->tokens_per_frame;
    uint64_t tokens = rounds * p->copies * frame_tokens;
    uint64_t moved = 0;
    for (uint64_t tick = 0; moved < tokens; tick++) {
        uint32_t end = (uint32_t)(moved / frame_tokens % p->copies);
        if (available[0][moved] > tick)
            continue;
        port_ticks_add(&t->reads[0], tick);
        port_ticks_add(&t->writes[end], tick + 1);
        moved++;
    }
    return t;
}

START_TEST(test_random)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = {
            .kernel = "dispatch",
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
        const uint64_t *const *available = port_ticks_arrivals(a, &r, p, 2);
        port_ticks_check_equal(port_ticks_of(a, p, 2, available),
                               model(a, p, 2, available), what);

        /* One frame after the other; only one of the many ends is there. */
        for (uint32_t frame = 0; frame < p->copies; frame++) {
            struct kernel_frame *all = kernel_frame_random(a, &r, p);
            struct kernel_frame f = *all;
            for (uint32_t k = 0; k < p->copies; k++) {
                if (k == frame)
                    continue;
                f.out[k] = NULL;
                f.out_float[k] = NULL;
            }
            kernel_frame_compute(&f, p);
            for (uint64_t i = 0; i < shape_count(c.in); i++)
                ck_assert_msg(f.out[frame][i] == f.in[0][i] &&
                                  f.out_float[frame][i] == f.in_float[0][i],
                              "%s: frame %u, value %llu", what, frame,
                              (unsigned long long)i);
        }
        arena_free(a);
    }
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = { .kernel = "dispatch",
                             .in = { 224, 224, 1000 },
                             .in_lanes = 1,
                             .out_lanes = 1,
                             .output_count = KERNEL_CASE_PORTS_MAX };
    ticks_check_compact(a, kernel_case_process(a, &c));
    ck_assert_ptr_null(kernel_dispatch.shape);
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_table, test_random, test_compact,
                                   NULL };
    return check_main("dispatch", tests);
}
