/* Input frames and labels. */
#include "import/model.h"

#include "tests/import/example.h"

/* The input of the example becomes this. */
static struct model *load_with_input(const struct example *e, const char *shape,
                                     const char *format)
{
    char *json = arena_printf(
        e->arena,
        "{ \"headrace\": 1, \"name\": \"m\", \"network\": {\n"
        "\"input\": { \"name\": \"in\", \"shape\": %s, \"format\": \"%s\" },\n"
        "\"layers\": [ { \"name\": \"r\", \"type\": \"relu\",\n"
        "\"input\": \"in\" } ] },\n"
        "\"data\": { \"inputs\": \"images.npy\",\n"
        "\"labels\": \"labels.npy\" } }\n",
        shape, format);
    return example_load_good(e, json);
}

static void write_labels(const struct example *e, const int8_t *labels,
                         uint32_t count)
{
    example_write_npy(e, "labels.npy", "|i1",
                      arena_printf(e->arena, "(%u,)", count), labels, count);
}

static const int8_t some_labels[] = { 0, 1, 2, 3, 4, 5 };

START_TEST(test_raw_frames)
{
    struct example e = example_new();
    struct model *m = load_with_input(&e, "[1, 2, 3]", "fixed<8,4>");
    static const int8_t images[] = { 1, -2, 3, -4, 5,    -6,
                                     7, -8, 9, 10, -128, 127 };
    example_write_npy(&e, "images.npy", "|i1", "(2, 1, 2, 3)", images, 12);
    write_labels(&e, some_labels + 4, 2);
    struct dataset data;
    ck_assert(model_load_data(e.arena, m, 0, &data, e.diag));
    ck_assert_uint_eq(data.count, 2);
    for (uint32_t i = 0; i < 12; i++)
        ck_assert_int_eq(data.inputs[i], images[i]);
    ck_assert_ptr_null(data.floats);
    ck_assert_int_eq(data.labels[0], 4);
    ck_assert_int_eq(data.labels[1], 5);
    example_free(&e);
}
END_TEST

START_TEST(test_float_frames)
{
    struct example e = example_new();
    struct model *m = load_with_input(&e, "[1, 1, 6]", "ufixed<4,2>");
    static const float images[] = { 0.0F, 0.125F, 0.375F, 3.75F, 4.0F, -1.0F };
    example_write_npy(&e, "images.npy", "<f4", "(1, 1, 1, 6)", images,
                      sizeof images);
    write_labels(&e, some_labels, 1);
    struct dataset data;
    ck_assert(model_load_data(e.arena, m, 0, &data, e.diag));
    static const int32_t raw[] = { 0, 0, 2, 15, 15, 0 };
    ck_assert_mem_eq(data.inputs, raw, sizeof raw);
    for (uint32_t i = 0; i < 6; i++)
        ck_assert(data.floats[i] == (double)images[i]);
    ck_assert_uint_eq(diag_count(e.diag), 1);
    ck_assert_uint_eq(diag_at(e.diag, 0)->severity, DIAG_WARNING);
    ck_assert_str_eq(diag_at(e.diag, 0)->text,
                     "value 4 at (0, 0, 0, 4) of 'images.npy' does not fit "
                     "ufixed<4,2> and became 3.75 (2 such of 6)");
    example_free(&e);
}
END_TEST

/* Shapes of files for an input, good ones and others. */
static const struct {
    const char *input, *file;
    uint32_t frames; /* 0: an error */
} shapes[] = {
    { "[2, 3, 1]", "(2, 2, 3, 1)", 2 },    { "[2, 3, 1]", "(2, 2, 3)", 2 },
    { "[1, 1, 6]", "(2, 6)", 2 },          { "[1, 1, 6]", "(2, 1, 1, 6)", 2 },
    { "[2, 3, 1]", "(12,)", 0 },           { "[2, 3, 1]", "(2, 6)", 0 },
    { "[2, 3, 1]", "(2, 3, 2)", 0 },       { "[2, 1, 3]", "(2, 2, 3)", 0 },
    { "[1, 1, 6]", "(12,)", 0 },           { "[1, 2, 3]", "(2, 3, 2, 1)", 0 },
    { "[2, 3, 1]", "(2, 2, 3, 1, 1)", 0 },
};

START_TEST(test_shapes)
{
    struct example e = example_new();
    struct model *m = load_with_input(&e, shapes[_i].input, "fixed<8,4>");
    static const int8_t images[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
    example_write_npy(&e, "images.npy", "|i1", shapes[_i].file, images, 12);
    write_labels(&e, some_labels, 2);
    struct dataset data;
    bool good = model_load_data(e.arena, m, 0, &data, e.diag);
    ck_assert_int_eq(good, shapes[_i].frames != 0);
    ck_assert_uint_eq(data.count, shapes[_i].frames);
    ck_assert_uint_eq(diag_error_count(e.diag), good ? 0 : 1);
    if (good)
        ck_assert_int_eq(data.inputs[11], 12);
    else
        ck_assert_uint_eq(diag_at(e.diag, 0)->code, DIAG_DATA);
    example_free(&e);
}
END_TEST

START_TEST(test_max_frames)
{
    struct example e = example_new();
    struct model *m = load_with_input(&e, "[1, 1, 2]", "fixed<8,4>");
    static const int8_t images[] = { 1, 2, 3, 4, 5, 6 };
    example_write_npy(&e, "images.npy", "|i1", "(3, 2)", images, 6);
    static const int8_t labels[] = { 1, 0, 1 };
    write_labels(&e, labels, 3);
    static const uint32_t limits[] = { 0, 1, 2, 3, 4, UINT32_MAX };
    static const uint32_t counts[] = { 3, 1, 2, 3, 3, 3 };
    for (uint32_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct dataset data;
        ck_assert(model_load_data(e.arena, m, limits[i], &data, e.diag));
        ck_assert_uint_eq(data.count, counts[i]);
        ck_assert_int_eq(data.inputs[2 * counts[i] - 1],
                         (int32_t)(2 * counts[i]));
        ck_assert_int_eq(data.labels[data.count - 1], data.count % 2);
    }
    example_free(&e);
}
END_TEST

/* What may be wrong; images "(2, 6)" of int8 and two labels otherwise. */
static const struct {
    const char *images_descr, *images_shape;
    int8_t images[12];
    const char *labels_descr, *labels_shape;
    int8_t labels[8];
    const char *text;
} faults[] = {
    { "|i1",
      "(2, 6)",
      { 0, 0, 0, 0, 0, 0, 0, 16 },
      "|i1",
      "(2,)",
      { 0, 0 },
      "value 16 at (1, 1) of 'images.npy' is outside 0..15, the raw values of "
      "ufixed<4,4> (1 such of 12)" },
    { "|i1",
      "(2, 6)",
      { -1, -1 },
      "|i1",
      "(2,)",
      { 0, 0 },
      "value -1 at (0, 0) of 'images.npy' is outside 0..15, the raw values of "
      "ufixed<4,4> (2 such of 12)" },
    { "|i1",
      "(0, 6)",
      { 0 },
      "|i1",
      "(0,)",
      { 0 },
      "inputs 'images.npy' have no frames" },
    { "|i1",
      "(3, 4)",
      { 0 },
      "|i1",
      "(2,)",
      { 0, 0 },
      "inputs 'images.npy' have shape (3, 4), not (frames, 1, 1, 6)" },
    { "|i1",
      "(2, 6)",
      { 0 },
      "|i1",
      "(3,)",
      { 0, 0, 0 },
      "labels 'labels.npy' have shape (3,), not one label for each of the 2 "
      "frames" },
    { "|i1",
      "(2, 6)",
      { 0 },
      "|i1",
      "(2, 1)",
      { 0, 0 },
      "labels 'labels.npy' have shape (2, 1), not one label for each of the 2 "
      "frames" },
    { "|i1",
      "(2, 6)",
      { 0 },
      "|i1",
      "(2,)",
      { 0, 6 },
      "label 6 at (1,) of 'labels.npy' is outside 0..5, the classes of 'r'" },
    { "|i1",
      "(2, 6)",
      { 0 },
      "|i1",
      "(2,)",
      { -1, 0 },
      "label -1 at (0,) of 'labels.npy' is outside 0..5, the classes of 'r'" },
    { "|i1",
      "(2, 6)",
      { 0 },
      "<f4",
      "(2,)",
      { 0 },
      "labels 'labels.npy' are floats, not integers" },
};

/* Bytes of an array of that many elements, as in the rows above. */
static size_t bytes_of(const char *descr, const char *shape)
{
    size_t count = 1, number = 0;
    bool digits = false;
    for (; *shape != '\0'; shape++) {
        if (*shape >= '0' && *shape <= '9') {
            number = 10 * number + (size_t)(*shape - '0');
            digits = true;
        } else if (digits) {
            count *= number;
            number = 0;
            digits = false;
        }
    }
    return count * (size_t)(descr[2] - '0');
}

START_TEST(test_faults)
{
    struct example e = example_new();
    struct model *m = load_with_input(&e, "[1, 1, 6]", "ufixed<4,4>");
    example_write_npy(&e, "images.npy", faults[_i].images_descr,
                      faults[_i].images_shape, faults[_i].images,
                      bytes_of(faults[_i].images_descr,
                               faults[_i].images_shape));
    example_write_npy(&e, "labels.npy", faults[_i].labels_descr,
                      faults[_i].labels_shape, faults[_i].labels,
                      bytes_of(faults[_i].labels_descr,
                               faults[_i].labels_shape));
    struct dataset data;
    ck_assert(!model_load_data(e.arena, m, 0, &data, e.diag));
    ck_assert_uint_eq(data.count, 0);
    ck_assert_msg(diag_count(e.diag) == 1, "%s", example_messages(&e));
    const struct diag_message *message = diag_at(e.diag, 0);
    ck_assert_uint_eq(message->code, DIAG_DATA);
    ck_assert_str_eq(message->text, faults[_i].text);
    ck_assert_uint_eq(message->place.line, 5);
    ck_assert_uint_eq(message->place.column, 9);
    example_free(&e);
}
END_TEST

START_TEST(test_missing_files)
{
    struct example e = example_new();
    struct model *m = load_with_input(&e, "[1, 1, 6]", "ufixed<4,4>");
    struct dataset data;
    ck_assert(!model_load_data(e.arena, m, 0, &data, e.diag));
    static const int8_t image[6] = { 0 };
    example_write_npy(&e, "images.npy", "|i1", "(1, 6)", image, 6);
    ck_assert(!model_load_data(e.arena, m, 0, &data, e.diag));
    ck_assert_uint_eq(data.count, 0);
    ck_assert_uint_eq(diag_count(e.diag), 2);
    ck_assert_str_eq(diag_at(e.diag, 0)->text,
                     "file 'images.npy' is not there");
    ck_assert_str_eq(diag_at(e.diag, 1)->text,
                     "file 'labels.npy' is not there");
    example_free(&e);
}
END_TEST

START_TEST(test_single_output_has_two_classes)
{
    struct example e = example_new();
    struct model *m = load_with_input(&e, "[1, 1, 1]", "fixed<8,4>");
    static const int8_t images[3] = { 1, 2, 3 };
    example_write_npy(&e, "images.npy", "|i1", "(3, 1)", images, 3);
    static const int8_t good[] = { 1, 0, 1 }, bad[] = { 1, 0, 2 };
    struct dataset data;
    write_labels(&e, good, 3);
    ck_assert(model_load_data(e.arena, m, 0, &data, e.diag));
    write_labels(&e, bad, 3);
    ck_assert(!model_load_data(e.arena, m, 0, &data, e.diag));
    example_free(&e);
}
END_TEST

START_TEST(test_no_data)
{
    struct example e = example_new();
    const char *data_text = ",\n  \"data\": { \"inputs\": \"images.npy\",\n"
                            "            \"labels\": \"labels.npy\" }";
    struct model *m =
        example_load_good(&e,
                          example_change(e.arena, example_json, data_text, ""));
    struct dataset data;
    memset(&data, 0xff, sizeof data);
    ck_assert(model_load_data(e.arena, m, 0, &data, e.diag));
    ck_assert_uint_eq(data.count, 0);
    ck_assert_ptr_null(data.inputs);
    ck_assert_ptr_null(data.labels);
    example_free(&e);
}
END_TEST

/* Uniform over the format: every value of a narrow one about as often. */
START_TEST(test_random_data)
{
    struct example e = example_new();
    struct model *m = load_with_input(&e, "[10, 10, 10]", "fixed<4,4>");
    struct dataset one, two, other;
    model_random_data(e.arena, &m->network, 16, 42, &one);
    model_random_data(e.arena, &m->network, 16, 42, &two);
    model_random_data(e.arena, &m->network, 16, 43, &other);
    ck_assert_uint_eq(one.count, 16);
    ck_assert_ptr_null(one.floats);
    ck_assert_ptr_null(one.labels);
    ck_assert_mem_eq(one.inputs, two.inputs, 16000 * sizeof *one.inputs);
    ck_assert_mem_ne(one.inputs, other.inputs, 16000 * sizeof *one.inputs);
    uint32_t seen[16] = { 0 };
    for (uint32_t i = 0; i < 16000; i++) {
        ck_assert_int_ge(one.inputs[i], -8);
        ck_assert_int_le(one.inputs[i], 7);
        seen[one.inputs[i] + 8]++;
    }
    for (uint32_t i = 0; i < 16; i++) {
        ck_assert_uint_gt(seen[i], 850);
        ck_assert_uint_lt(seen[i], 1150);
    }
    example_free(&e);
}
END_TEST

/* The widest formats: all 2^32 or 2^31 values must be within reach. */
START_TEST(test_random_data_of_wide_formats)
{
    static const struct {
        const char *format;
        int32_t low, high; /* values beyond must occur */
    } wide[] = {
        { "fixed<32,1>", INT32_MIN / 10 * 9, INT32_MAX / 10 * 9 },
        { "ufixed<31,1>", INT32_MAX / 10, INT32_MAX / 10 * 9 },
    };
    struct example e = example_new();
    for (uint32_t k = 0; k < 2; k++) {
        struct model *m = load_with_input(&e, "[10, 10, 10]", wide[k].format);
        struct dataset data;
        model_random_data(e.arena, &m->network, 1, 1, &data);
        uint32_t low = 0, high = 0;
        for (uint32_t i = 0; i < 1000; i++) {
            low += data.inputs[i] < wide[k].low;
            high += data.inputs[i] > wide[k].high;
            if (k == 1)
                ck_assert_int_ge(data.inputs[i], 0);
        }
        ck_assert_uint_gt(low, 20);
        ck_assert_uint_gt(high, 20);
    }
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_data");
    TCase *c = tcase_create("data");
    tcase_add_test(c, test_raw_frames);
    tcase_add_test(c, test_float_frames);
    tcase_add_loop_test(c, test_shapes, 0, sizeof shapes / sizeof *shapes);
    tcase_add_test(c, test_max_frames);
    tcase_add_loop_test(c, test_faults, 0, sizeof faults / sizeof *faults);
    tcase_add_test(c, test_missing_files);
    tcase_add_test(c, test_single_output_has_two_classes);
    tcase_add_test(c, test_no_data);
    tcase_add_test(c, test_random_data);
    tcase_add_test(c, test_random_data_of_wide_formats);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
