#include "hwgen/generate.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/kernel.h"
#include "hwgen/library.h"
#include "sample_design.h"
#include "sample_graph.h"
#include "temp_folder.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct sample_layer layers[] = {
    { .name = "conv1",
      .type = LAYER_CONV2D,
      .units = 6,
      .window = { 3, 3, 1, 2, 1, 0, 1, 0 },
      .relu = true,
      .weight = "fixed<8,1>",
      .bias = "fixed<7,2>",
      .output = "ufixed<7,3,RND,SAT>",
      .accumulator = "fixed<20,9,TRN_ZERO>",
      .pe = 3,
      .simd = 9,
      .lanes = 3 },
    { .name = "pool",
      .type = LAYER_MAXPOOL2D,
      .window = { 2, 2, 2, 1, 0, 0, 0, 0 } },
    { .name = "act",
      .type = LAYER_RELU,
      .output = "fixed<6,3,RND_CONV,WRAP_SM>" },
    { .name = "flat", .type = LAYER_FLATTEN },
    { .name = "fc",
      .type = LAYER_DENSE,
      .units = 5,
      .weight = "binary",
      .bias = "fixed<3,3>",
      .output = "fixed<13,8>",
      .pe = 1,
      .simd = 3 },
};
static const struct sample sample = { .name = "net",
                                      .input = { 9, 8, 2 },
                                      .format = "fixed<5,2>",
                                      .layers = layers,
                                      .layer_count = 5,
                                      .fifo_depth = 7,
                                      .seed = 3 };

static struct arena *a;
static struct diag *d;
static char *base, *path;

static void setup(void)
{
    a = arena_new();
    d = diag_new(a);
    base = temp_folder_new(a);
    path = file_join(a, base, "rtl");
}

static void teardown(void)
{
    temp_folder_remove(base);
    arena_free(a);
}

static struct design *generate(const struct generate_options *o)
{
    struct design *design = sample_design(a, &sample);
    if (!hwgen_generate(design, o, path, d))
        sample_fail(a, d);
    return design;
}

static void expect_text(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "there is no '%s'", part);
}

static const char *const files[] = {
    "net_pkg.sv",
    "net.sv",
    "net.f",
    "net_tb.sv",
    "net_stimulus.mem",
    "net.xdc",
    "net_conv1_weights.mem",
    "net_conv1_bias.mem",
    "net_fc_weights.mem",
    "net_fc_bias.mem",
    "conv2d.sv",
    "dense.sv",
    "maxpool2d.sv",
    "relu.sv",
    "zeropad2d.sv",
    "fifo_srl.sv",
    "frame_checker.sv",
    "frame_marker.sv",
    "headrace-files.txt",
};

START_TEST(test_files)
{
    generate(NULL);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        ck_assert_msg(temp_folder_has(path, files[i]), "no '%s'", files[i]);
    /* What has no weights has no files of them; no FIFO is deep. */
    ck_assert(!temp_folder_has(path, "net_pool_weights.mem"));
    ck_assert(!temp_folder_has(path, "net_conv1_pad_weights.mem"));
    ck_assert(!temp_folder_has(path, "fifo_bram.sv"));
    const struct embedded_file *f = library_find("dense.sv");
    ck_assert_str_eq(temp_folder_text(a, path, "dense.sv"), f->text);
}
END_TEST

/* Numbers worked out by hand from the sample and docs/hardware.md. */
static const char *const parameters[] = {
    "conv1_pad__H = 9",
    "conv1_pad__W = 8",
    "conv1_pad__TOKENS = 1",
    "conv1_pad__PAD_TOP = 1",
    "conv1_pad__PAD_BOTTOM = 0",
    "conv1_pad__PAD_LEFT = 1",
    "conv1_pad__PAD_RIGHT = 0",
    "conv1_pad__PAD_VALUE = 0",
    "conv1_pad__LANES = 2",
    "conv1_pad__WIDTH = 5",
    "conv1__H = 10",
    "conv1__W = 9",
    "conv1__C = 2",
    "conv1__OC = 6",
    "conv1__IN_LANES = 2",
    "conv1__OUT_LANES = 3",
    "conv1__KERNEL_H = 3",
    "conv1__KERNEL_W = 3",
    "conv1__STRIDE_H = 1",
    "conv1__STRIDE_W = 2",
    "conv1__PE = 3",
    "conv1__SIMD = 9",
    "conv1__IN_WIDTH = 5",
    "conv1__IN_FRAC = 3",
    "conv1__IN_SIGNED = 1",
    "conv1__WEIGHT_WIDTH = 8",
    "conv1__WEIGHT_FRAC = 7",
    "conv1__WEIGHT_SIGNED = 1",
    "conv1__ACC_WIDTH = 20",
    "conv1__ACC_FRAC = 11",
    "conv1__ACC_QUANT = 1",
    "conv1__RELU = 1",
    "conv1__OUT_WIDTH = 7",
    "conv1__OUT_FRAC = 4",
    "conv1__OUT_SIGNED = 0",
    "conv1__OUT_QUANT = 2",
    "conv1__OUT_OVERFLOW = 1",
    "conv1__WEIGHTS_FILE = \"net_conv1_weights.mem\"",
    "conv1__BIAS_FILE = \"net_conv1_bias.mem\"",
    "pool__H = 8",
    "pool__W = 4",
    "pool__TOKENS = 2",
    "pool__LANES = 3",
    "pool__WIDTH = 7",
    "pool__IS_SIGNED = 0",
    "pool__KERNEL_H = 2",
    "pool__KERNEL_W = 2",
    "pool__STRIDE_H = 2",
    "pool__STRIDE_W = 1",
    "act__LANES = 3",
    "act__RELU = 1",
    "act__RELU_MAX = 0",
    "act__IN_WIDTH = 7",
    "act__IN_FRAC = 4",
    "act__IN_SIGNED = 0",
    "act__OUT_WIDTH = 6",
    "act__OUT_FRAC = 3",
    "act__OUT_SIGNED = 1",
    "act__OUT_QUANT = 6",
    "act__OUT_OVERFLOW = 4",
    "fc__INPUTS = 72",
    "fc__OUTPUTS = 5",
    "fc__IN_LANES = 3",
    "fc__OUT_LANES = 5",
    "fc__PE = 1",
    "fc__SIMD = 3",
    "fc__WEIGHT_WIDTH = 2",
    "fc__WEIGHT_FRAC = 0",
    "fc__WEIGHT_SIGNED = 1",
    "fc__RELU = 0",
    "source_out__WIDTH = 10",
    "source_out__DEPTH = 7",
    "source_out__TOKENS = 72",
    "conv1_pad_out__WIDTH = 10",
    "conv1_out__WIDTH = 21",
    "fc_out__WIDTH = 65",
    "fc_out__TOKENS = 1",
};

START_TEST(test_package)
{
    generate(NULL);
    const char *text = temp_folder_text(a, path, "net_pkg.sv");
    expect_text(text, "package net_pkg;");
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        expect_text(text, arena_printf(a, " %s;\n", parameters[i]));
}
END_TEST

START_TEST(test_top)
{
    generate(NULL);
    const char *text = temp_folder_text(a, path, "net.sv");
    expect_text(text, "module net (");
    expect_text(text, "logic [15:0] s_axis_tdata"); /* 10 bits, padded */
    expect_text(text, "logic [71:0] m_axis_tdata"); /* 65 bits */
    expect_text(text, "assign m_axis_tdata = { 7'b0, fc_out_out_data };");
    expect_text(text, ".limit(net_pkg::conv1_out__DEPTH)");
    ck_assert_ptr_null(strstr(text, "limits"));
    expect_text(text, ") conv1_pad_process (");
    expect_text(text, ") conv1_pad_out_fifo (");
}
END_TEST

START_TEST(test_runtime_depths)
{
    const struct generate_options o = { .runtime_depths = true,
                                        .name = "deep" };
    generate(&o);
    const char *text = temp_folder_text(a, path, "deep.sv");
    expect_text(text, "logic [191:0] limits"); /* six streams */
    expect_text(text, ".limit(limits[0*32 +: 32])");
    expect_text(text, ".limit(limits[5*32 +: 32])");
    expect_text(temp_folder_text(a, path, "deep_tb.sv"), ".limits({");
}
END_TEST

/* Each file of the list stands behind those it needs, the top last. */
START_TEST(test_list)
{
    generate(NULL);
    const char *text = temp_folder_text(a, path, "net.f");
    ck_assert_int_eq(strncmp(text, "net_pkg.sv\n", 11), 0);
    const char *top = strstr(text, "\nnet.sv\n");
    ck_assert_ptr_nonnull(top);
    ck_assert_str_eq(top, "\nnet.sv\n");
    ck_assert_ptr_null(strstr(text, "_tb.sv"));
    ck_assert(strstr(text, "mac_array.sv") < strstr(text, "conv2d.sv"));
}
END_TEST

START_TEST(test_clock)
{
    struct design *design = sample_design(a, &sample);
    design->clock_hz = 300000000;
    ck_assert(hwgen_generate(design, NULL, path, d));
    expect_text(temp_folder_text(a, path, "net.xdc"),
                "create_clock -name clk -period 3.333 [get_ports clk]\n");
}
END_TEST

START_TEST(test_given_frames)
{
    int32_t frames[2 * 9 * 8 * 2] = { 1, -1 }; /* fixed<5,2>, two a token */
    const struct generate_options o = { .frame_count = 2, .frames = frames };
    generate(&o);
    const char *text = temp_folder_text(a, path, "net_stimulus.mem");
    ck_assert_int_eq(strncmp(text, "3e1\n000\n", 8), 0);
    ck_assert_uint_eq(strlen(text), 2 * 72 * 4);
    expect_text(temp_folder_text(a, path, "net_tb.sv"), "IN_TOKENS = 2 *");
}
END_TEST

START_TEST(test_same_again)
{
    generate(NULL);
    const char *first = temp_folder_text(a, path, "net_stimulus.mem");
    int count = temp_folder_count(path);
    generate(NULL);
    ck_assert_str_eq(temp_folder_text(a, path, "net_stimulus.mem"), first);
    ck_assert_int_eq(temp_folder_count(path), count);
}
END_TEST

static void expect_error(enum diag_code code, const char *part)
{
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, code);
    expect_text(diag_at(d, 0)->text, part);
    ck_assert(!temp_folder_has(base, "rtl"));
}

START_TEST(test_no_hardware)
{
    static const struct kernel conv3d = { .name = "conv3d" };
    struct design *design = sample_design(a, &sample);
    design->processes[2].kernel = &conv3d;
    ck_assert(!hwgen_generate(design, NULL, path, d));
    expect_error(DIAG_UNSUPPORTED, "no hardware for kernel 'conv3d' of 'pool'");
}
END_TEST

static void generate_graph(const struct design *design)
{
    if (!hwgen_generate(design, NULL, path, d))
        sample_fail(a, d);
}

/* Forks and joins: several streams at a port, the first one lowest. */
START_TEST(test_graph_top)
{
    generate_graph(sample_graph_forks(a));
    const char *text = temp_folder_text(a, path, "forks.sv");
    expect_text(text, "    // sum.out: from sum to sum.width\n"
                      "    logic [forks_pkg::sum_out__WIDTH-1:0] ");
    expect_text(text, "    // way.copy0\n    relu #(\n");
    expect_text(text, "    ) split_process (\n"
                      "        .clk(clk),\n"
                      "        .rst(rst),\n"
                      "        .in_data(source_out_out_data),\n"
                      "        .in_valid(source_out_out_valid),\n"
                      "        .in_ready(source_out_out_ready),\n"
                      "        .out_data({\n"
                      "            split_out2_in_data,\n"
                      "            split_out1_in_data,\n"
                      "            split_out0_in_data\n"
                      "        }),\n"
                      "        .out_valid({\n"
                      "            split_out2_in_valid,\n"
                      "            split_out1_in_valid,\n"
                      "            split_out0_in_valid\n"
                      "        }),\n"
                      "        .out_ready({\n"
                      "            split_out2_in_ready,\n"
                      "            split_out1_in_ready,\n"
                      "            split_out0_in_ready\n"
                      "        })\n"
                      "    );\n");
    expect_text(text, "        .in_ready({\n"
                      "            way_out_out_ready,\n"
                      "            cut_out_out_ready\n"
                      "        }),\n"
                      "        .out_data(sum_out_in_data),\n");
    expect_text(text, "    fifo_frame #(\n"
                      "        .WIDTH(forks_pkg::plain_width_out__WIDTH),\n"
                      "        .TOKENS(forks_pkg::plain_width_out__TOKENS),\n"
                      "        .BANKS(forks_pkg::plain_width_out__DEPTH)\n"
                      "    ) plain_width_out_fifo (\n");
    ck_assert(temp_folder_has(path, "fifo_frame.sv"));
    ck_assert(temp_folder_has(path, "concat_turn.sv"));
}
END_TEST

START_TEST(test_graph_package)
{
    generate_graph(sample_graph_forks(a));
    const char *text = temp_folder_text(a, path, "forks_pkg.sv");
    expect_text(text, "    localparam logic [63:0] both__TOKENS = {\n"
                      "        32'd4,\n"
                      "        32'd4\n"
                      "    };\n");
    expect_text(text, " plain_width_out__DEPTH = 2;\n");
    expect_text(text, " plain_width_out__TOKENS = 30;\n");
    ck_assert_ptr_null(strstr(text, "sum_out__TOKENS"));
}
END_TEST

/* The least value of 32 bits has no literal of its own. */
START_TEST(test_least_number)
{
    struct design *design = sample_graph_kernels(a);
    design_process(design, "pad")->pad_value = INT32_MIN;
    generate_graph(design);
    expect_text(temp_folder_text(a, path, "kernels_pkg.sv"),
                " pad__PAD_VALUE = 32'sh80000000;\n");
}
END_TEST

START_TEST(test_graph_files)
{
    static const char *const names[] = {
        "kernels_depth_weights.mem", "kernels_depth_bias.mem",
        "kernels_norm_scale.mem",    "kernels_norm_offset.mem",
        "kernels_bend_alpha.mem",    "kernels_curve_table.mem",
        "kernels_soft_exp.mem",      "kernels_soft_inverse.mem",
    };
    generate_graph(sample_graph_kernels(a));
    const char *text = temp_folder_text(a, path, "kernels_pkg.sv");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ck_assert_msg(temp_folder_has(path, names[i]), "no '%s'", names[i]);
        expect_text(text, arena_printf(a, "_FILE = \"%s\";\n", names[i]));
    }
}
END_TEST

START_TEST(test_frame_buffer_too_large)
{
    struct design *design = sample_graph_forks(a);
    struct stream *s = design_stream(design, "plain.width.out");
    s->tokens_per_frame = UINT64_C(1) << 30;
    ck_assert(!hwgen_generate(design, NULL, path, d));
    expect_error(DIAG_UNSUPPORTED, "2147483648 tokens in its frame buffer");
}
END_TEST

START_TEST(test_relu_limit_too_large)
{
    struct design *design = sample_graph_forks(a);
    design_process(design, "cut")->relu_max = UINT32_C(1) << 31;
    ck_assert(!hwgen_generate(design, NULL, path, d));
    expect_error(DIAG_UNSUPPORTED, "'cut' has 2147483648 as the limit");
}
END_TEST

START_TEST(test_too_many_tokens)
{
    struct design *design = sample_design(a, &sample);
    design->streams[1].tokens_per_frame = UINT64_C(1) << 31;
    ck_assert(!hwgen_generate(design, NULL, path, d));
    expect_error(DIAG_UNSUPPORTED, "2147483648 tokens a frame");
}
END_TEST

START_TEST(test_too_many_frames)
{
    const struct generate_options o = { .frame_count = UINT32_MAX };
    ck_assert(!hwgen_generate(sample_design(a, &sample), &o, path, d));
    expect_error(DIAG_DATA, "4294967295 frames of 72 tokens");
}
END_TEST

START_TEST(test_foreign_folder)
{
    ck_assert(file_make_folder(path, d));
    ck_assert(file_write(file_join(a, path, "net.sv"), "mine", 4, d));
    ck_assert(!hwgen_generate(sample_design(a, &sample), NULL, path, d));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_FILE_WRITE);
    ck_assert_str_eq(temp_folder_text(a, path, "net.sv"), "mine");
    ck_assert_int_eq(temp_folder_count(path), 1);
}
END_TEST

static Suite *generate_suite(void)
{
    Suite *s = suite_create("generate");
    TCase *t = tcase_create("generate");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, test_files);
    tcase_add_test(t, test_package);
    tcase_add_test(t, test_top);
    tcase_add_test(t, test_runtime_depths);
    tcase_add_test(t, test_list);
    tcase_add_test(t, test_clock);
    tcase_add_test(t, test_given_frames);
    tcase_add_test(t, test_same_again);
    tcase_add_test(t, test_no_hardware);
    tcase_add_test(t, test_graph_top);
    tcase_add_test(t, test_graph_package);
    tcase_add_test(t, test_least_number);
    tcase_add_test(t, test_graph_files);
    tcase_add_test(t, test_frame_buffer_too_large);
    tcase_add_test(t, test_relu_limit_too_large);
    tcase_add_test(t, test_too_many_tokens);
    tcase_add_test(t, test_too_many_frames);
    tcase_add_test(t, test_foreign_folder);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(generate_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
