/* Projects that are right, and what is said of those that are not.  They are
 * changes of small.project, which has a call of most kinds. */
#include "import/hls4ml/hls4ml_project.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "import/graph/graph.h"
#include "import/graph/sketch.h"
#include "tests/check_main.h"
#include "tests/fuzz/damage.h"
#include "tests/fuzz/hls4ml_fuzz.h"

#define SMALL HEADRACE_SOURCE_DIR "/tests/import/hls4ml/small.project"
#define OLD   HEADRACE_SOURCE_DIR "/tests/import/hls4ml/old.project"
#define TABLE HEADRACE_SOURCE_DIR "/docs/hls4ml-projects.md"

static struct arena *arena;
static struct diag *diag;
static char *small;
static size_t small_length;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
    small = file_read(arena, SMALL, 1 << 20, &small_length, diag);
    ck_assert_ptr_nonnull(small);
}

static void teardown(void)
{
    arena_free(arena);
}

static struct sketch *parse(const char *text)
{
    uint32_t count;
    const struct hls4ml_file *files =
        hls4ml_fuzz_split(arena, text, strlen(text), &count);
    return hls4ml_parse(arena, "small", count, files, diag);
}

/* The project with the first `old` replaced. */
static const char *changed(const char *old, const char *new)
{
    const char *at = strstr(small, old);
    ck_assert_msg(at != NULL, "%s", old);
    return arena_printf(arena, "%.*s%s%s", (int)(at - small), small, new,
                        at + strlen(old));
}

static const struct sketch_layer *layer(const struct sketch *s,
                                        const char *name)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (strcmp(s->layers[i]->output->name, name) == 0)
            return s->layers[i];
    ck_abort_msg("no layer %s", name);
    return NULL;
}

START_TEST(a_project_is_read)
{
    const struct sketch *s = parse(small);
    ck_assert_ptr_nonnull(s);
    ck_assert_uint_eq(diag_error_count(diag), 0);
    ck_assert_str_eq(s->hardware.family, "hls4ml/vitis-2024.2");
    ck_assert_str_eq(s->hardware.device, "xcu250");
    ck_assert_uint_eq(s->hardware.clock_hz, 200000000);
    const struct sketch_layer *conv = layer(s, "conv1");
    ck_assert_str_eq(conv->type, "conv2d");
    ck_assert_str_eq(conv->strategy, "resource");
    ck_assert_uint_eq(conv->reuse_factor, 2);
    ck_assert_uint_eq(conv->output->shape.h, 3);
    ck_assert_uint_eq(conv->output->shape.c, 2);
    /* (filters, rows, columns, channels) in the file. */
    ck_assert_uint_eq(conv->arrays[0].strides[3], 4);
    ck_assert_str_eq(layer(s, "fc1")->strategy, "latency");
    const struct sketch_layer *sum = layer(s, "add1");
    ck_assert_str_eq(sum->inputs[1]->name, "relu1");
    ck_assert_str_eq(layer(s, "prob")->type, "softmax");
}
END_TEST

static uint64_t depth_of(const struct sketch *s, const char *stream)
{
    for (uint32_t i = 0; i < s->hardware.fifo_count; i++)
        if (strcmp(s->hardware.fifos[i].stream, stream) == 0)
            return s->hardware.fifos[i].depth;
    return 0;
}

START_TEST(depths_are_those_of_the_pragmas)
{
    const struct sketch *s =
        parse(changed("variable=layer3_out depth=9",
                      "variable=layer3_out depth=3*(1+1)"));
    ck_assert_ptr_nonnull(s);
    ck_assert_uint_eq(depth_of(s, "conv1.out"), 6);
    ck_assert_uint_eq(depth_of(s, "pad1.out"), 16);
    ck_assert_uint_eq(depth_of(s, "relu1.clone.out0"), 9);
    ck_assert_uint_eq(depth_of(s, "relu1.clone.out1"), 9);
}
END_TEST

/* Spellings of versions 0.5 to 0.7 (old.project): types of factors, numbers of
 * scales and strategies of products that are not there. */
START_TEST(old_spellings_are_read)
{
    size_t length;
    const struct sketch *s =
        parse(file_read(arena, OLD, 1 << 20, &length, diag));
    ck_assert_msg(s != NULL, "%s", diag_format(diag_at(diag, 0), arena));
    ck_assert_str_eq(s->hardware.family, "hls4ml/vivado-2020.1");
    ck_assert_str_eq(s->hardware.device, "xc7z020");
    ck_assert_uint_eq(s->hardware.clock_hz, 100000000);
    ck_assert_ptr_nonnull(
        strstr(diag_format(diag_at(diag, 1), arena), "names no backend"));
    const struct sketch_layer *conv = layer(s, "conv1");
    ck_assert_str_eq(conv->strategy, "resource");
    ck_assert_uint_eq(conv->arrays[0].strides[3], 4);
    const struct sketch_layer *norm = layer(s, "norm1");
    ck_assert_uint_eq(norm->arrays[0].size[0], 2);
    const struct sketch_layer *leaky = layer(s, "leaky1");
    ck_assert_int_eq(leaky->weight.width, 16);
    /* 0.3 cut to the ten fraction bits of the input. */
    ck_assert_double_eq(leaky->alpha, 307.0 / 1024);
    const struct sketch_layer *thres = layer(s, "thres1");
    ck_assert_uint_eq(thres->index.width, 16);
    const double *entries = thres->arrays[0].from->data;
    ck_assert_double_eq(entries[307], 0);
    ck_assert_double_eq(entries[308], 308.0 / 1024);
    ck_assert_uint_eq(depth_of(s, "conv1.out"), 9);
    ck_assert_str_eq(layer(s, "prob")->type, "softmax");
}
END_TEST

/* n_filt of -1: a scale for each input. */
START_TEST(old_norms_of_vectors_are_read)
{
    size_t length;
    small = file_read(arena, OLD, 1 << 20, &length, diag);
    ck_assert_ptr_nonnull(
        parse(changed("static const unsigned n_filt = 2;\n    static const "
                      "unsigned io_type",
                      "static const int n_filt = 3 - 1;\n    static const "
                      "unsigned io_type")));
    ck_assert_ptr_null(
        parse(changed("static const unsigned n_filt = 2;\n    static const "
                      "unsigned io_type",
                      "static const int n_filt = -1;\n    static const "
                      "unsigned io_type")));
    const struct diag_message *m = diag_at(diag, diag_count(diag) - 1);
    ck_assert_msg(strstr(m->text, "18 scales for 2 channels") != NULL, "%s",
                  m->text);
}
END_TEST

/* Change of the project, code, place, words of the message. */
static const struct {
    const char *old, *new;
    enum diag_code code;
    const char *file;
    const char *words;
} wrong[] = {
    { "n_in = 4;", "n_in_ = 4;", DIAG_HLS4ML, "small/firmware/parameters.h",
      "has no 'n_in'" },
    { "n_in = 4;", "n_in = n_in + 1;", DIAG_HLS4ML,
      "small/firmware/parameters.h", "cannot be computed" },
    { "filt_width = 2", "filt_width = 0", DIAG_HLS4ML,
      "small/firmware/parameters.h", "outside 1.." },
    { "filt_width = 2", "filt_width = 3", DIAG_WEIGHTS, NULL,
      "is no list of as many numbers" },
    { "nnet::relu<", "nnet::garnet<", DIAG_OPERATOR, "small/firmware/small.cpp",
      "garnet ('relu1')" },
    { "in1, layer2_out); // pad1", "layer9_out, layer2_out); // pad1",
      DIAG_SHAPE, NULL, "cannot be told" },
    { "layer2_out, layer3_out, w3", "layer2_out, layer2_out, w3", DIAG_HLS4ML,
      NULL, "is written twice" },
    { "layer3_out, layer4_out); // relu1", "in1, layer4_out); // relu1",
      DIAG_HLS4ML, NULL, "is read twice" },
    { "w3, b3); // conv1", "w3, w3); // conv1", DIAG_WEIGHTS, NULL,
      "used twice" },
    { "hls::stream<input_t> &in1", "input_t in1[9]", DIAG_HLS4ML, NULL,
      "io_parallel" },
    { "ap_fixed<16,6> acc_t", "ap_fixed<90,6> acc_t", DIAG_FORMAT, NULL,
      "90 bits" },
    { "ap_fixed<16,6> acc_t", "ap_float<16,6> acc_t", DIAG_FORMAT,
      "small/firmware/parameters.h", "no fixed-point format" },
    { "nnet::product::mult", "nnet::product::weight_exponential",
      DIAG_UNSUPPORTED, NULL, "weight_exponential" },
    { "softmax_implementation::stable", "softmax_implementation::legacy",
      DIAG_UNSUPPORTED, NULL, "'legacy'" },
    { "exp_table_size = 16", "exp_table_size = 17", DIAG_UNSUPPORTED, NULL,
      "no power of two" },
    { "=== firmware/small.cpp", "=== firmware/large.cpp", DIAG_FILE_OPEN,
      "small/firmware/small.cpp", "not there" },
    { "void small(", "void large(", DIAG_HLS4ML, NULL, "no function 'small'" },
    { "=== firmware/weights/w3.txt", "=== w3.txt", DIAG_WEIGHTS, NULL,
      "w3.txt nor w3.h" },
};

START_TEST(faults_are_told_with_their_place)
{
    const char *text = changed(wrong[_i].old, wrong[_i].new);
    ck_assert_ptr_null(parse(text));
    ck_assert_uint_eq(diag_error_count(diag), 1);
    const struct diag_message *m = diag_at(diag, diag_count(diag) - 1);
    const char *shown = diag_format(m, arena);
    ck_assert_msg(m->code == wrong[_i].code, "%s", shown);
    ck_assert_msg(strstr(m->text, wrong[_i].words) != NULL, "%s", shown);
    ck_assert_msg(wrong[_i].file == NULL ||
                      strcmp(m->place.file, wrong[_i].file) == 0,
                  "%s", shown);
}
END_TEST

START_TEST(unknown_functions_are_named_at_once)
{
    const char *text = changed("nnet::relu<", "nnet::garnet<");
    small = arena_strdup(arena, text);
    ck_assert_ptr_null(parse(changed("nnet::tanh<", "nnet::lstm<")));
    const char *said = diag_at(diag, 0)->text;
    ck_assert_ptr_nonnull(strstr(said, "garnet ('relu1'), lstm ('tanh1')"));
}
END_TEST

START_TEST(reuse_factors_edited_by_hand_are_noticed)
{
    ck_assert_ptr_nonnull(
        parse(changed("reuse_factor = 2", "reuse_factor = 3")));
    bool noticed = false;
    for (size_t i = 0; i < diag_count(diag); i++)
        noticed |= strstr(diag_at(diag, i)->text, "edited by hand") != NULL;
    ck_assert(noticed);
}
END_TEST

/* A wide stream gets the format of the values that can be in it. */
START_TEST(wide_streams_are_narrowed)
{
    const struct sketch *s =
        parse(changed("typedef nnet::array<ap_fixed<8,3>, 2*1> layer3_t",
                      "typedef nnet::array<ap_fixed<40,15>, 2*1> layer3_t"));
    ck_assert_ptr_nonnull(s);
    struct format f = layer(s, "conv1")->output->format;
    ck_assert_int_eq(format_fraction(f), 9); /* of the products */
    /* |w| are 1/4 and 1/2, four of them 3/2 at most, |x| is at most 4, the
     * bias 1/2, and roundings. */
    ck_assert_int_eq(f.integer, 4);
}
END_TEST

/* The table of exponentials sees the bits in front alone. */
START_TEST(wide_differences_are_cut)
{
    const struct sketch *s = parse(
        changed("ap_ufixed<8,3> inp_norm_t", "ap_ufixed<35,7> inp_norm_t"));
    ck_assert_ptr_nonnull(s);
    const struct format f = layer(s, "prob")->difference;
    ck_assert_int_eq(f.width, 31);
    ck_assert_int_eq(f.integer, 7);
    ck_assert_ptr_null(parse(changed("ap_ufixed<8,3> inp_norm_t",
                                     "ap_ufixed<60,30,AP_RND> inp_norm_t")));
}
END_TEST

/* hls4ml's code for such a window knows no stride from row to row. */
START_TEST(windows_of_one_row_with_a_stride_are_warned_of)
{
    static const char *const old =
        "filt_height = 1;\n    static const unsigned "
        "filt_width = 1;\n    static const unsigned "
        "n_filt = 2;\n    static const unsigned "
        "stride_height = 1;";
    static const char *const new =
        "filt_height = 1;\n    static const unsigned "
        "filt_width = 1;\n    static const unsigned "
        "n_filt = 2;\n    static const unsigned "
        "stride_height = 2;";
    parse(changed(old, new));
    bool warned = false;
    for (size_t i = 0; i < diag_count(diag); i++)
        warned |= strstr(diag_at(diag, i)->text,
                         "one row high with a stride of 2 rows") != NULL;
    ck_assert(warned);
}
END_TEST

/* An expression of 40^12 parts among 15000 names: the time limit
 * of the case is that of giving up. */
START_TEST(endless_expressions_are_given_up)
{
    struct text *t = text_new(arena);
    for (int i = 0; i < 15000; i++)
        text_printf(t, "static const unsigned z%d = 1;\n", i);
    for (int i = 1; i <= 12; i++) {
        text_printf(t, "static const unsigned a%d = ", i);
        for (int k = 0; k < 40; k++)
            text_printf(t, "%sa%d", k == 0 ? "" : " + ", i - 1);
        text_add(t, ";\n");
    }
    text_add(t, "static const unsigned a0 = 1;\n\nstruct config2 ");
    small = arena_strdup(arena, changed("variable=layer2_out depth=16",
                                        "variable=layer2_out depth=a12"));
    ck_assert_ptr_null(parse(changed("struct config2 ", text_string(t))));
    ck_assert_ptr_nonnull(
        strstr(diag_at(diag, 0)->text, "is no number of tokens"));
}
END_TEST

/* What a maximum converts is converted in front of it, to the accumulator's
 * format, and behind it. */
START_TEST(maxima_that_convert_are_split)
{
    small = arena_strdup(arena, changed("nnet::Average", "nnet::Max"));
    ck_assert_str_eq(layer(parse(small), "pool1")->type, "maxpool2d");
    small = arena_strdup(
        arena, changed("typedef nnet::array<ap_fixed<8,3>, 2*1> layer14_t",
                       "typedef nnet::array<ap_fixed<6,2>, 2*1> layer14_t"));
    const struct sketch *s = parse(small);
    ck_assert_ptr_nonnull(s);
    ck_assert_str_eq(layer(s, "pool1")->type, "linear");
    ck_assert_int_eq(layer(s, "pool1")->output->format.width, 6);
    ck_assert_str_eq(layer(s, "pool1_kept")->type, "maxpool2d");
    ck_assert_int_eq(layer(s, "pool1_kept")->output->format.width, 8);
    s = parse(changed("out_width = 1;\n    typedef acc_t accum_t;",
                      "out_width = 1;\n    typedef bias_t accum_t;"));
    ck_assert_ptr_nonnull(s);
    ck_assert_int_eq(layer(s, "pool1_cast")->output->format.width, 6);
    ck_assert_str_eq(layer(s, "pool1")->type, "maxpool2d");
}
END_TEST

START_TEST(a_project_cut_anywhere_is_refused)
{
    /* Behind the last character of the function there are weights, which are
     * missed as well. */
    for (size_t i = 0; i + 40 < small_length; i += 7)
        ck_assert_int_eq(hls4ml_fuzz("small", (const uint8_t *)small, i),
                         READ_FUZZ_REFUSED);
}
END_TEST

START_TEST(damaged_projects_are_read_or_refused)
{
    size_t room = small_length + (size_t)20 * DAMAGE_MORE;
    uint8_t *bytes = arena_alloc(arena, room, 1);
    struct rng rng = { 20261122 };
    for (uint32_t i = 0; i < 1000; i++) {
        memcpy(bytes, small, small_length);
        size_t length =
            damage_some(&rng, bytes, small_length, room, "<>(){};,=*:", 4);
        ck_assert_int_ne(hls4ml_fuzz("small", bytes, length), READ_FUZZ_WRONG);
    }
}
END_TEST

/* docs/hls4ml-projects.md has the table of functions that the code has. */
START_TEST(the_table_of_functions_is_that_of_the_code)
{
    uint32_t count;
    const struct hls4ml_call_row *rows = hls4ml_call_rows(arena, &count);
    struct text *t = text_new(arena);
    for (uint32_t i = 0; i < count; i++)
        text_printf(t, "| `%s` | %s | %s |\n", rows[i].function,
                    rows[i].becomes, rows[i].limits);
    size_t length;
    const char *page = file_read(arena, TABLE, 1 << 20, &length, diag);
    ck_assert_ptr_nonnull(page);
    ck_assert_msg(strstr(page, text_string(t)) != NULL,
                  "docs/hls4ml-projects.md is to have\n%s", text_string(t));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hls4ml_project");
    TCase *c = tcase_create("hls4ml_project");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, a_project_is_read);
    tcase_add_test(c, depths_are_those_of_the_pragmas);
    tcase_add_test(c, old_spellings_are_read);
    tcase_add_test(c, old_norms_of_vectors_are_read);
    tcase_add_loop_test(c, faults_are_told_with_their_place, 0,
                        sizeof wrong / sizeof *wrong);
    tcase_add_test(c, unknown_functions_are_named_at_once);
    tcase_add_test(c, reuse_factors_edited_by_hand_are_noticed);
    tcase_add_test(c, wide_streams_are_narrowed);
    tcase_add_test(c, wide_differences_are_cut);
    tcase_add_test(c, windows_of_one_row_with_a_stride_are_warned_of);
    tcase_add_test(c, maxima_that_convert_are_split);
    tcase_add_test(c, a_project_cut_anywhere_is_refused);
    tcase_add_test(c, damaged_projects_are_read_or_refused);
    tcase_add_test(c, the_table_of_functions_is_that_of_the_code);
    suite_add_tcase(s, c);
    TCase *slow = tcase_create("limits");
    tcase_add_checked_fixture(slow, setup, teardown);
    /* It takes half a second, ten times that under the sanitizers; without
     * an index of names it took more than 30. */
    tcase_set_timeout(slow, 20);
    tcase_add_test(slow, endless_expressions_are_given_up);
    suite_add_tcase(s, slow);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
