#include "kernels/kernels.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"
#include "tests/kernels/ticks.h"

#include <stdio.h>

/* --- shapes and formats ------------------------------------------------- */

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .type = LAYER_CONCAT, .input_count = 3 };
    const struct shape in[] = { { 7, 5, 9 }, { 7, 5, 1 }, { 7, 5, 30 } };
    struct shape out;
    ck_assert(kernel_concat.shape(&l, in, &out, d));
    ck_assert_uint_eq(out.h, 7);
    ck_assert_uint_eq(out.w, 5);
    ck_assert_uint_eq(out.c, 40);
    arena_free(a);
}
END_TEST

START_TEST(test_bad_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct tensor up = { .name = "up" }, skip = { .name = "skip" };
    const struct tensor *const inputs[] = { &up, &skip };
    struct layer l = { .name = "it",
                       .type = LAYER_CONCAT,
                       .place = { "net.json", 3, 7 },
                       .input_count = 2,
                       .inputs = inputs };
    const struct shape in[] = { { 8, 8, 16 }, { 8, 7, 4 } };
    struct shape out;
    ck_assert(!kernel_concat.shape(&l, in, &out, d));
    check_one_error(d, DIAG_SHAPE,
                    "concat 'it' needs inputs of one height and width: 'up' is "
                    "8x8x16, 'skip' is 8x7x4",
                    "a crop2d, zeropad2d, upsample2d or pool in front of one "
                    "of them can change its size");
    ck_assert_uint_eq(diag_at(d, 0)->place.line, 3);
    arena_free(a);
}
END_TEST

/* Every input that does not fit is reported. */
START_TEST(test_bad_shapes)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .type = LAYER_CONCAT, .input_count = 4 };
    const struct shape in[] = {
        { 8, 8, 1 }, { 7, 8, 1 }, { 8, 8, 1 }, { 8, 9, 1 }
    };
    struct shape out;
    ck_assert(!kernel_concat.shape(&l, in, &out, d));
    ck_assert_uint_eq(diag_count(d), 2);
    ck_assert_str_eq(diag_at(d, 1)->text,
                     "concat 'it' needs inputs of one height and width: input "
                     "0 is 8x8x1, input 3 is 8x9x1");
    arena_free(a);
}
END_TEST

START_TEST(test_too_large)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .type = LAYER_CONCAT, .input_count = 2 };
    const struct shape wide[] = { { 1, 1, 1 << 20 }, { 1, 1, 1 } };
    struct shape out;
    ck_assert(!kernel_concat.shape(&l, wide, &out, d));
    check_one_error(d, DIAG_SHAPE_OVERFLOW,
                    "a tensor of 'it' would be 1x1x1048577: at most 1048576 "
                    "each and 2^31 values",
                    NULL);
    d = diag_new(a);
    l.input_count = DESIGN_PORTS_MAX + 1;
    struct shape many[DESIGN_PORTS_MAX + 1];
    for (uint32_t i = 0; i <= DESIGN_PORTS_MAX; i++)
        many[i] = (struct shape){ 1, 1, 1 };
    ck_assert(!kernel_concat.shape(&l, many, &out, d));
    check_one_error(d, DIAG_UNSUPPORTED,
                    "concat 'it' has 33 inputs, more than 32",
                    "concatenate some of them first");
    d = diag_new(a);
    l.input_count = DESIGN_PORTS_MAX;
    ck_assert(kernel_concat.shape(&l, many, &out, d));
    ck_assert_uint_eq(out.c, DESIGN_PORTS_MAX);
    arena_free(a);
}
END_TEST

START_TEST(test_check)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct kernel_case c = {
        .type = LAYER_CONCAT,
        .in = { 1, 1, 1 },
        .input_count = 3,
        .in_format = make_format("fixed<8,3,RND,SAT>"),
        .out_format = make_format("fixed<8,3>"),
    };
    /* How the values were rounded does not matter. */
    ck_assert(kernel_concat.check(kernel_case_process(a, &c), d));
    static const char *const others[] = { "fixed<9,3>", "fixed<8,4>",
                                          "ufixed<8,3>" };
    for (size_t i = 0; i < 3; i++) {
        c.more_in[2].format = make_format(others[i]);
        d = diag_new(a);
        ck_assert(!kernel_concat.check(kernel_case_process(a, &c), d));
        char text[200];
        snprintf(text, sizeof text,
                 "concat 'it' changes no format: its output is fixed<8,3>, but "
                 "input 2 is %s",
                 others[i]);
        check_one_error(d, DIAG_FORMAT, text,
                        "give all layers in front one output_format, or put a "
                        "linear layer of fixed<8,3> behind input 2");
    }
    arena_free(a);
}
END_TEST

/* --- schedules ---------------------------------------------------------- */

/* Drawn by hand from docs/hardware.md. */
START_TEST(test_serial_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_CONCAT,
        .in = { 1, 2, 2 },
        .in_lanes = 1,
        .out_lanes = 1,
        .input_count = 2,
        .more_in[1] = { .shape = { 1, 2, 1 } },
    };
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 1, NULL)),
                     "in0 0 1 3 4 | in1 2 5 | out0 1 2 3 4 5 6");
    /* Input 1 is due and late: input 0 waits, though it is there. */
    const uint64_t first[] = { 0, 1, 2, 3 }, second[] = { 7, 8 };
    const uint64_t *const available[] = { first, second };
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 1, available)),
                     "in0 0 1 8 9 | in1 7 10 | out0 1 2 8 9 10 11");
    arena_free(a);
}
END_TEST

START_TEST(test_parallel_table)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_CONCAT,
        .in = { 1, 3, 2 },
        .input_count = 3,
        .more_in[1] = { .shape = { 1, 3, 1 } },
    };
    const struct process *p = kernel_case_process(a, &c);
    ck_assert_uint_eq(p->outputs[0]->lanes, 5);
    const uint64_t there[] = { 0, 1, 2 }, late[] = { 4, 5, 9 };
    const uint64_t *const available[] = { there, there, late };
    ck_assert_str_eq(port_ticks_text(a, port_ticks_of(a, p, 1, available)),
                     "in0 4 5 9 | in1 4 5 9 | in2 4 5 9 | out0 5 6 10");
    arena_free(a);
}
END_TEST

static struct kernel_case random_case(struct rng *r, bool parallel)
{
    struct kernel_case c = {
        .type = LAYER_CONCAT,
        .in = { random_between(r, 1, 4), random_between(r, 1, 4), 0 },
        .in_format = random_format(r, 32, false),
        .input_count = random_between(r, 2, KERNEL_CASE_PORTS_MAX),
    };
    uint32_t lanes = random_between(r, 1, 4);
    c.out_format = c.in_format;
    c.in.c = lanes * random_between(r, 1, 4);
    if (!parallel)
        c.in_lanes = c.out_lanes = lanes;
    for (uint32_t i = 1; i < c.input_count; i++) {
        c.more_in[i].shape = c.in;
        c.more_in[i].shape.c = lanes * random_between(r, 1, 4);
        c.more_in[i].lanes = c.in_lanes;
    }
    return c;
}

/* Tick by tick, one pixel after the other: `due` is the input whose turn it
 * is and `taken` how many of its tokens of this pixel are read. */
static struct port_ticks *serial_model(struct arena *a, const struct process *p,
                                       uint32_t frames,
                                       const uint64_t *const *available)
{
    struct port_ticks *t = port_ticks_new(a, p, frames);
    uint64_t tokens = frames * p->outputs[0]->tokens_per_frame;
    uint32_t due = 0, taken = 0;
    for (uint64_t tick = 0; t->writes[0].count < tokens; tick++) {
        if (available[due][t->reads[due].count] > tick)
            continue;
        port_ticks_add(&t->reads[due], tick);
        port_ticks_add(&t->writes[0], tick + 1);
        if (++taken * p->inputs[due]->lanes == p->inputs[due]->shape.c) {
            taken = 0;
            due = (due + 1) % p->input_count;
        }
    }
    return t;
}

static struct port_ticks *parallel_model(struct arena *a,
                                         const struct process *p,
                                         uint32_t frames,
                                         const uint64_t *const *available)
{
    struct port_ticks *t = port_ticks_new(a, p, frames);
    uint64_t tokens = frames * p->outputs[0]->tokens_per_frame;
    for (uint64_t tick = 0; t->writes[0].count < tokens; tick++) {
        bool all = true;
        for (uint32_t i = 0; i < p->input_count; i++)
            all = all && available[i][t->reads[i].count] <= tick;
        if (!all)
            continue;
        for (uint32_t i = 0; i < p->input_count; i++)
            port_ticks_add(&t->reads[i], tick);
        port_ticks_add(&t->writes[0], tick + 1);
    }
    return t;
}

START_TEST(test_random_schedules)
{
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        bool parallel = rng_below(&r, 2) != 0;
        struct kernel_case c = random_case(&r, parallel);
        const struct process *p = kernel_case_process(a, &c);
        const uint64_t *const *available = port_ticks_arrivals(a, &r, p, 2);
        char what[64];
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        port_ticks_check_equal(port_ticks_of(a, p, 2, available),
                               parallel ? parallel_model(a, p, 2, available)
                                        : serial_model(a, p, 2, available),
                               what);
        arena_free(a);
    }
}
END_TEST

START_TEST(test_compact)
{
    struct arena *a = arena_new();
    struct kernel_case c = {
        .type = LAYER_CONCAT,
        .in = { 224, 224, 1000 },
        .in_lanes = 1,
        .out_lanes = 1,
        .input_count = KERNEL_CASE_PORTS_MAX,
    };
    ticks_check_compact(a, kernel_case_process(a, &c));
    c.in_lanes = c.out_lanes = 0;
    ticks_check_compact(a, kernel_case_process(a, &c));
    arena_free(a);
}
END_TEST

/* --- arithmetic --------------------------------------------------------- */

START_TEST(test_random_arithmetic)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct kernel_case c = random_case(&r, rng_below(&r, 2) != 0);
        const struct process *p = kernel_case_process(a, &c);
        struct kernel_frame *f = kernel_frame_random(a, &r, p);
        kernel_frame_compute(f, p);
        /* Every output value finds its input by counting channels down. */
        struct shape out = p->outputs[0]->shape;
        for (uint64_t k = 0; k < shape_count(out); k++) {
            uint64_t pixel = k / out.c;
            uint32_t channel = (uint32_t)(k % out.c), i = 0;
            for (; channel >= p->inputs[i]->shape.c; i++)
                channel -= p->inputs[i]->shape.c;
            uint64_t from = pixel * p->inputs[i]->shape.c + channel;
            ck_assert_msg(f->out[0][k] == f->in[i][from] &&
                              f->out_float[0][k] == f->in_float[i][from],
                          "seed %llu: output %llu", (unsigned long long)seed,
                          (unsigned long long)k);
        }
        arena_free(a);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_shape,
                                   test_bad_shape,
                                   test_bad_shapes,
                                   test_too_large,
                                   test_check,
                                   test_serial_table,
                                   test_parallel_table,
                                   test_random_schedules,
                                   test_compact,
                                   test_random_arithmetic,
                                   NULL };
    return check_main("concat", tests);
}
