#include "engine/edge.h"

#include "tests/check_main.h"

enum { TOKENS = 6 };

static int64_t slots[TOKENS];
static uint64_t log_of_writes[TOKENS], log_of_reads[TOKENS];
static uint64_t frame_times[3];
static struct channel channel;

static struct edge edge_of(const struct stimulus *s, bool is_source,
                           uint64_t tokens_per_frame)
{
    for (int i = 0; i < TOKENS; i++)
        slots[i] = CHANNEL_NEVER;
    channel = (struct channel){
        .slots = slots,
        .capacity = TOKENS,
        .write_latency = 1,
        .read_latency = 1,
        .last_write = CHANNEL_NEVER,
        .last_read = CHANNEL_NEVER,
        .write_log = log_of_writes,
        .read_log = log_of_reads,
    };
    struct edge e = {
        .channel = &channel,
        .is_source = is_source,
        .stimulus = s,
        .always = stimulus_is_always(s),
        .tokens_per_frame = tokens_per_frame,
        .token_limit = TOKENS,
        .previous = -1,
        .idle = -1,
        .frame_times = frame_times,
    };
    stimulus_start(&e.cursor, s, tokens_per_frame);
    return e;
}

static void expect(const uint64_t *got, const uint64_t *expected)
{
    for (int i = 0; i < TOKENS; i++)
        ck_assert_msg(got[i] == expected[i], "token %d: cycle %d, not %d", i,
                      (int)got[i], (int)expected[i]);
}

START_TEST(source_offers_one_token_a_cycle)
{
    struct stimulus s = { 0 };
    struct edge e = edge_of(&s, true, 3);
    ck_assert(edge_advance(&e));
    expect(log_of_writes, (uint64_t[]){ 0, 1, 2, 3, 4, 5 });
    ck_assert_uint_eq(frame_times[0], 0);
    ck_assert_uint_eq(frame_times[1], 3);
    ck_assert(!edge_advance(&e));
}
END_TEST

START_TEST(source_keeps_its_gaps)
{
    struct stimulus s = { .gap = 1, .burst = 2, .pause = 3, .frame_gap = 10 };
    struct edge e = edge_of(&s, true, 4);
    edge_advance(&e);
    /* Gaps of 1; 3 more before tokens 2 and 4; 10 more before token 4. */
    expect(log_of_writes, (uint64_t[]){ 0, 2, 7, 9, 24, 26 });
}
END_TEST

START_TEST(source_on_a_grid_keeps_offering)
{
    struct stimulus s = { .grid = 4, .phase = 1 };
    struct edge e = edge_of(&s, true, 6);
    channel.capacity = 2;
    edge_advance(&e);
    ck_assert_uint_eq(channel.written, 2);
    channel_read(&channel, 10); /* token 2 is offered from 9 on, room at 11 */
    edge_advance(&e);
    ck_assert_uint_eq(log_of_writes[0], 1);
    ck_assert_uint_eq(log_of_writes[1], 5);
    ck_assert_uint_eq(log_of_writes[2], 11);
}
END_TEST

START_TEST(sink_takes_on_its_grid_only)
{
    struct stimulus s = { .grid = 4, .phase = 1 };
    struct edge e = edge_of(&s, false, 2);
    for (int64_t i = 0; i < TOKENS; i++)
        channel_write(&channel, 4 + i);
    edge_advance(&e);
    expect(log_of_reads, (uint64_t[]){ 5, 9, 13, 17, 21, 25 });
    ck_assert_uint_eq(frame_times[0], 9);
    ck_assert_uint_eq(frame_times[2], 25);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        source_offers_one_token_a_cycle,
        source_keeps_its_gaps,
        source_on_a_grid_keeps_offering,
        sink_takes_on_its_grid_only,
        NULL,
    };
    return check_main("edge", tests);
}
