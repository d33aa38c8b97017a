#include "tests/kernels/turns_case.h"

#include "base/arena.h"
#include "design/kernel.h"
#include "tests/kernels/ticks.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static bool collects(const char *kernel)
{
    return strcmp(kernel, "collect") == 0;
}

struct kernel_case turns_case(const char *kernel, struct shape shape,
                              uint32_t lanes, uint32_t copies)
{
    return (struct kernel_case){
        .kernel = kernel,
        .in = shape,
        .in_lanes = lanes,
        .out_lanes = lanes,
        .input_count = collects(kernel) ? copies : 1,
        .output_count = collects(kernel) ? 1 : copies,
    };
}

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
        uint32_t in = p->input_count > 1 ? end : 0;
        uint32_t out = p->input_count > 1 ? 0 : end;
        if (available[in][t->reads[in].count] > tick)
            continue;
        port_ticks_add(&t->reads[in], tick);
        port_ticks_add(&t->writes[out], tick + 1);
        moved++;
    }
    return t;
}

/* One frame; of the many ends, only its own is there. */
static void check_frame(struct arena *a, struct rng *r, const struct process *p,
                        uint32_t frame, const char *what)
{
    struct kernel_frame f = *kernel_frame_random(a, r, p);
    uint32_t in = p->input_count > 1 ? frame : 0;
    uint32_t out = p->input_count > 1 ? 0 : frame;
    for (uint32_t i = 0; i < p->input_count; i++) {
        f.in[i] = i == in ? f.in[i] : NULL;
        f.in_float[i] = i == in ? f.in_float[i] : NULL;
    }
    for (uint32_t o = 0; o < p->output_count; o++) {
        f.out[o] = o == out ? f.out[o] : NULL;
        f.out_float[o] = o == out ? f.out_float[o] : NULL;
    }
    kernel_frame_compute(&f, p);
    for (uint64_t i = 0; i < shape_count(p->inputs[0]->shape); i++)
        ck_assert_msg(f.out[out][i] == f.in[in][i] &&
                          f.out_float[out][i] == f.in_float[in][i],
                      "%s: frame %u, value %llu", what, frame,
                      (unsigned long long)i);
}

void turns_case_check_random(const char *kernel)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct shape shape = { random_between(&r, 1, 5),
                               random_between(&r, 1, 5),
                               random_between(&r, 1, 6) };
        struct kernel_case c =
            turns_case(kernel, shape, random_divisor(&r, shape.c),
                       random_between(&r, 2, KERNEL_CASE_PORTS_MAX));
        c.in_format = c.out_format = random_format(&r, 32, false);
        const struct process *p = kernel_case_process(a, &c);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        const uint64_t *const *available = port_ticks_arrivals(a, &r, p, 2);
        port_ticks_check_equal(port_ticks_of(a, p, 2, available),
                               model(a, p, 2, available), what);
        for (uint32_t frame = 0; frame < p->copies; frame++)
            check_frame(a, &r, p, frame, what);
        arena_free(a);
    }
}

void turns_case_check_compact(const char *kernel)
{
    struct arena *a = arena_new();
    struct kernel_case c = turns_case(kernel, (struct shape){ 224, 224, 1000 },
                                      1, KERNEL_CASE_PORTS_MAX);
    const struct process *p = kernel_case_process(a, &c);
    ticks_check_compact(a, p);
    ck_assert_ptr_null(p->kernel->shape); /* of no layer */
    arena_free(a);
}
