/* The keys that all layers have, and those of a conv2d and a dense. */
#include "import/model.h"

#include "import/model_type.h"
#include "tests/import/expect.h"

static const struct broken broken[] = {
    { { { "\"type\": \"maxpool2d\"", "\"type\": \"maxpool\"" } },
      { { 17, 34, DIAG_VALUE, "layer type 'maxpool' is not " EXPECT_TYPES,
          "did you mean 'maxpool2d'?" } } },
    { { { "\"type\": \"maxpool2d\"", "\"type\": \"lstm\"" } },
      { { 17, 34, DIAG_VALUE, "layer type 'lstm' is not " EXPECT_TYPES,
          NULL } } },
    { { { "\"type\": \"maxpool2d\"", "\"type\": 3" } },
      { { 17, 34, DIAG_JSON_TYPE, "'network.layers[1].type' is 3, not a string",
          NULL } } },
    { { { "\"type\": \"maxpool2d\",", "" } },
      { { 17, 7, DIAG_JSON_MISSING, "'network.layers[1]' has no 'type'",
          NULL } } },
    { { { "\"input\": \"conv1\",", "" } },
      { { 17, 7, DIAG_JSON_MISSING, "'network.layers[1]' has no 'input'",
          NULL } } },
    { { { "\"name\": \"pool1\", ", "" } },
      { { 17, 7, DIAG_JSON_MISSING, "'network.layers[1]' has no 'name'",
          NULL } } },
    { { { "\"filters\": 6, ", "" } },
      { { 8, 7, DIAG_JSON_MISSING, "'network.layers[0]' has no 'filters'",
          NULL } } },
    { { { "\"filters\": 6", "\"filters\": 0" } },
      { { 9, 20, DIAG_JSON_RANGE,
          "'network.layers[0].filters' is 0, outside 1..1048576", NULL } } },
    { { { "\"filters\": 6", "\"filters\": -6" } },
      { { 9, 20, DIAG_JSON_RANGE,
          "'network.layers[0].filters' is -6, outside 1..1048576", NULL } } },
    { { { "\"filters\": 6", "\"filters\": 6.5" } },
      { { 9, 20, DIAG_JSON_TYPE,
          "'network.layers[0].filters' is 6.5, not a whole number", NULL } } },
    { { { "\"filters\": 6", "\"filters\": \"6\"" } },
      { { 9, 20, DIAG_JSON_TYPE,
          "'network.layers[0].filters' is \"6\", not a whole number",
          NULL } } },
    { { { "\"filters\": 6", "\"filters\": 1048577" } },
      { { 9, 20, DIAG_JSON_RANGE,
          "'network.layers[0].filters' is 1048577, outside 1..1048576",
          NULL } } },
    { { { "\"filters\": 6", "\"units\": 6" } },
      { { 9, 9, DIAG_JSON_KEY, "unknown key 'units' in 'network.layers[0]'",
          NULL },
        { 8, 7, DIAG_JSON_MISSING, "'network.layers[0]' has no 'filters'",
          NULL } } },
    { { { "\"kernel\": [5, 5]", "\"kernel\": [5, 0]" } },
      { { 9, 37, DIAG_JSON_RANGE,
          "'network.layers[0].kernel[1]' is 0, outside 1..1048576", NULL } } },
    { { { "\"kernel\": [5, 5]", "\"kernel\": [5, 5, 1]" } },
      { { 9, 33, DIAG_JSON_RANGE,
          "'network.layers[0].kernel' has 3 elements, not 2", NULL } } },
    { { { "\"kernel\": [5, 5]", "\"kernel\": 5" } },
      { { 9, 33, DIAG_JSON_TYPE,
          "'network.layers[0].kernel' is 5, not an array", NULL } } },
    { { { "\"stride\": [1, 1]", "\"stride\": [0, 1]" } },
      { { 9, 52, DIAG_JSON_RANGE,
          "'network.layers[0].stride[0]' is 0, outside 1..1048576", NULL } } },
    { { { "\"valid\"", "\"full\"" } },
      { { 10, 20, DIAG_VALUE, "padding 'full' is not 'valid' or 'same'",
          NULL } } },
    { { { "\"valid\"", "1" } },
      { { 10, 20, DIAG_JSON_TYPE,
          "'network.layers[0].padding' is neither 'valid', 'same' nor [top, "
          "bottom, left, right]",
          NULL } } },
    { { { "\"valid\"", "[1, 1]" } },
      { { 10, 20, DIAG_JSON_RANGE,
          "'network.layers[0].padding' has 2 elements, not 4", NULL } } },
    { { { "\"valid\"", "[1, 1, 1, -1]" } },
      { { 10, 30, DIAG_JSON_RANGE,
          "'network.layers[0].padding[3]' is -1, outside 0..1048576",
          NULL } } },
    { { { "\"relu\"", "\"tanh\"" } },
      { { 10, 43, DIAG_VALUE,
          "activation 'tanh' is not 'none', 'relu' or 'relu6'", NULL } } },
    { { { "\"weight_format\": \"fixed<8,1>\",\n        \"bias",
          "\"weights_format\": \"fixed<8,1>\",\n        \"bias" } },
      { { 11, 9, DIAG_JSON_KEY,
          "unknown key 'weights_format' in 'network.layers[0]'",
          "did you mean 'weight_format'?" } } },
    { { { "        \"output_format\": \"ufixed<8,3,RND,SAT>\",\n", "" } },
      { { 8, 7, DIAG_JSON_MISSING, "'network.layers[0]' has no 'output_format'",
          NULL } } },
    { { { "{ \"name\": \"flat\", \"type\": \"flatten\",",
          "{ \"name\": \"flat\", \"type\": \"flatten\", \"axis\": 1," } },
      { { 20, 44, DIAG_JSON_KEY, "unknown key 'axis' in 'network.layers[2]'",
          NULL } } },
    { { { "{ \"name\": \"flat\", \"type\": \"flatten\",\n        \"input\": "
          "\"pool1\" }",
          "7" } },
      { { 20, 7, DIAG_JSON_TYPE, "'network.layers[2]' is 7, not an object",
          NULL } } },
    { { { "\"name\": \"flat\", \"type\": \"flatten\",\n        \"input\": "
          "\"pool1\"",
          "\"name\": \"flat\", \"type\": \"zeropad2d\",\n        \"input\": "
          "\"pool1\"" } },
      { { 20, 7, DIAG_JSON_MISSING, "'network.layers[2]' has no 'padding'",
          NULL } } },
    { { { "\"name\": \"flat\", \"type\": \"flatten\",",
          "\"name\": \"flat\", \"type\": \"relu\", \"output_format\": "
          "\"relu\"," } },
      { { 20, 58, DIAG_FORMAT,
          "format 'relu': a format is fixed<W,I[,Q[,O]]>, ufixed<W,I[,Q[,O]]>, "
          "binary or ternary",
          NULL } } },
};

START_TEST(test_broken)
{
    expect_broken(&broken[_i]);
}
END_TEST

static const struct broken_layers broken_layers[] = {
    { NULL,
      "{'name': 'a', 'type': 'add', 'input': 'in', 'output_format': "
      "'fixed<8,3>'}",
      { { "'input'", DIAG_JSON_KEY,
          "unknown key 'input' in 'network.layers[0]'",
          "did you mean 'inputs'?" } } },
    { NULL,
      "{'name': 'a', 'type': 'add', 'output_format': 'fixed<8,3>'}",
      { { "{", DIAG_JSON_MISSING, "'network.layers[0]' has no 'inputs'",
          NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'add', 'inputs': ['in'], 'output_format': "
      "'fixed<8,3>'}",
      { { "['in']", DIAG_JSON_RANGE,
          "'network.layers[0].inputs' has 1 elements, not 2", NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'subtract', 'inputs': ['in', 'in', 'in'], "
      "'output_format': 'fixed<8,3>'}",
      { { "['in'", DIAG_JSON_RANGE,
          "'network.layers[0].inputs' has 3 elements, not 2", NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'concat', 'inputs': ['in']}",
      { { "['in']", DIAG_JSON_RANGE,
          "'network.layers[0].inputs' has 1 elements, fewer than 2", NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'concat', 'inputs': ['in', 'in', 'in', 'in', "
      "'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', "
      "'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', "
      "'in', 'in', 'in', 'in', 'in']}",
      { { "['in'", DIAG_JSON_RANGE,
          "'network.layers[0].inputs' has 33 elements, more than 32",
          NULL } } },
    { NULL,
      "{ 'name': 'a', 'type': 'maximum', 'inputs': 'in' }",
      { { "'in' }", DIAG_JSON_TYPE,
          "'network.layers[0].inputs' is \"in\", not an array", NULL } } },
    { NULL,
      "{ 'name': 'a', 'type': 'maximum', 'inputs': ['in', 2] }",
      { { "2]", DIAG_JSON_TYPE,
          "'network.layers[0].inputs[1]' is 2, not a string", NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'relu', 'inputs': ['in', 'in']}",
      { { "'inputs'", DIAG_JSON_KEY,
          "unknown key 'inputs' in 'network.layers[0]'",
          "did you mean 'input'?" } } },
    { NULL,
      "{'name': 'a', 'type': 'flatten', 'input': 7}",
      { { "7", DIAG_JSON_TYPE, "'network.layers[0].input' is 7, not a string",
          NULL } } },
    { NULL,
      "{'name': 'a.depthwise', 'type': 'relu', 'input': 'in'}",
      { { "'a.depthwise'", DIAG_NAME,
          "name 'a.depthwise' has other characters than letters, digits and "
          "'_'",
          NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'separable', 'input': 'in'}",
      { { "'separable'", DIAG_VALUE,
          "layer type 'separable' is not " EXPECT_TYPES, NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'conv3d', 'input': 'in'}",
      { { "'conv3d'", DIAG_VALUE, "layer type 'conv3d' is not " EXPECT_TYPES,
          "did you mean 'conv2d'?" } } },
    { NULL,
      "{'name': 'a', 'type': 'argmax', 'input': 'in', 'output_format': "
      "'fixed<8,3>'}",
      { { "'output_format'", DIAG_JSON_KEY,
          "unknown key 'output_format' in 'network.layers[0]'", NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'global_maxpool', 'input': 'in', 'kernel': [2, "
      "2]}",
      { { "'kernel'", DIAG_JSON_KEY,
          "unknown key 'kernel' in 'network.layers[0]'", NULL } } },
    { NULL,
      "{ 'name': 'a', 'type': 'depthwise_conv2d', 'input': 'in', 'kernel': [1, "
      "1], 'filters': 4, 'weight_format': 'fixed<8,1>', 'output_format': "
      "'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "'filters'", DIAG_JSON_KEY,
          "unknown key 'filters' in 'network.layers[0]'", NULL } } },
};

START_TEST(test_broken_layers)
{
    expect_broken_layers(&broken_layers[_i]);
}
END_TEST

/* The file that the schema is checked with has a layer of every type, and
 * each of them is read. */
START_TEST(test_every_type)
{
    struct example e = example_new();
    size_t length;
    const char *json =
        file_read(e.arena, HEADRACE_SOURCE_DIR "/tests/import/every_type.json",
                  1 << 20, &length, e.diag);
    ck_assert_ptr_nonnull(json);
    uint32_t separable = 0, layers = 0;
    for (const struct model_type *t = model_types; t->name != NULL; t++)
        ck_assert_msg(strstr(json, arena_printf(e.arena, "\"type\": \"%s\"",
                                                t->name)) != NULL,
                      "no %s", t->name);
    for (const char *c = json; (c = strstr(c, "\"type\": ")) != NULL; c++) {
        layers++;
        separable += strncmp(c, "\"type\": \"separable", 18) == 0;
    }
    struct model *m = example_load_good(&e, json);
    ck_assert_uint_eq(m->network.layer_count, layers + separable);
    bool seen[LAYER_TYPE_COUNT] = { false };
    for (uint32_t i = 0; i < m->network.layer_count; i++)
        seen[m->network.layers[i].type] = true;
    for (uint32_t t = 0; t < LAYER_TYPE_COUNT; t++)
        ck_assert_msg(seen[t], "%s", layer_type_name((enum layer_type)t));
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_layer");
    TCase *c = tcase_create("model_layer");
    tcase_add_loop_test(c, test_broken, 0, sizeof broken / sizeof *broken);
    tcase_add_loop_test(c, test_broken_layers, 0,
                        sizeof broken_layers / sizeof *broken_layers);
    tcase_add_test(c, test_every_type);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
