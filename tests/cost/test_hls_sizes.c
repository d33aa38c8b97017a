#include "cost/hls_sizes.h"

#include "base/arena.h"
#include "design/design.h"
#include "tests/check_main.h"
#include "tests/cost/measured_hls.h"

static struct arena *arena;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    arena_free(arena);
}

static const struct {
    const char *model, *process;
    struct hls_sizes sizes; /* zeros: not compared */
} expected[] = {
    { "lenet5",
      "conv2d_6",
      { .inputs = 150,
        .outputs = 16,
        .terms = 2400,
        .stages = 8,
        .products = true } },
    /* 25 cycles, 16 of them for its tokens. */
    { "lenet5",
      "dense_11",
      { .inputs = 256,
        .outputs = 16,
        .terms = 4096,
        .stages = 9,
        .products = true } },
    { "lenet5", "pool_5", { .inputs = 24, .outputs = 6, .stages = 4 } },
    { "dsconv",
      "sepconv2d_6_depthwise",
      { .inputs = 288,
        .outputs = 32,
        .terms = 288,
        .stages = 6,
        .products = true,
        .depthwise = true } },
    /* 16 cycles of a reuse factor of 16. */
    { "dsconv",
      "dense_13",
      { .inputs = 64,
        .outputs = 32,
        .terms = 2048,
        .stages = 1,
        .products = true } },
    { "dsconv", "relu_11", { .inputs = 64, .outputs = 64 } },
    { "hgdream", "zeropad_19", { .inputs = 32, .outputs = 32 } },
};

START_TEST(sizes_are_those_of_the_layer)
{
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct design *d = measured_hls_design(arena, expected[i].model);
        const struct process *p = design_process(d, expected[i].process);
        ck_assert_ptr_nonnull(p);
        const struct hls_sizes s = hls_sizes_of(p), *x = &expected[i].sizes;
        ck_assert_uint_eq(s.inputs, x->inputs);
        ck_assert_uint_eq(s.outputs, x->outputs);
        ck_assert_uint_eq(s.terms, x->terms);
        ck_assert_uint_eq(s.stages, x->stages);
        ck_assert_int_eq(s.products, x->products);
        ck_assert_int_eq(s.depthwise, x->depthwise);
    }
}
END_TEST

START_TEST(zeros_are_counted)
{
    struct design *d = measured_hls_design(arena, "pq_mnist_rf1");
    struct process *p = design_process(d, "conv2d_2");
    int32_t weights[36];
    for (int i = 0; i < 36; i++)
        weights[i] = i % 3;
    p->weights = weights;
    ck_assert_uint_eq(hls_sizes_of(p).zeros, 12);
    p->weights = NULL;
    ck_assert_uint_eq(hls_sizes_of(p).zeros, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        sizes_are_those_of_the_layer,
        zeros_are_counted,
        NULL,
    };
    return check_main_with("hls_sizes", tests, setup, teardown);
}
