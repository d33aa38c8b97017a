/* Names, who reads whom, and the output. */
#include "import/model.h"

#include "tests/import/expect.h"

static const struct broken broken[] = {
    { { { "\"name\": \"pool1\"", "\"name\": \"pool-1\"" },
        { "\"input\": \"pool1\"", "\"input\": \"pool-1\"" } },
      { { 17, 17, DIAG_NAME,
          "name 'pool-1' has other characters than letters, digits and '_'",
          NULL } } },
    { { { "\"name\": \"pool1\"", "\"name\": \"source\"" },
        { "\"input\": \"pool1\"", "\"input\": \"source\"" } },
      { { 17, 17, DIAG_NAME,
          "name 'source' is reserved for an end of the design", NULL } } },
    { { { "\"name\": \"pool1\"", "\"name\": \"conv1\"" } },
      { { 17, 17, DIAG_NAME, "name 'conv1' is taken by the layer in line 8",
          NULL } } },
    { { { "\"name\": \"pool1\"", "\"name\": \"image\"" },
        { "\"input\": \"pool1\"", "\"input\": \"image\"" } },
      { { 17, 17, DIAG_NAME, "name 'image' is taken by the input in line 5",
          NULL } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"poo1\"" } },
      { { 21, 18, DIAG_GRAPH_INPUT,
          "input 'poo1' is neither a layer nor the network's input",
          "did you mean 'pool1'?" } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"nothing_like_it\"" } },
      { { 21, 18, DIAG_GRAPH_INPUT,
          "input 'nothing_like_it' is neither a layer nor the network's input",
          NULL } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"conv1\"" } },
      { { 17, 7, DIAG_GRAPH_UNUSED,
          "the output of layer 'pool1' is read by nobody, and the network's "
          "output is 'fc'",
          NULL } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"image\"" } },
      { { 17, 7, DIAG_GRAPH_UNUSED,
          "the output of layer 'pool1' is read by nobody, and the network's "
          "output is 'fc'",
          NULL } } },
    { { { "\"output\": \"fc\"", "\"output\": \"fc2\"" } },
      { { 27, 15, DIAG_GRAPH_INPUT, "output 'fc2' is no layer",
          "did you mean 'fc'?" } } },
    { { { "\"output\": \"fc\"", "\"output\": \"image\"" } },
      { { 27, 15, DIAG_GRAPH_INPUT,
          "output 'image' is the network's input, not a layer", NULL } } },
    { { { "\"output\": \"fc\"", "\"output\": \"pool1\"" } },
      { { 22, 7, DIAG_GRAPH_UNUSED,
          "the output of layer 'fc' is read by nobody, and the network's "
          "output is 'pool1'",
          "remove the layers behind 'pool1', or name 'fc' as the output" } } },
    { { { "\"output\": \"fc\"", "\"output\": 4" } },
      { { 27, 15, DIAG_JSON_TYPE, "'network.output' is 4, not a string",
          NULL } } },
    { { { "\"output\": \"fc\"\n", "\"outputs\": \"fc\"\n" } },
      { { 27, 5, DIAG_JSON_KEY, "unknown key 'outputs' in 'network'",
          "did you mean 'output'?" } } },
};

START_TEST(test_broken)
{
    expect_broken(&broken[_i]);
}
END_TEST

static const struct broken_layers broken_layers[] = {
    { NULL,
      "{'name': 'a', 'type': 'relu', 'input': 'in'},\n{'name': 'b', 'type': "
      "'relu', 'input': 'in'},\n{'name': 'c', 'type': 'add', 'inputs': ['a', "
      "'d'], 'output_format': 'fixed<8,3>'}",
      { { "'d'", DIAG_GRAPH_INPUT,
          "input 'd' is neither a layer nor the network's input",
          "did you mean 'a'?" } } },
    { NULL,
      "{'name': 'a', 'type': 'relu', 'input': 'in'},\n{'name': 'b', 'type': "
      "'relu', 'input': 'in'},\n{'name': 'c', 'type': 'relu', 'input': 'a'}",
      { { "{'name': 'c', 'type': 'relu', 'input': 'a'}", DIAG_GRAPH_UNUSED,
          "the outputs of 'b' and 'c' are both read by nobody, but a network "
          "has one output",
          "remove one of the two, or let another layer read it" } } },
    { NULL,
      "{'name': 's', 'type': 'separable_conv2d', 'input': 'in', 'filters': 2, "
      "'kernel': [3, 3], 'depthwise_weight_format': 'fixed<8,1>', "
      "'depthwise_output_format': 'fixed<8,3>', 'weight_format': 'fixed<8,1>', "
      "'output_format': 'fixed<8,3>', 'weights': { 'seed': 1 }},\n{'name': "
      "'r', 'type': 'relu', 'input': 's.depthwise'}",
      { { "'s.depthwise'", DIAG_GRAPH_INPUT,
          "input 's.depthwise' is neither a layer nor the network's input",
          NULL } } },
    { NULL,
      "{'name': 'a0', 'type': 'concat', 'inputs': ['in', 'in', 'in', 'in', "
      "'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', "
      "'in']},\n{'name': 'a1', 'type': 'concat', 'inputs': ['in', 'in', 'in', "
      "'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', 'in', "
      "'in']},\n{'name': 'b', 'type': 'concat', 'inputs': ['a0', "
      "'a1']},\n{'name': 'o', 'type': 'relu', 'input': 'in'},\n{'name': 'd', "
      "'type': 'global_maxpool', 'input': 'o'},\n{'name': 'f', 'type': "
      "'global_maxpool', 'input': 'b'},\n{'name': 'g', 'type': 'concat', "
      "'inputs': ['d', 'f']}",
      { { "'in'}", DIAG_GRAPH_FORK,
          "'in' is read 33 times, but a tensor can have at most 32 readers",
          "let some of them read a 'linear' layer behind it" } } },
};

START_TEST(test_broken_layers)
{
    expect_broken_layers(&broken_layers[_i]);
}
END_TEST

/* As many readers as there can be, and a layer that reads a tensor twice. */
START_TEST(test_many_readers)
{
    struct example e = example_new();
    struct text *t = text_new(e.arena);
    text_add(t, "{ 'name': 'c', 'type': 'concat', 'inputs': ['in'");
    for (uint32_t i = 1; i < 32; i++)
        text_add(t, ", 'in'");
    text_add(t, "] },\n{ 'name': 'd', 'type': 'multiply', 'inputs': "
                "['c', 'c'], 'output_format': 'fixed<8,3>' }");
    struct model *m = expect_good_layers(&e, NULL, text_string(t));
    const struct layer *c = &m->network.layers[0];
    ck_assert_uint_eq(c->input_count, 32);
    for (uint32_t i = 0; i < 32; i++)
        ck_assert_ptr_eq(c->inputs[i], &m->network.input);
    ck_assert_uint_eq(c->output.shape.c, 128);
    const struct layer *d = &m->network.layers[1];
    ck_assert_uint_eq(d->input_count, 2);
    ck_assert_ptr_eq(d->inputs[0], &c->output);
    ck_assert_ptr_eq(d->inputs[1], &c->output);
    ck_assert_ptr_eq(m->network.output, &d->output);
    example_free(&e);
}
END_TEST

/* A separable convolution becomes two layers; the first has a name that
 * hardware options can use. */
START_TEST(test_separable)
{
    struct example e = example_new();
    struct model *m = expect_good_layers(
        &e, NULL,
        "{ 'name': 'a', 'type': 'add', 'inputs': ['s', 'in'], "
        "'output_format': 'fixed<8,3>' },\n"
        "{ 'name': 's', 'type': 'separable_conv2d', 'input': 'in', "
        "'filters': 4, 'kernel': [3, 2], 'stride': [1, 1], 'padding': 'same', "
        "'depthwise_weight_format': 'fixed<6,1>', "
        "'depthwise_output_format': 'fixed<9,4>', 'activation': 'relu', "
        "'weight_format': 'fixed<8,1>', 'output_format': 'fixed<8,3>', "
        "'weights': { 'seed': 1 } }");
    const struct network *n = &m->network;
    ck_assert_uint_eq(n->layer_count, 3);
    const struct layer *depthwise = &n->layers[0], *pointwise = &n->layers[1];
    ck_assert_str_eq(depthwise->name, "s.depthwise");
    ck_assert_uint_eq(depthwise->type, LAYER_DEPTHWISE_CONV2D);
    ck_assert_str_eq(depthwise->output.name, "s.depthwise");
    ck_assert_uint_eq(depthwise->output.format.width, 9);
    ck_assert_uint_eq(depthwise->weight.width, 6);
    ck_assert_uint_eq(depthwise->units, 4);
    ck_assert_uint_eq(depthwise->window.kernel_h, 3);
    ck_assert_uint_eq(depthwise->window.pad_top, 1);
    ck_assert(!depthwise->relu);
    ck_assert_ptr_eq(depthwise->inputs[0], &n->input);
    ck_assert_str_eq(pointwise->name, "s");
    ck_assert_uint_eq(pointwise->type, LAYER_CONV2D);
    ck_assert_uint_eq(pointwise->window.kernel_h, 1);
    ck_assert_uint_eq(pointwise->window.stride_w, 1);
    ck_assert_uint_eq(pointwise->window.pad_top, 0);
    ck_assert(pointwise->relu);
    ck_assert_ptr_eq(pointwise->inputs[0], &depthwise->output);
    ck_assert_str_eq(n->layers[2].name, "a");
    ck_assert_ptr_eq(n->layers[2].inputs[0], &pointwise->output);
    ck_assert_ptr_eq(n->layers[2].inputs[1], &n->input);
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_graph");
    TCase *c = tcase_create("model_graph");
    tcase_add_loop_test(c, test_broken, 0, sizeof broken / sizeof *broken);
    tcase_add_loop_test(c, test_broken_layers, 0,
                        sizeof broken_layers / sizeof *broken_layers);
    tcase_add_test(c, test_many_readers);
    tcase_add_test(c, test_separable);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
