#include "cli/sides.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/run.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "traces/occupancy.h"
#include "traces/side.h"

#include <string.h>

static struct trace_case c;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static struct opened_side opened(const char *path)
{
    struct opened_side s;
    const struct side_request q = { .path = path };
    ck_assert(sides_open(c.arena, &q, &s, c.diag));
    trace_case_expect_none(&c);
    return s;
}

START_TEST(files_are_known_by_their_content)
{
    static const struct {
        const char *path;
        enum side_kind kind;
    } rows[] = {
        { HEADRACE_SOURCE_DIR "/models/digits", SIDE_MODEL },
        { HEADRACE_SOURCE_DIR "/models/digits/model.json", SIDE_MODEL },
        { HEADRACE_SOURCE_DIR "/models/digits_onnx/eight.onnx", SIDE_MODEL },
        { HEADRACE_SOURCE_DIR "/models/digits_keras/version2.h5", SIDE_MODEL },
        { HEADRACE_SOURCE_DIR
          "/tests/accuracy/data/conv8f/events_isolated.csv.xz",
          SIDE_RECORDING },
        { HEADRACE_SOURCE_DIR "/tests/traces/reports/lat.rpt", SIDE_REPORT },
        { HEADRACE_SOURCE_DIR "/tests/traces/reports/hls4ml.json",
          SIDE_REPORT },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct opened_side s = opened(rows[i].path);
        ck_assert_int_eq(s.side->kind, rows[i].kind);
        ck_assert(s.design == NULL || rows[i].kind == SIDE_MODEL);
    }
}
END_TEST

START_TEST(models_say_how_far_they_are_trusted)
{
    const struct side *ours = opened(HEADRACE_SOURCE_DIR "/models/digits").side;
    ck_assert_ptr_null(ours->trust);
    const struct side *read =
        opened(HEADRACE_SOURCE_DIR "/models/hls4ml/lenet5").side;
    ck_assert_str_eq(read->trust, "calibrated");
    const struct side *guessed =
        opened(HEADRACE_SOURCE_DIR "/models/emnist_gamma").side;
    ck_assert_ptr_nonnull(strstr(guessed->trust, "extrapolated: '"));
}
END_TEST

START_TEST(what_is_nothing_of_these)
{
    struct opened_side s;
    struct side_request q = { .path = trace_case_text(&c, "x", "hello\n") };
    ck_assert(!sides_open(c.arena, &q, &s, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_REPORT, "not a report");
    q.path = "/nowhere";
    ck_assert(!sides_open(c.arena, &q, &s, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_FILE_OPEN, "");
    q.path = trace_case_text(&c, "model.json", "{\"network\": 3}");
    ck_assert(!sides_open(c.arena, &q, &s, c.diag));
    ck_assert_uint_gt(diag_error_count(c.diag), 0);
}
END_TEST

/* Writers come before what they write, and the graph is that of the design. */
START_TEST(a_model_brings_its_graph)
{
    struct opened_side s = opened(HEADRACE_SOURCE_DIR "/models/resnet8");
    const struct side *side = s.side;
    ck_assert_uint_eq(side->stream_count, s.design->stream_count);
    uint32_t last = 0;
    for (uint32_t i = 0; i < side->stream_count; i++) {
        const struct side_stream *at = &side->streams[side->order[i]];
        uint32_t writer = at->writer == SIDE_EDGE ? 0 : at->writer + 1;
        ck_assert_uint_ge(writer, last);
        last = writer;
        ck_assert_uint_gt(at->tokens_per_frame, 0);
    }
    for (uint32_t i = 0; i < side->process_count; i++) {
        const struct side_process *p = &side->processes[i];
        ck_assert_uint_gt(p->input_count, 0);
        for (uint32_t k = 0; k < p->output_count; k++)
            ck_assert_uint_eq(side->streams[p->outputs[k]].writer, i);
        for (uint32_t k = 0; k < p->input_count; k++)
            ck_assert_uint_eq(side->streams[p->inputs[k]].reader, i);
    }
}
END_TEST

/* Occupancy is counted from the handshakes alone as the engine counts it. */
START_TEST(peaks_are_those_of_the_engine)
{
    struct opened_side s = opened(HEADRACE_SOURCE_DIR "/models/digits");
    s.side->frames = 4;
    ck_assert(sides_run(c.arena, &s, c.diag));
    const struct run *r =
        run_timing(c.arena, timing_from_design(c.arena, s.design),
                   &(struct run_options){ .frames = 4 });
    for (uint32_t i = 0; i < s.side->stream_count; i++) {
        const struct token_times *t = &s.side->streams[i].times;
        ck_assert_uint_eq(t->read_count, r->streams[i].tokens);
        ck_assert_uint_eq(occupancy_peak(t, UINT64_MAX), r->streams[i].peak);
    }
    ck_assert(!s.side->is_stuck);
}
END_TEST

START_TEST(a_deadlock_is_a_result)
{
    const char *depths[] = { "1" };
    const struct side_request q = {
        .path = HEADRACE_SOURCE_DIR "/models/resnet8",
        .design = { .fifo_depth = { 1, depths } },
    };
    struct opened_side s;
    ck_assert(sides_open(c.arena, &q, &s, c.diag));
    ck_assert_str_eq(s.side->note, "FIFO depth 1");
    s.side->frames = 1;
    ck_assert(sides_run(c.arena, &s, c.diag));
    ck_assert(s.side->is_stuck);
    ck_assert_uint_gt(s.side->stuck_cycle, 0);
}
END_TEST

START_TEST(too_many_tokens)
{
    struct opened_side s = opened(HEADRACE_SOURCE_DIR "/models/lenet5");
    s.side->frames = 100000;
    ck_assert(!sides_run(c.arena, &s, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_DATA, "more than the 2^27 tokens");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        files_are_known_by_their_content,
        models_say_how_far_they_are_trusted,
        what_is_nothing_of_these,
        a_model_brings_its_graph,
        peaks_are_those_of_the_engine,
        a_deadlock_is_a_result,
        too_many_tokens,
        NULL,
    };
    return check_main_with("sides", tests, setup, teardown);
}
