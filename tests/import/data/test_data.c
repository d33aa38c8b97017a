/* What numbers in files mean: order and scale. */
#include "import/data/data.h"

#include <string.h>

#include "base/npy.h"
#include "tests/import/example.h"

static bool load(const struct example *e, struct data_request r,
                 struct data_frames *out)
{
    r.folder = e->folder;
    r.inputs = "x.npy";
    return data_load(e->arena, &r, out, e->diag);
}

static const uint8_t counting[16] = { 0, 1, 2,  3,  4,  5,  6,  7,
                                      8, 9, 10, 11, 12, 13, 14, 255 };
static const struct format raw = { .width = 8, .integer = 8 };

/* Channels 3, rows 1, columns 2. */
START_TEST(test_channels_first)
{
    struct example e = example_new();
    struct data_frames f;
    example_write_npy(&e, "x.npy", "|u1", "(2, 3, 1, 2)", counting, 12);
    ck_assert(load(
        &e, (struct data_request){ .shape = { 1, 2, 3 }, .format = raw }, &f));
    static const int64_t want[12] = { 0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11 };
    ck_assert_mem_eq(f.inputs->integers, want, sizeof want);
    ck_assert_uint_eq(f.inputs->shape[3], 3);
    ck_assert_uint_eq(diag_count(e.diag), 1);
    ck_assert_str_eq(diag_at(e.diag, 0)->text,
                     "inputs 'x.npy' of shape (2, 3, 1, 2) are read with "
                     "channels first");
    /* Nobody has to be told what was asked for. */
    ck_assert(load(&e,
                   (struct data_request){ .shape = { 1, 2, 3 },
                                          .format = raw,
                                          .options.layout = DATA_LAYOUT_CHW },
                   &f));
    ck_assert_uint_eq(diag_count(e.diag), 1);
    ck_assert(!load(&e,
                    (struct data_request){ .shape = { 1, 2, 3 },
                                           .format = raw,
                                           .options.layout = DATA_LAYOUT_HWC },
                    &f));
    example_free(&e);
}
END_TEST

/* Steps 2, channels 3: (frames, steps, channels) or turned, as networks of
 * one dimension are fed. */
START_TEST(test_sequences)
{
    struct example e = example_new();
    struct data_frames f;
    struct data_request r = { .shape = { 1, 2, 3 }, .format = raw };
    example_write_npy(&e, "x.npy", "|u1", "(2, 2, 3)", counting, 12);
    ck_assert(load(&e, r, &f));
    ck_assert_int_eq(f.inputs->integers[1], 1);
    ck_assert_uint_eq(diag_count(e.diag), 0);
    example_write_npy(&e, "x.npy", "|u1", "(2, 3, 2)", counting, 12);
    ck_assert(load(&e, r, &f));
    ck_assert_int_eq(f.inputs->integers[1], 2);
    ck_assert_uint_eq(f.inputs->shape[3], 3);
    ck_assert_uint_eq(diag_count(e.diag), 1);
    r.options.layout = DATA_LAYOUT_HWC;
    ck_assert(!load(&e, r, &f));
    r = (struct data_request){ .shape = { 1, 2, 2 }, .format = raw };
    example_write_npy(&e, "x.npy", "|u1", "(3, 2, 2)", counting, 12);
    ck_assert(!load(&e, r, &f));
    ck_assert_ptr_nonnull(
        strstr(diag_at(e.diag, diag_count(e.diag) - 1)->text, "last or first"));
    r = (struct data_request){ .shape = { 1, 4, 1 }, .format = raw };
    example_write_npy(&e, "x.npy", "|u1", "(3, 4, 1)", counting, 12);
    ck_assert(load(&e, r, &f));
    example_free(&e);
}
END_TEST

/* The columns of text are in the order that the layout says. */
START_TEST(test_text_with_channels_first)
{
    struct example e = example_new();
    struct data_frames f;
    struct data_request r = { .folder = e.folder,
                              .inputs = "x.csv",
                              .shape = { 1, 2, 3 },
                              .format = raw,
                              .options.layout = DATA_LAYOUT_CHW };
    example_write(&e, "x.csv", "0,1,2,3,4,5\n", 12);
    ck_assert(data_load(e.arena, &r, &f, e.diag));
    static const double want[6] = { 0, 2, 4, 1, 3, 5 };
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq(f.inputs->floats[i], want[i]);
    ck_assert_uint_eq(diag_count(e.diag), 0);
    example_free(&e);
}
END_TEST

START_TEST(test_ambiguous)
{
    struct example e = example_new();
    struct data_frames f;
    struct data_request r = { .shape = { 2, 2, 2 }, .format = raw };
    example_write_npy(&e, "x.npy", "|u1", "(2, 2, 2, 2)", counting, 16);
    ck_assert(!load(&e, r, &f));
    ck_assert_str_eq(diag_at(e.diag, 0)->text,
                     "inputs 'x.npy' have shape (2, 2, 2, 2): are the channels "
                     "last or first?");
    r.options.layout = DATA_LAYOUT_HWC;
    ck_assert(load(&e, r, &f));
    ck_assert_int_eq(f.inputs->integers[1], 1);
    r.options.layout = DATA_LAYOUT_CHW;
    ck_assert(load(&e, r, &f));
    ck_assert_int_eq(f.inputs->integers[1], 4);
    ck_assert_uint_eq(diag_count(e.diag), 1);
    example_free(&e);
}
END_TEST

/* The last of 16 values, 255 in the file, by its meaning; -1: an error.
 * Pixels that nobody said to be raw values of a wider format are told. */
static const struct {
    enum data_scale scale;
    struct format format;
    bool is_float;
    double last;
    bool is_told;
} scales[] = {
    { DATA_SCALE_AUTO, { .width = 8, .integer = 8 }, false, 255, false },
    { DATA_SCALE_AUTO, { .width = 16, .integer = 6 }, false, 255, true },
    { DATA_SCALE_RAW, { .width = 16, .integer = 6 }, false, 255, false },
    { DATA_SCALE_NUMBER, { .width = 16, .integer = 6 }, true, 255, false },
    { DATA_SCALE_UNIT, { .width = 16, .integer = 6 }, true, 1, false },
    { DATA_SCALE_UNIT, { 0 }, true, 1, false },
    { DATA_SCALE_NUMBER, { 0 }, true, 255, false },
    { DATA_SCALE_AUTO, { 0 }, false, -1, false },
    { DATA_SCALE_RAW, { 0 }, false, -1, false },
};

START_TEST(test_scales)
{
    struct example e = example_new();
    struct data_frames f;
    example_write_npy(&e, "x.npy", "|u1", "(4, 4)", counting, 16);
    bool good = load(&e,
                     (struct data_request){ .shape = { 1, 1, 4 },
                                            .format = scales[_i].format,
                                            .options.scale = scales[_i].scale },
                     &f);
    ck_assert_int_eq(good, scales[_i].last >= 0);
    ck_assert_uint_eq(diag_error_count(e.diag), !good);
    if (good) {
        ck_assert_uint_eq(diag_count(e.diag), scales[_i].is_told);
        ck_assert_uint_eq(f.count, 4);
        ck_assert_int_eq(f.inputs->is_float, scales[_i].is_float);
        ck_assert((f.inputs->is_float
                       ? f.inputs->floats[15]
                       : (double)f.inputs->integers[15]) == scales[_i].last);
    }
    example_free(&e);
}
END_TEST

/* A config's author knows what its file holds. */
START_TEST(test_pixels_of_config)
{
    struct example e = example_new();
    struct data_frames f;
    struct data_request r = { .shape = { 1, 1, 4 },
                              .format = { .width = 16, .integer = 6 } };
    example_write_npy(&e, "x.npy", "|u1", "(4, 4)", counting, 16);
    ck_assert(load(&e, r, &f));
    ck_assert_str_eq(diag_at(e.diag, 0)->text,
                     "inputs 'x.npy' are integers of 8 bits, taken for raw "
                     "values of ufixed<16,6>: 1 stands for 0.0009765625");
    r.place = (struct place){ "model.json", 3, 1 };
    ck_assert(load(&e, r, &f));
    ck_assert_uint_eq(diag_count(e.diag), 1);
    example_free(&e);
}
END_TEST

/* An image's own white is 1; a format without fraction takes its pixels. */
START_TEST(test_image)
{
    struct example e = example_new();
    struct data_frames f;
    static const char image[] = "P2 2 1 100 25 100";
    example_write(&e, "x.pgm", image, sizeof image - 1);
    struct data_request r = { .folder = e.folder,
                              .inputs = "x.pgm",
                              .shape = { 1, 2, 1 },
                              .format = { .width = 8 } };
    ck_assert(data_load(e.arena, &r, &f, e.diag));
    ck_assert(f.inputs->floats[0] == 0.25 && f.inputs->floats[1] == 1);
    r.format.integer = 8;
    ck_assert(data_load(e.arena, &r, &f, e.diag));
    ck_assert(f.inputs->floats[0] == 25 && f.inputs->floats[1] == 100);
    example_free(&e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("data");
    TCase *t = tcase_create("data");
    tcase_add_test(t, test_channels_first);
    tcase_add_test(t, test_sequences);
    tcase_add_test(t, test_text_with_channels_first);
    tcase_add_test(t, test_ambiguous);
    tcase_add_loop_test(t, test_scales, 0, sizeof scales / sizeof *scales);
    tcase_add_test(t, test_pixels_of_config);
    tcase_add_test(t, test_image);
    suite_add_tcase(s, t);
    return example_run(s);
}
