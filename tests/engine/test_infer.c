#include "engine/infer.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "kernels/kernels.h"
#include "tests/design/chain.h"
#include "tests/kernels/kernel_case.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

static struct design *lower(struct arena *a, struct network *n)
{
    const struct hardware h = { 0 };
    struct design *d = design_lower(a, n, &h, kernels_headrace(), diag_new(a));
    ck_assert_ptr_nonnull(d);
    return d;
}

/* 2x2x1 -> padded conv2d 2x2 (1 2 / 3 4), two filters, the second one
 * negative -> maxpool 2x2 -> flatten -> dense with two units. */
static struct design *new_design(struct arena *a)
{
    static const int32_t kernel[] = { 1, -1, 2, -2, 3, -3, 4, -4 };
    static const int32_t matrix[] = { 1, 0, 2, -1 };
    static const int32_t bias[] = { 0, 5 };
    struct format integer = make_format("fixed<16,16>");
    const struct layer layers[] = {
        { .name = "conv",
          .type = LAYER_CONV2D,
          .units = 2,
          .window = { 2, 2, 1, 1, 1, 0, 1, 0 },
          .weight = integer,
          .weights = kernel,
          .output = { .format = integer } },
        { .name = "pool",
          .type = LAYER_MAXPOOL2D,
          .window = { 2, 2, 1, 1, 0, 0, 0, 0 } },
        { .name = "flat", .type = LAYER_FLATTEN },
        { .name = "fc",
          .type = LAYER_DENSE,
          .units = 2,
          .weight = integer,
          .weights = matrix,
          .biases = bias,
          .output = { .format = integer } },
    };
    struct network *n = chain_new(a, (struct shape){ 2, 2, 1 }, 4, layers);
    n->input.format = make_format("ufixed<8,8>");
    return lower(a, n);
}

/* Two frames; what comes out of each process was calculated by hand:
 * the windows of frame 0 are (0 0 0 1) (0 0 1 2) (0 1 0 3) (1 2 3 4). */
static const int32_t inputs[] = { 1, 2, 3, 4, 0, 0, 0, 7 };
static const char expected[] = "0 source.out: 1 2 3 4\n"
                               "0 conv.pad.out: 0 0 0 0 1 2 0 3 4\n"
                               "0 conv.out: 4 -4 11 -11 14 -14 30 -30\n"
                               "0 pool.out: 30 -4\n"
                               "0 fc.out: 22 9\n"
                               "1 source.out: 0 0 0 7\n"
                               "1 conv.pad.out: 0 0 0 0 0 0 0 0 7\n"
                               "1 conv.out: 0 0 0 0 0 0 28 -28\n"
                               "1 pool.out: 28 0\n"
                               "1 fc.out: 28 5\n";

static void print_frame(void *context, uint32_t frame, const struct stream *s,
                        const int32_t *values)
{
    struct text *t = context;
    text_printf(t, "%u %s:", frame, s->name);
    for (uint64_t i = 0; i < shape_count(s->shape); i++)
        text_printf(t, " %d", values[i]);
    text_add(t, "\n");
}

START_TEST(test_streams)
{
    struct arena *a = arena_new();
    const struct design *d = new_design(a);
    ck_assert_uint_eq(infer_input_count(d), 4);
    ck_assert_uint_eq(infer_output_count(d), 2);
    struct text *t = text_new(a);
    const struct infer_observer observer = { print_frame, t };
    const int32_t *out = infer_run(a, d, inputs, 2, &observer);
    ck_assert_str_eq(text_string(t), expected);
    const int32_t outputs[] = { 22, 9, 28, 5 };
    ck_assert_mem_eq(out, outputs, sizeof outputs);
    out = infer_run(a, d, inputs, 2, NULL);
    ck_assert_mem_eq(out, outputs, sizeof outputs);
    arena_free(a);
}
END_TEST

START_TEST(test_float)
{
    struct arena *a = arena_new();
    const struct design *d = new_design(a);
    /* Halves: all is linear but the maximum and the bias. */
    const double halves[] = { 0.5, 1, 1.5, 2, 0, 0, 0, 3.5 };
    const double *out = infer_run_float(a, d, halves, 2);
    const double outputs[] = { 11, 7, 14, 5 };
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(out[i], outputs[i]);
    arena_free(a);
}
END_TEST

/* The output of a network that is nothing but its input's ReLU. */
START_TEST(test_one_process)
{
    struct arena *a = arena_new();
    const struct layer layers[] = { { .name = "act", .type = LAYER_RELU } };
    struct network *n = chain_new(a, (struct shape){ 1, 1, 3 }, 1, layers);
    n->input.format = make_format("fixed<8,8>");
    n->layers[0].output.format = n->input.format;
    const int32_t in[] = { 1, -2, 3 };
    const int32_t *out = infer_run(a, lower(a, n), in, 1, NULL);
    ck_assert_int_eq(out[0], 1);
    ck_assert_int_eq(out[1], 0);
    ck_assert_int_eq(out[2], 3);
    arena_free(a);
}
END_TEST

/* Memory: one frame of each stream, however many frames are run. */
START_TEST(test_memory)
{
    struct arena *a = arena_new();
    const struct design *d = new_design(a);
    int32_t *many = arena_new_array(a, int32_t, 4000);
    size_t before = arena_used(a);
    infer_run(a, d, many, 1000, NULL);
    ck_assert_uint_le(arena_used(a) - before, 2000 * sizeof(int32_t) + 64);
    arena_free(a);
}
END_TEST

START_TEST(test_to_float)
{
    struct arena *a = arena_new();
    const int32_t raw[] = { 1, -1, INT32_MIN };
    const double *x = infer_to_float(a, make_format("fixed<32,31>"), raw, 3);
    ck_assert_double_eq(x[0], 0.5);
    ck_assert_double_eq(x[1], -0.5);
    ck_assert_double_eq(x[2], -1073741824);
    x = infer_to_float(a, make_format("ufixed<32,31>"), raw, 3);
    ck_assert_double_eq(x[0], 0.5);
    ck_assert_double_eq(x[1], 2147483647.5);
    ck_assert_double_eq(x[2], 1073741824);
    arena_free(a);
}
END_TEST

START_TEST(test_class)
{
    struct format s = make_format("fixed<32,8>");
    struct format u = make_format("ufixed<32,8>");
    ck_assert_uint_eq(infer_class(s, (const int32_t[]){ -5, -3, -9 }, 3), 1);
    ck_assert_uint_eq(infer_class(s, (const int32_t[]){ 1, 4, 4, 2 }, 4), 1);
    ck_assert_uint_eq(infer_class(s, (const int32_t[]){ 7 }, 1), 0);
    /* -1 is the largest of all unsigned 32-bit values. */
    ck_assert_uint_eq(infer_class(u, (const int32_t[]){ 5, -1, 9 }, 3), 1);
    ck_assert_uint_eq(infer_class_float((const double[]){ -.5, .25, .25 }, 3),
                      1);
}
END_TEST

/* A single output: a logit, a probability, or the class itself. */
static const struct {
    enum layer_type type;
    struct shape shape;
    const char *format;
    int32_t raw[4];
    uint32_t classes[4];
    uint64_t count; /* of classes */
} singles[] = {
    { LAYER_RELU,
      { 1, 1, 1 },
      "fixed<8,4>",
      { 1, 0, -1, 127 },
      { 1, 0, 0, 1 },
      2 },
    { LAYER_SIGMOID,
      { 1, 1, 1 },
      "ufixed<8,0>",
      { 127, 128, 129, 255 },
      { 0, 0, 1, 1 },
      2 },
    { LAYER_ARGMAX,
      { 1, 1, 5 },
      "ufixed<3,3>",
      { 4, 0, 1, 3 },
      { 4, 0, 1, 3 },
      5 },
};

START_TEST(test_single)
{
    struct arena *a = arena_new();
    const struct layer layer = {
        .name = "last",
        .type = singles[_i].type,
        .output = { .format = make_format(singles[_i].format) },
    };
    struct network *n = chain_new(a, singles[_i].shape, 1, &layer);
    const struct design *d = lower(a, n);
    ck_assert_uint_eq(infer_output_count(d), 1);
    ck_assert_uint_eq(network_class_count(n), singles[_i].count);
    double step = ldexp(1, -format_fraction(d->output->format));
    for (uint32_t i = 0; i < 4; i++) {
        double x = singles[_i].raw[i] * step;
        ck_assert_uint_eq(infer_decide(d, &singles[_i].raw[i]),
                          singles[_i].classes[i]);
        ck_assert_uint_eq(infer_decide_float(d, &x), singles[_i].classes[i]);
    }
    arena_free(a);
}
END_TEST

START_TEST(test_count_correct)
{
    struct arena *a = arena_new();
    const struct design *d = new_design(a);
    const int32_t out[] = { 1, 2, 5, 4, 3, 3, 0, 1 }; /* classes 1 0 0 1 */
    const double reals[] = { 1, 2, 5, 4, 3, 3, 0, 1 };
    static const struct {
        int32_t labels[4];
        uint32_t correct;
    } cases[] = {
        { { 1, 0, 0, 1 }, 4 },
        { { 1, 0, 1, 1 }, 3 },
        { { 0, 1, 1, 0 }, 0 },
        { { -1, 2, 0, 1 }, 2 },
        { { 1, INT32_MAX, INT32_MIN, 9 }, 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_uint_eq(infer_count_correct(d, out, cases[i].labels, 4),
                          cases[i].correct);
        ck_assert_uint_eq(infer_count_correct_float(d, reals, cases[i].labels,
                                                    4),
                          cases[i].correct);
    }
    arena_free(a);
}
END_TEST

static Suite *infer_suite(void)
{
    Suite *s = suite_create("infer");
    TCase *t = tcase_create("infer");
    tcase_add_test(t, test_streams);
    tcase_add_test(t, test_float);
    tcase_add_test(t, test_one_process);
    tcase_add_test(t, test_memory);
    tcase_add_test(t, test_to_float);
    tcase_add_test(t, test_class);
    tcase_add_test(t, test_count_correct);
    tcase_add_loop_test(t, test_single, 0, sizeof singles / sizeof *singles);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(infer_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
