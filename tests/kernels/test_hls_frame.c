/* The schedules of HLS bodies that were read in hls4ml's sources and never
 * measured: when one frame is read and written. */
#include "kernels/hls_frame.h"

#include <check.h>
#include <stdlib.h>

#include "base/arena.h"
#include "engine/region.h"
#include "engine/run.h"
#include "engine/timing.h"

enum { TOKENS_MAX = 64 };

struct times {
    uint32_t reads, writes;
    uint64_t read[TOKENS_MAX], written[TOKENS_MAX];
    uint64_t interval;
};

/* A process alone, with all tokens there and room for all. */
static struct times run_alone(const struct hls_process *p, uint32_t tokens_in,
                              uint32_t tokens_out)
{
    struct arena *a = arena_new();
    const uint32_t in = 0, out = 1;
    struct timing_stream streams[] = {
        { .name = "in",
          .capacity = 1000,
          .write_latency = 1,
          .read_latency = 1,
          .tokens_per_frame = tokens_in,
          .producer = TIMING_EDGE,
          .consumer = 0 },
        { .name = "out",
          .capacity = 1000,
          .write_latency = 1,
          .read_latency = 1,
          .tokens_per_frame = tokens_out,
          .producer = 0,
          .consumer = TIMING_EDGE },
    };
    struct timing_process process = {
        .name = "x",
        .input_count = 1,
        .inputs = &in,
        .output_count = 1,
        .outputs = &out,
    };
    const struct timing data = { .process_count = 1,
                                 .processes = &process,
                                 .stream_count = 2,
                                 .streams = streams };
    const struct run *r =
        run_timing(a, region_timing(a, &data, p),
                   &(struct run_options){ .frames = 4, .log = true });
    ck_assert_int_eq(r->outcome, RUN_DONE);
    struct times t = { .reads = tokens_in, .writes = tokens_out };
    /* Frame 2: nothing is left of the beginning. */
    const uint64_t *reads = r->streams[0].read_times + 2 * (size_t)tokens_in;
    const uint64_t *writes = r->streams[1].write_times + 2 * (size_t)tokens_out;
    for (uint32_t i = 0; i < tokens_in; i++)
        t.read[i] = reads[i] - reads[0];
    for (uint32_t i = 0; i < tokens_out; i++)
        t.written[i] = writes[i] - reads[0];
    t.interval = reads[tokens_in] - reads[0];
    arena_free(a);
    return t;
}

/* 3x4 pixels without the first row and the first and last column: read one a
 * cycle without a break, written as they are read. */
START_TEST(cropping_goes_through_all_pixels)
{
    static const uint32_t kept[] = { 5, 6, 9, 10 };
    const struct hls_process p = {
        .tool = HLS_VITIS_2024_2,
        .body = HLS_CROP,
        .height = 3,
        .width = 4,
        .top = 1,
        .left = 1,
        .right = 1,
    };
    const struct times t = run_alone(&p, 12, 4);
    for (uint32_t i = 0; i < t.reads; i++)
        ck_assert_uint_eq(t.read[i], i);
    for (uint32_t i = 0; i < t.writes; i++)
        ck_assert_uint_eq(t.written[i], kept[i]);
    ck_assert_uint_eq(t.interval, 12);
}
END_TEST

/* 2x3 pixels, each twice along a row and three times along a column: a row is
 * read while it is written for the first time, then written twice more. */
START_TEST(upsampling_writes_a_token_a_cycle)
{
    const struct hls_process p = {
        .tool = HLS_VITIS_2024_2,
        .body = HLS_UPSAMPLE,
        .height = 2,
        .width = 3,
        .factor = 2,
        .factor_h = 3,
    };
    const struct times t = run_alone(&p, 6, 36);
    for (uint32_t i = 0; i < t.reads; i++)
        ck_assert_uint_eq(t.read[i], 18 * (i / 3) + 2 * (i % 3));
    for (uint32_t i = 0; i < t.writes; i++)
        ck_assert_uint_eq(t.written[i], i);
    ck_assert_uint_ge(t.interval, 36);
    ck_assert_uint_le(t.interval, 37);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hls_frame");
    TCase *c = tcase_create("hls_frame");
    tcase_add_test(c, cropping_goes_through_all_pixels);
    tcase_add_test(c, upsampling_writes_a_token_a_cycle);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    const int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
