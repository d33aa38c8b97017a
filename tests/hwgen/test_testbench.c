/* What is generated is used as a user would: linted, and run with its own
 * testbench. */
#include "hwgen/testbench.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "engine/infer.h"
#include "hwgen/cosim/tool.h"
#include "hwgen/generate.h"
#include "sample_design.h"
#include "sample_graph.h"
#include "temp_folder.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct sample_layer layers[] = {
    { .name = "conv",
      .type = LAYER_CONV2D,
      .units = 2,
      .window = { 2, 2, 1, 1, 1, 0, 0, 0 },
      .weight = "fixed<4,2>",
      .output = "fixed<6,3,RND,SAT>",
      .pe = 2,
      .simd = 2 },
    { .name = "pool",
      .type = LAYER_MAXPOOL2D,
      .window = { 2, 1, 2, 1, 0, 0, 0, 0 } },
    { .name = "relu", .type = LAYER_RELU },
    { .name = "flat", .type = LAYER_FLATTEN },
    { .name = "fc",
      .type = LAYER_DENSE,
      .units = 4,
      .weight = "ternary",
      .bias = "fixed<4,4>",
      .output = "fixed<11,8>",
      .pe = 1,
      .simd = 2,
      .lanes = 2 },
};
/* With FIFOs of both kinds. */
static const struct sample samples[] = {
    { .input = { 4, 5, 3 },
      .format = "fixed<5,2>",
      .layers = layers,
      .layer_count = 5,
      .seed = 4 },
    { .input = { 4, 5, 3 },
      .format = "fixed<5,2>",
      .layers = layers,
      .layer_count = 5,
      .fifo_depth = 70,
      .seed = 5 },
};
enum { FRAMES = 2 };

static struct arena *a;
static struct diag *d;
static char *base;

static void setup(void)
{
    a = arena_new();
    d = diag_new(a);
    base = temp_folder_new_plain(a);
}

static void teardown(void)
{
    temp_folder_remove(base);
    arena_free(a);
}

static const char *run(const char *const *arguments)
{
    const struct tool t = {
        .arguments = arguments,
        .folder = file_join(a, base, "rtl"),
        .log = file_join(a, base, "log"),
        .package = arguments[0],
    };
    if (!tool_run(&t, d))
        sample_fail(a, d);
    return temp_folder_text(a, base, "log");
}

static struct design *generate(const struct sample *s, const int32_t *frames,
                               bool runtime_depths)
{
    struct design *design = sample_design(a, s);
    const struct generate_options o = { .frames = frames,
                                        .frame_count = FRAMES,
                                        .name = "net",
                                        .runtime_depths = runtime_depths };
    if (!hwgen_generate(design, &o, file_join(a, base, "rtl"), d))
        sample_fail(a, d);
    return design;
}

START_TEST(test_lint)
{
    static const char *const lint[] = { "verilator", "--lint-only",
                                        "-Wall",     "-F",
                                        "net.f",     "--top-module",
                                        "net",       NULL };
    struct rng rng = { 9 };
    struct format f = { .width = 5, .is_signed = true };
    generate(&samples[_i / 2], sample_values(a, &rng, f, FRAMES * 60),
             _i % 2 != 0);
    ck_assert_str_eq(run(lint), "");
}
END_TEST

/* Forks, joins and every kernel, for the tool that simulates and for one that
 * synthesises. */
START_TEST(test_lint_graph)
{
    struct design *design =
        _i / 2 == 0 ? sample_graph_forks(a) : sample_graph_kernels(a);
    const struct generate_options o = { .name = "net",
                                        .runtime_depths = _i % 2 != 0 };
    if (!hwgen_generate(design, &o, file_join(a, base, "rtl"), d))
        sample_fail(a, d);
    static const char *const lint[] = { "verilator", "--lint-only",
                                        "-Wall",     "-F",
                                        "net.f",     "--top-module",
                                        "net",       NULL };
    ck_assert_str_eq(run(lint), "");
    char *files = temp_folder_text(a, base, "rtl/net.f");
    for (char *s = files; *s != '\0'; s++)
        if (*s == '\n')
            *s = ' ';
    const char *const yosys[] = {
        "yosys", "-q", "-p",
        arena_printf(a,
                     "read_verilog -sv %s; hierarchy -check -top net; proc; "
                     "opt; check -assert",
                     files),
        NULL
    };
    ck_assert_str_eq(run(yosys), "");
}
END_TEST

/* The lines that the testbench should print, without the cycles in front. */
static const char *expected_lines(const struct design *design,
                                  const int32_t *values)
{
    const struct stream *s = design->output;
    struct text *t = text_new(a);
    for (uint64_t i = 0; i < FRAMES * s->tokens_per_frame; i++) {
        uint64_t token = 0; /* two values of 11 bits, padded to 24 */
        for (uint32_t lane = 0; lane < s->lanes; lane++)
            token |= ((uint64_t)values[i * s->lanes + lane] & 0x7ff)
                     << (11 * lane);
        text_printf(t, " %06" PRIx64 "%s\n", token,
                    (i + 1) % s->tokens_per_frame == 0 ? " last" : "");
    }
    return text_string(t);
}

START_TEST(test_run)
{
    static const char *const build[] = { "verilator", "--binary",
                                         "-F",        "net.f",
                                         "net_tb.sv", "--top-module",
                                         "net_tb",    NULL };
    static const char *const program[] = { "obj_dir/Vnet_tb", NULL };
    struct rng rng = { 10 };
    struct format f = { .width = 5, .is_signed = true };
    const int32_t *frames = sample_values(a, &rng, f, FRAMES * 60);
    const struct design *design = generate(&samples[0], frames, false);
    run(build);
    const char *line = run(program);
    const char *expected =
        expected_lines(design, infer_run(a, design, frames, FRAMES, NULL));
    struct text *got = text_new(a);
    for (int i = 0; i < FRAMES * 2; i++) {
        uint64_t length = strcspn(line, "\n");
        size_t cycle = strspn(line, "0123456789");
        ck_assert_uint_gt(cycle, 0);
        text_addn(got, line + cycle, length - cycle + 1);
        line += length + 1;
    }
    ck_assert_str_eq(text_string(got), expected);
    const char *summary = "4 of 4 tokens, frame_error 0\n";
    ck_assert_int_eq(strncmp(line, summary, strlen(summary)), 0);
}
END_TEST

static Suite *testbench_suite(void)
{
    enum { SECONDS = 60 }; /* a build on a busy machine */
    Suite *s = suite_create("testbench");
    TCase *t = tcase_create("testbench");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, SECONDS);
    tcase_add_loop_test(t, test_lint, 0, 4);
    tcase_add_loop_test(t, test_lint_graph, 0, 4);
    tcase_add_test(t, test_run);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(testbench_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
