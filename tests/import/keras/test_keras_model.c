/* What is said of layers and models that are not right. */
#include "import/keras/keras.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "import/foreign.h"
#include "import/graph/graph_evaluate.h"
#include "tests/check_main.h"
#include "tests/import/keras/keras_build.h"
#include "tests/import/keras/keras_fixture.h"

#define SAMPLES HEADRACE_SOURCE_DIR "/tests/import/keras/samples"

#define LAYER(name, class, config, inputs)                                     \
    "{\"name\": \"" name                                                       \
    "\", \"class_name\": \"" class "\", \"config\": {" config                  \
                                   "}, \"inbound_nodes\": [" inputs "]}"
#define INPUT      LAYER("in", "InputLayer", "\"batch_input_shape\": [null, 4]", "")
#define FROM(name) "[[[\"" name "\", 0, 0, {}]]]"

struct wrong_layer {
    const char *shape, *layer;
    enum diag_code code;
    const char *text;
};

static const struct wrong_layer wrong_layers[] = {
    { "[null, 4]", "Dense:{\"units\": 0}", DIAG_VALUE,
      "layer 'l0' (Dense): 'units' is not a number in 1..2^31" },
    { "[null, 4]", "Dense:{\"units\": 2000000000}", DIAG_SHAPE_OVERFLOW,
      "weights 'kernel' have more than 2^31 elements" },
    { "[null, 4]", "Dense:{\"units\": 2, \"activation\": \"elu\"}",
      DIAG_UNSUPPORTED, "activation 'elu' is none of linear" },
    { "[null, null, 8, 3]", "Flatten:{}", DIAG_SHAPE,
      "dimension 1 of the input is not fixed" },
    { "[null, 8, 3]", "Conv2D:{\"filters\": 1, \"kernel_size\": 3}", DIAG_SHAPE,
      "its input is 1x8x3, which has not 4 dimensions" },
    { "[null, 8, 8, 3]",
      "Conv2D:{\"filters\": 1, \"kernel_size\": [3, 3], \"padding\": \"full\"}",
      DIAG_VALUE, "padding 'full' is none of valid, same" },
    { "[null, 8, 8, 3]", "Conv2D:{\"filters\": 1, \"kernel_size\": [3, 0]}",
      DIAG_VALUE, "'kernel_size' is not 2 whole numbers in 1..2^31" },
    { "[null, 8, 8, 3]", "Conv2D:{\"filters\": 1}", DIAG_KERAS,
      "it has no 'kernel_size'" },
    { "[null, 8, 8, 3]",
      "Conv2D:{\"filters\": 1, \"kernel_size\": 3, \"groups\": 2}", DIAG_SHAPE,
      "3 channels in 2 groups" },
    { "[null, 4]", "ReLU:{\"threshold\": 1}", DIAG_UNSUPPORTED, "threshold 1" },
    { "[null, 4, 3]", "Softmax:{\"axis\": 1.5}", DIAG_VALUE,
      "'axis' is not one of the 3 axes" },
    { "[null, 4, 3]", "PReLU:{\"shared_axes\": [1.5]}", DIAG_VALUE,
      "'shared_axes' are not in 1..2" },
    { "[null, 4, 3]", "PReLU:{\"shared_axes\": 1}", DIAG_VALUE,
      "'shared_axes' is no list" },
    { "[null, 4]", "Reshape:{\"target_shape\": [3, -1]}", DIAG_SHAPE,
      "1x4 cannot become its target_shape" },
    { "[null, 4]", "QActivation:{\"activation\": \"quantized_po2(4)\"}",
      DIAG_UNSUPPORTED,
      "layer 'l0' (QActivation): quantized_po2 of an activation" },
    { "[null, 4]",
      "QActivation:{\"activation\": "
      "\"quantized_relu_po2(4,log2_rounding='floor')\"}",
      DIAG_UNSUPPORTED, "'log2_rounding' is not 'rnd'" },
    { "[null, 4]", "QActivation:{\"activation\": \"quantized_po2(4,-1)\"}",
      DIAG_UNSUPPORTED, "'max_value' is no number of at least 0" },
    { "[null, 4]", "QActivation:{\"activation\": \"bernoulli()\"}",
      DIAG_UNSUPPORTED, "'bernoulli()': is not read" },
    { "[null, 4]", "QActivation:{\"activation\": \"quantized_bits(99)\"}",
      DIAG_UNSUPPORTED, "'bits' is not in 1..32" },
    { "[null, 4]", "QActivation:{\"activation\": \"quantized_bits(4,0\"}",
      DIAG_UNSUPPORTED, "has arguments that are not understood" },
    { "[null, 4]",
      "QActivation:{\"activation\": \"quantized_bits(4,0,alpha='auto')\"}",
      DIAG_UNSUPPORTED, "its scale depends on the data" },
    { "[null, 4]", "QActivation:{\"activation\": \"ternary()\"}",
      DIAG_UNSUPPORTED, "ternary of an activation" },
    { "[null, 8, 8, 3]", "UpSampling2D:{\"interpolation\": \"bilinear\"}",
      DIAG_UNSUPPORTED, "interpolation 'bilinear'" },
    { "[null, 8, 8, 3]", "BatchNormalization:{\"axis\": 2}", DIAG_UNSUPPORTED,
      "axis 2 is neither the first nor the last" },
};

START_TEST(wrong_layers_are_named)
{
    const struct wrong_layer *w = &wrong_layers[_i];
    const char *layers[] = { w->layer, NULL };
    const char *config = keras_build_sequence(arena, w->shape, layers);
    ck_assert_ptr_null(parse("net.json", config, strlen(config), true));
    expect(w->code, w->text);
}
END_TEST

struct hinted_layer {
    const char *layer, *hint;
};

static const struct hinted_layer hinted_layers[] = {
    { "QActivation:{\"activation\": \"ternary()\"}",
      "quantized_bits(2, 1, symmetric=1, alpha=1) has the values" },
    { "QActivation:{\"activation\": \"binary()\"}",
      "quantized_bits(2, 1, symmetric=1, alpha=1), whose values" },
    { "QActivation:{\"activation\": \"quantized_relu_po2(4)\"}",
      "quantized_bits or quantized_relu with enough bits" },
    { "QActivation:{\"activation\": \"quantized_ulaw(4)\"}",
      "docs/keras-layers.md lists the quantisers that are read" },
};

START_TEST(remedies_are_named)
{
    const char *layers[] = { hinted_layers[_i].layer, NULL };
    const char *config = keras_build_sequence(arena, "[null, 4]", layers);
    ck_assert_ptr_null(parse("net.json", config, strlen(config), true));
    const char *text = diag_format(diag_at(diag, 0), arena);
    ck_assert_msg(strstr(text, hinted_layers[_i].hint) != NULL, "%s", text);
}
END_TEST

START_TEST(a_shared_layer_has_a_remedy)
{
    const char *config = arena_printf(
        arena,
        "{\"class_name\": \"Functional\", \"config\": {\"layers\": [%s], "
        "\"output_layers\": [[\"a\", 0, 0]]}}",
        INPUT ", " LAYER("a", "ReLU", "", FROM("in") ", " FROM("a")));
    ck_assert_ptr_null(parse("net.json", config, strlen(config), true));
    const char *text = diag_format(diag_at(diag, 0), arena);
    ck_assert_msg(strstr(text, "layer 'a' (ReLU)") != NULL &&
                      strstr(text, "hint: save a model with a layer for each "
                                   "use") != NULL,
                  "%s", text);
}
END_TEST

/* What takes the place of a ternary activation is read. */
START_TEST(the_remedy_is_read)
{
    const char *layers[] = { "QActivation:{\"activation\": "
                             "\"quantized_bits(2,1,symmetric=1,alpha=1)\"}",
                             NULL };
    const char *config = keras_build_sequence(arena, "[null, 4]", layers);
    struct graph *g = parse("net.json", config, strlen(config), true);
    ck_assert_ptr_nonnull(g);
    const double x[] = { -5, -0.4, 0.6, 5 };
    const double *y = graph_evaluate(g, arena, x, NULL, NULL);
    const double want[] = { -1, 0, 1, 1 };
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(y[i], want[i]);
}
END_TEST

START_TEST(unknown_layers_are_named_at_once)
{
    const char *layers[] = { "LSTM:{}", "Dense:{\"units\": 1}", "GRU:{}",
                             "LSTM:{}", NULL };
    const char *config = keras_build_sequence(arena, "[null, 4]", layers);
    ck_assert_ptr_null(parse("net.json", config, strlen(config), true));
    expect(DIAG_OPERATOR,
           "layers that are not known: 'LSTM' (2 layers, the first is 'l0'), "
           "'GRU' (layer 'l2')");
    ck_assert_uint_eq(diag_count(diag), 1);
    ck_assert_str_eq(diag_at(diag, 0)->hint,
                     "recurrent layers have no hardware");
}
END_TEST

struct wrong_model {
    const char *layers, *outputs;
    enum diag_code code;
    const char *text;
};

static const struct wrong_model wrong_models[] = {
    { INPUT ", " LAYER("a", "ReLU", "", FROM("in")) ", " LAYER("b", "ReLU", "",
                                                               FROM("in")),
      "[[\"a\", 0, 0], [\"b\", 0, 0]]", DIAG_UNSUPPORTED,
      "the model has 2 outputs: 'a', 'b'; a network has one" },
    { INPUT ", " LAYER("a", "ReLU", "", FROM("in")) ", " LAYER("b", "ReLU", "",
                                                               FROM("in")),
      "[[\"a\", 0, 0]]", DIAG_GRAPH_UNUSED, "layer 'b' (ReLU): nobody reads" },
    { INPUT ", " LAYER("a", "ReLU", "", ""), "[[\"a\", 0, 0]]",
      DIAG_GRAPH_INPUT, "layer 'a' (ReLU): it has 0 inputs" },
    { INPUT ", " LAYER("a", "ReLU", "", FROM("x")), "[[\"a\", 0, 0]]",
      DIAG_GRAPH_INPUT, "its input 'x' is no layer" },
    { INPUT ", " LAYER("a", "ReLU", "", FROM("b")) ", " LAYER("b", "ReLU", "",
                                                              FROM("a")),
      "[[\"a\", 0, 0]]", DIAG_GRAPH_CYCLE, "layers read each other" },
    { INPUT ", " LAYER("a", "ReLU", "", FROM("in") ", " FROM("a")),
      "[[\"a\", 0, 0]]", DIAG_UNSUPPORTED, "it is used 2 times" },
    { INPUT
      ", " LAYER("i2", "InputLayer", "\"batch_input_shape\": [null, 4]", ""),
      "[[\"in\", 0, 0]]", DIAG_UNSUPPORTED, "a second input, beside 'in'" },
    { INPUT ", " LAYER("m", "Functional", "", FROM("in")), "[[\"m\", 0, 0]]",
      DIAG_OPERATOR, "'Functional' (layer 'm')" },
    { "", "[]", DIAG_KERAS, "the model has not 1 to 10000 layers" },
};

START_TEST(wrong_models_are_refused)
{
    const struct wrong_model *w = &wrong_models[_i];
    const char *config = arena_printf(
        arena,
        "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", "
        "\"layers\": [%s], \"output_layers\": %s}}",
        w->layers, w->outputs);
    ck_assert_ptr_null(parse("net.json", config, strlen(config), true));
    expect(w->code, w->text);
}
END_TEST

struct operation {
    const char *layers; /* behind 'in', the last is 'a' */
    double results[4];  /* of inputs -2, -1, 1, 2 */
};

#define TENSOR(name)                                                           \
    "{\"class_name\": \"__keras_tensor__\", \"config\": "                      \
    "{\"keras_history\": [\"" name "\", 0, 0]}}"
#define CALLED(args) "{\"args\": [" args "], \"kwargs\": {}}"
#define NEW(class, args)                                                       \
    "{\"module\": \"keras.src.ops.numpy\", " /* as Keras 3 writes it */        \
    "\"class_name\": \"" class "\", \"name\": \"a\", \"config\": "             \
                               "{\"name\": \"a\"}, \"inbound_nodes\": "        \
                               "[" CALLED(args) "]}"
#define OLD(function, from, rest)                                              \
    LAYER("a", "TFOpLambda", "\"function\": \"" function "\"",                 \
          "[\"" from "\", " rest "]")
#define SECOND LAYER("b", "ReLU", "", FROM("in")) ", "

static const struct operation operations[] = {
    { NEW("Multiply", TENSOR("in") ", 2.5"), { -5, -2.5, 2.5, 5 } },
    { NEW("Subtract", "1, " TENSOR("in")), { 3, 2, 0, -1 } },
    { NEW("TrueDivide", TENSOR("in") ", 2"), { -1, -0.5, 0.5, 1 } },
    { NEW("Maximum", "-1, " TENSOR("in")), { -1, -1, 1, 2 } },
    { SECOND NEW("Add", TENSOR("in") ", " TENSOR("b")), { -2, -1, 2, 4 } },
    { NEW("Negative", TENSOR("in")), { 2, 1, -1, -2 } },
    /* An HDF5 file does not say the module. */
    { LAYER("a", "Add", "\"name\": \"a\"", CALLED(TENSOR("in") ", 3")),
      { 1, 2, 4, 5 } },
    { OLD("__operators__.add", "in", "0, 0, {\"y\": 3.0, \"name\": null}"),
      { 1, 2, 4, 5 } },
    { OLD("math.subtract", "_CONSTANT_VALUE",
          "-1, 1.0, {\"y\": [\"in\", 0, 0], \"name\": null}"),
      { 3, 2, 0, -1 } },
    { SECOND OLD("math.multiply", "in", "0, 0, {\"y\": [\"b\", 0, 0]}"),
      { 0, 0, 1, 4 } },
    { OLD("nn.relu6", "in", "0, 0, {}"), { 0, 0, 1, 2 } },
};

static struct graph *parse_layers(const char *layers)
{
    const char *config = arena_printf(
        arena,
        "{\"class_name\": \"Functional\", \"config\": {\"layers\": [%s, "
        "%s], \"output_layers\": [[\"a\", 0, 0]]}}",
        INPUT, layers);
    return parse("net.json", config, strlen(config), true);
}

/* What is written as x * 2 is no layer that multiplies tensors. */
START_TEST(operations_with_numbers_are_read)
{
    const struct operation *o = &operations[_i];
    struct graph *g = parse_layers(o->layers);
    ck_assert_msg(g != NULL, "%s",
                  diag_count(diag) == 0 ? ""
                                        : diag_format(diag_at(diag, 0), arena));
    const double x[] = { -2, -1, 1, 2 };
    const double *y = graph_evaluate(g, arena, x, NULL, NULL);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(y[i], o->results[i]);
}
END_TEST

struct wrong_operation {
    const char *layers;
    enum diag_code code;
    const char *text;
};

static const struct wrong_operation wrong_operations[] = {
    { NEW("Multiply", TENSOR("in") ", [1, 2, 3, 4]"), DIAG_UNSUPPORTED,
      "operand 2 is neither a tensor nor a number" },
    { NEW("Einsum", TENSOR("in")), DIAG_OPERATOR, "'ops.Einsum' (layer 'a')" },
    { NEW("Relu", TENSOR("in") ", 1"), DIAG_KERAS, "it has 2 operands, not 1" },
    { OLD("math.pow", "in", "0, 0, {\"y\": 2}"), DIAG_UNSUPPORTED,
      "the function 'math.pow' of TensorFlow is not read" },
    { OLD("math.multiply", "in", "0, 0, {\"y\": 2, \"z\": 1}"),
      DIAG_UNSUPPORTED, "argument 'z' is not supported" },
    { LAYER("a", "ReLU", "\"trainable\": true", CALLED(TENSOR("in") ", 2")),
      DIAG_UNSUPPORTED, "its argument 2 is no tensor" },
};

START_TEST(operations_that_are_not_read)
{
    const struct wrong_operation *w = &wrong_operations[_i];
    ck_assert_ptr_null(parse_layers(w->layers));
    expect(w->code, w->text);
}
END_TEST

START_TEST(activations_of_several_nodes)
{
    static const struct {
        const char *name;
        double result; /* of 2 */
    } all[] = { { "silu", 2 / (1 + 0.1353352832366127) },
                { "swish", 2 / (1 + 0.1353352832366127) },
                { "hard_silu", 2 * 5.0 / 6 },
                { "hard_tanh", 1 } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const char *layers[] = {
            arena_printf(arena, "Activation:{\"activation\": \"%s\"}",
                         all[i].name),
            NULL
        };
        const char *config = keras_build_sequence(arena, "[null, 1]", layers);
        struct graph *g = parse("net.json", config, strlen(config), true);
        ck_assert_ptr_nonnull(g);
        const double x = 2;
        const double *y = graph_evaluate(g, arena, &x, NULL, NULL);
        /* Double precision. */
        ck_assert_double_eq_tol(y[0], all[i].result, 1e-12);
    }
}
END_TEST

START_TEST(a_json_is_known_by_its_content)
{
    ck_assert(keras_is(SAMPLES "/v2_vector.json"));
    ck_assert(keras_is(SAMPLES "/v3_vector.json"));
    ck_assert(keras_is("some.keras"));
    ck_assert(!keras_is(HEADRACE_SOURCE_DIR "/models/lenet5/model.json"));
    ck_assert(!keras_is(HEADRACE_SOURCE_DIR "/tests/import/every_type.json"));
    ck_assert(!keras_is("missing.json"));
    ck_assert(foreign_is(SAMPLES "/v2_vector.json"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("keras_model");
    TCase *c = tcase_create("keras_model");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, wrong_layers_are_named, 0,
                        sizeof wrong_layers / sizeof *wrong_layers);
    tcase_add_loop_test(c, remedies_are_named, 0,
                        sizeof hinted_layers / sizeof *hinted_layers);
    tcase_add_test(c, a_shared_layer_has_a_remedy);
    tcase_add_test(c, the_remedy_is_read);
    tcase_add_loop_test(c, wrong_models_are_refused, 0,
                        sizeof wrong_models / sizeof *wrong_models);
    tcase_add_test(c, unknown_layers_are_named_at_once);
    tcase_add_loop_test(c, operations_with_numbers_are_read, 0,
                        sizeof operations / sizeof *operations);
    tcase_add_loop_test(c, operations_that_are_not_read, 0,
                        sizeof wrong_operations / sizeof *wrong_operations);
    tcase_add_test(c, activations_of_several_nodes);
    tcase_add_test(c, a_json_is_known_by_its_content);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
