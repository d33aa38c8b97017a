/* Powers of two against those that QKeras 0.9 computes from the same numbers
 * (quantized_po2 and quantized_relu_po2 of an array). */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "import/keras/keras_reader.h"
#include "tests/check_main.h"

/* With 0.7 and 0.71, 1.4 and 1.42 on both sides of a root of two. */
static const float numbers[] = { 0,     0.02F, -0.02F, 0.7F, -0.71F, 1.4F,
                                 1.42F, -3.1F, 9,      -40,  5e-8F,  600 };
enum { COUNT = sizeof numbers / sizeof *numbers };

struct powers_case {
    struct keras_quantizer q;
    int exponents[COUNT];
    bool is_relu; /* no value is negative */
};

static const struct powers_case cases[] = {
    { { .kind = KERAS_PO2, .bits = 4, .max_value = INFINITY },
      { -4, -4, -4, -1, 0, 0, 1, 2, 3, 3, -4, 3 },
      false },
    { { .kind = KERAS_PO2, .bits = 5, .max_value = 1 },
      { -16, -6, -6, -1, 0, 0, 0, 0, 0, 0, -16, 0 },
      false },
    { { .kind = KERAS_PO2, .bits = 5, .max_value = 3 },
      { -8, -6, -6, -1, 0, 0, 1, 2, 2, 2, -8, 2 },
      false },
    { { .kind = KERAS_PO2, .bits = 2, .max_value = 0.4 },
      { -2, -2, -2, -1, -1, -1, -1, -1, -1, -1, -2, -1 },
      false },
    { { .kind = KERAS_PO2,
        .bits = 4,
        .max_value = INFINITY,
        .is_quadratic = true },
      { -4, -6, -6, 0, 0, 0, 0, 2, 4, 4, -4, 4 },
      false },
    { { .kind = KERAS_RELU_PO2, .bits = 3, .max_value = 2 },
      { -4, -4, -4, -1, -4, 0, 1, -4, 1, -4, -4, 1 },
      true },
    { { .kind = KERAS_RELU_PO2,
        .bits = 3,
        .max_value = INFINITY,
        .negative_slope = 0.25 },
      { -4, -4, -4, -1, -2, 0, 1, 0, 3, 3, -4, 3 },
      false },
    { { .kind = KERAS_RELU_PO2,
        .bits = 4,
        .max_value = INFINITY,
        .is_quadratic = true },
      { -8, -6, -8, 0, -8, 0, 0, -8, 4, -8, -8, 10 },
      true },
};

static struct arena *arena;
static struct keras_reader reader;
static struct keras_layer layer;

static void setup(void)
{
    arena = arena_new();
    reader = (struct keras_reader){ .arena = arena,
                                    .diag = diag_new(arena),
                                    .path = "net.h5" };
    reader.graph = graph_new(arena, "net.h5", "net", reader.diag);
    layer = (struct keras_layer){ .reader = &reader,
                                  .name = "dense",
                                  .kind = "QDense" };
    layer.type = keras_layer_find(layer.kind);
}

static void teardown(void)
{
    arena_free(arena);
}

static struct graph_value *quantize(struct keras_quantizer q, uint64_t count,
                                    const float *x)
{
    struct graph_dims dims = { 1, { count } };
    q.name = "quantized_po2";
    return keras_quantize_powers(&layer, &q,
                                 graph_add_constant(reader.graph, "w", &dims,
                                                    GRAPH_FLOAT32, x, false));
}

START_TEST(powers_are_those_of_qkeras)
{
    const struct powers_case *c = &cases[_i];
    const struct graph_value *v = quantize(c->q, COUNT, numbers);
    ck_assert_ptr_nonnull(v);
    ck_assert_ptr_nonnull(v->data);
    for (uint32_t i = 0; i < COUNT; i++) {
        double sign = numbers[i] < 0 && !c->is_relu ? -1 : 1;
        ck_assert_double_eq(graph_element(v, i), ldexp(sign, c->exponents[i]));
    }
    /* Its format holds them. */
    ck_assert_uint_ne(v->grid.bits, 0);
    ck_assert(v->grid.is_signed == !c->is_relu);
}
END_TEST

static const float far[] = { 1e-6F, 1e6F };

START_TEST(what_no_format_holds)
{
    struct keras_quantizer q = { .kind = KERAS_PO2,
                                 .bits = 8,
                                 .max_value = INFINITY };
    ck_assert_ptr_null(quantize(q, 2, far));
    ck_assert_str_eq(diag_at(reader.diag, 0)->text,
                     "layer 'dense' (QDense): quantized_po2: weights from "
                     "2^-20 to 2^20 are in no format of at most 32 bits");
    /* But a normalisation is computed of them, also of zeros. */
    layer.type = keras_layer_find("QBatchNormalization");
    const struct graph_value *v = quantize(q, 2, far);
    ck_assert_ptr_nonnull(v);
    ck_assert_double_eq(graph_element(v, 0), ldexp(1, -20));
    q.bits = 32;
    v = quantize(q, 1, numbers);
    ck_assert_ptr_nonnull(v);
    ck_assert_double_eq(graph_element(v, 0), 0);
}
END_TEST

START_TEST(no_bit_for_the_exponent)
{
    struct keras_quantizer q = { .kind = KERAS_PO2,
                                 .bits = 1,
                                 .max_value = INFINITY };
    ck_assert_ptr_null(quantize(q, 2, far));
    ck_assert_ptr_nonnull(strstr(diag_at(reader.diag, 0)->text,
                                 "no bit is left for the exponent"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("keras_powers");
    TCase *c = tcase_create("keras_powers");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, powers_are_those_of_qkeras, 0,
                        sizeof cases / sizeof *cases);
    tcase_add_test(c, what_no_format_holds);
    tcase_add_test(c, no_bit_for_the_exponent);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
