#include "kernels/schedule.h"

#include "base/arena.h"
#include "base/rng.h"

#include <check.h>
#include <stdlib.h>

/* A step that can be told from others by its delay. */
static struct step numbered(uint32_t number)
{
    return (struct step){
        .reads = 1, .writes = 2, .gap = 1, .delay = number, .count = 1
    };
}

static void add(struct schedule *s, uint64_t times, uint32_t number)
{
    struct step step = numbered(number);
    schedule_step(s, times, &step);
}

/* Walks through two frames: the numbers of the steps, and where a frame
 * begins. */
static void check_walk(const struct schedule *s, const uint32_t *numbers,
                       uint64_t count)
{
    ck_assert_uint_eq(schedule_steps(s), count);
    struct schedule_cursor c;
    schedule_start(&c, s);
    for (uint64_t i = 0; i < 2 * count; i++) {
        ck_assert_uint_eq(schedule_peek(&c)->delay, numbers[i % count]);
        bool first = schedule_advance(&c);
        ck_assert_int_eq(first, (i + 1) % count == 0);
    }
}

START_TEST(test_flat)
{
    struct arena *a = arena_new();
    struct schedule *s = schedule_new(a);
    add(s, 1, 5);
    add(s, 0, 6); /* left out */
    add(s, 3, 7);
    check_walk(s, (const uint32_t[]){ 5, 7, 7, 7 }, 4);
    ck_assert_uint_eq(s->count, 2);
    arena_free(a);
}
END_TEST

START_TEST(test_loops)
{
    struct arena *a = arena_new();
    struct schedule *s = schedule_new(a);
    schedule_loop(s, 2);
    schedule_loop(s, 2);
    add(s, 1, 1);
    schedule_end(s);
    add(s, 2, 2);
    schedule_end(s);
    schedule_loop(s, 1);
    add(s, 1, 3);
    schedule_end(s);
    check_walk(s, (const uint32_t[]){ 1, 1, 2, 2, 1, 1, 2, 2, 3 }, 9);
    arena_free(a);
}
END_TEST

/* Loops that are never done, or in which nothing is done, are left out with
 * all that is in them. */
/* Rows of a kernel are loops of one step: they become one instruction. */
START_TEST(test_loops_of_one_step)
{
    struct arena *a = arena_new();
    struct schedule *s = schedule_new(a);
    schedule_loop(s, 2);
    schedule_loop(s, 3);
    add(s, 1, 1);
    schedule_end(s);
    schedule_end(s);
    add(s, 1, 2);
    check_walk(s, (const uint32_t[]){ 1, 1, 1, 1, 1, 1, 2 }, 7);
    ck_assert_uint_eq(s->count, 2);
    arena_free(a);
}
END_TEST

START_TEST(test_empty_loops)
{
    struct arena *a = arena_new();
    struct schedule *s = schedule_new(a);
    schedule_loop(s, 0);
    add(s, 1, 1);
    schedule_loop(s, 3);
    add(s, 1, 2);
    schedule_end(s);
    schedule_end(s);
    schedule_loop(s, 3);
    add(s, 0, 3);
    schedule_loop(s, 2);
    schedule_end(s);
    schedule_end(s);
    add(s, 1, 4);
    check_walk(s, (const uint32_t[]){ 4 }, 1);
    ck_assert_uint_eq(s->count, 1);
    arena_free(a);
}
END_TEST

/* Appends random steps and loops; the same, written out, to numbers. */
static uint64_t add_random(struct schedule *s, struct rng *r, uint32_t depth,
                           uint32_t *numbers)
{
    uint64_t count = 0;
    for (uint32_t i = rng_below(r, 4); i > 0; i--) {
        uint32_t times = rng_below(r, 4);
        if (depth == SCHEDULE_DEPTH_MAX || rng_below(r, 2) == 0) {
            uint32_t number = 1 + rng_below(r, 1000);
            add(s, times, number);
            for (uint32_t k = 0; k < times; k++)
                numbers[count++] = number;
            continue;
        }
        schedule_loop(s, times);
        uint64_t body = add_random(s, r, depth + 1, numbers + count);
        schedule_end(s);
        for (uint32_t k = 1; k < times; k++)
            for (uint64_t j = 0; j < body; j++)
                numbers[count + k * body + j] = numbers[count + j];
        count += times * body;
    }
    return count;
}

START_TEST(test_random)
{
    enum { STEPS_MAX = 1 << 20 };
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        uint32_t *numbers = arena_new_array(a, uint32_t, STEPS_MAX);
        struct schedule *s = schedule_new(a);
        uint64_t count = add_random(s, &r, 4, numbers);
        ck_assert_msg(schedule_steps(s) == count, "seed %llu",
                      (unsigned long long)seed);
        if (count > 0)
            check_walk(s, numbers, count);
        arena_free(a);
    }
}
END_TEST

START_TEST(test_tokens)
{
    struct arena *a = arena_new();
    struct schedule *s = schedule_new(a);
    struct step step = { .reads = 1 | 4,
                         .writes = 2,
                         .gap = 1,
                         .delay = 1,
                         .count = 3,
                         .spacing = 2 };
    schedule_loop(s, 5);
    schedule_step(s, 7, &step);
    schedule_end(s);
    step = (struct step){ .reads = 4, .gap = 1 };
    schedule_step(s, 2, &step);
    ck_assert_uint_eq(schedule_reads(s, 0), 35);
    ck_assert_uint_eq(schedule_reads(s, 1), 0);
    ck_assert_uint_eq(schedule_reads(s, 2), 37);
    ck_assert_uint_eq(schedule_writes(s, 0), 0);
    ck_assert_uint_eq(schedule_writes(s, 1), 105);
    ck_assert_uint_eq(schedule_steps(s), 37);
    arena_free(a);
}
END_TEST

/* Steps of one frame: gap, hold, needs the datapath. */
static const struct {
    const char *what;
    struct step steps[3];
    uint64_t ticks;
} frames[] = {
    { "gaps alone", { { .gap = 1 }, { .gap = 4 }, { .gap = 2 } }, 7 },
    { "a hold nobody waits for",
      { { .gap = 1, .hold = 50 }, { .gap = 1 }, { .gap = 1 } },
      3 },
    { "a hold within the frame",
      { { .gap = 1, .hold = 5 },
        { .gap = 1, .needs_datapath = true },
        { .gap = 1 } },
      7 },
    { "a hold over the frame's end",
      { { .gap = 1, .needs_datapath = true },
        { .gap = 1 },
        { .gap = 1, .hold = 9 } },
      11 },
    /* The first step is staged while the datapath is taken; the second one
     * waits. */
    { "a hold that the next frame runs into",
      { { .gap = 1 },
        { .gap = 1, .needs_datapath = true, .hold = 10 },
        { .gap = 1 } },
      10 },
};

START_TEST(test_ticks_per_frame)
{
    struct arena *a = arena_new();
    struct schedule *s = schedule_new(a);
    for (int i = 0; i < 3; i++)
        schedule_step(s, 1, &frames[_i].steps[i]);
    ck_assert_msg(schedule_ticks_per_frame(s) == frames[_i].ticks, "%s: %llu",
                  frames[_i].what,
                  (unsigned long long)schedule_ticks_per_frame(s));
    arena_free(a);
}
END_TEST

/* The next frame begins `restart` ticks after the last write. */
START_TEST(test_ticks_of_sequential_frames)
{
    struct arena *a = arena_new();
    struct schedule *s = schedule_new(a);
    s->overlap = OVERLAP_SEQUENTIAL;
    s->restart = 3;
    struct step step = {
        .reads = 1, .writes = 1, .gap = 1, .delay = 6, .count = 2, .spacing = 4
    };
    schedule_step(s, 1, &step);
    ck_assert_uint_eq(schedule_ticks_per_frame(s), 6 + 4 + 3);
    arena_free(a);
}
END_TEST

static Suite *schedule_suite(void)
{
    Suite *s = suite_create("schedule");
    TCase *t = tcase_create("schedule");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_flat);
    tcase_add_test(t, test_loops);
    tcase_add_test(t, test_loops_of_one_step);
    tcase_add_test(t, test_empty_loops);
    tcase_add_test(t, test_random);
    tcase_add_test(t, test_tokens);
    tcase_add_loop_test(t, test_ticks_per_frame, 0,
                        sizeof frames / sizeof frames[0]);
    tcase_add_test(t, test_ticks_of_sequential_frames);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(schedule_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
