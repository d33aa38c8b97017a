#include "engine/region.h"

#include "base/arena.h"
#include "engine/run.h"
#include "tests/check_main.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

enum { TOKENS = 4, INPUT = 0, MIDDLE = 1, OUTPUT = 2 };

/* A slow loop that keeps its frames apart, and behind it an activation whose
 * last tokens wait for the next frame. */
static const struct run *run_two(uint32_t frames, uint32_t start_gap)
{
    static const uint32_t ports[] = { INPUT, MIDDLE, OUTPUT };
    struct timing_stream streams[3];
    for (uint32_t i = 0; i < 3; i++)
        streams[i] = (struct timing_stream){
            .name = "s",
            .capacity = 8,
            .write_latency = i == MIDDLE ? 2 : 1,
            .read_latency = 1,
            .tokens_per_frame = TOKENS,
            .producer = i == INPUT ? TIMING_EDGE : i - 1,
            .consumer = i == OUTPUT ? TIMING_EDGE : i,
        };
    struct timing_process joined[2];
    for (uint32_t i = 0; i < 2; i++)
        joined[i] = (struct timing_process){
            .name = "p",
            .input_count = 1,
            .output_count = 1,
            .inputs = &ports[i],
            .outputs = &ports[i + 1],
        };
    struct hls_process processes[2] = {
        { .body = HLS_WINDOW,
          .numbers = { .ii = 10, .depth = 12 },
          .start_gap = start_gap },
        { .body = HLS_MAP, .numbers = { .ii = 1, .depth = 5 } },
    };
    for (uint32_t i = 0; i < 2; i++) {
        processes[i].tool = HLS_VITIS_2023_2;
        processes[i].height = processes[i].kernel_h = processes[i].kernel_w = 1;
        processes[i].stride_h = processes[i].stride_w = 1;
        processes[i].width = TOKENS;
    }
    const struct timing data = { .stream_count = 3,
                                 .streams = streams,
                                 .process_count = 2,
                                 .processes = joined };
    return run_timing(a, region_timing(a, &data, processes),
                      &(struct run_options){ .frames = frames, .log = true });
}

static void expect_times(const uint64_t *times, const uint64_t *expected,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        ck_assert_uint_eq(times[i], expected[i]);
}

/* Reads in 1, 11, 21, 31, written ten later, read there two later. */
static const uint64_t READS[] = { 13, 23, 33, 43 };

START_TEST(alone_the_tail_drains)
{
    const struct run *r = run_two(1, 0);
    expect_times(r->streams[MIDDLE].read_times, READS, TOKENS);
    /* A token leaves three reads later; then one per cycle. */
    expect_times(r->streams[OUTPUT].write_times,
                 (const uint64_t[]){ 43, 44, 45, 46 }, TOKENS);
    ck_assert_uint_eq(r->frame_ready[0], 41);
    ck_assert_uint_eq(r->frame_start[0], 0);
    ck_assert_uint_eq(r->frame_end[0], 47);
}
END_TEST

START_TEST(a_pending_start_holds_the_tail)
{
    const struct run *r = run_two(3, 0);
    expect_times(r->streams[MIDDLE].read_times, READS, TOKENS);
    /* Ready in 41, read again in 43: the next frame comes in from 55 on. */
    expect_times(r->streams[MIDDLE].read_times + TOKENS,
                 (const uint64_t[]){ 55, 65, 75, 85 }, TOKENS);
    /* One tick passes before the next read is due; two tokens stay. */
    expect_times(r->streams[OUTPUT].write_times,
                 (const uint64_t[]){ 43, 44, 55, 65, 85, 86, 97, 107 },
                 (uint32_t)(2 * TOKENS));
    ck_assert_uint_eq(r->frame_start[1], 42);
}
END_TEST

START_TEST(without_a_start_the_tail_drains)
{
    const struct run *r = run_two(2, 100);
    expect_times(r->streams[OUTPUT].write_times,
                 (const uint64_t[]){ 43, 44, 45, 46 }, TOKENS);
    ck_assert_uint_eq(r->frame_start[1], 142);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { alone_the_tail_drains,
                                   a_pending_start_holds_the_tail,
                                   without_a_start_the_tail_drains, NULL };
    return check_main_with("region", tests, setup, teardown);
}
