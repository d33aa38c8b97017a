#include "hwgen/cosim/cosim.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/token_words.h"
#include "hwgen/cosim/cosim_files.h"
#include "sample_design.h"
#include "sample_graph.h"
#include "temp_folder.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Tokens of 2 x 19 bits in, of 3 x 13 bits out: both cross a word. */
static const struct sample_layer layers[] = { {
    .name = "conv",
    .type = LAYER_CONV2D,
    .units = 3,
    .window = { 2, 2, 1, 1, 0, 0, 0, 0 },
    .weight = "fixed<4,2>",
    .output = "fixed<13,8>",
} };
static const struct sample sample = {
    .input = { 3, 4, 2 },
    .format = "fixed<19,2>",
    .layers = layers,
    .layer_count = 1,
    .fifo_depth = 5,
    .source = { .gap = 1, .random = 50, .seed = 8, .grid = 3, .phase = 2 },
    .sink = { .burst = 2, .pause = 4, .frame_gap = 9 },
    .seed = 6,
};
enum { FRAMES = 2, IN_TOKENS = 2 * 12, OUT_TOKENS = 2 * 6, STREAMS = 2 };

static struct arena *a;
static struct diag *d;
static char *base, *path;
static struct cosim_job job;

static void setup(void)
{
    a = arena_new();
    d = diag_new(a);
    base = temp_folder_new(a);
    path = file_join(a, base, "file.bin");
    struct rng rng = { 7 };
    job = (struct cosim_job){ .design = sample_design(a, &sample),
                              .frames = FRAMES,
                              .cycle_limit = 1000 };
    job.inputs = sample_values(a, &rng, job.design->input->format,
                               FRAMES * IN_TOKENS / 2 * 2);
}

static void teardown(void)
{
    temp_folder_remove(base);
    arena_free(a);
}

/* Stimulus file */

struct cursor {
    const char *bytes;
    size_t left;
};

static void take(struct cursor *c, void *item, size_t size)
{
    ck_assert_uint_le(size, c->left);
    memcpy(item, c->bytes, size);
    c->bytes += size;
    c->left -= size;
}

static uint32_t take_u32(struct cursor *c)
{
    uint32_t value = 0;
    take(c, &value, sizeof value);
    return value;
}

static uint64_t take_u64(struct cursor *c)
{
    uint64_t value = 0;
    take(c, &value, sizeof value);
    return value;
}

static void expect_idle(struct cursor *c, const struct stimulus *s,
                        uint64_t tokens_per_frame, uint64_t count)
{
    struct stimulus_cursor walk;
    stimulus_start(&walk, s, tokens_per_frame);
    for (uint64_t i = 0; i < count; i++)
        ck_assert_uint_eq(take_u32(c), stimulus_next(&walk));
}

static void expect_job(struct cursor *c, const uint32_t limits[STREAMS],
                       bool values)
{
    struct cosim_stimulus_design about;
    take(c, &about, sizeof about);
    ck_assert_uint_eq(about.stream_count, STREAMS);
    ck_assert_uint_eq(about.input_words, 2);
    ck_assert_uint_eq(about.output_words, 2);
    ck_assert_uint_eq(about.log, 1);
    ck_assert_uint_eq(about.source_grid, 3);
    ck_assert_uint_eq(about.source_phase, 2);
    ck_assert_uint_eq(about.sink_grid, 0);
    ck_assert_uint_eq(about.input_tokens, IN_TOKENS);
    ck_assert_uint_eq(about.output_tokens, OUT_TOKENS);
    ck_assert_uint_eq(about.drain, COSIM_DRAIN);
    ck_assert_uint_eq(about.cycle_limit, 1000);
    ck_assert_uint_eq(take_u64(c), IN_TOKENS);
    ck_assert_uint_eq(take_u64(c), OUT_TOKENS);
    for (int i = 0; i < STREAMS; i++)
        ck_assert_uint_eq(take_u32(c), limits[i]);
    for (int i = 0; i < STREAMS; i++)
        ck_assert_uint_eq(take_u32(c), values ? 2 : 0);
    expect_idle(c, &sample.source, 12, IN_TOKENS);
    for (int i = 0; i < IN_TOKENS; i++) {
        uint64_t token = take_u64(c); /* two words, the low one first */
        for (int lane = 0; lane < 2; lane++) {
            uint64_t raw = token >> (19 * lane) & 0x7ffff;
            ck_assert_uint_eq(raw,
                              (uint64_t)job.inputs[2 * i + lane] & 0x7ffff);
        }
        ck_assert_uint_eq(token >> 38, 0);
    }
    for (int i = 0; i < IN_TOKENS; i++) {
        uint8_t last = 2;
        take(c, &last, 1);
        ck_assert_uint_eq(last, i == 11 || i == 23);
    }
    expect_idle(c, &sample.sink, 6, OUT_TOKENS);
}

START_TEST(test_stimulus)
{
    static const uint32_t limits[STREAMS] = { 4, 1 };
    static const uint32_t depths[STREAMS] = { 5, 5 };
    struct cosim_job jobs[] = { job, job };
    jobs[1].limits = limits;
    jobs[1].values = true;
    ck_assert(cosim_write_stimulus(path, jobs, 2, d));
    struct cursor c = { 0 };
    c.bytes = file_read(a, path, 1 << 20, &c.left, d);
    ck_assert_ptr_nonnull(c.bytes);
    struct cosim_stimulus_head head;
    take(&c, &head, sizeof head);
    ck_assert(head.magic == COSIM_STIMULUS_MAGIC);
    ck_assert_uint_eq(head.design_count, 2);
    ck_assert_uint_gt(head.reset_cycles, 0);
    expect_job(&c, depths, false);
    expect_job(&c, limits, true);
    ck_assert_uint_eq(c.left, 0);
}
END_TEST

/* Three frames by turns: two go to the first copy, one to the second. */
START_TEST(test_stimulus_turns)
{
    const struct design *design = sample_graph_forks(a);
    const struct cosim_job turns = {
        .design = design,
        .frames = 3,
        .inputs =
            arena_new_array(a, int32_t, 3 * shape_count(design->input->shape)),
        .cycle_limit = 1000,
    };
    ck_assert(cosim_write_stimulus(path, &turns, 1, d));
    struct cursor c = { 0 };
    c.bytes = file_read(a, path, 1 << 20, &c.left, d);
    ck_assert_ptr_nonnull(c.bytes);
    struct cosim_stimulus_head head;
    struct cosim_stimulus_design about;
    take(&c, &head, sizeof head);
    take(&c, &about, sizeof about);
    ck_assert_uint_eq(about.stream_count, design->stream_count);
    for (uint32_t i = 0; i < design->stream_count; i++) {
        const struct stream *s = &design->streams[i];
        uint64_t frames = s->copies == 1 ? 3 : s->copy == 0 ? 2 : 1;
        ck_assert_uint_eq(take_u64(&c), frames * s->tokens_per_frame);
    }
}
END_TEST

START_TEST(test_stimulus_unwritable)
{
    ck_assert(!cosim_write_stimulus(file_join(a, path, "below"), &job, 1, d));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_FILE_WRITE);
}
END_TEST

/* Result file */

static const uint64_t writes[STREAMS][3] = { { 1, 2, 5 }, { 9, 10, 30 } };
static const uint64_t reads[STREAMS][2] = { { 3, 4 }, { 11, 12 } };
static const uint8_t lasts[] = { 0, 1 };
/* -1, 2, -4096 and 4095, 0, 1 in 13 bits each. */
static const uint64_t outputs[] = { UINT64_C(0x1000) << 26 | 2 << 13 | 0x1fff,
                                    UINT64_C(1) << 26 | 0 << 13 | 0x0fff };
static const int32_t output_values[] = { -1, 2, -4096, 4095, 0, 1 };

/* A file as the harness writes it, of one design.  values: with the tokens of
 * its streams, each the same as those of the output. */
static struct text *result_file(uint32_t stream_count, bool values)
{
    struct text *t = text_new(a);
    const struct cosim_result_head head = { .magic = COSIM_RESULT_MAGIC,
                                            .design_count = 1,
                                            .cycles = 77,
                                            .wall_ns = 1234 };
    const struct cosim_result_design about = { .stream_count = stream_count,
                                               .output_words = 2,
                                               .complete = 1,
                                               .log = 1,
                                               .cycles = 60,
                                               .output_tokens = 2 };
    const uint64_t end = COSIM_RESULT_END;
    text_addn(t, &head, sizeof head);
    text_addn(t, &about, sizeof about);
    for (int i = 0; i < STREAMS; i++) {
        const struct cosim_result_stream stream = { 3, 2 };
        text_addn(t, &stream, sizeof stream);
        text_addn(t, writes[i], sizeof writes[i]);
        text_addn(t, reads[i], sizeof reads[i]);
        if (values)
            text_addn(t, outputs, sizeof outputs);
    }
    text_addn(t, outputs, sizeof outputs);
    text_addn(t, lasts, sizeof lasts);
    text_addn(t, &end, sizeof end);
    return t;
}

START_TEST(test_result)
{
    ck_assert(file_write_text(path, result_file(STREAMS, false), d));
    struct cosim_run *run = cosim_read_result(a, path, &job, 1, d);
    ck_assert_ptr_nonnull(run);
    ck_assert_uint_eq(run->cycles, 77);
    ck_assert_uint_eq(run->wall_ns, 1234);
    ck_assert_uint_eq(run->count, 1);
    const struct cosim_result *r = &run->results[0];
    ck_assert(r->complete && !r->frame_error);
    ck_assert_uint_eq(r->cycles, 60);
    ck_assert_uint_eq(r->stream_count, STREAMS);
    for (int i = 0; i < STREAMS; i++) {
        ck_assert_uint_eq(r->streams[i].write_count, 3);
        ck_assert_uint_eq(r->streams[i].read_count, 2);
        ck_assert_mem_eq(r->streams[i].writes, writes[i], sizeof writes[i]);
        ck_assert_mem_eq(r->streams[i].reads, reads[i], sizeof reads[i]);
    }
    ck_assert_uint_eq(r->output_tokens, 2);
    ck_assert_mem_eq(r->output_last, lasts, sizeof lasts);
    int32_t values[6];
    cosim_output_values(job.design, r, values);
    ck_assert_mem_eq(values, output_values, sizeof values);
}
END_TEST

START_TEST(test_result_values)
{
    struct cosim_job with = job;
    with.values = true;
    ck_assert(file_write_text(path, result_file(STREAMS, true), d));
    struct cosim_run *run = cosim_read_result(a, path, &with, 1, d);
    ck_assert_ptr_nonnull(run);
    const struct cosim_result *r = &run->results[0];
    for (int i = 0; i < STREAMS; i++) {
        const struct cosim_stream *c = &r->streams[i];
        ck_assert_uint_eq(c->words, 2);
        ck_assert_mem_eq(c->writes, writes[i], sizeof writes[i]);
        ck_assert_mem_eq(c->values, outputs, sizeof outputs);
    }
    int32_t values[6];
    const struct cosim_stream *out = &r->streams[job.design->output->index];
    token_unpack(job.design->output, out->values, out->read_count, values);
    ck_assert_mem_eq(values, output_values, sizeof values);
}
END_TEST

static void expect_not_read(const struct cosim_job *of, const struct text *t,
                            size_t length)
{
    struct diag *own = diag_new(a);
    ck_assert(file_write(path, text_string(t), length, own));
    ck_assert_msg(cosim_read_result(a, path, of, 1, own) == NULL,
                  "%zu bytes were read", length);
    ck_assert_uint_eq(diag_count(own), 1);
    ck_assert_int_eq(diag_at(own, 0)->code, DIAG_DATA);
    ck_assert_str_eq(diag_at(own, 0)->place.file, path);
}

static void expect_no_result(const struct text *t, size_t length)
{
    expect_not_read(&job, t, length);
}

START_TEST(test_truncated)
{
    const struct text *t = result_file(STREAMS, false);
    for (size_t length = 0; length < text_length(t); length++)
        expect_no_result(t, length);
    struct cosim_job with = job;
    with.values = true;
    t = result_file(STREAMS, true);
    for (size_t length = 0; length < text_length(t); length++)
        expect_not_read(&with, t, length);
}
END_TEST

START_TEST(test_wrong_result)
{
    struct text *longer = result_file(STREAMS, false);
    text_add(longer, "x");
    expect_no_result(longer, text_length(longer));

    /* Each of these bytes tells that the file is another one: the magic
     * number, the designs, the streams, the words of a token. */
    static const size_t offsets[] = {
        0, offsetof(struct cosim_result_head, design_count),
        sizeof(struct cosim_result_head),
        sizeof(struct cosim_result_head) +
            offsetof(struct cosim_result_design, output_words),
        sizeof(struct cosim_result_head) +
            offsetof(struct cosim_result_design, log)
    };
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        struct text *t = result_file(STREAMS, false);
        size_t length = text_length(t);
        char *bytes =
            memcpy(arena_new_array(a, char, length), text_string(t), length);
        bytes[offsets[i]] ^= 4;
        struct text *changed = text_new(a);
        text_addn(changed, bytes, length);
        expect_no_result(changed, length);
    }
}
END_TEST

/* A count that no file can hold is no reason to ask for the memory. */
START_TEST(test_huge_count)
{
    struct text *t = result_file(STREAMS, false);
    size_t length = text_length(t);
    char *bytes =
        memcpy(arena_new_array(a, char, length), text_string(t), length);
    memset(bytes + sizeof(struct cosim_result_head) +
               sizeof(struct cosim_result_design),
           0xff, sizeof(uint64_t));
    struct text *changed = text_new(a);
    text_addn(changed, bytes, length);
    expect_no_result(changed, length);
}
END_TEST

/* What a killed run leaves, and what is nobody's business. */
START_TEST(test_clean)
{
    static const char *const names[] = { "run-1-0", "run-2-0", "running" };
    char *folder = temp_folder_new(a);
    for (int i = 0; i < 3; i++) {
        char *run = file_join(a, folder, names[i]);
        ck_assert(file_make_folder(run, d));
        ck_assert(file_write(file_join(a, run, "stimulus.bin"), "x", 1, d));
        ck_assert(file_write(file_join(a, run, "cosim.log"), "x", 1, d));
    }
    ck_assert(file_write(file_join(a, folder, "run-2-0/mine"), "x", 1, d));
    cosim_clean(a, folder);
    ck_assert(!temp_folder_has(folder, "run-1-0"));
    ck_assert(!temp_folder_has(folder, "run-2-0/cosim.log"));
    ck_assert(temp_folder_has(folder, "run-2-0/mine"));
    ck_assert(temp_folder_has(folder, "running/cosim.log"));
    cosim_clean(a, file_join(a, folder, "not-there"));
    temp_folder_remove(folder);
}
END_TEST

START_TEST(test_no_file)
{
    ck_assert_ptr_null(cosim_read_result(a, path, &job, 1, d));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_FILE_OPEN);
}
END_TEST

static Suite *cosim_suite(void)
{
    Suite *s = suite_create("cosim");
    TCase *t = tcase_create("cosim");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, test_stimulus);
    tcase_add_test(t, test_stimulus_turns);
    tcase_add_test(t, test_stimulus_unwritable);
    tcase_add_test(t, test_result);
    tcase_add_test(t, test_result_values);
    tcase_add_test(t, test_truncated);
    tcase_add_test(t, test_wrong_result);
    tcase_add_test(t, test_huge_count);
    tcase_add_test(t, test_clean);
    tcase_add_test(t, test_no_file);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(cosim_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
