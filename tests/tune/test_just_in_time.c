/* Depths that are enough, and hardly more than that. */
#include "tune/just_in_time.h"

#include "base/arena.h"
#include "engine/run.h"
#include "engine/timing.h"
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

enum { FRAMES = 4, TOKENS = 12, DEEP = 1000 };

static const struct run *run(const struct timing *t)
{
    return run_timing(a, t, &(struct run_options){ .frames = FRAMES });
}

/* As early as frames can leave. */
static const uint64_t *ends_of(struct timing *t)
{
    for (uint32_t i = 0; i < t->stream_count; i++)
        t->streams[i].capacity = DEEP;
    const struct run *r = run(t);
    ck_assert_int_eq(r->outcome, RUN_DONE);
    return r->frame_end;
}

static void set(struct timing *t, const uint32_t *capacities)
{
    for (uint32_t i = 0; i < t->stream_count; i++)
        t->streams[i].capacity = capacities[i];
}

static void assert_in_time(struct timing *t, const uint32_t *capacities,
                           const uint64_t *ends)
{
    set(t, capacities);
    const struct run *r = run(t);
    ck_assert_int_eq(r->outcome, RUN_DONE);
    for (uint32_t f = 0; f < FRAMES; f++)
        ck_assert_uint_le(r->frame_end[f], ends[f]);
}

static const uint32_t paces[][3] = {
    { 1, 1, 1 }, { 1, 4, 1 }, { 4, 1, 1 }, { 1, 2, 6 }, { 5, 3, 2 },
};

/* Up to the slowest process tokens come when they are needed and are gone
 * before the next; a FIFO that passes one every cycle holds two, as each way
 * takes one.  Behind it frames are due, not tokens: what is faster does its
 * part at the end, and until then the FIFOs hold what the slowest has done. */
START_TEST(chains_hold_what_comes_too_soon)
{
    struct timing *t = pace_chain(a, TOKENS, 1, 3, paces[_i]);
    const uint64_t *ends = ends_of(t);
    const uint32_t *capacities = just_in_time_capacities(a, t, ends, FRAMES);
    ck_assert_ptr_nonnull(capacities);
    uint32_t slowest = 0;
    for (uint32_t i = 1; i < 3; i++)
        if (paces[_i][i] > paces[_i][slowest])
            slowest = i;
    for (uint32_t i = 0; i < t->stream_count; i++) {
        ck_assert_uint_ge(capacities[i], 1);
        ck_assert_uint_le(capacities[i], i <= slowest ? 2 : TOKENS);
    }
    assert_in_time(t, capacities, ends);
}
END_TEST

/* A bypass holds what the other branch holds back; one less and it is late, or
 * stands still. */
START_TEST(a_bypass_holds_the_lag)
{
    const uint32_t lag = (uint32_t)_i;
    struct timing *t = pace_fork_join(a, TOKENS, lag, 1);
    uint32_t bypass = 0;
    while (t->streams[bypass].capacity != 1 ||
           t->streams[bypass].producer == TIMING_EDGE ||
           t->streams[bypass].consumer == TIMING_EDGE)
        bypass++;
    const uint64_t *ends = ends_of(t);
    uint32_t *capacities = just_in_time_capacities(a, t, ends, FRAMES);
    ck_assert_ptr_nonnull(capacities);
    ck_assert_uint_gt(capacities[bypass], lag);
    ck_assert_uint_le(capacities[bypass], lag + 4); /* latencies of the way */
    assert_in_time(t, capacities, ends);
    capacities[bypass] = lag;
    set(t, capacities);
    const struct run *r = run(t);
    ck_assert(r->outcome == RUN_DEADLOCK ||
              r->frame_end[FRAMES - 1] > ends[FRAMES - 1]);
}
END_TEST

START_TEST(later_frames_need_no_more)
{
    struct timing *t = pace_fork_join(a, TOKENS, 5, 1);
    const uint64_t *ends = ends_of(t);
    const uint32_t *least = just_in_time_capacities(a, t, ends, FRAMES);
    uint64_t late[FRAMES];
    for (uint32_t f = 0; f < FRAMES; f++)
        late[f] = ends[f] + UINT64_C(100) * f;
    const uint32_t *relaxed = just_in_time_capacities(a, t, late, FRAMES);
    for (uint32_t i = 0; i < t->stream_count; i++)
        ck_assert_uint_le(relaxed[i], least[i]);
    assert_in_time(t, relaxed, late);
}
END_TEST

START_TEST(circles_and_first_tokens_are_left_alone)
{
    struct timing *t = pace_chain(a, TOKENS, 2, 2, paces[0]);
    const uint64_t *ends = ends_of(t);
    ck_assert_ptr_nonnull(just_in_time_capacities(a, t, ends, FRAMES));
    t->streams[1].initial = 1;
    ck_assert_ptr_null(just_in_time_capacities(a, t, ends, FRAMES));
    t->streams[1].initial = 0;
    t->streams[1].frame_tokens = TOKENS;
    ck_assert_ptr_null(just_in_time_capacities(a, t, ends, FRAMES));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("just_in_time");
    TCase *c = tcase_create("just_in_time");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, chains_hold_what_comes_too_soon, 0,
                        sizeof paces / sizeof *paces);
    tcase_add_loop_test(c, a_bypass_holds_the_lag, 1, TOKENS - 1);
    tcase_add_test(c, later_frames_need_no_more);
    tcase_add_test(c, circles_and_first_tokens_are_left_alone);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    const int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
