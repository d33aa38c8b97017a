/* Finding a model, and what is wrong with the file as a whole. */
#include "import/model.h"

#include "tests/import/expect.h"

static const struct broken broken[] = {
    /* the file as a whole */
    { { { "\"headrace\": 1,", "\"headrace\": 2,\n  \"extra\": 1," } },
      { { 2, 15, DIAG_JSON_RANGE, "'headrace' is 2, not 1", NULL } } },
    { { { "\"headrace\": 1,", "\"headrace\": \"1\"," } },
      { { 2, 15, DIAG_JSON_TYPE, "'headrace' is \"1\", not a whole number",
          NULL } } },
    { { { "  \"headrace\": 1,\n", "" } },
      { { 1, 1, DIAG_JSON_MISSING, "the document has no 'headrace'", NULL } } },
    { { { "\"name\": \"example\",\n", "\"name\": \"example\",,\n" } },
      { { 3, 21, DIAG_JSON_SYNTAX, "expected a key in double quotes, found ','",
          NULL } } },
    { { { "\"labels\": \"labels.npy\" }\n}",
          "\"labels\": \"labels.npy\" }\n} }" } },
      { { 44, 3, DIAG_JSON_SYNTAX, "nothing may follow the document, found '}'",
          NULL } } },
    { { { "\"seed\": 5", "\"seed\": 05" } },
      { { 40, 37, DIAG_JSON_SYNTAX, "a number may not begin with 0, found '0'",
          NULL } } },
    { { { "\"name\": \"example\",",
          "\"name\": \"example\", \"Name\": \"x\"," } },
      { { 3, 22, DIAG_JSON_KEY, "unknown key 'Name' in the document",
          NULL } } },
    { { { "\"name\": \"example\",",
          "\"name\": \"example\", \"name\": \"x\"," } },
      { { 3, 22, DIAG_JSON_KEY, "key 'name' is repeated",
          "it is already in line 3" } } },
    { { { "  \"name\": \"example\",\n", "" } },
      { { 1, 1, DIAG_JSON_MISSING, "the document has no 'name'", NULL } } },
    { { { "\"example\"", "\"my model\"" } },
      { { 3, 11, DIAG_NAME,
          "name 'my model' has other characters than letters, digits and '_'",
          NULL } } },
    { { { "\"example\"", "\"3rd\"" } },
      { { 3, 11, DIAG_NAME, "name '3rd' starts with a digit", NULL } } },
    { { { "\"example\"", "\"\"" } },
      { { 3, 11, DIAG_NAME, "name '' is empty", NULL } } },
    { { { "\"example\"", "17" } },
      { { 3, 11, DIAG_JSON_TYPE, "'name' is 17, not a string", NULL } } },
    { { { "\"example\"", "\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
                         "nnnnnnnnnnnnnn\"" } },
      { { 3, 11, DIAG_NAME,
          "name "
          "'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn' "
          "is longer than 64 characters",
          NULL } } },
    { { { "\"example\"", "\"a\\nb\"" } },
      { { 3, 11, DIAG_NAME,
          "name 'a\nb' has other characters than letters, digits and '_'",
          NULL } } },
    /* data */
    { { { "\"inputs\": \"images.npy\",\n", "\n" } },
      { { 42, 11, DIAG_JSON_MISSING, "'data' has no 'inputs'", NULL } } },
    { { { "\"images.npy\"", "\"../images.npy\"" } },
      { { 42, 23, DIAG_DATA, "path '../images.npy' leaves the model's folder",
          "put the file into the model's folder" } } },
    { { { "\"labels.npy\"", "\"/labels.npy\"" } },
      { { 43, 23, DIAG_DATA, "path '/labels.npy' is absolute",
          "put the file into the model's folder" } } },
    { { { "\"labels.npy\"", "null" } },
      { { 43, 23, DIAG_JSON_TYPE, "'data.labels' is null, not a string",
          NULL } } },
    { { { "\"labels\": \"labels.npy\"", "\"label\": \"labels.npy\"" } },
      { { 43, 13, DIAG_JSON_KEY, "unknown key 'label' in 'data'",
          "did you mean 'labels'?" } } },
    /* several mistakes at once, and none that follows from another */
    { { { "\"ufixed<8,0>\"", "\"u8\"" },
        { "\"kernel\": [5, 5]", "\"kernel\": [50, 50]" },
        { "\"units\": 10", "\"units\": 0" } },
      { { 6, 17, DIAG_FORMAT,
          "format 'u8': a format is fixed<W,I[,Q[,O]]>, ufixed<W,I[,Q[,O]]>, "
          "binary or ternary",
          NULL },
        { 23, 18, DIAG_JSON_RANGE,
          "'network.layers[3].units' is 0, outside 1..1048576", NULL } } },
    { { { "\"stride\": [1, 1]", "\"strides\": [1, 1]" },
        { "\"input\": \"pool1\"", "\"input\": \"pool\"" },
        { "\"clock_mhz\": 200", "\"clock_mhz\": 5000" } },
      { { 9, 41, DIAG_JSON_KEY, "unknown key 'strides' in 'network.layers[0]'",
          "did you mean 'stride'?" },
        { 21, 18, DIAG_GRAPH_INPUT,
          "input 'pool' is neither a layer nor the network's input",
          "did you mean 'pool1'?" },
        { 31, 18, DIAG_JSON_RANGE,
          "'hardware.clock_mhz' is 5000, outside 0.001..2000", NULL } } },
    { { { "\"conv1_kernel.npy\"", "\"absent.npy\"" },
        { "\"conv1_bias.npy\"", "\"gone.npy\"" },
        { "\"labels.npy\"", "\"/labels.npy\"" } },
      { { 15, 32, DIAG_WEIGHTS, "file 'absent.npy' is not there", NULL },
        { 16, 30, DIAG_WEIGHTS, "file 'gone.npy' is not there", NULL },
        { 43, 23, DIAG_DATA, "path '/labels.npy' is absolute",
          "put the file into the model's folder" } } },
    { { { "\"filters\": 6", "\"filters\": null" },
        { "\"kernel\": [2, 2]", "\"kernel\": [0, 2]" },
        { "\"type\": \"dense\"", "\"type\": \"dens\"" } },
      { { 9, 20, DIAG_JSON_TYPE,
          "'network.layers[0].filters' is null, not a whole number", NULL },
        { 19, 20, DIAG_JSON_RANGE,
          "'network.layers[1].kernel[0]' is 0, outside 1..1048576", NULL },
        { 22, 31, DIAG_VALUE, "layer type 'dens' is not " EXPECT_TYPES,
          "did you mean 'dense'?" } } },
    { { { "\"filters\": 6, \"kernel\": [5, 5]",
          "\"filters\": 6, \"kernel\": [30, 5]" },
        { "\"weights\": { \"seed\": 7 }", "\"weights\": { \"sed\": 7 }" } },
      { { 25, 22, DIAG_JSON_KEY,
          "unknown key 'sed' in 'network.layers[3].weights'",
          "did you mean 'seed'?" },
        { 8, 7, DIAG_SHAPE,
          "kernel 30x5 of 'conv1' does not fit into its input of 28x28",
          NULL } } },
    { { { "{ \"name\": \"conv1\", \"type\"", "{ \"type\"" },
        { "\"kernel\": [5, 5]", "\"kernel\": [30, 5]" } },
      { { 8, 7, DIAG_JSON_MISSING, "'network.layers[0]' has no 'name'", NULL },
        { 8, 7, DIAG_SHAPE,
          "kernel 30x5 of 'network.layers[0]' does not fit into its input of "
          "28x28",
          NULL } } },
    { { { "\"name\": \"fc\", ", "" },
        { "\"output\": \"fc\"", "\"output\": \"conv1\"" } },
      { { 22, 7, DIAG_JSON_MISSING, "'network.layers[3]' has no 'name'",
          NULL } } },
    { { { "\"name\": \"pool1\"", "\"name\": \"conv1\"" },
        { "\"name\": \"flat\"", "\"name\": \"image\"" },
        { "\"input\": \"pool1\"", "\"input\": \"pool2\"" } },
      { { 17, 17, DIAG_NAME, "name 'conv1' is taken by the layer in line 8",
          NULL },
        { 20, 17, DIAG_NAME, "name 'image' is taken by the input in line 5",
          NULL } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"fc\"" },
        { "\"input\": \"conv1\"", "\"input\": \"pool1\"" },
        { "\"input\": \"image\"", "\"input\": \"imago\"" } },
      { { 8, 53, DIAG_GRAPH_INPUT,
          "input 'imago' is neither a layer nor the network's input",
          "did you mean 'image'?" },
        { 18, 18, DIAG_GRAPH_CYCLE, "layer 'pool1' reads its own output",
          NULL },
        { 21, 18, DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'flat' -> 'fc' -> 'flat'",
          NULL } } },
    { { { "\"input\": \"conv1\"", "\"input\": \"image\"" },
        { "\"input\": \"pool1\"", "\"input\": \"image\"" },
        { "\"input\": \"flat\"", "\"input\": \"image\"" } },
      { { 8, 7, DIAG_GRAPH_UNUSED,
          "the output of layer 'conv1' is read by nobody, and the network's "
          "output is 'fc'",
          NULL },
        { 17, 7, DIAG_GRAPH_UNUSED,
          "the output of layer 'pool1' is read by nobody, and the network's "
          "output is 'fc'",
          NULL },
        { 20, 7, DIAG_GRAPH_UNUSED,
          "the output of layer 'flat' is read by nobody, and the network's "
          "output is 'fc'",
          NULL },
        { 22, 7, DIAG_SHAPE,
          "the input of 'fc' is 28x28x1, a dense needs a vector",
          "put a flatten in front of it" } } },
    { { { "\"input\": \"pool1\"", "\"input\": \"fc\"" },
        { "\"input\": \"conv1\"", "\"input\": \"pool1\"" } },
      { { 18, 18, DIAG_GRAPH_CYCLE, "layer 'pool1' reads its own output",
          NULL },
        { 21, 18, DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'flat' -> 'fc' -> 'flat'",
          NULL } } },
    { { { "\"name\": \"pool1\"",
          "\"name\": "
          "\"pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
          "pppppppppppppppppppppppppppppppppppppppppppppppppppppp\"" },
        { "\"input\": \"pool1\"",
          "\"input\": "
          "\"qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
          "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\"" } },
      { { 17, 17, DIAG_NAME,
          "name "
          "'ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
          "ppppppppppppppppppppppppppppppppp...' is longer than 64 characters",
          NULL },
        { 21, 18, DIAG_GRAPH_INPUT,
          "input "
          "'qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
          "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq...' is neither a layer nor the "
          "network's input",
          NULL } } },
    { { { "\"relu\"", "\"Relu\"" },
        { "\"kind\": \"auto\"", "\"kind\": \"Auto\"" },
        { "\"output\": \"fc\"", "\"output\": \"FC\"" } },
      { { 10, 43, DIAG_VALUE,
          "activation 'Relu' is not 'none', 'relu' or 'relu6'",
          "did you mean 'relu'?" },
        { 27, 15, DIAG_GRAPH_INPUT, "output 'FC' is no layer", NULL },
        { 33, 36, DIAG_VALUE,
          "FIFO kind 'Auto' is not 'auto', 'srl', 'bram' or 'frame'",
          "did you mean 'auto'?" } } },
};

START_TEST(test_broken)
{
    expect_broken(&broken[_i]);
}
END_TEST

START_TEST(test_no_file)
{
    struct example e = example_new();
    char *path = example_path(&e, "absent.json");
    ck_assert_ptr_null(model_load(e.arena, path, kernels_headrace(), e.diag));
    ck_assert_uint_eq(diag_count(e.diag), 1);
    ck_assert_uint_eq(diag_at(e.diag, 0)->code, DIAG_FILE_OPEN);
    ck_assert_str_eq(diag_at(e.diag, 0)->place.file, path);
    example_free(&e);
}
END_TEST

START_TEST(test_folder_without_model)
{
    struct example e = example_new();
    ck_assert_ptr_null(
        model_load(e.arena, e.folder, kernels_headrace(), e.diag));
    ck_assert_uint_eq(diag_count(e.diag), 1);
    ck_assert_uint_eq(diag_at(e.diag, 0)->code, DIAG_FILE_OPEN);
    ck_assert_str_eq(diag_at(e.diag, 0)->place.file,
                     example_path(&e, "model.json"));
    example_free(&e);
}
END_TEST

START_TEST(test_paths)
{
    struct example e = example_new();
    struct model *m = example_load_good(&e, example_json);
    char *file = example_path(&e, "model.json");
    ck_assert_str_eq(m->path, file);
    ck_assert_str_eq(m->folder, e.folder);
    ck_assert_str_eq(m->data_inputs, "images.npy");
    ck_assert_str_eq(m->data_labels, "labels.npy");
    ck_assert_uint_eq(m->data_place.line, 42);
    /* The same by other names. */
    char *slashes = arena_printf(e.arena, "%s//", e.folder);
    const char *others[] = { file, slashes };
    for (uint32_t i = 0; i < 2; i++) {
        m = model_load(e.arena, others[i], kernels_headrace(), e.diag);
        ck_assert_ptr_nonnull(m);
        ck_assert_str_eq(m->path, file);
        ck_assert_str_eq(m->folder, e.folder);
    }
    /* In the working folder. */
    char before[4096];
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_int_eq(chdir(e.folder), 0);
    m = model_load(e.arena, "model.json", kernels_headrace(), e.diag);
    ck_assert_int_eq(chdir(before), 0);
    ck_assert_ptr_nonnull(m);
    ck_assert_str_eq(m->folder, "");
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model");
    TCase *c = tcase_create("model");
    tcase_add_loop_test(c, test_broken, 0, sizeof broken / sizeof *broken);
    tcase_add_test(c, test_paths);
    tcase_add_test(c, test_no_file);
    tcase_add_test(c, test_folder_without_model);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
