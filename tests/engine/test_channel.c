#include "engine/channel.h"

#include "tests/check_main.h"

static int64_t slots[4];

static struct channel channel_of(uint32_t capacity)
{
    for (int i = 0; i < 4; i++)
        slots[i] = CHANNEL_NEVER;
    return (struct channel){
        .slots = slots,
        .capacity = capacity,
        .write_latency = 2,
        .read_latency = 1,
        .last_write = CHANNEL_NEVER,
        .last_read = CHANNEL_NEVER,
        .stats = true,
    };
}

START_TEST(times_follow_the_latencies)
{
    struct channel c = channel_of(2);
    ck_assert(!channel_token_known(&c));
    ck_assert_int_lt(channel_room_time(&c), 0);
    channel_write(&c, 5);
    ck_assert(channel_token_known(&c));
    ck_assert_int_eq(channel_token_time(&c), 7);
    channel_write(&c, 6);
    ck_assert(!channel_room_known(&c));
    channel_read(&c, 9);
    ck_assert(channel_room_known(&c));
    ck_assert_int_eq(channel_room_time(&c), 10);
    ck_assert_int_eq(channel_token_time(&c), 8);
}
END_TEST

/* Writes at 0, 1, 2, reads at 2, 4, 6: after the edges 0, 1, 2, 3, 4 there
 * are 1, 2, 2, 2, 1 tokens. */
START_TEST(peak_does_not_depend_on_the_order_of_evaluation)
{
    struct channel c = channel_of(4);
    channel_write(&c, 0);
    channel_write(&c, 1);
    channel_write(&c, 2);
    channel_read(&c, 2);
    channel_read(&c, 4);
    channel_read(&c, 6);
    ck_assert_uint_eq(c.peak, 2);

    c = channel_of(4); /* each read as soon as its token is known */
    channel_write(&c, 0);
    channel_read(&c, 2);
    channel_write(&c, 1);
    channel_read(&c, 4);
    channel_write(&c, 2);
    channel_read(&c, 6);
    ck_assert_uint_eq(c.peak, 2);
    ck_assert_int_eq(c.fill, 2 + 3 + 4);
}
END_TEST

START_TEST(a_token_read_in_the_cycle_of_a_write_leaves_room_for_it)
{
    struct channel c = channel_of(4);
    channel_write(&c, 0);
    channel_write(&c, 2);
    channel_read(&c, 2); /* the first leaves with the edge of the second */
    channel_read(&c, 4);
    ck_assert_uint_eq(c.peak, 1);
}
END_TEST

START_TEST(peak_reaches_the_capacity_and_stops)
{
    struct channel c = channel_of(3);
    for (int64_t i = 0; i < 3; i++)
        channel_write(&c, i);
    for (int64_t i = 0; i < 20; i++) {
        channel_read(&c, 10 + 2 * i);
        channel_write(&c, 11 + 2 * i);
    }
    ck_assert_uint_eq(c.peak, 3);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        times_follow_the_latencies,
        peak_does_not_depend_on_the_order_of_evaluation,
        a_token_read_in_the_cycle_of_a_write_leaves_room_for_it,
        peak_reaches_the_capacity_and_stops,
        NULL,
    };
    return check_main("channel", tests);
}
