/* Formats, activations and weights in a layer. */
#include "import/model.h"

#include "tests/import/expect.h"

static const struct broken broken[] = {
    { { { "\"conv1_kernel.npy\"", "\"conv9_kernel.npy\"" } },
      { { 15, 32, DIAG_WEIGHTS, "file 'conv9_kernel.npy' is not there",
          NULL } } },
    { { { "\"conv1_kernel.npy\"", "\"/conv1_kernel.npy\"" } },
      { { 15, 32, DIAG_WEIGHTS, "path '/conv1_kernel.npy' is absolute",
          "put the file into the model's folder" } } },
    { { { "\"conv1_kernel.npy\"", "\"weights/../../conv1_kernel.npy\"" } },
      { { 15, 32, DIAG_WEIGHTS,
          "path 'weights/../../conv1_kernel.npy' leaves the model's folder",
          "put the file into the model's folder" } } },
    { { { "\"conv1_kernel.npy\"", "\"\"" } },
      { { 15, 32, DIAG_WEIGHTS, "path '' is empty",
          "put the file into the model's folder" } } },
    { { { "\"conv1_bias.npy\"", "\"..\"" } },
      { { 16, 30, DIAG_WEIGHTS, "path '..' leaves the model's folder",
          "put the file into the model's folder" } } },
    { { { "\"conv1_bias.npy\"", "\"conv1_kernel.npy\"" } },
      { { 16, 30, DIAG_WEIGHTS,
          "file 'conv1_kernel.npy' has shape (5, 5, 1, 6), the bias of 'conv1' "
          "has (6,)",
          NULL } } },
    { { { "\"weights\": { \"seed\": 7 }",
          "\"weights\": { \"seed\": 7, \"kernel\": \"fc.npy\" }" } },
      { { 25, 43, DIAG_WEIGHTS, "weights are given by a file and by a seed",
          "remove one of the two" } } },
    { { { "\"weights\": { \"seed\": 7 }", "\"weights\": {}" } },
      { { 25, 20, DIAG_JSON_MISSING,
          "'network.layers[3].weights' has no 'kernel'",
          "\"seed\" makes up weights without a file" } } },
    { { { "\"weights\": { \"seed\": 7 }",
          "\"weights\": { \"bias\": \"fc.npy\" }" } },
      { { 25, 20, DIAG_JSON_MISSING,
          "'network.layers[3].weights' has no 'kernel'",
          "\"seed\" makes up weights without a file" } } },
    { { { "\"weights\": { \"seed\": 7 }", "\"weights\": { \"seed\": -7 }" } },
      { { 25, 30, DIAG_JSON_RANGE,
          "'network.layers[3].weights.seed' is -7, outside "
          "0..18446744073709551615",
          NULL } } },
    { { { "\"weights\": { \"seed\": 7 }",
          "\"weights\": { \"seed\": 7, \"scale\": 2 }" } },
      { { 25, 33, DIAG_JSON_KEY,
          "unknown key 'scale' in 'network.layers[3].weights'", NULL } } },
    { { { "\"weights\": { \"seed\": 7 }", "\"weights\": 7" } },
      { { 25, 20, DIAG_JSON_TYPE,
          "'network.layers[3].weights' is 7, not an object", NULL } } },
    { { { ",\n        \"weights\": { \"seed\": 7 }", "" } },
      { { 22, 7, DIAG_JSON_MISSING, "'network.layers[3]' has no 'weights'",
          NULL } } },
    { { { "\"weight_format\": \"fixed<8,1>\",\n        \"bias",
          "\"weight_format\": \"fixed<6,1>\",\n        \"bias" } },
      { { 15, 32, DIAG_WEIGHTS_RANGE,
          "value -128 at (0, 0, 0, 0) of 'conv1_kernel.npy' is outside "
          "-32..31, the raw values of fixed<6,1> (113 such of 150)",
          NULL } } },
};

START_TEST(test_broken)
{
    expect_broken(&broken[_i]);
}
END_TEST

static const struct broken_layers broken_layers[] = {
    { NULL,
      "{'name': 'a', 'type': 'add', 'inputs': ['in', 'in']}",
      { { "{", DIAG_JSON_MISSING, "'network.layers[0]' has no 'output_format'",
          NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'add', 'inputs': ['in', 'in'], 'activation': "
      "'tanh', 'output_format': 'fixed<8,3>'}",
      { { "'tanh'", DIAG_VALUE,
          "activation 'tanh' is not 'none', 'relu' or 'relu6'", NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'linear', 'input': 'in'}",
      { { "{", DIAG_JSON_MISSING, "'network.layers[0]' has no 'output_format'",
          NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'sigmoid', 'input': 'in'}",
      { { "{", DIAG_JSON_MISSING, "'network.layers[0]' has no 'output_format'",
          NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'softmax', 'input': 'in', 'output_format': "
      "'ufixed<8,0>', 'table_bits': 16}",
      { { "16", DIAG_JSON_RANGE,
          "'network.layers[0].table_bits' is 16, outside 2..15", NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'tanh', 'input': 'in', 'output_format': "
      "'fixed<8,1>', 'table_bits': 1}",
      { { "1}", DIAG_JSON_RANGE,
          "'network.layers[0].table_bits' is 1, outside 2..15", NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'relu', 'input': 'in', 'max': 0}",
      { { "0}", DIAG_JSON_RANGE,
          "'network.layers[0].max' is 0, outside 1..1048576", NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'relu', 'input': 'in', 'max': 5.5}",
      { { "5.5", DIAG_JSON_TYPE,
          "'network.layers[0].max' is 5.5, not a whole number", NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'relu6', 'input': 'in', 'max': 6}",
      { { "'max'", DIAG_JSON_KEY, "unknown key 'max' in 'network.layers[0]'",
          NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'leaky_relu', 'input': 'in', 'weight_format': "
      "'fixed<8,1>'}",
      { { "{", DIAG_JSON_MISSING, "'network.layers[0]' has no 'alpha'",
          NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'leaky_relu', 'input': 'in', 'alpha': 0.1}",
      { { "{", DIAG_JSON_MISSING, "'network.layers[0]' has no 'weight_format'",
          NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'leaky_relu', 'input': 'in', 'alpha': '0.1', "
      "'weight_format': 'ternary'}",
      { { "'0.1'", DIAG_JSON_TYPE,
          "'network.layers[0].alpha' is \"0.1\", not a number", NULL },
        { "'ternary'", DIAG_FORMAT, "format 'ternary' is for weights only",
          NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'leaky_relu', 'input': 'in', 'alpha': 1001, "
      "'weight_format': 'fixed<8,1>'}",
      { { "1001", DIAG_JSON_RANGE,
          "'network.layers[0].alpha' is 1001, outside -1000..1000", NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'hard_sigmoid', 'input': 'in', 'alpha': 10000.0, "
      "'beta': 'x', 'output_format': 'fixed<8,3>'}",
      { { "10000.0", DIAG_JSON_RANGE,
          "'network.layers[0].alpha' is 10000.0, outside -1000..1000", NULL },
        { "'x'", DIAG_JSON_TYPE,
          "'network.layers[0].beta' is \"x\", not a number", NULL } } },
    { NULL,
      "{ 'name': 'p', 'type': 'prelu', 'input': 'in', 'weight_format': "
      "'fixed<8,1>', 'weights': {} }",
      { { "{}", DIAG_JSON_MISSING, "'network.layers[0].weights' has no 'alpha'",
          "\"seed\" makes up weights without a file" } } },
    { NULL,
      "{ 'name': 'p', 'type': 'prelu', 'input': 'in', 'weight_format': "
      "'fixed<8,1>', 'weights': { 'alpha': 'a.npy', 'seed': 1 } }",
      { { "'a.npy'", DIAG_WEIGHTS, "weights are given by a file and by a seed",
          "remove one of the two" } } },
    { NULL,
      "{ 'name': 'p', 'type': 'prelu', 'input': 'in', 'weight_format': "
      "'fixed<8,1>' }",
      { { "{", DIAG_JSON_MISSING, "'network.layers[0]' has no 'weights'",
          NULL } } },
    { NULL,
      "{ 'name': 'b', 'type': 'batchnorm', 'input': 'in', 'weight_format': "
      "'fixed<8,2>', 'output_format': 'fixed<8,3>', 'weights': {} }",
      { { "{}", DIAG_JSON_MISSING, "'network.layers[0].weights' has no 'scale'",
          "\"seed\" makes up weights without a file" } } },
    { NULL,
      "{ 'name': 'b', 'type': 'batchnorm', 'input': 'in', 'weight_format': "
      "'fixed<8,2>', 'output_format': 'fixed<8,3>', 'weights': { 'gamma': "
      "'g.npy' } }",
      { { "{ 'gamma'", DIAG_JSON_MISSING,
          "'network.layers[0].weights' has no 'mean'",
          "\"seed\" makes up weights without a file" },
        { "{ 'gamma'", DIAG_JSON_MISSING,
          "'network.layers[0].weights' has no 'variance'",
          "\"seed\" makes up weights without a file" } } },
    { NULL,
      "{ 'name': 'b', 'type': 'batchnorm', 'input': 'in', 'weight_format': "
      "'fixed<8,2>', 'output_format': 'fixed<8,3>', 'weights': { 'scale': "
      "'s.npy', 'mean': 'm.npy', 'variance': 'v.npy' } }",
      { { "'s.npy'", DIAG_WEIGHTS,
          "weights are given as scale and offset and as mean and variance",
          "remove one of the two" } } },
    { NULL,
      "{ 'name': 'b', 'type': 'batchnorm', 'input': 'in', 'weight_format': "
      "'fixed<8,2>', 'output_format': 'fixed<8,3>', 'weights': { 'mean': "
      "'m.npy', 'variance': 'v.npy', 'offset': 'o.npy' } }",
      { { "'o.npy'", DIAG_WEIGHTS,
          "weights are given as scale and offset and as mean and variance",
          "remove one of the two" } } },
    { NULL,
      "{ 'name': 'b', 'type': 'batchnorm', 'input': 'in', 'weight_format': "
      "'fixed<8,2>', 'output_format': 'fixed<8,3>', 'weights': { 'scale': "
      "'s.npy', 'seed': 2 } }",
      { { "'s.npy'", DIAG_WEIGHTS, "weights are given by a file and by a seed",
          "remove one of the two" } } },
    { NULL,
      "{ 'name': 'b', 'type': 'batchnorm', 'input': 'in', 'weight_format': "
      "'fixed<8,2>', 'output_format': 'fixed<8,3>', 'weights': { 'epsilon': "
      "0.1, 'seed': 2 } }",
      { { "0.1", DIAG_WEIGHTS, "weights are given by a file and by a seed",
          "remove one of the two" } } },
    { NULL,
      "{ 'name': 'b', 'type': 'batchnorm', 'input': 'in', 'weight_format': "
      "'fixed<8,2>', 'output_format': 'fixed<8,3>', 'weights': { 'mean': "
      "'m.npy', 'variance': 'v.npy', 'epsilon': -1 } }",
      { { "-1", DIAG_JSON_RANGE,
          "'network.layers[0].weights.epsilon' is -1, outside 0..1", NULL } } },
    { NULL,
      "{ 'name': 'b', 'type': 'batchnorm', 'input': 'in', 'weight_format': "
      "'fixed<8,2>', 'output_format': 'fixed<8,3>', 'weights': { 'kernel': "
      "'k.npy' } }",
      { { "'kernel'", DIAG_JSON_KEY,
          "unknown key 'kernel' in 'network.layers[0].weights'", NULL } } },
    { NULL,
      "{ 'name': 'b', 'type': 'batchnorm', 'input': 'in', 'weight_format': "
      "'fixed<8,2>', 'output_format': 'fixed<8,3>', 'weights': { 'scale': "
      "'s.npy' } }",
      { { "'s.npy'", DIAG_WEIGHTS, "file 's.npy' is not there", NULL } } },
    { NULL,
      "{ 'name': 's', 'type': 'separable_conv2d', 'input': 'in', 'filters': 2, "
      "'kernel': [3, 3], 'depthwise_output_format': 'fixed<8,3>', "
      "'weight_format': 'fixed<8,1>', 'output_format': 'fixed<8,3>', "
      "'weights': { 'seed': 1 } }",
      { { "{", DIAG_JSON_MISSING,
          "'network.layers[0]' has no 'depthwise_weight_format'", NULL } } },
    { NULL,
      "{ 'name': 's', 'type': 'separable_conv2d', 'input': 'in', 'filters': 2, "
      "'kernel': [3, 3], 'depthwise_weight_format': 'fixed<8,1>', "
      "'weight_format': 'fixed<8,1>', 'output_format': 'fixed<8,3>', "
      "'weights': { 'seed': 1 } }",
      { { "{", DIAG_JSON_MISSING,
          "'network.layers[0]' has no 'depthwise_output_format'", NULL } } },
    { NULL,
      "{ 'name': 's', 'type': 'separable_conv2d', 'input': 'in', 'filters': 2, "
      "'kernel': [3, 3], 'depthwise_weight_format': 'fixed<8,1>', "
      "'depthwise_output_format': 'fixed<8,3>', "
      "'depthwise_accumulator_format': 'ufixed<20,8>', 'weight_format': "
      "'fixed<8,1>', 'output_format': 'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "'ufixed<20,8>'", DIAG_FORMAT,
          "format 'ufixed<20,8>' is unsigned, an accumulator is signed",
          NULL } } },
    { NULL,
      "{ 'name': 's', 'type': 'separable_conv2d', 'input': 'in', 'filters': 2, "
      "'kernel': [3, 3], 'depthwise_weight_format': 'fixed<8,1>', "
      "'depthwise_output_format': 'fixed<8,3>', 'depthwise_bias_format': "
      "'fixed<8,3>', 'weight_format': 'fixed<8,1>', 'output_format': "
      "'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "'depthwise_bias_format'", DIAG_JSON_KEY,
          "unknown key 'depthwise_bias_format' in 'network.layers[0]'",
          "did you mean 'depthwise_accumulator_format'?" } } },
    { NULL,
      "{ 'name': 's', 'type': 'separable_conv2d', 'input': 'in', 'kernel': [3, "
      "3], 'depthwise_weight_format': 'fixed<8,1>', 'depthwise_output_format': "
      "'fixed<8,3>', 'weight_format': 'fixed<8,1>', 'output_format': "
      "'fixed<8,3>', 'weights': { 'kernel': 'k.npy' } }",
      { { "{", DIAG_JSON_MISSING, "'network.layers[0]' has no 'filters'",
          NULL },
        { "{ 'kernel'", DIAG_JSON_MISSING,
          "'network.layers[0].weights' has no 'depthwise'",
          "\"seed\" makes up weights without a file" } } },
};

START_TEST(test_broken_layers)
{
    expect_broken_layers(&broken_layers[_i]);
}
END_TEST

static const struct layer *only_layer(const struct model *m)
{
    return &m->network.layers[m->network.layer_count - 1];
}

START_TEST(test_activations)
{
    static const struct {
        const char *word;
        bool relu;
        uint32_t max;
    } words[] = { { "none", false, 0 },
                  { "relu", true, 0 },
                  { "relu6", true, 6 } };
    struct example e = example_new();
    for (uint32_t i = 0; i < 3; i++) {
        const struct layer *l = only_layer(expect_good_layers(
            &e, NULL,
            arena_printf(e.arena,
                         "{ 'name': 'a', 'type': 'subtract', 'inputs': "
                         "['in', 'in'], 'output_format': 'fixed<9,4>', "
                         "'activation': '%s' }",
                         words[i].word)));
        ck_assert_uint_eq(l->type, LAYER_SUBTRACT);
        ck_assert(l->relu == words[i].relu);
        ck_assert_uint_eq(l->relu_max, words[i].max);
    }
    example_free(&e);
}
END_TEST

START_TEST(test_relus)
{
    struct example e = example_new();
    const struct layer *l = only_layer(expect_good_layers(
        &e, NULL, "{ 'name': 'a', 'type': 'relu6', 'input': 'in' }"));
    ck_assert_uint_eq(l->type, LAYER_RELU);
    ck_assert(l->relu);
    ck_assert_uint_eq(l->relu_max, 6);
    l = only_layer(expect_good_layers(
        &e, NULL, "{ 'name': 'a', 'type': 'relu', 'input': 'in', 'max': 3 }"));
    ck_assert(l->relu);
    ck_assert_uint_eq(l->relu_max, 3);
    l = only_layer(expect_good_layers(
        &e, NULL,
        "{ 'name': 'a', 'type': 'linear', 'input': 'in', 'output_format': "
        "'fixed<4,3>' }"));
    ck_assert_uint_eq(l->type, LAYER_LINEAR);
    ck_assert(!l->relu);
    ck_assert_uint_eq(l->output.format.width, 4);
    example_free(&e);
}
END_TEST

START_TEST(test_tables)
{
    struct example e = example_new();
    const struct layer *l = only_layer(expect_good_layers(
        &e, NULL,
        "{ 'name': 'a', 'type': 'hard_tanh', 'input': 'in', "
        "'output_format': 'fixed<8,1>', 'beta': -0.25, 'table_bits': 7 }"));
    ck_assert_uint_eq(l->type, LAYER_HARD_TANH);
    ck_assert(l->alpha == 0.2 && l->beta == -0.25);
    ck_assert_uint_eq(l->table_bits, 7);
    l = only_layer(
        expect_good_layers(&e, NULL,
                           "{ 'name': 'a', 'type': 'softmax', 'input': 'in', "
                           "'output_format': 'ufixed<8,0>' }"));
    ck_assert_uint_eq(l->table_bits, 0);
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_numbers");
    TCase *c = tcase_create("model_numbers");
    tcase_add_loop_test(c, test_broken, 0, sizeof broken / sizeof *broken);
    tcase_add_loop_test(c, test_broken_layers, 0,
                        sizeof broken_layers / sizeof *broken_layers);
    tcase_add_test(c, test_activations);
    tcase_add_test(c, test_relus);
    tcase_add_test(c, test_tables);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
