#include "headrace_step.h"

#include "tests/check_main.h"

#include <string.h>

static char why[2000];
static struct headrace_model *model;

static void setup(void)
{
    model =
        headrace_open(HEADRACE_SOURCE_DIR "/models/digits", why, sizeof why);
    ck_assert_msg(model != NULL, "%s", why);
}

static void teardown(void)
{
    headrace_close(model);
}

static struct headrace_platform *open_with(const struct headrace_options *o,
                                           const int32_t *inputs)
{
    struct headrace_platform *p =
        headrace_platform_open(model, o, inputs, why, sizeof why);
    ck_assert_msg(p != NULL, "%s", why);
    return p;
}

START_TEST(what_there_is)
{
    struct headrace_platform *p = open_with(NULL, NULL);
    size_t conv1 = headrace_find_process(p, "conv1");
    ck_assert_uint_lt(conv1, headrace_process_count(p));
    ck_assert_uint_eq(headrace_find_process(p, "conv9"), HEADRACE_NONE);
    const struct headrace_process_info c = headrace_process(p, conv1);
    ck_assert_str_eq(c.name, "conv1");
    ck_assert_uint_eq(c.input_count, 1);
    ck_assert_uint_eq(c.output_count, 1);
    const struct headrace_stream_info in = headrace_stream(p, c.inputs[0]);
    ck_assert_str_eq(in.name, "conv1.pad.out");
    ck_assert_uint_eq(in.consumer, conv1);
    ck_assert_uint_eq(in.width_bits, in.lanes * in.value_bits);
    size_t source = headrace_find_stream(p, "source.out");
    ck_assert_uint_eq(headrace_stream(p, source).producer, HEADRACE_NONE);
    ck_assert_uint_eq(headrace_find_stream(p, "source"), HEADRACE_NONE);
    ck_assert_ptr_null(headrace_token(p, source, 0));
    headrace_platform_close(p);
}
END_TEST

START_TEST(values_of_tokens)
{
    int32_t inputs[64] = { 0 };
    for (int i = 0; i < 64; i++)
        inputs[i] = i % 16;
    struct headrace_platform *p =
        open_with(&(struct headrace_options){ .frames = 1 }, inputs);
    size_t source = headrace_find_stream(p, "source.out");
    ck_assert_uint_eq(headrace_stream(p, source).tokens_per_frame, 64);
    for (uint64_t i = 0; i < 64; i++)
        ck_assert_uint_eq(*headrace_token(p, source, i), i % 16);
    ck_assert_ptr_null(headrace_token(p, source, 64));
    size_t out = headrace_find_stream(p, "fc2.out");
    ck_assert_ptr_nonnull(headrace_token(p, out, 0));
    headrace_platform_close(p);
}
END_TEST

START_TEST(bad_options)
{
    const struct headrace_fifo_depth none = { "nothing.out", 3 };
    ck_assert_ptr_null(headrace_platform_open(
        model, &(struct headrace_options){ .fifo_count = 1, .fifos = &none },
        NULL, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "nothing.out"));
    ck_assert_ptr_null(headrace_platform_load("", 0));
    ck_assert_ptr_null(headrace_platform_load("not a platform, is it", 20));
}
END_TEST

/* A model of schedule files has times alone. */
START_TEST(schedule_files)
{
    struct headrace_model *finn =
        headrace_open(HEADRACE_SOURCE_DIR "/models/finn/pipe_P1", why,
                      sizeof why);
    ck_assert_msg(finn != NULL, "%s", why);
    const int32_t inputs[256] = { 0 };
    const struct headrace_options one = { .frames = 1 };
    ck_assert_ptr_null(
        headrace_platform_open(finn, &one, inputs, why, sizeof why));
    ck_assert_ptr_nonnull(strstr(why, "no network"));
    struct headrace_platform *p =
        headrace_platform_open(finn, &one, NULL, why, sizeof why);
    size_t space = headrace_find_stream(p, "dwc0.space");
    ck_assert_uint_eq(headrace_stream(p, space).initial, 1);
    size_t out = headrace_find_stream(p, "mvu1.out");
    ck_assert_uint_eq(headrace_stream(p, out).consumer, HEADRACE_NONE);
    ck_assert_uint_ne(headrace_stream(p, out).lanes, 0);
    struct headrace_machine *m = headrace_fifo_machine(p, space);
    const struct headrace_given reads = { .out_ready = 1 };
    ck_assert_uint_eq(headrace_machine_look(m, reads).out_valid, 1);
    headrace_machine_clock(m, reads);
    ck_assert_uint_eq(headrace_machine_look(m, reads).out_valid, 0);
    headrace_machine_free(m);
    headrace_platform_close(p);
    headrace_close(finn);
}
END_TEST

/* At the port of an HLS design there is a register slice, and its process looks
 * at it. */
START_TEST(held_streams)
{
    struct headrace_model *hls =
        headrace_open(HEADRACE_SOURCE_DIR "/models/hls4ml/lenet5", why,
                      sizeof why);
    ck_assert_msg(hls != NULL, "%s", why);
    struct headrace_platform *p =
        headrace_platform_open(hls, NULL, NULL, why, sizeof why);
    size_t held = 0;
    for (size_t i = 0; i < headrace_stream_count(p); i++) {
        const struct headrace_stream_info s = headrace_stream(p, i);
        if (!s.held)
            continue;
        held++;
        ck_assert_uint_eq(s.consumer, HEADRACE_NONE);
        ck_assert_uint_ne(s.width_bits, 0);
    }
    ck_assert_uint_eq(held, 1);
    headrace_platform_close(p);
    headrace_close(hls);
}
END_TEST

/* A FIFO of one place: full in the cycle behind the write, and empty again in
 * the one behind the read. */
START_TEST(a_fifo_by_hand)
{
    struct headrace_platform *p =
        open_with(&(struct headrace_options){ .fifo_depth = 1 }, NULL);
    struct headrace_machine *m =
        headrace_fifo_machine(p, headrace_find_stream(p, "source.out"));
    const struct headrace_given both = { .in_valid = 1, .out_ready = 1 };
    const struct headrace_given reads = { .out_ready = 1 };
    const struct headrace_given writes = { .in_valid = 1 };
    struct headrace_driven d;
    for (int round = 0; round < 2; round++) {
        d = headrace_machine_look(m, both);
        ck_assert(d.in_ready == 1 && d.out_valid == 0 && d.in_drained == 1);
        ck_assert(headrace_machine_clock(m, both));
        d = headrace_machine_look(m, writes);
        ck_assert(d.in_ready == 0 && d.out_valid == 1 && d.in_drained == 0);
        d = headrace_machine_look(m, both);
        ck_assert(d.in_ready == 0 && d.out_valid == 1 && d.in_drained == 1);
        ck_assert(headrace_machine_clock(m, both));
        d = headrace_machine_look(m, reads);
        ck_assert(d.in_ready == 1 && d.out_valid == 0 && d.in_drained == 1);
        headrace_machine_clock(m, writes);
        headrace_machine_reset(m);
    }
    headrace_machine_free(m);
    headrace_machine_free(NULL);
    headrace_platform_close(p);
    headrace_platform_close(NULL);
}
END_TEST

/* Source, FIFO, sink: a token in every cycle from the second on. */
START_TEST(source_and_sink)
{
    struct headrace_platform *p =
        open_with(&(struct headrace_options){ .frames = 1 }, NULL);
    size_t stream = headrace_find_stream(p, "source.out");
    struct headrace_machine *source = headrace_source_machine(p, stream);
    struct headrace_machine *fifo = headrace_fifo_machine(p, stream);
    struct headrace_machine *sink = headrace_sink_machine(p, stream);
    const struct headrace_given none = { 0 };
    uint32_t tokens = 0;
    for (int cycle = 0; cycle < 100; cycle++) {
        uint32_t offered = headrace_machine_look(source, none).out_valid;
        uint32_t taken = headrace_machine_look(sink, none).in_ready;
        const struct headrace_given given = { .in_valid = offered,
                                              .out_ready = taken };
        struct headrace_driven d = headrace_machine_look(fifo, given);
        tokens += d.out_valid & taken;
        headrace_machine_clock(source, (struct headrace_given){
                                           .out_ready = d.in_ready });
        headrace_machine_clock(fifo, given);
        headrace_machine_clock(sink, (struct headrace_given){
                                         .in_valid = d.out_valid });
    }
    ck_assert_uint_eq(tokens, 64);
    headrace_machine_free(source);
    headrace_machine_free(fifo);
    headrace_machine_free(sink);
    headrace_platform_close(p);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { what_there_is,   values_of_tokens,
                                   bad_options,     schedule_files,
                                   held_streams,    a_fifo_by_hand,
                                   source_and_sink, NULL };
    return check_main_with("headrace_step", tests, setup, teardown);
}
