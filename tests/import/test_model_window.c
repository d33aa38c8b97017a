/* Sizes, strides, pads and shapes in a layer. */
#include "import/model.h"

#include "tests/import/expect.h"

static const struct broken_layers broken_layers[] = {
    { "1, 8, 4",
      "{ 'name': 'c', 'type': 'conv1d', 'input': 'in', 'filters': 2, 'kernel': "
      "[1, 3], 'weight_format': 'fixed<8,1>', 'output_format': 'fixed<8,3>', "
      "'weights': { 'seed': 1 } }",
      { { "[1, 3]", DIAG_JSON_TYPE,
          "'network.layers[0].kernel' is an array, not a whole number",
          NULL } } },
    { "1, 8, 4",
      "{ 'name': 'c', 'type': 'conv1d', 'input': 'in', 'filters': 2, 'kernel': "
      "3, 'stride': 0, 'weight_format': 'fixed<8,1>', 'output_format': "
      "'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "0,", DIAG_JSON_RANGE,
          "'network.layers[0].stride' is 0, outside 1..1048576", NULL } } },
    { "1, 8, 4",
      "{ 'name': 'c', 'type': 'conv1d', 'input': 'in', 'filters': 2, 'kernel': "
      "3, 'padding': [1, 1, 1, 1], 'weight_format': 'fixed<8,1>', "
      "'output_format': 'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "[1, 1", DIAG_JSON_RANGE,
          "'network.layers[0].padding' has 4 elements, not 2", NULL } } },
    { "1, 8, 4",
      "{ 'name': 'c', 'type': 'conv1d', 'input': 'in', 'filters': 2, 'kernel': "
      "3, 'padding': 'full', 'weight_format': 'fixed<8,1>', 'output_format': "
      "'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "'full'", DIAG_VALUE,
          "padding 'full' is not 'valid', 'same' or 'causal'", NULL } } },
    { "1, 8, 4",
      "{ 'name': 'c', 'type': 'conv1d', 'input': 'in', 'filters': 2, 'kernel': "
      "3, 'padding': true, 'weight_format': 'fixed<8,1>', 'output_format': "
      "'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "true", DIAG_JSON_TYPE,
          "'network.layers[0].padding' is neither 'valid', 'same', 'causal' "
          "nor [left, right]",
          NULL } } },
    { "1, 8, 4",
      "{ 'name': 'p', 'type': 'maxpool1d', 'input': 'in', 'kernel': 3, "
      "'padding': 'causal' }",
      { { "'causal'", DIAG_VALUE, "padding 'causal' is not 'valid' or 'same'",
          NULL } } },
    { NULL,
      "{ 'name': 'c', 'type': 'conv2d', 'input': 'in', 'filters': 2, 'kernel': "
      "[3, 3], 'padding': 'causal', 'weight_format': 'fixed<8,1>', "
      "'output_format': 'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "'causal'", DIAG_VALUE, "padding 'causal' is not 'valid' or 'same'",
          NULL } } },
    { NULL,
      "{ 'name': 'p', 'type': 'maxpool2d', 'input': 'in', 'kernel': [2, 3], "
      "'padding': [2, 0, 3, 2] }",
      { { "2, 0", DIAG_SHAPE,
          "'network.layers[0].padding[0]' is 2, not smaller than the 2 rows of "
          "the kernel",
          NULL },
        { "3, 2]", DIAG_SHAPE,
          "'network.layers[0].padding[2]' is 3, not smaller than the 3 columns "
          "of the kernel",
          NULL } } },
    { "1, 8, 4",
      "{ 'name': 'p', 'type': 'avgpool1d', 'input': 'in', 'kernel': 2, "
      "'padding': [0, 2] }",
      { { "2] }", DIAG_SHAPE,
          "'network.layers[0].padding[1]' is 2, not smaller than the 2 columns "
          "of the kernel",
          NULL } } },
    { NULL,
      "{ 'name': 'p', 'type': 'avgpool2d', 'input': 'in', 'stride': [2, 2] }",
      { { "{", DIAG_JSON_MISSING, "'network.layers[0]' has no 'kernel'",
          NULL } } },
    { NULL,
      "{ 'name': 'p', 'type': 'avgpool2d', 'input': 'in', 'kernel': [2, 2], "
      "'count_pads': 0 }",
      { { "0 }", DIAG_JSON_TYPE,
          "'network.layers[0].count_pads' is 0, not true or false", NULL } } },
    { NULL,
      "{ 'name': 'd', 'type': 'depthwise_conv2d', 'input': 'in', 'kernel': [3, "
      "3], 'depth_multiplier': 2, 'weight_format': 'fixed<8,1>', "
      "'output_format': 'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "2,", DIAG_UNSUPPORTED,
          "depth multiplier 2 is not supported: every channel has one filter "
          "of its own",
          NULL } } },
    { "1, 8, 4",
      "{ 'name': 'd', 'type': 'depthwise_conv1d', 'input': 'in', 'kernel': 3, "
      "'depth_multiplier': 0, 'weight_format': 'fixed<8,1>', 'output_format': "
      "'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "0,", DIAG_JSON_RANGE,
          "'network.layers[0].depth_multiplier' is 0, outside 1..1048576",
          NULL } } },
    { NULL,
      "{'name': 'u', 'type': 'upsample2d', 'input': 'in', 'size': [2, 1.5]}",
      { { "1.5", DIAG_UNSUPPORTED,
          "'network.layers[0].size[1]' is 1.5: upsampling repeats rows and "
          "pixels a whole number of times",
          "a pool behind an upsampling can divide its sizes" } } },
    { NULL,
      "{'name': 'u', 'type': 'upsample2d', 'input': 'in', 'size': [0.5, 2.5]}",
      { { "0.5", DIAG_UNSUPPORTED,
          "'network.layers[0].size[0]' is 0.5: upsampling repeats rows and "
          "pixels a whole number of times",
          "a pool behind an upsampling can divide its sizes" },
        { "2.5", DIAG_UNSUPPORTED,
          "'network.layers[0].size[1]' is 2.5: upsampling repeats rows and "
          "pixels a whole number of times",
          "a pool behind an upsampling can divide its sizes" } } },
    { NULL,
      "{'name': 'u', 'type': 'upsample2d', 'input': 'in', 'size': [0, 2]}",
      { { "0, 2", DIAG_JSON_RANGE,
          "'network.layers[0].size[0]' is 0, outside 1..1048576", NULL } } },
    { NULL,
      "{'name': 'u', 'type': 'upsample2d', 'input': 'in', 'size': 2}",
      { { "2}", DIAG_JSON_TYPE, "'network.layers[0].size' is 2, not an array",
          NULL } } },
    { "1, 8, 4",
      "{'name': 'u', 'type': 'upsample1d', 'input': 'in', 'size': 1.25}",
      { { "1.25", DIAG_UNSUPPORTED,
          "'network.layers[0].size' is 1.25: upsampling repeats rows and "
          "pixels a whole number of times",
          "a pool behind an upsampling can divide its sizes" } } },
    { "1, 8, 4",
      "{'name': 'u', 'type': 'upsample1d', 'input': 'in'}",
      { { "{", DIAG_JSON_MISSING, "'network.layers[0]' has no 'size'",
          NULL } } },
    { NULL,
      "{'name': 'k', 'type': 'crop2d', 'input': 'in', 'cropping': [1, 1]}",
      { { "[1, 1]", DIAG_JSON_RANGE,
          "'network.layers[0].cropping' has 2 elements, not 4", NULL } } },
    { "1, 8, 4",
      "{'name': 'k', 'type': 'crop1d', 'input': 'in', 'cropping': [1, -1]}",
      { { "-1", DIAG_JSON_RANGE,
          "'network.layers[0].cropping[1]' is -1, outside 0..1048576",
          NULL } } },
    { "1, 8, 4",
      "{'name': 'k', 'type': 'zeropad1d', 'input': 'in', 'padding': 'same'}",
      { { "'same'", DIAG_JSON_TYPE,
          "'network.layers[0].padding' is \"same\", not an array", NULL } } },
    { NULL,
      "{'name': 'r', 'type': 'reshape', 'input': 'in', 'shape': [8, -1, -1]}",
      { { "-1]", DIAG_SHAPE,
          "'network.layers[0].shape[2]' is another -1: one size at most "
          "follows from the rest",
          NULL } } },
    { NULL,
      "{'name': 'r', 'type': 'reshape', 'input': 'in', 'shape': [8, 0, 4]}",
      { { "0, 4", DIAG_JSON_RANGE,
          "'network.layers[0].shape[1]' is 0, outside 1..1048576", NULL } } },
    { NULL,
      "{'name': 'r', 'type': 'reshape', 'input': 'in', 'shape': [-2, 8, 4]}",
      { { "-2", DIAG_JSON_RANGE,
          "'network.layers[0].shape[0]' is -2, outside -1..1048576", NULL } } },
    { NULL,
      "{'name': 'r', 'type': 'reshape', 'input': 'in', 'shape': [64, 4]}",
      { { "[64", DIAG_JSON_RANGE,
          "'network.layers[0].shape' has 2 elements, not 3", NULL } } },
    { NULL,
      "{'name': 't', 'type': 'transpose', 'input': 'in', 'permutation': [0, 1, "
      "3]}",
      { { "3]", DIAG_JSON_RANGE,
          "'network.layers[0].permutation[2]' is 3, outside 0..2", NULL } } },
    { NULL,
      "{'name': 't', 'type': 'transpose', 'input': 'in', 'permutation': [1, 0, "
      "1]}",
      { { "1]", DIAG_VALUE,
          "'network.layers[0].permutation[2]' is 1 again: a permutation has "
          "each of 0, 1 and 2 once",
          NULL } } },
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

/* kind, keys -> kernel, stride, pads of the columns, width of the output; the
 * input has 9 columns. */
static const struct {
    const char *type, *keys;
    uint32_t kernel, stride, left, right, out;
} one_dimensional[] = {
    { "conv1d", "'kernel': 3, 'filters': 2", 3, 1, 0, 0, 7 },
    { "conv1d", "'kernel': 4, 'filters': 2, 'stride': 2, 'padding': 'same'", 4,
      2, 1, 2, 5 },
    { "conv1d", "'kernel': 4, 'filters': 2, 'padding': 'causal'", 4, 1, 3, 0,
      9 },
    { "conv1d", "'kernel': 4, 'filters': 2, 'padding': 'causal', 'stride': 3",
      4, 3, 3, 0, 3 },
    { "depthwise_conv1d", "'kernel': 3, 'padding': [2, 1]", 3, 1, 2, 1, 10 },
    { "maxpool1d", "'kernel': 4", 4, 4, 0, 0, 2 },
    { "maxpool1d", "'kernel': 4, 'padding': 'same'", 4, 4, 1, 2, 3 },
    { "avgpool1d", "'kernel': 2, 'stride': 1, 'padding': [1, 1]", 2, 1, 1, 1,
      10 },
};

START_TEST(test_one_dimensional)
{
    struct example e = example_new();
    bool is_pool = strstr(one_dimensional[_i].type, "pool") != NULL;
    const struct layer *l = only_layer(expect_good_layers(
        &e, "1, 9, 4",
        arena_printf(e.arena,
                     "{ 'name': 'c', 'type': '%s', 'input': 'in', %s%s }",
                     one_dimensional[_i].type, one_dimensional[_i].keys,
                     is_pool ? ""
                             : ", 'weight_format': 'fixed<8,1>', "
                               "'output_format': 'fixed<8,3>', "
                               "'weights': { 'seed': 1 }")));
    const struct window *w = &l->window;
    ck_assert_uint_eq(w->kernel_h, 1);
    ck_assert_uint_eq(w->stride_h, 1);
    ck_assert_uint_eq(w->pad_top, 0);
    ck_assert_uint_eq(w->pad_bottom, 0);
    ck_assert_uint_eq(w->kernel_w, one_dimensional[_i].kernel);
    ck_assert_uint_eq(w->stride_w, one_dimensional[_i].stride);
    ck_assert_uint_eq(w->pad_left, one_dimensional[_i].left);
    ck_assert_uint_eq(w->pad_right, one_dimensional[_i].right);
    ck_assert_uint_eq(l->output.shape.h, 1);
    ck_assert_uint_eq(l->output.shape.w, one_dimensional[_i].out);
    example_free(&e);
}
END_TEST

/* Pads count in a mean unless it is said. */
START_TEST(test_count_pads)
{
    static const struct {
        const char *keys;
        bool skips;
    } cases[] = { { "", false },
                  { ", 'count_pads': true", false },
                  { ", 'count_pads': false", true } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct example e = example_new();
        const struct layer *l = only_layer(expect_good_layers(
            &e, "6, 8, 4",
            arena_printf(e.arena,
                         "{ 'name': 'a', 'type': 'avgpool2d', 'input': 'in', "
                         "'kernel': [3, 3], 'padding': 'same'%s }",
                         cases[i].keys)));
        ck_assert_int_eq(l->skips_pads, cases[i].skips);
        ck_assert_uint_eq(l->window.pad_right, 1);
        example_free(&e);
    }
}
END_TEST

/* Layers that only rearrange pixels: what comes out of 6 x 8 x 4. */
static const struct {
    const char *shape, *layer;
    struct shape out;
} rearranged[] = {
    { "6, 8, 4", "'type': 'upsample2d', 'size': [2, 3]", { 12, 24, 4 } },
    { "6, 8, 4", "'type': 'crop2d', 'cropping': [1, 2, 3, 4]", { 3, 1, 4 } },
    { "6, 8, 4", "'type': 'zeropad2d', 'padding': [1, 2, 3, 4]", { 9, 15, 4 } },
    { "6, 8, 4", "'type': 'reshape', 'shape': [1, 24, 8]", { 1, 24, 8 } },
    { "6, 8, 4", "'type': 'reshape', 'shape': [-1, 4, 1]", { 48, 4, 1 } },
    { "6, 8, 4", "'type': 'reshape', 'shape': [2, -1, 6]", { 2, 16, 6 } },
    { "6, 8, 4", "'type': 'reshape', 'shape': [3, 2, -1]", { 3, 2, 32 } },
    { "1, 8, 4", "'type': 'upsample1d', 'size': 3", { 1, 24, 4 } },
    { "1, 8, 4", "'type': 'crop1d', 'cropping': [3, 1]", { 1, 4, 4 } },
    { "1, 8, 4", "'type': 'zeropad1d', 'padding': [3, 1]", { 1, 12, 4 } },
    { "1, 8, 4", "'type': 'transpose', 'permutation': [1, 0, 2]", { 8, 1, 4 } },
    { "6, 8, 4", "'type': 'global_maxpool'", { 1, 1, 4 } },
    { "6, 8, 4",
      "'type': 'maxpool2d', 'kernel': [3, 2], 'padding': 'same'",
      { 2, 4, 4 } },
    { "6, 8, 4",
      "'type': 'avgpool2d', 'kernel': [3, 3], 'stride': [2, 2], "
      "'padding': [1, 0, 0, 2]",
      { 3, 4, 4 } },
};

START_TEST(test_rearranged)
{
    struct example e = example_new();
    const struct layer *l = only_layer(expect_good_layers(
        &e, rearranged[_i].shape,
        arena_printf(e.arena, "{ 'name': 'a', 'input': 'in', %s }",
                     rearranged[_i].layer)));
    struct shape out = l->output.shape;
    ck_assert_msg(out.h == rearranged[_i].out.h &&
                      out.w == rearranged[_i].out.w &&
                      out.c == rearranged[_i].out.c,
                  "%s: %ux%ux%u", rearranged[_i].layer, out.h, out.w, out.c);
    ck_assert_uint_eq(l->output.format.width, 8);
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_window");
    TCase *c = tcase_create("model_window");
    tcase_add_loop_test(c, test_broken_layers, 0,
                        sizeof broken_layers / sizeof *broken_layers);
    tcase_add_loop_test(c, test_one_dimensional, 0,
                        sizeof one_dimensional / sizeof *one_dimensional);
    tcase_add_test(c, test_count_pads);
    tcase_add_loop_test(c, test_rearranged, 0,
                        sizeof rearranged / sizeof *rearranged);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
