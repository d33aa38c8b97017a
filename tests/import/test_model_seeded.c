/* Seeded weights. */
#include "import/model.h"

#include "tests/import/expect.h"

/* From a program in Python that follows docs/model-config.md. */
static const struct {
    const char *name;
    uint32_t inputs, units;
    const char *weight, *bias;
    uint32_t count;
    int32_t weights[20], biases[2];
} seeded[] = {
    { "a",
      3,
      2,
      "fixed<8,1>",
      "fixed<8,1>",
      6,
      { -125, 23, 104, 38, 107, 123 },
      { -65, -11 } },
    { "b",
      3,
      2,
      "fixed<8,1>",
      "fixed<8,1>",
      6,
      { -16, 41, -29, -28, 16, 88 },
      { 45, 50 } },
    { "a",
      20,
      1,
      "fixed<32,1>",
      "fixed<4,1>",
      20,
      { -1879008731, 344051869,   1568969272,  574823540,  1610110276,
        1856953350,  -984793486,  -162590698,  402864194,  -29695629,
        1495812324,  -1199298975, -1809771660, 290671607,  -1641633472,
        1023726333,  875691465,   1623501215,  1592506881, -1693920275 },
      { -6 } },
    { "a",
      17,
      1,
      "ufixed<1,1>",
      "ufixed<31,0>",
      17,
      { 0, 1, 1, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1 },
      { 1922149732 } },
    { "a", 5, 1, "fixed<1,1>", "fixed<1,0>", 5, { -1, 0, 0, 0, 0 }, { 0 } },
    { "a", 4, 2, "binary", NULL, 8, { -1, 1, 1, 1, 1, 1, -1, -1 }, { 0, 0 } },
    { "a", 4, 2, "ternary", NULL, 8, { -1, 0, 1, 0, 1, 1, -1, 0 }, { 0, 0 } },
};

START_TEST(test_seeded)
{
    struct example e = example_new();
    const char *bias = seeded[_i].bias;
    char *keys =
        arena_printf(e.arena,
                     "\"units\": %u, \"weight_format\": \"%s\",\n"
                     "\"accumulator_format\": \"fixed<62,31>\",\n%s%s%s"
                     "\"weights\": { \"seed\": 9 }",
                     seeded[_i].units, seeded[_i].weight,
                     bias != NULL ? "\"bias_format\": \"" : "",
                     bias != NULL ? bias : "", bias != NULL ? "\",\n" : "");
    struct model *m = example_load_good(
        &e, example_dense(&e, seeded[_i].name, seeded[_i].inputs, keys));
    const struct layer *l = example_layer(m, seeded[_i].name);
    for (uint32_t i = 0; i < seeded[_i].count; i++)
        ck_assert_int_eq(l->weights[i], seeded[_i].weights[i]);
    for (uint32_t i = 0; i < seeded[_i].units; i++)
        ck_assert_int_eq(l->biases[i], seeded[_i].biases[i]);
    ck_assert_ptr_null(l->weight_floats);
    ck_assert_ptr_null(l->bias_floats);
    example_free(&e);
}
END_TEST

/* Also by that program: the layer of the example, beginning, end, bounds. */
START_TEST(test_seeded_example)
{
    struct example e = example_new();
    const struct layer *fc =
        example_layer(example_load_good(&e, example_json), "fc");
    static const int32_t first[] = { 4, -4, 12, 13, -3, -14, -15, -1 };
    static const int32_t last[] = { -17, -5, -16, -12 };
    static const int32_t biases[] = {
        11, -15, -3, 13, -6, 3, 2, -13, -14, -15
    };
    enum { COUNT = 864 * 10 };
    ck_assert_mem_eq(fc->weights, first, sizeof first);
    ck_assert_mem_eq(fc->weights + COUNT - 4, last, sizeof last);
    ck_assert_mem_eq(fc->biases, biases, sizeof biases);
    uint32_t at_limit = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        ck_assert_int_ge(fc->weights[i], -17);
        ck_assert_int_le(fc->weights[i], 17);
        at_limit += fc->weights[i] == 17 || fc->weights[i] == -17;
    }
    /* 2 of 35 values, so about 494 times. */
    ck_assert_uint_gt(at_limit, 400);
    ck_assert_uint_lt(at_limit, 600);
    example_free(&e);
}
END_TEST

/* The same program for the layers that are no dense. */
START_TEST(test_seeded_layers)
{
    static const int32_t d_weights[] = { 84,  -30, -23,  78,  -19, -95,
                                         7,   78,  26,   -35, 90,  111,
                                         -70, 33,  117,  -24, 106, -74,
                                         -5,  7,   -119, 25,  68,  5 };
    static const int32_t d_biases[] = { -100, 65, 70, 87 };
    static const int32_t n_weights[] = { -3, -88, -30, 44 };
    static const int32_t n_biases[] = { 565, 702, 265, 194 };
    static const int32_t p_weights[] = { -9, 8, 10, -2 };
    static const int32_t s_depthwise_weights[] = {
        6,   4,   -6,  62,  36,  77,  -99, 82,  86,  94,  -12, 58,  28,
        33,  90,  -5,  -45, -74, -26, 21,  57,  58,  -67, 4,   20,  -43,
        85,  -96, -44, 71,  -65, 66,  36,  5,   -32, 92,  -53, -90, -42,
        20,  -65, -78, -60, -86, -64, 37,  24,  68,  -66, 15,  -12, -78,
        59,  55,  -26, -59, 89,  -64, 64,  82,  37,  -92, -60, -26, -96,
        -86, 43,  74,  -19, -55, 22,  -75, -30, -95, -11, 53,  -57, -92,
        36,  -13, 48,  -77, -78, -25, -76, -73, -55, 67,  23,  60,  -34,
        -25, -13, 17,  6,   -67, 93,  78,  -71, -28
    };
    static const int32_t s_weights[] = { -97, 5,  89,  18,   82, -63,
                                         117, -6, -67, -117, 73, -82 };
    static const int32_t s_biases[] = { 39, 110, -6 };
    struct example e = example_new();
    struct model *m = expect_good_layers(
        &e, NULL,
        "{ 'name': 'd', 'type': 'depthwise_conv2d', 'input': 'in', 'kernel': "
        "[3, 2], 'weight_format': 'fixed<8,1>', 'output_format': "
        "'fixed<8,3>', 'weights': { 'seed': 9 } },\n"
        "{ 'name': 'n', 'type': 'batchnorm', 'input': 'd', 'weight_format': "
        "'fixed<8,1>', 'bias_format': 'ufixed<10,1>', 'output_format': "
        "'fixed<8,3>', 'weights': { 'seed': 9 } },\n"
        "{ 'name': 'p', 'type': 'prelu', 'input': 'n', 'weight_format': "
        "'fixed<6,1>', 'weights': { 'seed': 9 } },\n"
        "{ 'name': 's', 'type': 'separable_conv2d', 'input': 'p', 'filters': "
        "3, 'kernel': [5, 5], 'depthwise_weight_format': 'fixed<8,1>', "
        "'depthwise_output_format': 'fixed<8,3>', 'weight_format': "
        "'fixed<8,1>', 'output_format': 'fixed<8,3>', 'weights': "
        "{ 'seed': 9 } }");
    ck_assert_mem_eq(example_layer(m, "d")->weights, d_weights,
                     sizeof d_weights);
    ck_assert_mem_eq(example_layer(m, "d")->biases, d_biases, sizeof d_biases);
    ck_assert_mem_eq(example_layer(m, "n")->weights, n_weights,
                     sizeof n_weights);
    ck_assert_mem_eq(example_layer(m, "n")->biases, n_biases, sizeof n_biases);
    ck_assert_mem_eq(example_layer(m, "p")->weights, p_weights,
                     sizeof p_weights);
    ck_assert_mem_eq(example_layer(m, "s.depthwise")->weights,
                     s_depthwise_weights, sizeof s_depthwise_weights);
    ck_assert_mem_eq(example_layer(m, "s")->weights, s_weights,
                     sizeof s_weights);
    ck_assert_mem_eq(example_layer(m, "s")->biases, s_biases, sizeof s_biases);
    for (uint32_t i = 0; i < 4; i++)
        ck_assert_int_eq(example_layer(m, "s.depthwise")->biases[i], 0);
    ck_assert_ptr_null(example_layer(m, "p")->biases);
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_seeded");
    TCase *c = tcase_create("model_seeded");
    tcase_add_loop_test(c, test_seeded, 0, sizeof seeded / sizeof *seeded);
    tcase_add_test(c, test_seeded_example);
    tcase_add_test(c, test_seeded_layers);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
