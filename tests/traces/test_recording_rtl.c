/* The same RTL run three times: dumped as VCD, dumped as FST, and watched by
 * the harness of `headrace verify`.  All handshakes must be in the same
 * cycles. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "base/text.h"
#include "hwgen/cosim/cosim.h"
#include "hwgen/cosim/cosim_build.h"
#include "hwgen/cosim/tool.h"
#include "hwgen/farm.h"
#include "hwgen/generate.h"
#include "hwgen/identifiers.h"
#include "tests/check_main.h"
#include "tests/hwgen/sample_design.h"
#include "tests/hwgen/temp_folder.h"
#include "tests/traces/trace_case.h"
#include "traces/recording.h"

static const struct sample_layer layers[] = {
    { .name = "conv",
      .type = LAYER_CONV2D,
      .units = 2,
      .window = { 2, 2, 1, 1, 1, 0, 0, 0 },
      .weight = "fixed<4,2>",
      .output = "fixed<6,3,RND,SAT>",
      .pe = 1,
      .simd = 2 },
    { .name = "relu", .type = LAYER_RELU },
    { .name = "pool",
      .type = LAYER_MAXPOOL2D,
      .window = { 2, 1, 2, 1, 0, 0, 0, 0 } },
};
static const struct sample sample = { .name = "net",
                                      .input = { 6, 5, 3 },
                                      .format = "fixed<5,2>",
                                      .layers = layers,
                                      .layer_count = 3,
                                      .fifo_depth = 2,
                                      .keep_layers = true,
                                      .seed = 4 };
enum { FRAMES = 3, CYCLES = 4000 };

static struct trace_case c;
static struct design *design;

static void setup(void)
{
    trace_case_begin(&c);
    temp_folder_remove(c.folder);
    c.folder = temp_folder_new_plain(c.arena);
    design = sample_design(c.arena, &sample);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static void run(const char *const *arguments, const char *folder)
{
    const struct tool t = { .arguments = arguments,
                            .folder = folder,
                            .log = file_join(c.arena, c.folder, "log") };
    if (!tool_run(&t, c.diag))
        sample_fail(c.arena, c.diag);
}

/* Dumps a run and reads the dump. */
static struct recording *dumped(const char *rtl, bool as_fst)
{
    static const char testbench[] =
        HEADRACE_SOURCE_DIR "/tests/traces/trace_tb.cpp";
    const char *name = as_fst ? "x.fst" : "x.vcd";
    const char *const build[] = { "verilator",
                                  "--cc",
                                  "--exe",
                                  "--build",
                                  "-j",
                                  "2",
                                  as_fst ? "--trace-fst" : "--trace",
                                  "-O3",
                                  "-CFLAGS",
                                  as_fst ? "-O0 -DTRACE_FST" : "-O0",
                                  "-F",
                                  "net.f",
                                  testbench,
                                  "--top-module",
                                  "net",
                                  "--Mdir",
                                  as_fst ? "fst" : "vcd",
                                  NULL };
    run(build, rtl);
    uint64_t tokens = FRAMES * design->input->tokens_per_frame;
    const char *const dump[] = { as_fst ? "fst/Vnet" : "vcd/Vnet", name,
                                 arena_printf(c.arena, "%llu",
                                              (unsigned long long)tokens),
                                 arena_printf(c.arena, "%d", CYCLES), NULL };
    run(dump, rtl);
    struct recording *r =
        recording_read(c.arena, file_join(c.arena, rtl, name), NULL, c.diag);
    trace_case_expect_none(&c);
    ck_assert_ptr_nonnull(r);
    return r;
}

static const struct cosim_result *watched(void)
{
    struct rng rng = { 10 };
    const char *base = file_join(c.arena, c.folder, "farm");
    ck_assert(file_make_folder(base, c.diag));
    const struct design *const designs[] = { design };
    if (!hwgen_farm_write(designs, 1, base, c.diag) ||
        !cosim_build(base, NULL, c.diag))
        sample_fail(c.arena, c.diag);
    struct cosim_job job = { .design = design,
                             .frames = FRAMES,
                             .cycle_limit = CYCLES };
    job.inputs =
        sample_values(c.arena, &rng, design->input->format, FRAMES * 6 * 5 * 3);
    struct cosim_run *r = cosim_run(c.arena, base, &job, 1, c.diag);
    if (r == NULL)
        sample_fail(c.arena, c.diag);
    ck_assert(r->results[0].complete);
    return &r->results[0];
}

static const struct token_times *stream_called(const struct recording *r,
                                               const char *name)
{
    for (uint32_t i = 0; i < r->stream_count; i++)
        if (strcmp(r->streams[i].name, name) == 0)
            return &r->streams[i];
    ck_abort_msg("there is no stream '%s'", name);
}

/* Of what the harness saw: it stops watching earlier. */
static void expect_as_watched(const struct recording *r,
                              const struct cosim_result *w)
{
    const struct identifiers *ids = identifiers_new(c.arena, design, "net");
    uint64_t count = 0;
    for (uint32_t i = 0; i < design->stream_count; i++) {
        const struct token_times *s = stream_called(r, ids->streams[i]);
        const struct cosim_stream *t = &w->streams[i];
        ck_assert_uint_ge(s->write_count, t->write_count);
        ck_assert_uint_ge(s->read_count, t->read_count);
        expect_cycles(s->writes, t->write_count, t->writes, t->write_count,
                      s->name);
        expect_cycles(s->reads, t->read_count, t->reads, t->read_count,
                      s->name);
        count += t->write_count + t->read_count;
    }
    ck_assert_uint_gt(count, 500);
    printf("%llu handshakes compared\n", (unsigned long long)count);
}

START_TEST(vcd_fst_and_harness_agree)
{
    const struct generate_options o = { .name = "net" };
    const char *rtl = file_join(c.arena, c.folder, "rtl");
    if (!hwgen_generate(design, &o, rtl, c.diag))
        sample_fail(c.arena, c.diag);
    const struct cosim_result *w = watched();
    struct recording *vcd = dumped(rtl, false), *fst = dumped(rtl, true);
    expect_as_watched(vcd, w);
    expect_as_watched(fst, w);
    ck_assert_uint_eq(vcd->stream_count, fst->stream_count);
    ck_assert_uint_eq(vcd->clock_count, 1);
    ck_assert_uint_eq(vcd->clocks[0].period_fs, 5000000);
    for (uint32_t i = 0; i < vcd->stream_count; i++) {
        const struct token_times *s = &vcd->streams[i], *t = &fst->streams[i];
        ck_assert_str_eq(s->name, t->name);
        expect_cycles(s->writes, s->write_count, t->writes, t->write_count,
                      s->name);
        expect_cycles(s->reads, s->read_count, t->reads, t->read_count,
                      s->name);
    }
}
END_TEST

int main(void)
{
    enum { SECONDS = 120 }; /* three builds on a busy machine */
    Suite *s = suite_create("recording_rtl");
    TCase *t = tcase_create("recording_rtl");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, SECONDS);
    tcase_add_test(t, vcd_fst_and_harness_agree);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
