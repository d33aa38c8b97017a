#include "hwgen/memory_file.h"

#include "base/arena.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "design/tables.h"
#include "sample_design.h"
#include "sample_graph.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bit `bit` of line `line`, counted from the right end of the line. */
static unsigned bit_at(const char *text, uint64_t line, uint64_t bit)
{
    for (; line > 0; line--) {
        text = strchr(text, '\n');
        ck_assert_ptr_nonnull(text);
        text++;
    }
    size_t digits = strcspn(text, "\n");
    ck_assert_uint_lt(bit / 4, digits);
    char digit[2] = { text[digits - 1 - bit / 4], '\0' };
    return (unsigned)strtoul(digit, NULL, 16) >> (bit % 4) & 1;
}

static int64_t field(const char *text, uint64_t line, uint64_t first,
                     uint32_t width, bool is_signed)
{
    int64_t value = 0;
    for (uint32_t i = 0; i < width; i++) {
        int64_t weight = INT64_C(1) << i;
        if (is_signed && i == width - 1)
            weight = -weight;
        value += bit_at(text, line, first + i) != 0 ? weight : 0;
    }
    return value;
}

static uint64_t lines(const char *text)
{
    uint64_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

static const struct sample_layer conv[] = { {
    .name = "conv",
    .type = LAYER_CONV2D,
    .units = 6,
    .window = { 3, 2, 1, 1, 0, 0, 0, 0 },
    .weight = "fixed<5,2>",
    .bias = "fixed<7,3>",
    .output = "fixed<9,5>",
    .accumulator = "fixed<11,7,RND>",
    .pe = 3,
    .simd = 6,
} };

/* Every weight is where docs/hardware.md has the slot that multiplies it. */
START_TEST(test_conv2d_weights)
{
    struct arena *a = arena_new();
    const struct sample s = { .input = { 6, 5, 4 },
                              .format = "ufixed<8,0>",
                              .layers = conv,
                              .layer_count = 1,
                              .seed = 11 };
    const struct process *p = design_process(sample_design(a, &s), "conv");
    const char *text = text_string(memory_file_weights(a, p));
    uint32_t sf = 3 * 2 * 4 / 6;
    ck_assert_uint_eq(lines(text), 2 * sf);
    ck_assert_uint_eq(strcspn(text, "\n"), (3 * 6 * 5 + 3) / 4);
    for (uint32_t row = 0; row < 3; row++)
        for (uint32_t column = 0; column < 2; column++)
            for (uint32_t c = 0; c < 4; c++)
                for (uint32_t oc = 0; oc < 6; oc++) {
                    uint32_t element = (row * 2 + column) * 4 + c;
                    uint32_t line = oc / 3 * sf + element / 6;
                    uint32_t lane = oc % 3 * 6 + element % 6;
                    int32_t weight =
                        p->weights[((row * 2 + column) * 4 + c) * 6 + oc];
                    ck_assert_int_eq(field(text, line, lane * 5, 5, true),
                                     weight);
                }
    arena_free(a);
}
END_TEST

/* Bias and accumulator both have 4 fraction bits: the raw value stays. */
START_TEST(test_conv2d_biases)
{
    struct arena *a = arena_new();
    const struct sample s = { .input = { 6, 5, 4 },
                              .format = "ufixed<8,0>",
                              .layers = conv,
                              .layer_count = 1,
                              .seed = 12 };
    const struct process *p = design_process(sample_design(a, &s), "conv");
    const char *text = text_string(memory_file_biases(a, p));
    ck_assert_uint_eq(lines(text), 2);
    for (uint32_t oc = 0; oc < 6; oc++)
        ck_assert_int_eq(field(text, oc / 3, oc % 3 * 11, 11, true),
                         p->biases[oc]);
    arena_free(a);
}
END_TEST

/* A bias that the accumulator rounds and wraps: fixed<8,4> (4 fraction bits)
 * to fixed<4,3,RND> (1 fraction bit) is (raw + 4) / 8, modulo 16. */
START_TEST(test_bias_conversion)
{
    struct arena *a = arena_new();
    struct sample_layer layer = conv[0];
    layer.bias = "fixed<8,4>";
    layer.accumulator = "fixed<4,3,RND>";
    const struct sample s = { .input = { 6, 5, 4 },
                              .format = "ufixed<8,0>",
                              .layers = &layer,
                              .layer_count = 1,
                              .seed = 13 };
    struct process *p = design_process(sample_design(a, &s), "conv");
    static const int32_t raw[] = { 3, 4, -4, -5, 127, -128 };
    static const int32_t converted[] = { 0, 1, 0, -1, 0, 0 };
    p->biases = raw;
    const char *text = text_string(memory_file_biases(a, p));
    for (uint32_t oc = 0; oc < 6; oc++)
        ck_assert_int_eq(field(text, oc / 3, oc % 3 * 4, 4, true),
                         converted[oc]);
    arena_free(a);
}
END_TEST

/* Ternary weights take two bits, whatever their format says of fractions. */
START_TEST(test_dense_ternary)
{
    static const struct sample_layer dense[] = {
        { .name = "flat", .type = LAYER_FLATTEN },
        { .name = "fc",
          .type = LAYER_DENSE,
          .units = 4,
          .weight = "ternary",
          .bias = "fixed<4,4>",
          .output = "fixed<9,5>",
          .pe = 2,
          .simd = 3 },
    };
    struct arena *a = arena_new();
    const struct sample s = { .input = { 1, 4, 3 },
                              .format = "ufixed<8,0>",
                              .layers = dense,
                              .layer_count = 2,
                              .seed = 14 };
    const struct process *p = design_process(sample_design(a, &s), "fc");
    const char *text = text_string(memory_file_weights(a, p));
    ck_assert_uint_eq(lines(text), 2 * 4);
    for (uint32_t input = 0; input < 12; input++)
        for (uint32_t output = 0; output < 4; output++) {
            uint32_t line = output / 2 * 4 + input / 3;
            uint32_t lane = output % 2 * 3 + input % 3;
            ck_assert_int_eq(field(text, line, lane * 2, 2, true),
                             p->weights[input * 4 + output]);
        }
    arena_free(a);
}
END_TEST

/* Depthwise: a channel's own window, folded by itself. */
START_TEST(test_depthwise_weights)
{
    struct arena *a = arena_new();
    const struct process *p = design_process(sample_graph_kernels(a), "depth");
    const char *text = text_string(memory_file_weights(a, p));
    ck_assert_uint_eq(lines(text), 2 * 3); /* 4 / 2 groups, 9 / 3 folds */
    ck_assert_uint_eq(strcspn(text, "\n"), (2 * 3 * 5 + 3) / 4);
    for (uint32_t row = 0; row < 3; row++)
        for (uint32_t column = 0; column < 3; column++)
            for (uint32_t c = 0; c < 4; c++) {
                uint32_t element = row * 3 + column;
                uint32_t line = c / 2 * 3 + element / 3;
                uint32_t lane = c % 2 * 3 + element % 3;
                ck_assert_int_eq(field(text, line, lane * 5, 5, true),
                                 p->weights[(row * 3 + column) * 4 + c]);
            }
    arena_free(a);
}
END_TEST

/* Two tokens of two channels. */
static void check_channels(const char *text, const int32_t *values,
                           uint32_t width, bool is_signed)
{
    ck_assert_uint_eq(lines(text), 2);
    for (uint32_t c = 0; c < 4; c++)
        ck_assert_int_eq(field(text, c / 2, c % 2 * width, width, is_signed),
                         values[c]);
}

START_TEST(test_channels)
{
    struct arena *a = arena_new();
    const struct design *d = sample_graph_kernels(a);
    const struct process *norm = design_process(d, "norm");
    const struct process *bend = design_process(d, "bend");
    check_channels(text_string(memory_file_scales(a, norm)), norm->weights, 6,
                   true);
    check_channels(text_string(memory_file_offsets(a, norm)), norm->biases, 9,
                   true);
    check_channels(text_string(memory_file_alphas(a, bend)), bend->weights, 4,
                   false);
    arena_free(a);
}
END_TEST

START_TEST(test_one_alpha)
{
    struct arena *a = arena_new();
    const struct process *p = design_process(sample_graph_kernels(a), "leaky");
    const char *text = text_string(memory_file_alphas(a, p));
    ck_assert_uint_eq(lines(text), 1);
    ck_assert_int_eq(field(text, 0, 0, 4, false), p->weights[0]);
    arena_free(a);
}
END_TEST

static void check_table(const char *text, const int32_t *values, uint32_t count,
                        uint32_t width)
{
    ck_assert_uint_eq(lines(text), count);
    for (uint32_t i = 0; i < count; i++)
        ck_assert_int_eq(field(text, i, 0, width, false), values[i]);
}

START_TEST(test_tables)
{
    struct arena *a = arena_new();
    const struct design *d = sample_graph_kernels(a);
    const struct process *curve = design_process(d, "curve");
    const struct process *soft = design_process(d, "soft");
    check_table(text_string(memory_file_table(a, curve)), curve->lookup->values,
                32, 7);
    check_table(text_string(memory_file_exp(a, soft)), soft->softmax->exp, 16,
                16);
    check_table(text_string(memory_file_inverse(a, soft)),
                soft->softmax->inverse, 16, 16);
    arena_free(a);
}
END_TEST

START_TEST(test_tokens)
{
    struct arena *a = arena_new();
    struct stream stream = { .shape = { 2, 3, 4 },
                             .format = { .width = 7, .is_signed = true },
                             .lanes = 2,
                             .tokens_per_frame = 12,
                             .width_bits = 14 };
    struct rng rng = { 15 };
    const int32_t *values = sample_values(a, &rng, stream.format, 2 * 24);
    const char *text = text_string(memory_file_tokens(a, &stream, values, 2));
    ck_assert_uint_eq(lines(text), 24);
    for (uint32_t i = 0; i < 48; i++)
        ck_assert_int_eq(field(text, i / 2, i % 2 * 7, 7, true), values[i]);
    arena_free(a);
}
END_TEST

static Suite *memory_file_suite(void)
{
    Suite *s = suite_create("memory_file");
    TCase *t = tcase_create("memory_file");
    tcase_add_test(t, test_conv2d_weights);
    tcase_add_test(t, test_conv2d_biases);
    tcase_add_test(t, test_bias_conversion);
    tcase_add_test(t, test_dense_ternary);
    tcase_add_test(t, test_depthwise_weights);
    tcase_add_test(t, test_channels);
    tcase_add_test(t, test_one_alpha);
    tcase_add_test(t, test_tables);
    tcase_add_test(t, test_tokens);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(memory_file_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
