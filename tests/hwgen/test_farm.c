/* From designs to handshakes: a farm of chains and of designs with forks and
 * joins is written, Verilated once and run. */
#include "hwgen/farm.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/token_words.h"
#include "engine/infer.h"
#include "hwgen/cosim/cosim.h"
#include "hwgen/cosim/cosim_build.h"
#include "sample_design.h"
#include "sample_graph.h"
#include "temp_folder.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct sample_layer conv_pool[] = {
    { .name = "conv",
      .type = LAYER_CONV2D,
      .units = 4,
      .window = { 3, 2, 1, 2, 1, 0, 0, 1 },
      .relu = true,
      .weight = "fixed<4,2>",
      .output = "ufixed<6,3,RND,SAT>",
      .pe = 2,
      .simd = 4,
      .lanes = 4 },
    { .name = "pool",
      .type = LAYER_MAXPOOL2D,
      .window = { 2, 2, 2, 1, 0, 0, 0, 0 } },
};
static const struct sample_layer flat_dense[] = {
    { .name = "flat", .type = LAYER_FLATTEN },
    { .name = "fc",
      .type = LAYER_DENSE,
      .units = 5,
      .weight = "ternary",
      .bias = "fixed<5,3>",
      .output = "fixed<13,9>",
      .pe = 1,
      .simd = 2 },
};
static const struct sample_layer pad[] = {
    { .name = "pad",
      .type = LAYER_ZEROPAD2D,
      .window = { .pad_bottom = 1, .pad_left = 2 } },
};
static const struct sample_layer relu[] = {
    { .name = "relu", .type = LAYER_RELU, .output = "ufixed<3,2,TRN,SAT>" },
};
/* Tokens of 70 bits: more than two words. */
static const struct sample_layer wide[] = {
    { .name = "pool",
      .type = LAYER_MAXPOOL2D,
      .window = { 1, 2, 1, 2, 0, 0, 0, 0 } },
};

/* A residual block whose middle works in two copies, packed multipliers,
 * channels and tables. */
static const struct sample_layer block[] = {
    { .name = "first",
      .type = LAYER_CONV2D,
      .units = 6,
      .window = { 3, 3, 1, 1, 1, 1, 1, 1 },
      .relu = true,
      .weight = "fixed<4,1>",
      .output = "fixed<7,4,RND,SAT>",
      .pe = 2,
      .simd = 3,
      .lanes = 2,
      .multipliers = MULTIPLIERS_PACKED },
    { .name = "depth",
      .type = LAYER_DEPTHWISE_CONV2D,
      .units = 6,
      .window = { 3, 3, 1, 1, 1, 1, 1, 1 },
      .weight = "fixed<5,1>",
      .output = "fixed<8,4,TRN,SAT>",
      .pe = 2,
      .simd = 9,
      .lanes = 2,
      .copies = 2 },
    { .name = "norm",
      .type = LAYER_BATCHNORM,
      .units = 6,
      .weight = "fixed<6,2>",
      .bias = "fixed<7,4>",
      .output = "fixed<8,4,RND,SAT>" },
    { .name = "leaky",
      .type = LAYER_PRELU,
      .units = 1,
      .weight = "ufixed<4,0>" },
    { .name = "sum",
      .type = LAYER_ADD,
      .inputs = { "first", "leaky" },
      .output = "fixed<9,5>" },
    { .name = "mean",
      .type = LAYER_AVGPOOL2D,
      .window = { 2, 2, 2, 2, 0, 0, 0, 0 } },
    { .name = "gate", .type = LAYER_SIGMOID, .output = "ufixed<6,0,RND,SAT>" },
    { .name = "gated",
      .type = LAYER_MULTIPLY,
      .inputs = { "mean", "gate" },
      .output = "fixed<9,5,RND,SAT>" },
    { .name = "joined", .type = LAYER_CONCAT, .inputs = { "mean", "gated" } },
    { .name = "most", .type = LAYER_GLOBAL_MAXPOOL },
    { .name = "soft", .type = LAYER_SOFTMAX, .output = "ufixed<8,0,RND,SAT>" },
};

#define LAYERS(l) .layers = (l), .layer_count = sizeof(l) / sizeof *(l)
static const struct sample samples[] = {
    { LAYERS(conv_pool), .input = { 6, 6, 2 }, .format = "fixed<5,2>",
      .input_lanes = 1, .fifo_depth = 1, .fifo_kind = FIFO_SRL,
      .source = { .random = 40, .seed = 1 },
      .sink = { .random = 60, .seed = 2 } },
    { LAYERS(flat_dense), .input = { 2, 3, 4 }, .format = "ufixed<8,0>",
      .fifo_depth = 3, .fifo_kind = FIFO_BRAM,
      .sink = { .grid = 7, .phase = 3 } },
    { LAYERS(pad), .input = { 3, 4, 1 }, .format = "fixed<8,8>",
      .fifo_depth = 2, .source = { .grid = 3, .phase = 1 },
      .sink = { .gap = 1, .frame_gap = 20 } },
    { LAYERS(relu), .input = { 4, 4, 3 }, .format = "fixed<3,2>",
      .input_lanes = 1, .fifo_depth = 16, .fifo_kind = FIFO_BRAM,
      .source = { .burst = 3, .pause = 5 } },
    { LAYERS(wide), .input = { 2, 6, 10 }, .format = "fixed<7,3>",
      .fifo_depth = 4, .source = { .random = 20, .seed = 3 } },
    { LAYERS(block), .input = { 6, 4, 3 }, .format = "fixed<6,2>",
      .fifo_depth = 100, .keep_layers = true, .seed = 9,
      .sink = { .random = 30, .seed = 6 } },
};
enum {
    SAMPLES = sizeof samples / sizeof *samples,
    BLOCK = SAMPLES - 1,
    FORKS = SAMPLES, /* sample_graph_forks */
    COUNT,
    FRAMES = 3,
    LIMIT = 20000
};

static struct arena *a;
static struct diag *d;
static char *base;
static const struct design *designs[COUNT];
static struct cosim_job jobs[COUNT];

static const struct design *forks(void)
{
    struct design *design = sample_graph_forks(a);
    design->source = (struct stimulus){ .random = 30, .seed = 4 };
    design->sink = (struct stimulus){ .random = 10, .seed = 5 };
    return design;
}

/* Once for all tests of the case: the build takes long. */
static void setup(void)
{
    a = arena_new();
    d = diag_new(a);
    base = temp_folder_new(a);
    for (int i = 0; i < COUNT; i++) {
        struct rng rng = { 100 + (uint64_t)i };
        if (i < SAMPLES)
            designs[i] = sample_design(a, &samples[i]);
        else
            designs[i] = forks();
        const struct stream *in = designs[i]->input;
        jobs[i] = (struct cosim_job){
            .design = designs[i],
            .frames = FRAMES,
            .inputs = sample_values(a, &rng, in->format,
                                    FRAMES * shape_count(in->shape)),
            .cycle_limit = LIMIT,
            .values = true,
        };
    }
    if (!hwgen_farm_write_values(designs, COUNT, base, d) ||
        !cosim_build(base, NULL, d))
        sample_fail(a, d);
}

static void teardown(void)
{
    temp_folder_remove(base);
    arena_free(a);
}

static struct cosim_run *run(void)
{
    struct cosim_run *r = cosim_run(a, base, jobs, COUNT, d);
    if (r == NULL)
        sample_fail(a, d);
    return r;
}

/* Of FRAMES, those that go through a stream: by turns. */
static uint64_t frames_of(const struct stream *s)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < FRAMES; i++)
        count += i % s->copies == s->copy;
    return count;
}

static void check_order(const uint64_t *cycles, uint64_t count)
{
    for (uint64_t i = 1; i < count; i++)
        ck_assert_uint_gt(cycles[i], cycles[i - 1]);
}

/* A FIFO of tokens holds `capacity` of them. */
static void check_tokens(const struct stream *s, const struct cosim_stream *c,
                         uint64_t capacity)
{
    for (uint64_t i = 0; i < c->write_count; i++) {
        if (i < c->read_count)
            ck_assert_uint_ge(c->reads[i],
                              c->writes[i] + stream_write_latency(s));
        if (i >= capacity)
            ck_assert_uint_ge(c->writes[i], c->reads[i - capacity] + 1);
    }
}

/* A FIFO of frames holds `capacity` frames, and gives away nothing of a frame
 * before the second cycle after its last token was written. */
static void check_frames(const struct stream *s, const struct cosim_stream *c,
                         uint64_t capacity)
{
    uint64_t tokens = s->tokens_per_frame;
    for (uint64_t i = 0; i < c->write_count; i++) {
        uint64_t frame = i / tokens;
        if (i < c->read_count)
            ck_assert_uint_ge(c->reads[i],
                              c->writes[frame * tokens + tokens - 1] + 2);
        if (frame >= capacity)
            ck_assert_uint_ge(c->writes[i],
                              c->reads[(frame - capacity + 1) * tokens - 1] +
                                  1);
    }
}

/* What holds for the handshakes of any FIFO, `limit` deep. */
static void check_stream(const struct stream *s, const struct cosim_stream *c,
                         uint32_t limit)
{
    ck_assert_uint_ge(c->read_count, frames_of(s) * s->tokens_per_frame);
    ck_assert_uint_ge(c->write_count, c->read_count);
    check_order(c->writes, c->write_count);
    check_order(c->reads, c->read_count);
    if (s->kind == FIFO_FRAME)
        check_frames(s, c, limit);
    else
        check_tokens(s, c, s->kind == FIFO_BRAM ? limit + 1 : limit);
}

static uint64_t later(uint64_t a_cycle, uint64_t b_cycle)
{
    return a_cycle > b_cycle ? a_cycle : b_cycle;
}

/* Tokens come in the very cycle that sim/design/stimulus.h says: once
 * offered, a token waits for room and for nothing else. */
static void check_source(const struct design *design,
                         const struct cosim_stream *c, uint64_t capacity)
{
    const struct stimulus *s = &design->source;
    uint64_t tokens_per_frame = design->input->tokens_per_frame;
    struct stimulus_cursor cursor;
    stimulus_start(&cursor, s, tokens_per_frame);
    uint64_t free = 0;
    for (uint64_t i = 0; i < FRAMES * tokens_per_frame; i++) {
        uint64_t offer = stimulus_on_grid(s, free + stimulus_next(&cursor));
        uint64_t room = i < capacity ? 0 : c->reads[i - capacity] + 1;
        ck_assert_uint_eq(c->writes[i], later(offer, room));
        free = c->writes[i] + 1;
    }
}

/* The same for the sink, which takes only on its grid. */
static void check_sink(const struct design *design,
                       const struct cosim_stream *c)
{
    const struct stimulus *s = &design->sink;
    uint64_t tokens_per_frame = design->output->tokens_per_frame;
    uint32_t latency = stream_write_latency(design->output);
    struct stimulus_cursor cursor;
    stimulus_start(&cursor, s, tokens_per_frame);
    uint64_t free = 0;
    for (uint64_t i = 0; i < FRAMES * tokens_per_frame; i++) {
        uint64_t ready = free + stimulus_next(&cursor);
        uint64_t readable = c->writes[i] + latency;
        ck_assert_uint_eq(c->reads[i],
                          stimulus_on_grid(s, later(ready, readable)));
        free = c->reads[i] + 1;
    }
}

/* As sample_graph.h says, frame by frame. */
static const int32_t *forks_values(const struct cosim_job *job)
{
    const struct shape in = job->design->input->shape;
    const struct shape out = job->design->output->shape;
    int32_t *values = arena_new_array(a, int32_t, FRAMES * shape_count(out));
    uint64_t at = 0;
    for (uint32_t frame = 0; frame < FRAMES; frame++)
        for (uint32_t row = 0; row < out.h; row++)
            for (uint32_t column = 0; column < out.w; column++)
                for (uint32_t c = 0; c < out.c; c++) {
                    uint64_t pixel =
                        (uint64_t)(frame * in.h + (row + 1) / 2) * in.w +
                        column + 2;
                    int32_t x = job->inputs[pixel * in.c + c % 4];
                    int32_t cut = x < 0 ? 0 : x > 16 ? 16 : x;
                    values[at++] = c % 8 < 4 ? cut + x : x;
                }
    return values;
}

static void check_values(const struct cosim_job *job,
                         const struct cosim_result *r)
{
    const struct stream *out = job->design->output;
    uint64_t count = FRAMES * shape_count(out->shape);
    ck_assert_uint_ge(r->output_tokens * out->lanes, count);
    int32_t *got = arena_new_array(a, int32_t, r->output_tokens * out->lanes);
    cosim_output_values(job->design, r, got);
    const int32_t *expected =
        job->design == designs[FORKS]
            ? forks_values(job)
            : infer_run(a, job->design, job->inputs, FRAMES, NULL);
    for (uint64_t i = 0; i < count; i++)
        ck_assert_int_eq(got[i], expected[i]);
    for (uint64_t i = 0; i < r->output_tokens; i++)
        ck_assert_uint_eq(r->output_last[i],
                          (i + 1) % out->tokens_per_frame == 0);
}

/* What was read from a stream begins with these values. */
static void check_read(const struct stream *s, const struct cosim_stream *c,
                       const int32_t *expected, uint64_t count)
{
    ck_assert_uint_ge(c->read_count * s->lanes, count);
    int32_t *got = arena_new_array(a, int32_t, c->read_count * s->lanes);
    token_unpack(s, c->values, c->read_count, got);
    for (uint64_t i = 0; i < count; i++)
        ck_assert_msg(got[i] == expected[i], "%s: value %ju is %d, not %d",
                      s->name, (uintmax_t)i, (int)got[i], (int)expected[i]);
}

/* Within streams as at the edges. */
static void check_frame(void *context, uint32_t frame, const struct stream *s,
                        const int32_t *values)
{
    const struct cosim_result *r = context;
    struct cosim_stream c = r->streams[s->index];
    uint64_t before = frame / s->copies * s->tokens_per_frame;
    c.values += before * c.words;
    c.read_count -= before;
    check_read(s, &c, values, shape_count(s->shape));
}

static void check_inner_values(const struct cosim_job *job,
                               const struct cosim_result *r)
{
    struct cosim_result result = *r;
    const struct infer_observer observer = { check_frame, &result };
    const struct stream *in = job->design->input;
    if (job->design != designs[FORKS])
        infer_run(a, job->design, job->inputs, FRAMES, &observer);
    else
        check_read(in, &r->streams[in->index], job->inputs,
                   FRAMES * shape_count(in->shape));
}

static uint64_t edge_capacity(const struct design *design, uint32_t limit)
{
    return design->input->kind == FIFO_BRAM ? limit + 1 : limit;
}

static void check_design(const struct cosim_job *job,
                         const struct cosim_result *r)
{
    const struct design *design = job->design;
    ck_assert(!r->frame_error);
    ck_assert_uint_lt(r->cycles, LIMIT);
    for (uint32_t i = 0; i < design->stream_count; i++) {
        const struct stream *s = &design->streams[i];
        check_stream(s, &r->streams[i],
                     job->limits == NULL ? s->depth : job->limits[i]);
    }
    uint32_t in = design->input->index;
    uint32_t limit =
        job->limits == NULL ? design->input->depth : job->limits[in];
    check_source(design, &r->streams[in], edge_capacity(design, limit));
    check_sink(design, &r->streams[design->output->index]);
    check_values(job, r);
    check_inner_values(job, r);
}

static void check_all(const struct cosim_run *r)
{
    ck_assert_uint_eq(r->count, COUNT);
    ck_assert_uint_gt(r->wall_ns, 0);
    for (uint32_t i = 0; i < COUNT; i++) {
        ck_assert_msg(r->results[i].complete, "design %u stood still", i);
        ck_assert_uint_le(r->results[i].cycles, r->cycles);
        check_design(&jobs[i], &r->results[i]);
    }
}

START_TEST(test_run)
{
    check_all(run());
    /* The files of a run do not pile up. */
    ck_assert_int_eq(temp_folder_count(base), 2);
}
END_TEST

static uint32_t least_limit(enum fifo_kind kind)
{
    return kind == FIFO_BRAM ? 2 : 1;
}

/* FIFO limits are chosen when it runs: as small as each kind allows.  Only
 * what has to wait for the other side of a fork keeps its room. */
START_TEST(test_limits)
{
    static const char *const waiting[] = { "sum.width.out", "twice.out1" };
    for (int i = 0; i < COUNT; i++) {
        const struct design *design = designs[i];
        if (i == BLOCK)
            continue;
        uint32_t *limits = arena_new_array(a, uint32_t, design->stream_count);
        for (uint32_t j = 0; j < design->stream_count; j++)
            limits[j] = least_limit(design->streams[j].kind);
        for (int j = 0; i == FORKS && j < 2; j++) {
            const struct stream *s = design_stream(design, waiting[j]);
            limits[s->index] = s->depth;
        }
        jobs[i].limits = limits;
    }
    check_all(run());
    for (int i = 0; i < COUNT; i++)
        jobs[i].limits = NULL;
}
END_TEST

/* A fork whose short side is too short stands still; its handshakes until
 * then are told, and the other designs are not held up. */
START_TEST(test_deadlock)
{
    const struct design *design = designs[FORKS];
    const struct stream *s = design_stream(design, "twice.out1");
    uint32_t *limits = arena_new_array(a, uint32_t, design->stream_count);
    for (uint32_t i = 0; i < design->stream_count; i++)
        limits[i] = design->streams[i].depth;
    limits[s->index] = 3; /* of 4 tokens of the other input */
    jobs[FORKS].limits = limits;
    jobs[FORKS].cycle_limit = 1000;
    const struct cosim_run *r = run();
    jobs[FORKS].limits = NULL;
    jobs[FORKS].cycle_limit = LIMIT;
    const struct cosim_result *result = &r->results[FORKS];
    ck_assert(!result->complete);
    ck_assert_uint_eq(result->cycles, 1000);
    ck_assert_uint_eq(result->streams[s->index].write_count, 3);
    ck_assert_uint_eq(result->streams[s->index].read_count, 0);
    ck_assert_uint_eq(result->output_tokens, 0);
    for (uint32_t i = 0; i < SAMPLES; i++)
        check_design(&jobs[i], &r->results[i]);
}
END_TEST

/* A limit on the cycles ends what is not done; then nothing is complete, and
 * what happened until then is told. */
START_TEST(test_cycle_limit)
{
    for (int i = 0; i < COUNT; i++)
        jobs[i].cycle_limit = 15;
    const struct cosim_run *r = run();
    ck_assert_uint_eq(r->cycles, 15);
    for (int i = 0; i < COUNT; i++) {
        jobs[i].cycle_limit = LIMIT;
        ck_assert(!r->results[i].complete);
        ck_assert_uint_eq(r->results[i].cycles, 15);
        const struct cosim_stream *s =
            &r->results[i].streams[designs[i]->input->index];
        ck_assert_uint_gt(s->write_count, 0);
        ck_assert_uint_lt(s->writes[s->write_count - 1], 15);
    }
}
END_TEST

START_TEST(test_no_log)
{
    for (int i = 0; i < COUNT; i++)
        jobs[i].no_log = true;
    const struct cosim_run *r = run();
    for (int i = 0; i < COUNT; i++) {
        jobs[i].no_log = false;
        ck_assert(r->results[i].complete);
        ck_assert_ptr_null(r->results[i].streams[0].writes);
        ck_assert_uint_gt(r->results[i].streams[0].write_count, 0);
        check_values(&jobs[i], &r->results[i]);
    }
}
END_TEST

START_TEST(test_other_designs)
{
    struct diag *own = diag_new(a);
    ck_assert_ptr_null(cosim_run(a, base, jobs, COUNT - 1, own));
    ck_assert_uint_eq(diag_count(own), 1);
    ck_assert_int_eq(diag_at(own, 0)->code, DIAG_TOOL);
    ck_assert_ptr_nonnull(strstr(diag_at(own, 0)->text,
                                 "the stimulus file is for other designs"));
}
END_TEST

static ino_t program(void)
{
    struct stat st;
    ck_assert_int_eq(stat(file_join(a, base, COSIM_PROGRAM), &st), 0);
    return st.st_ino;
}

/* Other weights are no reason to build again, other RTL is; RTL that
 * Verilator does not accept is a diagnostic, and no build is left. */
START_TEST(test_build_again)
{
    ino_t before = program();
    const char *weights = file_join(a, base, "rtl/d0_conv_weights.mem");
    ck_assert(file_write(weights, "0\n", 2, d));
    ck_assert(cosim_build(base, NULL, d));
    ck_assert_uint_eq(program(), before);

    const char *top = file_join(a, base, "rtl/farm_top.sv");
    const char *text = temp_folder_text(a, base, "rtl/farm_top.sv");
    ck_assert(file_write(top, "module", 6, d));
    for (int i = 0; i < 2; i++) {
        struct diag *own = diag_new(a);
        ck_assert(!cosim_build(base, NULL, own));
        ck_assert_uint_eq(diag_count(own), 1);
        ck_assert_int_eq(diag_at(own, 0)->code, DIAG_TOOL);
        ck_assert_ptr_nonnull(strstr(diag_at(own, 0)->text, "%Error"));
        ck_assert_ptr_nonnull(strstr(diag_at(own, 0)->hint, "verilator.log"));
    }
    ck_assert(file_write(top, text, strlen(text), d));
}
END_TEST

START_TEST(test_no_verilator)
{
    ck_assert_int_eq(setenv("PATH", base, 1), 0);
    const char *stamp = file_join(a, base, "build/stamp");
    unlink(stamp);
    struct diag *own = diag_new(a);
    ck_assert(!cosim_build(base, NULL, own));
    ck_assert_uint_eq(diag_count(own), 1);
    ck_assert_int_eq(diag_at(own, 0)->code, DIAG_TOOL);
    ck_assert_ptr_nonnull(strstr(diag_at(own, 0)->text, "'verilator'"));
    ck_assert_ptr_nonnull(
        strstr(diag_at(own, 0)->hint, "apt install verilator"));
}
END_TEST

static Suite *farm_suite(void)
{
    enum { SECONDS = 60 }; /* a build on a busy machine, with sanitizers */
    Suite *s = suite_create("farm");
    TCase *t = tcase_create("farm");
    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, SECONDS);
    tcase_add_test(t, test_run);
    tcase_add_test(t, test_limits);
    tcase_add_test(t, test_deadlock);
    tcase_add_test(t, test_cycle_limit);
    tcase_add_test(t, test_no_log);
    tcase_add_test(t, test_other_designs);
    tcase_add_test(t, test_build_again);
    tcase_add_test(t, test_no_verilator);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(farm_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
