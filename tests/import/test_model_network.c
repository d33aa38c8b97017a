/* The network and its input. */
#include "import/model.h"

#include "tests/import/expect.h"

static const struct layer *layer_of(const struct model *m, const char *name)
{
    const struct layer *l = network_layer(&m->network, name);
    ck_assert_ptr_nonnull(l);
    return l;
}

static void check_format(struct format f, const char *expect)
{
    char text[FORMAT_TEXT_SIZE];
    ck_assert_str_eq(format_print(f, text), expect);
}

static void check_tensor(const struct tensor *t, const char *name, uint32_t h,
                         uint32_t w, uint32_t c, const char *format)
{
    ck_assert_str_eq(t->name, name);
    ck_assert_uint_eq(t->shape.h, h);
    ck_assert_uint_eq(t->shape.w, w);
    ck_assert_uint_eq(t->shape.c, c);
    check_format(t->format, format);
}

static void check_example_network(const struct network *n)
{
    ck_assert_str_eq(n->name, "example");
    check_tensor(&n->input, "image", 28, 28, 1, "ufixed<8,0>");
    ck_assert_uint_eq(n->layer_count, 4);
    const struct layer *l = n->layers;
    check_tensor(&l[0].output, "conv1", 24, 24, 6, "ufixed<8,3,RND,SAT>");
    check_tensor(&l[1].output, "pool1", 12, 12, 6, "ufixed<8,3,RND,SAT>");
    check_tensor(&l[2].output, "flat", 1, 1, 864, "ufixed<8,3,RND,SAT>");
    check_tensor(&l[3].output, "fc", 1, 1, 10, "fixed<16,6>");
    ck_assert_ptr_eq(n->output, &l[3].output);
    ck_assert_ptr_eq(l[0].inputs[0], &n->input);
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(l[i].input_count, 1);
        if (i > 0)
            ck_assert_ptr_eq(l[i].inputs[0], &l[i - 1].output);
    }
}

START_TEST(test_example_network)
{
    struct example e = example_new();
    struct model *m = example_load_good(&e, example_json);
    check_example_network(&m->network);
    const struct layer *conv1 = layer_of(m, "conv1");
    ck_assert_uint_eq(conv1->type, LAYER_CONV2D);
    ck_assert_uint_eq(conv1->window.kernel_h, 5);
    ck_assert_uint_eq(conv1->window.kernel_w, 5);
    ck_assert_uint_eq(conv1->window.stride_h, 1);
    ck_assert_uint_eq(conv1->window.stride_w, 1);
    ck_assert_uint_eq(conv1->window.pad_top, 0);
    ck_assert_uint_eq(conv1->units, 6);
    ck_assert(conv1->relu);
    check_format(conv1->weight, "fixed<8,1>");
    check_format(conv1->bias, "fixed<8,1>");
    check_format(conv1->accumulator, "fixed<24,8>");
    ck_assert_uint_eq(conv1->place.line, 8);
    ck_assert_uint_eq(conv1->place.column, 7);
    const struct layer *pool1 = layer_of(m, "pool1");
    ck_assert_uint_eq(pool1->type, LAYER_MAXPOOL2D);
    ck_assert_uint_eq(pool1->window.kernel_h, 2);
    ck_assert_uint_eq(pool1->window.stride_w, 2);
    ck_assert_uint_eq(layer_of(m, "flat")->type, LAYER_FLATTEN);
    const struct layer *fc = layer_of(m, "fc");
    ck_assert_uint_eq(fc->type, LAYER_DENSE);
    ck_assert_uint_eq(fc->units, 10);
    ck_assert(!fc->relu);
    check_format(fc->bias, "fixed<8,1>");
    /* 864 products of at most 255 * 128 and 128 * 2^5 are below 2^25; 12
     * fraction bits. */
    check_format(fc->accumulator, "fixed<26,14>");
    example_free(&e);
}
END_TEST

/* The manual shows the same model, laid out otherwise. */
START_TEST(test_example_of_the_manual)
{
    struct example e = example_new();
    size_t length;
    const char *manual =
        file_read(e.arena, HEADRACE_SOURCE_DIR "/docs/model-config.md", 1 << 20,
                  &length, e.diag);
    ck_assert_ptr_nonnull(manual);
    const char *start = strstr(manual, "```json\n");
    ck_assert_ptr_nonnull(start);
    start += strlen("```json\n");
    const char *end = strstr(start, "```");
    ck_assert_ptr_nonnull(end);
    struct text *json = text_new(e.arena);
    text_addn(json, start, (size_t)(end - start));
    check_example_network(&example_load_good(&e, text_string(json))->network);
    example_free(&e);
}
END_TEST

/* Layers in the other order, and no word about the output. */
START_TEST(test_layers_are_sorted)
{
    struct example e = example_new();
    const char *layers = strstr(example_json, "      { \"name\": \"conv1\"");
    const char *starts[5];
    static const char *const names[] = { "conv1", "pool1", "flat", "fc" };
    for (uint32_t i = 0; i < 4; i++)
        starts[i] = strstr(layers, arena_printf(e.arena,
                                                "      { \"name\": "
                                                "\"%s\"",
                                                names[i]));
    starts[4] = strstr(layers, "    ],");
    struct text *t = text_new(e.arena);
    text_addn(t, example_json, (size_t)(layers - example_json));
    static const uint32_t order[] = { 3, 1, 0, 2 };
    for (uint32_t i = 0; i < 4; i++) {
        const char *start = starts[order[i]];
        const char *end = starts[order[i] + 1];
        while (end[-1] != '}')
            end--;
        text_addn(t, start, (size_t)(end - start));
        text_add(t, i < 3 ? ",\n" : "\n");
    }
    text_add(t, starts[4]);
    char *json = example_change(e.arena, text_string(t),
                                ",\n    \"output\": \"fc\"", "");
    check_example_network(&example_load_good(&e, json)->network);
    example_free(&e);
}
END_TEST

START_TEST(test_defaults)
{
    struct example e = example_new();
    struct model *m = example_load_good(
        &e, "{ \"headrace\": 1, \"name\": \"m\", \"network\": { \"input\": {"
            "\"name\": \"in\", \"shape\": [9, 8, 2], \"format\": "
            "\"fixed<8,4>\" }, \"layers\": ["
            "{ \"name\": \"c\", \"type\": \"conv2d\", \"input\": \"in\","
            "  \"filters\": 4, \"kernel\": [3, 2], \"weight_format\":"
            "  \"ternary\", \"output_format\": \"fixed<9,5>\","
            "  \"weights\": { \"seed\": 0 } },"
            "{ \"name\": \"p\", \"type\": \"maxpool2d\", \"input\": \"c\","
            "  \"kernel\": [3, 2] },"
            "{ \"name\": \"r\", \"type\": \"relu\", \"input\": \"p\" },"
            "{ \"name\": \"z\", \"type\": \"zeropad2d\", \"input\": \"r\","
            "  \"padding\": [1, 2, 3, 4] },"
            "{ \"name\": \"r2\", \"type\": \"relu\", \"input\": \"z\","
            "  \"output_format\": \"ufixed<4,4>\" } ] } }");
    const struct layer *c = layer_of(m, "c");
    check_tensor(&c->output, "c", 7, 7, 4, "fixed<9,5>");
    ck_assert_uint_eq(c->window.stride_h, 1);
    ck_assert_uint_eq(c->window.stride_w, 1);
    ck_assert_uint_eq(c->window.pad_bottom, 0);
    ck_assert(!c->relu);
    check_format(c->weight, "ternary");
    check_format(c->bias, "fixed<2,2>");
    const struct layer *p = layer_of(m, "p");
    check_tensor(&p->output, "p", 2, 3, 4, "fixed<9,5>");
    ck_assert_uint_eq(p->window.stride_h, 3);
    ck_assert_uint_eq(p->window.stride_w, 2);
    check_tensor(&layer_of(m, "r")->output, "r", 2, 3, 4, "fixed<9,5>");
    const struct layer *z = layer_of(m, "z");
    check_tensor(&z->output, "z", 5, 10, 4, "fixed<9,5>");
    ck_assert_uint_eq(z->window.pad_top, 1);
    ck_assert_uint_eq(z->window.pad_bottom, 2);
    ck_assert_uint_eq(z->window.pad_left, 3);
    ck_assert_uint_eq(z->window.pad_right, 4);
    check_tensor(m->network.output, "r2", 5, 10, 4, "ufixed<4,4>");
    ck_assert_uint_eq(m->hardware.clock_hz, 200000000);
    ck_assert_str_eq(m->hardware.family, "headrace");
    ck_assert_uint_eq(m->hardware.input_lanes, 0);
    ck_assert_uint_eq(m->hardware.fifo_depth, 0);
    ck_assert_uint_eq(m->hardware.layer_count, 0);
    ck_assert(stimulus_is_always(&m->hardware.source));
    ck_assert_ptr_null(m->data_inputs);
    ck_assert_ptr_null(m->data_labels);
    example_free(&e);
}
END_TEST

/* size, kernel, stride -> pads before and after, size of the output; worked
 * out by hand from the rule of Keras. */
static const struct {
    uint32_t size, kernel, stride, before, after, out;
} same[] = {
    { 28, 5, 1, 2, 2, 28 }, { 28, 4, 1, 1, 2, 28 }, { 28, 3, 2, 0, 1, 14 },
    { 27, 3, 2, 1, 1, 14 }, { 28, 1, 1, 0, 0, 28 }, { 28, 1, 5, 0, 0, 6 },
    { 28, 2, 3, 0, 1, 10 }, { 28, 2, 5, 0, 0, 6 },  { 28, 28, 28, 0, 0, 1 },
    { 3, 7, 1, 3, 3, 3 },   { 1, 8, 1, 3, 4, 1 },   { 1, 1, 9, 0, 0, 1 },
};

START_TEST(test_same_padding)
{
    struct example e = example_new();
    /* Rows by the table, columns by the row after it. */
    uint32_t r = (uint32_t)_i, q = (r + 1) % (sizeof same / sizeof *same);
    struct model *m = example_load_good(
        &e,
        arena_printf(e.arena,
                     "{ \"headrace\": 1, \"name\": \"m\", \"network\": { "
                     "\"input\": { \"name\": \"in\", \"shape\": [%u, %u, 1], "
                     "\"format\": \"fixed<8,4>\" }, \"layers\": ["
                     "{ \"name\": \"c\", \"type\": \"conv2d\", \"input\": "
                     "\"in\", \"filters\": 1, \"kernel\": [%u, %u], "
                     "\"stride\": [%u, %u], \"padding\": \"same\", "
                     "\"weight_format\": \"fixed<8,1>\", \"output_format\": "
                     "\"fixed<9,5>\", \"weights\": { \"seed\": 0 } } ] } }",
                     same[r].size, same[q].size, same[r].kernel, same[q].kernel,
                     same[r].stride, same[q].stride));
    const struct layer *c = layer_of(m, "c");
    ck_assert_uint_eq(c->window.pad_top, same[r].before);
    ck_assert_uint_eq(c->window.pad_bottom, same[r].after);
    ck_assert_uint_eq(c->window.pad_left, same[q].before);
    ck_assert_uint_eq(c->window.pad_right, same[q].after);
    check_tensor(&c->output, "c", same[r].out, same[q].out, 1, "fixed<9,5>");
    example_free(&e);
}
END_TEST

START_TEST(test_given_padding)
{
    struct example e = example_new();
    struct model *m = example_load_good(
        &e, example_change(e.arena, example_json, "\"valid\"", "[1, 0, 3, 2]"));
    const struct layer *conv1 = layer_of(m, "conv1");
    ck_assert_uint_eq(conv1->window.pad_top, 1);
    ck_assert_uint_eq(conv1->window.pad_bottom, 0);
    ck_assert_uint_eq(conv1->window.pad_left, 3);
    ck_assert_uint_eq(conv1->window.pad_right, 2);
    check_tensor(&conv1->output, "conv1", 25, 29, 6, "ufixed<8,3,RND,SAT>");
    example_free(&e);
}
END_TEST

/* A chain of relus, the last one first. */
static const char *long_chain(struct arena *a, uint32_t count)
{
    struct text *t = text_new(a);
    text_add(t, "{ \"headrace\": 1, \"name\": \"m\", \"network\": {\n"
                "\"input\": { \"name\": \"r0\", \"shape\": [1, 1, 1],\n"
                "\"format\": \"fixed<8,4>\" }, \"layers\": [\n");
    for (uint32_t i = count; i > 0; i--)
        text_printf(t,
                    "{ \"name\": \"r%u\", \"type\": \"relu\", \"input\": "
                    "\"r%u\" }%s\n",
                    i, i - 1, i > 1 ? "," : "");
    text_add(t, "] } }\n");
    return text_string(t);
}

START_TEST(test_most_layers)
{
    struct example e = example_new();
    struct model *m = example_load_good(&e, long_chain(e.arena, 10000));
    ck_assert_uint_eq(m->network.layer_count, 10000);
    ck_assert_str_eq(m->network.layers[0].name, "r1");
    ck_assert_str_eq(m->network.output->name, "r10000");
    ck_assert_ptr_null(example_load(&e, long_chain(e.arena, 10001)));
    ck_assert_msg(diag_count(e.diag) == 1, "%s", example_messages(&e));
    ck_assert_uint_eq(diag_at(e.diag, 0)->code, DIAG_JSON_RANGE);
    ck_assert_uint_eq(diag_at(e.diag, 0)->place.line, 3);
    example_free(&e);
}
END_TEST

static const struct broken broken[] = {
    { { { "\"name\": \"image\", ", "" } },
      { { 5, 14, DIAG_JSON_MISSING, "'network.input' has no 'name'", NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [28, 28]" } },
      { { 5, 42, DIAG_JSON_RANGE, "'network.input.shape' has 2 elements, not 3",
          NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [28, 0, -1]" } },
      { { 5, 47, DIAG_JSON_RANGE,
          "'network.input.shape[1]' is 0, outside 1..1048576", NULL },
        { 5, 50, DIAG_JSON_RANGE,
          "'network.input.shape[2]' is -1, outside 1..1048576", NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [28, 1.5, 1]" } },
      { { 5, 47, DIAG_JSON_TYPE,
          "'network.input.shape[1]' is 1.5, not a whole number", NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [28, 1048577, 1]" } },
      { { 5, 47, DIAG_JSON_RANGE,
          "'network.input.shape[1]' is 1048577, outside 1..1048576", NULL } } },
    { { { "\"shape\": [28, 28, 1]",
          "\"shape\": [28, 28, 100000000000000000000]" } },
      { { 5, 51, DIAG_JSON_RANGE,
          "'network.input.shape[2]' is 100000000000000000000, outside "
          "1..1048576",
          NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": [1048576, 2048, 2]" } },
      { { 5, 42, DIAG_SHAPE_OVERFLOW,
          "the input is 1048576 x 2048 x 2, more than 2^31 values", NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"shape\": 28" } },
      { { 5, 42, DIAG_JSON_TYPE, "'network.input.shape' is 28, not an array",
          NULL } } },
    { { { "\"shape\": [28, 28, 1]", "\"size\": [28, 28, 1]" } },
      { { 5, 33, DIAG_JSON_KEY, "unknown key 'size' in 'network.input'", NULL },
        { 5, 14, DIAG_JSON_MISSING, "'network.input' has no 'shape'",
          NULL } } },
    { { { "\"ufixed<8,0>\" }", "\"ufixed<8,0>\", \"depth\": 1 }" } },
      { { 6, 32, DIAG_JSON_KEY, "unknown key 'depth' in 'network.input'",
          NULL } } },
};

START_TEST(test_broken)
{
    expect_broken(&broken[_i]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_network");
    TCase *c = tcase_create("model_network");
    tcase_add_loop_test(c, test_broken, 0, sizeof broken / sizeof *broken);
    tcase_add_test(c, test_example_network);
    tcase_add_test(c, test_example_of_the_manual);
    tcase_add_test(c, test_layers_are_sorted);
    tcase_add_test(c, test_defaults);
    tcase_add_loop_test(c, test_same_padding, 0, sizeof same / sizeof *same);
    tcase_add_test(c, test_given_padding);
    tcase_add_test(c, test_most_layers);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
