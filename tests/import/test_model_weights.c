/* Weights: files of every kind, and conversion. */
#include "import/model.h"

#include "tests/import/expect.h"

#include <math.h>

static const char conv1_path[] = "conv1_kernel.npy";

START_TEST(test_raw_values_are_kept)
{
    struct example e = example_new();
    struct model *m = example_load_good(&e, example_json);
    const struct layer *conv1 = example_layer(m, "conv1");
    for (uint32_t i = 0; i < CONV1_WEIGHTS; i++)
        ck_assert_int_eq(conv1->weights[i], example_kernel_value(i));
    ck_assert_ptr_null(conv1->weight_floats);
    example_free(&e);
}
END_TEST

START_TEST(test_floats_are_converted)
{
    struct example e = example_new();
    struct model *m = example_load_good(&e, example_json);
    const struct layer *conv1 = example_layer(m, "conv1");
    static const int32_t raw[] = { -128, 64, 32, -96, 0, 127 };
    for (uint32_t i = 0; i < CONV1_BIASES; i++) {
        ck_assert_int_eq(conv1->biases[i], raw[i]);
        ck_assert(conv1->bias_floats[i] == raw[i] / 128.0);
    }
    example_free(&e);
}
END_TEST

START_TEST(test_missing_bias_is_zero)
{
    struct example e = example_new();
    char *json =
        example_change(e.arena, example_json,
                       ",\n                     \"bias\": \"conv1_bias.npy\"",
                       "");
    const struct layer *conv1 =
        example_layer(example_load_good(&e, json), "conv1");
    for (uint32_t i = 0; i < CONV1_BIASES; i++)
        ck_assert_int_eq(conv1->biases[i], 0);
    ck_assert_ptr_null(conv1->bias_floats);
    example_free(&e);
}
END_TEST

/* Every element type holds the same six values, and they arrive. */
static const struct {
    const char *descr;
    size_t bytes;
    bool is_signed;
} integer_types[] = {
    { "|b1", 1, false }, { "|i1", 1, true },  { "|u1", 1, false },
    { "<i2", 2, true },  { "<u2", 2, false }, { "<i4", 4, true },
    { "<u4", 4, false }, { "<i8", 8, true },
};

START_TEST(test_integer_types)
{
    struct example e = example_new();
    unsigned char bytes[6 * 8];
    int64_t expect[6];
    size_t size = integer_types[_i].bytes;
    bool is_bool = integer_types[_i].descr[1] == 'b';
    for (uint32_t i = 0; i < 6; i++) {
        int64_t value = is_bool                       ? i % 2
                        : integer_types[_i].is_signed ? (int64_t)i - 3
                                                      : (int64_t)i * 20;
        for (size_t b = 0; b < size; b++)
            bytes[i * size + b] = (unsigned char)((uint64_t)value >> (8 * b));
        expect[i] = value;
    }
    example_write_npy(&e, "w.npy", integer_types[_i].descr, "(3, 2)", bytes,
                      6 * size);
    struct model *m = example_load_good(
        &e, example_dense(&e, "d", 3,
                          "\"units\": 2, \"weight_format\": \"fixed<8,1>\","
                          "\"weights\": { \"kernel\": \"w.npy\" }"));
    for (uint32_t i = 0; i < 6; i++)
        ck_assert_int_eq(example_layer(m, "d")->weights[i], expect[i]);
    example_free(&e);
}
END_TEST

/* Nearest, ties to even, whatever the modes of the format; -7.5 is the least
 * that fixed<4,4> takes without a warning, as it is a tie that goes to -8. */
static const struct {
    const char *format;
    double value;
    int32_t raw;
    const char *warning; /* NULL: none */
} conversions[] = {
    { "fixed<4,4>", 0.5, 0, NULL },
    { "fixed<4,4>", 1.5, 2, NULL },
    { "fixed<4,4>", 2.5, 2, NULL },
    { "fixed<4,4>", -0.5, 0, NULL },
    { "fixed<4,4>", -1.5, -2, NULL },
    { "fixed<4,4,TRN,WRAP>", 1.75, 2, NULL },
    { "fixed<4,4>", 7.4999, 7, NULL },
    { "fixed<4,4>", -8.5, -8, NULL },
    { "fixed<4,4>", 7.5, 7,
      "value 7.5 at (0, 0) of 'w.npy' does not fit fixed<4,4> and became 7 "
      "(1 such of 1)" },
    { "fixed<4,4>", -8.75, -8,
      "value -8.75 at (0, 0) of 'w.npy' does not fit fixed<4,4> and became -8 "
      "(1 such of 1)" },
    { "fixed<4,4>", 1e300, 7,
      "value 1e+300 at (0, 0) of 'w.npy' does not fit fixed<4,4> and became 7 "
      "(1 such of 1)" },
    { "ufixed<4,0>", -0.01, 0, NULL },
    { "ufixed<4,0>", -0.5, 0,
      "value -0.5 at (0, 0) of 'w.npy' does not fit ufixed<4,0> and became 0 "
      "(1 such of 1)" },
    { "ufixed<4,0>", 0.9375, 15, NULL },
    { "fixed<8,-60>", 0x1p-62, 64 * 1, NULL },
    { "fixed<8,60>", 0x1p56, 16, NULL },
    { "fixed<32,0>", 0.25, 1 << 30, NULL },
    { "fixed<8,1>", 4.9e-324, 0, NULL },
    { "binary", 0.001, 1, NULL },
    { "binary", -300, -1, NULL },
    { "binary", 0, 1, NULL },
    { "ternary", 0.5, 0, NULL },
    { "ternary", 0.51, 1, NULL },
    { "ternary", -1.49, -1, NULL },
    { "ternary", -1.51, -1,
      "value -1.51 at (0, 0) of 'w.npy' does not fit ternary and became -1 "
      "(1 such of 1)" },
};

START_TEST(test_conversions)
{
    struct example e = example_new();
    double value = conversions[_i].value;
    example_write_npy(&e, "w.npy", "<f8", "(1, 1)", &value, sizeof value);
    char *keys = arena_printf(e.arena,
                              "\"units\": 1, \"weight_format\": \"%s\","
                              "\"weights\": { \"kernel\": \"w.npy\" }",
                              conversions[_i].format);
    struct model *m = example_load(&e, example_dense(&e, "d", 1, keys));
    ck_assert_msg(m != NULL, "%s", example_messages(&e));
    const struct layer *d = example_layer(m, "d");
    ck_assert_int_eq(d->weights[0], conversions[_i].raw);
    ck_assert(d->weight_floats[0] == value);
    if (conversions[_i].warning == NULL) {
        ck_assert_msg(diag_count(e.diag) == 0, "%s", example_messages(&e));
    } else {
        ck_assert_uint_eq(diag_count(e.diag), 1);
        ck_assert_uint_eq(diag_at(e.diag, 0)->severity, DIAG_WARNING);
        ck_assert_uint_eq(diag_at(e.diag, 0)->code, DIAG_WEIGHTS_RANGE);
        ck_assert_str_eq(diag_at(e.diag, 0)->text, conversions[_i].warning);
    }
    example_free(&e);
}
END_TEST

/* The conv1 kernel in other files; each row is one error at "kernel"'s value,
 * or, with line 0, in the file itself. */
static const struct {
    const char *descr, *shape;
    size_t bytes;
    unsigned char fill;
    uint32_t line;
    enum diag_code code;
    const char *text; /* or its beginning, if line is 0 */
} bad_files[] = {
    { "|i1", "(5, 5, 6)", 150, 0, 15, DIAG_WEIGHTS,
      "file 'conv1_kernel.npy' has shape (5, 5, 6), the kernel of 'conv1' has "
      "(5, 5, 1, 6)" },
    { "|i1", "(6, 1, 5, 5)", 150, 0, 15, DIAG_WEIGHTS,
      "file 'conv1_kernel.npy' has shape (6, 1, 5, 5), the kernel of 'conv1' "
      "has (5, 5, 1, 6)" },
    { "|i1", "(5, 5, 1, 0)", 0, 0, 15, DIAG_WEIGHTS,
      "file 'conv1_kernel.npy' has shape (5, 5, 1, 0), the kernel of 'conv1' "
      "has (5, 5, 1, 6)" },
    { "|u1", "(5, 5, 1, 6)", 150, 128, 15, DIAG_WEIGHTS_RANGE,
      "value 128 at (0, 0, 0, 0) of 'conv1_kernel.npy' is outside -128..127, "
      "the raw values of fixed<8,1> (150 such of 150)" },
    { "<f4", "(5, 5, 1, 6)", 600, 0xff, 15, DIAG_WEIGHTS_RANGE,
      "value nan at (0, 0, 0, 0) of 'conv1_kernel.npy' is not a number that "
      "a format can hold (150 such of 150)" },
    { "<f4", "(5, 5, 1, 6)", 599, 0, 0, DIAG_WEIGHTS, ".npy file is trunc" },
    { "<f4", "(5, 5, 1, 6)", 601, 0, 0, DIAG_WEIGHTS, "1 bytes follow the " },
    { "<c8", "(5, 5, 1, 6)", 1200, 0, 0, DIAG_WEIGHTS, "type of the array " },
    { ">f4", "(5, 5, 1, 6)", 600, 0, 0, DIAG_WEIGHTS, "type of the array i" },
    { "|i1", "(5, 5, 1, six)", 150, 0, 0, DIAG_WEIGHTS, ".npy header is not" },
    { "|i1", "(4294967296, 4294967296)", 150, 0, 0, DIAG_WEIGHTS,
      ".npy file is truncated" },
};

START_TEST(test_bad_files)
{
    struct example e = example_new();
    unsigned char bytes[1200];
    memset(bytes, bad_files[_i].fill, sizeof bytes);
    example_write_npy(&e, conv1_path, bad_files[_i].descr, bad_files[_i].shape,
                      bytes, bad_files[_i].bytes);
    ck_assert_ptr_null(example_load(&e, example_json));
    ck_assert_msg(diag_count(e.diag) == 1, "%s", example_messages(&e));
    const struct diag_message *m = diag_at(e.diag, 0);
    ck_assert_uint_eq(m->code, bad_files[_i].code);
    ck_assert_uint_eq(m->place.line, bad_files[_i].line);
    if (bad_files[_i].line != 0) {
        ck_assert_str_eq(m->text, bad_files[_i].text);
        ck_assert_uint_eq(m->place.column, 32);
        ck_assert_str_eq(m->place.file, example_path(&e, "model.json"));
    } else {
        ck_assert_mem_eq(m->text, bad_files[_i].text,
                         strlen(bad_files[_i].text));
        ck_assert_str_eq(m->place.file, example_path(&e, conv1_path));
    }
    example_free(&e);
}
END_TEST

START_TEST(test_infinity_is_an_error)
{
    struct example e = example_new();
    float kernel[CONV1_WEIGHTS] = { 0 };
    kernel[2 * 30 + 3 * 6 + 5] = -INFINITY;
    example_write_npy(&e, conv1_path, "<f4", "(5, 5, 1, 6)", kernel,
                      sizeof kernel);
    ck_assert_ptr_null(example_load(&e, example_json));
    ck_assert_msg(diag_count(e.diag) == 1, "%s", example_messages(&e));
    ck_assert_str_eq(diag_at(e.diag, 0)->text,
                     "value -inf at (2, 3, 0, 5) of 'conv1_kernel.npy' is not "
                     "a number that a format can hold (1 such of 150)");
    example_free(&e);
}
END_TEST

START_TEST(test_binary_has_no_zero)
{
    struct example e = example_new();
    static const int8_t weights[] = { 1, -1, 0, 1, 2, 0 };
    example_write_npy(&e, "w.npy", "|i1", "(3, 2)", weights, sizeof weights);
    const char *keys = "\"units\": 2, \"weight_format\": \"binary\","
                       "\"weights\": { \"kernel\": \"w.npy\" }";
    ck_assert_ptr_null(example_load(&e, example_dense(&e, "d", 3, keys)));
    ck_assert_msg(diag_count(e.diag) == 1, "%s", example_messages(&e));
    ck_assert_str_eq(diag_at(e.diag, 0)->text,
                     "value 0 at (1, 0) of 'w.npy' is neither -1 nor 1, the "
                     "raw values of binary (3 such of 6)");
    example_free(&e);
}
END_TEST

/* A truncated file of any length is one diagnostic. */
START_TEST(test_every_truncation)
{
    struct example e = example_new();
    size_t length;
    char *bytes = file_read(e.arena, example_path(&e, conv1_path), 10000,
                            &length, e.diag);
    ck_assert_ptr_nonnull(bytes);
    for (size_t cut = 0; cut < length; cut++) {
        e.diag = diag_new(e.arena);
        example_write(&e, conv1_path, bytes, cut);
        ck_assert_ptr_null(example_load(&e, example_json));
        ck_assert_msg(diag_count(e.diag) == 1, "cut at %zu: %s", cut,
                      example_messages(&e));
        ck_assert_uint_eq(diag_at(e.diag, 0)->code, DIAG_WEIGHTS);
    }
    example_free(&e);
}
END_TEST

static void write_ramp(const struct example *e, const char *name,
                       const char *shape, size_t count)
{
    int8_t values[200];
    ck_assert_uint_le(count, sizeof values);
    for (size_t i = 0; i < count; i++)
        values[i] = (int8_t)((int)i - 100);
    example_write_npy(e, name, "|i1", shape, values, count);
}

/* With and without the size that Keras adds. */
START_TEST(test_depthwise_file)
{
    static const char *const shapes[] = { "(3, 2, 4)", "(3, 2, 4, 1)" };
    struct example e = example_new();
    for (uint32_t k = 0; k < 2; k++) {
        write_ramp(&e, "w.npy", shapes[k], 24);
        struct model *m = expect_good_layers(
            &e, NULL,
            "{ 'name': 'd', 'type': 'depthwise_conv2d', 'input': 'in', "
            "'kernel': [3, 2], 'weight_format': 'fixed<8,1>', "
            "'output_format': 'fixed<8,3>', 'weights': { 'kernel': 'w.npy' } "
            "}");
        const struct layer *d = example_layer(m, "d");
        for (int i = 0; i < 24; i++)
            ck_assert_int_eq(d->weights[i], i - 100);
        for (int i = 0; i < 4; i++)
            ck_assert_int_eq(d->biases[i], 0);
    }
    example_free(&e);
}
END_TEST

/* A file of that shape for a layer and key, NULL if it fits; the input is
 * 1 x 8 x 4. */
#define NUMBERS                                                                \
    "'weight_format': 'fixed<8,1>', 'output_format': 'fixed<8,3>', "           \
    "'weights': "
#define SEPARABLE                                                              \
    "'filters': 3, 'depthwise_weight_format': 'fixed<8,1>', "                  \
    "'depthwise_output_format': 'fixed<8,3>', " NUMBERS
static const struct {
    const char *shape;
    size_t count;
    const char *keys, *text;
} other_files[] = {
    { "(5, 4, 3)", 60,
      "'type': 'conv1d', 'kernel': 5, 'filters': 3, " NUMBERS
      "{ 'kernel': 'w.npy' }",
      NULL },
    { "(1, 5, 4, 3)", 60,
      "'type': 'conv1d', 'kernel': 5, 'filters': 3, " NUMBERS
      "{ 'kernel': 'w.npy' }",
      "file 'w.npy' has shape (1, 5, 4, 3), the kernel of 'a' has (5, 4, 3)" },
    { "(5, 4, 1)", 20,
      "'type': 'depthwise_conv1d', 'kernel': 5, " NUMBERS
      "{ 'kernel': 'w.npy' }",
      NULL },
    { "(5, 4, 2)", 40,
      "'type': 'depthwise_conv1d', 'kernel': 5, " NUMBERS
      "{ 'kernel': 'w.npy' }",
      "file 'w.npy' has shape (5, 4, 2), the kernel of 'a' has (5, 4)" },
    { "(1, 1, 4, 3)", 12,
      "'type': 'separable_conv2d', 'kernel': [1, 3], " SEPARABLE
      "{ 'kernel': 'w.npy', 'depthwise': 'd.npy' }",
      NULL },
    { "(4, 3)", 12,
      "'type': 'separable_conv2d', 'kernel': [1, 3], " SEPARABLE
      "{ 'kernel': 'w.npy', 'depthwise': 'd.npy' }",
      "file 'w.npy' has shape (4, 3), the kernel of 'a' has (1, 1, 4, 3)" },
    { "(1, 1, 4, 3)", 12,
      "'type': 'separable_conv2d', 'kernel': [1, 2], " SEPARABLE
      "{ 'kernel': 'w.npy', 'depthwise': 'd.npy' }",
      "file 'd.npy' has shape (1, 3, 4, 1), the depthwise of 'a.depthwise' "
      "has (1, 2, 4)" },
    { "(1, 4, 3)", 12,
      "'type': 'separable_conv1d', 'kernel': 3, " SEPARABLE
      "{ 'kernel': 'w.npy', 'depthwise': 'd.npy' }",
      "file 'd.npy' has shape (1, 3, 4, 1), the depthwise of 'a.depthwise' "
      "has (3, 4)" },
    { "(4,)", 4,
      "'type': 'prelu', 'weight_format': 'fixed<8,1>', 'weights': "
      "{ 'alpha': 'w.npy' }",
      NULL },
    { "(1,)", 1,
      "'type': 'prelu', 'weight_format': 'fixed<8,1>', 'weights': "
      "{ 'alpha': 'w.npy' }",
      "file 'w.npy' has shape (1,), the alpha of 'a' has (4,)" },
    { "(4,)", 4,
      "'type': 'batchnorm', " NUMBERS "{ 'scale': 'w.npy', 'offset': 'w.npy' }",
      NULL },
    { "(4,)", 4, "'type': 'batchnorm', " NUMBERS "{ 'scale': 'w.npy' }", NULL },
    { "(4, 1)", 4, "'type': 'batchnorm', " NUMBERS "{ 'scale': 'w.npy' }",
      "file 'w.npy' has shape (4, 1), the scale of 'a' has (4,)" },
};

START_TEST(test_other_files)
{
    struct example e = example_new();
    write_ramp(&e, "w.npy", other_files[_i].shape, other_files[_i].count);
    write_ramp(&e, "d.npy", "(1, 3, 4, 1)", 12);
    struct model *m = example_load(
        &e, expect_layers_json(
                &e, "1, 8, 4",
                arena_printf(e.arena, "{ 'name': 'a', 'input': 'in', %s }",
                             other_files[_i].keys)));
    if (other_files[_i].text == NULL) {
        ck_assert_msg(m != NULL, "%s", example_messages(&e));
        const struct layer *a = example_layer(m, "a");
        for (size_t i = 0; i < other_files[_i].count; i++)
            ck_assert_int_eq(a->weights[i], (int)i - 100);
        if (a->type == LAYER_BATCHNORM)
            ck_assert_int_eq(
                a->biases[3],
                strstr(other_files[_i].keys, "offset") != NULL ? 3 - 100 : 0);
    } else {
        ck_assert_ptr_null(m);
        ck_assert_msg(diag_count(e.diag) == 1, "%s", example_messages(&e));
        ck_assert_uint_eq(diag_at(e.diag, 0)->code, DIAG_WEIGHTS);
        ck_assert_str_eq(diag_at(e.diag, 0)->text, other_files[_i].text);
    }
    example_free(&e);
}
END_TEST

/* alpha, format -> raw, warning. */
START_TEST(test_alpha)
{
    static const struct {
        const char *alpha, *format;
        int32_t raw;
        const char *warning;
    } rows[] = {
        { "0.25", "fixed<8,1>", 32, NULL },
        { "0", "fixed<8,1>", 0, NULL },
        { "-0.0625", "fixed<8,1>", -8, NULL },
        { "0.3", "fixed<8,1>", 38, NULL },
        { "1.5", "fixed<8,1>", 127,
          "value 1.5 at (0,) of 'alpha' does not fit fixed<8,1> and became "
          "0.9921875 (1 such of 1)" },
        { "0.01", "fixed<4,1>", 0,
          "alpha 0.01 of 'a' becomes 0 in fixed<4,1>" },
    };
    struct example e = example_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        e.diag = diag_new(e.arena);
        struct model *m = example_load(
            &e, expect_layers_json(
                    &e, NULL,
                    arena_printf(e.arena,
                                 "{ 'name': 'a', 'type': 'leaky_relu', "
                                 "'input': 'in', 'alpha': %s, "
                                 "'weight_format': '%s' }",
                                 rows[i].alpha, rows[i].format)));
        ck_assert_msg(m != NULL, "%s", example_messages(&e));
        const struct layer *a = example_layer(m, "a");
        ck_assert_uint_eq(a->type, LAYER_PRELU);
        ck_assert_uint_eq(a->units, 1);
        ck_assert_int_eq(a->weights[0], rows[i].raw);
        ck_assert(a->weight_floats[0] == strtod(rows[i].alpha, NULL));
        ck_assert_ptr_null(a->biases);
        ck_assert_uint_eq(diag_count(e.diag), rows[i].warning != NULL);
        if (rows[i].warning != NULL) {
            ck_assert_uint_eq(diag_at(e.diag, 0)->severity, DIAG_WARNING);
            ck_assert_str_eq(diag_at(e.diag, 0)->text, rows[i].warning);
        }
    }
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_weights");
    TCase *c = tcase_create("weights");
    tcase_add_test(c, test_raw_values_are_kept);
    tcase_add_test(c, test_floats_are_converted);
    tcase_add_test(c, test_missing_bias_is_zero);
    tcase_add_loop_test(c, test_integer_types, 0,
                        sizeof integer_types / sizeof *integer_types);
    tcase_add_loop_test(c, test_conversions, 0,
                        sizeof conversions / sizeof *conversions);
    tcase_add_loop_test(c, test_bad_files, 0,
                        sizeof bad_files / sizeof *bad_files);
    tcase_add_test(c, test_infinity_is_an_error);
    tcase_add_test(c, test_binary_has_no_zero);
    tcase_add_test(c, test_every_truncation);
    tcase_add_test(c, test_depthwise_file);
    tcase_add_loop_test(c, test_other_files, 0,
                        sizeof other_files / sizeof *other_files);
    tcase_add_test(c, test_alpha);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
