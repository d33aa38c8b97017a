/* Shapes and formats along the graph. */
#include "import/model.h"

#include "design/design.h"
#include "tests/import/expect.h"

static const struct broken broken[] = {
    { { { "\"kernel\": [5, 5]", "\"kernel\": [29, 5]" } },
      { { 8, 7, DIAG_SHAPE,
          "kernel 29x5 of 'conv1' does not fit into its input of 28x28",
          NULL } } },
    { { { "\"name\": \"flat\", \"type\": \"flatten\",",
          "\"name\": \"flat\", \"type\": \"relu\"," } },
      { { 22, 7, DIAG_SHAPE,
          "the input of 'fc' is 12x12x6, a dense needs a vector",
          "put a flatten in front of it" } } },
    { { { "\"valid\"", "[1048576, 0, 0, 0]" } },
      { { 8, 7, DIAG_SHAPE_OVERFLOW,
          "the padded input of 'conv1' is 1048604 x 28 x 1, but no size may be "
          "above 1048576",
          NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [8000, 8000, 8]" },
        { "\"filters\": 6", "\"filters\": 40" } },
      { { 8, 7, DIAG_SHAPE_OVERFLOW,
          "a tensor of 'conv1' would be 7996x7996x40: at most 1048576 each and "
          "2^31 values",
          NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [2800, 2800, 1]" } },
      { { 20, 7, DIAG_SHAPE_OVERFLOW,
          "the output of 'flat' is 1 x 1 x 11726424, but no size may be above "
          "1048576",
          NULL } } },
    { { { "\"units\": 10", "\"units\": 1000000" } },
      { { 22, 7, DIAG_SHAPE_OVERFLOW,
          "with the weights of 'fc', (864, 1000000), the network has more than "
          "2^28 weights",
          NULL } } },
};

START_TEST(test_broken)
{
    expect_broken(&broken[_i]);
}
END_TEST

static const struct broken_layers broken_layers[] = {
    { NULL,
      "{'name': 'k', 'type': 'crop2d', 'input': 'in', 'cropping': [1, 0, 0, "
      "0]},\n{'name': 'a', 'type': 'concat', 'inputs': ['in', 'k']}",
      { { "{'name': 'a', 'type': 'concat', 'inputs': ['in', 'k']}", DIAG_SHAPE,
          "concat 'a' needs inputs of one height and width: 'in' is 8x8x4, 'k' "
          "is 7x8x4",
          "a crop2d, zeropad2d, upsample2d or pool in front of one of them can "
          "change its size" } } },
    { NULL,
      "{'name': 'k', 'type': 'crop2d', 'input': 'in', 'cropping': [1, 0, 0, "
      "0]},\n{'name': 'a', 'type': 'add', 'inputs': ['in', 'k'], "
      "'output_format': 'fixed<8,3>'}",
      { { "{'name': 'a', 'type': 'add', 'inputs': ['in', 'k'], "
          "'output_format': 'fixed<8,3>'}",
          DIAG_SHAPE,
          "add 'a' needs inputs of one shape: 'in' is 8x8x4, 'k' is 7x8x4",
          "a conv2d with kernel [1, 1] in front of one of them can change its "
          "channels and, with a stride, its size" } } },
    { NULL,
      "{ 'name': 'c', 'type': 'conv1d', 'input': 'in', 'filters': 2, 'kernel': "
      "3, 'weight_format': 'fixed<8,1>', 'output_format': 'fixed<8,3>', "
      "'weights': { 'seed': 1 } }",
      { { "{", DIAG_SHAPE,
          "the input of 'c' is 8x8x4, but a layer of type 'conv1d' needs "
          "height 1",
          "'conv2d' is for other tensors" } } },
    { NULL,
      "{'name': 'u', 'type': 'upsample1d', 'input': 'in', 'size': 2}",
      { { "{", DIAG_SHAPE,
          "the input of 'u' is 8x8x4, but a layer of type 'upsample1d' needs "
          "height 1",
          "'upsample2d' is for other tensors" } } },
    { NULL,
      "{'name': 'l', 'type': 'linear', 'input': 'in', 'output_format': "
      "'fixed<9,3>'},\n{'name': 'a', 'type': 'concat', 'inputs': ['in', 'in', "
      "'l']}",
      { { "{'name': 'a', 'type': 'concat', 'inputs': ['in', 'in', 'l']}",
          DIAG_FORMAT,
          "the inputs of 'a' have different formats: 'in' is fixed<8,3>, 'l' "
          "is fixed<9,3>",
          "a layer of type 'linear' converts one to the format of the "
          "other" } } },
    { NULL,
      "{'name': 'l', 'type': 'linear', 'input': 'in', 'output_format': "
      "'ufixed<8,3>'},\n{'name': 'a', 'type': 'maximum', 'inputs': ['in', "
      "'l']}",
      { { "{'name': 'a', 'type': 'maximum', 'inputs': ['in', 'l']}",
          DIAG_FORMAT,
          "the inputs of 'a' have different formats: 'in' is fixed<8,3>, 'l' "
          "is ufixed<8,3>",
          "give an \"output_format\"" } } },
    { NULL,
      "{'name': 'r', 'type': 'reshape', 'input': 'in', 'shape': [5, -1, 4]}",
      { { "{", DIAG_SHAPE,
          "the 256 values of the input of 'r', 8x8x4, are no multiple of 20",
          NULL } } },
    { NULL,
      "{'name': 'r', 'type': 'reshape', 'input': 'in', 'shape': [8, 8, 5]}",
      { { "{", DIAG_SHAPE,
          "'r' cannot make 8x8x5 of 8x8x4: these are 256 values, not 320",
          NULL } } },
    { "1024, 1024, 4",
      "{'name': 'r', 'type': 'reshape', 'input': 'in', 'shape': [1, 1, -1]}",
      { { "{", DIAG_SHAPE_OVERFLOW,
          "the -1 of 'r' would be 4194304, but no size may be above 1048576",
          NULL } } },
    { NULL,
      "{'name': 't', 'type': 'transpose', 'input': 'in', 'permutation': [2, 0, "
      "1]}",
      { { "{", DIAG_UNSUPPORTED,
          "permutation [2, 0, 1] of 't' would change the order of the values "
          "of 8x8x4, which a stream cannot: only axes of size 1 can be moved",
          "possible for 8x8x4: [0, 1, 2]" } } },
    { NULL,
      "{'name': 'k', 'type': 'crop2d', 'input': 'in', 'cropping': [4, 4, 0, "
      "0]}",
      { { "{", DIAG_SHAPE,
          "'k' cuts 8 rows and 0 columns off its input of 8x8: nothing is left",
          NULL } } },
    { NULL,
      "{ 'name': 'p', 'type': 'maxpool2d', 'input': 'in', 'kernel': [11, 2], "
      "'padding': [1, 1, 0, 0] }",
      { { "{", DIAG_SHAPE,
          "kernel 11x2 of 'p' does not fit into its input of 10x8", NULL } } },
    { NULL,
      "{ 'name': 'd', 'type': 'depthwise_conv2d', 'input': 'in', 'kernel': [3, "
      "9], 'padding': [1, 1, 0, 0], 'weight_format': 'fixed<8,1>', "
      "'output_format': 'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "{", DIAG_SHAPE,
          "kernel 3x9 of 'd' does not fit into its input of 10x8", NULL } } },
    { NULL,
      "{ 'name': 's', 'type': 'separable_conv2d', 'input': 'in', 'filters': 2, "
      "'kernel': [3, 9], 'depthwise_weight_format': 'fixed<8,1>', "
      "'depthwise_output_format': 'fixed<8,3>', 'weight_format': 'fixed<8,1>', "
      "'output_format': 'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "{", DIAG_SHAPE,
          "kernel 3x9 of 's.depthwise' does not fit into its input of 8x8",
          NULL } } },
};

START_TEST(test_broken_layers)
{
    expect_broken_layers(&broken_layers[_i]);
}
END_TEST

START_TEST(test_missing_kernel)
{
    struct example e = example_new();
    example_write(&e, "model.json", example_json, strlen(example_json));
    static const struct kernel *const kernels[] = { &kernel_conv2d,
                                                    &kernel_dense };
    struct kernel_table table = { 2, kernels };
    ck_assert_ptr_null(model_load(e.arena, e.folder, &table, e.diag));
    static const struct expect expects[] = {
        { 17, 7, DIAG_UNSUPPORTED,
          "layer 'pool1' is of type maxpool2d, which this kernel family does "
          "not have",
          NULL },
        { 0 },
    };
    expect_check(&e, expects, "maxpool2d");
    example_free(&e);
}
END_TEST

START_TEST(test_default_formats)
{
    struct example e = example_new();
    struct model *m = expect_good_layers(
        &e, NULL,
        "{ 'name': 'l', 'type': 'linear', 'input': 'in', 'output_format': "
        "'fixed<8,3,RND,SAT>' },\n"
        "{ 'name': 'm', 'type': 'maximum', 'inputs': ['in', 'l'] },\n"
        "{ 'name': 'w', 'type': 'maximum', 'inputs': ['m', 'l'], "
        "'output_format': 'fixed<7,3>' },\n"
        "{ 'name': 'c', 'type': 'concat', 'inputs': ['l', 'm'] },\n"
        "{ 'name': 'p', 'type': 'avgpool2d', 'input': 'c', 'kernel': [2, 2], "
        "'output_format': 'fixed<12,3>' },\n"
        "{ 'name': 'g', 'type': 'global_avgpool', 'input': 'p' },\n"
        "{ 'name': 'v', 'type': 'global_maxpool', 'input': 'w' },\n"
        "{ 'name': 'x', 'type': 'linear', 'input': 'v', 'output_format': "
        "'fixed<12,3>' },\n"
        "{ 'name': 'y', 'type': 'concat', 'inputs': ['g', 'x'] },\n"
        "{ 'name': 'z', 'type': 'argmax', 'input': 'y' }");
    static const struct {
        const char *name, *format;
    } expects[] = {
        { "m", "fixed<8,3>" },         { "w", "fixed<7,3>" },
        { "c", "fixed<8,3,RND,SAT>" }, { "p", "fixed<12,3>" },
        { "g", "fixed<12,3>" },        { "v", "fixed<7,3>" },
        { "y", "fixed<12,3>" },        { "z", "ufixed<4,4>" },
    };
    for (size_t i = 0; i < sizeof expects / sizeof *expects; i++) {
        const struct layer *l = network_layer(&m->network, expects[i].name);
        char text[FORMAT_TEXT_SIZE];
        ck_assert_ptr_nonnull(l);
        ck_assert_str_eq(format_print(l->output.format, text),
                         expects[i].format);
    }
    example_free(&e);
}
END_TEST

/* channels -> bits of an index. */
static const uint32_t indices[][2] = { { 1, 1 },  { 2, 1 },    { 3, 2 },
                                       { 4, 2 },  { 5, 3 },    { 10, 4 },
                                       { 16, 4 }, { 1000, 10 } };

START_TEST(test_argmax_format)
{
    struct example e = example_new();
    struct model *m =
        expect_good_layers(&e,
                           arena_printf(e.arena, "2, 3, %u", indices[_i][0]),
                           "{ 'name': 'z', 'type': 'argmax', 'input': 'in' }");
    const struct tensor *t = m->network.output;
    ck_assert_uint_eq(t->shape.c, 1);
    ck_assert_uint_eq(t->format.width, indices[_i][1]);
    ck_assert_int_eq(t->format.integer, (int)indices[_i][1]);
    ck_assert(!t->format.is_signed);
    example_free(&e);
}
END_TEST

/* Nine products of 8 by 8 bits and a bias of 8, not 36 of all channels. */
START_TEST(test_depthwise_accumulator)
{
    struct example e = example_new();
    struct model *m = expect_good_layers(
        &e, NULL,
        "{ 'name': 'd', 'type': 'depthwise_conv2d', 'input': 'in', 'kernel': "
        "[3, 3], 'weight_format': 'fixed<8,1>', 'output_format': "
        "'fixed<8,3>', 'weights': { 'seed': 1 } }");
    const struct layer *d = &m->network.layers[0];
    struct format f = design_exact_accumulator(m->network.input.format,
                                               d->weight, d->bias, 9);
    ck_assert(format_equal(d->accumulator, f));
    ck_assert_uint_eq(d->units, 4);
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_shape");
    TCase *c = tcase_create("model_shape");
    tcase_add_loop_test(c, test_broken, 0, sizeof broken / sizeof *broken);
    tcase_add_loop_test(c, test_broken_layers, 0,
                        sizeof broken_layers / sizeof *broken_layers);
    tcase_add_loop_test(c, test_argmax_format, 0,
                        sizeof indices / sizeof *indices);
    tcase_add_test(c, test_missing_kernel);
    tcase_add_test(c, test_default_formats);
    tcase_add_test(c, test_depthwise_accumulator);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
