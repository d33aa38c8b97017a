/* What is said of Keras files that are not right. */
#include "import/keras/keras.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "import/foreign.h"
#include "import/graph/graph_evaluate.h"
#include "tests/check_main.h"
#include "tests/fuzz/damage.h"
#include "tests/fuzz/keras_fuzz.h"
#include "tests/import/keras/keras_build.h"

#define SAMPLES HEADRACE_SOURCE_DIR "/tests/import/keras/samples"

#define LAYER(name, class, config, inputs)                                     \
    "{\"name\": \"" name                                                       \
    "\", \"class_name\": \"" class "\", \"config\": {" config                  \
                                   "}, \"inbound_nodes\": [" inputs "]}"
#define INPUT      LAYER("in", "InputLayer", "\"batch_input_shape\": [null, 4]", "")
#define FROM(name) "[[[\"" name "\", 0, 0, {}]]]"

static struct arena *arena;
static struct diag *diag;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

static struct graph *parse(const char *path, const void *bytes, size_t length,
                           bool without_weights)
{
    struct keras_options *o = arena_new_item(arena, struct keras_options);
    o->without_weights = without_weights;
    return keras_parse(arena, path, bytes, length, o, diag);
}

static void expect(enum diag_code code, const char *text)
{
    ck_assert_msg(diag_count(diag) > 0, "nothing is said of '%s'", text);
    const struct diag_message *m = diag_at(diag, 0);
    ck_assert_msg(m->code == code && strstr(m->text, text) != NULL,
                  "instead of '%s': %s", text, diag_format(m, arena));
}

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
           "layers that are not known: 'LSTM' (2 layers), 'GRU' (1 layer)");
    ck_assert_uint_eq(diag_count(diag), 1);
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
      DIAG_OPERATOR, "'Functional' (1 layer)" },
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

static const char *relu(void)
{
    const char *layers[] = { "ReLU:{}", NULL };
    return keras_build_sequence(arena, "[null, 4]", layers);
}

static void refuse_zip(const struct keras_entry *e, uint32_t count,
                       const char *text)
{
    size_t length;
    const uint8_t *bytes = keras_build_zip(arena, e, count, &length);
    ck_assert_ptr_null(parse("net.keras", bytes, length, false));
    expect(DIAG_KERAS, text);
}

START_TEST(a_zip_leaves_nothing_outside)
{
    static const char *const names[] = { "../evil", "/etc/evil", "a/../../evil",
                                         "a\\evil" };
    const char *config = relu();
    struct keras_entry e[] = {
        { "config.json", config, strlen(config), false },
        { names[_i], "x", 1, false },
    };
    refuse_zip(e, 2, arena_printf(arena, "entry '%s'", names[_i]));
}
END_TEST

START_TEST(a_zip_may_not_be_encrypted)
{
    const char *config = relu();
    struct keras_entry e = { "config.json", config, strlen(config), true };
    refuse_zip(&e, 1, "is encrypted");
}
END_TEST

START_TEST(a_zip_bomb_is_refused_before_it_is_unpacked)
{
    /* Zeros pack 1000 to 1. */
    size_t length = (size_t)64 << 20;
    char *zeros = arena_new_array(arena, char, length);
    const char *config = relu();
    struct keras_entry e[] = {
        { "config.json", config, strlen(config), false },
        { "model.weights.h5", zeros, length, false },
    };
    size_t before = arena_used(arena);
    refuse_zip(e, 2, "is larger than the file's size justifies");
    ck_assert_uint_le(arena_used(arena) - before, 1 << 20);
}
END_TEST

START_TEST(a_zip_has_few_entries)
{
    enum { COUNT = KERAS_ENTRIES_MAX + 1 };
    struct keras_entry *e = arena_new_array(arena, struct keras_entry, COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        e[i] = (struct keras_entry){ arena_printf(arena, "e%u", (unsigned)i),
                                     "x", 1, false };
    refuse_zip(e, COUNT, "more than 1000 entries");
}
END_TEST

START_TEST(a_zip_needs_a_config)
{
    struct keras_entry e = { "metadata.json", "{}", 2, false };
    refuse_zip(&e, 1, "it holds no 'config.json'");
}
END_TEST

START_TEST(what_is_no_zip_or_hdf5_is_said_to_be_none)
{
    ck_assert_ptr_null(parse("net.keras", "PKxxxxxxxxxx", 12, false));
    expect(DIAG_KERAS, "not a zip archive, or damaged");
    diag = diag_new(arena);
    ck_assert_ptr_null(parse("net.h5", "something", 9, false));
    expect(DIAG_KERAS, "it is no HDF5 file");
    diag = diag_new(arena);
    ck_assert_ptr_null(parse("net.h5", "\211HDF\r\n\032\nxxxx", 12, false));
    expect(DIAG_KERAS, "it is no HDF5 file, or damaged");
}
END_TEST

/* A whole model of one dense layer, whose kernel is made by the test. */
static const char *new_hdf5(hid_t *file, hid_t *group)
{
    char *path = arena_printf(arena, "%s", "/tmp/headrace-keras-XXXXXX");
    int f = mkstemp(path);
    ck_assert_int_ge(f, 0);
    close(f);
    const char *layers[] = { "Dense:{\"units\": 2, \"use_bias\": false}",
                             NULL };
    const char *config = keras_build_sequence(arena, "[null, 2]", layers);
    *file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, strlen(config));
    hid_t a = H5Acreate2(*file, "model_config", type, space, H5P_DEFAULT,
                         H5P_DEFAULT);
    H5Awrite(a, type, config);
    H5Aclose(a);
    hid_t weights = H5Gcreate2(*file, "model_weights", H5P_DEFAULT, H5P_DEFAULT,
                               H5P_DEFAULT);
    *group = H5Gcreate2(weights, "l0", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(weights);
    return path;
}

static void read_hdf5(const char *path, hid_t file, hid_t group)
{
    H5Gclose(group);
    H5Fclose(file);
    size_t length;
    const char *bytes = file_read(arena, path, 1 << 20, &length, diag);
    unlink(path);
    ck_assert_ptr_nonnull(bytes);
    parse("net.h5", bytes, length, false);
}

static void add_kernel(hid_t group, const float *numbers, const hsize_t *sizes,
                       hid_t made)
{
    hid_t space = H5Screate_simple(2, sizes, NULL);
    hid_t set = H5Dcreate2(group, "kernel:0", H5T_NATIVE_FLOAT, space,
                           H5P_DEFAULT, made, H5P_DEFAULT);
    ck_assert_int_ge(set, 0);
    if (numbers != NULL)
        H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers);
    H5Dclose(set);
}

START_TEST(weights_are_finite_and_of_the_right_shape)
{
    hid_t file, group;
    const char *path = new_hdf5(&file, &group);
    add_kernel(group, (float[]){ 1, NAN, 2, 3 }, (hsize_t[]){ 2, 2 },
               H5P_DEFAULT);
    read_hdf5(path, file, group);
    expect(DIAG_WEIGHTS, "layer 'l0' (Dense): its weights 'kernel' hold nan "
                         "(element 1)");
    diag = diag_new(arena);
    path = new_hdf5(&file, &group);
    add_kernel(group, (float[]){ 1, 2 }, (hsize_t[]){ 2, 1 }, H5P_DEFAULT);
    read_hdf5(path, file, group);
    expect(DIAG_WEIGHTS, "its weights 'kernel' are 2x1; its config wants 2x2");
    diag = diag_new(arena);
    path = new_hdf5(&file, &group);
    read_hdf5(path, file, group);
    expect(DIAG_WEIGHTS, "its weights 'kernel' are not in the file");
}
END_TEST

/* A tensor that is claimed, but not stored, and one that lies elsewhere. */
START_TEST(tensors_are_as_large_as_the_file_justifies)
{
    hid_t file, group, made = H5Pcreate(H5P_DATASET_CREATE);
    const char *path = new_hdf5(&file, &group);
    H5Pset_chunk(made, 2, (hsize_t[]){ 1000, 1000 });
    add_kernel(group, NULL, (hsize_t[]){ 20000, 20000 }, made);
    read_hdf5(path, file, group);
    expect(DIAG_KERAS, "it holds more than the file's size justifies");
    H5Pclose(made);
    diag = diag_new(arena);
    made = H5Pcreate(H5P_DATASET_CREATE);
    path = new_hdf5(&file, &group);
    H5Pset_external(made, "/etc/hostname", 0, 16);
    add_kernel(group, NULL, (hsize_t[]){ 2, 2 }, made);
    read_hdf5(path, file, group);
    expect(DIAG_KERAS, "its data are in another file");
    H5Pclose(made);
}
END_TEST

/* Samples with damage, bit by bit and cut: read or said why not, and no more
 * memory than the header says. */
START_TEST(damaged_files_are_read_or_refused)
{
    static const char *const names[] = { "v3_image.keras", "v3_vector.json",
                                         "qkeras_windows.keras",
                                         "v2_sequence.h5" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = arena_printf(arena, "%s/%s", SAMPLES, names[i]);
        size_t length;
        const char *bytes = file_read(arena, path, 1 << 20, &length, diag);
        ck_assert_ptr_nonnull(bytes);
        bool is_hdf5 = strstr(names[i], ".h5") != NULL;
        /* A process for each, in which the library may hang for two seconds. */
        uint32_t rounds = is_hdf5 ? 20 : 400;
        for (uint32_t k = 0; k < rounds; k++) {
            struct rng rng = { 1000 * i + k + 1 };
            size_t room = length + (size_t)4 * DAMAGE_MORE;
            uint8_t *copy = arena_new_array(arena, uint8_t, room);
            memcpy(copy, bytes, length);
            size_t now =
                damage_some(&rng, copy, length, room, "\"{}[],:0-9", 4);
            ck_assert_int_ne(keras_fuzz(path, copy, now, !is_hdf5),
                             READ_FUZZ_WRONG);
        }
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
    /* Damaged files, of which each may keep HDF5's library busy for
     * KERAS_H5_SECONDS, under a sanitizer on a loaded machine. */
    enum { SECONDS = 30 };
    Suite *s = suite_create("keras_model");
    TCase *c = tcase_create("keras_model");
    tcase_set_timeout(c, SECONDS);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, wrong_layers_are_named, 0,
                        sizeof wrong_layers / sizeof *wrong_layers);
    tcase_add_loop_test(c, remedies_are_named, 0,
                        sizeof hinted_layers / sizeof *hinted_layers);
    tcase_add_test(c, a_shared_layer_has_a_remedy);
    tcase_add_test(c, the_remedy_is_read);
    tcase_add_loop_test(c, wrong_models_are_refused, 0,
                        sizeof wrong_models / sizeof *wrong_models);
    tcase_add_loop_test(c, a_zip_leaves_nothing_outside, 0, 4);
    tcase_add_test(c, unknown_layers_are_named_at_once);
    tcase_add_test(c, a_zip_may_not_be_encrypted);
    tcase_add_test(c, a_zip_bomb_is_refused_before_it_is_unpacked);
    tcase_add_test(c, a_zip_has_few_entries);
    tcase_add_test(c, a_zip_needs_a_config);
    tcase_add_test(c, what_is_no_zip_or_hdf5_is_said_to_be_none);
    tcase_add_test(c, weights_are_finite_and_of_the_right_shape);
    tcase_add_test(c, tensors_are_as_large_as_the_file_justifies);
    tcase_add_test(c, damaged_files_are_read_or_refused);
    tcase_add_test(c, a_json_is_known_by_its_content);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
