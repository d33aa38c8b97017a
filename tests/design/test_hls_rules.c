#include "design/hls_rules.h"

#include "design/design.h"
#include "design/kernel.h"
#include "tests/check_main.h"

/* A dense of `inputs` on one token. */
struct fixture {
    struct tensor input;
    const struct tensor *inputs[1];
    struct layer layer;
    struct stream in, out;
    struct stream *ins[1], *outs[1];
    struct process process;
    int32_t weights[64];
};

static struct fixture f;

static void setup(void)
{
    f = (struct fixture){ .input = { .shape = { 1, 1, 32 } } };
    f.inputs[0] = &f.input;
    f.layer = (struct layer){ .type = LAYER_DENSE,
                              .input_count = 1,
                              .inputs = f.inputs };
    f.in = (struct stream){ .shape = { 1, 1, 32 }, .tokens_per_frame = 1 };
    f.out = (struct stream){ .shape = { 1, 1, 2 }, .tokens_per_frame = 1 };
    f.ins[0] = &f.in;
    f.outs[0] = &f.out;
    f.process = (struct process){ .layer = &f.layer,
                                  .inputs = f.ins,
                                  .outputs = f.outs,
                                  .input_count = 1,
                                  .output_count = 1,
                                  .reuse_factor = 1 };
}

static const struct hls_delays delays = {
    .usable_permille = 800,
    .add_ps = 2000,
    .product_ps = -2000,
    .product_least_ps = 3000,
    .loop_add_ps = 1500,
    .compare_ps = 1000,
    .multiply_ps = 9000,
};

static uint32_t term(enum hls_term which, uint32_t clock_ps)
{
    const struct hls_terms t =
        hls_terms_of(&f.process, FAMILY_HLS4ML_VITIS_2023_2, &delays, clock_ps);
    return t.values[which];
}

START_TEST(a_product_is_as_deep_as_its_adders)
{
    /* 32 inputs: 5 levels, 8 ns; 4 ns of a clock of 5 can be used. */
    ck_assert_uint_eq(term(HLS_TERM_PRODUCT, 5000), 2);
    ck_assert_uint_eq(term(HLS_TERM_HELPER, 5000), 3);
    ck_assert_uint_eq(term(HLS_TERM_PRODUCT, 10000), 1);
    ck_assert_uint_eq(term(HLS_TERM_HELPER, 10000), 1);
    ck_assert_uint_eq(term(HLS_TERM_PRODUCT, 20000), 0);
    /* With one input left the multiplier remains. */
    f.process.weights = f.weights;
    f.weights[0] = f.weights[1] = 1;
    ck_assert_uint_eq(hls_inputs_of(&f.process), 1);
    ck_assert_uint_eq(term(HLS_TERM_PRODUCT, 2500), 1);
    f.weights[63] = 1; /* one and a half for each output */
    ck_assert_uint_eq(hls_inputs_of(&f.process), 2);
}
END_TEST

START_TEST(a_loop_has_stages_and_levels)
{
    ck_assert_uint_eq(term(HLS_TERM_STAGES, 5000), 2);
    ck_assert_uint_eq(term(HLS_TERM_STAGES, 30000), 1); /* never less */
    f.process.reuse_factor = 4; /* 8 products each: 3 levels, 4.5 ns */
    ck_assert_uint_eq(term(HLS_TERM_REUSE, 5000), 4);
    ck_assert_uint_eq(term(HLS_TERM_LEVELS, 5000), 1);
    ck_assert_uint_eq(term(HLS_TERM_LEVELS, 10000), 0);
    f.process.reuse_factor = 64;
    ck_assert_uint_eq(term(HLS_TERM_LEVELS, 100), 0);
}
END_TEST

START_TEST(a_pooling_compares)
{
    f.process.window.kernel_h = f.process.window.kernel_w = 4;
    ck_assert_uint_eq(term(HLS_TERM_COMPARES, 5000), 1); /* a tree: 4 ns */
    const struct hls_terms t =
        hls_terms_of(&f.process, FAMILY_HLS4ML_VIVADO_2020_1, &delays, 5000);
    ck_assert_uint_eq(t.values[HLS_TERM_COMPARES], 3); /* a chain: 15 ns */
}
END_TEST

START_TEST(few_multipliers_take_turns)
{
    ck_assert_uint_eq(term(HLS_TERM_TURNS, 5000), 0);
    f.process.reuse_factor = 10; /* four multipliers for 32 channels */
    ck_assert_uint_eq(term(HLS_TERM_TURNS, 5000), 7);
    f.process.reuse_factor = 10000;
    ck_assert_uint_eq(term(HLS_TERM_TURNS, 5000), 31);
}
END_TEST

START_TEST(numbers_are_bases_and_terms)
{
    struct hls_terms terms = {
        .values = { [HLS_TERM_REUSE] = 16, [HLS_TERM_STAGES] = 3 }
    };
    struct hls_row row = {
        .idle = { true, 4, 0 },
        .fire = { true, 5, 1U << HLS_TERM_REUSE | 1U << HLS_TERM_STAGES },
    };
    struct hls_timing t = hls_timing_by(&row, &terms);
    ck_assert(t.given);
    ck_assert_uint_eq(t.idle, 4);
    ck_assert_uint_eq(t.fire, 24);
    ck_assert_uint_eq(t.ii, 0); /* not stated */
    row = (struct hls_row){ .ii = { true, 30, 0 }, .reuses = HLS_YES };
    t = hls_timing_by(&row, &terms);
    ck_assert_uint_eq(t.ii, 16);
    row =
        (struct hls_row){ .ii = { true, -30, 0 }, .latency = { true, -30, 0 } };
    t = hls_timing_by(&row, &terms);
    ck_assert_uint_eq(t.ii, 1);
    ck_assert_uint_eq(t.latency, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { a_product_is_as_deep_as_its_adders,
                                   a_loop_has_stages_and_levels,
                                   a_pooling_compares,
                                   few_multipliers_take_turns,
                                   numbers_are_bases_and_terms,
                                   NULL };
    return check_main_with("hls_rules", tests, setup, NULL);
}
