#include "engine/chain.h"

#include "base/arena.h"
#include "engine/run.h"
#include "tests/check_main.h"
#include "tests/engine/pace.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

static const struct chain *chain_of(const struct timing *t, uint64_t skip)
{
    struct run_options o = { .frames = 12, .chain = true, .chain_skip = skip };
    const struct run *r = run_timing(a, t, &o);
    ck_assert_ptr_nonnull(r->chain);
    return r->chain;
}

/* All that is on the chain adds up to the period. */
static uint64_t sum(const struct chain *c, const struct timing *t)
{
    uint64_t all = c->source_cycles + c->sink_cycles;
    for (uint32_t i = 0; i < t->process_count; i++)
        all += c->process_cycles[i];
    for (uint32_t i = 0; i < t->stream_count; i++)
        all += c->stream_cycles[i];
    return all;
}

START_TEST(a_process_that_is_never_held_up_is_the_whole_chain)
{
    const uint32_t paces[] = { 2, 7, 3 };
    const struct timing *t = pace_chain(a, 10, 2, 3, paces);
    const struct chain *c = chain_of(t, 40);
    ck_assert_uint_eq(c->cycles, 70);
    ck_assert_uint_eq(c->process_cycles[1], 70);
    ck_assert_uint_eq(sum(c, t), 70);
}
END_TEST

START_TEST(a_slow_sink_is_the_whole_chain)
{
    const uint32_t paces[] = { 2, 3 };
    struct timing *t = pace_chain(a, 10, 2, 2, paces);
    t->streams[2].stimulus.gap = 8;
    const struct chain *c = chain_of(t, 40);
    ck_assert_uint_eq(c->cycles, 90);
    ck_assert_uint_eq(c->sink_cycles, 90);
}
END_TEST

START_TEST(a_slow_source_is_the_whole_chain)
{
    const uint32_t paces[] = { 2, 3 };
    struct timing *t = pace_chain(a, 10, 2, 2, paces);
    t->streams[0].stimulus.gap = 8;
    const struct chain *c = chain_of(t, 40);
    ck_assert_uint_eq(c->cycles, 90);
    ck_assert_uint_eq(c->source_cycles, 90);
}
END_TEST

/* One place: write, read a cycle later, room a cycle later; the loop of
 * token and room through that FIFO is the chain. */
START_TEST(a_shallow_fifo_shows_in_its_hops)
{
    const uint32_t paces[] = { 1, 1 };
    struct timing *t = pace_chain(a, 10, 8, 2, paces);
    t->streams[1].capacity = 1;
    const struct chain *c = chain_of(t, 30);
    ck_assert_uint_eq(c->cycles, 20);
    ck_assert_uint_eq(c->room_hops[1], 10);
    ck_assert_uint_eq(c->token_hops[1], 10);
    ck_assert_uint_eq(c->stream_cycles[1], 20);
    ck_assert_uint_eq(c->room_hops[0], 0);
    ck_assert_uint_eq(sum(c, t), 20);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_process_that_is_never_held_up_is_the_whole_chain,
        a_slow_sink_is_the_whole_chain,
        a_slow_source_is_the_whole_chain,
        a_shallow_fifo_shows_in_its_hops,
        NULL,
    };
    return check_main_with("chain", tests, setup, teardown);
}
